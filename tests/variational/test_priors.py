"""Divergences against quadrature, and laws of the log scale against the change of variables."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import integrate, stats

from secondlook.variational.priors import SPIKE, Prior, divergence, log_scale_prior, standard

LAWS: dict[Any, Callable[[Any], Any]] = {
    "normal": stats.norm.logpdf,
    "laplace": stats.laplace.logpdf,
    "cauchy": stats.cauchy.logpdf,
    "mixture": lambda v: np.logaddexp(stats.norm.logpdf(v), stats.norm.logpdf(v, scale=SPIKE)) + np.log(0.5),
}
QS = [(0.0, 1.0), (0.7, 0.3), (-2.0, 0.05), (0.01, 0.01), (3.0, 2.0)]


def by_quadrature(law: Any, loc: float, sd: float) -> float:
    q = stats.norm(loc, sd)
    points: list[float] = sorted({x for x in (0.0, -3 * SPIKE, 3 * SPIKE, loc) if abs(x - loc) < 12 * sd})
    integral, _ = integrate.quad(
        lambda v: q.pdf(v) * (q.logpdf(v) - LAWS[law](v)), loc - 12 * sd, loc + 12 * sd, points=points, limit=500
    )
    return integral


def no_noise(shape: tuple[int, ...]) -> jax.Array:
    raise AssertionError("an exact divergence draws nothing")


@pytest.mark.parametrize("law", LAWS)
def test_the_law_of_a_weight_is_what_scipy_has(law: Any) -> None:
    v = np.array([-3.0, -0.01, 0.0, 0.002, 1.5])
    np.testing.assert_allclose(standard(law).log_prob(jnp.array(v)), LAWS[law](v), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("law", ["normal", "laplace"])
@pytest.mark.parametrize(("loc", "sd"), QS)
def test_an_exact_divergence_is_the_integral(law: Any, loc: float, sd: float) -> None:
    found = divergence(standard(law), jnp.array([loc]), jnp.log(jnp.array([sd])), no_noise)
    assert float(found) == pytest.approx(by_quadrature(law, loc, sd), abs=2e-5)


@pytest.mark.parametrize("law", ["cauchy", "mixture"])
@pytest.mark.parametrize(("loc", "sd"), QS)
def test_an_estimated_divergence_has_the_integral_as_its_mean(law: Any, loc: float, sd: float) -> None:
    n = 200_000
    z = jax.random.normal(jax.random.key(1), (n,))
    each = divergence(standard(law), jnp.full(n, loc), jnp.full(n, np.log(sd)), lambda shape: z) / n
    one_by_one = -LAWS[law](loc + sd * np.asarray(z, np.float64))
    error = one_by_one.std() / np.sqrt(n)
    assert abs(float(each) - by_quadrature(law, loc, sd)) < 4.5 * error + 2e-5


def test_the_divergence_of_a_law_from_itself_is_zero_and_sums_over_weights() -> None:
    assert float(divergence(standard("normal"), jnp.zeros(3), jnp.zeros(3), no_noise)) == pytest.approx(0, abs=1e-6)
    one = divergence(standard("laplace"), jnp.ones(1), jnp.zeros(1), no_noise)
    assert float(divergence(standard("laplace"), jnp.ones((2, 3)), jnp.zeros((2, 3)), no_noise)) == pytest.approx(
        6 * float(one), rel=1e-6
    )


def test_a_log_scale_is_asked_for_its_density() -> None:
    law, n = log_scale_prior(Prior(hyperprior="half-cauchy")), 50_000
    z = jax.random.normal(jax.random.key(0), (n,))
    found = divergence(law, jnp.full(n, 0.3), jnp.full(n, np.log(0.5)), lambda shape: z) / n

    def density(zeta: Any) -> Any:
        return stats.halfcauchy.logpdf(np.exp(zeta)) + zeta

    q = stats.norm(0.3, 0.5)
    exact, _ = integrate.quad(lambda zeta: q.pdf(zeta) * (q.logpdf(zeta) - density(zeta)), -6, 6)
    assert float(found) == pytest.approx(exact, abs=4.5 * density(q.rvs(n, random_state=1)).std() / np.sqrt(n))


@pytest.mark.parametrize("scale", [1.0, 0.3])
@pytest.mark.parametrize(
    ("hyperprior", "of_s"),
    [
        ("half-normal", lambda s, scale: stats.halfnorm.logpdf(s, scale=scale)),
        ("half-cauchy", lambda s, scale: stats.halfcauchy.logpdf(s, scale=scale)),
        # of v = s²: the density of s is that of v times dv/ds = 2 s
        ("inverse-gamma", lambda s, scale: stats.invgamma.logpdf(s**2, 1, scale=scale**2) + np.log(2 * s)),
    ],
)
def test_the_law_of_the_log_scale_has_the_jacobian(hyperprior: Any, of_s: Any, scale: float) -> None:
    law = log_scale_prior(Prior("normal", scale, hyperprior))
    zeta = np.linspace(-3, 3, 13)
    np.testing.assert_allclose(law.log_prob(jnp.array(zeta)), of_s(np.exp(zeta), scale) + zeta, rtol=2e-4, atol=2e-5)
    grid = np.linspace(-25, 25, 20_001)
    assert np.trapezoid(jnp.exp(law.log_prob(jnp.array(grid))), grid) == pytest.approx(1, abs=2e-3)
