"""Means over seeds with their 95 % t-intervals, from scores and from the curves that a record keeps."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

from secondlook.results import Arm


class Interval(NamedTuple):
    """A mean over seeds and its 95 % interval."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{short(self.mean)} ({short(self.low)} to {short(self.high)})"


def short(value: float) -> str:
    """Three significant digits, without a power of ten."""
    return f"{float(f'{value:.3g}'):,.10g}"


def around(mean: float, sd: float, seeds: int) -> Interval:
    """The interval of a mean of so many values of that standard deviation."""
    half = stats.t.ppf(0.975, seeds - 1) * sd / np.sqrt(seeds)
    return Interval(float(mean), float(mean - half), float(mean + half))


def over(values: np.ndarray) -> Interval:
    """The interval of the mean of values ``(seeds,)``."""
    return around(values.mean(), values.std(ddof=1), len(values))


def at(of: Arm, curve: str, look: int) -> Interval:
    """A curve of an arm at one of its looks."""
    found: Mapping[str, np.ndarray] = of.curves[curve]
    return around(found["mean"][look], found["sd"][look], len(of.seeds))
