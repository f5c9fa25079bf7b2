"""The one training loop: minibatches through a jitted step, compiled once per network and shape, not per seed.

The step is jitted and the loop is Python's: on a CPU, XLA runs convolutions inside its own loops ten times slower.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook.networks import Model, keras  # networks chooses Keras's backend before it imports Keras
from secondlook.process import keep_freed_memory

keep_freed_memory()


class State(NamedTuple):
    """All that a step changes: trainable and other variables of the model, and the optimiser's state."""

    weights: list[jax.Array]
    others: list[jax.Array]
    optimizer: Any


def cross_entropy(logits: jax.Array, y: jax.Array) -> jax.Array:
    """Mean over items of −log softmax(logits)_y, in nats; logits ``(items, classes)``, y ``(items,)``."""
    return optax.losses.softmax_cross_entropy_with_integer_labels(logits, y).mean()


def batches(items: int, batch_size: int, rng: np.random.Generator) -> Iterator[np.ndarray]:
    """The indices of one epoch's minibatches: a fresh permutation, cut; the last batch may be short."""
    order = rng.permutation(items)
    for start in range(0, items, batch_size):
        yield order[start : start + batch_size]


Penalty = Callable[[Sequence[jax.Array]], jax.Array | float]
"""What is added to the mean cross-entropy: a function of the trainable weights, in the model's order."""


class Trainer:
    """Trains the models that `build` gives with one optimiser. The compiled step serves every seed.

    What a step minimises, the **objective**, is the mean cross-entropy of its batch plus the `penalty` of the weights.
    """

    def __init__(
        self,
        build: Callable[[], Model],
        optimizer: optax.GradientTransformation,
        penalty: Penalty = lambda weights: 0.0,
    ) -> None:
        self.build = build
        self.optimizer = optimizer
        self.penalty = penalty
        self.model = build()
        self._step = jax.jit(self._update, donate_argnums=0)
        self._forward = jax.jit(lambda weights, others, x: self.model.stateless_call(weights, others, x)[0])

    def start(self, seed: int) -> State:
        """The initial state of a seed: weights drawn afresh, optimiser at rest."""
        keras.utils.set_random_seed(seed)
        model = self.build()
        weights = [v.value for v in model.trainable_variables]
        return State(weights, [v.value for v in model.non_trainable_variables], self.optimizer.init(weights))

    def _update(self, state: State, x: jax.Array, y: jax.Array) -> tuple[State, jax.Array]:
        def objective(weights: list[jax.Array]) -> tuple[jax.Array, list[jax.Array]]:
            logits, others = self.model.stateless_call(weights, state.others, x, training=True)
            return cross_entropy(logits, y) + self.penalty(weights), others

        (loss, others), gradient = jax.value_and_grad(objective, has_aux=True)(state.weights)
        change, optimizer = self.optimizer.update(gradient, state.optimizer, state.weights)
        return State(optax.apply_updates(state.weights, change), others, optimizer), loss

    def epoch(
        self, state: State, x: np.ndarray, y: np.ndarray, batch_size: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray]:
        """One pass over the items in random order: the new state, and every batch's objective before its step."""
        losses = []
        for batch in batches(len(x), batch_size, rng):
            state, loss = self._step(state, x[batch], y[batch])
            losses.append(loss)
        return state, np.array(losses)

    def logits(self, state: State, x: np.ndarray, batch_size: int = 1000) -> np.ndarray:
        """The model's logits ``(items, classes)``, computed in batches."""
        parts = [
            self._forward(state.weights, state.others, x[start : start + batch_size])
            for start in range(0, len(x), batch_size)
        ]
        return np.asarray(jnp.concatenate(parts))
