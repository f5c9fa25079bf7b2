"""The features of document 000: what enters the last layer of a network trained in the usual way. Notebook 13.

Its songs cannot be had. Here are as many synthetic ones, real ones that are fewer than the weights of the layer, and
MNIST. Features end in a column of ones, so that the biases are weights as any other.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from secondlook.data import catalog
from secondlook.data.dataset import Split
from secondlook.studies.mnist import methods, pictures
from secondlook.studies.mnist.config import MnistRun
from secondlook.studies.songs import sources
from secondlook.studies.songs.arms import arm
from secondlook.studies.songs.measures import hidden_units
from secondlook.studies.songs.members import CONVOLUTION, NETS
from secondlook.studies.songs.run import fit, trainer
from secondlook.training import State, Trainer

PICTURES_HIDDEN = (400, 200)
"""Of the net of MNIST: its last layer has as many weights as that of the songs."""
PICTURES_EPOCHS = 30


class Features(NamedTuple):
    """Features ``(items, k)`` and labels by split, foreign features, and the trained last layer, ``(k, classes)``."""

    splits: Mapping[str, Split]
    foreign: Mapping[str, np.ndarray]
    weights: np.ndarray

    @property
    def classes(self) -> int:
        """How many classes the last layer tells apart."""
        return self.weights.shape[1]


class Trained(NamedTuple):
    """A net and its state after training, the items whose features are asked for, and foreign ones."""

    model: Trainer
    state: State
    items: Mapping[str, Split]
    foreign: Mapping[str, np.ndarray]


def of_songs(source: str, seed: int) -> Trained:
    """Document 001's convolution in time, which is the network of document 000."""
    data = sources.load(source, 0)
    return Trained(*_songs_net(source, seed, data["train"], len(data.class_names)), data.splits, {})


def of_half(source: str, seed: int, other: bool) -> Trained:
    """The same net trained on half of the songs; ``train`` is that half, or the other one, which it has never seen."""
    data = sources.load(source, 0)
    x, y = data["train"]
    halves = Split(x[::2], y[::2]), Split(x[1::2], y[1::2])
    net = _songs_net(source, seed, halves[0], len(data.class_names))
    return Trained(*net, {**data.splits, "train": halves[other]}, {})


def _songs_net(source: str, seed: int, train: Split, classes: int) -> tuple[Trainer, State]:
    config = replace(arm("", source, CONVOLUTION, NETS[CONVOLUTION], seeds=1)[0], seed=seed)
    return trainer(config, train, classes), fit(config, train, classes)


def of_pictures(seed: int) -> Trained:
    """A fully connected ReLU net of MNIST, trained as the point estimate of notebook 11."""
    data = pictures.load(catalog.fingerprint("mnist"))
    config = MnistRun(
        study="", arm="", data="", method="point estimate", epochs=PICTURES_EPOCHS, hidden=PICTURES_HIDDEN, seed=seed
    )
    model = methods.trainer(replace(config, seed=0), data.train.x.shape[1], 10, len(data.train.y))
    state, _ = methods.trained(model, config, data, seed)
    return Trained(model, state, {"train": data.train, "valid": data.valid, "test": data.test}, data.foreign)


SOURCES: Mapping[str, Callable[[int], Trained]] = {
    "songs": lambda seed: of_songs("some order", seed),
    "songs, the half learnt from": lambda seed: of_half("some order", seed, other=False),
    "songs, the other half": lambda seed: of_half("some order", seed, other=True),
    "gtzan": lambda seed: of_songs("gtzan", seed),
    "mnist": of_pictures,
    "toy": lambda seed: of_songs("toy segments", seed),
}
"""The nets, each from a seed."""


@lru_cache(maxsize=1)
def load(source: str, seed: int) -> Features:
    """Train the net of that seed, and take the features of its items: once in a process for all that follow."""
    model, state, items, foreign = SOURCES[source](seed)

    def features(x: np.ndarray) -> np.ndarray:
        return np.column_stack([hidden_units(model, state, x), np.ones(len(x), np.float32)])

    kernel, bias = (np.asarray(w) for w in state.weights[-2:])
    return Features(
        {name: Split(features(split.x), split.y) for name, split in items.items()},
        {name: features(x) for name, x in foreign.items()},
        np.vstack([kernel, bias]),
    )
