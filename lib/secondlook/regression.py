"""Bayesian linear regression: what is known in closed form, and a model one step beyond, with its Gibbs sampler.

y = X w + noise, with x ``(n, d)``, independent noise N(0, noise_variance), and weights w ~ N(0, prior_variance I). With
both variances known the posterior is normal (Bishop 2006, section 3.3). With inverse gamma priors on both it has no
closed form, but each of w and the two variances has one given the others (Gelman et al. 2013, sections 3.8 and 11.1).
Notebook 10.
"""

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from tensorflow_probability.substrates.jax import bijectors as tfb
from tensorflow_probability.substrates.jax import distributions as tfd

from secondlook.samplers.chains import Chains, checked, timed


class Normal(NamedTuple):
    """A normal distribution of several variables: its mean ``(d,)`` and covariance ``(d, d)``."""

    mean: np.ndarray
    covariance: np.ndarray


def posterior(x: np.ndarray, y: np.ndarray, noise_variance: float, prior_variance: float) -> Normal:
    """What is known of the weights after n observations, both variances known; Bishop (2006), equation 3.50."""
    precision = x.T @ x / noise_variance + np.eye(x.shape[1]) / prior_variance
    covariance = np.linalg.inv(precision)
    return Normal(covariance @ (x.T @ y) / noise_variance, covariance)


def log_evidence(x: np.ndarray, y: np.ndarray, noise_variance: float, prior_variance: float) -> float:
    """The log density of y with the weights integrated out, in nats; Bishop (2006), equation 3.86."""
    n, d = x.shape
    mean, covariance = posterior(x, y, noise_variance, prior_variance)
    misfit = ((y - x @ mean) ** 2).sum() / noise_variance + (mean**2).sum() / prior_variance
    volume = np.linalg.slogdet(covariance).logabsdet - d * math.log(prior_variance)
    return float(-0.5 * misfit - 0.5 * n * math.log(2 * math.pi * noise_variance) + 0.5 * volume)


class InverseGamma(NamedTuple):
    """A law of a variance v: its density is proportional to v^(−shape−1) e^(−scale/v)."""

    shape: float
    scale: float

    def given_normals(self, count: int, squares: Any) -> tuple[float, Any]:
        """Shape and scale once `count` draws of N(0, v), of that sum of squares, are seen: the law is conjugate."""
        return self.shape + count / 2, self.scale + squares / 2


@dataclass(frozen=True, eq=False)
class Hierarchical:
    """Linear regression whose two variances are unknown; a point is θ = (w, log prior variance, log noise variance)."""

    x: np.ndarray
    y: np.ndarray
    prior_law: InverseGamma
    """Of the variance of the weights."""
    noise_law: InverseGamma

    def log_joint(self, theta: jax.Array) -> jax.Array:
        """log p(y, θ), in nats: the densities of the log variances are those of the variances, with the Jacobian."""
        w, log_s2, log_v = theta[:-2], theta[-2], theta[-1]
        x, y = (jnp.asarray(a, theta.dtype) for a in (self.x, self.y))
        return (
            tfd.Normal(x @ w, jnp.exp(log_v / 2)).log_prob(y).sum()
            + tfd.Normal(0.0, jnp.exp(log_s2 / 2)).log_prob(w).sum()
            + tfb.Log()(tfd.InverseGamma(*self.prior_law)).log_prob(log_s2)
            + tfb.Log()(tfd.InverseGamma(*self.noise_law)).log_prob(log_v)
        )

    def gibbs(self, start: Any, draws: int, warmup: int, seed: int) -> Chains:
        """Draws of θ by Gibbs sampling (Geman and Geman 1984): each part in turn from its law given all the others.

        The weights are drawn along the eigenvectors of XᵀX, where they are independent. `start` is ``(chains, d + 2)``.
        ValueError where it has no finite density, or where there is no warm-up.
        """
        if warmup < 1:
            raise ValueError(f"warmup is {warmup}; give at least one sweep, to forget the start")
        theta = checked(self.log_joint, start)
        n, d = self.x.shape
        curvature, axes = (jnp.asarray(a, theta.dtype) for a in np.linalg.eigh(self.x.T @ self.x))
        fitted = np.linalg.lstsq(self.x, self.y, rcond=None)[0]
        least = ((self.y - self.x @ fitted) ** 2).sum()
        centre = jnp.asarray(fitted, theta.dtype) @ axes

        def sweep(theta: jax.Array, key: jax.Array) -> tuple[jax.Array, jax.Array]:
            keys = jax.random.split(key, 3)
            s2, v = jnp.exp(theta[-2]), jnp.exp(theta[-1])
            precision = curvature / v + 1 / s2
            along = curvature * centre / v / precision + jax.random.normal(keys[0], (d,)) / jnp.sqrt(precision)
            shape, scale = self.prior_law.given_normals(d, (along**2).sum())
            s2 = scale / jax.random.gamma(keys[1], shape)
            shape, scale = self.noise_law.given_normals(n, least + (curvature * (along - centre) ** 2).sum())
            v = scale / jax.random.gamma(keys[2], shape)
            theta = jnp.concatenate([axes @ along, jnp.log(jnp.stack([s2, v]))])
            return theta, theta

        def walk(theta: jax.Array, keys: jax.Array) -> jax.Array:
            return jax.vmap(lambda theta, keys: jax.lax.scan(sweep, theta, keys)[1])(theta, keys)

        keys = jax.random.split(jax.random.key(seed), (len(theta), warmup + draws))
        spent, points = [], theta[:, None]
        for part in (keys[:, :warmup], keys[:, warmup:]):
            points, seconds = timed(jax.jit(walk).lower(points[:, -1], part).compile(), points[:, -1], part)
            spent.append(seconds)
        density = jax.jit(jax.vmap(jax.vmap(self.log_joint)))(points)
        return Chains(np.asarray(points), np.asarray(density), len(theta) * draws, spent[1], spent[0])
