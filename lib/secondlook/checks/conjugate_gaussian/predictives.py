"""The three predictive distributions as data come in: D05, D07, D14 to D17."""

import math
from functools import reduce
from itertools import pairwise

import numpy as np

from secondlook.checks.conjugate_gaussian.settings import SETTINGS, N
from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import (
    DATA,
    NOISE_VARIANCE,
    PRIOR_VARIANCE,
    Normal,
    log_evidence,
    map_predictive,
    ml_predictive,
    posterior,
    posterior_predictive,
)

ORDERS = 100
FIRST = [DATA[:n] for n in range(N + 1)]  # the data after n points, n from 0


def printed_variance(s2: float, t2: float) -> float:
    """Solution 2."""
    return s2 + 1 / (s2 + 1 / t2)


def from_evidence(s2: float, t2: float) -> Normal:
    """The predictive as a ratio of evidences, p(D, x*) / p(D), and its moments by summation: no predictive formula."""
    grid = np.linspace(-40, 40, 8_001)
    weight = np.exp([log_evidence([*DATA, x], s2, t2) for x in grid])
    mean = np.average(grid, weights=weight)
    return Normal(mean, np.average((grid - mean) ** 2, weights=weight))


@check("D05")
def predictive() -> Verdict:
    """The posterior predictive, against the formula and against ratios of evidences."""
    s2, t2 = SETTINGS[0]
    found, printed = posterior_predictive(DATA, s2, t2), printed_variance(s2, t2)
    pairs = [(printed_variance(*at), posterior_predictive(DATA, *at).variance) for at in SETTINGS]
    return decide(
        same([*pairs, (printed, from_evidence(s2, t2).variance)]),
        f"The mean {found.mean:.7f} is right; the variance is $\\sigma^2$ plus the posterior variance, "
        f"{found.variance:.7f}, and the printed formula gives {printed:.7f}. Summing $p(D, x^*)/p(D)$ over a grid of "
        f"$x^*$ gives {from_evidence(s2, t2).variance:.7f}.",
        f"variance $\\sigma^2 + 1/(\\sigma^2 + 1/\\tau^2)$ = {printed:.7f}",
        f"variance $\\sigma^2 + 1/(n/\\sigma^2 + 1/\\tau^2)$ = {found.variance:.7f}",
    )


@check("D07")
def n_dominates() -> Verdict:
    """The distance of the predictive mean from the sample mean when the same data come 1, 10 and 100 times."""
    gaps = []
    for times in (1, 10, 100):
        x = np.tile(DATA, times)
        gaps.append(float(x.mean()) - posterior_predictive(x, NOISE_VARIANCE, PRIOR_VARIANCE).mean)
    return decide(
        gaps[0] > 5 * gaps[1] > 25 * gaps[2] > 0,
        f"True of the mean: it lies {gaps[0]:.4f} below the sample mean after {N} points, {gaps[1]:.4f} after {10 * N} "
        f"and {gaps[2]:.5f} after {100 * N} with the same mean. The printed variance (D03) has no $n$ to dominate.",
        r"$n$ dominates the denominator",
        r"distance $\bar x / (1 + n\tau^2/\sigma^2)$",
    )


@check("D14")
def fifteen_plots() -> Verdict:
    """Which of the 45 curves exist."""
    at = NOISE_VARIANCE, PRIOR_VARIANCE
    means = [
        curve.mean
        for x in FIRST
        for curve in (ml_predictive(x, at[0]), map_predictive(x, *at), posterior_predictive(x, *at))
    ]
    there = sum(map(math.isfinite, means))
    full, plug_in = posterior_predictive([], *at), map_predictive([], *at)
    return Verdict(
        "not testable here",
        f"The plots are lost. {there} of the {len(means)} curves exist. With no data the full predictive is "
        f"$N({full.mean:g}, {full.variance:g})$ and the MAP plug-in $N({plug_in.mean:g}, {plug_in.variance:g})$, but "
        "the MLE is $0/0$: every $\\mu$ is as likely as any other, and its curve must be drawn as missing.",
    )


@check("D15")
def variance_decreases() -> Verdict:
    """The predictive variance after every point."""
    variances = [posterior_predictive(x, NOISE_VARIANCE, PRIOR_VARIANCE).variance for x in FIRST]
    return decide(
        all(after < before for before, after in pairwise(variances)),
        f"It falls from {variances[0]:.4f} with no data to {variances[1]:.4f} after one point and {variances[-1]:.4f} "
        f"after {N}, towards $\\sigma^2$ = {NOISE_VARIANCE:g}. The document's own formula (D05) would keep it at "
        f"{printed_variance(NOISE_VARIANCE, PRIOR_VARIANCE):.4f}.",
        "decreasing",
        f"{variances[0]:.4f} to {variances[-1]:.4f}",
    )


@check("D16")
def means_approach() -> Verdict:
    """The three predictive means after every point from the first."""
    at = NOISE_VARIANCE, PRIOR_VARIANCE
    averages = [float(np.mean(x)) for x in FIRST[1:]]
    exact = same((ml_predictive(x, at[0]).mean, average) for x, average in zip(FIRST[1:], averages, strict=True))
    gaps = [
        [abs(curve(x, *at).mean - average) for x, average in zip(FIRST[1:], averages, strict=True)]
        for curve in (map_predictive, posterior_predictive)
    ]
    closer = all(later < earlier for gap in gaps for earlier, later in pairwise(gap))
    return decide(
        exact and closer,
        f"The MLE's mean is the sample mean at every $n$ from 1. The other two share one mean, whose distance from the "
        f"sample mean falls at every step: {gaps[0][0]:.4f} after one point, {gaps[0][-1]:.4f} after {N}.",
        "always equal; come closer",
        "the same",
    )


@check("D17")
def order() -> Verdict:
    """One update per point, in many random orders, against one update with all points."""
    at = NOISE_VARIANCE, PRIOR_VARIANCE
    rng = np.random.default_rng(17)
    at_once = posterior(DATA, *at)
    ends = [
        reduce(lambda b, x: posterior([x], at[0], b.variance, b.mean), rng.permutation(DATA), Normal(0.0, at[1]))
        for _ in range(ORDERS)
    ]
    agree = same((a, b) for end in ends for a, b in zip(end, at_once, strict=True))
    return decide(
        agree,
        f"{ORDERS} random orders, one point at a time, {'all end' if agree else 'do not all end'} at mean "
        f"{at_once.mean:.7f} and variance {at_once.variance:.7f}, as one update with all {N} points does. The plug-in "
        "means depend on the data through their sum and number alone.",
        "the order does not matter",
        "the same",
    )
