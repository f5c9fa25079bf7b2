"""The last layer's posterior against float64 in another library, and the identities between its parametrisations."""

import warnings

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import log_softmax

from secondlook import lastlayer
from secondlook.lastlayer import SoftmaxRegression, contrasts, density, full_weights, zero_sum

RNG = np.random.default_rng(0)
ITEMS, K, CLASSES, PRECISION = 57, 4, 5, 0.7
FEATURES = np.column_stack([np.maximum(RNG.normal(size=(ITEMS, K - 1)), 0), np.ones(ITEMS)])
LABELS = RNG.integers(CLASSES, size=ITEMS)
WEIGHTS = RNG.normal(size=(3, K, CLASSES))
MODEL = SoftmaxRegression(FEATURES, LABELS, CLASSES, PRECISION)


@pytest.fixture(params=[10, 2000])
def rows(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density, "ROWS", request.param)


def exact(weights: np.ndarray, labels: np.ndarray = LABELS, features: np.ndarray = FEATURES) -> np.ndarray:
    """The log density in float64, one walker after another."""
    of_items = [log_softmax(features @ w, axis=1)[np.arange(len(labels)), labels].sum() for w in weights]
    return np.array(of_items) - PRECISION / 2 * (weights**2).sum(axis=(1, 2))


@pytest.mark.usefixtures("rows")
def test_the_log_density_is_that_of_float64_however_items_are_chunked() -> None:
    model = SoftmaxRegression(FEATURES, LABELS, CLASSES, PRECISION)
    assert model.log_prob(WEIGHTS) == pytest.approx(exact(WEIGHTS), rel=2e-6)
    assert model.value_and_grad(WEIGHTS)[0] == pytest.approx(exact(WEIGHTS), rel=2e-6)


