"""The 1,797 handwritten digits that come with scikit-learn, 8 x 8 pixels (Alpaydin and Kaynak 1998). No download."""

import hashlib

import numpy as np

from secondlook.data.dataset import Dataset, Split

SHARES = {"train": 0.6, "valid": 0.2, "test": 0.2}


def load() -> Dataset:
    """Splits ``train`` (1,078), ``valid`` (360) and ``test`` (359), alike in their digits.

    x is uint8 of shape ``(pictures, 8, 8)``, 0 to 16. The split is drawn at random, so the items are exchangeable; the
    same hand may have written in two splits.
    """
    from sklearn.datasets import load_digits

    pictures, digits = load_digits(return_X_y=True)
    rng = np.random.default_rng(0)
    cuts = np.cumsum(list(SHARES.values()))[:-1]
    rows = []
    for digit in range(10):
        members = rng.permutation(np.flatnonzero(digits == digit))
        rows.append(np.split(members, np.rint(cuts * len(members)).astype(int)))
    x, y = pictures.reshape(-1, 8, 8).astype(np.uint8), digits.astype(np.int64)
    splits = {}
    for name, parts in zip(SHARES, zip(*rows, strict=True), strict=True):
        chosen = rng.permutation(np.concatenate(parts))
        splits[name] = Split(x[chosen], y[chosen])
    content = b"".join(array.tobytes() for split in splits.values() for array in split)
    return Dataset("digits", splits, tuple("0123456789"), hashlib.sha256(content).hexdigest()[:16])
