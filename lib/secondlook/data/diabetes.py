"""The 442 diabetes patients that come with scikit-learn (Efron, Hastie, Johnstone and Tibshirani 2004). No download."""

import hashlib
from functools import cache
from typing import NamedTuple

import numpy as np

FEATURES = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")


class Patients(NamedTuple):
    """Ten measurements of each patient ``(442, 10)``, and how the disease stands a year later, ``(442,)``."""

    x: np.ndarray
    y: np.ndarray
    fingerprint: str


@cache
def load() -> Patients:
    """The measurements in the order of `FEATURES`; each, and the outcome, has mean 0 and standard deviation 1."""
    from sklearn.datasets import load_diabetes

    x, y = load_diabetes(return_X_y=True, scaled=False)
    fingerprint = hashlib.sha256(x.tobytes() + y.tobytes()).hexdigest()[:16]
    x, y = ((a - a.mean(axis=0)) / a.std(axis=0) for a in (x, y))
    return Patients(x, y, fingerprint)
