"""The studies of MNIST, on toy runs: each method does what it says, and measures mean what they say."""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from secondlook import runs, scores
from secondlook.data import DataError, digits
from secondlook.data.dataset import Split
from secondlook.studies import study
from secondlook.studies.mnist import cost, measures, methods, nuts, pictures
from secondlook.studies.mnist.config import Method, MnistRun
from secondlook.studies.mnist.study import CLASSES, STUDY

DATA = pictures.load(digits.load().fingerprint)
X = DATA.test.x[:50]
POINT = next(config for config in STUDY.toy if config.arm == "toy point estimate" and config.seed == 0)
assert isinstance(POINT, MnistRun)
SHORT = replace(POINT, epochs=40, hidden=(30,))


@cache
def fitted(method: Method = "point estimate", seed: int = 0) -> methods.Fit:
    """A short fit; all methods that train as a point estimate does share its compiled step."""
    config = replace(SHORT, method=method, seed=seed)
    own = method in ("dropout", "variational")
    settings = replace(config if own else SHORT, study="", arm="", seed=0, data="", version=0)
    return methods.fit(config, settings, DATA, CLASSES)


def test_a_temperature_changes_no_class_and_is_fitted_to_the_pictures_set_apart() -> None:
    point, scaled = fitted(), fitted("temperature")
    scale = scaled.tuned["scale"]
    powers = point.predict(X).astype(np.float64) ** scale
    assert scaled.predict(X) == pytest.approx(powers / powers.sum(axis=2, keepdims=True), abs=1e-5)
    logits = np.log(point.predict(DATA.valid.x)[0].astype(np.float64))
    losses = [scores.negative_log_likelihood(s * logits, DATA.valid.y) for s in (0.9 * scale, scale, 1.1 * scale)]
    assert losses[1] == min(losses)


def test_the_members_of_an_ensemble_are_point_estimates_of_other_seeds() -> None:
    members = fitted("ensemble", seed=0).predict(X)
    assert len(members) == methods.MEMBERS
    for seed in (0, 3):
        assert members[seed] == pytest.approx(fitted(seed=seed).predict(X)[0], abs=1e-6)


def test_an_ensemble_of_one_net_again_and_again_scores_as_that_net() -> None:
    one = fitted().predict(X)
    (alone, _), (many, items) = (measures.of_test(np.repeat(one, n, axis=0), DATA.test.y[:50]) for n in (1, 5))
    assert all(many[name] == pytest.approx(alone[name], abs=1e-6) for name in alone)
    assert items["epistemic"].max() < 1e-6 and many["mean_sd/wrong"] < 1e-6
    assert many["wrong_and_unanimous"] == many["wrong"]


def test_dropout_drops_other_units_each_time_and_the_same_in_a_second_run() -> None:
    fit = fitted("dropout")
    draws = fit.predict(X)
    assert draws.shape == (methods.DRAWS, 50, CLASSES)
    assert len(np.unique(draws[:, 0, 0])) > methods.DRAWS / 2
    assert np.array_equal(draws, fit.predict(X))


