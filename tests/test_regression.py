"""Bayesian linear regression: closed forms by other routes, conditionals against the joint, Gibbs against NUTS."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from secondlook import gaussian
from secondlook.regression import Hierarchical, InverseGamma, log_evidence, posterior
from secondlook.samplers import diagnose, nuts

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 3)) @ np.array([[1.0, 0.8, 0.0], [0.0, 0.6, 0.3], [0.0, 0.0, 1.0]])
Y = X @ np.array([1.0, -0.5, 0.2]) + 0.7 * RNG.normal(size=30)
MODEL = Hierarchical(X, Y, InverseGamma(2.0, 0.5), InverseGamma(3.0, 1.0))
SETTINGS = [(1.0, 1.0), (0.5, 3.0), (4.0, 0.1)]


@pytest.mark.parametrize(("noise_variance", "prior_variance"), SETTINGS)
def test_the_posterior_is_the_joint_normal_given_y(noise_variance: float, prior_variance: float) -> None:
    """By conditioning the joint normal of (w, y), with gains and not with precisions."""
    of_y = prior_variance * X @ X.T + noise_variance * np.eye(30)
    gain = np.linalg.solve(of_y, prior_variance * X).T
    mean, covariance = posterior(X, Y, noise_variance, prior_variance)
    assert mean == pytest.approx(gain @ Y, rel=1e-9)
    assert covariance == pytest.approx(prior_variance * (np.eye(3) - gain @ X), rel=1e-9)


@pytest.mark.parametrize(("noise_variance", "prior_variance"), SETTINGS)
def test_the_evidence_is_the_normal_density_of_y(noise_variance: float, prior_variance: float) -> None:
    expected = stats.multivariate_normal(np.zeros(30), prior_variance * X @ X.T + noise_variance * np.eye(30)).logpdf(Y)
    assert log_evidence(X, Y, noise_variance, prior_variance) == pytest.approx(expected, rel=1e-10)


def test_one_column_of_ones_is_the_unknown_mean() -> None:
    ones = np.ones((len(gaussian.DATA), 1))
    mean, covariance = posterior(ones, np.array(gaussian.DATA), 1.5, 5.0)
    assert (mean[0], covariance[0, 0]) == pytest.approx(gaussian.posterior(gaussian.DATA, 1.5, 5.0))
    found = log_evidence(ones, np.array(gaussian.DATA), 1.5, 5.0)
    assert found == pytest.approx(gaussian.log_evidence(gaussian.DATA, 1.5, 5.0))


def test_the_evidence_by_quadrature() -> None:
    def joint(w: float) -> float:
        return float(stats.norm(X[:, 0] * w, 0.8).pdf(Y).prod() * stats.norm(0, 2).pdf(w))

    summed, _ = integrate.quad(joint, -3, 5, epsrel=1e-12, epsabs=0)
    assert log_evidence(X[:, :1], Y, 0.64, 4.0) == pytest.approx(np.log(summed), rel=1e-8)


def log_joint(w: np.ndarray, s2: float, v: float) -> float:
    """The joint of (y, w, s², σ²), in scipy's words; in θ it has the Jacobian s² σ² of the two logarithms."""
    return float(
        stats.norm(X @ w, np.sqrt(v)).logpdf(Y).sum()
        + stats.norm(0, np.sqrt(s2)).logpdf(w).sum()
        + stats.invgamma(2.0, scale=0.5).logpdf(s2)
        + stats.invgamma(3.0, scale=1.0).logpdf(v)
    )


@pytest.mark.parametrize(("w", "s2", "v"), [((0.0, 0.0, 0.0), 1.0, 1.0), ((1.0, -2.0, 0.5), 0.3, 2.0)])
def test_the_log_joint_has_the_jacobian(w: tuple[float, ...], s2: float, v: float) -> None:
    found = MODEL.log_joint(jnp.array([*w, np.log(s2), np.log(v)], jnp.float32))
    assert float(found) == pytest.approx(log_joint(np.array(w), s2, v) + np.log(s2) + np.log(v), rel=1e-5)


def test_the_conditionals_of_the_variances_are_the_joint_up_to_a_constant() -> None:
    w = np.array([0.8, -0.3, 0.1])
    of_s2 = stats.invgamma(*MODEL.prior_law.given_normals(3, (w**2).sum())[:1], scale=0.5 + (w**2).sum() / 2)
    shape, scale = MODEL.noise_law.given_normals(30, ((Y - X @ w) ** 2).sum())
    of_v = stats.invgamma(shape, scale=scale)
    tried = np.array([0.05, 0.3, 1.0, 4.0])
    gaps = np.array([[log_joint(w, s2, v) - of_s2.logpdf(s2) - of_v.logpdf(v) for s2 in tried] for v in tried])
    assert gaps == pytest.approx(gaps[0, 0], rel=1e-10)


def test_gibbs_draws_the_weights_from_their_conditional() -> None:
    """With laws that fix both variances, what is left is the exact posterior."""
    sure = Hierarchical(X, Y, InverseGamma(1e7, 3e7), InverseGamma(1e7, 5e6))
    draws = sure.gibbs(np.zeros((4, 5)), 5000, 10, 0).draws[..., :3]
    mean, covariance = posterior(X, Y, 0.5, 3.0)
    apart = draws - mean
    assert abs(apart.mean(axis=(0, 1)) / diagnose(draws).mcse).max() < 4.5
    products = np.stack([apart[..., i] * apart[..., j] for i in range(3) for j in range(i + 1)], axis=2)
    expected = np.array([covariance[i, j] for i in range(3) for j in range(i + 1)])
    assert abs((products.mean(axis=(0, 1)) - expected) / diagnose(products).mcse).max() < 4.5


def test_gibbs_and_nuts_agree() -> None:
    start = np.random.default_rng(2).normal(size=(4, 5))
    by_gibbs, by_nuts = MODEL.gibbs(start, 20_000, 500, 0), nuts(MODEL.log_joint, start, 2000, 600, 0)
    for power in (1, 2):
        a, b = by_gibbs.draws**power, by_nuts.draws**power
        error = np.hypot(diagnose(a).mcse, diagnose(b).mcse)
        assert abs((a.mean(axis=(0, 1)) - b.mean(axis=(0, 1))) / error).max() < 4.5
    density = jax.vmap(jax.vmap(MODEL.log_joint))(jnp.asarray(by_gibbs.draws[:, :5]))
    assert by_gibbs.log_prob[:, :5] == pytest.approx(np.array(density), rel=1e-4)
    assert by_gibbs.evaluations == 80_000
    assert np.array_equal(by_gibbs.draws[:, :10], MODEL.gibbs(start, 20_000, 500, 0).draws[:, :10])
    with pytest.raises(ValueError, match=r"start\[0\]"):
        MODEL.gibbs(np.full((1, 5), np.nan), 10, 10, 0)
