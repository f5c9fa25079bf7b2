"""Hamiltonian Monte Carlo in the coordinates of a centre, by TensorFlow Probability. Notebook 14.

There the density is nearly N(0, I): one step size serves all directions, and after a quarter turn, π/2, a trajectory
ends about where its momentum pointed (Neal 2011, Handbook of Markov Chain Monte Carlo, section 5.4). What a leapfrog
step spends on the Gaussian part, `split_hmc` has for nothing.
"""

import time
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial
from tensorflow_probability.substrates import jax as tfp

from secondlook.centre import Centre
from secondlook.samplers.chains import Chains, ValueAndGrad
from secondlook.samplers.split import SPREAD, refuse_infinite, refuse_none
from secondlook.samplers.splitting import QUARTER
from secondlook.samplers.white import arrays, as_argument, at, whitened

FIRST_STEP, ACCEPTANCE = 0.5, 0.8


def whitened_hmc(
    value_and_grad: ValueAndGrad,
    centre: Centre,
    chains: int,
    draws: int,
    warmup: int,
    seed: int,
    keep: Callable[[Any], Any] = lambda points: points,
) -> Chains:
    """As `split_hmc`, with leapfrog trajectories of a quarter turn.

    In warm-up the step size ε follows log ε ← log ε + (acceptance − 0.8)/√t (Robbins and Monro 1951, Annals of
    Mathematical Statistics 22); its mean over the later half is then shortened to a whole part of a quarter turn.
    Raises ValueError as `split_hmc` does.
    """
    refuse_none(chains, draws)
    density, mean_and_factor, keep = whitened(value_and_grad, centre), arrays(centre), as_argument(keep)
    z = SPREAD * np.random.default_rng(seed).standard_normal((chains, len(centre.mean)), np.float32)
    refuse_infinite(np.asarray(density(z)[0]))
    keys = np.asarray(jax.random.split(jax.random.PRNGKey(seed), warmup + draws))
    here, _ = _advance(density, _begin(density, z), keys[0], FIRST_STEP, 1)  # compiles
    at(keep, *mean_and_factor, here[0])
    begun, used, here, log_steps = time.process_time(), chains, _begin(density, z), [np.log(FIRST_STEP)]
    for t, key in enumerate(keys[:warmup], start=1):
        step = float(np.exp(log_steps[-1]))
        here, rate = _advance(density, here, key, step, leaps := max(1, round(QUARTER / step)))
        log_steps.append(log_steps[-1] + (float(rate) - ACCEPTANCE) / np.sqrt(t))
        used += chains * leaps
    leaps = int(np.ceil(QUARTER / np.exp(np.mean(log_steps[len(log_steps) // 2 :]))))
    middle, clock = time.process_time(), time.perf_counter()
    kept, log_probs, rates = [], [], []
    for key in keys[warmup:]:
        here, rate = _advance(density, here, key, QUARTER / leaps, leaps)
        kept.append(np.asarray(at(keep, *mean_and_factor, here[0])))
        log_probs.append(np.asarray(here[1].accepted_results.target_log_prob))
        rates.append(float(rate))
    return Chains(
        draws=np.stack(kept, axis=1),
        log_prob=np.stack(log_probs, axis=1),
        evaluations=chains * draws * leaps,
        seconds=time.process_time() - middle,
        warmup_seconds=middle - begun,
        warmup_evaluations=used,
        acceptance=float(np.mean(rates)),
        wall_seconds=time.perf_counter() - clock,
    )


def _kernel(density: Partial, step: Any, leaps: Any) -> Any:
    """HMC on a density whose gradient comes with it."""

    @jax.custom_vjp
    def log_prob(z: jax.Array) -> jax.Array:
        return density(z)[0]

    log_prob.defvjp(density, lambda grad, of_value: (of_value[:, None] * grad,))
    return tfp.mcmc.HamiltonianMonteCarlo(log_prob, step_size=step, num_leapfrog_steps=leaps)


@jax.jit
def _begin(density: Partial, z: jax.Array) -> tuple[jax.Array, Any]:
    return z, _kernel(density, FIRST_STEP, 1).bootstrap_results(z)


@jax.jit
def _advance(density: Partial, here: tuple[jax.Array, Any], key: jax.Array, step: float, leaps: int) -> Any:
    """One draw of all chains, and the mean probability with which they accept it."""
    here = _kernel(density, step, leaps).one_step(*here, seed=key)
    return here, jnp.exp(jnp.minimum(jnp.nan_to_num(here[1].log_accept_ratio, nan=-jnp.inf), 0)).mean()
