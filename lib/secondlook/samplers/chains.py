"""What every sampler takes and gives: several chains from several starts, and what they cost."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

ValueAndGrad = Callable[[Any], tuple[Any, Any]]
"""The log densities ``(chains,)`` of points ``(chains, d)``, up to a constant, and the gradients; written in JAX."""
LogProb = Callable[[jax.Array], jax.Array]
"""The log density of one point ``(d,)``, up to a constant; written in JAX."""


@dataclass(frozen=True)
class Chains:
    """Draws after warm-up, and their cost.

    `draws` is ``(chains, draws, d)`` and `log_prob`, ``(chains, draws)``, the log density at each. `evaluations` counts
    what the draws took, over all chains: gradients for NUTS, densities for Metropolis, sweeps for Gibbs. `diverged`
    counts NUTS trajectories given up because their energy ran off: where there are some, a part of the target is too
    steep for the step size, and is visited too little. NUTS and the samplers about a centre count the gradients of
    their warm-up too. `acceptance` is the mean probability with which these accepted a proposal. Seconds are of
    processor time, without compilation; these samplers give the time of the clock that their draws took, too.
    """

    draws: np.ndarray
    log_prob: np.ndarray
    evaluations: int
    seconds: float
    warmup_seconds: float
    diverged: int = 0
    warmup_evaluations: int = 0
    acceptance: float = math.nan
    wall_seconds: float = math.nan


def checked(log_prob: LogProb, start: Any) -> jax.Array:
    """The starts as a ``(chains, d)`` array; ValueError where a start or the log density there is not finite."""
    theta = jnp.asarray(start, float)
    if theta.ndim != 2 or 0 in theta.shape:
        raise ValueError(f"start has shape {theta.shape}; give one row of parameters for each chain, (chains, d)")
    density = jax.vmap(log_prob)(theta)  # not under jit: JAX 0.10 then counts the constants of an outer program wrongly
    bad = np.flatnonzero(~(np.isfinite(theta).all(axis=1) & np.isfinite(density)))
    if len(bad):
        raise ValueError(
            f"start[{bad[0]}]: the log density is {float(density[bad[0]])} at {np.asarray(theta[bad[0]])}; start each "
            "chain at finite parameters of positive density"
        )
    return theta


def timed(function: Callable[..., Any], *arguments: Any) -> tuple[Any, float]:
    """What a compiled function finds, once it has found it, and the seconds of processor time it took."""
    start = time.process_time()
    found = jax.block_until_ready(function(*arguments))
    return found, time.process_time() - start
