"""Scores, against scikit-learn and against their definitions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from secondlook import scores

LABELS = st.integers(2, 6).flatmap(
    lambda k: st.tuples(
        st.just(k), st.lists(st.tuples(st.integers(0, k - 1), st.integers(0, k - 1)), min_size=1, max_size=60)
    )
)


@given(LABELS)
def test_counts_and_rates_agree_with_scikit_learn(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    classes, pairs = drawn
    y, predicted = np.array(pairs).T
    y, predicted = np.append(y, range(classes)), np.append(predicted, range(classes))  # every class occurs
    counts = scores.confusion(predicted, y, classes)
    p, r, f, _ = metrics.precision_recall_fscore_support(y, predicted, labels=range(classes), zero_division=0)
    assert np.array_equal(counts, metrics.confusion_matrix(y, predicted, labels=range(classes)))
    assert np.allclose(scores.precision(counts), p)
    assert np.allclose(scores.recall(counts), r)
    assert np.allclose(scores.f1(counts), f)
    assert scores.accuracy(predicted, y) == pytest.approx(np.trace(counts) / counts.sum())


def test_guessing_scores_log_of_the_number_of_classes() -> None:
    assert scores.negative_log_likelihood(np.zeros((5, 10)), np.arange(5)) == pytest.approx(np.log(10), rel=1e-14)


def test_likelihood_is_stable_and_ignores_a_common_shift() -> None:
    logits = np.array([[1e4, 0.0], [0.0, -1e4]])
    y = np.array([1, 0])
    assert scores.negative_log_likelihood(logits, y) == pytest.approx(5e3)
    assert scores.negative_log_likelihood(logits + 7, y) == pytest.approx(5e3)


def test_likelihood_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    logits, y = rng.normal(size=(40, 4)), rng.integers(0, 4, 40)
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    theirs = metrics.log_loss(y, p, labels=range(4))
    assert scores.negative_log_likelihood(logits, y) == pytest.approx(theirs)


@given(LABELS)
def test_balanced_accuracy_agrees_with_scikit_learn(drawn: tuple[int, list[tuple[int, int]]]) -> None:
    classes, pairs = drawn
    y, predicted = np.array(pairs).T
    y, predicted = np.append(y, range(classes)), np.append(predicted, range(classes))
    assert scores.balanced_accuracy(predicted, y) == pytest.approx(metrics.balanced_accuracy_score(y, predicted))


@pytest.mark.parametrize("scale", [0.3, 1.0, 4.0])
def test_the_best_scale_undoes_the_scale_of_calibrated_logits(scale: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(20_000, 3))
    y = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)  # a draw from their softmax
    assert scores.best_scale(scale * logits, y) == pytest.approx(1 / scale, rel=0.05)
    gradient = [scores.negative_log_likelihood(by / scale * scale * logits, y) for by in (0.8, 1.0, 1.25)]
    assert gradient[1] < min(gradient[0], gradient[2])


def test_information_is_scikit_learn_s_less_what_chance_shows() -> None:
    rng = np.random.default_rng(0)
    y = rng.integers(4, size=500)
    predicted = np.where(rng.random(500) < 0.5, y, rng.integers(4, size=500))
    expected = metrics.mutual_info_score(y, predicted) - 9 / 1000
    assert scores.information(predicted, y, 4) == pytest.approx(expected)


def test_one_class_for_all_items_has_no_information() -> None:
    y = np.arange(30) % 5
    assert scores.information(np.full(30, 2), y, 5) == pytest.approx(0, abs=1e-12)


def test_where_every_item_is_right_no_factor_is_large_enough() -> None:
    y = np.arange(20) % 3
    assert scores.best_scale(5 * np.eye(3)[y], y, most=50) == 50


def test_information_of_a_guess_is_nothing_on_average() -> None:
    rng = np.random.default_rng(0)
    found = [scores.information(rng.integers(5, size=300), rng.integers(5, size=300), 5) for _ in range(400)]
    assert abs(np.mean(found)) < 4 * np.std(found) / 20 + 1e-3


def test_a_class_never_predicted_has_precision_zero_without_a_warning() -> None:
    assert np.array_equal(scores.precision(np.array([[2, 0], [3, 0]])), [0.4, 0.0])
