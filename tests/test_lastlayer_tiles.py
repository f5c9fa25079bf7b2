"""Products in bfloat16 against float64: what is exact, what is rounded, and by how much."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from secondlook.lastlayer import SoftmaxRegression, density, in_tiles
from secondlook.lastlayer import tiles as module

RNG = np.random.default_rng(0)
ITEMS, K, CLASSES, PRECISION = 4001, 33, 5, 0.7
FEATURES = np.column_stack([np.maximum(RNG.normal(size=(ITEMS, K - 1)), 0), np.ones(ITEMS)]).astype(np.float32)
NEAR = RNG.normal(scale=0.3, size=(K, CLASSES - 1)).astype(np.float32)
LABELS = RNG.integers(CLASSES, size=ITEMS)
POINTS = (NEAR + RNG.normal(scale=0.03, size=(6, K, CLASSES - 1))).astype(np.float32)
MODEL = SoftmaxRegression(FEATURES, LABELS, CLASSES, PRECISION)


def exact(points: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The log density of contrasts and its gradient in float64, one after another."""
    x, onehot = FEATURES.astype(float), np.eye(CLASSES)[LABELS]
    values, grads = [], []
    for w in points.astype(float):
        logits = np.pad(x @ w, [(0, 0), (0, 1)])
        precise = PRECISION * (w - w.sum(axis=1, keepdims=True) / CLASSES)
        values.append(log_softmax(logits, axis=1)[onehot == 1].sum() - 0.5 * (w * precise).sum())
        grads.append(x.T @ (onehot - softmax(logits, axis=1))[:, :-1] - precise)
    return np.array(values), np.array(grads)


@pytest.mark.parametrize("rows", [2000, 300])
def test_the_value_is_exact_to_float32_from_the_point_near_by(rows: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its terms are of the size of the log densities, thousands; single bfloat16 would err by more than one."""
    monkeypatch.setattr(density, "ROWS", rows)
    tiles = in_tiles(SoftmaxRegression(FEATURES, LABELS, CLASSES, PRECISION), NEAR.ravel())
    expected = exact(POINTS)[0] - exact(NEAR[None])[0]
    assert np.abs(expected).max() > 10
    found = np.asarray(tiles.log_prob(POINTS))
    assert found == pytest.approx(expected, abs=2e-3)
    assert np.abs(found - expected).max() < np.abs(np.asarray(MODEL.log_prob(POINTS)) - exact(POINTS)[0]).max()
    assert np.asarray(tiles.value_and_grad(POINTS)[0]) == pytest.approx(found, abs=1e-3)


def test_the_gradient_errs_by_little_beside_how_it_changes_and_not_at_the_point_near_by() -> None:
    tiles = in_tiles(MODEL, NEAR)
    expected, there = exact(POINTS)[1], exact(NEAR[None])[1]
    value, found = tiles.value_and_grad(POINTS)
    error = np.sqrt(np.mean((found - expected) ** 2))
    assert 0 < error < 1e-3 * np.sqrt(np.mean((expected - there) ** 2))
    at_near = tiles.value_and_grad(NEAR[None])
    assert np.asarray(at_near[1]) == pytest.approx(there, abs=3e-4)
    assert float(at_near[0][0]) == pytest.approx(0, abs=2e-5)
    flat = tiles.value_and_grad(POINTS.reshape(6, -1))
    assert np.array_equal(flat[1], found.reshape(6, -1))
    assert np.array_equal(flat[0], value)


def test_numbers_are_rounded_to_the_nearest_bfloat16_and_parts_add_up() -> None:
    a = jnp.asarray(RNG.normal(size=1000) * 10.0 ** RNG.integers(-20, 20, size=1000), jnp.float32)
    assert np.array_equal(module._bfloat16(module._bits(a)), a.astype(jnp.bfloat16))
    for count, share in ((1, 2.0**-8), (2, 2.0**-16), (3, 2.0**-24)):
        left = a.astype(float) - sum(part.astype(float) for part in module._parts(a, count))
        assert (np.abs(left) <= share * np.abs(a)).all()
        assert (np.abs(left) > share / 16 * np.abs(a)).any() or count == 3


def test_both_shares_of_the_value_are_of_the_same_rounded_point() -> None:
    """What two parts leave of a bias is 2⁻¹⁷ of it. Counted for labels alone, it would be there for each of them."""
    biases = RNG.uniform(1, 2, size=1000).astype(np.float32)
    left = biases - sum(np.asarray(part) for part in module._parts(jnp.asarray(biases), 2))
    point = np.zeros((1, K, CLASSES - 1), np.float32)
    point[0, -1] = biases[np.argsort(left)[-CLASSES + 1 :]]
    expected = exact(point)[0] - exact(np.zeros_like(point))[0]
    assert np.sort(left)[-CLASSES + 1] * np.sum(LABELS < CLASSES - 1) > 0.012
    assert np.asarray(in_tiles(MODEL, np.zeros_like(NEAR)).log_prob(point)) == pytest.approx(expected, abs=6e-3)


def test_huge_logits_neither_overflow_nor_underflow() -> None:
    tiles = in_tiles(MODEL, 300 * NEAR)
    value, grad = tiles.value_and_grad(-300 * POINTS)
    assert np.isfinite(value).all()
    assert np.isfinite(grad).all()
    expected = exact(-300 * POINTS)[0] - exact(300 * NEAR[None])[0]
    assert np.asarray(value) == pytest.approx(expected, rel=1e-4)


def test_items_are_arguments_of_the_program_not_constants() -> None:
    tiles = in_tiles(MODEL, NEAR)
    text = jax.jit(lambda f, points: f(points)[0]).lower(tiles.value_and_grad, POINTS).as_text()
    assert len(text) < 100_000


@pytest.mark.parametrize("shape", [(K, CLASSES), (K - 1, CLASSES - 1), (1,)])
def test_a_point_near_by_that_is_no_contrasts_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"near has shape .*; give contrasts, \(33, 4\)"):
        in_tiles(MODEL, np.zeros(shape))


def test_weights_in_place_of_contrasts_are_refused() -> None:
    with pytest.raises(ValueError, match=r"points have shape \(1, 33, 5\); give contrasts, \(chains, 33, 4\)"):
        in_tiles(MODEL, NEAR).log_prob(np.zeros((1, K, CLASSES)))
