"""Trajectories that rotate exactly about a normal and feel only what it leaves out. Notebook 14.

In the coordinates of a centre the energy of a point z with momentum v is U(z) + |v|²/2, with U = −log p. Write U =
|z|²/2 + V. Where the centre fits, V is small. Hamilton's equations for |z|²/2 + |v|²/2 alone turn (z, v) by an angle t
after time t; for V alone they only change v, by −t ∇V. A trajectory is a chain of exact rotations, between kicks
v ← v − w_j r(z) with the residual gradient r = ∇V = ∇U − z. Each part keeps volume, and a symmetric chain run from its
end with −v comes back: so accepting with probability min(1, e^(−ΔH)) leaves e^(−H) as it is (Neal 2011, Handbook of
Markov Chain Monte Carlo, section 5.5; Shahbaba, Lan, Johnson and Neal 2014, Statistics and Computing 24; Beskos,
Pinski, Sanz-Serna and Stuart 2011, Stochastic Processes and their Applications 121). No step is too long for the
Gaussian part.

**The weights.** To first order in V the energy error of a trajectory of total angle T is that of a quadrature: V
changes by the integral over the path of g(t) = r(z(t)) · v(t), and the kicks take Σ w_j g(t_j) from |v|²/2, so

    ΔH ≈ ∫ g(t) dt − Σ_j w_j g(t_j) .

Along a rotation a polynomial V of degree n is a sum of waves of frequencies n, n − 2, …, and so is g, without frequency
0. With times from the middle, s = t − T/2, sines cancel on both sides, and a symmetric rule is exact for frequency ω if

    Σ_j w_j cos(ω s_j) = (2/ω) sin(ω T/2) .

*Lobatto*: two rotations and three kicks, with the two weights that solve this for ω = 1 and ω = 3. Then every odd
cubic V costs nothing at first order, and a linear V nothing at all. A quadratic V, of frequency 2, does cost; but about
the variational centre, where E[r] = 0 and E[∇r] = 0, the first part of V that is left is a sum of third Hermite
polynomials, which are odd and cubic.
*Strang*: any number of equal rotations, with the trapezium's weights, which solve it for ω → 0.
"""

from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial
from jax.typing import ArrayLike

QUARTER = np.pi / 2
"""The total angle after which a trajectory of N(0, I) ends where its momentum pointed: at an independent draw."""


class Scheme(NamedTuple):
    """Kicks of these weights, with a rotation by `angle` between one and the next."""

    angle: float
    kicks: tuple[float, ...]

    @property
    def gradients(self) -> int:
        """Of a trajectory: its first is the last one of the trajectory before."""
        return len(self.kicks) - 1


def strang(rotations: int, total: float = QUARTER) -> Scheme:
    """Equal rotations and the trapezium's weights: an error of second order in the angle of each."""
    h = total / rotations
    return Scheme(h, (h / 2, *[h] * (rotations - 1), h / 2))


def lobatto(total: float = QUARTER) -> Scheme:
    """Two rotations, and the weights that make frequencies 1 and 3 exact; at a quarter turn they are 1/3 and 2√2/3."""
    x, frequency = total / 2, np.array([1, 3])
    ends, middle = np.linalg.solve(
        np.column_stack([2 * np.cos(frequency * x), np.ones(2)]), 2 / frequency * np.sin(frequency * x)
    )
    return Scheme(x, (float(ends), float(middle), float(ends)))


class Point(NamedTuple):
    """Where chains are, z ``(chains, d)``, the log density ``(chains,)`` and the residual gradient there."""

    z: jax.Array
    log_prob: jax.Array
    residual: jax.Array


@jax.jit
def evaluate(density: Partial, z: jax.Array) -> Point:
    """The points at z, given the log density and its gradient in z."""
    value, grad = density(z)
    return Point(z, value, -grad - z)


def trajectory(density: Partial, start: Point, v: ArrayLike, scheme: Scheme) -> tuple[Point, jax.Array]:
    """The end of each trajectory that starts with momentum v, and −ΔH, the log of the ratio to accept it by."""
    z, residual, momentum = start.z, start.residual, jnp.asarray(v)
    for kick in scheme.kicks[:-2]:
        z, momentum = _kick_and_rotate(z, residual, momentum, kick, scheme.angle)
        residual = _residual(density, z)
    z, momentum = _kick_and_rotate(z, residual, momentum, scheme.kicks[-2], scheme.angle)
    end = evaluate(density, z)
    return end, _log_ratio(start, jnp.asarray(v), end, momentum, scheme.kicks[-1])


@jax.jit
def _residual(density: Partial, z: jax.Array) -> jax.Array:
    """As `evaluate`, where nobody asks for the log density: without it a gradient takes less time."""
    return -density(z)[1] - z


@jax.jit
def _kick_and_rotate(
    z: jax.Array, residual: jax.Array, v: jax.Array, kick: float, angle: float
) -> tuple[jax.Array, jax.Array]:
    v = v - kick * residual
    cos, sin = jnp.cos(angle), jnp.sin(angle)
    return cos * z + sin * v, cos * v - sin * z


@jax.jit
def _log_ratio(start: Point, v: jax.Array, end: Point, momentum: jax.Array, kick: float) -> jax.Array:
    momentum = momentum - kick * end.residual
    return end.log_prob - start.log_prob + 0.5 * (v**2 - momentum**2).sum(axis=1)


@jax.jit
def chosen(accepted: jax.Array, end: Point, start: Point) -> Point:
    """The ends of the trajectories that are accepted ``(chains,)``, the starts of the others."""
    return Point(*(jnp.where(accepted.reshape(-1, *[1] * (a.ndim - 1)), a, b) for a, b in zip(end, start, strict=True)))
