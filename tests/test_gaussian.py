"""The conjugate normal against quadrature, scipy's multivariate normal, Monte Carlo, and its own symmetries."""

import math
import random
from collections.abc import Callable, Sequence
from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, optimize, stats

from secondlook.gaussian import (
    DATA,
    Normal,
    NormalInverseGamma,
    best_prior_variance,
    log_evidence,
    map_predictive,
    ml_predictive,
    posterior,
    posterior_predictive,
    unknown_variance_posterior,
    unknown_variance_predictive,
)

Floats = Sequence[float]
steady = settings(derandomize=True, deadline=None)  # the same examples every time, however busy the machine
number = st.floats(-30, 30)
variance = st.floats(0.05, 20)
samples = st.lists(number, min_size=0, max_size=12)


def quadrature(function: Callable[[float], float], centre: float, width: float) -> float:
    value, _ = integrate.quad(
        function, centre - width, centre + width, epsabs=0, epsrel=1e-12, limit=500, points=[centre]
    )
    return value


def joint(mu: float, x: Floats, s2: float, t2: float, m0: float) -> float:
    return float(np.prod(Normal(mu, s2).density(x)) * Normal(m0, t2).density(mu))


# The posterior and the evidence are the two halves of prior × likelihood.


@pytest.mark.parametrize(("s2", "t2", "m0"), [(1, 5, 0), (1, 0.1, 0), (4, 5, 1.5), (0.3, 2, -2)])
def test_posterior_is_prior_times_likelihood_over_evidence(s2: float, t2: float, m0: float) -> None:
    belief = posterior(DATA, s2, t2, m0)
    for mu in (0.0, 1.3, 2.5):
        expected = joint(mu, DATA, s2, t2, m0) / math.exp(log_evidence(DATA, s2, t2, m0))
        assert belief.density(mu) == pytest.approx(expected, rel=1e-10)


@pytest.mark.parametrize(("s2", "t2", "m0"), [(1, 5, 0), (1, 0.1, 0), (4, 5, 1.5), (0.3, 2, -2)])
def test_evidence_by_three_routes(s2: float, t2: float, m0: float) -> None:
    n, belief = len(DATA), posterior(DATA, s2, t2, m0)
    by_quadrature = quadrature(lambda mu: joint(mu, DATA, s2, t2, m0), belief.mean, 12 * belief.variance**0.5)
    covariance = s2 * np.eye(n) + t2 * np.ones((n, n))
    by_scipy = stats.multivariate_normal(np.full(n, m0), covariance).pdf(DATA)
    by_formula = math.exp(log_evidence(DATA, s2, t2, m0))
    assert by_formula == pytest.approx(by_quadrature, rel=1e-10, abs=0)
    assert by_formula == pytest.approx(by_scipy, rel=1e-10, abs=0)


@steady
@given(samples, variance, variance, number)
def test_evidence_is_the_multivariate_normal_density(x: list[float], s2: float, t2: float, m0: float) -> None:
    n = len(x)
    expected = stats.multivariate_normal(np.full(n, m0), s2 * np.eye(n) + t2).logpdf(x) if n else 0.0
    assert log_evidence(x, s2, t2, m0) == pytest.approx(expected, rel=1e-9, abs=1e-8)


# Learning one point at a time.


@steady
@given(samples, variance, variance, number, st.randoms(use_true_random=False))
def test_updates_one_by_one_in_any_order_agree(
    x: list[float], s2: float, t2: float, m0: float, shuffle: random.Random
) -> None:
    shuffled = list(x)
    shuffle.shuffle(shuffled)
    *_, last = accumulate(shuffled, lambda b, xi: posterior([xi], s2, b.variance, b.mean), initial=Normal(m0, t2))
    assert last == pytest.approx(posterior(x, s2, t2, m0), rel=1e-9, abs=1e-9)


@steady
@given(samples, variance, variance, number)
def test_evidence_is_the_product_of_one_step_predictives(x: list[float], s2: float, t2: float, m0: float) -> None:
    steps = [posterior_predictive(x[:i], s2, t2, m0).log_density(xi) for i, xi in enumerate(x)]
    assert log_evidence(x, s2, t2, m0) == pytest.approx(sum(steps), rel=1e-9, abs=1e-8)


