"""A trained net and a second one that corrects it, and what else might do as much for the first."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import optax
from scipy.special import softmax
from sklearn.metrics import roc_auc_score

from secondlook import networks, scores
from secondlook.networks import Model
from secondlook.runs import Run
from secondlook.studies.songs.measures import hidden_units, rates
from secondlook.studies.songs.members import BySplit
from secondlook.studies.songs.run import LEARNING_RATE
from secondlook.studies.songs.stage import Stage, Task, at_once, followed, penalty_of_parts
from secondlook.training import Inputs, Trainer

STAGES = 8
CORRECTION = 6
"""Arrays of weights of the correction, a fully connected net."""


@cache
def model_of(kind: str, classes: int, inputs: tuple[int, ...]) -> Trainer:
    """The training of a second model whose original is fixed: only its own hidden layers have a penalty."""
    builds: Mapping[str, Callable[[], Model]] = {
        "sum": lambda: networks.correcting(classes, inputs),
        "combiner": lambda: networks.correcting_through_combiner(classes, inputs),
    }
    return Trainer(builds[kind], optax.adam(LEARNING_RATE), penalty_of_parts(CORRECTION))


def correction(task: Task, offset: BySplit, x: BySplit, fixed: float = 0.0, kind: str = "sum") -> Stage:
    """A net trained on `x` to correct logits that stay as they are, the `offset`, of a net with the penalty `fixed`."""
    model = model_of(kind, task.classes, x["train"].shape[1:])
    inputs: dict[str, Inputs] = {name: (x[name], offset[name]) for name in x}
    return Stage(model, model.start(task.seed), inputs, fixed, offset if kind == "sum" else None)


def corrected(task: Task, weights: Sequence[np.ndarray], more: BySplit | None = None) -> Run:
    """The correcting model (equation 3) on the run's net with these weights, and what its correction knows by itself.

    The correction is given the songs, and what there is `more`.

    The scores ``alone/…`` are of the correction without the original; ``scale/…`` is the factor on the original's
    logits that fits a split best: above 1 where it is under-confident.
    """
    net = task.net()
    offset = {name: np.float32(task.run.confidence) * found for name, found in net.at(weights).items()}
    x = task.x if more is None else {k: np.hstack([x.reshape(len(x), -1), more[k]]) for k, x in task.x.items()}
    run, logits = followed(correction(task, offset, x, net.penalty(weights)), task)
    found: dict[str, float] = {}
    for name, split in task.data.splits.items():
        alone = logits[name] - offset[name]
        found |= rates(alone, split.y, f"alone/{name}")
        found[f"scale/{name}"] = scores.best_scale(offset[name], split.y)
    known = (alone.argmax(axis=1), split.y)  # of the last split, the test's
    found["alone/test_information"] = scores.information(*known, task.classes)
    found["alone/test_auroc"] = float(roc_auc_score(split.y, softmax(alone, axis=1), multi_class="ovr"))
    return Run(run.scores | found, run.curves)


def knowing(task: Task) -> Run:
    """The correction is given the original's 200 hidden units and its output, besides the songs (equation 4)."""
    net = task.net()
    weights = net.trained.weights
    more = {
        k: np.hstack([hidden_units(net.trainer, net.trainer.at(weights), x), net.logits[k]]) for k, x in task.x.items()
    }
    return corrected(task, weights, more)


def through_combiner(task: Task, *, from_sum: bool = False) -> Run:
    """The second model is trained together with a linear combiner of both outputs (section 6.3).

    The combiner starts at random or, `from_sum`, as the sum of the outputs, which is the correcting model.
    """
    net = task.net()
    stage = correction(task, net.logits, task.x, net.penalty(net.trained.weights), "combiner")
    if from_sum:
        *second, _, bias = stage.start.weights
        kernel = np.tile(np.eye(task.classes, dtype=np.float32), (2, 1))
        stage = stage._replace(start=stage.model.at([*second, kernel, np.zeros_like(bias)]))
    return followed(stage, task)[0]


