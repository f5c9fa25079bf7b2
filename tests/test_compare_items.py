"""Comparisons over items: against brute force over pairs, the bootstrap, other tests, and simulated experiments."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import roc_auc_score

from secondlook import compare_items, scores
from secondlook.compare_items import Interval, bootstrap, delong, exact_share


def two_scores(
    rng: np.random.Generator, positives: int, negatives: int, decimals: int = 3
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Correlated scores, rounded so that some tie, whose areas are Φ(1/√2) and Φ(1.5/√2), and the labels."""
    positive = np.arange(positives + negatives) < positives
    noise = rng.multivariate_normal([0, 0], [[1, 0.6], [0.6, 1]], len(positive)).T
    return (*np.round(noise + np.outer([1, 1.5], positive), decimals), positive)


TRUE = float(np.subtract(*stats.norm.cdf(np.array([1, 1.5]) / np.sqrt(2))))


def test_mcnemar_is_the_binomial_test_of_the_discordant_items() -> None:
    a = np.array([1] * 8 + [0] * 2 + [1] * 5, bool)
    b = np.array([0] * 8 + [1] * 2 + [1] * 5, bool)
    found = compare_items.mcnemar(a, b)
    assert (found.only_a, found.only_b) == (8, 2)
    assert found.p == pytest.approx(stats.binomtest(2, 10).pvalue)


def test_where_every_run_does_alike_seeds_and_items_are_as_sure_as_items_alone_and_the_other_way_round() -> None:
    row = np.random.default_rng(0).integers(0, 2, (2, 40))
    for a, b in (
        (np.tile(row[0], (5, 1)), np.tile(row[1], (5, 1))),
        (np.tile(row[0], (5, 1)).T, np.tile(row[1], (5, 1)).T),
    ):
        found = compare_items.crossed(a, b)
        over_items = stats.ttest_rel(row[0], row[1]).confidence_interval()
        assert (found.low, found.high) == pytest.approx(tuple(over_items))


def test_the_variance_is_that_of_pairs_which_share_a_seed_or_an_item() -> None:
    """Without mean squares: an effect's variance is the mean product of two cells that share it alone, less that of two
    cells that share nothing."""
    seeds, items = 4, 9
    rng = np.random.default_rng(3)
    table = rng.normal(0, 2, (seeds, 1)) + rng.normal(0, 2, items) + rng.normal(size=(seeds, items))
    products = np.multiply.outer(table, table)  # (seed, item, other seed, other item)
    row, column = np.eye(seeds, dtype=bool)[:, None, :, None], np.eye(items, dtype=bool)[None, :, None, :]
    apart = products[~row & ~column].mean()
    of_row, of_column = products[row & ~column].mean() - apart, products[~row & column].mean() - apart
    rest = products[row & column].mean() - apart - of_row - of_column
    variance = of_row / seeds + of_column / items + rest / (seeds * items)
    assert compare_items.crossed(table, np.zeros_like(table)).error == pytest.approx(np.sqrt(variance))


def test_seeds_and_items_cover_the_true_difference_in_95_percent_of_experiments() -> None:
    rng = np.random.default_rng(1)
    seeds, items, experiments = 12, 80, 800
    made = (
        0.3 + rng.normal(0, 0.2, (experiments, seeds, 1)) + rng.normal(0, 0.5, (experiments, 1, items))
        + rng.normal(0, 1, (experiments, seeds, items))
    )  # fmt: skip
    found = [compare_items.crossed(one, np.zeros_like(one)) for one in made]
    covered = np.mean([one.low < 0.3 < one.high for one in found])
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / experiments)
    over_seeds = np.mean([stats.ttest_1samp(one.mean(axis=1), 0.3).pvalue > 0.05 for one in made])
    assert over_seeds < 0.9, "that of seeds alone leaves the items out"


def test_two_runs_of_the_same_are_told_to_be_the_same() -> None:
    right = np.random.default_rng(2).integers(0, 2, (3, 20))
    assert compare_items.crossed(right, right) == compare_items.Crossed(0, 0, 0, 0)


def test_seeds_and_items_must_be_the_same_and_two_of_both() -> None:
    for a, b in (((3, 20), (3, 21)), ((1, 20), (1, 20)), ((20,), (20,))):
        with pytest.raises(ValueError, match="two of both"):
            compare_items.crossed(np.zeros(a), np.zeros(b))


def test_the_areas_are_scikit_learn_s_and_the_difference_is_theirs() -> None:
    a, b, positive = two_scores(np.random.default_rng(0), 30, 50, decimals=0)
    found = delong(a, b, positive)
    assert (found.a, found.b) == pytest.approx((roc_auc_score(positive, a), roc_auc_score(positive, b)))
    assert found.difference == pytest.approx(found.a - found.b)


def test_the_variance_is_that_of_the_u_statistic_over_all_pairs() -> None:
    """DeLong et al. (1988), equations 4 to 8, with every pair of a positive and a negative item written out."""
    a, b, positive = two_scores(np.random.default_rng(1), 7, 9, decimals=0)
    kernel = np.array([np.heaviside(s[positive][:, None] - s[~positive], 0.5) for s in (a, b)])
    s10, s01 = np.cov(kernel.mean(axis=2)), np.cov(kernel.mean(axis=1))
    variance = np.array([1, -1]) @ (s10 / 7 + s01 / 9) @ np.array([1, -1])
    difference = kernel[0].mean() - kernel[1].mean()
    found = delong(a, b, positive)
    assert (found.low, found.high) == pytest.approx(stats.norm.interval(0.95, difference, np.sqrt(variance)))
    assert found.p == pytest.approx(2 * stats.norm.cdf(-abs(difference) / np.sqrt(variance)))


