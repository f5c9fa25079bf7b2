"""The studies of samplers, on toy runs: what they measure is what they say, and only one number varies at a time."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import norm

from secondlook.data import DataError
from secondlook.runs import Run
from secondlook.samplers import Chains
from secondlook.studies import dimensions, samplers
from secondlook.studies.dimensions import CHAINS, WIDTH, DimensionRun
from secondlook.studies.samplers import Estimate, SamplerRun


def toy(method: str, draws: int, warmup: int = 100) -> SamplerRun:
    config = next(config for config in samplers.STUDY.toy if config.arm == "toy gibbs")
    assert isinstance(config, SamplerRun)
    return dataclasses.replace(config, method=method, draws=draws, warmup=warmup)


@pytest.fixture(scope="module")
def gibbs() -> Run:
    return samplers.run(toy("gibbs", 2_048))


def test_errors_are_in_true_standard_deviations() -> None:
    truth = Estimate(np.array([1.0, 10.0]), np.array([0.5, 2.0]), 0)
    found = Estimate(np.array([1.5, 8.0]), np.array([1.0, 1.0]), 0)
    assert samplers.errors(found, truth) == pytest.approx((1.0, np.log(2)))
    assert samplers.errors(truth, truth) == (0, 0)


def test_a_summary_is_that_of_the_first_draws_and_of_their_share_of_the_time() -> None:
    draws = np.random.default_rng(0).normal(size=(2, 100, 3))
    found = samplers.summary(Chains(draws, draws[..., 0], 200, seconds=10.0, warmup_seconds=3.0), 25)
    assert found.mean == pytest.approx(draws[:, :25].reshape(-1, 3).mean(axis=0))
    assert found.sd == pytest.approx(draws[:, :25].reshape(-1, 3).std(axis=0))
    assert found.seconds == pytest.approx(5.5)


def test_a_sampler_comes_closer_with_its_budget(gibbs: Run) -> None:
    error, seconds = gibbs.curves["mean_error"], gibbs.curves["seconds"]
    assert len(error) == samplers.CHECKPOINTS
    assert error[-1] < error[0] / 3
    assert error[-1] < 0.05 and gibbs.scores["sd_error"] < 0.05 and gibbs.scores["rhat"] < 1.01
    assert (np.diff(seconds) > 0).all()
    again = samplers.run(toy("gibbs", 2_048))
    assert again.scores == gibbs.scores


def test_advi_stops_at_an_error_that_no_budget_removes(gibbs: Run) -> None:
    found = samplers.run(toy("advi", 2_048))
    late = found.curves["sd_error"][-3:]
    assert late.min() > 0.5  # mean field: the patients' serum measurements are correlated
    assert found.scores["mean_error"] < 0.2
    assert (found.items["sd"] < found.items["true_sd"]).all()
    assert np.array_equal(found.items["true_sd"], gibbs.items["true_sd"])
    assert found.items["evaluations"] == 20_480


def test_only_the_data_the_study_names_are_sampled() -> None:
    with pytest.raises(DataError, match=r"data 0123: not known here; name data of fingerprint [0-9a-f]{16}$"):
        samplers.model("0123")


def test_series_have_the_law_they_are_said_to_have() -> None:
    data = dimensions.series(4_000, 40, np.random.default_rng(0))
    x = np.concatenate([data.windows[:, :-1, 0], data.windows[:, -1]], axis=1)
    assert x.shape == (4_000, 40)
    assert x.var() == pytest.approx(1 + 0.25, rel=0.05)
    within = x - x.mean(axis=1, keepdims=True)
    smooth = (within[:, 1:] * within[:, :-1]).mean(axis=1) / (within**2).mean(axis=1)
    odds = expit(2 * np.sqrt(2) * norm.ppf((np.arange(1000) + 0.5) / 1000))
    assert np.asarray(data.y).mean() == pytest.approx(odds.mean(), abs=0.03)
    y = np.asarray(data.y, bool)
    assert x[y].mean() - x[~y].mean() > 0.3
    assert smooth[y].mean() - smooth[~y].mean() > 0.2


def test_logits_are_those_of_a_convolution_written_out() -> None:
    rng = np.random.default_rng(0)
    windows, kernels = rng.normal(size=(3, 5, WIDTH)), 2
    theta = rng.normal(size=kernels * (WIDTH + 2) + 1)
    weight, bias, out = theta[:8].reshape(WIDTH, 2), theta[8:10], theta[10:12]
    expected = [
        sum(
            out[k] * 4 / np.sqrt(2) * np.mean([np.tanh(windows[i, t] @ weight[:, k] + bias[k]) for t in range(5)])
            for k in range(2)
        )
        + theta[12]
        for i in range(3)
    ]
    found = dimensions.logits(jnp.asarray(theta, jnp.float32), jnp.asarray(windows, jnp.float32))
    assert np.asarray(found) == pytest.approx(np.array(expected), abs=1e-5)


def test_the_log_joint_is_bernoulli_times_normal_up_to_a_constant() -> None:
    data = dimensions.series(10, 8, np.random.default_rng(1))
    target = dimensions.log_joint(data)
    gaps = []
    for seed in range(3):
        theta = jax.random.normal(jax.random.key(seed), (13,))
        p = expit(np.asarray(dimensions.logits(theta, data.windows), float))
        expected = np.log(np.where(np.asarray(data.y) == 1, p, 1 - p)).sum() + norm.logpdf(theta).sum()
        gaps.append(float(target(theta)) - expected)
    assert gaps == pytest.approx([gaps[0]] * 3, abs=1e-4)


def test_one_number_varies_at_a_time() -> None:
    base = next(config for config in dimensions.STUDY.full if config.arm == "net")
    assert isinstance(base, DimensionRun)
    for what, values in dimensions.NETS.items():
        for value in values:
            found = next(c for c in dimensions.STUDY.full if c.arm == dimensions.net_arm(what, value) and c.seed == 0)
            assert found == dataclasses.replace(base, arm=found.arm, **{what: value})  # type: ignore[arg-type]
    assert all((c.parameters - 1) % (WIDTH + 2) == 0 for c in dimensions.STUDY.full if c.items)  # type: ignore[attr-defined]


def test_a_walk_on_a_standard_normal_is_worth_less_in_more_dimensions() -> None:
    """A random walk's step must shrink as 1/√d, so that its draws are worth 1/d (Roberts and Rosenthal 2001)."""
    config = next(config for config in dimensions.STUDY.toy if config.arm == "toy normal")
    assert isinstance(config, DimensionRun)
    few, many = (
        dimensions.run(dataclasses.replace(config, parameters=d, draws=20_000, warmup=10_000)) for d in (2, 16)
    )
    ratio = few.items["ess"] / many.items["ess"]
    assert 4 < ratio < 16
    assert few.scores["rhat"] < 1.02
    assert few.scores["log_prob"] == pytest.approx(-1, abs=0.1)
    assert few.items["evaluations"] == CHAINS * 20_000
