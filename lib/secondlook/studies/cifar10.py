"""Document 003's image classifiers: as written, mended, smaller, larger, trained on, on less data, and convolutional.

All arms share the optimiser (SGD, learning rate 0.001, momentum 0.9), the batch size and, seed by seed, the order of
the batches; they differ in what `CifarRun` says. Notebook 03.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import optax

from secondlook import networks, scores
from secondlook.data import catalog, cifar10, digits
from secondlook.data.dataset import Split, by_fingerprint
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.training import State, Trainer

CLASSES = 10
LEARNING_RATE, MOMENTUM, BATCH_SIZE = 0.001, 0.9, 32
CONVERGED, NARROW_CONVERGED = 40, 100
"""Epochs after which a net has learnt nearly all of its training pictures, and its test accuracy has settled."""


@dataclass(frozen=True, kw_only=True)
class CifarRun(Config):
    """One net, trained for `epochs` on the first `n_train` pictures, scored after `milestone` epochs and at the end."""

    network: str
    """fully connected, or convolutional."""
    hidden: tuple[int, ...]
    """Widths of the hidden linear layers."""
    relu_logits: bool
    n_train: int
    epochs: int
    milestone: int


def pictures(split: Split, brightest: int, network: str) -> Split:
    """Pictures scaled to −1…1, shaped as the network takes them: flat or ``(pictures, rows, columns, channels)``."""
    x = split.x.astype(np.float32) / (brightest / 2) - 1
    x = x.transpose(0, 2, 3, 1) if network == "convolutional" else x.reshape(len(x), -1)
    return Split(np.ascontiguousarray(x), split.y.astype(np.int32))


@cache
def load(fingerprint: str, network: str) -> tuple[Split, Split]:
    """The training and test pictures of the data with that fingerprint, digits or CIFAR-10, for a network."""
    known = {digits.load().fingerprint: (digits.load, 16), catalog.fingerprint("cifar10"): (cifar10.load, 255)}
    read, brightest = by_fingerprint(fingerprint, known)
    data = read()
    return pictures(data["train"], brightest, network), pictures(data["test"], brightest, network)


@cache
def trainer(network: str, inputs: int, hidden: tuple[int, ...], relu_logits: bool) -> Trainer:
    """The compiled training of one architecture; it serves every seed."""

    def build() -> networks.Model:
        if network == "convolutional":
            (width,) = hidden
            return networks.small_cnn(width, CLASSES)
        return networks.fully_connected(inputs, hidden, CLASSES, relu_logits=relu_logits)

    return Trainer(build, optax.sgd(LEARNING_RATE, momentum=MOMENTUM))


def evaluate(model: Trainer, state: State, train: Split, test: Split) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Scores on training and test pictures; which test pictures are right; confusion counts on both sets."""
    fitted, logits = model.logits(state, train.x), model.logits(state, test.x)
    predicted = logits.argmax(axis=1)
    true_logit = logits[np.arange(len(logits)), test.y]
    found = {
        "train_accuracy": scores.accuracy(fitted.argmax(axis=1), train.y),
        "train_nll": scores.negative_log_likelihood(fitted, train.y),
        "test_accuracy": scores.accuracy(predicted, test.y),
        "test_nll": scores.negative_log_likelihood(logits, test.y),
        "true_logit_zero": float(np.mean(true_logit == 0)),
        "dead_classes": float(np.sum(np.all(logits == 0, axis=0))),
    }
    return found, {
        "test_right": predicted == test.y,
        "test_confusion": scores.confusion(predicted, test.y, CLASSES).astype(np.int32),
        "train_confusion": scores.confusion(fitted.argmax(axis=1), train.y, CLASSES).astype(np.int32),
    }


