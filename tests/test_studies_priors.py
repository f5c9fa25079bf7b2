"""The studies of priors: each way to a posterior is held against the density it is of; scores mean what they say."""

import dataclasses
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from secondlook import check, runs
from secondlook.data import moons as data
from secondlook.runs import Run
from secondlook.studies import study
from secondlook.studies.priors import hierarchical, measures, moons, posteriors, sparsity
from secondlook.studies.priors.moons import MoonsRun
from secondlook.variational.full_batch import chosen
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Prior

NAMES = ("priors", "priors_nuts", "sparsity", "hierarchical")
PRIOR = Prior("normal", 1.0, "inverse-gamma")
TRAIN = data.load(60, 2, 0)["train"]


def toy(of: str, arm: str) -> Any:
    return next(config for config in study(of).toy if config.arm == arm)


@pytest.fixture(scope="module")
def model() -> posteriors.FullBatch:
    return posteriors.small_net(moons.SHAPE, PRIOR, 60, 300, moons.RATE)


@pytest.fixture(scope="module")
def run() -> Run:
    return moons.run(toy("priors", "toy normal inverse-gamma"))


def test_a_run_depends_on_its_config_alone(run: Run) -> None:
    again = moons.run(toy("priors", "toy normal inverse-gamma"))
    assert again.scores == run.scores
    assert all(np.array_equal(again.items[name], run.items[name]) for name in run.items)


def test_the_best_of_several_starts_is_no_lower_than_the_first(run: Run) -> None:
    best = moons.run(toy("priors_nuts", "toy best of 2"))
    assert best.scores["elbo"] == best.items["elbos"].max()
    assert best.items["elbos"][0] == pytest.approx(run.scores["elbo"], abs=1e-2)
    assert len(best.items["elbos"]) == 2


def test_the_elbo_reached_is_the_mean_of_many_draws_at_the_end(model: posteriors.FullBatch) -> None:
    states, path = model.climb(model.starts([0]), *TRAIN)
    at_the_end, again = chosen(states, 0), []
    others = at_the_end.others
    objective = jax.jit(model.objective)
    for _ in range(300):
        value, others = objective(at_the_end.weights, others, *TRAIN)
        again.append(-60 * float(value))
    found = posteriors.variational(model, model.starts([0]), *TRAIN, 0).scores["elbo"]
    assert found == pytest.approx(path[0, -30:].mean(), rel=1e-5)
    assert abs(found - np.mean(again)) < 5 * np.std(again) / np.sqrt(30)


def test_the_mode_is_where_the_joint_density_is_flat(model: posteriors.FullBatch) -> None:
    joint, starts = Joint(model.model, *TRAIN), model.starts([0, 1])
    found = posteriors.mode(model, joint, starts)
    slope = jax.jit(jax.grad(joint.log_prob))
    begin = jnp.asarray(model.loc_and_sd(chosen(starts, 0))[0])
    assert np.abs(slope(found.theta[0])).max() < 0.02 * np.abs(slope(begin)).max()
    assert found.scores["log_joint"] == pytest.approx(float(joint.log_prob(jnp.asarray(found.theta[0]))), rel=1e-4)
    assert found.scores["log_joint"] > float(joint.log_prob(begin))


def test_a_start_at_the_mode_has_its_weights_and_the_usual_spread(model: posteriors.FullBatch) -> None:
    starts = model.starts([3, 4])
    theta = np.linspace(-1, 1, len(model.loc_and_sd(chosen(starts, 0))[0]), dtype=np.float32)[None]
    loc, sd = model.loc_and_sd(chosen(posteriors.at(model, theta, starts), 0))
    assert np.array_equal(loc, theta[0])
    assert np.array_equal(sd, model.loc_and_sd(chosen(starts, 0))[1])