@cache
def nothing_fixed(build: Callable[[], Model], size: int, classes: int, inputs: tuple[int, ...]) -> Trainer:
    """The training of original and correction together."""
    return Trainer(
        lambda: networks.sum_of(build(), networks.genre_mlp(classes, inputs)),
        optax.adam(LEARNING_RATE),
        penalty_of_parts(size, CORRECTION),
    )


def unfrozen(task: Task) -> Run:
    """The original goes on learning from its trained weights, together with its correction."""
    net = task.net()
    model = nothing_fixed(net.trainer.build, net.size, task.classes, task.x["train"].shape[1:])
    start = model.start(task.seed)
    return followed(Stage(model, model.at([*net.trained.weights, *start.weights[net.size :]]), task.x), task)[0]


@cache
def head(kind: str, inputs: int, classes: int) -> Trainer:
    """The training of the least that can be trained: the output layer, or a scale and shifts of its output."""
    builds: Mapping[str, Callable[[], Model]] = {
        "output": lambda: networks.linear(inputs, classes),
        "scale and shift": lambda: networks.scale_and_shift(classes),
        "shift": lambda: networks.scale_and_shift(classes, scale=False),
    }
    return Trainer(builds[kind], optax.adam(LEARNING_RATE))


def refitted(task: Task) -> Run:
    """The output layer alone goes on learning."""
    net = task.net()
    weights = net.trained.weights
    x = {name: hidden_units(net.trainer, net.trainer.at(weights), x) for name, x in task.x.items()}
    model = head("output", x["train"].shape[1], task.classes)
    return followed(Stage(model, model.at(weights[-2:]), x, net.penalty(weights)), task)[0]


def rescaled(task: Task, kind: str) -> Run:
    """A shift of each class's logit, and with a scale the temperature too, learn on the training songs."""
    model = head(kind, task.classes, task.classes)
    net = task.net()
    return followed(Stage(model, model.start(task.seed), net.logits, net.penalty(net.trained.weights)), task)[0]


def late_weights(task: Task) -> Run:
    """The original with the mean of its weights over the last tenth of its epochs (Izmailov et al. 2018)."""
    net = task.net()
    return at_once(net.at(net.trained.late), task.data)


def of_random(task: Task) -> Run:
    """The correction of an original that has learnt nothing: its weights are those of its start."""
    net = task.net()
    return corrected(task, [np.asarray(w) for w in net.trainer.start(net.config.seed).weights])


def many(task: Task) -> Run:
    """One correction after another, each of what stands so far; scores ``stage m/…`` for m corrections.

    A correction is trained as it is, and then only a part of it, the shrinkage, is added (Friedman 2001, equation 36).
    """
    logits = task.net().logits
    found: dict[str, float] = {}
    for stage in range(STAGES + 1):
        if stage:
            again = Task(task.run, further=1000 * (stage - 1))
            full = followed(correction(again, logits, task.x), again)[1]
            logits = {k: o + np.float32(task.run.shrinkage) * (full[k] - o) for k, o in logits.items()}
        for name, split in task.data.splits.items():
            found |= {f"stage {stage}/{k}": v for k, v in rates(logits[name], split.y, name).items()}
    return Run(at_once(logits, task.data).scores | found)


METHODS: dict[str, Callable[[Task], Run]] = {
    "correcting model": lambda task: corrected(task, task.net().trained.weights),
    "original not fixed": unfrozen,
    "given hidden units and output": knowing,
    "through a combiner": through_combiner,
    "through a combiner from the sum": lambda task: through_combiner(task, from_sum=True),
    "output layer refitted": refitted,
    "scale and shifts": lambda task: rescaled(task, "scale and shift"),
    "shifts": lambda task: rescaled(task, "shift"),
    "mean of late weights": late_weights,
    "random original": of_random,
    "eight corrections": many,
}
