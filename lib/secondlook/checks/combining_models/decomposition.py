r"""Bias and variance over training seeds, from the probabilities that each run gives the test songs.

Of one song with the class indicator y, a net of seed s gives the probabilities :math:`p_s`. Over seeds,

.. math:: E\|p_s - y\|^2 = \|E p_s - y\|^2 + E\|p_s - E p_s\|^2,

the Brier score (1950) as bias and variance, exactly. What no net can know counts as bias. Notebook 07 derives it.
"""

from typing import Literal

import numpy as np

from secondlook import compare
from secondlook.checks.over_seeds import arm
from secondlook.checks.songs import GTZAN_CLASSES, place
from secondlook.compare import Paired
from secondlook.studies.songs.combiners import KEPT
from secondlook.studies.songs.members import MEMBERS

AVERAGE = "mean of probabilities"

Part = Literal["variance", "bias"]
PARTS: tuple[Part, ...] = ("variance", "bias")


def of_variant(variant: str) -> np.ndarray:
    """What the runs of a variant give the test songs, ``(seeds, songs, classes)``."""
    return arm(place(KEPT, variant)).items["test_probability"].astype(float)


def of_member(member: str) -> np.ndarray:
    """What one of the three members gives the test songs, ``(seeds, songs, classes)``."""
    p = arm(place(KEPT, AVERAGE)).items["member_probability"].astype(float)
    return p[:, :, MEMBERS.index(member)]


def brier(p: np.ndarray, y: np.ndarray) -> np.ndarray:
    """The Brier score of each seed, ``(seeds,)``: squared errors summed over classes, averaged over songs."""
    return np.square(p - np.eye(p.shape[2])[y]).sum(axis=2).mean(axis=1)


def spread(p: np.ndarray) -> float:
    """The variance over seeds, without bias: summed over classes, averaged over songs."""
    return float(p.var(axis=0, ddof=1).sum(axis=1).mean())


def variance(p: np.ndarray) -> np.ndarray:
    """The variance as one number a seed whose mean it is, ``(seeds,)``: the jackknife's pseudo-values (Tukey 1958).

    It takes three seeds or more: each is left out once.
    """
    n = len(p)
    return np.array([n * spread(p) - (n - 1) * spread(np.delete(p, seed, axis=0)) for seed in range(n)])


def parts(p: np.ndarray, y: np.ndarray) -> dict[Part, np.ndarray]:
    """Bias and variance, a number a seed each; they add up to the seed's Brier score."""
    varies = variance(p)
    return {"variance": varies, "bias": brier(p, y) - varies}


def reduction(part: Part, member: str) -> Paired:
    """By how much the average of the members has less bias, or less variance, than one of them."""
    single, average = (parts(p, GTZAN_CLASSES)[part] for p in (of_member(member), of_variant(AVERAGE)))
    return compare.paired(single, average)
