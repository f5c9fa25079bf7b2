"""What is measured of the predictions of draws of the last layer. Notebook 13."""

from collections.abc import Mapping
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from secondlook import scores, uncertainty

BATCH = 64
"""Draws to a matrix product."""


class Predicted(NamedTuple):
    """Mean probabilities ``(items, classes)`` over draws, and the most probable class under each draw."""

    mean: np.ndarray
    classes: np.ndarray
    """Of each draw, ``(draws, items)``."""


def predicted(x: np.ndarray, draws: np.ndarray) -> Predicted:
    """The predictions of items with features ``(items, k)`` under draws ``(draws, k, classes)``."""
    total, classes = np.zeros((len(x), draws.shape[2])), []
    for first in range(0, len(draws), BATCH):
        p, of = _probabilities(jnp.asarray(x), jnp.asarray(draws[first : first + BATCH], jnp.float32))
        total += np.asarray(p, np.float64)
        classes.append(np.asarray(of, np.int8))
    return Predicted(total / len(draws), np.concatenate(classes))


@jax.jit
def _probabilities(x: jax.Array, draws: jax.Array) -> tuple[jax.Array, jax.Array]:
    def one(total: jax.Array, w: jax.Array) -> tuple[jax.Array, jax.Array]:
        logits = x @ w
        return total + jax.nn.softmax(logits), logits.argmax(axis=1)

    return jax.lax.scan(one, jnp.zeros((len(x), draws.shape[2])), draws)


def of_mean(p: np.ndarray, y: np.ndarray, split: str) -> dict[str, float]:
    """Scores of predictions ``(items, classes)``; the AUROC says how well 1 − max p tells wrong answers from right."""
    wrong = p.argmax(axis=1) != y
    return {
        f"{split}_accuracy": float(np.mean(~wrong)),
        f"{split}_nll": float(-np.mean(scores.log_probabilities(p[np.arange(len(y)), y]))),
        f"{split}_brier": scores.brier(p, y),
        f"{split}_ece": uncertainty.calibration_error(p, y),
        f"{split}_confidence": float(p.max(axis=1).mean()),
    }


def of_foreign(own: np.ndarray, foreign: Mapping[str, np.ndarray]) -> dict[str, float]:
    """By set of foreign items, how well 1 − max p tells them from test items, as an AUROC."""
    found = {}
    for name, p in foreign.items():
        doubt = 1 - np.concatenate([own.max(axis=1), p.max(axis=1)])
        found[f"foreign/{name}"] = scores.auroc(doubt, np.arange(len(doubt)) >= len(own))
    return found


def distance(p: np.ndarray, q: np.ndarray) -> float:
    """The mean over items of the total variation between predictions ``(items, classes)``: ½ Σ |p − q|."""
    return float(0.5 * np.abs(p - q).sum(axis=1).mean())
