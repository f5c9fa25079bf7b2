"""Small nets trained on all items at once, from several starts side by side, as one compiled loop. Notebook 10.

What is known of a net is a set of draws of its weights, ``(draws, d)``, whatever found them: a row is θ of `Joint`.
"""

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree

from secondlook.networks import Model
from secondlook.training import State
from secondlook.variational.layers import LOC
from secondlook.variational.training import VariationalTrainer


class FullBatch(VariationalTrainer):
    """Maximises the ELBO of a net of `Variational` layers in `steps` steps of Adam, whose rate falls along a cosine.

    The states of several starts are one `State`, whose arrays have a leading axis of starts.
    """

    def __init__(self, build: Callable[[], Model], n_train: int, steps: int, learning_rate: float) -> None:
        super().__init__(build, optax.adam(optax.cosine_decay_schedule(learning_rate, steps)), n_train)
        self.steps = steps
        self.names = [v.name.removesuffix(LOC) for v in self.model.trainable_variables if v.name.endswith(LOC)]
        self.unravel = ravel_pytree([v.value for v in self.model.trainable_variables][::2])[1]
        self._climb = jax.jit(jax.vmap(self._climbed, in_axes=(0, None, None)))
        self._predict = jax.jit(self._predicted)

    def starts(self, seeds: Sequence[int]) -> State:
        """The starts of those seeds, side by side."""
        return jax.tree.map(lambda *of: jnp.stack(of), *(self.start(seed) for seed in seeds))

    def climb(self, starts: State, x: np.ndarray, y: np.ndarray) -> tuple[State, np.ndarray]:
        """The states after all steps, and the ELBO at one draw before every step, ``(starts, steps)``, in nats."""
        states, objective = self._climb(starts, x, y)
        return states, -self.n_train * np.asarray(objective)

    def _climbed(self, start: State, x: jax.Array, y: jax.Array) -> tuple[State, jax.Array]:
        return jax.lax.scan(lambda state, _: self.update(state, x, y), start, length=self.steps)

    def loc_and_sd(self, state: State) -> tuple[np.ndarray, np.ndarray]:
        """Posterior means and standard deviations of θ, each ``(d,)``."""
        loc, log_sd = (ravel_pytree(state.weights[i::2])[0] for i in (0, 1))
        return np.asarray(loc), np.exp(log_sd)

    def theta(self, state: State, count: int, seed: int) -> np.ndarray:
        """So many draws of θ from the posterior of one state: ``(draws, d)``."""
        loc, sd = self.loc_and_sd(state)
        return loc + sd * np.random.default_rng(seed).normal(size=(count, len(loc))).astype(np.float32)

    def parts(self, theta: np.ndarray, name: str) -> list[np.ndarray]:
        """The kernels, biases or log scales of all layers in draws of θ: each ``(draws, …)``."""
        split = jax.vmap(self.unravel)(jnp.asarray(theta))
        return [np.asarray(part) for part, of in zip(split, self.names, strict=True) if of == name]

    def probabilities(self, theta: np.ndarray, x: np.ndarray) -> np.ndarray:
        """Class probabilities ``(draws, items, classes)`` under each draw of θ."""
        return np.asarray(self._predict(theta, x))

    def _predicted(self, theta: jax.Array, x: jax.Array) -> jax.Array:
        def one(row: jax.Array) -> jax.Array:
            weights = [w for loc in self.unravel(row) for w in (loc, loc)]  # standard deviations play no part
            others = [v.value for v in self.model.non_trainable_variables]
            return jax.nn.softmax(self.model.stateless_call(weights, others, x)[0])

        return jax.lax.map(one, theta)


def chosen(states: State, which: int) -> State:
    """One of several states that lie side by side."""
    return jax.tree.map(lambda of: of[which], states)
