"""Whole counts from printed rates: any confusion matrix can be had back from its rounded rates."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from secondlook import scores
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.reconstruct import whole_counts


@given(st.integers(2, 6), st.integers(20, 400), st.integers(0, 2**32 - 1))
def test_counts_come_back_from_rounded_rates(classes: int, of_class: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    confusion = np.stack([rng.multinomial(of_class - 1, rng.dirichlet(np.ones(classes))) for _ in range(classes)])
    confusion += np.eye(classes, dtype=int)  # every class is right at least once
    found = whole_counts(scores.precision(confusion).round(8), scores.recall(confusion).round(8), of_class)
    assert np.array_equal(found.right, np.diag(confusion))
    assert np.array_equal(found.predicted, confusion.sum(axis=0))
    assert found.f1 == pytest.approx(scores.f1(confusion))


@pytest.mark.parametrize("index", range(10))
@pytest.mark.parametrize("step", [-1e-3, 2e-4, 1e-7])
def test_a_changed_digit_is_noticed(index: int, step: float) -> None:
    recall = printed.SMALL_TEST.recall.copy()
    recall[index] += step
    with pytest.raises(ValueError, match=rf"class {index}: .* is no ratio of whole numbers with 1000 items"):
        whole_counts(printed.SMALL_TEST.precision, recall, 1000)


def test_a_class_that_is_never_right_has_no_number_of_predictions() -> None:
    with pytest.raises(ValueError, match=r"precision of class 0 is 0\.0: how often it was predicted cannot be told"):
        whole_counts(np.array([0, 0.5]), np.array([0, 0.5]), 10)
