"""Priors on weights: a standard law times a scale that is fixed, or that has a prior of its own. Notebook 10.

A weight is w = s·v, where v follows a standard law f and s is the scale of its layer. Where s is learnt, it is handled
through ζ = log s, which ranges over all real numbers; the density of ζ is that of s times |ds/dζ|, which is what a TFP
bijector takes care of (Kucukelbir et al. 2017, section 2.3).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import jax
import jax.numpy as jnp
import numpy as np
from tensorflow_probability.substrates.jax import bijectors as tfb
from tensorflow_probability.substrates.jax import distributions as tfd

Law = Literal["normal", "laplace", "cauchy", "mixture"]
Hyperprior = Literal["half-normal", "half-cauchy", "inverse-gamma"]
SPIKE = float(np.exp(-6))
"""Width of the narrow half of the scale mixture relative to the wide half: one of those that Blundell et al. try."""


@dataclass(frozen=True)
class Prior:
    """The prior of a layer's weights: their law, and their scale, which is fixed unless there is a hyperprior.

    With a hyperprior, `scale` is that law's own scale: of s for the half-normal and the half-Cauchy, and for the
    inverse gamma, which is a law of s² with shape 1, its square is the rate.
    """

    law: Law = "normal"
    scale: float = 1.0
    hyperprior: Hyperprior | None = None


def standard(law: Law) -> tfd.Distribution:
    """The law of a weight of scale 1; the mixture is half normal of width 1, half normal of width `SPIKE`."""
    if law == "mixture":
        return tfd.MixtureSameFamily(tfd.Categorical(probs=[0.5, 0.5]), tfd.Normal(0.0, [1.0, SPIKE]))
    return {"normal": tfd.Normal, "laplace": tfd.Laplace, "cauchy": tfd.Cauchy}[law](0.0, 1.0)


def log_scale_prior(prior: Prior) -> tfd.Distribution:
    """The law of ζ = log s for a prior with a hyperprior: that of s, or of s², carried over to ζ."""
    if prior.hyperprior == "half-normal":
        return tfb.Log()(tfd.HalfNormal(prior.scale))
    if prior.hyperprior == "half-cauchy":
        return tfb.Log()(tfd.HalfCauchy(0.0, prior.scale))
    return tfb.Scale(0.5)(tfb.Log()(tfd.InverseGamma(1.0, prior.scale**2)))  # ζ = ½ log s²


def divergence(
    law: tfd.Distribution, loc: jax.Array, log_sd: jax.Array, normal: Callable[[tuple[int, ...]], jax.Array]
) -> jax.Array:
    """KL(q ‖ law) in nats, summed over independent q = N(loc, sd²), or an unbiased estimate of it.

    Exact where the law is standard normal or Laplace. For the others E_q[log law] is taken at one draw, made from the
    noise that `normal` gives for a shape, while the entropy of q stays exact. A law of any other kind, that of a log
    scale, is asked for its density; those of weights are written out, which is several times faster. Notebook 10.
    """
    entropy = log_sd + 0.5 * np.log(2 * np.pi * np.e)
    sd = jnp.exp(log_sd)
    if isinstance(law, tfd.Normal):
        cross = 0.5 * (loc**2 + sd**2 + np.log(2 * np.pi))
    elif isinstance(law, tfd.Laplace):
        z = loc / sd  # E|v| of a normal is the mean of the folded normal
        cross = sd * np.sqrt(2 / np.pi) * jnp.exp(-0.5 * z**2) + loc * jax.lax.erf(z / np.sqrt(2)) + np.log(2)
    elif isinstance(law, tfd.Cauchy):
        cross = jnp.log1p((loc + sd * normal(loc.shape)) ** 2) + np.log(np.pi)
    elif isinstance(law, tfd.MixtureSameFamily):  # the wide half, times 1 + the ratio of the narrow half to it
        v2 = (loc + sd * normal(loc.shape)) ** 2
        ratio = jnp.exp(-0.5 * v2 * (1 / SPIKE**2 - 1)) / SPIKE
        cross = 0.5 * (v2 + np.log(2 * np.pi)) + np.log(2) - jnp.log1p(ratio)
    else:
        cross = -law.log_prob(loc + sd * normal(loc.shape))
    return jnp.sum(cross - entropy)
