"""Where the formulas are tried, and the two oracles that know nothing of conjugacy."""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from secondlook.gaussian import DATA, NOISE_VARIANCE, PRIOR_VARIANCE, SURE_PRIOR_VARIANCE, Normal

N = len(DATA)
S = sum(DATA)
Q = sum(x**2 for x in DATA)

# (noise variance, prior variance): the document's two, then two whose noise variance is not 1
SETTINGS = ((NOISE_VARIANCE, PRIOR_VARIANCE), (NOISE_VARIANCE, SURE_PRIOR_VARIANCE), (4.0, 5.0), (0.25, 2.0))
MU = np.linspace(-15, 15, 30_001)


class Sums(NamedTuple):
    """The moments of the posterior, and the evidence, summed over `MU`."""

    mean: float
    variance: float
    evidence: float


def log_likelihood(mu: np.ndarray | float, noise_variance: float) -> np.ndarray:
    """log p(D | mu), one term per observation."""
    return np.sum([Normal(x, noise_variance).log_density(mu) for x in DATA], axis=0)


def log_joint(mu: np.ndarray | float, noise_variance: float, prior_variance: float) -> np.ndarray:
    """log p(D | mu) + log p(mu)."""
    return log_likelihood(mu, noise_variance) + Normal(0.0, prior_variance).log_density(mu)


def by_summation(noise_variance: float, prior_variance: float) -> Sums:
    """Posterior and evidence by Riemann sums, which are exact to rounding for functions that die off like a normal."""
    weight = np.exp(log_joint(MU, noise_variance, prior_variance))
    mean = np.average(MU, weights=weight)
    return Sums(mean, np.average((MU - mean) ** 2, weights=weight), float(weight.sum() * (MU[1] - MU[0])))


def vertex(parabola: Callable[[float], float]) -> tuple[float, float]:
    """Where a quadratic function of mu has its one stationary point, and its curvature there (negative: a maximum)."""
    below, middle, above = parabola(-1.0), parabola(0.0), parabola(1.0)
    curvature = above - 2 * middle + below
    return (below - above) / (2 * curvature), curvature


def top_of_likelihood(noise_variance: float) -> float:
    """The value of mu that makes the data most likely."""
    return _maximum(lambda mu: float(log_likelihood(mu, noise_variance)))


def mode(noise_variance: float, prior_variance: float) -> float:
    """The mode of the posterior."""
    return _maximum(lambda mu: float(log_joint(mu, noise_variance, prior_variance)))


def _maximum(parabola: Callable[[float], float]) -> float:
    where, curvature = vertex(parabola)
    return where if curvature < 0 else math.nan