def test_a_sampler_of_a_net_without_data_draws_the_prior() -> None:
    prior = Prior("laplace", 0.5)
    net = posteriors.small_net((2, 2), prior, 1, 300, moons.RATE)
    joint = Joint(net.model, np.zeros((0, 2), np.float32), np.zeros(0, np.int32))
    found = posteriors.sampled(net, joint, prior, 4, 500, 0, TRAIN.x[:3])
    assert found.theta.shape == (1_000, 6)
    assert np.abs(found.theta).mean() == pytest.approx(0.5, abs=0.05)  # the mean size of a Laplace weight is its scale
    assert found.scores["rhat"] < 1.05
    assert found.scores["rhat_of_weights"] < 1.05


def test_no_predictions_are_better_than_those_of_the_law_itself(run: Run) -> None:
    config = dataclasses.replace(toy("priors_nuts", "toy law of the data"), n_test=20_000)
    best, line = (moons.run(dataclasses.replace(config, method=name)) for name in moons.REFERENCES)
    assert best.scores["test_nll"] < line.scores["test_nll"]
    assert best.scores["test_accuracy"] > line.scores["test_accuracy"]
    assert best.scores["epistemic"] == pytest.approx(0, abs=1e-12)


def test_maps_go_row_by_row_from_below() -> None:
    run = moons.run(toy("priors_nuts", "toy law of the data"))
    rows = run.items["map_probability"].reshape(moons.GRID, moons.GRID)
    assert rows[0].mean() > 0.7 > 0.3 > rows[-1].mean()  # class 1 is the lower moon
    assert rows[0, 0] < 0.1 < 0.9 < rows[0, -1]  # and lies to the right
    np.testing.assert_allclose(moons.grid()[moons.GRID - 1], [moons.SIDES[0][1], moons.SIDES[1][0]], rtol=1e-6)


def test_scores_are_those_of_the_predictions() -> None:
    split = data.load(30, 50, 0)
    draws = np.random.default_rng(0).dirichlet([1, 1], size=(4, 30 + 50 + moons.GRID**2))
    run = moons.scored(lambda x: draws, split)
    fitted, predicted = draws[:, :30], draws[:, 30:80].mean(axis=0)
    of_true = fitted[:, np.arange(30), split["train"].y]
    assert run.scores["log_likelihood"] == pytest.approx(np.log(of_true).sum() / 4)
    assert run.scores["train_nll"] == pytest.approx(-np.log(of_true.mean(axis=0)).mean())
    assert run.scores["test_accuracy"] == np.mean((predicted[:, 1] > 0.5) == split["test"].y)
    np.testing.assert_allclose(run.items["test_probability"], predicted[:, 1], atol=1e-3)


def test_a_probability_of_zero_costs_much_but_not_all() -> None:
    assert measures.nll(np.array([[1.0, 0.0], [0.5, 0.5]]), np.array([1, 0])) == pytest.approx(
        (87.34 + 0.693) / 2, 1e-3
    )


def test_sizes_of_weights_have_the_scale_in_them(model: posteriors.FullBatch) -> None:
    d = len(model.loc_and_sd(model.start(0))[0])
    theta = np.full((3, d), np.log(2), np.float32)
    found = moons.of_layers(model, PRIOR, theta)
    assert found["scale 3"] == pytest.approx(2)
    assert found["size 1"] == pytest.approx(2 * np.log(2))
    fixed = moons.of_layers(model, Prior("normal"), theta)
    assert fixed["size 1"] == pytest.approx(np.log(2))


@pytest.mark.parametrize("law", sparsity.LAWS)
def test_at_the_mode_the_likelihood_pulls_as_hard_as_the_prior(law: Any) -> None:
    config = dataclasses.replace(toy("sparsity", "toy laplace mode"), law=law, sd=0.7)
    train, _ = sparsity.load(0, 100)
    net = posteriors.small_net((64, 10), config.prior, 100, 300, sparsity.RATE)
    theta = sparsity.mode(config, net, train).theta[0]
    pull = np.asarray(jax.jit(jax.grad(Joint(net.model, *train).log_likelihood))(theta))
    if law == "normal":
        np.testing.assert_allclose(pull, theta / 0.7**2, atol=0.01)
        return
    most, zero = np.sqrt(2) / 0.7, theta == 0
    assert 0.5 < zero.mean() < 1
    np.testing.assert_allclose(pull[~zero], most * np.sign(theta[~zero]), rtol=0.01)
    assert np.abs(pull[zero]).max() < 1.01 * most


