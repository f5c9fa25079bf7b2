"""Doubt and its parts: identities of information, and calibration of predictions that are calibrated by design."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from scipy.special import rel_entr

from secondlook import uncertainty
from secondlook.uncertainty import abstention, calibration_error, entropy, reliability, split


def some_draws(seed: int = 0, spread: float = 0.5) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(4, spread), (7, 30))


def calibrated(items: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities of three classes, and labels drawn from them."""
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.ones(3), items)
    return p, (rng.random((items, 1)) > p.cumsum(axis=1)[:, :-1]).sum(axis=1)


def test_entropy_is_scipy_s_and_nothing_of_a_certainty() -> None:
    p = some_draws()
    assert np.allclose(entropy(p), stats.entropy(p, axis=-1))
    assert np.array_equal(entropy(np.eye(5)), np.zeros(5))
    assert entropy(np.full(10, 0.1)) == pytest.approx(np.log(10))


@pytest.mark.parametrize("spread", [0.05, 0.5, 50])
def test_the_parts_add_up_and_the_second_is_the_mean_divergence_from_the_mean(spread: float) -> None:
    draws = some_draws(1, spread)
    total, aleatoric, epistemic = split(draws)
    assert np.allclose(total, aleatoric + epistemic)
    assert np.allclose(aleatoric, [np.mean([stats.entropy(p) for p in item]) for item in draws.swapaxes(0, 1)])
    assert np.allclose(epistemic, rel_entr(draws, draws.mean(axis=0)).sum(axis=-1).mean(axis=0))
    assert np.all(epistemic > 0)


def test_draws_that_are_one_have_no_doubt_between_them() -> None:
    p = some_draws()[0]
    total, aleatoric, epistemic = split(np.stack([p, p, p, p]))
    assert np.allclose(epistemic, 0, atol=1e-14)
    assert np.allclose(total, aleatoric)


@pytest.mark.parametrize("count", [1, 2, 5])
def test_draws_sure_of_different_classes_have_all_doubt_between_them(count: int) -> None:
    draws = np.eye(5)[:count, None, :]
    assert np.allclose(np.stack(split(draws)), [[np.log(count)], [0], [np.log(count)]])


def test_doubt_does_not_depend_on_the_order_of_draws_or_classes() -> None:
    draws = some_draws(2)
    assert np.allclose(split(draws), split(draws[::-1, :, [2, 0, 3, 1]]))


def test_doubt_needs_draws_of_probabilities() -> None:
    with pytest.raises(ValueError, match=r"give \(draws, items, classes\)"):
        split(some_draws()[0])
    with pytest.raises(ValueError, match="give the softmax of logits"):
        split(np.log(some_draws()))


def test_all_agree_where_every_draw_has_one_class_likeliest() -> None:
    draws = np.array([[[0.9, 0.1], [0.9, 0.1]], [[0.6, 0.4], [0.6, 0.4]], [[0.7, 0.3], [0.2, 0.8]]])
    assert np.array_equal(uncertainty.all_agree(draws), [True, False])
    assert uncertainty.all_agree(draws[:1]).all()


def test_bins_are_equal_and_hold_their_means() -> None:
    p, y = calibrated(600)
    found = reliability(p, y, bins=15)
    order = np.argsort(p.max(axis=1)).reshape(15, 40)
    right = p.argmax(axis=1) == y
    assert np.array_equal(found.items, np.full(15, 40))
    assert np.allclose(found.confidence, p.max(axis=1)[order].mean(axis=1))
    assert np.allclose(found.accuracy, right[order].mean(axis=1))
    gap = np.abs(right[order].mean(axis=1) - p.max(axis=1)[order].mean(axis=1))
    assert calibration_error(p, y) == pytest.approx(gap.mean())


