"""What is measured of a net of songs: its rates, the sizes of its weights, and what its decisions hang on."""

from collections.abc import Sequence

import numpy as np

from secondlook import networks, scores
from secondlook.regularisation import kernels
from secondlook.training import State, Trainer

SMALL = 0.001
"""Below this a weight counts as switched off."""
EDGES = np.linspace(-0.5, 0.5, 101)
"""Edges of the histogram of the convolutions' weights."""


def rates(logits: np.ndarray, y: np.ndarray, split: str) -> dict[str, float]:
    """Accuracy and mean negative log-likelihood, named for a split."""
    return {
        f"{split}_accuracy": scores.accuracy(logits.argmax(axis=1), y),
        f"{split}_nll": scores.negative_log_likelihood(logits, y),
    }


def sizes(weights: Sequence[np.ndarray]) -> dict[str, float]:
    """How large the kernels of each part are: root mean square, shares of weights that are small and exactly zero."""
    *early, hidden, output = kernels(weights)
    parts = {"convolutions": np.concatenate([w.ravel() for w in early]), "hidden": hidden, "output": output}
    found = {}
    for part, w in parts.items():
        found[f"rms/{part}"] = float(np.sqrt(np.mean(np.square(w))))
        found[f"small/{part}"] = float(np.mean(np.abs(w) < SMALL))
        found[f"zero/{part}"] = float(np.mean(w == 0))
    return found


def top_share(model: Trainer, state: State, x: np.ndarray) -> float:
    r"""How much of a class's score hangs on one hidden unit: the mean of :math:`\max_k|w_k h_k| / \sum_k|w_k h_k|`.

    The class is the one predicted; h are the activities of the 200 hidden units, w their weights to it.
    """
    net = model.model
    before = networks.keras.Model(net.inputs[0], net.layers[-2].output)
    hidden = np.asarray(before.stateless_call(state.weights[:-2], state.others, x)[0])
    kernel, bias = (np.asarray(w) for w in state.weights[-2:])
    terms = np.abs(hidden * kernel.T[(hidden @ kernel + bias).argmax(axis=1)])
    return float(np.mean(terms.max(axis=1) / np.maximum(terms.sum(axis=1), np.finfo(np.float32).tiny)))


def histogram(weights: Sequence[np.ndarray]) -> np.ndarray:
    """How many of the convolutions' weights lie between `EDGES`; those beyond count in the outermost bins."""
    early = np.concatenate([w.ravel() for w in kernels(weights)[:-2]])
    return np.histogram(early.clip(EDGES[0], EDGES[-1]), EDGES)[0].astype(np.int32)
