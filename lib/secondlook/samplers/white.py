"""Densities in the coordinates of a centre, in which they are nearly N(0, I). Notebook 14."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.tree_util import Partial

from secondlook.centre import Centre
from secondlook.samplers.chains import ValueAndGrad


def whitened(value_and_grad: ValueAndGrad, centre: Centre) -> Partial:
    """The log density as a function of z ``(chains, d)``, where θ = mean + L z, with its gradient Lᵀ ∇ in z.

    The Jacobian |L| is a constant, and left out.
    """
    return Partial(_value_and_grad, as_argument(value_and_grad), *arrays(centre))


def whitened_log_prob(log_prob: Callable[[Any], Any], centre: Centre) -> Partial:
    """As `whitened`, without the gradient."""
    return Partial(at, as_argument(log_prob), *arrays(centre))


def as_argument(function: Callable[..., Any]) -> Partial:
    """The function as an argument of compiled ones; the arrays of a `Partial` are arguments then, not constants."""
    return function if isinstance(function, Partial) else Partial(function)


def arrays(centre: Centre) -> tuple[jax.Array, jax.Array]:
    """Mean and factor for JAX."""
    return jnp.asarray(centre.mean, float), jnp.asarray(centre.factor, float)


@jax.jit
def at(function: Callable[[Any], Any], mean: jax.Array, factor: jax.Array, z: jax.Array) -> jax.Array:
    """A function of the points θ = mean + L z, one row for each chain; both the function and z are JAX's."""
    return function(mean + z @ factor.T)


@jax.jit
def _value_and_grad(density: ValueAndGrad, mean: jax.Array, factor: jax.Array, z: jax.Array) -> tuple[Any, Any]:
    value, grad = density(mean + z @ factor.T)
    return value, grad @ factor
