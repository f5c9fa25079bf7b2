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
    y, predicted = np.array(pairs).T  # a class may be absent
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


def test_a_probability_of_zero_has_the_logarithm_of_the_least_of_float32() -> None:
    logs = scores.log_probabilities(np.array([1.0, 0.5, np.float32(1e-45), 1e-60, 0.0]))
    assert logs[:2] == pytest.approx([0, -np.log(2)])
    assert logs[2:] == pytest.approx(np.full(3, -149 * np.log(2)))  # 2 ** -149


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


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_brier_of_a_guess_a_truth_and_a_lie(classes: int) -> None:
    y = np.arange(4 * classes) % classes
    truth = np.eye(classes)[y]
    assert scores.brier(np.full(truth.shape, 1 / classes), y) == pytest.approx(1 - 1 / classes)
    assert scores.brier(truth, y) == 0
    assert scores.brier(np.roll(truth, 1, axis=1), y) == 2


def test_brier_agrees_with_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    p, y = rng.dirichlet(np.ones(4), 60), rng.integers(4, size=60)
    theirs = metrics.brier_score_loss(y, p, labels=range(4))
    assert scores.brier(p, y) == pytest.approx(theirs)


def test_brier_is_proper_no_other_prediction_is_better_on_average() -> None:
    rng = np.random.default_rng(1)
    true, other = rng.dirichlet(np.ones(3), (2, 1000))

    def expected(p: np.ndarray) -> np.ndarray:
        each = [[scores.brier(row[None], np.array([c])) for c in range(3)] for row in p]
        return np.sum(true * each, axis=1)

    assert np.allclose(expected(other) - expected(true), np.sum((other - true) ** 2, axis=1))


SCORED = st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=30).filter(
    lambda pairs: 0 < sum(positive for _, positive in pairs) < len(pairs)
)


@given(SCORED)
def test_auroc_counts_the_pairs_that_stand_right_and_agrees_with_scikit_learn(pairs: list[tuple[int, bool]]) -> None:
    score, positive = np.array([s for s, _ in pairs]), np.array([which for _, which in pairs])
    right = [float(s > t) + (s == t) / 2 for s in score[positive] for t in score[~positive]]
    assert scores.auroc(score, positive) == pytest.approx(np.mean(right))
    assert scores.auroc(score, positive) == pytest.approx(metrics.roc_auc_score(positive, score))


@given(SCORED)
def test_auroc_is_of_ranks_and_turns_over_with_the_score_or_the_labels(pairs: list[tuple[int, bool]]) -> None:
    score, positive = np.array([s for s, _ in pairs]), np.array([which for _, which in pairs])
    area = scores.auroc(score, positive)
    assert scores.auroc(np.arctan(score) + 5, positive) == pytest.approx(area)
    assert scores.auroc(-score, positive) == pytest.approx(1 - area)
    assert scores.auroc(score, ~positive) == pytest.approx(1 - area)


@given(SCORED)
def test_each_item_is_placed_among_the_other_group(pairs: list[tuple[int, bool]]) -> None:
    score, positive = np.array([s for s, _ in pairs]), np.array([which for _, which in pairs])
    sign = np.where(positive, 1, -1)
    expected = [np.mean(np.heaviside(k * (s - score[sign != k]), 0.5)) for s, k in zip(score, sign, strict=True)]
    assert np.allclose(scores.placements(score, positive), expected)


@pytest.mark.parametrize(
    ("score", "positive", "fault"),
    [
        ([1.0, 2.0], [True, True], "^2 of 2 items are positive: give both groups$"),
        ([1.0, 2.0], [False, False], "^0 of 2 items are positive"),
        ([], [], "^0 of 0 items"),
        ([1.0, np.nan], [True, False], "give a number for each item"),
        ([1.0, 2.0, 3.0], [True, False], r"^scores \(3,\) of labels \(2,\): "),
    ],
)
def test_a_ranking_of_one_group_or_of_no_numbers_is_refused(
    score: list[float], positive: list[bool], fault: str
) -> None:
    with pytest.raises(ValueError, match=fault):
        scores.auroc(np.array(score), np.array(positive, bool))


@pytest.mark.parametrize(
    ("p", "fault"),
    [
        (np.array([[2.0, -1.0]]), "^probabilities down to -1 that sum to 1: give the softmax of logits$"),
        (np.array([[0.5, 0.5], [0.5, 0.6]]), "that sum to 1.1: "),
        (np.array([[0.5, np.nan]]), "that sum to nan: "),
        (np.array([0.5, 0.5]), r"^probabilities of shape \(2,\): give \(items, classes\)"),
        (np.zeros((0, 2)), r"^probabilities of shape \(0, 2\)"),
    ],
)
def test_what_is_not_probabilities_has_no_brier_score(p: np.ndarray, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        scores.brier(p, np.zeros(len(p), int))


def test_probabilities_of_half_precision_pass() -> None:
    p = np.random.default_rng(2).dirichlet(np.ones(1000), 5).astype(np.float16)
    assert scores.as_probabilities(p, "items", "classes").dtype == np.float64


@pytest.mark.parametrize("most", [80.0, 120.0])
def test_a_best_scale_near_the_largest_is_not_taken_for_it(most: float) -> None:
    rng = np.random.default_rng(0)
    logits = rng.normal(scale=2, size=(20_000, 3))
    y = (logits + rng.gumbel(size=logits.shape)).argmax(axis=1)
    assert scores.best_scale(logits / 76, y, most=most) == pytest.approx(76, rel=0.05)


@pytest.mark.parametrize(
    ("y", "fault"),
    [
        (np.array([0, 1]), r"classes int64 \(2,\) of 3 items"),
        (np.array([0.0, 1.0, 1.0]), r"classes float64 \(3,\) of 3 items"),
        (np.array([0, -1, 1]), "classes from -1 to 1: give numbers from 0 to 1"),
        (np.array([0, 2, 1]), "classes from 0 to 2: give numbers from 0 to 1"),
    ],
)
def test_labels_that_are_not_those_of_the_items_are_refused(y: np.ndarray, fault: str) -> None:
    p = np.full((3, 2), 0.5)
    for score in (scores.negative_log_likelihood, scores.brier):
        with pytest.raises(ValueError, match=fault):
            score(p, y)
    if len(y) == 3:
        with pytest.raises(ValueError, match=fault):
            scores.confusion(np.zeros(3, int), y, 2)
