"""The mode, Laplace's and the variational centre, and what becomes of data without a mode."""

import warnings

import numpy as np
import pytest
from scipy.optimize import linprog, minimize
from scipy.special import softmax

from secondlook.centre import Centre
from secondlook.lastlayer import Mode, SoftmaxRegression, full_weights, posterior_mode, variational, variational_centre
from secondlook.lastlayer.mode import _coordinates, minus_log_prob

RNG = np.random.default_rng(0)
ITEMS, K, CLASSES = 80, 4, 3
D = K * (CLASSES - 1)
FEATURES = np.column_stack([np.maximum(RNG.normal(size=(ITEMS, K - 1)), 0), np.ones(ITEMS)])
LABELS = np.array([RNG.choice(CLASSES, p=p) for p in softmax(FEATURES @ RNG.normal(size=(K, CLASSES)), axis=1)])
MODEL = SoftmaxRegression(FEATURES, LABELS, CLASSES, 0.5)
MODE = posterior_mode(MODEL)


def flat_prior(features: np.ndarray, labels: np.ndarray, classes: int) -> SoftmaxRegression:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return SoftmaxRegression(features, labels, classes, 0.0)


def separable(features: np.ndarray, labels: np.ndarray, classes: int) -> bool:
    """Whether some weights rank no item's class below another and some item's above: a linear programme.

    Konis (2007), "Linear programming algorithms for detecting separated data in binary logistic regression models".
    """
    margins = [
        np.kron(x, np.eye(classes)[y] - np.eye(classes)[a])
        for x, y in zip(features, labels, strict=True)
        for a in range(classes)
        if a != y
    ]
    found = linprog(-np.sum(margins, axis=0), -np.array(margins), np.zeros(len(margins)), bounds=(-1, 1))
    return found.fun is not None and found.fun < -1e-6


def test_the_mode_is_that_of_full_weights_with_mean_zero() -> None:
    def loss(w: np.ndarray) -> float:
        logits = FEATURES @ w.reshape(K, CLASSES)
        return 0.25 * (w**2).sum() - np.log(softmax(logits, axis=1)[np.arange(ITEMS), LABELS]).sum()

    found = minimize(loss, np.zeros(K * CLASSES), method="BFGS", options={"gtol": 1e-5})
    assert full_weights(MODE.contrasts) == pytest.approx(found.x.reshape(K, CLASSES), abs=1e-4)
    assert -found.fun == pytest.approx(MODE.log_prob)
    assert abs(minus_log_prob(MODEL, MODE.contrasts)[1]).max() < 1e-8
    assert MODE.newton_steps <= 3


def test_the_precision_is_minus_the_hessian_of_the_log_density() -> None:
    around = [MODE.contrasts + sign * 1e-5 * np.eye(D).reshape(D, K, CLASSES - 1) for sign in (1, -1)]
    ahead, behind = (np.array([minus_log_prob(MODEL, d)[1].ravel() for d in points]) for points in around)
    assert (ahead - behind) / 2e-5 == pytest.approx(MODE.precision, abs=1e-4)
    point, along = RNG.normal(size=(2, K, CLASSES - 1))
    up, down = (minus_log_prob(MODEL, point + sign * 1e-5 * along)[0] for sign in (1, -1))
    assert (up - down) / 2e-5 == pytest.approx((minus_log_prob(MODEL, point)[1] * along).sum(), rel=1e-6)


def test_in_the_coordinates_of_the_search_one_curvature_for_all_items_is_the_identity() -> None:
    axes, sides, scale = _coordinates(FEATURES, MODEL)
    shares = (np.bincount(LABELS) + 1) / (ITEMS + CLASSES)
    b = (np.diag(shares) - np.outer(shares, shares))[:-1, :-1]
    curvature = np.kron(FEATURES.T @ FEATURES, b) + 0.5 * np.kron(np.eye(K), np.eye(CLASSES - 1) - 1 / CLASSES)
    back = np.kron(axes, sides) / scale.ravel()
    assert back.T @ curvature @ back == pytest.approx(np.eye(D), abs=1e-10)


def test_laplace_has_the_inverse_precision_for_covariance() -> None:
    laplace = MODE.laplace
    assert laplace.factor @ laplace.factor.T == pytest.approx(np.linalg.inv(MODE.precision))
    assert np.array_equal(laplace.points(np.zeros(D)), MODE.contrasts.ravel())
    draws = laplace.draws(100_000, np.random.default_rng(1), spread=2.0)
    expected = 4 * np.linalg.inv(MODE.precision)
    error = np.sqrt((expected**2 + np.outer(np.diag(expected), np.diag(expected))) / len(draws))
    assert np.all(abs(np.cov(draws.T) - expected) < 5 * error)


def test_a_precision_that_no_normal_has_is_refused() -> None:
    with pytest.raises(ValueError, match=r"eigenvalue of -1, and no normal has that: give the prior a precision"):
        Centre.of_precision(np.zeros(2), np.diag([1.0, -1.0]))


def expectations(q: Centre, pairs: int = 2000) -> tuple[np.ndarray, np.ndarray, float]:
    """E_q of the gradient and of minus the Hessian in q's coordinates, and the ELBO, in float64 by antithetic draws."""
    z = np.random.default_rng(5).standard_normal((pairs, D))
    points = q.points(np.concatenate([z, -z])).reshape(-1, K, CLASSES - 1)
    p = softmax(np.pad(FEATURES @ points, [(0, 0), (0, 0), (0, 1)]), axis=2)
    value = np.array([-minus_log_prob(MODEL, point)[0] for point in points[::4]])
    grad = np.mean([minus_log_prob(MODEL, point)[1].ravel() for point in points], axis=0)
    both = np.einsum("sia,sib->iab", p, p)[:, :-1, :-1] / len(p)
    of_items = np.eye(CLASSES - 1) * p.mean(axis=0)[:, :-1, None] - both
    seen = np.einsum("iab,ij,ik->jakb", of_items, FEATURES, FEATURES).reshape(D, D)
    prior = 0.5 * np.kron(np.eye(K), np.eye(CLASSES - 1) - 1 / CLASSES)
    return -q.factor.T @ grad, q.factor.T @ (seen + prior) @ q.factor, value.mean() + np.linalg.slogdet(q.factor)[1]


