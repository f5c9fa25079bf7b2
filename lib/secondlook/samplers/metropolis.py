"""The random-walk Metropolis sampler, whose proposals learn the shape of the target in warm-up. Notebook 10."""

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.samplers.chains import Chains, LogProb, checked, timed

ROUNDS = 10
"""How often the warm-up looks at its draws."""
TOO_FEW = 0.05
"""With a smaller share of proposals accepted there is nothing to learn from: the next ones are shorter."""


def metropolis(log_prob: LogProb, start: Any, draws: int, warmup: int, seed: int) -> Chains:
    """Draws from ``exp(log_prob)``: propose θ + N(0, V), accept with probability min(1, density ratio).

    V is the covariance of the target, as the later half of the warm-up so far shows it (Haario, Saksman and Tamminen
    2001, Bernoulli 7), times 2.38²/d (Roberts and Rosenthal 2001, Statistical Science 16); it is frozen after warm-up.
    Proposals depend on the seed alone.

    Raises ValueError where a start, of shape ``(chains, d)``, has no finite log density, and where the warm-up is too
    short to learn from.
    """
    if warmup < 2 * ROUNDS:
        raise ValueError(f"warmup is {warmup}; give at least {2 * ROUNDS} steps, two for each look at them")
    theta = checked(log_prob, start)
    chains, d = theta.shape
    *keys, key = jax.random.split(jax.random.key(seed), ROUNDS + 1)
    covariance, spent = 0.01 * jnp.eye(d), 0.0
    past: list[jax.Array] = []
    learn = jax.jit(partial(_walk, log_prob, steps=warmup // ROUNDS)).lower(theta, covariance, key).compile()
    for round_key in keys:
        (path, _), seconds = timed(learn, theta, covariance, round_key)
        past, theta, spent = [*past, path], path[-1], spent + seconds
        late = jnp.concatenate(past[len(past) // 2 :]).reshape(-1, d)
        accepted = (jnp.diff(path, axis=0) != 0).any(axis=2).mean()
        learnt = 2.38**2 / d * jnp.cov(late.T).reshape(d, d) if accepted > TOO_FEW else covariance / 10
        if jnp.isfinite(jnp.linalg.cholesky(learnt)).all():  # as many points apart as there are dimensions, and more
            covariance = learnt
    sample = jax.jit(partial(_walk, log_prob, steps=draws)).lower(theta, covariance, key).compile()
    (path, density), seconds = timed(sample, theta, covariance, key)
    return Chains(
        draws=np.asarray(path).swapaxes(0, 1),
        log_prob=np.asarray(density).T,
        evaluations=chains * draws,
        seconds=seconds,
        warmup_seconds=spent,
    )


def _walk(
    log_prob: LogProb, theta: jax.Array, covariance: jax.Array, key: jax.Array, steps: int
) -> tuple[jax.Array, jax.Array]:
    """`steps` steps of every chain, their proposals of that covariance: points (steps, chains, d) and log densities."""
    height, root = jax.vmap(log_prob), jnp.linalg.cholesky(covariance)

    def step(here: tuple[jax.Array, jax.Array], key: jax.Array) -> tuple[Any, Any]:
        direction, luck = jax.random.split(key)
        proposed = here[0] + jax.random.normal(direction, theta.shape) @ root.T
        there = proposed, height(proposed)
        accepted = jnp.log(jax.random.uniform(luck, theta.shape[:1])) < there[1] - here[1]
        here = jnp.where(accepted[:, None], there[0], here[0]), jnp.where(accepted, there[1], here[1])
        return here, here

    return jax.lax.scan(step, (theta, height(theta)), jax.random.split(key, steps))[1]
