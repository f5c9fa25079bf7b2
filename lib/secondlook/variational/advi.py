"""Automatic differentiation variational inference (Kucukelbir et al. 2017, JMLR 18), mean-field. Notebook 10."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

LogProb = Callable[[jax.Array], jax.Array]
"""The log density of one point ``(d,)`` of all of R^d, up to a constant; written in JAX."""

START_SD = 0.1
LEARNING_RATE = 0.05
DRAWS = 10
"""For each step of the climb."""


@dataclass(frozen=True)
class Fit:
    """The normal q of independent parameters, ``loc`` and ``sd`` of shape ``(d,)``, that advi found.

    `elbo` is its estimate at every step, ``(steps,)``, in nats; `evaluations` counts gradients of the log density, and
    `seconds` processor time, without compilation.
    """

    loc: np.ndarray
    sd: np.ndarray
    elbo: np.ndarray
    evaluations: int
    seconds: float


def elbo(log_prob: LogProb, loc: jax.Array, log_sd: jax.Array, noise: jax.Array) -> jax.Array:
    """An unbiased estimate of E_q[log p(x, θ)] plus the entropy of q, at θ = loc + sd ε for each ε of ``(draws, d)``.

    Since the draws are written as a function of loc and sd, its gradient is an unbiased estimate of that of the ELBO.
    """
    entropy = jnp.sum(log_sd + 0.5 * np.log(2 * np.pi * np.e))
    return jax.vmap(log_prob)(loc + jnp.exp(log_sd) * noise).mean() + entropy


def advi(log_prob: LogProb, d: int, steps: int, seed: int) -> Fit:
    """The normal with diagonal covariance that maximises the ELBO of ``exp(log_prob)`` on R^d.

    It starts at N(0, 0.1²) and climbs by Adam, whose step falls to zero along a cosine, so that the noise of the last
    gradients averages out. Positive parameters are brought onto the real line first, by `on_real_line`.

    Raises ValueError where the log density is not finite on the way.
    """
    optimiser = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, steps))
    q = jnp.zeros(d), jnp.full(d, jnp.log(START_SD))

    def step(state: tuple[Any, Any], key: jax.Array) -> tuple[tuple[Any, Any], jax.Array]:
        q, memory = state
        noise = jax.random.normal(key, (DRAWS, d))
        height, uphill = jax.value_and_grad(lambda q: elbo(log_prob, q[0], q[1], noise))(q)
        change, memory = optimiser.update(jax.tree.map(jnp.negative, uphill), memory)
        return (optax.apply_updates(q, change), memory), height

    keys = jax.random.split(jax.random.key(seed), steps)
    climb = jax.jit(partial(jax.lax.scan, step)).lower((q, optimiser.init(q)), keys).compile()
    start = time.process_time()
    ((loc, log_sd), _), heights = jax.block_until_ready(climb((q, optimiser.init(q)), keys))
    seconds = time.process_time() - start
    if not np.isfinite(heights).all():
        first = int(np.flatnonzero(~np.isfinite(heights))[0])
        raise ValueError(
            f"the ELBO is {heights[first]} at step {first}: the log density must be finite on all of R^{d}"
        )
    return Fit(np.asarray(loc), np.exp(log_sd), np.asarray(heights), steps * DRAWS, seconds)


def on_real_line(log_prob: LogProb, bijector: Any) -> LogProb:
    """The log density of ζ, given that of θ = bijector.forward(ζ): with log |det dθ/dζ|, as a density needs.

    The bijector is one of TFP's, such as ``tfb.Exp()`` for positive θ. Kucukelbir et al. (2017), section 2.3.
    """

    def transformed(zeta: jax.Array) -> jax.Array:
        return log_prob(bijector.forward(zeta)) + bijector.forward_log_det_jacobian(zeta, event_ndims=1)

    return transformed