def test_items_of_one_confidence_share_a_bin_whatever_their_order() -> None:
    p = np.array([[0.9, 0.1]] * 70 + [[0.6, 0.4]] * 30)
    y = np.array([0] * 50 + [1] * 20 + [0] * 21 + [1] * 9)
    found = reliability(p, y)
    assert np.allclose(np.stack(found), np.array([[0.6, 0.9], [0.7, 5 / 7], [30, 70]]))
    assert calibration_error(p, y) == pytest.approx(0.3 * 0.1 + 0.7 * (0.9 - 5 / 7))  # not the mean over bins
    shuffled = np.random.default_rng(3).permutation(100)
    assert calibration_error(p[shuffled], y[shuffled]) == pytest.approx(calibration_error(p, y))


def test_certain_predictions_have_a_bin_of_their_own() -> None:
    confidence = np.append(np.linspace(0.5, 0.9, 10), np.ones(90))
    found = reliability(np.stack([confidence, 1 - confidence], axis=1), np.zeros(100, int), bins=4)
    assert np.allclose(np.stack(found), np.array([[0.7, 1], [1, 1], [10, 90]]))


def test_calibrated_predictions_have_an_error_of_chance_alone() -> None:
    items, bins = 20_000, 15
    p, y = calibrated(items)
    confidence = reliability(p, y, bins).confidence
    by_chance = np.mean(np.sqrt(2 / np.pi * confidence * (1 - confidence) * bins / items))
    spread = by_chance * np.sqrt((np.pi / 2 - 1) / bins)  # of a mean of half-normal gaps
    assert abs(calibration_error(p, y, bins) - by_chance) < 4 * spread
    assert by_chance < np.sqrt(bins / (2 * np.pi * items)) < 0.011


def test_predictions_too_sure_by_a_tenth_have_that_error() -> None:
    rng = np.random.default_rng(4)
    confidence = rng.uniform(0.7, 1, 40_000)
    p = np.stack([confidence, 1 - confidence], axis=1)
    y = (rng.random(40_000) > confidence - 0.1).astype(int)
    assert calibration_error(p, y) == pytest.approx(0.1, abs=4 * np.sqrt(0.25 / 40_000))


def test_calibration_is_of_probabilities_and_not_of_logits() -> None:
    with pytest.raises(ValueError, match="give the softmax of logits"):
        calibration_error(np.array([[3.0, -1.0]]), np.array([0]))


ANSWERS = st.lists(st.tuples(st.integers(0, 3), st.booleans()), min_size=1, max_size=6)


@given(ANSWERS)
def test_abstention_is_the_mean_over_all_orders_of_tied_items(answers: list[tuple[int, bool]]) -> None:
    confidence, right = np.array([c for c, _ in answers]), np.array([r for _, r in answers])
    n = len(answers)
    sorted_ways = [way for way in map(list, permutations(range(n))) if np.all(np.diff(confidence[way]) <= 0)]
    expected = np.mean([np.cumsum(right[way]) / np.arange(1, n + 1) for way in sorted_ways], axis=0)
    found = abstention(confidence, right)
    assert np.allclose(found.accuracy, expected)
    assert np.allclose(found.share, np.arange(1, n + 1) / n)
    assert found.accuracy[-1] == pytest.approx(right.mean())


def test_where_confidence_knows_who_is_right_the_first_answers_are() -> None:
    right = np.random.default_rng(5).random(50) < 0.6
    found = abstention(right + 0.0, right)
    assert np.all(found.accuracy[found.share <= right.mean()] == 1)
    assert np.all(np.diff(found.accuracy[right.sum() - 1 :]) < 0)
    assert np.allclose(abstention(np.zeros(50), right).accuracy, right.mean())


@pytest.mark.parametrize("confidence", [[0.5], [0.5, np.nan], [[0.5, 0.5]]])
def test_abstention_needs_a_number_for_each_answer(confidence: list) -> None:
    with pytest.raises(ValueError, match="give a number for each"):
        abstention(np.array(confidence), np.array([True, False]))
