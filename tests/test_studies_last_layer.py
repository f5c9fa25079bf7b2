"""The studies of the last layer: on features that are what they are called."""

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from secondlook.data.dataset import Split
from secondlook.lastlayer import SoftmaxRegression, contrasts, posterior_mode
from secondlook.studies.last_layer import document, features, measures, methods, study
from secondlook.studies.last_layer.features import SOURCES, Trained
from secondlook.studies.last_layer.methods import Problem

RNG = np.random.default_rng(0)
X = np.column_stack([np.maximum(RNG.normal(size=(300, 4)), 0), np.ones(300)]).astype(np.float32)
WEIGHTS = RNG.normal(size=(5, 3))
SMALL = Split(X, (X @ WEIGHTS + RNG.gumbel(size=(300, 3))).argmax(axis=1))


@pytest.fixture(scope="module")
def net() -> Trained:
    return SOURCES["toy"](0)


def test_a_linear_model_of_the_features_is_the_network(net: Trained) -> None:
    found = features.load("toy", 0)
    assert found.classes == 4 and set(found.splits) == {"train", "valid", "test"}
    for name, split in found.splits.items():
        assert split.x.shape == (len(net.items[name].y), 201) and np.all(split.x[:, -1] == 1)
        assert split.x @ found.weights == pytest.approx(net.model.logits(net.state, net.items[name].x), abs=1e-4)
        assert np.array_equal(split.y, net.items[name].y)


def test_features_of_another_half_are_of_songs_that_the_net_has_not_seen() -> None:
    same, other = (features.of_half("toy segments", 0, other) for other in (False, True))
    assert all(np.array_equal(a, b) for a, b in zip(same.state.weights, other.state.weights, strict=True))
    whole = features.of_songs("toy segments", 0).items["train"].x
    together = np.concatenate([same.items["train"].x, other.items["train"].x])
    assert sorted(map(tuple, together[:, 0])) == sorted(map(tuple, whole[:, 0]))
    assert not {tuple(song) for song in same.items["train"].x[:, 0]} & {
        tuple(song) for song in other.items["train"].x[:, 0]
    }


def problem() -> Problem:
    posterior = SoftmaxRegression(SMALL.x, SMALL.y, 3)
    return Problem(posterior, posterior_mode(posterior), WEIGHTS, SMALL, 0)


def test_the_printed_log_likelihood_is_that_of_a_softmax_until_a_probability_is_zero() -> None:
    of, walkers = document.log_likelihood(SMALL, 3), RNG.normal(size=(70, 15))
    right = [log_softmax(X @ w.reshape(5, 3), axis=1)[np.arange(300), SMALL.y].sum() for w in walkers]
    assert of(walkers) == pytest.approx(np.array(right), rel=1e-5)
    assert of(1000 * walkers[:2]).tolist() == [-np.inf, -np.inf]


def test_the_ensemble_starts_around_the_fit_and_climbs_to_where_the_likelihood_is() -> None:
    steps = list(document.sample(SMALL, WEIGHTS, seed=0, steps=60))
    first, last = steps[0], steps[-1]
    assert [now.step for now in steps] == list(range(61)) and first.walkers.shape == (32, 5, 3)
    assert (first.walkers - WEIGHTS).std() == pytest.approx(1, abs=0.1)
    assert last.log_likelihood.mean() > first.log_likelihood.mean()
    moved = np.mean((last.walkers != steps[-2].walkers).any(axis=(1, 2)))
    assert last.moved == moved and 0 < moved < 1
    assert last.log_likelihood == pytest.approx(
        document.log_likelihood(SMALL, 3)(last.walkers.reshape(32, -1)), rel=1e-5
    )


def test_predictions_are_means_over_draws() -> None:
    draws = RNG.normal(size=(measures.BATCH + 3, 5, 3))
    p = softmax(np.einsum("ik,skc->sic", X, draws), axis=2)
    found = measures.predicted(X, draws)
    assert found.mean == pytest.approx(p.mean(axis=0), abs=1e-5)
    assert np.mean(found.classes == p.argmax(axis=2)) > 0.999


def test_the_distance_of_predictions_is_between_none_and_all() -> None:
    p, q = np.eye(3), np.eye(3)[[1, 2, 0]]
    assert measures.distance(p, p) == 0 and measures.distance(p, q) == 1
    assert measures.distance(np.array([[0.5, 0.5]]), np.array([[0.2, 0.8]])) == pytest.approx(0.3)


def test_sampled_draws_are_of_the_posterior_and_laplace_is_near_where_items_are_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(methods, "STEPS", 200)
    of = problem()
    sampled, near = methods.hmc(of), methods.laplace(of)
    assert sampled.scores["rhat"] < 1.03 and sampled.draws.shape[1:] == (5, 3)
    assert sampled.scores["log_prob"] == pytest.approx(of.mode.log_prob - 5, abs=1)  # half of 10 contrasts
    ratio = sampled.draws.std(axis=0) / near.draws.std(axis=0)
    assert ratio == pytest.approx(1, abs=0.25)


def test_what_the_document_averages_and_what_it_prints(monkeypatch: pytest.MonkeyPatch) -> None:
    found = methods.as_documented(problem())
    assert found.curves["look_nll"].shape == (len(methods.LOOKS),)
    assert all(len(found.curves[name]) == document.STEPS + 1 for name in ("log_likelihood", "finite", "level"))
    last = measures.of_mean(softmax(X @ found.draws[-1], axis=1), SMALL.y, "last")
    assert found.scores["last_nll"] == pytest.approx(last["last_nll"], rel=1e-4)


def test_an_ensemble_that_starts_at_minus_infinity_has_no_mean_height() -> None:
    long = Split(1000 * X, SMALL.y)
    found = methods.as_documented(problem()._replace(posterior=SoftmaxRegression(*long, 3), test=long))
    assert found.curves["finite"][0] == 0 and np.isnan(found.curves["log_likelihood"][0])


def test_a_layer_given_less_is_given_the_first_items_and_units() -> None:
    (config,) = study.arm("toy", "mode", 1, items=100, units=7)
    given, whole = study.given(config), features.load("toy", 0)
    assert config.arm == "toy mode, 100 songs, 7 units"
    assert np.array_equal(given.splits["train"].x, whole.splits["train"].x[:100, [*range(7), 200]])
    assert len(given.splits["test"].y) == len(whole.splits["test"].y) and given.weights.shape == (8, 4)


def test_the_mode_is_more_probable_than_the_trained_layer() -> None:
    data = features.load("toy", 0)
    posterior = SoftmaxRegression(*data.splits["train"], data.classes)
    (config,) = study.arm("toy", "mode", 1)
    found = study.run(config)
    assert found.scores["log_prob"] > float(posterior.log_prob(contrasts(data.weights)[None])[0])
    assert found.scores["distance"] == 0
    assert found.items["test_right"].mean() == found.scores["test_accuracy"]
