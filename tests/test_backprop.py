"""The gradients by hand against jax.grad and central differences, and the loss where the sigmoid saturates."""

import math

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from secondlook.backprop import (
    Parameters,
    central_differences,
    draw_parameters,
    forward,
    gradients,
    loss_from_logit,
    loss_from_yhat,
    mean_gradients,
    mean_loss,
    step_downhill,
)

Problem = tuple[Parameters, np.ndarray, np.ndarray]
steady = settings(derandomize=True, deadline=None)  # the same examples every time, however busy the machine


def jax_loss(p: Parameters, x: np.ndarray, y: np.ndarray) -> jax.Array:
    z1 = jax.nn.sigmoid(x @ p.W1.T + p.b1)
    a2 = (z1 @ p.W2.T + p.b2)[..., 0]
    return jnp.mean(jax.nn.softplus(a2) - y * a2)


jax_slope = jax.jit(jax.grad(jax_loss))


def jax_gradients(p: Parameters, x: np.ndarray, y: np.ndarray) -> Parameters:
    with jax.enable_x64(True):
        return Parameters(*(np.asarray(block) for block in jax_slope(p, x, y)))


def assert_same(one: Parameters, other: Parameters, tolerance: float) -> None:
    for a, b in zip(one, other, strict=True):
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=tolerance, atol=tolerance)


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    n, features, hidden = draw(st.integers(1, 5)), draw(st.integers(1, 4)), draw(st.integers(1, 5))
    scale, seed = draw(st.floats(0.01, 3)), draw(st.integers(0, 2**32 - 1))
    rng = np.random.default_rng(seed)
    p = draw_parameters(rng, features, hidden, scale)
    return p, scale * rng.standard_normal((n, features)), rng.integers(0, 2, n).astype(float)


@settings(steady, max_examples=25)
@given(problems())
def test_hand_gradients_are_jaxs_and_the_central_differences(problem: Problem) -> None:
    p, x, y = problem
    by_hand = mean_gradients(p, x, y)
    assert_same(by_hand, jax_gradients(p, x, y), 1e-12)
    assert_same(by_hand, central_differences(lambda q: mean_loss(q, x, y), p), 1e-8)


def test_the_oracle_leaves_jax_as_it_was() -> None:
    rng = np.random.default_rng(0)
    before = jnp.ones(1).dtype
    p = jax_gradients(draw_parameters(rng, 2, 3), rng.standard_normal((4, 2)), np.ones(4))
    assert p.W1.dtype == np.float64
    assert jnp.ones(1).dtype == before


@steady
@given(problems())
def test_the_batch_is_the_mean_of_its_datapoints(problem: Problem) -> None:
    p, x, y = problem
    singles = [gradients(p, xi, yi) for xi, yi in zip(x, y, strict=True)]
    mean = Parameters(*(np.mean(blocks, axis=0) for blocks in zip(*singles, strict=True)))
    assert_same(mean_gradients(p, x, y), mean, 1e-12)
    assert mean_loss(p, x, y) == pytest.approx(np.mean([mean_loss(p, xi, yi) for xi, yi in zip(x, y, strict=True)]))


@steady
@given(st.floats(0.01, 0.99), st.sampled_from([0.0, 1.0]))
def test_slope_of_the_loss_in_yhat(yhat: float, y: float) -> None:
    h = 1e-6 * min(yhat, 1 - yhat)
    slope = (loss_from_yhat(yhat + h, y) - loss_from_yhat(yhat - h, y)) / (2 * h)
    assert slope == pytest.approx((yhat - y) / (yhat * (1 - yhat)), rel=1e-6)
    assert slope == pytest.approx(-y / yhat + (1 - y) / (1 - yhat), rel=1e-6)


@steady
@given(st.floats(-30, 30), st.sampled_from([0.0, 1.0, 0.3]))
def test_the_two_forms_of_the_loss_agree_where_both_exist(a2: float, y: float) -> None:
    yhat = 1 / (1 + math.exp(-a2))
    assert loss_from_yhat(yhat, y) == pytest.approx(loss_from_logit(a2, y), rel=1e-2 if abs(a2) > 25 else 1e-4)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("a2", [40.0, 800.0, 1e300])