@steady
@given(samples, number, variance, variance, number)
def test_posterior_variance_falls_with_every_point_and_ignores_its_value(
    x: list[float], new: float, s2: float, t2: float, m0: float
) -> None:
    before, after = posterior(x, s2, t2, m0), posterior([*x, new], s2, t2, m0)
    assert after.variance < before.variance <= t2 * (1 + 1e-12)
    assert after.variance == posterior([*x, -new], s2, t2, m0).variance
    assert 1 / after.variance - 1 / before.variance == pytest.approx(1 / s2, rel=1e-9)


# Units: x in other units, or counted from another origin.


@steady
@given(samples, variance, variance, number, st.floats(0.1, 10), number)
def test_scaling_and_shifting_the_data(x: list[float], s2: float, t2: float, m0: float, c: float, d: float) -> None:
    moved = [c * xi + d for xi in x]
    here, there = posterior(x, s2, t2, m0), posterior(moved, c**2 * s2, c**2 * t2, c * m0 + d)
    assert there == pytest.approx((c * here.mean + d, c**2 * here.variance), rel=1e-8, abs=1e-8)
    change = log_evidence(moved, c**2 * s2, c**2 * t2, c * m0 + d) - log_evidence(x, s2, t2, m0)
    assert change == pytest.approx(-len(x) * math.log(c), rel=1e-6, abs=1e-6)


def test_data_far_from_zero_lose_no_digits() -> None:
    far = np.asarray(DATA) + 1e6
    assert log_evidence(far, 1, 5, 1e6) == pytest.approx(log_evidence(DATA, 1, 5), rel=1e-8)


# The predictives.


def test_posterior_predictive_is_what_simulation_gives() -> None:
    rng, draws = np.random.default_rng(7), 400_000
    mean, variance = posterior(DATA, 1, 5)
    mu = rng.normal(mean, math.sqrt(variance), draws)
    future = rng.normal(mu, 1)
    expected = posterior_predictive(DATA, 1, 5)
    assert abs(future.mean() - expected.mean) < 4 * math.sqrt(expected.variance / draws)
    assert abs(future.var() - expected.variance) < 4 * expected.variance * math.sqrt(2 / draws)
    assert stats.kstest(future, stats.norm(expected.mean, expected.variance**0.5).cdf).pvalue > 0.001


@steady
@given(samples, variance, variance, number)
def test_posterior_predictive_is_the_ratio_of_evidences(x: list[float], s2: float, t2: float, m0: float) -> None:
    new = 1.25
    ratio = log_evidence([*x, new], s2, t2, m0) - log_evidence(x, s2, t2, m0)
    assert posterior_predictive(x, s2, t2, m0).log_density(new) == pytest.approx(ratio, rel=1e-7, abs=1e-7)


@steady
@given(samples.filter(len), variance, variance)
def test_plug_ins_keep_the_noise_variance_and_the_map_shrinks_towards_zero(
    x: list[float], s2: float, t2: float
) -> None:
    likely, shrunk, full = ml_predictive(x, s2), map_predictive(x, s2, t2), posterior_predictive(x, s2, t2)
    assert likely.variance == shrunk.variance == s2 < full.variance
    assert likely.mean == np.mean(x)
    assert shrunk.mean == full.mean == pytest.approx(likely.mean / (1 + s2 / (len(x) * t2)), rel=1e-9, abs=1e-12)


def test_a_vague_prior_makes_the_map_the_maximum_likelihood() -> None:
    assert map_predictive(DATA, 1, 1e12) == pytest.approx(ml_predictive(DATA, 1), rel=1e-12)


@pytest.mark.filterwarnings("error")
def test_without_data_the_maximum_likelihood_is_missing_and_the_rest_is_the_prior() -> None:
    assert math.isnan(ml_predictive([], 1).mean) and np.isnan(ml_predictive([], 1).density([0, 1])).all()
    assert posterior([], 1, 5, 0.5) == pytest.approx((0.5, 5))
    assert posterior_predictive([], 1, 5) == pytest.approx((0, 6))
    assert map_predictive([], 1, 5) == (0, 1)
    assert log_evidence([], 1, 5) == 0


def test_density_is_scipys() -> None:
    x = np.linspace(-4, 6, 41)
    np.testing.assert_allclose(Normal(1.5, 2.25).density(x), stats.norm(1.5, 1.5).pdf(x), rtol=1e-13)


# The prior that the data would choose.


