"""A posterior known in closed form, and the mean-field normal that ADVI finds for it: what C01 and C11 look at.

Linear regression of the diabetes data with both variances known, near the values that a model with unknown ones finds.
"""

from functools import cache

import jax
import jax.numpy as jnp
import numpy as np

from secondlook import regression
from secondlook.data import diabetes
from secondlook.regression import Normal
from secondlook.variational.advi import Fit, LogProb, advi

NOISE, PRIOR = 0.5, 0.1
"""The variances of the noise and of the weights' prior; outcome and measurements are standardised."""
STEPS = 20_000


@cache
def design(correlated: bool) -> tuple[np.ndarray, np.ndarray]:
    """Measurements and outcome: as they are, or the measurements turned until none is correlated with another."""
    x, y, _ = diabetes.load()
    return (x, y) if correlated else (np.linalg.svd(x, full_matrices=False)[0] * np.sqrt(len(x)), y)


def exact(correlated: bool = True) -> Normal:
    """The posterior."""
    return regression.posterior(*design(correlated), NOISE, PRIOR)


def log_joint(correlated: bool = True) -> LogProb:
    """log p(y, w) up to a constant, in JAX."""
    x, y = (jnp.asarray(a, jnp.float32) for a in design(correlated))

    def of(w: jax.Array) -> jax.Array:
        return -0.5 * jnp.sum((y - x @ w) ** 2) / NOISE - 0.5 * w @ w / PRIOR

    return of


@cache
def fitted(correlated: bool = True) -> Fit:
    """What ADVI finds, from one seed."""
    return advi(log_joint(correlated), design(correlated)[0].shape[1], STEPS, seed=0)


def mean_field_sd(posterior: Normal) -> np.ndarray:
    """1/√Λ_ii: the sds of the best independent normal for a normal of precision Λ; Bishop (2006), section 10.1.2."""
    return 1 / np.sqrt(np.diag(np.linalg.inv(posterior.covariance)))
