"""Three nets made one: by averages, combiners, further training, and training together."""

from collections.abc import Callable, Sequence
from functools import cache, partial

import numpy as np
import optax
from scipy.special import softmax
from sklearn.linear_model import LogisticRegressionCV
from sklearn.model_selection import StratifiedKFold

from secondlook import ensembles, networks
from secondlook.data.dataset import Split
from secondlook.ensembles import Member
from secondlook.networks import Model
from secondlook.runs import Run
from secondlook.studies.songs.members import BySplit, Net
from secondlook.studies.songs.run import LEARNING_RATE, fit
from secondlook.studies.songs.stage import Stage, Task, at_once, followed, penalty_of_parts
from secondlook.training import Trainer

FOLDS = 5
"""For stacking: a song's logits come from nets that were trained without it."""
PENALTIES = 10.0 ** np.arange(-6, 2)
"""Of which stacking chooses one; scikit-learn's C, small where the penalty is strong."""
KEPT = "gtzan"
"""The source of which the probabilities of every test song are kept."""

Build = Callable[[], Model]


def side_by_side(task: Task, nets: Sequence[Net]) -> BySplit:
    """The logits of trained nets on every split, ``(songs, members, classes)``."""
    return {
        name: ensembles.stacked([Member(net.name, net.logits[name], np.arange(len(split.y))) for net in nets])
        for name, split in task.data.splits.items()
    }


def kept(run: Run, logits: BySplit, task: Task) -> Run:
    """The run, with the probabilities of the test songs if they are to be kept."""
    if task.run.source != KEPT:
        return run
    return Run(run.scores, run.curves, {"test_probability": softmax(logits["test"], axis=1).astype(np.float16)})


def averaged(task: Task, mean: Callable[[np.ndarray], np.ndarray], nets: Sequence[Net]) -> Run:
    """A mean of the members, with nothing to train, and the ambiguity on test songs."""
    whole = side_by_side(task, nets)
    logits = {name: mean(found) for name, found in whole.items()}
    run = kept(at_once(logits, task.data), logits, task)
    run.scores["ambiguity"] = float(ensembles.ambiguity(whole["test"]).mean())
    return run


def mean_of_probabilities(task: Task) -> Run:
    """The mean of the three members' probabilities, and, where songs are kept, the members' own."""
    nets = task.nets()
    run = averaged(task, ensembles.mean_of_probabilities, nets)
    if task.run.source == KEPT:
        of_each = np.stack([softmax(net.logits["test"], axis=1) for net in nets], axis=1)
        run.items["member_probability"] = of_each.astype(np.float16)
    return run


@cache
def combiner(hidden: bool, members: int, classes: int) -> Trainer:
    """The training of a combiner; its output layer has no penalty, as no other output layer has."""
    build = networks.one_hidden_layer if hidden else networks.linear
    penalty = penalty_of_parts(4) if hidden else penalty_of_parts()
    return Trainer(lambda: build(members * classes, classes), optax.adam(LEARNING_RATE), penalty)


def flat(logits: BySplit) -> BySplit:
    """What a combiner is given: the logits of all members in one row."""
    return {name: found.reshape(len(found), -1) for name, found in logits.items()}


def combined(task: Task, *, hidden: bool = False, from_mean: bool = False) -> Run:
    """The document's combiners, trained on the logits of nets that have learnt the same songs.

    `from_mean` starts a linear one at the mean of the members' logits, not at random.
    """
    nets = task.nets()
    whole, members = side_by_side(task, nets), len(nets)
    model = combiner(hidden, members, task.classes)
    start = model.start(task.seed)
    if from_mean:
        start = model.at([np.tile(np.eye(task.classes, dtype=np.float32) / members, (members, 1)), start.weights[1]])
    run, logits = followed(
        Stage(model, start, flat(whole), sum(net.penalty(net.trained.weights) for net in nets)), task
    )
    return kept(run, logits, task)


