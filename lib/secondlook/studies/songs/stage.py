"""A second stage: what is made of nets already trained, by training something on top of them, or without training.

Both stages last as many epochs, and take the songs in the order that the seed decides. Notebooks 07 to 09.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import NamedTuple

import jax
import numpy as np

from secondlook import ensembles, scores
from secondlook.data.dataset import Dataset, Split
from secondlook.regularisation import NO_PENALTY, penalty
from secondlook.runs import Config, Run
from secondlook.studies.songs import sources
from secondlook.studies.songs.measures import Progress, rates
from secondlook.studies.songs.members import CONVOLUTION, MEMBERS, BySplit, Net
from secondlook.studies.songs.run import BATCH_SIZE, USUAL_L2
from secondlook.training import Inputs, Penalty, State, Trainer


@dataclass(frozen=True, kw_only=True)
class StageRun(Config):
    """One model made of trained nets by a `method`, on the songs of a source."""

    source: str
    epochs: int
    """Of each net's training, and of the second stage."""
    method: str
    net: str = CONVOLUTION
    """The net that a method of one net builds on."""
    confidence: float = 1.0
    """A factor on the original's logits before they are corrected."""
    shrinkage: float = 1.0
    """A factor on each correction."""
    dissimilarity: float = 0.0
    """The weight of the members' differing, where they are trained together."""


class Task:
    """What a method works with: its run, the songs, and the trained nets.

    `further` is added to the seed of the run for the weights of the second stage and the order of the songs; which
    songs are trained and tested on stays as the run has it.
    """

    def __init__(self, run: StageRun, further: int = 0) -> None:
        self.run = run
        self.seed = run.seed + further
        self.data = sources.load(run.source, run.seed)
        self.classes = len(self.data.class_names)

    def nets(self, names: Sequence[str] = MEMBERS) -> list[Net]:
        """Several nets of the run's seed."""
        return [self._net(name) for name in names]

    def net(self, further: int = 0) -> Net:
        """The net that the run builds on; `further` gives another of the same kind, from another seed."""
        return self._net(self.run.net, further)

    def _net(self, name: str, further: int = 0) -> Net:
        return Net(name, self.run.source, self.run.seed, further, self.run.epochs)

    @property
    def x(self) -> BySplit:
        """The songs."""
        return {name: split.x for name, split in self.data.splits.items()}


class Stage(NamedTuple):
    """A model to be trained, where it starts, and what it is given, by split."""

    model: Trainer
    start: State
    inputs: Mapping[str, Inputs]
    fixed: float = 0.0
    """The penalty of the nets that stay as they are: with it the objective is that of all weights together."""
    offset: BySplit | None = None
    """The logits that a correction is added to."""

    def objective(self, state: State, nll: float) -> float:
        """The mean negative log-likelihood and the penalty of all weights, those that stay included."""
        return nll + float(self.model.penalty(state.weights)) + self.fixed


def penalty_of_parts(*sizes: int, share: float = 1.0) -> Penalty:
    """The document's penalty on each part of a network; the weights after the last part, a head's, have none.

    A part is given by the number of its weight arrays; `share` is a factor on all.
    """

    def of(weights: Sequence[jax.Array]) -> jax.Array | float:
        parts = [weights[end - size : end] for size, end in zip(sizes, accumulate(sizes), strict=True)]
        return share * sum(penalty(part, NO_PENALTY, USUAL_L2) for part in parts)

    return of


def predicted(stage: Stage, state: State, split: str) -> np.ndarray:
    """Logits ``(songs, classes)`` on a split; of members side by side, the mean of theirs."""
    found = stage.model.logits(state, stage.inputs[split])
    return found.mean(axis=1) if found.ndim == 3 else found


def all_rates(logits: np.ndarray, split: Split, name: str) -> dict[str, float]:
    """Accuracy, negative log-likelihood, and the accuracy that counts all classes alike."""
    return rates(logits, split.y, name) | {f"{name}_balanced": scores.balanced_accuracy(logits.argmax(axis=1), split.y)}


def followed(stage: Stage, task: Task) -> tuple[Run, BySplit]:
    """Train a stage and score it, as single nets are; the run, and the logits of the end.

    Where members are side by side, the score ``ambiguity`` says how much they differ on test songs. Where there is an
    `offset`, the curves ``alone_accuracy`` and ``alone_nll`` are of the correction without it, on
    ``valid``.
    """
    run, data, last = task.run, task.data, stage.start
    progress = Progress(run.epochs)
    y = data["train"].y
    epochs = stage.model.epochs(stage.start, stage.inputs["train"], y, run.epochs, BATCH_SIZE, task.seed)
    for epoch, (state, _) in enumerate(epochs, start=1):
        valid = predicted(stage, state, "valid")
        found = rates(valid, data["valid"].y, "valid")
        curves = {
            "valid_accuracy": found["valid_accuracy"],
            "valid_objective": stage.objective(state, found["valid_nll"]),
            "train_nll": rates(predicted(stage, state, "train"), y, "train")["train_nll"],
        }
        if stage.offset:
            alone = rates(valid - stage.offset["valid"], data["valid"].y, "alone")
            curves |= alone
        late = {}
        if progress.is_late(epoch):
            late = all_rates(predicted(stage, state, "test"), data["test"], "test")
            late["valid_accuracy"] = found["valid_accuracy"]
        progress.add(curves, late)
        last = state
    logits = {name: predicted(stage, last, name) for name in data.splits}
    done = at_once(logits, data)
    objective = {"end/train_objective": stage.objective(last, done.scores["end/train_nll"])}
    found = done.scores | progress.scores() | objective
    each = stage.model.logits(last, stage.inputs["test"])
    if each.ndim == 3:
        found["ambiguity"] = float(ensembles.ambiguity(each).mean())
    return Run(found, progress.curves()), logits


def at_once(logits: BySplit, data: Dataset) -> Run:
    """The scores of a model that needs no training of its own: those of the end, which count as the late ones too."""
    end = {k: v for name in data.splits for k, v in all_rates(logits[name], data[name], name).items()}
    late = {f"late/{name}": end[name] for name in ("test_accuracy", "test_nll", "test_balanced", "valid_accuracy")}
    return Run({f"end/{name}": value for name, value in end.items()} | late)
