"""The study of notebook 12: nets of songs that say how sure they are."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy.special import softmax

from secondlook import networks, scores
from secondlook.data.songs import Songs, fingerprint
from secondlook.regularisation import Strengths
from secondlook.studies import study
from secondlook.studies.songs import bayesian, doubts
from secondlook.studies.songs.arms import arm as songs_arm
from secondlook.studies.songs.bayesian import BayesianRun, fit, load, run, trainer
from secondlook.studies.songs.convolution import POOLED
from secondlook.studies.songs.doubting import Counted, Dropout, Point, with_dropout
from secondlook.studies.songs.run import fit as fit_songs_run
from secondlook.studies.songs.variational import METHODS, NAME, STUDY, SYNTHETIC_SEEDS, arm
from secondlook.variational.networks import genre_cnn
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer

CLASSES, INPUTS = 3, (20, 4)


def toy(**how: object) -> BayesianRun:
    """A run of one hundred toy songs and three epochs."""
    return replace(arm("toy segments", "point estimate", 100)[0], steps=6, **how)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def data() -> bayesian.Data:
    return load(toy())


def some_songs(n: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(n, *INPUTS)).astype(np.float32), rng.integers(CLASSES, size=n)


def draws(k: int, n: int) -> np.ndarray:
    return softmax(2 * np.random.default_rng(k).normal(size=(k, n, CLASSES)), axis=2)


def test_the_divergence_is_what_the_true_classes_show_on_average() -> None:
    """E over classes drawn from the true law of −log predicted, less the entropy of that law."""
    true, predicted = draws(2, 5)
    expected = np.mean([-true[i] @ np.log(predicted[i]) + true[i] @ np.log(true[i]) for i in range(5)])
    assert doubts.divergence(true, predicted) == pytest.approx(expected)
    assert doubts.divergence(true, true) == 0
    certain = np.eye(CLASSES)[[0, 1]]
    assert doubts.divergence(certain, np.full((2, CLASSES), 1 / CLASSES)) == pytest.approx(np.log(CLASSES))


def test_scores_of_draws_are_those_of_their_mean() -> None:
    p, y = draws(4, 40), np.arange(40) % CLASSES
    found, answered, items = doubts.of_draws(p, y)
    assert found["test_nll"] == pytest.approx(-np.log(p.mean(axis=0)[np.arange(40), y]).mean())
    assert found["test_total"] == pytest.approx(found["test_aleatoric"] + found["test_epistemic"])
    assert answered[-1] == pytest.approx(found["test_accuracy"])
    assert answered[9] == pytest.approx(found["test_half"])
    surest = np.argsort(-p.mean(axis=0).max(axis=1))[:2]
    assert answered[0] == pytest.approx(np.mean(p.mean(axis=0).argmax(axis=1)[surest] == y[surest]))
    assert items["probability"].shape == (40, CLASSES) and np.all(items["epistemic"] > 0)
    assert np.exp(doubts.logs(p)) == pytest.approx(p.mean(axis=0))


def test_one_draw_has_no_epistemic_doubt() -> None:
    found, _, items = doubts.of_draws(draws(1, 9), np.arange(9) % CLASSES)
    assert not any("epistemic" in name for name in found)
    assert np.all(items["epistemic"] == 0)


def test_a_probability_of_zero_costs_a_lot_and_not_everything() -> None:
    found = doubts.of_mean(np.eye(2), np.array([0, 0]))
    assert 40 < found["test_nll"] < 60


def build(prior: Prior) -> Callable[[], networks.Model]:
    return partial(genre_cnn, CLASSES, prior, "flipout", INPUTS)


@pytest.mark.parametrize("hyperprior", [None, "half-cauchy"])
def test_songs_counted_many_times_are_as_many_copies(hyperprior: str | None) -> None:
    prior = Prior("normal", 0.3, hyperprior)  # type: ignore[arg-type]
    x, y = some_songs(10)
    counted = Counted(build(prior), optax.sgd(0.1), n_train=10, times=7)
    copies = VariationalTrainer(build(prior), optax.sgd(0.1), n_train=70)
    state = counted.start(0)
    of = [float(t.objective(state.weights, state.others, x, jnp.asarray(y))[0]) for t in (counted, copies)]
    assert of[0] == pytest.approx(of[1], rel=1e-5)


def test_the_divergence_of_a_counted_net_is_that_of_its_layers() -> None:
    """With a fixed scale it is exact, and what the objective pays for it falls with the count."""
    x, y = some_songs(10)
    once, often = (Counted(build(Prior("normal", 0.3)), optax.sgd(0.1), 10, times) for times in (1, 4))
    state = once.start(0)
    assert once.divergence(state, x) == pytest.approx(once.divergence(state, x[:2]))
    by_layer = 0.0
    for loc, log_sd in zip(state.weights[::2], state.weights[1::2], strict=True):
        m, s = np.asarray(loc, np.float64) / 0.3, np.exp(np.asarray(log_sd, np.float64)) / 0.3
        by_layer += float(np.sum(0.5 * (m**2 + s**2 - 1) - np.log(s)))
    assert once.divergence(state, x) == pytest.approx(by_layer, rel=1e-4)
    of = [float(t.objective(state.weights, state.others, x, jnp.asarray(y))[0]) for t in (once, often)]
    assert of[0] - of[1] == pytest.approx(by_layer * (1 - 1 / 4) / 10, rel=1e-4)


def test_dropout_stands_before_each_fully_connected_layer_and_only_there() -> None:
    net = with_dropout(networks.genre_cnn(CLASSES, inputs=INPUTS))
    names = [type(layer).__name__ for layer in net.layers]
    after = [names[i + 1] for i, name in enumerate(names) if name == "Dropout"]
    assert after == ["Dense", "Dense"] and names.count("Dense") == 2


def test_draws_under_dropout_differ_and_are_decided_by_their_seed() -> None:
    model, (x, _) = Dropout(lambda: networks.genre_cnn(CLASSES, inputs=INPUTS)), some_songs(6)
    state = model.start(0)
    first, again, other = (model.draws(state, x, 3, seed) for seed in (1, 1, 2))
    assert first.shape == (3, 6, CLASSES)
    assert np.array_equal(first, again)
    assert not np.allclose(first, other) and not np.allclose(first[0], first[1])
    point = Point(lambda: networks.genre_cnn(CLASSES, inputs=INPUTS))
    mean = np.log(model.draws(state, x, 2000, 0)).mean(axis=0)
    alone = np.log(point.draws(point.at(state.weights), x, 1, 0)[0])
    assert np.corrcoef(mean.ravel(), alone.ravel())[0, 1] > 0.9  # kept numbers are scaled up


def test_a_run_learns_from_songs_of_its_seed_in_the_classes_proportions(data: bayesian.Data) -> None:
    x, y = data.splits["train"]
    assert len(y) == 100 and np.array_equal(np.bincount(y), [25] * 4)
    assert np.abs(x.mean(axis=0)).max() < 1e-4 and np.abs(x.std(axis=0) - 1).max() < 1e-3
    assert np.array_equal(load(toy()).splits["train"].x, x)
    assert not np.array_equal(load(replace(toy(), seed=1)).splits["train"].x, x)
    assert len(load(toy(songs=1000)).splits["train"].y) == 1000


def test_the_true_posterior_is_that_of_the_test_songs(data: bayesian.Data) -> None:
    assert data.true is not None
    y = data.splits["test"].y
    right = data.true.argmax(axis=1) == y
    assert right.mean() == pytest.approx(Songs(1.5, 0, classes=4).bayes_accuracy(2000)[0], abs=0.06)


def test_the_point_estimate_is_the_net_of_notebook_06(data: bayesian.Data) -> None:
    config = toy()
    theirs = songs_arm("made", "toy segments", "pooled", POOLED | {"epochs": 3}, seeds=1)[0]
    assert theirs.l2 == Strengths(0.01, 0.01, 0.0)
    ours = fit(config, data.splits, config.seed).end.weights
    for a, b in zip(ours, fit_songs_run(theirs, data.splits["train"], 4).weights, strict=True):
        assert np.allclose(a, b, atol=1e-6)


def test_a_fit_is_stopped_where_it_predicted_the_songs_set_apart_best(data: bayesian.Data) -> None:
    config = replace(toy(), steps=60)
    found, valid = fit(config, data.splits, 0), data.splits["valid"]
    model = trainer(config, data.splits)
    nll = scores.negative_log_likelihood(doubts.logs(model.draws(found.stopped, valid.x, 10, 0)), valid.y)
    assert nll == pytest.approx(found.curves["valid_nll"].min())
    assert found.curves["valid_nll"].argmin() < len(found.curves["valid_nll"]) - 1
    assert found.curves["steps"][0] == 2 and found.curves["steps"][-1] == 60


def test_a_continued_fit_starts_where_the_one_before_ended(data: bayesian.Data) -> None:
    config = toy(method="variational", before=10)
    before = fit(replace(config, times=10, before=0), data.splits, 0).end
    start = bayesian.start(config, data.splits, 0)
    assert all(map(np.array_equal, start.weights, before.weights))
    assert all(np.all(np.asarray(m) == 0) for m in jax.tree.leaves(start.optimizer))


def test_a_run_reads_its_net_three_ways(data: bayesian.Data) -> None:
    found = run(toy(method="ensemble"))
    assert run(toy(method="ensemble")).scores == found.scores
    assert found.scores["scaled/test_accuracy"] == found.scores["end/test_accuracy"]
    assert found.scores["scaled/test_nll"] != found.scores["end/test_nll"]
    assert {name.partition("/")[0] for name in found.scores if "/" in name} == {"end", "stopped", "scaled"}
    one = run(toy()).scores
    assert one["end/test_nll"] != found.scores["end/test_nll"] and "end/test_epistemic" not in one
    assert found.scores["end/test_kl"] > 0 and found.scores["end/test_epistemic"] > 0


def test_the_first_member_of_an_ensemble_is_the_point_estimate(data: bayesian.Data) -> None:
    alone, first = (fit(toy(method=method), data.splits, 0).end for method in ("point", "ensemble"))
    assert all(map(np.allclose, alone.weights, first.weights))


def test_arms_are_named_for_their_source_and_synthetic_songs_have_their_true_fingerprint() -> None:
    assert study(NAME) is STUDY
    for config in (*STUDY.full, *STUDY.toy):
        assert isinstance(config, BayesianRun) and config.arm.startswith(f"{config.source} ")
        if config.source in bayesian.LAWS:
            assert config.data == fingerprint(*bayesian.LAWS[config.source], seed=0)
    assert len({(config.arm, config.seed) for config in STUDY.full}) == len(STUDY.full)
    assert {len(arm("some order", name, 500)) for name in METHODS} >= {SYNTHETIC_SEEDS}


def test_arms_of_all_real_songs_learn_from_all() -> None:
    sizes = {config.arm: config.songs for config in STUDY.full if isinstance(config, BayesianRun)}
    assert (sizes["gtzan variational"], sizes["codewords point estimate"]) == (442, 976)
    assert sizes["gtzan point estimate, 110 songs"] == 110
