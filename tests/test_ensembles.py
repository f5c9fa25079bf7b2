"""Averages of members, the decomposition of their loss, and the errors that name a member that does not fit."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from secondlook.ensembles import (
    EnsembleError,
    Member,
    ambiguity,
    mean_of_logits,
    mean_of_probabilities,
    negative_correlation,
    stacked,
)
from secondlook.scores import negative_log_likelihood
from secondlook.training import cross_entropy

SONGS, MEMBERS, CLASSES = 40, 3, 5
ITEMS = np.array([f"song {k}" for k in range(SONGS)])


@pytest.fixture(scope="module")
def logits() -> np.ndarray:
    return np.random.default_rng(0).normal(scale=2, size=(SONGS, MEMBERS, CLASSES))


@pytest.fixture(scope="module")
def y() -> np.ndarray:
    return np.random.default_rng(1).integers(CLASSES, size=SONGS)


def mean_cross_entropy(logits: np.ndarray, y: np.ndarray) -> float:
    return float(np.mean([negative_log_likelihood(logits[:, k], y) for k in range(MEMBERS)]))


def test_members_cross_entropy_is_that_of_their_mean_and_the_ambiguity(logits: np.ndarray, y: np.ndarray) -> None:
    of_mean = negative_log_likelihood(mean_of_logits(logits), y)
    assert mean_cross_entropy(logits, y) == pytest.approx(of_mean + ambiguity(logits).mean(), rel=1e-12)


def test_ambiguity_is_the_mean_divergence_from_the_normalised_geometric_mean(logits: np.ndarray) -> None:
    p = softmax(logits, axis=2)
    middle = np.prod(p, axis=1) ** (1 / MEMBERS)
    middle /= middle.sum(axis=1, keepdims=True)
    divergence = (middle[:, None] * (np.log(middle)[:, None] - np.log(p))).sum(axis=2).mean(axis=1)
    assert ambiguity(logits) == pytest.approx(divergence, rel=1e-9)
    assert np.all(ambiguity(logits) > 0)
    assert ambiguity(np.repeat(logits[:, :1], 4, axis=1)) == pytest.approx(np.zeros(SONGS), abs=1e-12)


def test_the_mean_of_probabilities_is_their_arithmetic_mean(logits: np.ndarray) -> None:
    found = mean_of_probabilities(logits)
    assert np.exp(found) == pytest.approx(softmax(logits, axis=2).mean(axis=1), rel=1e-12)


def test_a_shift_of_one_member_s_logits_changes_no_mean(logits: np.ndarray) -> None:
    shifted = logits + np.random.default_rng(2).normal(size=(SONGS, MEMBERS, 1))
    for mean in (mean_of_logits, mean_of_probabilities):
        assert log_softmax(mean(shifted), axis=1) == pytest.approx(log_softmax(mean(logits), axis=1), abs=1e-12)
    assert ambiguity(shifted) == pytest.approx(ambiguity(logits), abs=1e-12)


@pytest.mark.parametrize("dissimilarity", [0.0, 0.3, 1.0])
def test_negative_correlation_rewards_ambiguity(logits: np.ndarray, y: np.ndarray, dissimilarity: float) -> None:
    found = negative_correlation(dissimilarity)(jnp.asarray(logits), jnp.asarray(y))
    expected = mean_cross_entropy(logits, y) - dissimilarity * ambiguity(logits).mean()
    assert float(found) == pytest.approx(expected, rel=1e-5)


def test_without_reward_every_member_learns_by_itself(logits: np.ndarray, y: np.ndarray) -> None:
    together = jax.grad(lambda z: negative_correlation(0.0)(z, jnp.asarray(y)))(jnp.asarray(logits))
    for k in range(MEMBERS):
        by_itself = jax.grad(lambda z: cross_entropy(z, jnp.asarray(y)))(jnp.asarray(logits[:, k]))
        assert np.asarray(together[:, k]) * MEMBERS == pytest.approx(np.asarray(by_itself), rel=1e-5, abs=1e-9)


def members(logits: np.ndarray) -> list[Member]:
    return [Member(f"net {k}", logits[:, k], ITEMS) for k in range(MEMBERS)]


def test_stacked_members_stand_side_by_side(logits: np.ndarray) -> None:
    assert np.array_equal(stacked(members(logits)), logits)


def test_no_members() -> None:
    with pytest.raises(EnsembleError, match="at least one"):
        stacked([])


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_a_logit_that_is_no_number_is_named(logits: np.ndarray, bad: float) -> None:
    broken = logits.copy()
    broken[7, 1, 2] = bad
    with pytest.raises(EnsembleError, match=rf"'net 1': the logit of item song 7, class 2, is {bad}"):
        stacked(members(broken))


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda m: m._replace(logits=m.logits[:, :4]), "'net 2': 4 classes, but 'net 0' has 5"),
        (lambda m: Member(m.name, m.logits[:-1], m.items[:-1]), "'net 2': 39 items, but 'net 0' has 40"),
        (lambda m: m._replace(items=m.items[::-1]), "'net 2': item song 39 stands where 'net 0' has song 0"),
        (lambda m: m._replace(items=m.items[:-1]), r"'net 2': logits of shape \(40, 5\) for 39 items"),
        (lambda m: m._replace(logits=m.logits.ravel()), r"'net 2': logits of shape \(200,\) for 40 items"),
    ],
)
def test_a_member_that_does_not_fit_is_named_with_its_fault(logits: np.ndarray, change: object, fault: str) -> None:
    *fitting, last = members(logits)
    with pytest.raises(EnsembleError, match=fault) as caught:
        stacked([*fitting, change(last)])  # type: ignore[operator]
    assert "\n" not in str(caught.value)
