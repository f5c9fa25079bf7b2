"""Synthetic songs: the draws follow the stated law, and the stated likelihood is the likelihood of that law."""

from itertools import pairwise, permutations, product

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import expit

from secondlook.data.songs import Songs, load, shuffle_segments

TINY = Songs(0.7, 1.3, classes=3, segments=4, features=3)


def test_directions_are_orthonormal() -> None:
    law = Songs(1, 1, classes=25)
    for basis in (law.means, law.directions):
        assert np.allclose(basis @ basis.T, np.eye(25))
    assert np.ptp(law.means[0]) < 1e-12 and np.all(np.diff(np.sign(law.directions[0])) != 0)  # slowest, quickest


def test_likelihood_of_the_whole_vector() -> None:
    """Against scipy's multivariate normal on all segments at once, and the pairs counted one by one."""
    x = TINY.draw(5, np.random.default_rng(0)).x.astype(float)
    together = np.kron(0.5 * (np.eye(4) + np.ones((4, 4))), np.eye(3))
    for song, found in zip(x, TINY.log_likelihood(x), strict=True):
        for c in range(TINY.classes):
            normal = stats.multivariate_normal(np.tile(0.7 * TINY.means[c], 4), together).pdf(song.ravel())
            d = TINY.directions[c]
            first = 4 * expit(1.3 * d @ (song[1] - song[0])) * expit(1.3 * d @ (song[3] - song[2]))
            second = 4 * expit(1.3 * d @ (song[2] - song[1])) * expit(1.3 * d @ (song[0] - song[3]))
            assert found[c] == pytest.approx(np.log(normal * (first + second) / 2), abs=1e-10)


def test_likelihood_of_every_order_of_one_bag() -> None:
    """All orders of four segments, played as the text says, counted without the formula."""
    law = Songs(0, 1.3, classes=3, segments=4, features=3)
    bag = np.random.default_rng(1).standard_normal((4, 3))
    orders = list(permutations(range(4)))
    likelihood = np.exp(law.log_likelihood(np.array([bag[list(order)] for order in orders])))
    for c, d in enumerate(law.directions):
        chance = dict.fromkeys(orders, 0.0)
        for (a, b, e, f), late in product(orders, (0, 1)):
            for one, keep_one in (((a, b), True), ((b, a), False)):
                for two, keep_two in (((e, f), True), ((f, e), False)):
                    up_one, up_two = (expit(1.3 * d @ (bag[v] - bag[u])) for u, v in ((a, b), (e, f)))
                    weight = (up_one if keep_one else 1 - up_one) * (up_two if keep_two else 1 - up_two)
                    played = one + two
                    chance[played[-1:] + played[:-1] if late else played] += weight / len(orders) / 2
        expected = np.array([chance[order] for order in orders])
        assert np.allclose(likelihood[:, c] / likelihood[:, c].sum(), expected, atol=1e-12)
    assert np.allclose(likelihood.sum(axis=0), likelihood.sum(axis=0)[0])  # the bag itself tells nothing


def test_a_likelihood_ratio_has_mean_one() -> None:
    """Averaged over songs of no signal, p_c / p_0 integrates to one: the density is normalised."""
    plain = Songs(0, 0, classes=3, segments=6, features=3)
    law = Songs(0.4, 0.8, classes=3, segments=6, features=3)
    x = plain.draw(60_000, np.random.default_rng(2)).x
    ratio = np.exp(law.log_likelihood(x) - plain.log_likelihood(x))
    error = ratio.std(axis=0) / np.sqrt(len(x))
    assert np.all(np.abs(ratio.mean(axis=0) - 1) < 4 * error) and np.all(error < 0.02)


def test_moments() -> None:
    law = Songs(1.5, 0, segments=4)
    x, y = law.draw(40_000, np.random.default_rng(3))
    rest = x - 1.5 * law.means[y][:, None]
    assert np.abs(rest.mean(axis=0)).max() < 5 / np.sqrt(len(x))
    for feature in (0, 13, 24):
        over_time = np.cov(rest[:, :, feature].T)
        assert np.abs(over_time - 0.5 * (np.eye(4) + np.ones((4, 4)))).max() < 0.03
    between = np.corrcoef(rest[:, 2].T) - np.eye(25)
    assert np.abs(between).max() < 5 / np.sqrt(len(x))


def test_without_order_signal_segments_are_exchangeable() -> None:
    law = Songs(1.0, 0.0)
    x, _ = law.draw(20, np.random.default_rng(4))
    shuffled = shuffle_segments(x, np.random.default_rng(5))
    assert not np.array_equal(x, shuffled)
    assert np.allclose(law.log_likelihood(shuffled), law.log_likelihood(x), rtol=0, atol=1e-6 * np.abs(x).sum() / 20)


def test_without_segment_signal_every_position_is_standard_normal() -> None:
    """Along the class's own direction, where it would show, and at the edges, where a loop cut badly would show."""
    law = Songs(0.0, 5.0, classes=2, segments=6, features=3)
    x, y = law.draw(40_000, np.random.default_rng(6))
    for c in range(2):
        height = x[y == c] @ law.directions[c]
        assert all(stats.kstest(height[:, t], "norm").pvalue > 1e-3 for t in range(6))
    rise = (x[y == 0] @ law.directions[0])[:, [0, 1]] @ [-1, 1]
    assert rise.std() > 1.05  # and yet neighbours are not what they are at random


