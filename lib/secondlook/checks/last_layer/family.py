"""The comparisons that notebook 13 makes: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds
from secondlook.checks.last_layer.arms import (
    ACCURACY,
    AVERAGE,
    GAP,
    HMC,
    LAPLACE,
    LAST,
    MODE,
    NLL,
    POINT,
    REAL,
    SAID,
    SONGS,
    Where,
    difference,
)
from secondlook.checks.over_seeds import Compared
from secondlook.compare import Paired
from secondlook.studies.last_layer.study import SIZES, UNITS

FEWER = tuple(Where("songs", items=items) for items in SIZES)
"""Where the last layer is given fewer synthetic songs than the net below it, ascending."""
SIMPLE = tuple(Where("songs", units=units) for units in UNITS)
"""Where it is given fewer hidden units: too simple a model."""
FEWER_SONGS = "nll, fewer songs"


@cache
def family() -> Mapping[tuple[Where, str, str, str], Compared]:
    """Every comparison with its adjusted p-value: where, a reading less another one, and the score.

    On the real sources they decide. Of the synthetic songs are that of all songs and `FEWER_SONGS`, by how much more
    the average lowers the NLL where the last layer is given the fewest of them.
    """
    asked = [(where, HMC, MODE, score) for where in REAL for score in (ACCURACY, NLL, GAP)]
    asked += [(w, name, POINT, s) for w in REAL for name in (HMC, LAPLACE, AVERAGE, LAST) for s in (ACCURACY, NLL)]
    asked += [(SONGS, HMC, MODE, NLL)]
    found: dict[tuple[Where, str, str, str], Paired] = {key: difference(*key) for key in asked}
    gain_of_few, *_, gain_of_all = gains()
    found[(SONGS, MODE, HMC, FEWER_SONGS)] = compare.paired(gain_of_few, gain_of_all)
    return over_seeds.family(found)


def across(a: str, b: str, score: str) -> dict[str, Compared]:
    """A score of reading a less that of reading b, by the name of the real source."""
    return {SAID[where]: family()[(where, a, b, score)] for where in REAL}


def distances() -> np.ndarray:
    """Mean total variation between the predictions of HMC and of the mode, ``(sizes, seeds)``, fewest songs first.

    It holds the sampling error of the draws, and is an upper bound of that between exact averages and modes.
    """
    return over_seeds.on_common_seeds([where.arm("hmc") for where in (*FEWER, SONGS)], "distance")


def gains() -> np.ndarray:
    """The NLL of the mode less that of HMC's average, ``(sizes, seeds)``, fewest songs first."""
    arms = [where.arm(method) for where in (*FEWER, SONGS) for method in ("mode", "hmc")]
    of_all = over_seeds.on_common_seeds(arms, f"test_{NLL}")
    return np.asarray(of_all[::2] - of_all[1::2])
