"""Document 001's four models, and controls, where there are twenty-five genres. Notebook 09."""

from collections.abc import Callable

import numpy as np

from secondlook import scores
from secondlook.runs import Run, Study
from secondlook.studies.songs import combiners, corrections
from secondlook.studies.songs.members import BASELINE, CONVOLUTION, PENALISED
from secondlook.studies.songs.second_arms import Arms, arms, comparison, run_by
from secondlook.studies.songs.stage import Stage, Task, followed

NAME = "songs_twenty_five"
UNEVEN = "audioset"
"""The source whose genres differ most in how many items they have."""


def alone(task: Task) -> Run:
    """One net trained by itself; of the clips, which are uneven, with counts by true and predicted genre."""
    net, test = task.net(), task.data["test"]
    run, logits = followed(Stage(net.trainer, net.trainer.start(net.config.seed), task.x), task)
    if task.run.source != UNEVEN:
        return run
    counts = scores.confusion(logits["test"].argmax(axis=1), test.y, task.classes).astype(np.int32)
    n_train = np.bincount(task.data["train"].y, minlength=task.classes).astype(np.int32)
    return Run(run.scores, run.curves, {"test_confusion": counts, "n_train": n_train})


METHODS: dict[str, Callable[[Task], Run]] = {"alone": alone} | combiners.METHODS | corrections.METHODS
ARMS: Arms = {
    **{name: {"method": "alone", "net": name} for name in (BASELINE, CONVOLUTION, PENALISED)},
    **{
        name: {"method": name}
        for name in ("linear combiner", "linear combiner from the mean", "mean of probabilities", "trained on")
    },
    **{name: {"method": name} for name in ("correcting model", "scale and shifts", "mean of late weights")},
}
SOURCES = (UNEVEN, "25 genres")
TOYS = (CONVOLUTION, "correcting model")
PAIRS = (
    (CONVOLUTION, PENALISED),
    (CONVOLUTION, BASELINE),
    ("linear combiner", CONVOLUTION),
    ("correcting model", CONVOLUTION),
    ("correcting model", "linear combiner"),
    *(("correcting model", other) for other in ("mean of probabilities", "trained on", "scale and shifts")),
)


run = run_by(METHODS)
STUDY = Study(
    name=NAME,
    full=tuple(run for source in SOURCES for run in arms(NAME, source, ARMS)),
    toy=arms(NAME, "toy segments", {name: ARMS[name] for name in TOYS}),
    comparisons=tuple(comparison(NAME, source, ARMS, a, b) for source in SOURCES for a, b in PAIRS),
    run=run,
)
