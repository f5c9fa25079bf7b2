"""Document 000's sampler as its script has it: 4,022 walkers that stretch under a flat prior, 110 steps. Notebook 13.

The script takes the logarithm of a softmax in single precision, sums it over all songs, and adds no prior. Its walkers
start at the fitted weights plus standard normal noise, make 10 steps and then 100 more, by emcee's usual move. Their
end positions are the samples; nothing before is kept.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import emcee
import jax
import jax.numpy as jnp
import numpy as np

from secondlook.data.dataset import Split

STEPS = 10 + 100
BATCH = 64
"""Walkers to a matrix product."""
ROWS = 2_000
"""Items to a chunk."""


class Ensemble(NamedTuple):
    """The walkers ``(walkers, k, classes)`` after a step, their log likelihoods, and the share that moved."""

    step: int
    walkers: np.ndarray
    log_likelihood: np.ndarray
    moved: float


def log_likelihood(train: Split, classes: int) -> Callable[[np.ndarray], np.ndarray]:
    """A function from flattened weights ``(walkers, k·classes)`` to log likelihoods, as the script computes them.

    Where the probability of one item's class is zero in single precision, it is minus infinity.
    """
    k, chunks = train.x.shape[1], -(-len(train.y) // ROWS)
    fill = chunks * ROWS - len(train.y)
    x = jnp.asarray(np.pad(train.x, [(0, fill), (0, 0)]).reshape(chunks, ROWS, k), jnp.float32)
    hot = np.pad(np.eye(classes, dtype=np.float32)[train.y], [(0, fill), (0, 0)]).reshape(chunks, ROWS, classes)

    def of(walkers: np.ndarray) -> np.ndarray:
        fill = -len(walkers) % BATCH
        batches = np.pad(walkers.astype(np.float32), [(0, fill), (0, 0)]).reshape(-1, BATCH, k, classes)
        found = [_log_of_softmax(x, jnp.asarray(hot), batch) for batch in batches]
        return np.concatenate(found).astype(float)[: len(walkers)]

    return of


@jax.jit
def _log_of_softmax(x: jax.Array, hot: jax.Array, walkers: jax.Array) -> jax.Array:
    w = walkers.transpose(1, 2, 0)

    def chunk(total: jax.Array, rows: tuple[jax.Array, jax.Array]) -> tuple[jax.Array, None]:
        x, hot = rows
        p = jax.nn.softmax((x @ w.reshape(len(w), -1)).reshape(len(x), *w.shape[1:]), axis=1)
        of_label = (p * hot[:, :, None]).sum(axis=1) + (1 - hot.sum(axis=1))[:, None]  # added rows have no label: log 1
        return total + jnp.log(of_label).sum(axis=0), None

    return jax.lax.scan(chunk, jnp.zeros(w.shape[2]), (x, hot))[0]


def sample(train: Split, fitted: np.ndarray, seed: int, steps: int = STEPS) -> Iterator[Ensemble]:
    """The ensemble at its start and after each step, from fitted weights ``(k, classes)``."""
    d = fitted.size
    walkers = 2 * d + 2
    rng = np.random.default_rng(seed)
    start = fitted.ravel() + rng.standard_normal((walkers, d))
    height = log_likelihood(train, fitted.shape[1])
    sampler = emcee.EnsembleSampler(walkers, d, height, vectorize=True)
    sampler.random_state = np.random.RandomState(seed).get_state()
    here = emcee.State(start, log_prob=height(start))
    yield Ensemble(0, start.reshape(walkers, *fitted.shape), here.log_prob, np.nan)
    moves = sampler.sample(here, iterations=steps, store=False, skip_initial_state_check=True)
    before = start[:, 0].copy()
    for step in range(1, steps + 1):
        with np.errstate(invalid="ignore"):  # a walker at minus infinity refuses a proposal at minus infinity
            state = next(moves)
        moved, before = float(np.mean(state.coords[:, 0] != before)), state.coords[:, 0].copy()
        yield Ensemble(step, state.coords.reshape(walkers, *fitted.shape).copy(), state.log_prob.copy(), moved)
