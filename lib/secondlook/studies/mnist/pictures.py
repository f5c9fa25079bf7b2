"""The pictures of the study: those to learn from, to tune on and to be tested on, and foreign ones."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from secondlook.data import catalog, digits, idx
from secondlook.data.dataset import Split, by_fingerprint

N_VALID = 5_000
"""Training pictures set apart, which fit temperatures and choose priors; no score is computed on them."""


@dataclass(frozen=True)
class Pictures:
    """Splits of flat pictures ``(pictures, pixels)``, and foreign pictures by the name of their set."""

    train: Split
    valid: Split
    test: Split
    foreign: Mapping[str, np.ndarray]
    pixels: np.ndarray
    """The test pictures as they came, ``(pictures, rows, columns)``, for figures."""


def flat(x: np.ndarray, scale: float) -> np.ndarray:
    """Pictures as rows, divided by `scale`."""
    return np.ascontiguousarray(x.reshape(len(x), -1) / np.float32(scale), dtype=np.float32)


@cache
def load(fingerprint: str) -> Pictures:
    """The pictures with that fingerprint: MNIST, or the digits of scikit-learn.

    Pixels range from 0 to 2, as in Blundell et al. (2015). Foreign to MNIST are Kuzushiji-MNIST and notMNIST; to the
    digits, the same pictures with black and white exchanged.
    """
    small = digits.load()
    known = {small.fingerprint: "digits", catalog.fingerprint("mnist"): "mnist"}
    if by_fingerprint(fingerprint, known) == "digits":
        data, scale, n_valid = small, 8.0, 200
        foreign = {"inverted": flat(16.0 - data["test"].x, scale)}
    else:
        data, scale, n_valid = idx.load("mnist"), 126.0, N_VALID
        foreign = {name: flat(idx.load(name)["test"].x, scale) for name in ("kmnist", "notmnist")}
    parts = {name: Split(flat(of.x, scale), of.y.astype(np.int32)) for name, of in data.splits.items()}
    x, y = parts["train"]
    return Pictures(
        train=Split(x[:-n_valid], y[:-n_valid]),
        valid=Split(x[-n_valid:], y[-n_valid:]),
        test=parts["test"],
        foreign=foreign,
        pixels=data["test"].x.astype(np.uint8),
    )
