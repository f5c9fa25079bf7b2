"""The No-U-Turn sampler (Hoffman and Gelman 2014, JMLR 15): TensorFlow Probability's, with a warm-up. Notebook 10."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from tensorflow_probability.substrates import jax as tfp

from secondlook.samplers.chains import Chains, LogProb, checked, timed

JITTER = 0.2
"""How far the step size varies from draw to draw. With one step size, trajectories that are half a circle after just
2^k steps are not seen to turn back, and go round and round; varied, few are (Neal 2011, in the Handbook of Markov Chain
Monte Carlo, section 3.2)."""


def nuts(log_prob: LogProb, start: Any, draws: int, warmup: int, seed: int, acceptance: float = 0.8) -> Chains:
    """Draws from ``exp(log_prob)`` by Hamiltonian trajectories that end where they would turn back.

    Half of the warm-up adapts a step size (dual averaging) and finds the standard deviation of every parameter; the
    other half measures each parameter in its own standard deviation, which is a diagonal mass matrix, and adapts the
    step size again, each time to a mean `acceptance` along the trajectories. Both are then frozen, but for a jitter of
    the step size. The chains advance together; draws depend on the seed alone.

    Raises ValueError where a start, of shape ``(chains, d)``, has no finite log density, and where the warm-up has
    fewer steps than two halves of two.
    """
    if warmup < 4:
        raise ValueError(f"warmup is {warmup}; give at least 4 steps, or hundreds if they are to adapt")
    theta = checked(log_prob, start)
    rough, fine, sampling = jax.random.split(jax.random.PRNGKey(seed), 3)
    scale, step_size = jnp.ones(theta.shape[1]), jnp.asarray(0.1)

    def adapt(theta: jax.Array, scale: jax.Array, key: jax.Array) -> tuple[jax.Array, ...]:
        kernel = tfp.mcmc.DualAveragingStepSizeAdaptation(
            _kernel(log_prob, scale, step_size), num_adaptation_steps=warmup // 2 - 1, target_accept_prob=acceptance
        )
        path, (step_sizes, gradients) = tfp.mcmc.sample_chain(
            warmup // 2,
            theta / scale,
            kernel=kernel,
            trace_fn=lambda _, r: (r.new_step_size, r.inner_results.leapfrogs_taken),
            seed=key,
        )
        late = path[warmup // 4 :] * scale
        return late[-1], late.std(axis=(0, 1)), step_sizes[-1], gradients.sum()

    def sample(theta: jax.Array, scale: jax.Array, step_size: jax.Array, key: jax.Array) -> tuple[jax.Array, ...]:
        kernel = _kernel(log_prob, scale, step_size)

        def step(here: tuple[Any, Any], key: jax.Array) -> tuple[Any, Any]:
            z, memory = here
            luck, key = jax.random.split(key)
            around = step_size * jax.random.uniform(luck, minval=1 - JITTER, maxval=1 + JITTER)
            z, memory = kernel.one_step(z, memory._replace(step_size=around), seed=key)
            return (z, memory), (z, memory.target_log_prob, memory.leapfrogs_taken, memory.has_divergence)

        start = theta / scale, kernel.bootstrap_results(theta / scale)._replace(step_size=step_size)
        _, (path, density, gradients, diverged) = jax.lax.scan(step, start, jax.random.split(key, draws))
        return path * scale, density, gradients.sum(), diverged.sum()

    compiled = jax.jit(adapt).lower(theta, scale, rough).compile()
    (theta, scale, _, rough_gradients), first = timed(compiled, theta, scale, rough)
    (theta, _, step_size, fine_gradients), second = timed(compiled, theta, scale, fine)
    compiled = jax.jit(sample).lower(theta, scale, step_size, sampling).compile()
    (path, density, gradients, diverged), seconds = timed(compiled, theta, scale, step_size, sampling)
    return Chains(
        draws=np.asarray(path).swapaxes(0, 1),
        log_prob=np.asarray(density).T,
        evaluations=int(gradients),
        seconds=seconds,
        warmup_seconds=first + second,
        diverged=int(diverged),
        warmup_evaluations=int(rough_gradients + fine_gradients),
    )


def _kernel(log_prob: LogProb, scale: jax.Array, step_size: jax.Array) -> Any:
    """One step of every chain, for parameters divided by `scale`."""
    return tfp.mcmc.NoUTurnSampler(lambda z: jax.vmap(log_prob)(z * scale), step_size=step_size)
