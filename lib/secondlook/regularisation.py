"""Penalties on a network's weights, and two ways to weights that are exactly zero. Notebook 05.

A network's **kernels** are its weight matrices, in the order of its layers; biases are never penalised. The last kernel
is the output's, the one before it the hidden layer's, and all before are the convolutions'.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import optax
from jax.typing import ArrayLike


class Strengths(NamedTuple):
    """One coefficient for each part of a network."""

    convolutions: float
    hidden: float
    output: float

    def of_kernels(self, count: int) -> list[float]:
        """The coefficient of each of `count` kernels."""
        return [self.convolutions] * (count - 2) + [self.hidden, self.output]


NO_PENALTY = Strengths(0.0, 0.0, 0.0)


def kernels(weights: Sequence[Any]) -> list[Any]:
    """The kernels among the weights: all but the biases."""
    return [w for w in weights if w.ndim > 1]


def penalty(weights: Sequence[jax.Array], l1: Strengths, l2: Strengths) -> jax.Array:
    r"""The sum over kernels of :math:`\lambda_1 \sum|w| + \tfrac12 \lambda_2 \sum w^2`.

    The half is TensorFlow's (``tf.nn.l2_loss``), with which document 001 was made.
    """
    of = kernels(weights)
    pairs = zip(of, l1.of_kernels(len(of)), l2.of_kernels(len(of)), strict=True)
    return sum((a * jnp.abs(w).sum() + b / 2 * jnp.square(w).sum() for w, a, b in pairs), start=jnp.zeros(()))


def keep_zeros() -> optax.GradientTransformation:
    """Kernel entries that are exactly zero at the start stay so: their updates are dropped.

    Last in a chain, it trains what a pruned kernel has left. Biases, which start at zero, are free.
    """

    def update(changes: Any, alive: Any, params: Any = None) -> tuple[Any, Any]:
        return jax.tree.map(jnp.multiply, changes, alive), alive

    def init(params: Any) -> Any:
        return jax.tree.map(lambda w: (w != 0) | (w.ndim < 2), params)

    return optax.GradientTransformation(init, update)


def shrunk(w: ArrayLike, by: ArrayLike) -> jax.Array:
    r"""The soft threshold: the v that minimises :math:`\tfrac12 (v-w)^2 + \lambda|v|`; `by` is :math:`\lambda`."""
    return jnp.sign(w) * jnp.maximum(jnp.abs(w) - by, 0)


def proximal_adam(l1: Strengths, rate: float) -> optax.GradientTransformation:
    r"""Adam on the rest of the objective, then the proximal step of the L1 penalty, which is left out of the gradient.

    Adam moves each weight by its own step :math:`\eta/(\sqrt{\hat v}+\epsilon)`; the threshold is that step times
    :math:`\lambda_1`, so that steps and threshold rest where the penalised objective does. Where a gradient step lets a
    weight hover about zero, this puts it there (Parikh and Boyd 2014, section 4.2; Melchior et al. 2019).
    """
    decay, least = 0.999, 1e-8
    adam = optax.scale_by_adam(b2=decay, eps=least)

    def update(gradients: list[jax.Array], state: Any, params: list[jax.Array]) -> tuple[list[jax.Array], Any]:
        directions, state = adam.update(gradients, state, params)
        squares = optax.tree.bias_correction(state.nu, decay, state.count)
        strengths = iter(l1.of_kernels(len(kernels(params))))
        changes = []
        for w, direction, square in zip(params, directions, squares, strict=True):
            by = rate / (jnp.sqrt(square) + least) * next(strengths) if w.ndim > 1 else 0.0
            changes.append(shrunk(w - rate * direction, by) - w)
        return changes, state

    return optax.GradientTransformation(adam.init, update)


def pruned(weights: Sequence[jax.Array], guide: Sequence[jax.Array], part: str, threshold: float) -> list[jax.Array]:
    """The weights, with zeros wherever the kernels of that part are below `threshold` in size in the `guide`."""
    count = len(kernels(weights))
    chosen = iter(Strengths(*(float(part == name) for name in Strengths._fields)).of_kernels(count))
    return [
        jnp.where(jnp.abs(g) < threshold, 0, w) if w.ndim > 1 and next(chosen) else w
        for w, g in zip(weights, guide, strict=True)
    ]
