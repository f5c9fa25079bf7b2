"""The methods: each fits a net and gives a function from pictures to probabilities under draws of what it is unsure of.

A `Fit` predicts ``(draws, pictures, classes)``; a point estimate has one draw.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import jax
import numpy as np
import optax
from scipy.special import softmax

from secondlook import lastlayer, scores
from secondlook.networks import Model, keras
from secondlook.networks.backend import layers
from secondlook.runs import Arrays
from secondlook.studies.mnist.config import BATCH_SIZE, DRAWS, LEARNING_RATE, MEMBERS, MnistRun
from secondlook.studies.mnist.pictures import Pictures
from secondlook.training import State, Trainer
from secondlook.variational.networks import fully_connected
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer

PRECISIONS = (1.0, 3.0, 10.0, 30.0, 100.0, 300.0, 1000.0, 3000.0)
"""Of the prior of the last layer's weights; the one with the best likelihood of the pictures set apart is taken."""


@dataclass(frozen=True)
class Fit:
    """A fitted method: its predictions, its progress on the pictures set apart, and what it tuned on them."""

    predict: Callable[[np.ndarray], np.ndarray]
    curves: Arrays
    tuned: dict[str, float]


def relu_net(inputs: int, hidden: tuple[int, ...], classes: int, dropout: float) -> Model:
    """A fully connected ReLU net started as He et al. (2015) do; dropout before every hidden layer's output is used."""
    stack: list[layers.Layer] = [keras.Input((inputs,))]
    for units in hidden:
        stack += [layers.Dense(units, activation="relu", kernel_initializer="he_normal"), layers.Dropout(dropout)]
    return keras.Sequential([*stack, layers.Dense(classes, kernel_initializer="he_normal")])


@cache
def trainer(config: MnistRun, inputs: int, classes: int, n_train: int) -> Trainer:
    """The compiled training of a config without its names and seed; it serves every seed."""
    steps = config.epochs * -(-n_train // BATCH_SIZE)
    optimizer = optax.adam(optax.cosine_decay_schedule(LEARNING_RATE, steps))
    if config.method == "variational":
        prior = Prior(config.law)
        return VariationalTrainer(
            lambda: fully_connected(inputs, config.hidden, classes, prior, config.estimator), optimizer, n_train
        )
    dropout = 0.5 if config.method == "dropout" else 0.0
    return Trainer(lambda: relu_net(inputs, config.hidden, classes, dropout), optimizer)


def trained(model: Trainer, config: MnistRun, data: Pictures, seed: int) -> tuple[State, Arrays]:
    """A net after all epochs, and its accuracy and loss on the pictures set apart after each.

    Of a variational net the predictions are those of its mean weights, and there is its ELBO, too, in nats a training
    picture: the mean over the batches of an epoch.
    """
    curves: dict[str, list[float]] = {"valid_accuracy": [], "valid_nll": []}
    state = model.start(seed)
    for after, objectives in model.epochs(state, data.train.x, data.train.y, config.epochs, BATCH_SIZE, seed):
        state = after
        if isinstance(model, VariationalTrainer):
            curves.setdefault("elbo", []).append(-float(objectives.mean()))
        logits = model.logits(state, data.valid.x)
        curves["valid_accuracy"].append(scores.accuracy(logits.argmax(axis=1), data.valid.y))
        curves["valid_nll"].append(scores.negative_log_likelihood(logits, data.valid.y))
    return state, {name: np.array(values) for name, values in curves.items()}


def with_dropout(model: Trainer, state: State, x: np.ndarray) -> Iterator[np.ndarray]:
    """Probabilities ``(pictures, classes)`` with units dropped at random, draw after draw (Gal and Ghahramani 2016)."""
    forward = jax.jit(lambda weights, others, x: model.model.stateless_call(weights, others, x, training=True))
    others = state.others
    for _ in range(DRAWS):
        parts = []
        for start in range(0, len(x), 1000):
            logits, others = forward(state.weights, others, x[start : start + 1000])
            parts.append(np.asarray(logits))
        yield softmax(np.concatenate(parts), axis=1)


def with_last_layer(
    model: Trainer, state: State, data: Pictures, seed: int
) -> tuple[Callable[[np.ndarray], np.ndarray], dict[str, float]]:
    """Predictions under draws of the last layer's weights from Laplace's approximation, and its prior's precision."""
    *below, kernel, bias = state.weights
    hidden = [np.asarray(w, np.float64) for w in below]
    weights = np.vstack([kernel, bias[None]]).astype(np.float64)

    def features(x: np.ndarray) -> np.ndarray:
        for w, b in zip(hidden[::2], hidden[1::2], strict=True):
            x = np.maximum(x @ w + b, 0)
        return np.column_stack([x, np.ones(len(x))])

    seen = features(data.train.x)
    curvature = lastlayer.curvature(seen, softmax(seen @ weights, axis=1))

    def predict(x: np.ndarray, precision: float) -> np.ndarray:
        drawn = lastlayer.laplace_draws(weights, curvature, precision, DRAWS, np.random.default_rng(seed))
        return np.stack([softmax(of, axis=1).astype(np.float32) for of in features(x) @ drawn])

    def loss(precision: float) -> float:
        mean = predict(data.valid.x, precision).mean(axis=0)
        return -float(np.mean(np.log(mean[np.arange(len(mean)), data.valid.y])))

    best = min(PRECISIONS, key=loss)
    return lambda x: predict(x, best), {"precision": best}


def fit(config: MnistRun, settings: MnistRun, data: Pictures, classes: int) -> Fit:
    """Fit the method of a config; `settings` is the config without its names and seed."""
    model = trainer(settings, data.train.x.shape[1], classes, len(data.train.y))
    seeds = [MEMBERS * config.seed + m for m in range(MEMBERS)] if config.method == "ensemble" else [config.seed]
    states, curves = zip(*(trained(model, config, data, seed) for seed in seeds), strict=True)
    state, tuned = states[0], dict[str, float]()
    if isinstance(model, VariationalTrainer):
        return Fit(lambda x: model.draws(state, x, DRAWS, config.seed), curves[0], tuned)
    if config.method == "dropout":
        return Fit(lambda x: np.stack(list(with_dropout(model, state, x))), curves[0], tuned)
    if config.method == "last-layer Laplace":
        predict, tuned = with_last_layer(model, state, data, config.seed)
        return Fit(predict, curves[0], tuned)
    if config.method == "temperature":
        tuned = {"scale": scores.best_scale(model.logits(state, data.valid.x), data.valid.y)}
    scale = tuned.get("scale", 1.0)
    return Fit(lambda x: np.stack([softmax(scale * model.logits(s, x), axis=1) for s in states]), curves[0], tuned)