def out_of_fold(task: Task) -> Run:
    """Stacking (Wolpert 1992): a linear combiner fitted on logits of nets that have not learnt the song.

    It is a logistic regression, with the L2 penalty that does best on songs left out of its fit.
    """
    nets, train = task.nets(), task.data["train"]
    whole = side_by_side(task, nets)
    unseen = np.empty_like(whole["train"])
    for rest, apart in StratifiedKFold(FOLDS, shuffle=True, random_state=task.seed).split(train.x, train.y):
        for k, net in enumerate(nets):
            state = fit(net.config, Split(train.x[rest], train.y[rest]), task.classes)
            unseen[apart, k] = net.trainer.logits(state, train.x[apart])
    inputs = flat(whole | {"train": unseen})
    fitted = LogisticRegressionCV(
        Cs=PENALTIES, cv=FOLDS, scoring="neg_log_loss", max_iter=10_000, l1_ratios=(0,), use_legacy_attributes=False
    ).fit(inputs["train"], train.y)
    logits = {name: fitted.decision_function(found) for name, found in inputs.items()}
    return kept(at_once(logits, task.data), logits, task)


@cache
def joint(builds: tuple[Build, ...], sizes: tuple[int, ...], classes: int) -> Trainer:
    """The training of members and their linear combiner as one network."""

    def build() -> Model:
        return networks.unconstrained([part() for part in builds], networks.linear(len(builds) * classes, classes))

    return Trainer(build, optax.adam(LEARNING_RATE), penalty_of_parts(*sizes))


def unconstrained(task: Task, *, from_trained: bool) -> Run:
    """Members and combiner trained as one, the members from their trained weights or from fresh ones."""
    nets = task.nets()
    model = joint(tuple(net.trainer.build for net in nets), tuple(net.size for net in nets), task.classes)
    start = model.start(task.seed)
    if from_trained:
        weights = [w for net in nets for w in net.trained.weights]
        start = model.at([*weights, *start.weights[len(weights) :]])
    run, logits = followed(Stage(model, start, task.x), task)
    return kept(run, logits, task)


def trained_on(task: Task) -> Run:
    """One net trained for as many epochs again, its optimiser at rest: the honest comparator of a second stage."""
    net = task.net()
    return followed(Stage(net.trainer, net.trainer.at(net.trained.weights), task.x), task)[0]


@cache
def dissimilar(builds: tuple[Build, ...], sizes: tuple[int, ...], dissimilarity: float) -> Trainer:
    """The training of members side by side, asked to differ; with 0 each learns as it does by itself.

    The loss is the mean over members, so each penalty counts by the share of one.
    """
    return Trainer(
        lambda: networks.side_by_side([part() for part in builds]),
        optax.adam(LEARNING_RATE),
        penalty_of_parts(*sizes, share=1 / len(builds)),
        ensembles.negative_correlation(dissimilarity),
    )


def negative_correlation(task: Task) -> Run:
    """The three members trained together from fresh weights, and the mean of their logits."""
    nets = task.nets()
    builds, sizes = tuple(net.trainer.build for net in nets), tuple(net.size for net in nets)
    model = dissimilar(builds, sizes, task.run.dissimilarity)
    stage = Stage(model, model.start(task.seed), task.x)
    return followed(stage, task)[0]


METHODS: dict[str, Callable[[Task], Run]] = {
    "mean of probabilities": mean_of_probabilities,
    "mean of logits": lambda task: averaged(task, ensembles.mean_of_logits, task.nets()),
    "three of a kind": lambda task: averaged(
        task, ensembles.mean_of_probabilities, [task.net(further) for further in (0, 1000, 2000)]
    ),
    "linear combiner": combined,
    "linear combiner from the mean": partial(combined, from_mean=True),
    "combiner with a hidden layer": partial(combined, hidden=True),
    "stacked out of fold": out_of_fold,
    "unconstrained": partial(unconstrained, from_trained=True),
    "unconstrained from fresh weights": partial(unconstrained, from_trained=False),
    "trained on": trained_on,
    "trained together": negative_correlation,
}
