"""The data and the posterior: D01 to D04, D06."""

import math
from decimal import Decimal

import numpy as np

from secondlook.checks.conjugate_gaussian.settings import MU, SETTINGS, N, S, by_summation
from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import DATA, NOISE_VARIANCE, PRIOR_VARIANCE, Normal, posterior, posterior_predictive

PRINTED_SUM = "29.63"
PRINTED_SUM_OF_SQUARES = "74.8937"


def printed_mean(s2: float, t2: float) -> float:
    """Solution 1."""
    return S / (s2 * (N / s2 + 1 / t2))


def printed_variance(s2: float, t2: float) -> float:
    """Solution 1, in its text and in its density, and solution 2, twice."""
    return 1 / (s2 + 1 / t2)


def printed_density(mu: np.ndarray, s2: float, t2: float) -> np.ndarray:
    """Solution 1, the displayed density."""
    exponent = -(N / s2 + 1 / t2) / 2 * (mu - printed_mean(s2, t2)) ** 2
    return np.exp(exponent) / math.sqrt(2 * math.pi * printed_variance(s2, t2))


def printed_second_argument(s2: float) -> float:
    """Solution 2: N(x | mu, sigma)."""
    return math.sqrt(s2)


@check("D01")
def sums() -> Verdict:
    """The two sums, in exact decimals."""
    exact = [Decimal(str(x)) for x in DATA]
    total, squares = sum(exact, Decimal()), sum((x * x for x in exact), Decimal())
    return decide(
        total == Decimal(PRINTED_SUM) and squares == Decimal(PRINTED_SUM_OF_SQUARES),
        f"In exact decimal arithmetic the sums are {total.normalize()} and {squares.normalize()}; "
        f"the mean of the {N} points is {total / N:.7f}.",
        f"{PRINTED_SUM} and {PRINTED_SUM_OF_SQUARES}",
        f"{total.normalize()} and {squares.normalize()}",
    )


@check("D02")
def mean() -> Verdict:
    """The posterior mean, against the conjugate formula and brute summation."""
    pairs = [(printed_mean(*at), posterior(DATA, *at).mean) for at in SETTINGS]
    pairs += [(printed_mean(*at), by_summation(*at).mean) for at in SETTINGS]
    found = by_summation(NOISE_VARIANCE, PRIOR_VARIANCE).mean
    return decide(
        same(pairs),
        f"The printed formula gives {printed_mean(NOISE_VARIANCE, PRIOR_VARIANCE):.7f}; "
        f"prior times likelihood, summed over a grid, has mean {found:.7f}.",
        r"$\sum_i x_i / (\sigma^2(n/\sigma^2 + 1/\tau^2))$",
        f"the same: {found:.7f}",
    )


@check("D03")
def variance() -> Verdict:
    """The posterior variance, against the conjugate formula and brute summation."""
    pairs = [(printed_variance(*at), posterior(DATA, *at).variance) for at in SETTINGS]
    pairs += [(printed_variance(*at), by_summation(*at).variance) for at in SETTINGS]
    found = by_summation(NOISE_VARIANCE, PRIOR_VARIANCE).variance
    printed = printed_variance(NOISE_VARIANCE, PRIOR_VARIANCE)
    return decide(
        same(pairs),
        f"The posterior variance is $1/(n/\\sigma^2 + 1/\\tau^2)$ = {found:.7f}; the printed formula gives "
        f"{printed:.7f}, {printed / found:.1f} times as much. The print does not depend on $n$, and it adds a variance "
        "to the inverse of one.",
        f"$1/(\\sigma^2 + 1/\\tau^2)$ = {printed:.7f}",
        f"$1/(n/\\sigma^2 + 1/\\tau^2)$ = {found:.7f}",
    )


@check("D04")
def density() -> Verdict:
    """The area under the printed density."""
    areas = [float(printed_density(MU, *at).sum() * (MU[1] - MU[0])) for at in SETTINGS]
    ratio = posterior(DATA, NOISE_VARIANCE, PRIOR_VARIANCE).variance / printed_variance(NOISE_VARIANCE, PRIOR_VARIANCE)
    return decide(
        same((area, 1.0) for area in areas),
        f"The printed function integrates to {areas[0]:.4f}. A density integrates to 1. The area is √{ratio:.4f}, the "
        "root of the ratio of the two variances in it.",
        f"area {areas[0]:.4f}",
        "area 1, with the variance of the exponent in the normaliser",
    )


@check("D06")
def second_argument() -> Verdict:
    """What the second argument of N has to be for the noise to have its variance."""
    s2, t2 = 4.0, PRIOR_VARIANCE
    mean, spread = posterior(DATA, s2, t2)
    as_printed = Normal(mean, printed_second_argument(s2) + spread)
    meant = posterior_predictive(DATA, s2, t2)
    return decide(
        same((printed_second_argument(noise), noise) for noise, _ in SETTINGS),
        f"Everywhere else the second argument is a variance, so here it must be $\\sigma^2$. At $\\sigma^2$ = {s2:g}, "
        f"taken as written, the next point has variance {as_printed.variance:.4f} instead of {meant.variance:.4f}; "
        "at $\\sigma^2$ = 1 the slip does not show.",
        r"$N(x \mid \mu, \sigma)$",
        r"$N(x \mid \mu, \sigma^2)$",
    )
