"""Normal data with an unknown mean: posterior, three predictives, evidence. Derived in notebooks/01_conjugate_gaussian.

The model: mu ~ N(prior_mean, prior_variance), then x_i = mu + noise_i with noise_i ~ N(0, noise_variance), independent.
Everything is a variance, never a standard deviation, in the units of x squared. Formulas: Murphy (2007), "Conjugate
Bayesian analysis of the Gaussian distribution", sections 2 and 6.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import gammaln

DATA = (3.3, 3.5, 3.1, 1.8, 3.0, 0.74, 2.5, 2.4, 1.6, 2.1, 2.4, 1.3, 1.7, 0.19)  # document 003, problem 1
NOISE_VARIANCE = 1.0
PRIOR_VARIANCE = 5.0
SURE_PRIOR_VARIANCE = 0.1  # the alternative model of question 8


class Normal(NamedTuple):
    """A normal distribution: its mean and its variance."""

    mean: float
    variance: float

    def density(self, x: ArrayLike) -> np.ndarray:
        """The probability density at each x."""
        return np.exp(self.log_density(x))

    def log_density(self, x: ArrayLike) -> np.ndarray:
        """Its logarithm, which does not underflow far from the mean."""
        squared_distance = (np.asarray(x, dtype=float) - self.mean) ** 2 / self.variance
        return -(squared_distance + math.log(2 * math.pi * self.variance)) / 2


def posterior(x: ArrayLike, noise_variance: float, prior_variance: float, prior_mean: float = 0.0) -> Normal:
    """What is known of mu after the observations x: shape ``(n,)``, n = 0 allowed. ValueError on unusable input."""
    x = _observations(x)
    _positive(noise_variance=noise_variance, prior_variance=prior_variance)
    _finite(prior_mean=prior_mean)
    precision = len(x) / noise_variance + 1 / prior_variance
    mean = (x.sum() / noise_variance + prior_mean / prior_variance) / precision
    return Normal(float(mean), 1 / precision)


def ml_predictive(x: ArrayLike, noise_variance: float) -> Normal:
    """The next observation if mu were the sample mean. Its mean is nan without data: no mu is then the most likely."""
    x = _observations(x)
    _positive(noise_variance=noise_variance)
    return Normal(float(x.mean()) if len(x) else math.nan, noise_variance)


def map_predictive(x: ArrayLike, noise_variance: float, prior_variance: float, prior_mean: float = 0.0) -> Normal:
    """The next observation if mu were the mode of its posterior."""
    return Normal(posterior(x, noise_variance, prior_variance, prior_mean).mean, noise_variance)


def posterior_predictive(x: ArrayLike, noise_variance: float, prior_variance: float, prior_mean: float = 0.0) -> Normal:
    """The next observation, averaged over all mu: the noise and what is still unknown of mu add up."""
    mean, variance = posterior(x, noise_variance, prior_variance, prior_mean)
    return Normal(mean, noise_variance + variance)


def log_evidence(x: ArrayLike, noise_variance: float, prior_variance: float, prior_mean: float = 0.0) -> float:
    """The log density of all the observations with mu integrated out; 0 for no observations.

    Written in deviations from the sample mean, so that data far from zero lose no digits.
    """
    x = _observations(x)
    _positive(noise_variance=noise_variance, prior_variance=prior_variance)
    _finite(prior_mean=prior_mean)
    n = len(x)
    if n == 0:
        return 0.0
    within = ((x - x.mean()) ** 2).sum() / noise_variance
    between = n * (x.mean() - prior_mean) ** 2 / (noise_variance + n * prior_variance)
    return float(
        -(n * math.log(2 * math.pi * noise_variance) + math.log1p(n * prior_variance / noise_variance)) / 2
        - (within + between) / 2
    )


def best_prior_variance(x: ArrayLike, noise_variance: float) -> float:
    """The variance of a prior centred on 0 that gives the data the highest evidence; 0 if the mean is within its noise.

    Raises ValueError without data, for then every prior gives the same evidence.
    """
    x = _observations(x)
    _positive(noise_variance=noise_variance)
    if len(x) == 0:
        raise ValueError("x is empty: every prior gives the same evidence to no data; give at least one observation")
    return float(max(x.mean() ** 2 - noise_variance / len(x), 0.0))


class NormalInverseGamma(NamedTuple):
    """Belief about an unknown mean and variance: v ~ IG(shape, scale), then mu given v ~ N(mean, v / strength).

    `strength` is the number of observations the belief about mu is worth; `scale` is in the units of x squared.
    """

    mean: float
    strength: float
    shape: float
    scale: float


class StudentT(NamedTuple):
    """A Student-t distribution: degrees of freedom, centre, and squared scale (not the variance)."""

    freedom: float
    mean: float
    scale2: float

    def density(self, x: ArrayLike) -> np.ndarray:
        """The probability density at each x."""
        v = self.freedom
        normaliser = gammaln((v + 1) / 2) - gammaln(v / 2) - math.log(v * math.pi * self.scale2) / 2
        squared_distance = (np.asarray(x, dtype=float) - self.mean) ** 2 / self.scale2
        return np.exp(normaliser - (v + 1) / 2 * np.log1p(squared_distance / v))


def unknown_variance_posterior(x: ArrayLike, prior: NormalInverseGamma) -> NormalInverseGamma:
    """Belief about mean and variance after the observations x of shape ``(n,)``; Murphy (2007), section 6."""
    x = _observations(x)
    _positive(strength=prior.strength, shape=prior.shape, scale=prior.scale)
    _finite(mean=prior.mean)
    n = len(x)
    if n == 0:
        return prior
    within = ((x - x.mean()) ** 2).sum()
    between = prior.strength * n * (x.mean() - prior.mean) ** 2 / (prior.strength + n)
    return NormalInverseGamma(
        mean=float((prior.strength * prior.mean + x.sum()) / (prior.strength + n)),
        strength=prior.strength + n,
        shape=prior.shape + n / 2,
        scale=float(prior.scale + (within + between) / 2),
    )


def unknown_variance_predictive(belief: NormalInverseGamma) -> StudentT:
    """The next observation, averaged over mean and variance; Murphy (2007), section 6."""
    return StudentT(2 * belief.shape, belief.mean, belief.scale / belief.shape * (1 + 1 / belief.strength))


def _observations(x: ArrayLike) -> np.ndarray:
    try:
        values = np.asarray(x, dtype=float)
    except (TypeError, ValueError):
        raise ValueError(f"x is {x!r}: not a list of numbers; give one real number per observation") from None
    if values.ndim != 1:
        raise ValueError(f"x has shape {values.shape}; give a flat list, one number per observation")
    if not np.isfinite(values).all():
        bad = int(np.flatnonzero(~np.isfinite(values))[0])
        raise ValueError(f"x[{bad}] is {values[bad]}: an observation must be finite; drop it or mend it")
    return values


def _positive(**values: float) -> None:
    for name, value in values.items():
        if not 0 < value < math.inf:
            raise ValueError(f"{name} is {value}; it must be positive and finite")


def _finite(**values: float) -> None:
    for name, value in values.items():
        if not math.isfinite(value):
            raise ValueError(f"{name} is {value}; it must be finite")
