"""Comparisons: against known distributions, other libraries, and what the tests are for."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.multitest import multipletests

from secondlook import compare


def test_interval_covers_the_true_difference_in_95_percent_of_experiments() -> None:
    rng = np.random.default_rng(1)
    pairs = rng.normal(0.3, 1.0, (2000, 10))
    intervals = [compare.paired(pair, np.zeros(10)) for pair in pairs]
    covered = np.mean([r.low < 0.3 < r.high for r in intervals])
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 2000)


def test_detectable_effect_is_found_with_80_percent_power() -> None:
    effect = compare.detectable(sd=2.0, n=10)
    rng = np.random.default_rng(2)
    p = np.asarray(stats.ttest_1samp(rng.normal(effect, 2.0, (4000, 10)), 0, axis=1).pvalue)
    assert abs(np.mean(p < 0.05) - 0.8) < 4 * np.sqrt(0.8 * 0.2 / 4000)


def test_sign_flip_counts_every_sign_pattern() -> None:
    assert compare.sign_flip(np.array([1.0, 2.0, 3.0])) == 2 / 8  # only +++ and --- reach a sum of 6
    assert compare.sign_flip(np.zeros(4)) == 1.0


def test_sums_that_are_equal_count_as_equal_however_they_round() -> None:
    for pair in np.random.default_rng(3).uniform(0.1, 1.0, (200, 9)):
        assert compare.sign_flip(pair) == 2 / 2**9


def test_sign_flip_by_draws_agrees_with_scipy() -> None:
    difference = np.random.default_rng(3).normal(0.4, 1, 20)
    found = stats.permutation_test(
        (difference,), np.mean, permutation_type="samples", n_resamples=20_000, rng=np.random.default_rng(4)
    )
    theirs = float(found.pvalue)
    assert compare.sign_flip(difference) == pytest.approx(theirs, abs=4 * np.sqrt(theirs / 20_000))


def test_sign_flip_p_is_never_zero() -> None:
    assert compare.sign_flip(np.full(40, 10.0)) > 0


def test_equivalence_needs_evidence_not_just_a_large_p() -> None:
    rng = np.random.default_rng(5)
    few, many = rng.normal(0, 1, 3), rng.normal(0, 1, 400)
    assert compare.equivalent(compare.paired(few, np.zeros(3)), margin=0.5) > 0.05  # too few to say anything
    assert compare.equivalent(compare.paired(many, np.zeros(400)), margin=0.5) < 0.001


def test_equivalence_at_the_margin_errs_in_5_percent() -> None:
    rng = np.random.default_rng(6)
    differences = rng.normal(0.5, 1, (4000, 12))
    wrong = np.mean([compare.equivalent(compare.paired(d, np.zeros(12)), margin=0.5) < 0.05 for d in differences])
    assert wrong < 0.05 + 4 * np.sqrt(0.05 * 0.95 / 4000)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8))
def test_holm_raises_p_and_keeps_order(p: list[float]) -> None:
    adjusted = compare.holm(p)
    assert np.all(adjusted >= np.array(p) - 1e-12)
    assert adjusted.min() == pytest.approx(min(1, len(p) * min(p)))


def test_holm_is_as_statsmodels_has_it() -> None:
    p = np.random.default_rng(9).uniform(size=30) ** 4
    assert compare.holm(p.tolist()) == pytest.approx(multipletests(p, method="holm")[1])


@pytest.mark.parametrize(("a", "b"), [([1.0], [2.0]), ([1.0, 2.0], [1.0, 2.0, 3.0])])
def test_too_few_or_unmatched_pairs_are_refused(a: list[float], b: list[float]) -> None:
    with pytest.raises(ValueError, match="give two arrays of the same seeds"):
        compare.paired(np.array(a), np.array(b))


def test_a_comparison_sees_what_pairs_of_its_own_spread_would_show() -> None:
    a, b = np.random.default_rng(4).normal(size=(2, 7))
    assert compare.paired(a, b).detectable == pytest.approx(compare.detectable(float((a - b).std(ddof=1)), 7))


def test_without_overlap_the_comparison_is_scipy_s_paired_t_test() -> None:
    a, b = np.random.default_rng(7).normal(size=(2, 9))
    ours, theirs = compare.paired(a, b), stats.ttest_rel(a, b)
    assert (ours.p, ours.low, ours.high) == pytest.approx((theirs.pvalue, *theirs.confidence_interval(0.95)))


def test_overlapping_folds_widen_the_interval_as_nadeau_and_bengio_say() -> None:
    a, b = np.random.default_rng(8).normal(size=(2, 20))
    plain, folds = compare.paired(a, b), compare.paired(a, b, overlap=1 / 3)
    wider = np.sqrt((1 / 20 + 1 / 3) / (1 / 20))
    assert folds.high - folds.difference == pytest.approx(wider * (plain.high - plain.difference))
    assert folds.detectable == pytest.approx(wider * plain.detectable)
    assert folds.p > plain.p


def test_two_equal_arms_do_not_differ() -> None:
    same = compare.paired(np.arange(4.0), np.arange(4.0))
    assert (same.difference, same.p, compare.equivalent(same, 0.1)) == (0, 1, 0)


def test_a_run_that_gave_no_number_settles_nothing() -> None:
    with pytest.raises(ValueError, match=r"paired: pair 2 is nan and 0\.0; find out why"):
        compare.paired(np.array([1.0, 2.0, np.nan, 3.0]), np.zeros(4))


def test_differences_without_any_spread_are_certain() -> None:
    apart, same = compare.paired(np.ones(3), np.zeros(3)), compare.paired(np.ones(3), np.ones(3))
    assert (apart.p, same.p) == (0, 1)
    assert [compare.equivalent(apart, margin) for margin in (0.5, 2.0)] == [1, 0]
