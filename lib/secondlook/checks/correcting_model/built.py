"""Which weights change while the second model is trained, as figure 10 draws it: B62."""

from functools import cache
from typing import NamedTuple

import numpy as np

from secondlook import scores
from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check
from secondlook.studies.songs import correcting, corrections
from secondlook.studies.songs.run import BATCH_SIZE
from secondlook.studies.songs.stage import StageRun, Task, predicted
from secondlook.training import State


class Trained(NamedTuple):
    """What a second model's training did on the toy songs: arrays of weights that moved, of all there are, and NLL."""

    original: tuple[int, int]
    correction: tuple[int, int]
    nll: tuple[float, float]
    """On the training songs: of the original alone, and of the sum."""


def moved(before: list[np.ndarray], after: list[np.ndarray]) -> tuple[int, int]:
    """How many arrays of weights have changed, of how many."""
    return sum(not np.array_equal(a, b) for a, b in zip(before, after, strict=True)), len(before)


def copied(state: State) -> list[np.ndarray]:
    """The weights of a state, which the next step will overwrite."""
    return [np.array(w) for w in state.weights]


@cache
def second_model() -> Trained:
    """Train the original on toy songs, then the correction, and see what has changed."""
    task = Task(next(run for run in correcting.STUDY.toy if isinstance(run, StageRun)))
    net, y = task.net(), task.data["train"].y
    stage = corrections.correction(task, net.logits, task.x)
    original, start = [np.array(w) for w in net.trained.weights], copied(stage.start)
    offset = net.logits["train"]
    for state, _ in stage.model.epochs(stage.start, stage.inputs["train"], y, task.run.epochs, BATCH_SIZE, task.seed):
        end = state
    return Trained(
        moved(original, [np.asarray(w) for w in net.trained.weights]),
        moved(start, copied(end)),
        (scores.negative_log_likelihood(offset, y), scores.negative_log_likelihood(predicted(stage, end, "train"), y)),
    )


@check("B62")
def figure_10() -> Verdict:
    """Weights before and after the second training, and the loss it lowers."""
    original, correction, (before, after) = second_model()
    return decide(
        original[0] == 0 and correction[0] == correction[1] and after < before,
        f"On toy songs, while the second model is trained, {original[0]} of the original's {original[1]} arrays of "
        f"weights change and {correction[0]} of the second's {correction[1]}; the NLL on the training songs goes from "
        f"{before:.3f} to {after:.3f} nats. The original comes in as its logits, which are computed once, and so "
        "cannot change.",
        "model 1 is held constant, model 2 is trained to modify its output",
        "so built",
    )
