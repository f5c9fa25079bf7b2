"""Comparisons and intervals over test items: what they say is of the fitted models, not of training them once more.

`compare` has the comparisons over training seeds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import stats
from statsmodels.stats.contingency_tables import mcnemar as _mcnemar

from secondlook.scores import placements


@dataclass(frozen=True)
class Discordance:
    """Two fitted classifiers on the same items: how many only one of them gets right, and the exact McNemar p."""

    only_a: int
    only_b: int
    p: float


def mcnemar(right_a: np.ndarray, right_b: np.ndarray) -> Discordance:
    """Exact McNemar test on boolean ``(items,)``: it speaks of these two fits, not of their training procedures.

    Raises ValueError when the two are not of the same items.
    """
    a, b = np.asarray(right_a, bool), np.asarray(right_b, bool)
    if a.shape != b.shape or a.ndim != 1:
        raise ValueError(f"mcnemar: shapes {a.shape} and {b.shape}; give two arrays of the same items, (items,)")
    only_a, only_b = int(np.sum(a & ~b)), int(np.sum(~a & b))
    table = [[int(np.sum(a & b)), only_a], [only_b, int(np.sum(~a & ~b))]]
    return Discordance(only_a, only_b, float(_mcnemar(table, exact=True).pvalue))


@dataclass(frozen=True)
class Crossed:
    """The mean difference of two ways of training, its standard error and 95 % interval, over seeds and items."""

    difference: float
    error: float
    low: float
    high: float


def crossed(right_a: np.ndarray, right_b: np.ndarray) -> Crossed:
    """Compare two ways of training, both ``(seeds, items)``, as if seeds and items were drawn anew: a − b.

    The differences are a table with a random effect of its row, one of its column, and a rest. Of the mean squares M
    of the three, (M_seeds + M_items − M_rest) / (seeds · items) estimates the variance of the grand mean without bias
    (Searle, Casella and McCulloch 1992, section 4.5); we never take it for less than seeds or items alone give. Its
    degrees of freedom are Satterthwaite's (1946).

    Raises ValueError when the two are not of the same seeds and items, two of both at least.
    """
    a, b = np.asarray(right_a, float), np.asarray(right_b, float)
    if a.shape != b.shape or a.ndim != 2 or min(a.shape) < 2:
        raise ValueError(f"crossed: shapes {a.shape} and {b.shape}; give two of the same (seeds, items), two of both")
    table = a - b
    seeds, items = table.shape
    mean, row, column = table.mean(), table.mean(axis=1), table.mean(axis=0)
    squares = np.array([items * np.var(row, ddof=1), seeds * np.var(column, ddof=1), 0.0])
    freedom = np.array([seeds - 1, items - 1, (seeds - 1) * (items - 1)])
    squares[2] = np.sum((table - row[:, None] - column + mean) ** 2) / freedom[2]
    total = max(squares[0] + squares[1] - squares[2], squares[0], squares[1])
    error = np.sqrt(total / table.size)
    half = error and stats.t.ppf(0.975, total**2 / np.sum(squares**2 / freedom)) * error
    return Crossed(float(mean), float(error), float(mean - half), float(mean + half))


@dataclass(frozen=True)
class Areas:
    """The AUROCs of two scores of the same items: their difference a − b, its 95 % interval, and p of no difference."""

    a: float
    b: float
    difference: float
    low: float
    high: float
    p: float


def delong(score_a: np.ndarray, score_b: np.ndarray, positive: np.ndarray) -> Areas:
    """Compare the areas under two ROC curves of the same items, all ``(items,)`` (DeLong et al. 1988, equation 8).

    An area is the mean of the `placements` over the positive items, and over the negative ones; so the variance of the
    difference of two is that of the differences of placements in either group over the group's size, summed (by
    midranks: Sun and Xu 2014). It is of these items, not of the training; near areas of 0 or 1 it is too small.

    Raises ValueError when a group has fewer than two items, and as `placements` does.
    """
    positive = np.asarray(positive, bool)
    groups = (positive, ~positive)
    if min(int(group.sum()) for group in groups) < 2:
        raise ValueError(f"{positive.sum()} of {len(positive)} items are positive: give two or more of both groups")
    placed_a, placed_b = placements(score_a, positive), placements(score_b, positive)
    differences = placed_a - placed_b
    difference = float(differences[positive].mean())
    error = float(np.sqrt(sum(differences[group].var(ddof=1) / group.sum() for group in groups)))
    half = float(stats.norm.ppf(0.975)) * error
    return Areas(
        a=float(placed_a[positive].mean()),
        b=float(placed_b[positive].mean()),
        difference=difference,
        low=difference - half,
        high=difference + half,
        p=float(2 * stats.norm.sf(abs(difference) / error)) if error else float(difference == 0),
    )


class Interval(NamedTuple):
    """A 95 % interval."""

    low: float
    high: float


def bootstrap(
    statistic: Callable[..., float], arrays: Sequence[np.ndarray], draws: int = 2000, seed: int = 0
) -> Interval:
    """The percentile interval of statistic(*arrays) over items drawn with replacement (Efron 1979).

    The arrays have the items as their first axis and stay paired: each draw takes the same items of all of them.
    Raises ValueError when they have not the same number of items, two at least, and whatever the statistic raises.
    """
    sizes = sorted({len(array) for array in arrays})
    if len(sizes) != 1 or sizes[0] < 2:
        raise ValueError(f"bootstrap: arrays of {sizes} items; give arrays of the same items, at least two")
    found = stats.bootstrap(
        (np.arange(sizes[0]),),
        lambda items: statistic(*(array[items] for array in arrays)),
        n_resamples=draws,
        batch=100,  # a hundred at a time, which is little memory
        vectorized=False,
        method="percentile",
        rng=seed,
    )
    return Interval(*map(float, found.confidence_interval))


def exact_share(k: int, n: int) -> Interval:
    """The exact interval of a probability of which k of n trials are seen (Clopper and Pearson 1934)."""
    if not 0 <= k <= n or n == 0:
        raise ValueError(f"exact_share: {k} of {n}; give 0 to n of n items, n at least one")
    return Interval(*map(float, stats.binomtest(k, n).proportion_ci(method="exact")))
