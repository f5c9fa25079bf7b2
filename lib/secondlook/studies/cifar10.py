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
from secondlook.data import catalog, cifar10
from secondlook.data.dataset import Split
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.training import State, Trainer

CLASSES = 10
LEARNING_RATE, MOMENTUM, BATCH_SIZE = 0.001, 0.9, 32
CONVERGED = 40
"""Epochs after which the training accuracy no longer changes: above 0.99 for every net here."""


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


def pictures(split: Split, network: str) -> Split:
    """Pictures scaled to −1…1, shaped as the network takes them: flat or ``(pictures, rows, columns, channels)``."""
    x = split.x.astype(np.float32) / 127.5 - 1
    x = x.transpose(0, 2, 3, 1) if network == "convolutional" else x.reshape(len(x), -1)
    return Split(np.ascontiguousarray(x), split.y.astype(np.int32))


@cache
def load(network: str) -> tuple[Split, Split]:
    """The training and test pictures of CIFAR-10 for a network."""
    data = cifar10.load()
    return pictures(data["train"], network), pictures(data["test"], network)


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
    """Scores on training and test pictures; the test predictions; the confusion counts on the training pictures."""
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
    train_confusion = scores.confusion(fitted.argmax(axis=1), train.y, CLASSES)
    return found, {"test_predicted": predicted.astype(np.uint8), "train_confusion": train_confusion.astype(np.int32)}


def run(config: CifarRun) -> Run:
    """Train and score one net, on CIFAR-10."""
    train, test = load(config.network)
    return fit(config, Split(train.x[: config.n_train], train.y[: config.n_train]), test)


def fit(config: CifarRun, train: Split, test: Split) -> Run:
    """Train and score one net on the pictures given.

    The curve ``last_batch_loss`` is the loss of each epoch's last training batch: what document 003 reports, by a slip,
    as its test loss.
    """
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


SMALL = Study(
    name="cifar10",
    full=(
        *arm("cifar10", "as written", 10, relu_logits=True, epochs=10),
        *arm("cifar10", "mended", 10, epochs=CONVERGED),
        *arm("cifar10", "narrow", 10, hidden=(250, 250), epochs=CONVERGED),
        *arm("cifar10", "half the pictures", 10, n_train=25_000, epochs=20),
        *arm("cifar10", "quarter of the pictures", 10, n_train=12_500, epochs=40),
        # 990 hidden units give the convolutional net the 3-layer net's number of parameters, to 0.04 %
        *arm("cifar10", "convolutional", 10, network="convolutional", hidden=(990,), epochs=10),
    ),
    toy=(),
    comparisons=(
        Comparison("as written", "mended", frozenset({"relu_logits", "epochs"})),
        Comparison("narrow", "mended", frozenset({"hidden"})),
        Comparison("half the pictures", "mended", frozenset({"n_train", "epochs"})),
        Comparison("quarter of the pictures", "mended", frozenset({"n_train", "epochs"})),
        Comparison("convolutional", "mended", frozenset({"network", "hidden", "epochs"})),
    ),
    run=run,
)

LARGE = Study(
    name="cifar10_large",
    full=(
        *arm("cifar10_large", "as written", 5, hidden=(2000,) * 5, relu_logits=True, epochs=10),
        *arm("cifar10_large", "mended", 5, hidden=(2000,) * 5, epochs=10),
    ),
    toy=(),
    comparisons=(Comparison("as written", "mended", frozenset({"relu_logits"})),),
    run=run,
)
