"""ADVI where the best mean-field normal is known: normal and log-normal targets."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from tensorflow_probability.substrates.jax import bijectors as tfb
from tensorflow_probability.substrates.jax import distributions as tfd

from secondlook.variational.advi import LogProb, advi, elbo, on_real_line

MEAN = jnp.array([1.0, -2.0, 0.5])
PRECISION = jnp.array([[4.0, 1.5, 0.0], [1.5, 1.0, 0.2], [0.0, 0.2, 2.0]])
SD = jnp.array([0.1, 1.0, 3.0])
LOG_EVIDENCE = -1.7


def normal(theta: jax.Array) -> jax.Array:
    """A joint density: the evidence times N(MEAN, PRECISION⁻¹)."""
    log_norm = 0.5 * float(np.linalg.slogdet(PRECISION).logabsdet) - 1.5 * np.log(2 * np.pi)
    return LOG_EVIDENCE + log_norm - 0.5 * (theta - MEAN) @ PRECISION @ (theta - MEAN)


def test_the_best_mean_field_normal_of_a_normal_target() -> None:
    """Bishop (2006), section 10.1.2: right means, variances 1/Λ_ii; the bound is the evidence less the KL."""
    fit = advi(normal, 3, 20_000, 0)
    assert fit.loc == pytest.approx(np.array(MEAN), abs=0.03)
    assert fit.sd**2 == pytest.approx(1 / np.diag(PRECISION), rel=0.03)
    divergence = 0.5 * (np.log(np.diag(PRECISION)).sum() - np.linalg.slogdet(PRECISION).logabsdet)
    late = fit.elbo[-5000:]
    assert late.mean() == pytest.approx(LOG_EVIDENCE - divergence, abs=5 * late.std() / np.sqrt(5000))
    assert fit.evaluations == 200_000


def test_the_bound_is_the_evidence_where_the_family_holds_the_posterior() -> None:
    def separate(theta: jax.Array) -> jax.Array:
        return tfd.Normal(MEAN, SD).log_prob(theta).sum() + LOG_EVIDENCE

    noise = jax.random.normal(jax.random.key(0), (100, 3))
    at_the_posterior = [float(elbo(separate, MEAN, jnp.log(SD), one[None])) for one in noise]
    assert at_the_posterior == pytest.approx(LOG_EVIDENCE + 0.5 * (1 - np.array(noise) ** 2).sum(axis=1), abs=1e-4)
    fit = advi(separate, 3, 20_000, 0)
    assert fit.loc / SD == pytest.approx(np.array(MEAN / SD), abs=0.05)
    assert fit.sd == pytest.approx(np.array(SD), rel=0.03)


@pytest.mark.parametrize(("mu", "sigma"), [(0.7, 0.5), (-1.0, 1.2)])
def test_a_log_normal_target_is_met_exactly_with_the_jacobian_and_missed_without(mu: float, sigma: float) -> None:
    """θ is log-normal, so ζ = log θ is N(μ, σ²). Without the Jacobian the density of ζ lacks e^ζ: N(μ − σ², σ²)."""

    def log_normal(theta: jax.Array) -> jax.Array:
        return tfd.LogNormal(mu, sigma).log_prob(theta).sum()

    def forgetful(zeta: jax.Array) -> jax.Array:
        return log_normal(jnp.exp(zeta))

    right, wrong = (advi(target, 1, 3000, 0) for target in (on_real_line(log_normal, tfb.Exp()), forgetful))
    assert (right.loc[0], right.sd[0]) == pytest.approx((mu, sigma), abs=0.01)
    assert (wrong.loc[0], wrong.sd[0]) == pytest.approx((mu - sigma**2, sigma), abs=0.01)


def test_a_density_on_the_real_line_still_has_mass_one() -> None:
    target = on_real_line(lambda theta: tfd.Gamma(2.0, 3.0).log_prob(theta).sum(), tfb.Exp())
    zeta = jnp.linspace(-15, 5, 4001)[:, None]
    assert float(jnp.exp(jax.vmap(target)(zeta)).sum() * 20 / 4000) == pytest.approx(1, abs=1e-4)


def test_the_jacobians_of_several_parameters_add() -> None:
    target: LogProb = on_real_line(lambda theta: jnp.zeros(()), tfb.Exp())
    assert float(target(jnp.array([0.5, -2.0, 1.0]))) == pytest.approx(-0.5)


def test_a_fit_depends_on_its_seed_alone() -> None:
    first, again, other = (advi(normal, 3, 50, seed) for seed in (1, 1, 2))
    assert np.array_equal(first.loc, again.loc) and np.array_equal(first.elbo, again.elbo)
    assert not np.array_equal(first.loc, other.loc)


def test_a_density_that_is_not_finite_everywhere_is_refused() -> None:
    with pytest.raises(ValueError, match=r"the ELBO is nan at step 0: .* on all of R\^2") as caught:
        advi(lambda theta: jnp.log(theta).sum(), 2, 20, 0)
    assert "\n" not in str(caught.value)
