"""The one training loop: minibatches through a jitted step, compiled once per network and shape, not per seed.

The step is jitted and the loop is Python's: on a CPU, XLA runs convolutions inside its own loops ten times slower.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.typing import ArrayLike

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


Loss = Callable[[jax.Array, jax.Array], jax.Array]
"""Of a batch: from what the model puts out, and the classes."""
Penalty = Callable[[Sequence[jax.Array]], jax.Array | float]
"""What is added to the loss: a function of the trainable weights, in the model's order."""
Inputs = np.ndarray | tuple[np.ndarray, ...]
"""What a model is given: one array, or several with the same items."""


class Trainer:
    """Trains the models that `build` gives with one optimiser. The compiled step serves every seed.

    What a step minimises, the **objective**, is the `loss` of its batch, the mean cross-entropy if no other is given,
    plus the `penalty` of the weights.
    """

    def __init__(
        self,
        build: Callable[[], Model],
        optimizer: optax.GradientTransformation,
        penalty: Penalty = lambda weights: 0.0,
        loss: Loss = cross_entropy,
    ) -> None:
        self.build = build
        self.optimizer = optimizer
        self.penalty = penalty
        self.loss = loss
        self.model = build()
        self._step = jax.jit(self.update, donate_argnums=0)
        self._forward = jax.jit(lambda weights, others, x: self.model.stateless_call(weights, others, x)[0])

    def start(self, seed: int) -> State:
        """The initial state of a seed: weights drawn afresh, optimiser at rest."""
        keras.utils.set_random_seed(seed)
        model = self.build()
        return self.at([v.value for v in model.trainable_variables], [v.value for v in model.non_trainable_variables])

    def at(self, weights: Sequence[ArrayLike], others: Sequence[ArrayLike] = ()) -> State:
        """The state at given weights, which are copied, with the optimiser at rest."""
        copied = [jnp.array(w) for w in weights]
        return State(copied, [jnp.array(w) for w in others], self.optimizer.init(copied))

    def objective(
        self, weights: list[jax.Array], others: list[jax.Array], x: Any, y: jax.Array
    ) -> tuple[jax.Array, list[jax.Array]]:
        """What a step minimises, on a batch; and the model's other variables after it."""
        logits, others = self.model.stateless_call(weights, others, x, training=True)
        return self.loss(logits, y) + self.penalty(weights), others

    def update(self, state: State, x: Any, y: jax.Array) -> tuple[State, jax.Array]:
        """The state after one step on a batch, and the batch's objective before it; for use inside compiled code."""
        of_weights = jax.value_and_grad(self.objective, has_aux=True)
        (loss, others), gradient = of_weights(state.weights, state.others, x, y)
        change, optimizer = self.optimizer.update(gradient, state.optimizer, state.weights)
        return State(optax.apply_updates(state.weights, change), others, optimizer), loss

    def epoch(
        self, state: State, x: Inputs, y: np.ndarray, batch_size: int, rng: np.random.Generator
    ) -> tuple[State, np.ndarray]:
        """One pass over the items in random order: the new state, and every batch's objective before its step."""
        losses = []
        for batch in batches(len(y), batch_size, rng):
            state, loss = self._step(state, _part(x, batch), y[batch])
            losses.append(loss)
        return state, np.array(losses)

    def epochs(
        self, state: State, x: Inputs, y: np.ndarray, count: int, batch_size: int, seed: int
    ) -> Iterator[tuple[State, np.ndarray]]:
        """What `epoch` gives, one after another; a state lasts until the next is asked for."""
        rng = np.random.default_rng(seed)
        for _ in range(count):
            state, objectives = self.epoch(state, x, y, batch_size, rng)
            yield state, objectives

    def logits(self, state: State, x: Inputs, batch_size: int = 1000) -> np.ndarray:
        """What the model puts out, its logits ``(items, classes)``, computed in batches."""
        items = len(x[0]) if isinstance(x, tuple) else len(x)
        parts = [
            self._forward(state.weights, state.others, _part(x, slice(start, start + batch_size)))
            for start in range(0, items, batch_size)
        ]
        return np.asarray(jnp.concatenate(parts))


def _part(x: Inputs, of: np.ndarray | slice) -> Inputs:
    return tuple(array[of] for array in x) if isinstance(x, tuple) else x[of]