def test_the_variational_centre_solves_its_fixed_point_equations() -> None:
    """In its own coordinates the mean gradient is 0 and the mean Hessian I; Laplace's are neither."""
    found, laplace = variational_centre(MODEL, MODE, 0), MODE.laplace
    grad, hessian, elbo = expectations(found)
    laplace_grad, laplace_hessian, laplace_elbo = expectations(laplace)
    assert np.linalg.norm(grad) < 0.25 < 0.5 < np.linalg.norm(laplace_grad)
    assert np.linalg.norm(hessian - np.eye(D)) < 0.2 < 0.4 < np.linalg.norm(laplace_hessian - np.eye(D))
    assert elbo > laplace_elbo + 0.1
    assert np.array_equal(found.mean, variational_centre(MODEL, MODE, 0).mean)


def steps_taken(model: SoftmaxRegression, mode: Mode, monkeypatch: pytest.MonkeyPatch) -> int:
    calls = []
    averages = variational._averages

    def counting(of: SoftmaxRegression, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        calls.append(len(points))
        return averages(of, points)

    with monkeypatch.context() as patch:
        patch.setattr(variational, "_averages", counting)
        variational_centre(model, mode, 0)
    return len(calls)


def test_where_laplace_is_poor_the_variational_centre_is_far_better(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few items, separable, and a weak prior: the posterior reaches far to one side of its mode."""
    x = np.column_stack([np.random.default_rng(2).normal(size=(12, 7)), np.ones(12)])
    model = SoftmaxRegression(x, np.arange(12) % 3, 3, 1e-3)
    mode = posterior_mode(model)
    z = np.random.default_rng(3).standard_normal((500, 16))

    def departure(q: Centre) -> float:
        value = np.asarray(model.log_prob(q.points(z)), float)
        return float(np.std(value + 0.5 * (z**2).sum(axis=1)))

    found = variational_centre(model, mode, 0)
    assert departure(mode.laplace) > 4 * departure(found)
    pairs = np.random.default_rng(4).standard_normal((20_000, 16))
    grad = np.concatenate([np.asarray(model.value_and_grad(part)[1], float) for part in shaped(found.points(pairs))])
    in_its_coordinates = grad.reshape(-1, 16) @ found.factor
    curvature = -pairs * in_its_coordinates  # whose mean is minus that of the Hessian's diagonal (Stein 1981)
    assert abs(curvature.mean() - 1) < 0.3  # about 0.1 from the draws of the last eight steps; 0.5 for half the width
    assert steps_taken(model, mode, monkeypatch) == 32
    assert steps_taken(MODEL, MODE, monkeypatch) == 2


def shaped(points: np.ndarray) -> list[np.ndarray]:
    """Points of eight features and three classes, in batches."""
    return np.split(points.reshape(-1, 8, 2).astype(np.float32), 20)


def problems() -> list[tuple[np.ndarray, np.ndarray]]:
    """Small sets of items of three classes, of which some can be separated and some not."""
    rng = np.random.default_rng(7)
    return [
        (np.column_stack([rng.normal(size=(items, 2)), np.ones(items)]), rng.permutation(np.arange(items) % 3))
        for items in range(6, 22)
    ]


def test_a_flat_prior_has_a_mode_just_where_classes_overlap() -> None:
    seen = set()
    for features, labels in problems():
        apart = separable(features, labels, 3)
        seen.add(apart)
        model = flat_prior(features, labels, 3)
        if apart:
            with pytest.raises(ValueError, match=r"the classes can be separated: .* give prior_precision above 0") as e:
                posterior_mode(model)
            assert "\n" not in str(e.value)
        else:
            assert abs(minus_log_prob(model, posterior_mode(model).contrasts)[1]).max() < 1e-6
    assert seen == {True, False}


def test_classes_that_touch_are_separable_too() -> None:
    """Quasi-complete separation: at x = 0 both classes occur, elsewhere x tells them apart."""
    x = np.array([-2.0, -1, 0, 0, 1, 2])
    model = flat_prior(np.column_stack([x, np.ones(6)]), np.array([0, 0, 0, 1, 1, 1]), 2)
    assert separable(model.features, model.labels, 2)
    with pytest.raises(ValueError, match="can be separated"):
        posterior_mode(model)
    assert np.isfinite(posterior_mode(SoftmaxRegression(model.features, model.labels, 2, 1e-6)).contrasts).all()


def test_features_that_follow_from_others_have_no_flat_posterior() -> None:
    twice = np.column_stack([FEATURES, FEATURES[:, 0]])
    with pytest.raises(ValueError, match="prior_precision is 0 and the 5 features have rank 4: give prior_precision"):
        posterior_mode(flat_prior(twice, LABELS, CLASSES))
    mode = posterior_mode(SoftmaxRegression(twice, LABELS, CLASSES, 0.5))
    assert isinstance(mode, Mode)
    assert mode.contrasts[0] == pytest.approx(mode.contrasts[-1])


def test_a_class_without_items_has_a_mode_under_a_prior() -> None:
    mode = posterior_mode(SoftmaxRegression(FEATURES, LABELS, CLASSES + 1, 0.5))
    assert np.isfinite(mode.contrasts).all()
