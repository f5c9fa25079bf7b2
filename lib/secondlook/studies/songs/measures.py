"""What is measured of a net of songs: its rates as it learns, the sizes of its weights, what its decisions hang on."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import numpy as np

from secondlook import networks, scores
from secondlook.regularisation import kernels
from secondlook.training import State, Trainer

LATE = 0.1
"""The share of the epochs, at the end, over which scores are averaged; document 001's last ten of a hundred."""
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


class Progress:
    """What is measured after each of `epochs` epochs: curves over all of them, and means over the last tenth."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.followed: dict[str, list[float]] = defaultdict(list)
        self.late: dict[str, list[float]] = defaultdict(list)

    def is_late(self, epoch: int) -> bool:
        """Whether an epoch, counted from 1, is in the last tenth."""
        return epoch > self.epochs * (1 - LATE)

    def add(self, curves: Mapping[str, float], late: Mapping[str, float]) -> None:
        """The numbers of one epoch: those to follow, and those to average if the epoch is late (else none)."""
        for to, found in ((self.followed, curves), (self.late, late)):
            for name, value in found.items():
                to[name].append(value)

    def scores(self) -> dict[str, float]:
        """Means over the late epochs, and the greatest accuracy on ``valid``, which document 001 reports."""
        means = {f"late/{name}": float(np.mean(values)) for name, values in self.late.items()}
        return means | {"max/valid_accuracy": max(self.followed["valid_accuracy"])}

    def curves(self) -> dict[str, np.ndarray]:
        """Each ``(epochs,)``."""
        return {name: np.array(values) for name, values in self.followed.items()}


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


def hidden_units(model: Trainer, state: State, x: np.ndarray, batch_size: int = 1000) -> np.ndarray:
    """The activities of the 200 hidden units before the output layer, ``(songs, 200)``."""
    net = model.model
    before = networks.keras.Model(net.inputs[0], net.layers[-2].output)
    parts = [
        before.stateless_call(state.weights[:-2], state.others, x[start : start + batch_size])[0]
        for start in range(0, len(x), batch_size)
    ]
    return np.concatenate(parts)


def top_share(model: Trainer, state: State, x: np.ndarray) -> float:
    r"""How much of a class's score hangs on one hidden unit: the mean of :math:`\max_k|w_k h_k| / \sum_k|w_k h_k|`.

    The class is the one predicted; h are the activities of the 200 hidden units, w their weights to it.
    """
    hidden = hidden_units(model, state, x)
    kernel, bias = (np.asarray(w) for w in state.weights[-2:])
    terms = np.abs(hidden * kernel.T[(hidden @ kernel + bias).argmax(axis=1)])
    return float(np.mean(terms.max(axis=1) / np.maximum(terms.sum(axis=1), np.finfo(np.float32).tiny)))


def histogram(weights: Sequence[np.ndarray]) -> np.ndarray:
    """How many of the convolutions' weights lie between `EDGES`; those beyond count in the outermost bins."""
    early = np.concatenate([w.ravel() for w in kernels(weights)[:-2]])
    return np.histogram(early.clip(EDGES[0], EDGES[-1]), EDGES)[0].astype(np.int32)
