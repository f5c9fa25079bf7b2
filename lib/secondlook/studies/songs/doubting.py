"""Nets that predict by draws ``(draws, songs, classes)``: a point estimate, one with dropout, and a variational one.

All are document 001's convolution in time, with max pooling by 2. Notebook 12.
"""

from collections.abc import Callable

import jax
import numpy as np
import optax
from scipy.special import softmax

from secondlook import networks
from secondlook.networks.backend import keras, layers
from secondlook.regularisation import NO_PENALTY, penalty
from secondlook.studies.songs.run import LEARNING_RATE, USUAL_L2
from secondlook.training import Inputs, State, Trainer
from secondlook.variational.networks import genre_cnn
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer, noisy_call

DROPPED = 0.5
"""The probability with which a number that enters a fully connected layer is dropped."""
SCALE = 0.1
"""Of the half-Cauchy law of each layer's scale."""
RATE, RATE_CONTINUED = 0.05, 0.02
"""Of Adam at the start of a variational fit: of a fresh net, and of one already fitted with another objective."""


class Point(Trainer):
    """The net as document 001 trains it: Adam at a constant rate, penalties on all kernels but the output's."""

    def __init__(self, build: Callable[[], networks.Model]) -> None:
        super().__init__(build, optax.adam(LEARNING_RATE), lambda weights: penalty(weights, NO_PENALTY, USUAL_L2))

    def draws(self, state: State, x: Inputs, count: int, seed: int) -> np.ndarray:
        """The net's one prediction, whatever the count."""
        return softmax(self.logits(state, x).astype(np.float64), axis=1)[None]


class Dropout(Point):
    """The net trained and asked with numbers dropped at random (Gal and Ghahramani 2016)."""

    def __init__(self, build: Callable[[], networks.Model]) -> None:
        super().__init__(lambda: with_dropout(build()))
        self._noisy = jax.jit(lambda w, others, x: self.model.stateless_call(w, others, x, training=True))

    def draws(self, state: State, x: Inputs, count: int, seed: int) -> np.ndarray:
        """Predictions with other numbers dropped in each draw."""
        others = [keras.random.SeedGenerator(seed + k).state.value for k in range(len(state.others))]
        found = []
        for _ in range(count):
            logits, others = self._noisy(state.weights, others, x)
            found.append(softmax(np.asarray(logits, np.float64), axis=1))
        return np.stack(found)


def with_dropout(net: networks.Model) -> networks.Model:
    """The net with dropout before each of its fully connected layers."""
    stack: list[layers.Layer] = [keras.Input(net.input_shape[1:])]
    for layer in net.layers:
        stack += [layers.Dropout(DROPPED), layer] if isinstance(layer, layers.Dense) else [layer]
    return keras.Sequential(stack)


class Counted(VariationalTrainer):
    """A variational net whose objective counts every song `times` times; with 1 it is the ELBO.

    In the objective of one song, the mean log-likelihood less the divergence over `n_train`, the divergence is divided
    by `times`. It is the ELBO of as many copies of the songs: a posterior raised to a power, or a cold one (Wenzel et
    al. 2020), and not the posterior given the songs that there are.
    """

    def __init__(
        self, build: Callable[[], networks.Model], optimizer: optax.GradientTransformation, n_train: int, times: int
    ) -> None:
        super().__init__(build, optimizer, n_train)
        self.times = times
        self._divergence = jax.jit(lambda weights, others, x: noisy_call(self.model, weights, others, x)[2])

    def divergence(self, state: State, x: np.ndarray) -> float:
        """KL(posterior ‖ prior) of all weights, in nats; x is any songs."""
        return float(self._divergence(state.weights, state.others, x[:1]))


def variational(
    classes: int, inputs: tuple[int, int], n_train: int, times: int, steps: int, continued: bool
) -> Counted:
    """The net with a normal prior, whose scale each layer learns; Adam's rate falls to zero over the steps."""
    prior = Prior("normal", SCALE, "half-cauchy")
    rate = optax.cosine_decay_schedule(RATE_CONTINUED if continued else RATE, steps)
    return Counted(lambda: genre_cnn(classes, prior, "flipout", inputs), optax.adam(rate), n_train, times)
