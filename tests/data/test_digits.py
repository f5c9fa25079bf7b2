"""The digits that need no download: the same split everywhere, and the front door of all data sets."""

import subprocess
import sys

import numpy as np
import pytest

from secondlook import data
from secondlook.data import DataError


def test_the_split_is_fixed_stratified_and_whole() -> None:
    digits = data.load("digits")
    assert digits.fingerprint == "f457a859d063ad32"
    sizes = {name: len(split.y) for name, split in digits.splits.items()}
    assert sizes == {"train": 1078, "valid": 360, "test": 359}
    shares = np.stack([np.bincount(split.y) / len(split.y) for split in digits.splits.values()])
    assert np.ptp(shares, axis=0).max() < 0.005
    pictures = np.concatenate([split.x for split in digits.splits.values()])
    assert pictures.shape == (1797, 8, 8) and pictures.dtype == np.uint8 and pictures.max() == 16
    assert pictures.sum() == 561718  # the sum over scikit-learn's array: every picture once


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="no data set 'mnits'; choose from mnist, kmnist"):
        data.load("mnits")


def test_importing_the_front_door_imports_nothing_heavy() -> None:
    heavy = ("sklearn", "h5py", "scipy", "matplotlib", "PIL", "requests", "jax")
    code = f"import sys, secondlook.data; print([name for name in {heavy} if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
