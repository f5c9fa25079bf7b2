"""A network whose last layer alone changes, against a linear model of its features: A05 and A06."""

from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

import jax
import numpy as np
import optax
from scipy.special import log_softmax

from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check
from secondlook.networks import genre_cnn, keras
from secondlook.training import Trainer

SONGS, DRAWS = 200, 5
LAST = 2
"""The arrays of the last layer: its kernel and its biases."""
TOLERANCE = 1e-5
"""What the order of sums changes in single precision, relative to the largest."""


class Pair(NamedTuple):
    """Log probabilities ``(songs, classes)`` by the whole network and by the linear model."""

    network: np.ndarray
    linear: np.ndarray


@cache
def pairs() -> tuple[Pair, ...]:
    """Both for several draws of the last layer of the document's network, on random songs."""
    return tuple(_pairs())


def _pairs() -> Iterator[Pair]:
    rng = np.random.default_rng(0)
    songs = rng.normal(size=(SONGS, 120, 25)).astype(np.float32)
    model = Trainer(lambda: genre_cnn(10), optax.sgd(0.0))
    state = model.start(0)
    net = model.model
    below = keras.Model(net.inputs[0], net.layers[-1].input)
    features = np.asarray(jax.jit(below.stateless_call)(state.weights[:-LAST], state.others, songs)[0], np.float64)
    for _ in range(DRAWS):
        kernel, bias = (rng.normal(size=w.shape).astype(np.float32) for w in state.weights[-LAST:])
        changed = model.at([*state.weights[:-LAST], kernel, bias], state.others)
        logits = model.logits(changed, songs)
        yield Pair(log_softmax(logits.astype(np.float64), axis=1), log_softmax(features @ kernel + bias, axis=1))


@check("A05")
def stored() -> Verdict:
    """The log likelihood of random labels through the network, and from features that were computed once."""
    labels = np.random.default_rng(1).integers(10, size=SONGS)
    sums = np.array([[of[np.arange(SONGS), labels].sum() for of in pair] for pair in pairs()])
    worst = float(np.max(abs(sums[:, 0] / sums[:, 1] - 1)))
    return decide(
        worst < TOLERANCE,
        f"For {DRAWS} draws of the last layer and {SONGS} songs the log likelihood through the whole network, single "
        f"precision, and from features stored once agree to {TOLERANCE:.0e} of its value. What is saved is the work of "
        "all other layers, for every draw after the first.",
        "features can be used again",
        "the same",
    )


@check("A06")
def linear() -> Verdict:
    """The log probabilities of the network with a changed last layer against softmax regression."""
    worst = max(float(abs(pair.network - pair.linear).max() / abs(pair.linear).max()) for pair in pairs())
    return decide(
        worst < TOLERANCE,
        f"Log probabilities of the network and of softmax regression on its features, for {DRAWS} draws of the last "
        f"layer and {SONGS} songs, agree to {TOLERANCE:.0e} of the largest. This needs the layers below to stay as "
        "they are; their own uncertainty is left out.",
        "equivalent to softmax regression",
        "the same",
    )
