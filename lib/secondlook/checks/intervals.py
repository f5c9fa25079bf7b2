"""Numbers with their 95 % t-intervals: slopes, and means over seeds, of scores and of the curves of a record."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import stats

from secondlook.results import Arm


class Interval(NamedTuple):
    """A mean, or another estimate, and its 95 % interval; each number is told in the format asked for, or `short`."""

    mean: float
    low: float
    high: float

    def __format__(self, form: str) -> str:
        mean, low, high = (format(value, form) if form else short(value) for value in self)
        return f"{mean} ({low} to {high})"


def short(value: float) -> str:
    """Three significant digits, without a power of ten."""
    rounded = float(f"{value:.3g}")
    return f"{rounded:,.10g}" if abs(rounded) >= 1e-4 or not rounded else np.format_float_positional(rounded)


def within(estimate: float, half: float) -> Interval:
    """The interval that reaches so far to both sides."""
    return Interval(float(estimate), float(estimate - half), float(estimate + half))


def half_width(sd: float, n: int) -> float:
    """Half the width of the interval of a mean of n values of that standard deviation."""
    return float(stats.t.ppf(0.975, n - 1) * sd / np.sqrt(n))


def around(mean: float, sd: float, seeds: int) -> Interval:
    """The interval of a mean of so many values of that standard deviation."""
    return within(mean, half_width(sd, seeds))


def over(values: np.ndarray) -> Interval:
    """The interval of the mean of values ``(seeds,)``."""
    return around(values.mean(), values.std(ddof=1), len(values))


def at(of: Arm, curve: str, look: int) -> Interval:
    """A curve of an arm at one of its looks."""
    found: Mapping[str, np.ndarray] = of.curves[curve]
    return around(found["mean"][look], found["sd"][look], len(of.seeds))
