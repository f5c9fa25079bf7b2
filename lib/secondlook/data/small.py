"""Five small sets of real data that come with scikit-learn, as classes to be told from measurements. No download."""

import hashlib
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import numpy as np
from sklearn import datasets

from secondlook.data.dataset import Split

LOADERS: Mapping[str, Callable[..., Any]] = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "diabetes": datasets.load_diabetes,
    "digits": datasets.load_digits,
}
NAMES = tuple(LOADERS)


@cache
def load(name: str) -> Split:
    """All items of a set, unsplit: x ``(items, features)``, float64.

    The target of diabetes, how far the disease went in a year, is made two classes: up to its median, and above it.
    """
    x, y = LOADERS[name](return_X_y=True)
    if name == "diabetes":
        y = y > np.median(y)
    return Split(x, y.astype(np.int32))


def fingerprint(name: str) -> str:
    """Names the exact data of a set."""
    x, y = load(name)
    return hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest()[:16]
