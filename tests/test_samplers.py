"""Samplers against targets whose moments are known, within what their own Monte Carlo errors allow."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from secondlook.samplers import Chains, diagnose, metropolis, nuts
from secondlook.samplers.chains import LogProb

Sampler = Callable[[LogProb, np.ndarray, int, int, int], Chains]
both = pytest.mark.parametrize(("sampler", "draws", "warmup"), [(nuts, 1500, 600), (metropolis, 30_000, 10_000)])


def starts(d: int, chains: int = 4) -> np.ndarray:
    return np.random.default_rng(1).normal(size=(chains, d))


def covariance(d: int) -> np.ndarray:
    """Correlated, with standard deviations from 0.1 to 10."""
    mixed = np.random.default_rng(d).normal(size=(d, d))
    scales = np.geomspace(0.1, 10, d)
    return scales[:, None] * (mixed @ mixed.T / d + 0.3 * np.eye(d)) * scales


def gaussian(mean: np.ndarray, covariance: np.ndarray) -> LogProb:
    precision = jnp.asarray(np.linalg.inv(covariance), jnp.float32)
    return lambda theta: -0.5 * (theta - mean) @ precision @ (theta - mean)


def skewed(theta: jax.Array) -> jax.Array:
    """x ~ N(0, 1), y given x ~ N(x²/2, 1), and the logarithm of a gamma variable of shape 3."""
    x, y, log_g = theta
    return -0.5 * x**2 - 0.5 * (y - x**2 / 2) ** 2 + 3 * log_g - jnp.exp(log_g)


def z_scores(values: np.ndarray, truth: np.ndarray) -> np.ndarray:
    """How many Monte Carlo errors the means of ``(chains, draws, k)`` lie from the truth."""
    found = diagnose(values)
    assert (found.rhat < 1.02).all()
    return (values.mean(axis=(0, 1)) - truth) / found.mcse


@both
@pytest.mark.parametrize("d", [2, 20])
def test_a_correlated_normal(sampler: Sampler, draws: int, warmup: int, d: int) -> None:
    mean, spread = np.linspace(-3, 3, d), covariance(d)
    chains = sampler(gaussian(mean, spread), starts(d), draws, warmup, 0)
    assert chains.draws.shape == (4, draws, d)
    assert abs(z_scores(chains.draws, mean)).max() < 4.5
    apart = chains.draws - mean
    assert abs(z_scores(apart**2, np.diag(spread))).max() < 4.5
    assert abs(z_scores(apart[..., :1] * apart[..., 1:], spread[0, 1:])).max() < 4.5
    squared = np.einsum("csi,ij,csj->cs", apart, np.linalg.inv(spread), apart)
    assert np.allclose(chains.log_prob, -squared / 2, rtol=1e-3, atol=1e-3)


@both
def test_a_skewed_and_bent_target(sampler: Sampler, draws: int, warmup: int) -> None:
    x, y, log_g = np.moveaxis(sampler(skewed, starts(3), draws, warmup, 0).draws, 2, 0)
    moments = np.stack([x, x**2, y, (y - x**2 / 2) ** 2, x**2 * y, np.exp(log_g), np.exp(2 * log_g)], axis=2)
    assert abs(z_scores(moments, np.array([0, 1, 0.5, 1, 1.5, 3, 12]))).max() < 4.5


@both
def test_draws_depend_on_the_seed_alone_and_costs_are_counted(sampler: Sampler, draws: int, warmup: int) -> None:
    target = gaussian(np.zeros(2), np.eye(2))
    first, again, other = (sampler(target, starts(2), 50, 40, seed) for seed in (3, 3, 4))
    assert np.array_equal(first.draws, again.draws)
    assert first.evaluations == again.evaluations
    assert not np.array_equal(first.draws, other.draws)
    assert first.diverged == 0
    assert first.evaluations == 200 if sampler is metropolis else first.evaluations >= 200
    assert first.seconds > 0 and first.warmup_seconds > 0


@both
@pytest.mark.parametrize(
    ("start", "fault"),
    [
        (np.zeros(3), r"start has shape \(3,\)"),
        (np.array([[0.0, 1.0], [np.nan, 0.0]]), r"start\[1\]: the log density is nan at \[nan  0\.\]"),
        (np.array([[0.0, -1.0]]), r"start\[0\]: the log density is -inf"),
    ],
)
def test_an_impossible_start_is_refused(
    sampler: Sampler, draws: int, warmup: int, start: np.ndarray, fault: str
) -> None:
    def positive(theta: jax.Array) -> jax.Array:
        return jnp.where((theta >= 0).all(), -theta.sum(), jnp.where(jnp.isnan(theta).any(), jnp.nan, -jnp.inf))

    with pytest.raises(ValueError, match=fault) as caught:
        sampler(positive, start, draws, warmup, 0)
    assert "\n" not in str(caught.value)


def test_metropolis_finds_the_shape_of_a_target_a_thousand_times_narrower_than_its_first_proposals() -> None:
    spread = np.diag([1e-8, 1e-6])
    chains = metropolis(gaussian(np.zeros(2), spread), 1e-4 * starts(2), 20_000, 10_000, 0)
    moved = (np.diff(chains.draws, axis=1) != 0).any(axis=2).mean()
    assert 0.2 < moved < 0.5  # the best random walk on a normal in 2 dimensions accepts 0.35
    assert abs(z_scores(chains.draws**2, np.diag(spread))).max() < 4.5


def test_nuts_counts_trajectories_that_run_off() -> None:
    def steep(theta: jax.Array) -> jax.Array:
        """A funnel: the second parameter's scale is the exponential of the first."""
        return -0.5 * (theta[0] / 3) ** 2 - 0.5 * (theta[1] * jnp.exp(-theta[0])) ** 2 - theta[0]

    assert nuts(steep, starts(2), 500, 400, 0).diverged > 0


def test_few_trajectories_of_nuts_go_round_and_round() -> None:
    """On many normals alike, 8 of these steps are half a circle: without jitter the mean trajectory has 800 steps."""
    chains = nuts(lambda theta: -0.5 * theta @ theta, starts(300), 200, 400, 2)
    assert chains.evaluations / chains.log_prob.size < 200


def test_metropolis_moves_on_where_the_first_draws_are_fewer_than_the_dimensions() -> None:
    d = 60
    chains = metropolis(gaussian(np.zeros(d), np.eye(d)), starts(d), 500, 200, 0)
    assert (np.diff(chains.draws, axis=1) != 0).any(axis=2).mean() > 0.01


@pytest.mark.parametrize(("sampler", "warmup"), [(metropolis, 19), (nuts, 3)])
def test_a_warm_up_that_is_too_short_is_refused(sampler: Sampler, warmup: int) -> None:
    with pytest.raises(ValueError, match=f"warmup is {warmup}; give at least "):
        sampler(gaussian(np.zeros(2), np.eye(2)), starts(2), 10, warmup, 0)
