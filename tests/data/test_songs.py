"""Synthetic songs: the draws follow the stated law, and the stated likelihood is the likelihood of that law."""

from itertools import pairwise, permutations, product

import numpy as np
import pytest
from scipy import integrate, stats
from scipy.special import logsumexp

from secondlook.data import songs
from secondlook.data.songs import VOLUME, Songs, load, shuffle_segments

TINY = Songs(0.7, 0.6, classes=3, segments=10, features=8)


def test_means_and_notes_are_orthonormal() -> None:
    law = Songs(1, 1, classes=20)
    basis = np.concatenate([law.means, law.notes])
    assert np.allclose(basis @ basis.T, np.eye(25))
    assert np.ptp(law.means[0]) < 1e-12 and np.all(np.diff(np.sign(law.notes[-1])) != 0)  # slowest, quickest


def chance_of(order: tuple[int, ...], c: int, rho: float) -> float:
    """How probable an order of the notes is in one block, told from the text: a round goes on at its beginning."""
    begun_at_0 = order[order.index(0) :] + order[: order.index(0)]
    follows = begun_at_0 == [(0, *rest) for rest in permutations(range(1, 5))][c]
    return rho / 5 * follows + (1 - rho) / 120


def test_likelihood_of_the_whole_vector() -> None:
    """Against scipy's multivariate normal on all segments at once, over all orders of both blocks."""
    x = TINY.draw(3, np.random.default_rng(0)).x.astype(float)
    together = np.kron(0.5 * (np.eye(10) + np.ones((10, 10))), np.eye(8))
    both = [one + two for one, two in product(permutations(range(5)), repeat=2)]
    for song, found in zip(x, TINY.log_likelihood(x), strict=True):
        for c in range(TINY.classes):
            rest = song - 0.7 * TINY.means[c] - VOLUME * TINY.notes[np.array(both)]
            density = stats.multivariate_normal(np.zeros(80), together).logpdf(rest.reshape(-1, 80))
            chance = [chance_of(notes[:5], c, 0.6) * chance_of(notes[5:], c, 0.6) for notes in both]
            assert found[c] == pytest.approx(logsumexp(density, b=chance), abs=1e-9)


def test_the_bag_tells_nothing_without_segment_signal() -> None:
    """Over all orders of five segments, every class's likelihood has the same sum."""
    law = Songs(0, 0.8, classes=3, segments=5, features=8)
    bag = law.draw(1, np.random.default_rng(1)).x[0].astype(float)
    likelihood = np.exp(law.log_likelihood(np.array([bag[list(order)] for order in permutations(range(5))])))
    total = likelihood.sum(axis=0)
    assert np.allclose(total, total[0], rtol=1e-12)
    assert likelihood.max(axis=0).min() > 3 * total[0] / 120  # though single orders tell much


def test_a_likelihood_ratio_has_mean_one() -> None:
    """Averaged over songs of no signal, p_c / p_0 integrates to one: the density is normalised."""
    plain = Songs(0, 0, classes=3, segments=10, features=8)
    law = Songs(0.4, 0.3, classes=3, segments=10, features=8)
    x = plain.draw(60_000, np.random.default_rng(2)).x
    ratio = np.exp(law.log_likelihood(x) - plain.log_likelihood(x))
    error = ratio.std(axis=0) / np.sqrt(len(x))
    assert np.all(np.abs(ratio.mean(axis=0) - 1) < 4 * error) and np.all(error < 0.02)


def test_moments_across_the_notes() -> None:
    """In a direction that no note has, a song is its class's shift and noise, half of it the song's own."""
    law = Songs(1.5, 0.5, segments=5)
    x, y = law.draw(40_000, np.random.default_rng(3))
    height = x @ law.means.T - 1.5 * np.eye(10)[y][:, None]
    assert np.abs(height.mean(axis=0)).max() < 5 / np.sqrt(len(x))
    for c in (0, 4, 9):
        over_time = np.cov(height[:, :, c].T)
        assert np.abs(over_time - 0.5 * (np.eye(5) + np.ones((5, 5)))).max() < 0.03
    between = np.corrcoef(height[:, 2].T) - np.eye(10)
    assert np.abs(between).max() < 5 / np.sqrt(len(x))


@pytest.fixture
def loud(monkeypatch: pytest.MonkeyPatch) -> None:
    """Notes so loud that each can be read off a segment."""
    monkeypatch.setattr(songs, "VOLUME", 100.0)


def test_every_block_plays_every_note_and_follows_its_round_as_often_as_stated(loud: None) -> None:
    law = Songs(0, 0.3, classes=24, features=30)
    x, y = law.draw(2_000, np.random.default_rng(4))
    heard = (x @ law.notes.T).argmax(axis=2).reshape(-1, 5)
    assert np.array_equal(np.sort(heard, axis=1), np.broadcast_to(np.arange(5), heard.shape))
    chance = np.array([chance_of(tuple(notes), c, 0.3) for notes, c in zip(heard, np.repeat(y, 24), strict=True)])
    followed, n = np.mean(chance > 0.3 / 5), len(chance)
    expected = 0.3 + 0.7 * 5 / 120
    assert abs(followed - expected) < 4 * np.sqrt(expected * (1 - expected) / n)
    first = np.bincount(heard[chance > 0.3 / 5, 0], minlength=5) / np.sum(chance > 0.3 / 5)
    assert np.abs(first - 0.2).max() < 4 * np.sqrt(0.2 * 0.8 / np.sum(chance > 0.3 / 5))  # begun at any note