@steady
@given(samples.filter(len), variance)
def test_best_prior_variance_has_the_highest_evidence(x: list[float], s2: float) -> None:
    best = best_prior_variance(x, s2)
    top = log_evidence(x, s2, max(best, 1e-12))
    assert all(log_evidence(x, s2, max(best, 1e-3) * factor) <= top + 1e-9 for factor in (0.01, 0.5, 0.9, 1.1, 2, 100))


def test_best_prior_variance_is_where_an_optimiser_ends() -> None:
    search = optimize.minimize_scalar(lambda t: -log_evidence(DATA, 1, t), bounds=(0.1, 20), method="bounded")
    assert best_prior_variance(DATA, 1) == pytest.approx(search.x, rel=1e-4)
    assert best_prior_variance([0.1, -0.2], 1) == 0


# The variance unknown too.

PRIOR = NormalInverseGamma(mean=0.5, strength=0.4, shape=1.5, scale=0.8)


def unknown_joint(mu: float, v: float, x: Floats) -> float:
    return (
        float(np.prod(Normal(mu, v).density(x)))
        * stats.norm(PRIOR.mean, math.sqrt(v / PRIOR.strength)).pdf(mu)
        * stats.invgamma(PRIOR.shape, scale=PRIOR.scale).pdf(v)
    )


def test_unknown_variance_posterior_is_proportional_to_prior_times_likelihood() -> None:
    x = DATA[:5]
    after = unknown_variance_posterior(x, PRIOR)
    ratios = [
        unknown_joint(mu, v, x)
        / (
            stats.norm(after.mean, math.sqrt(v / after.strength)).pdf(mu)
            * stats.invgamma(after.shape, scale=after.scale).pdf(v)
        )
        for mu in (0.0, 2.0, 3.5)
        for v in (0.4, 1.0, 3.0)
    ]
    assert ratios == pytest.approx([ratios[0]] * 9, rel=1e-10)


@steady
@given(samples, st.integers(0, 12))
def test_unknown_variance_updates_in_two_parts_agree(x: list[float], cut: int) -> None:
    parts = unknown_variance_posterior(x[cut:], unknown_variance_posterior(x[:cut], PRIOR))
    assert parts == pytest.approx(unknown_variance_posterior(x, PRIOR), rel=1e-8, abs=1e-8)


def test_unknown_variance_predictive_is_scipys_t_and_a_mixture_of_normals() -> None:
    belief = unknown_variance_posterior(DATA, PRIOR)
    predictive = unknown_variance_predictive(belief)
    grid = np.linspace(-3, 7, 31)
    t = stats.t(predictive.freedom, predictive.mean, math.sqrt(predictive.scale2))
    np.testing.assert_allclose(predictive.density(grid), t.pdf(grid), rtol=1e-12)
    law = stats.invgamma(belief.shape, scale=belief.scale)
    for x in (-1.0, 2.0, 5.0):
        mixture, _ = integrate.quad(
            lambda v, x=x: float(Normal(belief.mean, v * (1 + 1 / belief.strength)).density(x)) * law.pdf(v), 0, np.inf
        )
        assert predictive.density(x) == pytest.approx(mixture, rel=1e-7)


# Unusable input: one line that says the value, the fault and the remedy.


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: posterior([1, math.nan], 1, 5), r"x\[1\] is nan"),
        (lambda: posterior([[1, 2]], 1, 5), r"x has shape \(1, 2\)"),
        (lambda: posterior(2.0, 1, 5), r"x has shape \(\)"),
        (lambda: posterior("ab", 1, 5), "not a list of numbers"),
        (lambda: posterior(["1", "b"], 1, 5), "not a list of numbers"),
        (lambda: posterior([1], -1, 5), "noise_variance is -1"),
        (lambda: posterior([1], 1, 0), "prior_variance is 0"),
        (lambda: posterior([1], 1, 5, math.inf), "prior_mean is inf"),
        (lambda: ml_predictive([1], math.nan), "noise_variance is nan"),
        (lambda: log_evidence([1], 1, -5), "prior_variance is -5"),
        (lambda: log_evidence([1], 1, 5, math.nan), "prior_mean is nan"),
        (lambda: best_prior_variance([], 1), "x is empty"),
        (lambda: unknown_variance_posterior([1], PRIOR._replace(shape=0)), "shape is 0"),
        (lambda: unknown_variance_posterior([1], PRIOR._replace(mean=math.nan)), "mean is nan"),
    ],
)
def test_unusable_input(call: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        call()
    assert "\n" not in str(error.value)
