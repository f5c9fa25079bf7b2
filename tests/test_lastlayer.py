"""The last layer's curvature against automatic differentiation, and draws against the normal they come from."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import softmax

from secondlook import lastlayer

RNG = np.random.default_rng(0)
ITEMS, K, CLASSES = 9, 3, 4
FEATURES = np.column_stack([RNG.normal(size=(ITEMS, K - 1)), np.ones(ITEMS)])
WEIGHTS = RNG.normal(size=(K, CLASSES))
Y = RNG.integers(CLASSES, size=ITEMS)
CURVATURE = lastlayer.curvature(FEATURES, softmax(FEATURES @ WEIGHTS, axis=1))


def test_curvature_is_minus_the_hessian_of_the_log_likelihood() -> None:
    def log_likelihood(by_class: jax.Array) -> jax.Array:
        logits = jnp.asarray(FEATURES) @ by_class.reshape(CLASSES, K).T
        return jax.nn.log_softmax(logits)[jnp.arange(ITEMS), Y].sum()

    with jax.enable_x64(True):
        hessian = jax.hessian(log_likelihood)(jnp.asarray(WEIGHTS.T.ravel()))
    assert pytest.approx(-np.asarray(hessian), abs=1e-10) == CURVATURE


def test_the_same_weights_added_to_all_classes_change_nothing() -> None:
    """Softmax does not see them: the curvature is zero in as many directions as there are features."""
    for k in range(K):
        along = np.zeros((CLASSES, K))
        along[:, k] = 1
        assert pytest.approx(0, abs=1e-12) == CURVATURE @ along.ravel()
    assert np.sum(np.linalg.eigvalsh(CURVATURE) < 1e-10) == K


def test_draws_have_the_inverse_of_the_curvature_for_covariance() -> None:
    count = 40_000
    draws = lastlayer.laplace_draws(WEIGHTS, CURVATURE, 0.5, count, np.random.default_rng(1))
    assert draws.shape == (count, K, CLASSES)
    by_class = draws.swapaxes(1, 2).reshape(count, -1)
    expected = np.linalg.inv(CURVATURE + 0.5 * np.eye(K * CLASSES))
    error = np.sqrt((expected**2 + np.outer(np.diag(expected), np.diag(expected))) / count)  # of normal draws
    assert np.all(np.abs(np.cov(by_class.T) - expected) < 5 * error)
    assert np.all(np.abs(draws.mean(axis=0) - WEIGHTS) < 5 * np.sqrt(np.diag(expected)).reshape(CLASSES, K).T / 200)


def test_a_huge_precision_leaves_the_point_estimate() -> None:
    draws = lastlayer.laplace_draws(WEIGHTS, CURVATURE, 1e16, 3, np.random.default_rng(2))
    assert draws == pytest.approx(np.broadcast_to(WEIGHTS, draws.shape), abs=1e-6)