def run(config: CifarRun) -> Run:
    """Train and score one net.

    The curve ``last_batch_loss`` is the loss of each epoch's last training batch: what document 003 reports, by a slip,
    as its test loss.
    """
    train, test = load(config.data, config.network)
    train = Split(train.x[: config.n_train], train.y[: config.n_train])
    model = trainer(config.network, train.x.shape[-1], config.hidden, config.relu_logits)
    state = model.start(config.seed)
    rng = np.random.default_rng(config.seed)
    curves: dict[str, list[float]] = {
        name: [] for name in ("train_loss", "last_batch_loss", "test_nll", "test_accuracy")
    }
    found: dict[str, float] = {}
    items: dict[str, np.ndarray] = {}
    for epoch in range(1, config.epochs + 1):
        state, losses = model.epoch(state, train.x, train.y, BATCH_SIZE, rng)
        logits = model.logits(state, test.x)
        curves["train_loss"].append(float(losses.mean()))
        curves["last_batch_loss"].append(float(losses[-1]))
        curves["test_nll"].append(scores.negative_log_likelihood(logits, test.y))
        curves["test_accuracy"].append(scores.accuracy(logits.argmax(axis=1), test.y))
        for when in [f"at_{config.milestone}/"] * (epoch == config.milestone) + ["end/"] * (epoch == config.epochs):
            at, kept = evaluate(model, state, train, test)
            found |= {when + name: value for name, value in at.items()}
            items |= {when + name: value for name, value in kept.items()}
    found["max/test_accuracy"] = max(curves["test_accuracy"])
    found["last_ten/test_accuracy"] = float(np.mean(curves["test_accuracy"][-10:]))
    return Run(found, {name: np.array(values) for name, values in curves.items()}, items)


def arm(study: str, name: str, seeds: int, **settings: Any) -> tuple[CifarRun, ...]:
    """One run a seed of document 003's 3-layer net without the ReLU on its logits, but for `settings`."""
    usual = {"network": "fully connected", "hidden": (1000, 1000), "relu_logits": False, "n_train": 50_000}
    fixed = {"study": study, "arm": name, "data": catalog.fingerprint("cifar10"), "milestone": 10}
    return tuple(CifarRun(**{**usual, **fixed, **settings, "seed": seed}) for seed in range(seeds))


TOY = {"data": digits.load().fingerprint, "hidden": (50, 50), "n_train": 1_078, "epochs": 40}
"""The same code on the digits that come with scikit-learn: seconds, and no download."""

AS_WRITTEN = Study(
    name="cifar10",
    full=(
        *arm("cifar10", "as written", 10, relu_logits=True, epochs=10),
        *arm("cifar10", "mended", 10, epochs=CONVERGED),
    ),
    toy=(
        *arm("cifar10", "toy as written", 5, relu_logits=True, **TOY),
        *arm("cifar10", "toy mended", 5, **TOY),
    ),
    comparisons=(Comparison("cifar10/as written", "cifar10/mended", frozenset({"relu_logits", "epochs"})),),
    run=run,
)
SMALLER = Study(
    name="cifar10_smaller",
    full=arm("cifar10_smaller", "narrow", 10, hidden=(250, 250), epochs=NARROW_CONVERGED),
    toy=(),
    comparisons=(Comparison("cifar10_smaller/narrow", "cifar10/mended", frozenset({"hidden", "epochs"})),),
    run=run,
)
LARGER = Study(
    name="cifar10_larger",
    full=arm("cifar10_larger", "as written", 5, hidden=(2000,) * 5, relu_logits=True, epochs=10),
    toy=(),
    comparisons=(Comparison("cifar10_larger/as written", "cifar10/as written", frozenset({"hidden"})),),
    run=run,
)
FEWER_PICTURES = Study(
    name="cifar10_fewer_pictures",
    full=(  # as many steps as the ten epochs on all 50,000
        *arm("cifar10_fewer_pictures", "half", 10, n_train=25_000, epochs=20),
        *arm("cifar10_fewer_pictures", "quarter", 10, n_train=12_500, epochs=40),
    ),
    toy=(),
    comparisons=(
        Comparison("cifar10_fewer_pictures/half", "cifar10/mended", frozenset({"n_train", "epochs"})),
        Comparison("cifar10_fewer_pictures/quarter", "cifar10/mended", frozenset({"n_train"})),
    ),
    run=run,
)
CONVOLUTION: dict[str, Any] = {
    "network": "convolutional",
    "hidden": (990,),  # gives the net the 3-layer net's number of parameters, to 0.04 %
    "epochs": 10,
    "version": 2,  # in version 1 each convolution's biases, and no others, started equal to its kernel's first numbers
}
CONVOLUTIONAL = Study(
    name="cifar10_convolutional",
    full=arm("cifar10_convolutional", "convolutional", 10, **CONVOLUTION),
    toy=(),
    comparisons=(Comparison("cifar10_convolutional/convolutional", "cifar10/mended", frozenset(CONVOLUTION)),),
    run=run,
)