def test_a_pair_rises_as_often_as_stated() -> None:
    """A pair whose heights differ by r rises with probability sigma(beta r); of two segments alone, nothing is told."""
    law = Songs(0.0, 2.0, classes=2, segments=2, features=2)
    x, y = law.draw(40_000, np.random.default_rng(7))
    ahead = np.einsum("nf,nf->n", x[:, 1] - x[:, 0], law.directions[y])
    assert abs((ahead > 0).mean() - 0.5) < 4 * 0.5 / np.sqrt(len(x))
    long = Songs(0.0, 2.0, classes=2, segments=40, features=2)
    x, y = long.draw(4_000, np.random.default_rng(8))
    height = np.einsum("ntf,nf->nt", x, long.directions[y])
    rise = np.diff(height, axis=1)
    late = rise[:, 1::2].sum(axis=1) > rise[:, 0::2].sum(axis=1)  # twenty pairs leave no doubt where pairs begin
    within = np.where(late[:, None], rise[:, 1::2], rise[:, :-1:2]).ravel()
    near = np.abs(np.abs(within) - 0.5) < 0.05
    share, error = (within[near] > 0).mean(), 0.5 / np.sqrt(near.sum())
    assert abs(share - expit(2.0 * 0.5)) < 4 * error


@pytest.mark.parametrize(("signal", "classes"), [(0.5, 10), (1.2, 10), (2.0, 25)])
def test_bayes_accuracy_without_order_signal_is_an_integral(signal: float, classes: int) -> None:
    """The highest of K normal scores is the true class's: int phi(z - a) Phi(z)^(K-1) dz, a away from the others."""
    away = signal / np.sqrt(0.5 * (1 + 1 / 120))
    exact, _ = integrate.quad(lambda z: stats.norm.pdf(z - away) * stats.norm.cdf(z) ** (classes - 1), -10, 15)
    found, error = Songs(signal, 0, classes).bayes_accuracy(4_000, seed=9)
    assert abs(found - exact) < 4 * error


def test_the_standard_error_is_the_spread_over_repetitions() -> None:
    found = np.array([Songs(1, 0, segments=2).bayes_accuracy(200, seed) for seed in range(100)])
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.3)


@pytest.mark.parametrize(("law", "low", "high"), [
    (Songs(0, 0), 0.1, 0.1), (Songs(0, 0.5), 0.45, 0.58), (Songs(0.8, 0.3), 0.4, 0.5), (Songs(0, 3), 0.99, 1),
    (Songs(1, 0.5, classes=25), 0.48, 0.6),
])  # fmt: skip
def test_counting_right_answers_gives_the_bayes_accuracy(law: Songs, low: float, high: float) -> None:
    expected, error = law.bayes_accuracy(3_000, seed=10)
    assert low - 1e-9 <= expected <= high
    x, y = law.draw(3_000, np.random.default_rng(11))
    right = law.posterior(x).argmax(axis=1) == y
    assert abs(right.mean() - expected) < 4 * np.hypot(error, np.sqrt(expected * (1 - expected) / len(x))) + 1e-9


def test_the_posterior_is_calibrated() -> None:
    """Among all (song, class) pairs given probability p, the class is right in a share p."""
    law = Songs(0.6, 0.4)
    x, y = law.draw(4_000, np.random.default_rng(12))
    p = law.posterior(x)
    right = np.eye(10)[y]
    edges = np.quantile(p, np.linspace(0, 1, 11))
    for low, high in pairwise(edges):
        here = (p >= low) & (p < high)
        expected, spread = p[here].sum(), np.sqrt((p[here] * (1 - p[here])).sum())
        assert abs(right[here].sum() - expected) < 4 * spread


def test_shuffling_destroys_the_order_signal() -> None:
    """With order signal alone, the classifier that was nearly perfect is left at chance."""
    law = Songs(0, 1.5)
    x, y = law.draw(3_000, np.random.default_rng(13))
    shuffled = shuffle_segments(x, np.random.default_rng(14))
    assert (law.posterior(x).argmax(axis=1) == y).mean() > 0.97
    assert abs((law.posterior(shuffled).argmax(axis=1) == y).mean() - 0.1) < 4 * np.sqrt(0.1 * 0.9 / 3_000)
    assert np.array_equal(np.sort(shuffled[0, :, 0]), np.sort(x[0, :, 0]))
    whole = {tuple(segment) for segment in x[0]}
    assert {tuple(segment) for segment in shuffled[0]} == whole


def test_load_gives_independent_balanced_splits_and_names_them() -> None:
    law = Songs(0.5, 0.5)
    songs = load(law, {"train": 50, "test": 30}, seed=0)
    assert songs["train"].x.shape == (50, 120, 25) and songs["train"].x.dtype == np.float32
    assert np.bincount(songs["train"].y).tolist() == [5] * 10
    assert not np.array_equal(songs["train"].x[:30], songs["test"].x)
    again = load(law, {"train": 50, "test": 30}, seed=0)
    assert np.array_equal(again["test"].x, songs["test"].x) and again.fingerprint == songs.fingerprint
    others = [load(law, {"train": 50, "test": 30}, 1), load(law, {"train": 50, "test": 20}, 0),
              load(Songs(0.5, 0.25), {"train": 50, "test": 30}, 0)]  # fmt: skip
    assert len({songs.fingerprint, *(other.fingerprint for other in others)}) == 4


@pytest.mark.parametrize("bad", [
    {"classes": 26}, {"classes": 1}, {"segments": 7}, {"segments": 0}, {"segment_signal": -1}, {"order_signal": np.nan},
])  # fmt: skip
def test_impossible_parameters_are_named(bad: dict) -> None:
    with pytest.raises(ValueError, match="give"):
        Songs(**{"segment_signal": 0.0, "order_signal": 0.0, **bad})
