"""The training loop: the step against the equations by hand, and that seeds decide everything."""

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from secondlook import networks
from secondlook.training import Trainer, batches, cross_entropy

RATE, MOMENTUM = 0.1, 0.9


@pytest.fixture(scope="module")
def trainer() -> Trainer:
    return Trainer(lambda: networks.fully_connected(4, (6,), 3), optax.sgd(RATE, momentum=MOMENTUM))


@pytest.fixture(scope="module")
def songs() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(50, 4)).astype(np.float32)
    return x, np.argmax(x[:, :3], axis=1).astype(np.int32)


def by_hand(weights: list[np.ndarray], x: np.ndarray, y: np.ndarray) -> tuple[float, list[np.ndarray]]:
    """Loss and gradients of the net of one hidden ReLU layer, from the chain rule."""
    w1, b1, w2, b2 = weights
    a = x @ w1 + b1
    z = np.maximum(a, 0)
    logits = z @ w2 + b2
    p = np.exp(logits - logits.max(axis=1, keepdims=True))
    p /= p.sum(axis=1, keepdims=True)
    loss = -np.log(p[np.arange(len(y)), y]).mean()
    d_logits = (p - np.eye(3)[y]) / len(y)
    d_a = (d_logits @ w2.T) * (a > 0)
    return loss, [x.T @ d_a, d_a.sum(axis=0), z.T @ d_logits, d_logits.sum(axis=0)]


def test_an_epoch_is_momentum_descent_by_hand(trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = songs
    state = trainer.start(seed=1)
    weights = [np.array(w, np.float64) for w in state.weights]
    velocity = [np.zeros_like(w) for w in weights]
    expected = []
    for batch in batches(len(x), 16, np.random.default_rng(2)):
        loss, gradient = by_hand(weights, x[batch].astype(np.float64), y[batch])
        velocity = [MOMENTUM * v + g for v, g in zip(velocity, gradient, strict=True)]
        weights = [w - RATE * v for w, v in zip(weights, velocity, strict=True)]
        expected.append(loss)
    state, losses = trainer.epoch(state, x, y, 16, np.random.default_rng(2))
    assert losses == pytest.approx(expected, rel=1e-5)
    for ours, theirs in zip(state.weights, weights, strict=True):
        assert np.asarray(ours) == pytest.approx(theirs, abs=1e-5)


def test_every_item_is_in_one_batch_of_an_epoch_and_the_order_changes() -> None:
    rng = np.random.default_rng(0)
    first, second = (np.concatenate(list(batches(50, 16, rng))) for _ in range(2))
    assert [len(b) for b in batches(50, 16, rng)] == [16, 16, 16, 2]
    assert sorted(first) == sorted(second) == list(range(50))
    assert list(first) != list(second)


def test_the_seed_decides_the_weights_and_the_compiled_step_serves_every_seed(
    trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]
) -> None:
    x, y = songs

    def train(seed: int) -> np.ndarray:
        state, _ = trainer.epoch(trainer.start(seed), x, y, 25, np.random.default_rng(seed))
        return np.asarray(state.weights[0])

    first = train(1)
    assert np.array_equal(first, train(1))
    compiled = trainer._step._cache_size()  # type: ignore[attr-defined]
    assert not np.allclose(first, train(2))
    assert trainer._step._cache_size() == compiled  # type: ignore[attr-defined]


def test_logits_in_batches_are_the_logits_of_the_whole(trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, _ = songs
    state = trainer.start(seed=3)
    assert trainer.logits(state, x, batch_size=7) == pytest.approx(trainer.logits(state, x), abs=1e-6)


def test_cross_entropy_has_the_gradient_softmax_minus_target() -> None:
    logits = np.array([[0.3, -1.0, 2.0]], np.float32)
    gradient = jax.grad(cross_entropy)(logits, np.array([2]))
    expected = np.exp(logits) / np.exp(logits).sum() - np.eye(3)[[2]]
    assert np.asarray(gradient) == pytest.approx(expected, abs=1e-6)


def test_training_fits_what_can_be_fitted(trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = songs
    state, rng = trainer.start(seed=0), np.random.default_rng(0)
    for _ in range(60):
        state, _ = trainer.epoch(state, x, y, 10, rng)
    assert np.mean(trainer.logits(state, x).argmax(axis=1) == y) == 1.0


def test_a_model_of_two_inputs_is_trained_on_the_same_items_of_both(songs: tuple[np.ndarray, np.ndarray]) -> None:
    """An offset that makes every song easy leaves nothing to learn, but only if song and offset keep together."""
    x, y = songs
    model = Trainer(lambda: networks.correcting(3, (4,)), optax.sgd(RATE))
    offset = 50 * np.eye(3, dtype=np.float32)[y]
    state = model.start(0)
    before = [np.array(w) for w in state.weights]
    state, losses = model.epoch(state, (x, offset), y, 16, np.random.default_rng(0))
    assert losses.max() < 1e-6
    assert all(np.allclose(a, b, atol=1e-6) for a, b in zip(before, state.weights, strict=True))
    logits = model.logits(state, (x, offset), batch_size=7)
    assert logits.shape == (50, 3) and np.array_equal(logits.argmax(axis=1), y)


def test_epochs_are_epochs_of_one_seed(trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = songs
    rng, state = np.random.default_rng(5), trainer.start(0)
    told = []
    for _ in range(3):
        state, objectives = trainer.epoch(state, x, y, 16, rng)
        told.append(objectives)
    followed = [
        (np.array(s.weights[0]), objectives) for s, objectives in trainer.epochs(trainer.start(0), x, y, 3, 16, 5)
    ]
    assert np.array_equal([objectives for _, objectives in followed], told)
    assert np.array_equal(followed[-1][0], np.asarray(state.weights[0]))


def test_a_state_at_given_weights_copies_them(trainer: Trainer, songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = songs
    kept = [np.array(w) for w in trainer.start(2).weights]
    same = [w.copy() for w in kept]
    trainer.epoch(trainer.at(kept), x, y, 16, np.random.default_rng(0))
    assert all(np.array_equal(a, b) for a, b in zip(kept, same, strict=True))


def test_the_objective_is_the_given_loss(songs: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = songs
    model = Trainer(
        lambda: networks.fully_connected(4, (6,), 3),
        optax.sgd(RATE),
        lambda weights: 2.0,
        lambda logits, y: 3 * cross_entropy(logits, y),
    )
    state = model.start(0)
    expected = 3 * float(cross_entropy(jnp.asarray(model.logits(state, x)), jnp.asarray(y))) + 2
    assert model.epoch(state, x, y, 50, np.random.default_rng(0))[1] == pytest.approx([expected], rel=1e-5)
