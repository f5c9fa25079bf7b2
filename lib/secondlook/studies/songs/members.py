"""Document 001's nets, trained, as other models are made of them.

They are trained as in the studies of notebooks 04 to 06, from the same seeds, so they are those very nets.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import Any, NamedTuple

import numpy as np

from secondlook.regularisation import Strengths
from secondlook.studies.songs import sources
from secondlook.studies.songs.arms import arm
from secondlook.studies.songs.convolution import POOLED
from secondlook.studies.songs.measures import Progress
from secondlook.studies.songs.run import SongsRun, fit, trainer
from secondlook.training import State

FULLY_CONNECTED, BASELINE, CONVOLUTION = "fully connected", "baseline", "convolution in time"
MEMBERS = (FULLY_CONNECTED, BASELINE, CONVOLUTION)
PENALISED = "convolution in time, output penalised"
NETS: Mapping[str, Mapping[str, Any]] = {
    FULLY_CONNECTED: {"network": "mlp"},
    BASELINE: {},
    CONVOLUTION: POOLED,
    PENALISED: POOLED | {"l2": Strengths(0.01, 0.01, 0.01)},
}
"""Document 001's three members (section 5.1), and the third with a penalty on its output layer too (section 7)."""

BySplit = dict[str, np.ndarray]
"""Of the songs of each split: their logits ``(songs, classes)``, or whatever a model is given of them."""


class Trained(NamedTuple):
    """A net's weights after its last epoch, and their mean over the last tenth of its epochs."""

    weights: Sequence[np.ndarray]
    late: Sequence[np.ndarray]


@lru_cache(maxsize=24)
def trained(config: SongsRun, songs: int) -> Trained:
    """Train a net on the songs of the seed `songs`, once in a process for all that build on it."""
    data = sources.load(config.source, songs)
    progress, kept = Progress(config.epochs), []

    def watch(epoch: int, state: State) -> None:
        if progress.is_late(epoch):
            kept.append([np.array(w) for w in state.weights])

    fit(config, data["train"], len(data.class_names), watch)
    return Trained(kept[-1], [np.mean(w, axis=0) for w in zip(*kept, strict=True)])


class Net:
    """One of `NETS` on the songs of a source: how it is trained, its weights, and its logits.

    The seed `songs` decides which songs are trained and tested on, where that depends on the seed, and `further` is
    added to it for the weights and the order of the songs.
    """

    def __init__(self, name: str, source: str, songs: int, further: int, epochs: int) -> None:
        how = arm("", source, name, NETS[name], seeds=1)[0]
        self.config = replace(how, seed=songs + further, epochs=epochs)
        self.name = f"{name}, seed {self.config.seed}"
        self.songs = songs
        self.data = data = sources.load(source, songs)
        self.trainer = trainer(self.config, data["train"], len(data.class_names))

    @cached_property
    def trained(self) -> Trained:
        """Trained on the songs of ``train``."""
        return trained(self.config, self.songs)

    def at(self, weights: Sequence[np.ndarray]) -> BySplit:
        """The logits of every split with these weights."""
        state = self.trainer.at(weights)
        return {name: self.trainer.logits(state, split.x) for name, split in self.data.splits.items()}

    @cached_property
    def logits(self) -> BySplit:
        """Of the trained net."""
        return self.at(self.trained.weights)

    def penalty(self, weights: Sequence[np.ndarray]) -> float:
        """The penalty that the net's training put on these weights."""
        return float(self.trainer.penalty(self.trainer.at(weights).weights))

    @property
    def size(self) -> int:
        """How many arrays of weights the net has."""
        return len(self.trainer.model.trainable_variables)