def test_the_twenty_fifth_class_has_the_round_of_the_first() -> None:
    law = Songs(0, 0.5, classes=25, features=30)
    likelihood = law.log_likelihood(law.draw(50, np.random.default_rng(4)).x)
    assert np.array_equal(likelihood[:, 24], likelihood[:, 0])
    assert not np.allclose(likelihood[:, 23], likelihood[:, 0])


def test_without_order_signal_the_posterior_does_not_see_order() -> None:
    law = Songs(1.0, 0.0)
    x, _ = law.draw(20, np.random.default_rng(4))
    shuffled = shuffle_segments(x, np.random.default_rng(5))
    assert not np.array_equal(x, shuffled)
    assert np.allclose(law.posterior(shuffled), law.posterior(x), atol=1e-3)


def test_without_segment_signal_no_position_tells_the_class() -> None:
    law = Songs(0.0, 1.0, classes=2, segments=10, features=7)
    x, y = law.draw(20_000, np.random.default_rng(6))
    for note in law.notes:
        height = x @ note
        assert all(stats.ks_2samp(height[y == 0, t], height[y == 1, t]).pvalue > 1e-4 for t in range(10))
    together = [np.cov(x[y == c, 0] @ law.notes[0], x[y == c, 1] @ law.notes[1])[0, 1] for c in range(2)]
    together += [np.cov(x[y == c, 0] @ law.notes[0], x[y == c, 1] @ law.notes[3])[0, 1] for c in range(2)]
    assert np.ptp(together) > 1  # and yet neighbours are not the same in both


@pytest.mark.parametrize(("signal", "classes"), [(0.5, 10), (1.2, 10), (2.0, 20)])
def test_bayes_accuracy_without_order_signal_is_an_integral(signal: float, classes: int) -> None:
    """The highest of K normal scores is the true class's: int phi(z - a) Phi(z)^(K-1) dz, a away from the others."""
    away = signal / np.sqrt(0.5 * (1 + 1 / 120))
    exact, _ = integrate.quad(lambda z: stats.norm.pdf(z - away) * stats.norm.cdf(z) ** (classes - 1), -10, 15)
    found, error = Songs(signal, 0, classes).bayes_accuracy(4_000, seed=9)
    assert abs(found - exact) < 4 * error


def test_the_standard_error_is_the_spread_over_repetitions() -> None:
    found = np.array([Songs(1, 0, segments=5).bayes_accuracy(200, seed) for seed in range(100)])
    assert found[:, 0].std() == pytest.approx(found[:, 1].mean(), rel=0.3)


@pytest.mark.parametrize(("law", "low", "high"), [
    (Songs(0, 0), 0.1, 0.1), (Songs(0, 0.1), 0.58, 0.66), (Songs(0.8, 0.05), 0.4, 0.6), (Songs(0, 1), 0.99, 1),
    (Songs(1, 0.1, classes=20), 0.48, 0.7), (Songs(1, 0.1, classes=25, features=30), 0.45, 0.7),
])  # fmt: skip
def test_counting_right_answers_gives_the_bayes_accuracy(law: Songs, low: float, high: float) -> None:
    expected, error = law.bayes_accuracy(3_000, seed=10)
    assert low - 1e-9 <= expected <= high
    x, y = law.draw(3_000, np.random.default_rng(11))
    right = law.posterior(x).argmax(axis=1) == y
    assert abs(right.mean() - expected) < 4 * np.hypot(error, np.sqrt(expected * (1 - expected) / len(x))) + 1e-9


def test_the_posterior_is_calibrated() -> None:
    """Among all (song, class) pairs given probability p, the class is right in a share p."""
    law = Songs(0.6, 0.1)
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
    law = Songs(0, 0.5)
    x, y = law.draw(3_000, np.random.default_rng(13))
    shuffled = shuffle_segments(x, np.random.default_rng(14))
    assert (law.posterior(x).argmax(axis=1) == y).mean() > 0.97
    assert abs((law.posterior(shuffled).argmax(axis=1) == y).mean() - 0.1) < 4 * np.sqrt(0.1 * 0.9 / 3_000)
    assert np.array_equal(np.sort(shuffled[0, :, 0]), np.sort(x[0, :, 0]))
    whole = {tuple(segment) for segment in x[0]}
    assert {tuple(segment) for segment in shuffled[0]} == whole


def test_load_gives_independent_balanced_splits_and_names_them() -> None:
    law = Songs(0.5, 0.5)
    data = load(law, {"train": 50, "test": 30}, seed=0)
    assert data["train"].x.shape == (50, 120, 25) and data["train"].x.dtype == np.float32
    assert np.bincount(data["train"].y).tolist() == [5] * 10
    assert not np.array_equal(data["train"].x[:30], data["test"].x)
    again = load(law, {"train": 50, "test": 30}, seed=0)
    assert np.array_equal(again["test"].x, data["test"].x) and again.fingerprint == data.fingerprint
    others = [load(law, {"train": 50, "test": 30}, 1), load(law, {"train": 50, "test": 20}, 0),
              load(Songs(0.5, 0.25), {"train": 50, "test": 30}, 0)]  # fmt: skip
    assert len({data.fingerprint, *(other.fingerprint for other in others)}) == 4


@pytest.mark.parametrize("bad", [
    {"classes": 21}, {"classes": 1}, {"segments": 7}, {"segments": 0}, {"segment_signal": -1}, {"order_signal": np.nan},
    {"order_signal": 1.1}, {"classes": 25, "features": 29},
])  # fmt: skip
def test_impossible_parameters_are_named(bad: dict) -> None:
    with pytest.raises(ValueError, match="give"):
        Songs(**{"segment_signal": 0.0, "order_signal": 0.0, **bad})
