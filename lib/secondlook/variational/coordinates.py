"""Coordinates of a net's weights in which their prior is standard normal, whatever its law: for samplers. Notebook 10.

A weight is scale · F⁻¹(Φ(u)), where Φ is the distribution function of the normal law and F that of the weights. A
Cauchy weight, whose law has no variance, is then no harder to sample than a normal one. Log scales stay as they are.
"""

import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.special import log_ndtr, ndtr
from jax.scipy.stats import norm

from secondlook.variational.joint import Joint
from secondlook.variational.layers import LOC
from secondlook.variational.priors import Law, Prior, log_scale_prior


def from_normal(u: jax.Array, law: Law) -> jax.Array:
    """F⁻¹(Φ(u)) for a standard law F, which is symmetric: computed in its lower tail, where no digits are lost."""
    if law == "normal":
        return u
    below = -jnp.abs(u)
    size = {
        "laplace": lambda: -(log_ndtr(below) + np.log(2)),
        "cauchy": lambda: 1 / jnp.tan(np.pi * ndtr(below)),
    }[law]()
    return jnp.sign(u) * size


class NormalCoordinates:
    """The joint density of `joint`, a net whose layers all have one prior, as a density of u ``(d,)``."""

    def __init__(self, joint: Joint, prior: Prior) -> None:
        self.joint, self.prior = joint, prior
        names = [np.full(v.shape, v.name == "log_scale" + LOC).ravel() for v in joint.variables]
        self._is_scale = np.concatenate(names)

    def theta(self, u: jax.Array) -> jax.Array:
        """The weights and log scales θ of `joint` at u."""
        unit = 1.0 if self.prior.hyperprior else self.prior.scale
        return jnp.where(self._is_scale, u, unit * from_normal(u, self.prior.law))

    def log_prob(self, u: jax.Array) -> jax.Array:
        """Log joint density of u and the training classes, in nats."""
        log_prior = norm.logpdf(u[~self._is_scale]).sum()
        if self.prior.hyperprior:
            log_prior += log_scale_prior(self.prior).log_prob(u[self._is_scale]).sum()
        return log_prior + self.joint.log_likelihood(self.theta(u))