def test_both_laws_have_the_same_variance() -> None:
    from secondlook.variational.priors import standard

    config = toy("sparsity", "toy laplace mode")
    for law in sparsity.LAWS:
        prior = dataclasses.replace(config, law=law).prior
        assert prior.scale * float(standard(prior.law).stddev()) == pytest.approx(config.sd)


def test_pruning_leaves_the_share_worth_most_and_the_biases() -> None:
    theta = np.arange(1.0, 25.0).reshape(2, 12)
    worth = np.array([5, 1, 4, 2, 3, 9, 8, 7, 6, 0])
    left = sparsity.pruned(theta, worth, 0.3)
    assert np.flatnonzero(left[0]).tolist() == [5, 6, 7, 10, 11]
    assert np.array_equal(left[:, 10:], theta[:, 10:])
    assert np.array_equal(sparsity.pruned(theta, worth, 1.0), theta)


def test_a_sparse_run_counts_its_zeros_and_its_pruning_begins_with_all_weights() -> None:
    run = sparsity.run(toy("sparsity", "toy laplace variational"))
    assert run.scores["zero"] == run.scores["zero_means"] == 0
    assert np.all(np.diff(run.items["means"]) >= 0)
    assert np.all(np.diff(run.items["near_zero"]) >= 0)
    for order in ("size", "ratio"):
        assert run.items[f"{order}/test_nll"][0] == pytest.approx(run.scores["test_nll"])
        assert run.items[f"{order}/test_accuracy"][-1] < run.scores["test_accuracy"]
    mode = sparsity.run(toy("sparsity", "toy laplace mode"))
    assert mode.scores["zero"] == mode.scores["zero_means"] == mode.items["means"][0] > 0.5
    assert "ratio/test_nll" not in mode.items


def test_five_folds_test_every_item_once_and_are_standardised_by_training() -> None:
    folds = [hierarchical.load("wine", seed) for seed in range(5)]
    assert sum(len(fold["test"].y) for fold in folds) == 178
    np.testing.assert_allclose(folds[0]["train"].x.mean(axis=0), 0, atol=1e-5)
    np.testing.assert_allclose(folds[0]["train"].x.std(axis=0), 1, rtol=1e-4)
    assert not np.array_equal(hierarchical.load("wine", 5)["test"].x, folds[0]["test"].x)
    train, test = (len(folds[0][name].y) for name in ("train", "test"))
    assert test / train == pytest.approx(hierarchical.OVERLAP, rel=0.05)


def test_a_net_with_a_learnt_scale_learns_iris() -> None:
    run = hierarchical.run(toy("hierarchical", "toy inverse-gamma"))
    assert run.scores["test_accuracy"] > 0.85
    assert run.scores["scale 1"] > 0
    assert run.curves["elbo"][-1] > run.curves["elbo"][0]


def test_arms_have_names_of_their_own_and_differ_in_what_is_said() -> None:
    configs = [config for name in NAMES for config in (*study(name).full, *study(name).toy)]
    assert len({runs.key(config) for config in configs}) == len(configs)
    for name in NAMES:
        for comparison in study(name).comparisons:
            a, b = check.settings(comparison.arm), check.settings(comparison.against)
            assert {field for field in a if a[field] != b[field]} == comparison.varies


def test_the_priors_are_three_laws_by_four_scales() -> None:
    full = [config for config in study("priors").full if isinstance(config, MoonsRun) and config.n_train == 200]
    assert len({config.prior for config in full}) == 12
    assert {config.seed for config in full} == set(range(20))
