"""Ways to find what is known of a small net's weights; each gives draws of them. Notebook 10."""

from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook.networks import Model
from secondlook.runs import Arrays
from secondlook.samplers import diagnose, nuts
from secondlook.training import State
from secondlook.variational import networks
from secondlook.variational.coordinates import NormalCoordinates
from secondlook.variational.full_batch import FullBatch, chosen
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Prior

DRAWS = 500
"""Of the weights, from a variational posterior."""
SAMPLED = 1_000
"""Kept of all that a sampler drew."""
POINTS = 100
"""Of a curve."""
ACCEPTANCE = 0.9
"""Shorter steps than usual: some directions are far narrower than others."""


class Posterior(NamedTuple):
    """Draws of θ ``(draws, d)``, and what the way to them showed."""

    theta: np.ndarray
    scores: dict[str, float]
    curves: Arrays
    items: Arrays


@cache
def small_net(shape: tuple[int, ...], prior: Prior, n_train: int, steps: int, rate: float) -> FullBatch:
    """The compiled training of a tanh net, its widths given from inputs to classes; it serves every seed."""

    def build() -> Model:
        inputs, *hidden, classes = shape
        return networks.fully_connected(inputs, hidden, classes, prior, activation="tanh")

    return FullBatch(build, n_train, steps, rate)


def variational(model: FullBatch, starts: State, x: np.ndarray, y: np.ndarray, seed: int) -> Posterior:
    """The highest ELBO from several starts; the curve is the ELBO on the way there, in means over equal stretches.

    The ELBO reached is the mean over the last tenth of the steps, each with draws of its own: they hardly move.
    """
    states, path = model.climb(starts, x, y)
    elbo = path[:, -(model.steps // 10) :].mean(axis=1)
    best = int(elbo.argmax())
    theta = model.theta(chosen(states, best), DRAWS, seed)
    curve = path[best].reshape(POINTS, -1).mean(axis=1)
    return Posterior(theta, {"elbo": float(elbo[best])}, {"elbo": curve}, {"elbos": elbo})


def mode(model: FullBatch, joint: Joint, starts: State) -> Posterior:
    """The highest joint density from several starts, in the steps and at the rates of the model's optimiser: one draw.

    It is the highest in these coordinates; in others, such as scales in place of log scales, it lies elsewhere.
    """

    def step(state: tuple[jax.Array, Any], _: None) -> tuple[tuple[jax.Array, Any], None]:
        theta, memory = state
        change, memory = model.optimizer.update(-jax.grad(joint.log_prob)(theta), memory)
        return (optax.apply_updates(theta, change), memory), None

    def climb(theta: jax.Array) -> jax.Array:
        return jax.lax.scan(step, (theta, model.optimizer.init(theta)), length=model.steps)[0][0]

    begin = jnp.stack([model.loc_and_sd(chosen(starts, i))[0] for i in range(len(starts.weights[0]))])
    theta = jax.jit(jax.vmap(climb))(begin)
    heights = np.asarray(jax.vmap(joint.log_prob)(theta))
    best = int(heights.argmax())
    return Posterior(np.asarray(theta[best : best + 1]), {"log_joint": float(heights[best])}, {}, {})


def at(model: FullBatch, theta: np.ndarray, starts: State) -> State:
    """One start at θ ``(1, d)``, with the standard deviations of the first of the given starts."""
    locs = model.unravel(jnp.asarray(theta[0]))
    weights = [w for loc, log_sd in zip(locs, starts.weights[1::2], strict=True) for w in (loc[None], log_sd[:1])]
    return starts._replace(
        weights=weights, others=[o[:1] for o in starts.others], optimizer=jax.vmap(model.optimizer.init)(weights)
    )


def sampled(
    model: FullBatch, joint: Joint, prior: Prior, chains: int, draws: int, seed: int, watched: np.ndarray
) -> Posterior:
    """Draws by NUTS, after a warm-up of as many, from starts that are draws of a standard normal.

    R-hat and effective sample size are of the probabilities predicted at the `watched` items, ``(items, inputs)``, and
    of the log density; the worst of them is kept. Those of single weights say little: hidden units can change places,
    or signs with the weights that follow, and the net is the same. Chains that agree on every prediction may be at
    different ones of these copies.
    """
    coordinates = NormalCoordinates(joint, prior)
    starts = np.random.default_rng(seed).normal(size=(chains, len(joint.start)))
    found = nuts(coordinates.log_prob, starts, draws, draws, seed, ACCEPTANCE)
    theta = np.asarray(jax.vmap(jax.vmap(coordinates.theta))(jnp.asarray(found.draws)))
    predicted = np.stack([model.probabilities(of_chain, watched)[:, :, 1:] for of_chain in theta])
    of_function = diagnose(
        np.concatenate([predicted.reshape(*theta.shape[:2], -1), found.log_prob[:, :, None]], axis=2)
    )
    scores = {
        "rhat": float(of_function.rhat.max()),
        "ess": float(min(of_function.ess_bulk.min(), of_function.ess_tail.min())),
        "rhat_of_weights": float(diagnose(theta).rhat.max()),
        "diverged": found.diverged / (chains * draws),
        "gradients": float(found.evaluations),
    }
    every = theta.reshape(-1, theta.shape[2])
    return Posterior(every[:: max(1, len(every) // SAMPLED)], scores, {}, {})