def test_only_the_logit_form_survives_saturation(a2: float) -> None:
    assert not np.isfinite(loss_from_yhat(1.0, 1.0)) and not np.isfinite(loss_from_yhat(1.0, 0.0))
    assert loss_from_logit(a2, 0.0) == pytest.approx(a2) == loss_from_logit(-a2, 1.0)
    assert loss_from_logit(a2, 1.0) == loss_from_logit(-a2, 0.0) == pytest.approx(math.exp(-a2), abs=0)


def test_gradients_stay_finite_where_yhat_rounds_to_one() -> None:
    p = Parameters(np.array([[50.0]]), np.array([0.0]), np.array([[90.0]]), np.array([10.0]))
    x = np.array([2.0])
    assert forward(p, x).yhat == 1
    right, wrong = gradients(p, x, 1.0), gradients(p, x, 0.0)
    assert right.b2[0] == 0 and wrong.b2[0] == 1
    assert all(np.isfinite(block).all() for block in wrong)


def test_forward_is_the_documents_formula() -> None:
    p = draw_parameters(np.random.default_rng(3), features=2, hidden=3)
    x = np.array([0.4, -1.1])

    def s(a: float) -> float:
        return 1 / (1 + math.exp(-a))

    z1 = [s(sum(w * xm for w, xm in zip(row, x, strict=True)) + b) for row, b in zip(p.W1, p.b1, strict=True)]
    assert forward(p, x).yhat == pytest.approx(s(sum(w * z for w, z in zip(p.W2[0], z1, strict=True)) + p.b2[0]))
    np.testing.assert_allclose(forward(p, np.stack([x, -x])).a2[0], forward(p, x).a2, rtol=1e-14)


def test_training_by_hand_and_by_jax_ends_at_the_same_weights() -> None:
    rng = np.random.default_rng(11)
    x = rng.standard_normal((40, 2))
    y = (x[:, 0] * x[:, 1] > 0).astype(float)
    start = by_hand = by_jax = draw_parameters(rng, features=2, hidden=4)
    for _ in range(300):
        by_hand = step_downhill(by_hand, mean_gradients(by_hand, x, y), learning_rate=2.0)
    with jax.enable_x64(True):
        for _ in range(300):
            by_jax = step_downhill(by_jax, jax_slope(by_jax, x, y), learning_rate=2.0)
        by_jax = Parameters(*(np.asarray(block) for block in by_jax))
    assert_same(by_hand, by_jax, 1e-10)
    assert mean_loss(by_hand, x, y) < 0.6 * mean_loss(start, x, y)


@pytest.mark.parametrize(
    ("x", "y", "message"),
    [
        (np.ones((4, 3)), np.ones(4), r"x has shape \(4, 3\)"),
        (np.ones((4, 2)), np.ones(3), r"y has shape \(3,\)"),
        (np.ones((4, 2)), np.ones((4, 1)), r"y has shape \(4, 1\)"),
        (np.ones((0, 2)), np.ones(0), "at least one"),
        (np.ones((2, 2)), np.array([-1.0, 1.0]), "y runs from -1.0"),
        (np.ones((2, 2)), np.array([math.nan, 1.0]), "y runs from nan"),
    ],
)
def test_unusable_input(x: np.ndarray, y: np.ndarray, message: str) -> None:
    p = draw_parameters(np.random.default_rng(0), features=2, hidden=3)
    for function in (mean_gradients, mean_loss):
        with pytest.raises(ValueError, match=message) as error:
            function(p, x, y)
        assert "\n" not in str(error.value)


def test_a_batch_and_a_datapoint_are_told_which_function_is_theirs() -> None:
    """Three datapoints and three hidden units would fit one another."""
    p = draw_parameters(np.random.default_rng(0), features=2, hidden=3)
    with pytest.raises(ValueError, match=r"x has shape \(3, 2\); give one datapoint, \(features,\), or use mean_grad"):
        gradients(p, np.ones((3, 2)), np.ones(3))  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"x has shape \(2,\); give a batch, \(n, features\), or use gradients"):
        mean_gradients(p, np.ones(2), np.array(1.0))


def test_central_differences_of_whole_weights() -> None:
    p = Parameters(*(np.ones(shape, int) for shape in ((1, 2), (1,), (1, 1), (1,))))
    x, y = np.ones((4, 2)), np.array([0.0, 1.0, 1.0, 1.0])
    assert_same(mean_gradients(p, x, y), central_differences(lambda q: mean_loss(q, x, y), p), 1e-8)
