"""Every reader of files, fuzzed for a moment; `tests/fuzz.py` alone does it at length."""

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest

from formats import FORMATS, OTHERS
from secondlook.data import DataError, edinburgh
from secondlook.runs import read_arrays

INPUTS = 60


def test_every_reader_gives_a_value_or_an_error_it_declares(tmp_path: Path) -> None:
    script = Path(__file__).with_name("fuzz.py")
    command = [sys.executable, str(script), "--inputs", str(INPUTS), "--findings", str(tmp_path)]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    counts = {name: json.loads(of) for name, _, of in (line.partition(": ") for line in told.splitlines())}
    assert counts.keys() == (FORMATS | OTHERS).keys()
    for name, of in counts.items():
        assert (of["inputs"], of["found"]) == (INPUTS, {}), name
        assert of["refused"] > INPUTS / 3 or name == "run"  # which is done again where its file is damaged


def test_numbers_that_float32_cannot_hold_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", inputs=np.full((1, 3000), -1e39), targets=np.array([0]))
    with pytest.raises(DataError, match=r"inputs hold 1e\+39, above 3.4e\+38"):
        edinburgh.parse(tmp_path / "a.npz", tmp_path / "a.npz")


@pytest.mark.parametrize(
    "shape", [b"(1125899906842624,)", b"(1152921504606846976,)", b"(9223372036854775807, 4,)", b"((", b'"\\I"']
)
def test_a_header_that_declares_the_impossible_is_one_kind_of_fault(tmp_path: Path, shape: bytes) -> None:
    head = b"{'descr': '<f8', 'fortran_order': False, 'shape': " + shape + b", }"
    with zipfile.ZipFile(tmp_path / "a.npz", "w") as archive:
        archive.writestr("x.npy", b"\x93NUMPY\x01\x00" + len(head).to_bytes(2, "little") + head)
    with pytest.raises(ValueError, match=r"^a\.npz: "):
        read_arrays(tmp_path / "a.npz")