@pytest.mark.parametrize("columns", [CLASSES, CLASSES - 1])
def test_the_gradient_is_that_of_automatic_differentiation(columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(density, "ROWS", 10)
    model = SoftmaxRegression(FEATURES, LABELS, CLASSES, PRECISION)
    points = jnp.asarray(WEIGHTS[..., :columns], jnp.float32)
    expected = jax.grad(lambda points: model.log_prob(points).sum())(points)
    found = model.value_and_grad(points)[1]
    assert np.asarray(found) == pytest.approx(np.asarray(expected), abs=1e-4)
    flat = model.value_and_grad(points.reshape(3, -1))
    assert np.asarray(flat[1]) == pytest.approx(np.asarray(found).reshape(3, -1), abs=1e-4)
    assert flat[1].shape == (3, K * columns)


def test_the_posterior_is_that_of_the_contrasts_times_that_of_the_mean_over_classes() -> None:
    of_mean = -CLASSES * PRECISION / 2 * (WEIGHTS.mean(axis=2) ** 2).sum(axis=1)
    assert MODEL.log_prob(contrasts(WEIGHTS)) + of_mean == pytest.approx(exact(WEIGHTS), rel=2e-6)


def test_the_same_vector_added_to_all_classes_moves_the_prior_alone() -> None:
    moved = WEIGHTS + RNG.normal(size=(3, K, 1))
    assert contrasts(moved) == pytest.approx(contrasts(WEIGHTS))
    assert zero_sum(moved) == pytest.approx(zero_sum(WEIGHTS))
    likelihood = [exact(w) + PRECISION / 2 * (w**2).sum(axis=(1, 2)) for w in (WEIGHTS, moved)]
    assert likelihood[0] == pytest.approx(likelihood[1])


def test_parametrisations_are_one_another() -> None:
    assert full_weights(contrasts(WEIGHTS), WEIGHTS.mean(axis=2)) == pytest.approx(WEIGHTS)
    assert full_weights(contrasts(WEIGHTS)) == pytest.approx(zero_sum(WEIGHTS))
    assert zero_sum(WEIGHTS).sum(axis=2) == pytest.approx(np.zeros((3, K)), abs=1e-12)
    p = np.asarray(lastlayer.probabilities(FEATURES, WEIGHTS, CLASSES))
    assert p == pytest.approx(np.exp([log_softmax(FEATURES @ w, axis=1) for w in WEIGHTS]), abs=1e-6)
    of_contrasts = lastlayer.probabilities(FEATURES, contrasts(WEIGHTS).reshape(3, -1), CLASSES)
    assert np.asarray(of_contrasts) == pytest.approx(p, abs=1e-6)


def test_means_over_classes_are_the_priors() -> None:
    w = RNG.normal(scale=PRECISION**-0.5, size=(20_000, 2, CLASSES))
    drawn = lastlayer.draw_means(20_000, 2, CLASSES, PRECISION, RNG)
    assert drawn.shape == (20_000, 2)
    for found in (w.mean(axis=2), drawn):
        assert found.var(axis=0) * CLASSES * PRECISION == pytest.approx(1, abs=4.5 * 0.01)
    covariance = np.cov(contrasts(w)[:, 0].T) * PRECISION  # its inverse is the prior's precision in contrasts
    assert np.linalg.inv(covariance) == pytest.approx(np.eye(CLASSES - 1) - 1 / CLASSES, abs=0.04)


def test_the_mean_over_classes_has_no_law_under_a_flat_prior() -> None:
    with pytest.raises(ValueError, match="prior_precision is 0, and under it the mean has no law; keep to contrasts"):
        lastlayer.draw_means(1, 2, CLASSES, 0, RNG)


def test_huge_logits_neither_overflow_nor_underflow() -> None:
    """A float32 exponential overflows beyond 88, and the softmax of a wrong class is then 0, of logarithm −∞."""
    weights = 1000 * WEIGHTS
    for points in (weights, contrasts(weights)):
        value, grad = MODEL.value_and_grad(points)
        assert np.isfinite(grad).all()
        assert np.isfinite(value).all()
    assert MODEL.value_and_grad(weights)[0] == pytest.approx(exact(weights), rel=1e-6)


def test_all_labels_of_the_last_class_which_contrasts_leave_out() -> None:
    last = np.full(ITEMS, CLASSES - 1)
    zero_mean = zero_sum(WEIGHTS)
    found = SoftmaxRegression(FEATURES, last, CLASSES, PRECISION).log_prob(contrasts(zero_mean))
    assert found == pytest.approx(exact(zero_mean, last), rel=2e-6)


@pytest.mark.parametrize(
    ("wrong", "fault"),
    [
        ({"features": np.where(np.arange(K) == 2, np.nan, FEATURES)}, r"features\[0, 2\] is nan; mend that item"),
        ({"features": FEATURES[:, 0]}, r"features have shape \(57,\); give \(items, k\)"),
        ({"features": FEATURES[:0], "labels": LABELS[:0]}, r"features have shape \(0, 4\)"),
        ({"labels": np.where(LABELS == 4, 5, LABELS)}, r"labels\[\d+\] is 5; give whole numbers from 0 to 4"),
        ({"labels": LABELS - 1}, r"labels\[\d+\] is -1; give whole"),
        ({"labels": LABELS + 0.5}, r"labels\[0\] is \d\.5; give whole"),
        ({"labels": LABELS[1:]}, r"labels have shape \(56,\); give one for each of the 57 items"),
        ({"labels": LABELS * 0, "classes": 1}, "classes is 1; a choice needs at least 2"),
        ({"prior_precision": -1.0}, "prior_precision is -1.0; give a finite number"),
        ({"prior_precision": np.nan}, "prior_precision is nan"),
    ],
)
def test_what_makes_no_model_is_refused(wrong: dict, fault: str) -> None:
    given = {"features": FEATURES, "labels": LABELS, "classes": CLASSES, "prior_precision": PRECISION}
    with pytest.raises(ValueError, match=fault) as caught:
        SoftmaxRegression(**given | wrong)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("shape", [(3, K, CLASSES + 1), (3, K, CLASSES - 2), (3, K * CLASSES + 1)])
def test_points_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"give \(chains, 4, 5\) weights or \(chains, 4, 4\) contrasts"):
        MODEL.log_prob(np.zeros(shape))


def test_a_flat_prior_warns_that_full_weights_have_no_posterior() -> None:
    with pytest.warns(UserWarning, match="improper: a vector added to the weights of all classes changes no") as caught:
        flat = SoftmaxRegression(FEATURES, LABELS, CLASSES, 0)
    assert caught[0].filename == __file__
    assert flat.log_prob(WEIGHTS) == pytest.approx(np.asarray(flat.log_prob(WEIGHTS + 3.0)), rel=1e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        SoftmaxRegression(FEATURES, LABELS, CLASSES, 1e-9)


def test_points_of_another_size_have_no_probabilities() -> None:
    with pytest.raises(ValueError, match=r"points \(1, \d+, 2\) of \d+ features and 10 classes: give weights"):
        lastlayer.probabilities(FEATURES, np.zeros((1, FEATURES.shape[1], 2)), 10)