def test_delong_agrees_with_the_bootstrap() -> None:
    a, b, positive = two_scores(np.random.default_rng(2), 150, 250)
    found = delong(a, b, positive)
    low, high = bootstrap(lambda *drawn: delong(*drawn).difference, (a, b, positive), draws=600)
    assert (low, high) == pytest.approx((found.low, found.high), abs=0.2 * (found.high - found.low))


def test_delong_covers_the_true_difference_in_95_percent_of_experiments() -> None:
    rng = np.random.default_rng(3)
    found = [delong(*two_scores(rng, 60, 80)) for _ in range(800)]
    covered = np.mean([each.low < TRUE < each.high for each in found])
    assert abs(covered - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 800)


def test_delong_errs_in_5_percent_where_the_areas_are_equal() -> None:
    rng = np.random.default_rng(4)
    positive = np.arange(120) < 50
    experiments = rng.normal(size=(800, 2, 120)) + positive
    wrong = np.mean([delong(a, b, positive).p < 0.05 for a, b in experiments])
    assert abs(wrong - 0.05) < 4 * np.sqrt(0.05 * 0.95 / 800)


def test_delong_is_paired_antisymmetric_and_of_ranks_alone() -> None:
    a, b, positive = two_scores(np.random.default_rng(5), 20, 30)
    ab, ba = delong(a, b, positive), delong(np.exp(b), a**3, positive)
    assert (ab.difference, ab.low, ab.high, ab.p) == pytest.approx((-ba.difference, -ba.high, -ba.low, ba.p))
    same = delong(a, 2 * a + 1, positive)
    assert (same.difference, same.low, same.high, same.p) == (0, 0, 0, 1)
    assert delong(positive, ~positive, positive).p == 0  # one ranks every pair right, the other none


@pytest.mark.parametrize("positives", [0, 1, 4, 5])
def test_delong_needs_two_items_of_both_groups(positives: int) -> None:
    with pytest.raises(ValueError, match=f"^{positives} of 5 items are positive: give two or more"):
        delong(np.arange(5), np.arange(5), np.arange(5) < positives)


def test_the_bootstrap_of_a_mean_is_near_its_normal_interval() -> None:
    x = np.random.default_rng(6).normal(3, 2, 400)
    low, high = bootstrap(np.mean, (x,))
    expected = stats.norm.interval(0.95, x.mean(), x.std() / 20)
    assert (low, high) == pytest.approx(expected, abs=0.03)


def test_the_bootstrap_keeps_arrays_paired_item_by_item() -> None:
    rng = np.random.default_rng(7)
    p, y = rng.dirichlet(np.ones(3), 50), rng.integers(3, size=50)
    assert bootstrap(lambda a, b: float(np.mean(a - b)), (p, p + 2), draws=50) == pytest.approx((-2, -2))
    low, high = bootstrap(scores.brier, (p, y), draws=200)
    assert low < scores.brier(p, y) < high


def test_the_percentile_interval_goes_with_increasing_maps() -> None:
    x = np.random.default_rng(9).normal(0, 5, 40)
    low, high = bootstrap(np.mean, (x,), draws=1001)  # its percentiles are themselves draws
    assert bootstrap(lambda drawn: np.exp(np.mean(drawn)), (x,), draws=1001) == pytest.approx(np.exp((low, high)))


def test_the_bootstrap_is_one_with_its_seed() -> None:
    x = np.random.default_rng(8).normal(size=30)
    assert bootstrap(np.median, (x,), 200) == bootstrap(np.median, (x,), 200, seed=0)
    assert bootstrap(np.mean, (x,), 200) != bootstrap(np.mean, (x,), 200, seed=1)


@pytest.mark.parametrize("sizes", [(), (1,), (3, 4)])
def test_the_bootstrap_refuses_arrays_of_different_items_or_of_one(sizes: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="give arrays of the same items, at least two"):
        bootstrap(np.mean, [np.zeros(n) for n in sizes])


@pytest.mark.parametrize(("k", "n"), [(0, 7), (3, 10), (119, 120), (5, 5)])
def test_at_the_ends_of_the_exact_interval_the_count_seen_is_at_the_edge(k: int, n: int) -> None:
    low, high = exact_share(k, n)
    assert stats.binom.sf(k - 1, n, low) == pytest.approx(0.025 if k else 1)
    assert stats.binom.cdf(k, n, high) == pytest.approx(0.025 if k < n else 1)
    assert low <= k / n <= high


@pytest.mark.parametrize("share", [0.02, 0.3, 0.5])
def test_the_exact_interval_covers_at_least_95_percent_whatever_the_share(share: float) -> None:
    n = 25
    intervals = [exact_share(k, n) for k in range(n + 1)]
    covered = sum(stats.binom.pmf(k, n, share) for k, (low, high) in enumerate(intervals) if low <= share <= high)
    assert covered >= 0.95


def test_none_of_none_has_no_share() -> None:
    assert isinstance(exact_share(1, 2), Interval)
    for k, n in [(0, 0), (3, 2), (-1, 2)]:
        with pytest.raises(ValueError, match=f"^exact_share: {k} of {n}; give"):
            exact_share(k, n)


def test_classifiers_of_other_items_are_not_compared() -> None:
    with pytest.raises(ValueError, match=r"mcnemar: shapes \(4,\) and \(1,\)"):
        compare_items.mcnemar(np.array([1, 0, 1, 1]), np.array([0]))
