"""One net trained on songs: its settings, and what is measured."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

import numpy as np
import optax

from secondlook import networks
from secondlook.data.dataset import Split
from secondlook.networks import Pool
from secondlook.regularisation import NO_PENALTY, Strengths, keep_zeros, penalty, proximal_adam, pruned
from secondlook.runs import Config, Run
from secondlook.studies.songs import sources
from secondlook.studies.songs.measures import Progress, histogram, rates, sizes, top_share
from secondlook.training import State, Trainer

BATCH_SIZE = 50
LEARNING_RATE = 0.001
USUAL_L2 = Strengths(0.01, 0.01, 0.0)
"""Document 001's penalty from section 3.1 on: 0.01 on all kernels but the output's."""


@dataclass(frozen=True, kw_only=True)
class SongsRun(Config):
    """One net, trained with Adam for `epochs` epochs on the songs of a source."""

    source: str
    epochs: int
    order: sources.Order = "as played"
    network: Literal["cnn", "mlp", "gru", "lstm"] = "cnn"
    heights: tuple[int, ...] = (1, 1)
    """Segments that the kernels of each convolution see."""
    pool: Pool = "none"
    pool_first: bool = False
    activation: str = "relu"
    units: int = 0
    """Of the recurrent layer."""
    l1: Strengths = NO_PENALTY
    l2: Strengths = USUAL_L2
    proximal: bool = False
    """The L1 penalty by proximal steps, not by gradient."""
    pruned: Literal["nothing", "convolutions", "hidden"] = "nothing"
    """The part whose small weights are set to zero after a first training, with L1 there instead of L2."""
    threshold: float = 0.0


FIRST_L1 = 0.001
"""The L1 penalty of the first training, by which weights are chosen for pruning."""


def settings(config: SongsRun) -> SongsRun:
    """What decides the compiled training: the config without its names, its songs, its length and its threshold."""
    return replace(
        config, study="", arm="", seed=0, data="", source="", order="as played", epochs=0, threshold=0.0, version=0
    )


SONG = (networks.SEGMENTS, networks.FEATURES)


def network(config: SongsRun, classes: int = 10, inputs: tuple[int, int] = SONG) -> networks.Model:
    """The net of a run, with fresh weights."""
    if config.network == "cnn":
        return networks.genre_cnn(classes, config.heights, config.pool, config.pool_first, config.activation, inputs)
    if config.network == "mlp":
        return networks.genre_mlp(classes, inputs)
    return networks.genre_rnn(classes, config.network, config.units, inputs)


@cache
def compiled(config: SongsRun, classes: int, inputs: tuple[int, int]) -> Trainer:
    """The training of one set of `settings`; it serves every seed."""
    adam = proximal_adam(config.l1, LEARNING_RATE) if config.proximal else optax.adam(LEARNING_RATE)
    optimizer = adam if config.pruned == "nothing" else optax.chain(adam, keep_zeros())
    l1 = NO_PENALTY if config.proximal else config.l1
    return Trainer(lambda: network(config, classes, inputs), optimizer, lambda weights: penalty(weights, l1, config.l2))


def trainer(config: SongsRun, train: Split, classes: int) -> Trainer:
    """The compiled training for a config and the shape of its songs."""
    return compiled(settings(config), classes, train.x.shape[1:])


def first_training(config: SongsRun) -> SongsRun:
    """The training that says which weights are small: L1 instead of L2 on the part to be pruned."""
    part = config.pruned
    return replace(
        config, pruned="nothing", l1=config.l1._replace(**{part: FIRST_L1}), l2=config.l2._replace(**{part: 0.0})
    )


def start(config: SongsRun, train: Split, classes: int) -> State:
    """The state before the first epoch: the weights of the seed, pruned if the config says so."""
    model = trainer(config, train, classes)
    state = model.start(config.seed)
    if config.pruned == "nothing":
        return state
    guide = fit(first_training(config), train, classes)
    weights = pruned(state.weights, guide.weights, config.pruned, config.threshold)
    return State(weights, state.others, model.optimizer.init(weights))


def fit(config: SongsRun, train: Split, classes: int, watch: Callable[[int, State], None] = lambda *_: None) -> State:
    """Train for the epochs of the config. `watch` is shown the state after each epoch."""
    model, state = trainer(config, train, classes), start(config, train, classes)
    epochs = model.epochs(state, train.x, train.y, config.epochs, BATCH_SIZE, config.seed)
    for epoch, (after, _) in enumerate(epochs, start=1):
        watch(epoch, after)
        state = after
    return state


def run(config: SongsRun) -> Run:
    """Train one net, follow it on the songs of ``valid``, and score it on those of ``test``.

    The curve ``valid_objective``, what document 001 plots as its error, is the mean loss on ``valid`` and the penalty.
    """
    data = sources.load(config.source, config.seed, config.order)
    train, valid, test = data["train"], data["valid"], data["test"]
    classes = len(data.class_names)
    model = trainer(config, train, classes)
    progress = Progress(config.epochs)

    def watch(epoch: int, state: State) -> None:
        found = rates(model.logits(state, valid.x), valid.y, "valid")
        found["valid_objective"] = found["valid_nll"] + float(model.penalty(state.weights))
        late = {}
        if progress.is_late(epoch):
            late = rates(model.logits(state, test.x), test.y, "test") | {"valid_accuracy": found["valid_accuracy"]}
        progress.add(found, late)

    state = fit(config, train, classes, watch)
    logits = model.logits(state, test.x)
    found = {f"end/{name}": value for name, value in rates(logits, test.y, "test").items()}
    found |= {f"end/{name}": value for name, value in rates(model.logits(state, train.x), train.y, "train").items()}
    found |= progress.scores()
    weights = [np.asarray(w) for w in state.weights]
    found |= sizes(weights) | {"top_share": top_share(model, state, test.x)}
    items = {"convolution_weights": histogram(weights)}
    if sources.SOURCES[config.source].same_songs:
        items["test_right"] = logits.argmax(axis=1) == test.y
    return Run(found, progress.curves(), items)
