"""CIFAR-10 in its binary version (Krizhevsky 2009): 60,000 colour pictures of ten kinds of things.

Each record of a batch file is one label byte and then the red, green and blue planes of 32 x 32 bytes.
"""

import math
from pathlib import Path

import numpy as np

from secondlook.data import fetch
from secondlook.data.catalog import fingerprint
from secondlook.data.dataset import Dataset, Split
from secondlook.data.reading import again, reading

CLASS_NAMES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SHAPE = (3, 32, 32)


def load() -> Dataset:
    """Splits ``train`` (50,000 pictures) and ``test`` (10,000); x is uint8 of shape ``(pictures, 3, 32, 32)``."""
    batches = [parse(fetch.path("cifar10", f"data_batch_{k}.bin")) for k in range(1, 6)]
    train = Split(np.concatenate([batch.x for batch in batches]), np.concatenate([batch.y for batch in batches]))
    test = parse(fetch.path("cifar10", "test_batch.bin"))
    return Dataset("cifar10", {"train": train, "test": test}, CLASS_NAMES, fingerprint("cifar10"))


def parse(file: Path) -> Split:
    """The pictures and labels of one batch file; a file that is not whole records of known labels is a `DataError`."""
    length = 1 + math.prod(SHAPE)
    with reading(file, again("cifar10")):
        data = np.fromfile(file, np.uint8)
        if data.size == 0 or data.size % length:
            raise ValueError(f"{data.size} bytes are not whole records of {length} bytes")
        records = data.reshape(-1, length)
        if (top := records[:, 0].max()) >= len(CLASS_NAMES):
            raise ValueError(f"label {top} is above {len(CLASS_NAMES) - 1}")
    return Split(records[:, 1:].reshape(-1, *SHAPE), records[:, 0].astype(np.int64))
