"""Bayes' theorem and the MAP estimate, where the posterior is known: C05 and C06."""

import math
from collections.abc import Callable

from scipy.integrate import quad
from scipy.optimize import minimize_scalar
from scipy.stats import gamma, norm

from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import DATA, posterior

NOISE, PRIOR = 1.5, 5.0
"""Variances of the normal model; the data are those of document 003."""
TRIED = (-1.0, 0.5, 2.0, 2.4, 4.0)
WAITS = (0.3, 1.1, 0.2, 0.7)
SHAPE, RATE = 2.0, 1.0
"""Exponential waiting times, and the gamma prior of their rate."""


def likelihood(theta: float) -> float:
    """P(X | θ), X independent N(θ, NOISE)."""
    return math.prod(float(norm.pdf(x, theta, math.sqrt(NOISE))) for x in DATA)


def prior(theta: float) -> float:
    """P(θ) = N(0, PRIOR)."""
    return float(norm.pdf(theta, 0, math.sqrt(PRIOR)))


def printed_posterior(theta: float, evidence: float) -> float:
    """Slide Problem Statement: Bayes' theorem."""
    return likelihood(theta) * prior(theta) / evidence


def printed_objective(theta: float) -> float:
    """Slide Problem Statement: what the MAP estimate maximises."""
    return math.log(likelihood(theta)) + math.log(prior(theta))


def highest(function: Callable[[float], float], low: float, high: float) -> float:
    """Where a function of one variable is highest."""
    return float(
        minimize_scalar(lambda t: -function(t), bounds=(low, high), method="bounded", options={"xatol": 1e-9}).x
    )


@check("C05")
def bayes() -> Verdict:
    """The printed quotient, its denominator by quadrature, against the posterior by completing the square."""
    known = posterior(DATA, NOISE, PRIOR)
    evidence = quad(lambda t: likelihood(t) * prior(t), -3, 7, points=[known.mean], epsabs=0, epsrel=1e-12)[0]
    pairs = [(printed_posterior(t, evidence), float(known.density(t))) for t in TRIED]
    at = TRIED[2]
    return decide(
        same(pairs),
        f"For {len(DATA)} normal observations with an unknown mean, P(X) by quadrature is {evidence:.6e}. At "
        f"$\\theta$ = {at:g} the right side is {pairs[2][0]:.10f} and the known posterior {pairs[2][1]:.10f}; they "
        f"agree at all {len(TRIED)} values tried.",
        r"$P(\theta \mid X) = P(X \mid \theta)P(\theta)/P(X)$",
        "the same",
    )


@check("C06")
def mode() -> Verdict:
    """The maximiser against the mode of the known posterior; then a rate and its logarithm, each at its mode."""
    found, known = highest(printed_objective, -3, 7), posterior(DATA, NOISE, PRIOR).mean
    shape, rate = SHAPE + len(WAITS), RATE + sum(WAITS)
    of_rate = highest(lambda t: float(gamma.logpdf(t, shape, scale=1 / rate)), 0.01, 20)
    of_log = highest(lambda z: float(gamma.logpdf(math.exp(z), shape, scale=1 / rate)) + z, -4, 4)
    return decide(
        same([(found, known)], tolerance=1e-6),
        f"The sum is highest at {found:.6f}, the posterior at {known:.6f}: they differ by ln P(X), which has no "
        f"$\\theta$. But the MAP estimate depends on the choice of variable. For {len(WAITS)} waiting times with a "
        f"gamma prior on their rate the posterior of the rate is highest at {of_rate:.3f}, that of the log rate at the "
        f"rate {math.exp(of_log):.3f}.",
        r"$\arg\max [\ln P(X \mid \theta) + \ln P(\theta)]$",
        "the same, for one choice of variable",
        (
            "The highest point of a density moves with the variable: the density of the log rate has the factor d rate "
            "/ d log rate.",
            f"The quantiles are those of the rate in either variable, and the mean of the rate, {shape / rate:.3f}, "
            "can be computed in both.",
        ),
    )