def test_last_layer_laplace_of_a_huge_precision_is_the_point_estimate(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(methods, "PRECISIONS", (1e14,))
    draws = fitted.__wrapped__("last-layer Laplace").predict(X)
    assert draws == pytest.approx(np.repeat(fitted().predict(X), methods.DRAWS, axis=0), abs=1e-4)


def test_last_layer_laplace_takes_the_precision_that_predicts_best(monkeypatch: pytest.MonkeyPatch) -> None:
    losses = {}
    for precision in (1e-3, 1.0, 1e3, 1e6):
        monkeypatch.setattr(methods, "PRECISIONS", (precision,))
        mean = fitted.__wrapped__("last-layer Laplace").predict(DATA.valid.x).mean(axis=0)
        losses[precision] = -np.log(mean[np.arange(len(mean)), DATA.valid.y]).mean()
    monkeypatch.setattr(methods, "PRECISIONS", tuple(losses))
    assert fitted.__wrapped__("last-layer Laplace").tuned == {"precision": min(losses, key=lambda of: losses[of])}


def test_a_variational_net_predicts_by_draws_from_its_posterior() -> None:
    fit = fitted("variational")
    draws = fit.predict(X)
    assert draws.shape == (methods.DRAWS, 50, CLASSES)
    assert draws.std(axis=0).max() > 0.01
    assert fit.curves["valid_nll"].shape == (SHORT.epochs,)
    assert fit.curves["valid_nll"][-1] < fit.curves["valid_nll"][0]
    assert fit.curves["elbo"].shape == (SHORT.epochs,)
    assert fit.curves["elbo"][0] < fit.curves["elbo"][-1] < 0


def made(seed: int = 0, n: int = 40) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    return softmax(3 * rng.normal(size=(6, n, CLASSES)), axis=2), rng.integers(CLASSES, size=n)


def test_doubts_are_what_they_are_called() -> None:
    draws, _ = made()
    found, mean = measures.doubts(draws), draws.mean(axis=0)
    assert found["expected_error"] == pytest.approx(1 - mean.max(axis=1))
    assert found["total"] == pytest.approx(-(mean * np.log(mean)).sum(axis=1))
    within = -(draws * np.log(draws)).sum(axis=2).mean(axis=0)
    assert found["epistemic"] == pytest.approx(found["total"] - within)
    assert found["sd"][7] == pytest.approx(draws[:, 7, mean[7].argmax()].std())
    assert set(measures.doubts(draws[:1])) == {"expected_error", "total"}


def test_scores_of_the_test_pictures_agree_with_the_items() -> None:
    draws, y = made()
    found, items = measures.of_test(draws, y)
    right = items["right"]
    assert found["test_accuracy"] == right.mean() and found["wrong"] == (~right).sum()
    assert found["test_nll"] == pytest.approx(-np.log(draws.mean(axis=0)[np.arange(40), y]).mean())
    assert found["mean_sd/wrong"] == pytest.approx(measures.doubts(draws)["sd"][~right].mean())
    assert found["error/epistemic"] == pytest.approx(scores.auroc(items["epistemic"], ~right), abs=0.01)
    assert found["one_draw_accuracy"] == pytest.approx(np.mean(draws.argmax(axis=2) == y))
    agree = [len(set(draws[:, i].argmax(axis=1))) == 1 for i in range(40)]
    assert found["wrong_and_unanimous"] == np.sum(agree & ~right)


def test_pictures_set_apart_are_predicted_by_the_mean_over_draws() -> None:
    toy = next(config for config in STUDY.toy if config.arm == "toy variational, normal")
    assert isinstance(toy, MnistRun)
    short = replace(toy, epochs=5)
    settings = replace(short, study="", arm="", data="", version=0)
    mean = methods.fit(short, settings, DATA, CLASSES).predict(DATA.valid.x).mean(axis=0)
    expected = -np.log(mean[np.arange(len(mean)), DATA.valid.y]).mean()
    assert STUDY.run(short).scores["valid_nll"] == pytest.approx(expected, abs=1e-5)


def test_foreign_pictures_are_the_positive_ones() -> None:
    sure, unsure = softmax(9 * np.eye(CLASSES), axis=1)[None], np.full((1, 7, CLASSES), 0.1)
    found = measures.of_foreign(unsure, sure, "grey")
    assert found["foreign/grey/expected_error"] == found["foreign/grey/total"] == 1
    assert found["mean_expected_error/grey"] == pytest.approx(0.9)


def test_the_pictures_shown_are_the_extremes() -> None:
    draws, y = made(1, 60)
    pixels = np.arange(60)
    found, mean = measures.shown(draws, y, pixels), draws.mean(axis=0)
    doubt, right = 1 - mean.max(axis=1), mean.argmax(axis=1) == y
    least, surest = found["least_confident/pixels"], found["surest_errors/pixels"]
    assert doubt[least].min() >= np.delete(doubt, least).max()
    assert not right[surest].any() and doubt[surest].max() <= np.delete(doubt, surest)[~np.delete(right, surest)].min()
    assert np.array_equal(found["least_confident/class"], y[least])
    votes = np.bincount(draws[:, least[0]].argmax(axis=1), minlength=CLASSES) / 6
    assert found["least_confident/votes"][0] == pytest.approx(votes, abs=1e-3)


def test_every_run_of_the_studies_has_a_name_of_its_own() -> None:
    configs = [one for name in ("mnist", "mnist_nuts", "mnist_cost") for one in (*study(name).full, *study(name).toy)]
    assert len({runs.key(config) for config in configs}) == len(configs)


def race(method: str, **settings: Any) -> nuts.RaceRun:
    found = nuts.STUDY.toy[0]
    assert isinstance(found, nuts.RaceRun)
    return replace(found, method=method, **settings)


def test_a_longer_variational_run_begins_as_a_shorter_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nuts, "CHECKPOINTS", 3)
    long, short = (nuts.run(race("variational", budget=budget)) for budget in (16, 8))
    assert np.array_equal(long.items["gradients"], [4, 8, 16])
    assert long.items["nll"][:2] == pytest.approx(short.items["nll"][1:])
    assert long.items["nll"][-1] < long.items["nll"][0]
    assert np.all(np.diff(long.items["seconds"]) > 0)


def test_nuts_counts_its_warm_up_and_means_are_over_the_draws_so_far(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nuts, "CHECKPOINTS", 4)
    found = nuts.run(race("nuts", budget=8, warmup=20, hidden=1))
    gradients, y = found.items["gradients"], nuts.pictures(POINT.data).test.y
    assert gradients[0] - np.diff(gradients)[0] >= nuts.CHAINS * 20  # what the warm-up took
    assert np.diff(gradients)[1:] == pytest.approx(2 * np.diff(gradients)[:-1])
    p = found.items["probability"].astype(np.float64)
    assert found.scores["nll"] == pytest.approx(-np.log(p[np.arange(len(y)), y]).mean(), abs=0.01)


def test_only_the_digits_are_raced_on_and_all_of_them() -> None:
    train, test = nuts.pictures(POINT.data)
    assert isinstance(train, Split) and (len(train.y), len(test.y)) == (1078, 719)
    with pytest.raises(DataError, match=r"data 0123: not known here; name data of fingerprint [0-9a-f]{16}$"):
        nuts.pictures.__wrapped__("0123")


def test_no_other_data_are_taken_for_mnist() -> None:
    with pytest.raises(DataError, match=r"data 0123: not known here; name data of fingerprint [0-9a-f]{16} or"):
        pictures.load("0123")


@pytest.mark.parametrize("method", cost.METHODS)
def test_a_step_is_counted_on_the_net_it_is_for(method: cost.Method) -> None:
    toy = cost.STUDY.toy[0]
    assert isinstance(toy, cost.CostRun)
    small, large = (cost.run(replace(toy, method=method, width=5, items=items)) for items in (64, 128))
    assert small.scores["parameters"] == 785 * 5 + 6 * 5 + 6 * 10
    assert large.scores["operations"] / small.scores["operations"] == pytest.approx(2, rel=0.35)
    assert large.items["bytes"] > small.items["bytes"] > 4 * small.scores["parameters"]
    assert large.items["seconds"] > 0
