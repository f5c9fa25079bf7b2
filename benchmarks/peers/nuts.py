"""The No-U-Turn sampler of three libraries, on one density and from the same points.

Each takes the density, points ``(chains, d)`` to start at, counts of warm-up and draws and a seed, and gives the draws
``(chains, draws, d)`` and the seconds of the clock they took after warm-up and compilation. `density` gives log
densities and gradients of all chains at once; what the libraries see is a function of one point that has its gradient
from there.
"""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

Density = Callable[[Any], tuple[Any, Any]]
Found = tuple[np.ndarray, float]


def of_one(density: Density) -> Callable[[jax.Array], jax.Array]:
    """The log density of one point, ``(d,)``, for automatic differentiation without a second pass."""

    @jax.custom_vjp
    def log_prob(z: jax.Array) -> jax.Array:
        return density(z[None])[0][0]

    def forward(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        value, grad = density(z[None])
        return value[0], grad[0]

    log_prob.defvjp(forward, lambda grad, of_value: (of_value * grad,))
    return log_prob


def tfp(density: Density, start: np.ndarray, warmup: int, draws: int, seed: int) -> Found:
    """TensorFlow Probability's, as `secondlook.samplers.nuts` uses it, with one step size for all directions."""
    from tensorflow_probability.substrates import jax as tfp

    log_prob = jax.vmap(of_one(density))
    adapting, sampling = jax.random.split(jax.random.PRNGKey(seed))

    @jax.jit
    def adapt(z: jax.Array) -> tuple[jax.Array, jax.Array]:
        kernel = tfp.mcmc.DualAveragingStepSizeAdaptation(
            tfp.mcmc.NoUTurnSampler(log_prob, step_size=0.1), num_adaptation_steps=warmup - 1, target_accept_prob=0.8
        )
        path, steps = tfp.mcmc.sample_chain(
            warmup, z, kernel=kernel, trace_fn=lambda _, results: results.new_step_size, seed=adapting
        )
        return path[-1], steps[-1]

    @jax.jit
    def sample(z: jax.Array, step: jax.Array) -> jax.Array:
        kernel = tfp.mcmc.NoUTurnSampler(log_prob, step_size=step)
        return tfp.mcmc.sample_chain(draws, z, kernel=kernel, trace_fn=None, seed=sampling)

    z, step = adapt(jnp.asarray(start, jnp.float32))
    compiled = sample.lower(z, step).compile()
    begun = time.perf_counter()
    path = jax.block_until_ready(compiled(z, step))
    return np.asarray(path).swapaxes(0, 1), time.perf_counter() - begun


def numpyro(density: Density, start: np.ndarray, warmup: int, draws: int, seed: int) -> Found:
    """NumPyro's kernel, vectorised over chains; its own loop would compile anew within the time that is taken."""
    from numpyro.infer import NUTS

    log_prob = of_one(density)
    kernel = NUTS(potential_fn=lambda z: -log_prob(z))
    keys = jax.random.split(jax.random.PRNGKey(seed), len(start))
    state = kernel.init(keys, warmup, jnp.asarray(start, jnp.float32), (), {})

    def advance(state: Any, _: None) -> tuple[Any, jax.Array]:
        state = kernel.sample(state, (), {})
        return state, state.z

    state = jax.jit(lambda state: jax.lax.scan(advance, state, None, warmup)[0])(state)
    compiled = jax.jit(lambda state: jax.lax.scan(advance, state, None, draws)[1]).lower(state).compile()
    begun = time.perf_counter()
    path = jax.block_until_ready(compiled(state))
    return np.asarray(path).swapaxes(0, 1), time.perf_counter() - begun


def blackjax(density: Density, start: np.ndarray, warmup: int, draws: int, seed: int) -> Found:
    """BlackJAX's, with its window adaptation of each chain."""
    import blackjax

    log_prob = of_one(density)
    adapting, sampling = jax.random.split(jax.random.PRNGKey(seed))
    adaptation = blackjax.window_adaptation(blackjax.nuts, log_prob)
    step = blackjax.nuts.build_kernel()

    @jax.jit
    def adapt(keys: jax.Array, z: jax.Array) -> Any:
        (state, parameters), _ = jax.vmap(lambda key, z: adaptation.run(key, z, num_steps=warmup))(keys, z)
        return state, parameters["step_size"], parameters["inverse_mass_matrix"]

    @jax.jit
    def sample(state: Any, sizes: jax.Array, masses: jax.Array) -> jax.Array:
        def advance(state: Any, key: jax.Array) -> tuple[Any, jax.Array]:
            keys = jax.random.split(key, len(start))
            state, _ = jax.vmap(lambda key, state, size, mass: step(key, state, log_prob, size, mass))(
                keys, state, sizes, masses
            )
            return state, state.position

        return jax.lax.scan(advance, state, jax.random.split(sampling, draws))[1]

    given = adapt(jax.random.split(adapting, len(start)), jnp.asarray(start, jnp.float32))
    compiled = sample.lower(*given).compile()
    begun = time.perf_counter()
    path = jax.block_until_ready(compiled(*given))
    return np.asarray(path).swapaxes(0, 1), time.perf_counter() - begun
