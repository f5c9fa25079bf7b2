"""Penalties by hand, and the two ways to exact zeros: a proximal step, and pruning."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.optimize import minimize_scalar
from sklearn.linear_model import Lasso

from secondlook.regularisation import Strengths, keep_zeros, kernels, penalty, proximal_adam, pruned, shrunk

NONE = Strengths(0.0, 0.0, 0.0)
SHAPES = ((2, 3), (3,), (3, 4), (4,), (4, 5), (5,), (5, 2), (2,))
"""Two convolutions, a hidden layer and an output layer, each a kernel and a bias."""


def drawn(seed: int = 0) -> list[jax.Array]:
    rng = np.random.default_rng(seed)
    return [jnp.asarray(rng.normal(size=shape)) for shape in SHAPES]


def test_the_penalty_by_hand() -> None:
    weights = drawn()
    l1, l2 = Strengths(0.1, 0.2, 0.3), Strengths(1.0, 2.0, 3.0)
    by_hand = 0.0
    for place, a, b in ((0, 0.1, 1.0), (2, 0.1, 1.0), (4, 0.2, 2.0), (6, 0.3, 3.0)):
        for w in np.asarray(weights[place]).ravel():
            by_hand += a * abs(w) + b * w**2 / 2
    assert float(penalty(weights, l1, l2)) == pytest.approx(by_hand, rel=1e-5)
    assert float(penalty(weights, NONE, NONE)) == 0


def test_the_gradient_of_the_penalty_pulls_each_kernel_by_its_own_strength_and_no_bias() -> None:
    weights = drawn()
    l1, l2 = Strengths(0.1, 0.2, 0.3), Strengths(1.0, 2.0, 3.0)
    slopes = jax.grad(lambda w: penalty(w, l1, l2))(weights)
    for place, a, b in ((0, 0.1, 1.0), (2, 0.1, 1.0), (4, 0.2, 2.0), (6, 0.3, 3.0)):
        np.testing.assert_allclose(slopes[place], a * np.sign(weights[place]) + b * weights[place], rtol=1e-5)
        assert not np.any(slopes[place + 1])
    assert [w.shape for w in kernels(weights)] == [shape for shape in SHAPES if len(shape) == 2]


@pytest.mark.parametrize("w", [-2.0, -0.3, -0.1, 0.0, 0.05, 0.3, 0.31, 4.0])
@pytest.mark.parametrize("by", [0.0, 0.3, 1.5])
def test_the_soft_threshold_minimises_what_it_should(w: float, by: float) -> None:
    found = float(shrunk(jnp.asarray(w), by))
    best = minimize_scalar(lambda v: (v - w) ** 2 / 2 + by * abs(v), bounds=(-5, 5), options={"xatol": 1e-9})
    assert found == pytest.approx(best.x, abs=1e-6)
    if abs(w) <= by:
        assert found == 0  # exactly, where a search only comes near


def lasso_problem() -> tuple[Callable[[list[jax.Array]], jax.Array], np.ndarray, float]:
    """A smooth loss of 20 weights, the first kernel of four, and the weights that are best under an L1 penalty."""
    rng = np.random.default_rng(0)
    x, strength = rng.normal(size=(200, 20)), 0.2
    y = x[:, :5] @ np.array([2.0, -1.0, 0.5, 0.3, -0.1]) + rng.normal(size=200)
    best = Lasso(strength, fit_intercept=True, tol=1e-8).fit(x, y).coef_

    def loss(weights: list[jax.Array]) -> jax.Array:
        return jnp.mean((jnp.asarray(x) @ weights[0][:, 0] + weights[1] - y) ** 2) / 2

    return loss, best, strength


def trained(optimizer: optax.GradientTransformation, loss: Callable, weights: list[jax.Array]) -> list[np.ndarray]:
    @jax.jit
    def step(weights: list[jax.Array], state: object) -> tuple:
        changes, state = optimizer.update(jax.grad(loss)(weights), state, weights)
        return optax.apply_updates(weights, changes), state

    state = optimizer.init(weights)
    for _ in range(3000):
        weights, state = step(weights, state)
    return [np.asarray(w) for w in weights]


def test_proximal_adam_ends_at_the_lasso_with_its_exact_zeros_where_gradient_steps_hover() -> None:
    loss, best, strength = lasso_problem()
    l1 = Strengths(strength, 0.0, 0.0)
    start = [
        jnp.asarray(np.random.default_rng(1).normal(size=(20, 1))),
        jnp.ones(1),
        jnp.ones((1, 1)),
        jnp.ones((1, 1)),
    ]
    found = trained(proximal_adam(l1, 0.01), loss, start)
    np.testing.assert_allclose(found[0][:, 0], best, atol=1e-3)
    np.testing.assert_array_equal(found[0][:, 0] == 0, best == 0)
    assert np.sum(best == 0) > 10
    np.testing.assert_array_equal(found[2], 1)  # no penalty and no gradient: nothing moves
    hovering = trained(optax.adam(0.01), lambda w: loss(w) + penalty(w, l1, NONE), start)
    np.testing.assert_allclose(hovering[0][:, 0], best, atol=0.02)
    assert not np.any(hovering[0] == 0)


def test_proximal_adam_without_a_penalty_is_adam() -> None:
    loss, _, _ = lasso_problem()
    start = [jnp.ones((20, 1)), jnp.ones(1), *[jnp.ones((1, 1))] * 2]
    for one, other in zip(
        trained(proximal_adam(NONE, 0.01), loss, start), trained(optax.adam(0.01), loss, start), strict=True
    ):
        np.testing.assert_allclose(one, other, atol=1e-5)


def test_keep_zeros_keeps_the_zeros_of_kernels_and_frees_everything_else() -> None:
    weights = drawn()
    weights[0] = weights[0].at[0].set(0.0)
    weights[1] = jnp.zeros(3)
    moved = trained(
        optax.chain(optax.adam(0.01), keep_zeros()), lambda ws: sum(jnp.sum((w - 7) ** 2) for w in ws), weights
    )
    assert not np.any(moved[0][0])
    for before, after in zip(weights, moved, strict=True):
        free = (np.asarray(before) != 0) | (before.ndim == 1)
        np.testing.assert_allclose(after[free], 7, atol=0.1)


@pytest.mark.parametrize(("part", "places"), [("convolutions", (0, 2)), ("hidden", (4,)), ("output", (6,))])
def test_pruned_takes_the_kernels_of_one_part_by_the_size_of_the_guide(part: str, places: tuple[int, ...]) -> None:
    weights, guide = drawn(0), drawn(1)
    found = pruned(weights, guide, part, 0.5)
    for place, (w, g, new) in enumerate(zip(weights, guide, found, strict=True)):
        cut = (np.abs(g) < 0.5) & (place in places)
        np.testing.assert_array_equal(new, np.where(cut, 0, w))
    assert any(np.any(f == 0) for f in found)
    for w, new in zip(weights, pruned(weights, guide, part, 0.0), strict=True):
        np.testing.assert_array_equal(w, new)
