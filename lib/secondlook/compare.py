"""Comparisons that carry their uncertainty: thin over scipy and statsmodels.

Every comparison of two arms is paired by training seed. `compare_items` has those by test item.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy import stats
from statsmodels.stats.power import TTestPower


@dataclass(frozen=True)
class Paired:
    """A paired comparison over `n` seeds: mean difference, its 95 % t-interval, p-values, smallest effect to be seen.

    `p` is the t-test's, `p_signs` that of the exact sign-flip permutation test (it assumes only symmetry);
    `detectable` is the true difference that n pairs of this spread show with 80 % power at the 5 % level.
    """

    n: int
    difference: float
    low: float
    high: float
    p: float
    p_signs: float
    detectable: float


def paired(a: np.ndarray, b: np.ndarray, overlap: float = 0.0) -> Paired:
    """Compare a with b, both ``(seeds,)`` and in the same order of seeds: differences are a − b.

    Where the pairs are folds of repeated cross-validation they share training items, and their mean is less certain
    than that of as many independent pairs; `overlap`, the number of test items over that of training items, widens the
    standard error for it (Nadeau and Bengio 2003, section 3). `p_signs` takes no account of it.

    Raises ValueError when there are fewer than two pairs, the shapes differ or a number is not finite.
    """
    a, b = np.asarray(a, float), np.asarray(b, float)
    if a.shape != b.shape or a.ndim != 1 or len(a) < 2:
        raise ValueError(f"paired: shapes {a.shape} and {b.shape}; give two arrays of the same seeds, at least two")
    difference = a - b
    if not np.isfinite(difference).all():
        worst = int(np.argmin(np.isfinite(difference)))
        raise ValueError(f"paired: pair {worst} is {a[worst]} and {b[worst]}; find out why its run gave no number")
    n, mean = len(a), float(difference.mean())
    error = standard_error(difference, overlap)
    half = float(stats.t.ppf(0.975, n - 1)) * error
    return Paired(
        n=n,
        difference=mean,
        low=mean - half,
        high=mean + half,
        p=float(2 * stats.t.sf(abs(mean) / error, n - 1)) if error else float(mean == 0),
        p_signs=sign_flip(difference),
        detectable=detectable(error * np.sqrt(n), n),
    )


def standard_error(difference: np.ndarray, overlap: float = 0.0) -> float:
    """Of the mean of paired differences; `overlap` as in `paired`."""
    return float(difference.std(ddof=1) * np.sqrt(1 / len(difference) + overlap))


def sign_flip(difference: np.ndarray) -> float:
    """Two-sided p of the mean under random signs: exact up to 16 pairs, by 100,000 random patterns above."""
    patterns = _signs(len(difference))
    flipped = np.abs(
        np.concatenate([some @ difference for some in np.array_split(patterns, 1 + len(patterns) // 5000)])
    )
    return float(np.mean(flipped >= abs(difference.sum()) * (1 - 1e-12)))


@cache
def _signs(n: int) -> np.ndarray:
    """Patterns of n signs, ``(patterns, n)``. The first is that of the data, so that p is never 0."""
    if n <= 16:
        return (1 - 2 * ((np.arange(2**n)[:, None] >> np.arange(n)) & 1)).astype(np.int8)
    patterns = np.random.default_rng(0).choice(np.array([-1, 1], np.int8), (100_000, n))
    patterns[0] = 1
    return patterns


def detectable(sd: float, n: int) -> float:
    """The smallest true mean difference that a paired t-test on n pairs of spread sd sees with 80 % power at 5 %."""
    return sd * _detectable_effect(n)


@cache
def _detectable_effect(n: int) -> float:
    return float(TTestPower().solve_power(nobs=n, alpha=0.05, power=0.8))


def equivalent(found: Paired, margin: float) -> float:
    """p of two one-sided t-tests (Schuirmann 1987): small means that the mean difference lies within ±margin."""
    error = (found.high - found.difference) / float(stats.t.ppf(0.975, found.n - 1))
    if not error:
        return float(abs(found.difference) >= margin)
    return float(stats.t.sf((margin - abs(found.difference)) / error, found.n - 1))


def holm(p_values: Sequence[float]) -> np.ndarray:
    """p-values adjusted by Holm (1979): the chance of any false finding in the family stays below the level.

    The smallest of n is multiplied by n, the next by n − 1, and so on, and none falls below the one before it.
    """
    p = np.asarray(p_values)
    order = p.argsort()
    adjusted = np.empty(len(p))
    adjusted[order] = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    return adjusted.clip(max=1)
