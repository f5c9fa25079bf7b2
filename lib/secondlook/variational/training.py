"""The evidence lower bound, training that maximises it, and predictions as draws. Notebook 10.

For a net with weights w, posterior q and prior p, on `n_train` items (Kingma and Welling 2014, equation 3):

    ELBO(q) = Σ over items E_q[log p(y | x, w)] − KL(q ‖ p).
"""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook.networks import Model
from secondlook.training import Inputs, State, Trainer
from secondlook.variational.layers import LOC


def elbo(log_likelihood: jax.Array, divergence: jax.Array, n_train: int) -> jax.Array:
    """The ELBO in nats, estimated from a batch: log likelihoods ``(batch,)`` stand for those of all `n_train` items.

    The mean over equal batches that make up the training set is the ELBO of the whole set.
    """
    return n_train * jnp.mean(log_likelihood) - divergence


def noisy_call(
    model: Model, weights: list[jax.Array], others: list[jax.Array], x: Any
) -> tuple[jax.Array, list[jax.Array], jax.Array]:
    """The logits of a batch at one draw, the model's other variables after it, and the divergence of all layers.

    Keras tells whose a loss is by its ``id``. An ``id`` may be one of an earlier call's losses, which are no more, and
    then a divergence is lost or counted twice; so those of earlier calls are forgotten first.
    """
    model._clear_losses()
    logits, others, divergences = model.stateless_call(weights, others, x, training=True, return_losses=True)
    return logits, others, sum(divergences, jnp.zeros(()))


class VariationalTrainer(Trainer):
    """Trains a net of `Variational` layers: a step minimises −ELBO / n_train of its batch."""

    times = 1
    """How many times the objective counts every item, for what is not the ELBO of the items that there are."""

    def __init__(self, build: Callable[[], Model], optimizer: optax.GradientTransformation, n_train: int) -> None:
        super().__init__(build, optimizer)
        self.n_train = n_train
        self._draw = jax.jit(self._drawn)

    def objective(
        self, weights: list[jax.Array], others: list[jax.Array], x: Any, y: jax.Array
    ) -> tuple[jax.Array, list[jax.Array]]:
        """−ELBO / n_train of a batch at one draw of the weights, and the model's other variables after it."""
        logits, others, divergence = noisy_call(self.model, weights, others, x)
        log_likelihood = -optax.losses.softmax_cross_entropy_with_integer_labels(logits, y)
        return -elbo(log_likelihood, divergence / self.times, self.n_train) / self.n_train, others

    def epoch(
        self, state: State, x: Inputs, y: np.ndarray, batch_size: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray]:
        """One pass over all `n_train` items, as `Trainer.epoch`; ValueError if there are more or fewer."""
        if len(y) != self.n_train:
            raise ValueError(f"{len(y)} items: the ELBO is scaled to n_train = {self.n_train}; train on just as many")
        return super().epoch(state, x, y, batch_size, rng)

    def _drawn(self, weights: list[jax.Array], key: jax.Array) -> list[jax.Array]:
        drawn = list(weights)
        for i, variable in enumerate(self.model.trainable_variables):
            if variable.name.endswith(LOC):  # its log standard deviation follows
                noise = jax.random.normal(jax.random.fold_in(key, i), weights[i].shape)
                drawn[i] = weights[i] + jnp.exp(weights[i + 1]) * noise
        return drawn

    def draws(self, state: State, x: Inputs, count: int, seed: int) -> np.ndarray:
        """Class probabilities ``(draws, items, classes)`` under that many draws of all weights from the posterior."""
        keys = jax.random.split(jax.random.key(seed), count)
        nets = (State(self._draw(state.weights, key), state.others, None) for key in keys)
        return np.stack([jax.nn.softmax(self.logits(net, x)) for net in nets])
