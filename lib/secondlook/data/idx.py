"""MNIST and two sets in its likeness: 28 x 28 grey pictures of ten kinds of characters.

MNIST (LeCun, Cortes and Burges 1998) and notMNIST (Bulatov 2011) come as gzipped idx files: two zero bytes, 8 for
unsigned bytes, the number of axes, the length of each axis as four bytes (most significant first), then the values.
Kuzushiji-MNIST (Clanuwat et al. 2018) comes as ``.npz``. notMNIST and Kuzushiji-MNIST serve as pictures that no model
of MNIST should be sure about.
"""

import gzip
import math
import struct
from pathlib import Path

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.catalog import fingerprint
from secondlook.data.dataset import Dataset, Split
from secondlook.data.reading import again, reading

CLASS_NAMES = {
    "mnist": tuple("0123456789"),
    "kmnist": ("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"),
    "notmnist": tuple("ABCDEFGHIJ"),
}
LIMIT = 60_000 * 28 * 28


def load(name: str = "mnist") -> Dataset:
    """`name` is "mnist" (splits ``train``, 60,000, and ``test``, 10,000), "kmnist" or "notmnist" (``test`` alone).

    x is uint8 of shape ``(pictures, 28, 28)``, black 0 to white 255; y is the index of the character.
    """
    if name == "kmnist":
        images, labels = (fetch.path(name, f"kmnist-test-{part}.npz") for part in ("imgs", "labels"))
        splits = {"test": parse_npz(name, images, labels)}
    else:
        splits = {}
        for split, part in {"train": "train", "test": "t10k"}.items() if name == "mnist" else [("test", "t10k")]:
            images, labels = (fetch.path(name, f"{part}-{kind}-ubyte.gz") for kind in ("images-idx3", "labels-idx1"))
            splits[split] = parse(name, images, labels)
    return Dataset(name, splits, CLASS_NAMES[name], fingerprint(name))


def parse(source: str, images: Path, labels: Path) -> Split:
    """The pictures and labels of two gzipped idx files; any fault is a `DataError`."""
    return _pair(source, images, values(source, images, axes=3), labels, values(source, labels, axes=1))


def parse_npz(source: str, images: Path, labels: Path) -> Split:
    """The pictures and labels of two ``.npz`` files with one array ``arr_0`` each; any fault is a `DataError`."""
    x = npz.read(images, {"arr_0": npz.Array("u", ("pictures", 28, 28))}, again(source), LIMIT)["arr_0"]
    y = npz.read(labels, {"arr_0": npz.Array("u", ("pictures",))}, again(source), LIMIT)["arr_0"]
    return _pair(source, images, x, labels, y)


def values(source: str, file: Path, axes: int) -> np.ndarray:
    """The array of unsigned bytes in one gzipped idx file with that number of axes; any fault is a `DataError`."""
    with reading(file, again(source)), gzip.open(file) as stream:
        magic = stream.read(4)
        if magic != bytes([0, 0, 8, axes]):
            raise ValueError(f"begins with {magic.hex(' ')}, not 00 00 08 {axes:02x}")
        shape = struct.unpack(f">{axes}I", stream.read(4 * axes))
        if (size := math.prod(shape)) > LIMIT:
            raise ValueError(f"declares {size} bytes, more than the {LIMIT} allowed")
        content = stream.read(size + 1)
        if len(content) != size:
            raise ValueError(f"declares {size} bytes and holds {'more' if len(content) > size else len(content)}")
    return np.frombuffer(content, np.uint8).reshape(shape)


def _pair(source: str, images: Path, x: np.ndarray, labels: Path, y: np.ndarray) -> Split:
    with reading(images, again(source)):
        if x.shape[1:] != (28, 28):
            raise ValueError(f"pictures of {x.shape[1:]} pixels, not (28, 28)")
    with reading(labels, again(source)):
        if len(x) != len(y):
            raise ValueError(f"{len(y)} labels for {len(x)} pictures")
        if y.max(initial=0) > 9:
            raise ValueError(f"label {y.max()} is above 9")
    return Split(x, y.astype(np.int64))
