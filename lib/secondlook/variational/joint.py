"""The joint density of a net's weights and its training data, as a function of one flat vector: what samplers need."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
from jax.flatten_util import ravel_pytree

from secondlook.networks import Model, keras
from secondlook.variational.layers import LOC, Variational


class Joint:
    """log p(y, θ | x) of a net of `Variational` layers; θ ``(d,)`` holds kernels, biases and log scales in turn.

    The means of the layers take the values of θ, and their standard deviations play no part. Notebook 10.
    """

    def __init__(self, model: Model, x: np.ndarray, y: np.ndarray) -> None:
        self.model, self.x, self.y = model, jnp.asarray(x), jnp.asarray(y)
        self.variables = [v for v in model.trainable_variables if v.name.endswith(LOC)]
        start, self.unravel = ravel_pytree([v.value for v in self.variables])
        self.start = np.asarray(start)
        """The vector of the means that the model has now."""

    def _at(self, theta: jax.Array, of: Callable[[], jax.Array]) -> jax.Array:
        with keras.StatelessScope(state_mapping=zip(self.variables, self.unravel(theta), strict=True)):
            return of()

    def logits(self, theta: jax.Array, x: jax.Array) -> jax.Array:
        """The logits of items ``(items, …)`` of a net with weights θ."""
        return self._at(theta, lambda: self.model(x))

    def log_prior(self, theta: jax.Array) -> jax.Array:
        """Log density of the prior at θ, in nats; that of a log scale has its Jacobian."""
        parts = [layer for layer in self.model.layers if isinstance(layer, Variational)]
        return self._at(theta, lambda: sum(layer.log_prior() for layer in parts))

    def log_likelihood(self, theta: jax.Array) -> jax.Array:
        """Log probability of all training classes at θ, in nats."""
        return -optax.losses.softmax_cross_entropy_with_integer_labels(self.logits(theta, self.x), self.y).sum()

    def log_prob(self, theta: jax.Array) -> jax.Array:
        """Log joint density of θ and the training classes, in nats."""
        return self.log_prior(theta) + self.log_likelihood(theta)
