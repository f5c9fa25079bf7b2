"""Small nets all at once: the loop takes the trainer's steps, starts do not touch, and draws are those of q."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from secondlook.data import moons
from secondlook.training import State
from secondlook.variational import networks
from secondlook.variational.full_batch import FullBatch, chosen
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Prior

X, Y = moons.load(40, 2, 0)["train"]
PRIOR = Prior("normal", 1.0, "half-cauchy")


@pytest.fixture(scope="module")
def model() -> FullBatch:
    # one draw of all weights: the order of the items does not matter
    return FullBatch(lambda: networks.fully_connected(2, (3,), 2, PRIOR, "weights", "tanh"), 40, 20, 0.02)


@pytest.fixture(scope="module")
def climbed(model: FullBatch) -> tuple[State, np.ndarray]:
    return model.climb(model.starts([0, 1]), X, Y)


def test_the_loop_takes_the_steps_of_the_trainer(model: FullBatch, climbed: tuple[State, np.ndarray]) -> None:
    state, rng, objectives = model.start(1), np.random.default_rng(0), []
    for _ in range(20):
        state, objective = model.epoch(state, X, Y, 40, rng)
        objectives.append(float(objective[0]))
    np.testing.assert_allclose(climbed[1][1], -40 * np.array(objectives), rtol=1e-4)
    for ours, theirs in zip(chosen(climbed[0], 1).weights, state.weights, strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)


def test_a_start_is_not_changed_by_its_neighbours(model: FullBatch, climbed: tuple[State, np.ndarray]) -> None:
    _, path = model.climb(model.starts([1]), X, Y)
    np.testing.assert_allclose(path[0], climbed[1][1], rtol=1e-4)
    assert not np.allclose(climbed[1][0], climbed[1][1])


def test_draws_have_the_means_and_deviations_of_q(model: FullBatch, climbed: tuple[State, np.ndarray]) -> None:
    state = chosen(climbed[0], 0)
    loc, sd = model.loc_and_sd(state)
    theta = model.theta(state, 20_000, 0)
    assert np.all(np.abs(theta.mean(axis=0) - loc) < 5 * sd / np.sqrt(20_000))
    np.testing.assert_allclose(theta.std(axis=0), sd, rtol=0.03)


def test_theta_is_that_of_the_joint_density(model: FullBatch, climbed: tuple[State, np.ndarray]) -> None:
    theta = model.theta(chosen(climbed[0], 0), 3, 0)
    joint = Joint(model.model, X, Y)
    expected = [jax.nn.softmax(joint.logits(row, jnp.asarray(X))) for row in theta]
    np.testing.assert_allclose(model.probabilities(theta, X), expected, rtol=1e-4, atol=1e-6)


def test_parts_are_the_kernels_biases_and_scales_in_order(model: FullBatch) -> None:
    theta = np.arange(19, dtype=np.float32)[None]  # 6 + 3 + 1, then 6 + 2 + 1
    kernels, biases, scales = (model.parts(theta, name) for name in ("kernel", "bias", "log_scale"))
    assert [k.shape for k in kernels] == [(1, 2, 3), (1, 3, 2)]
    assert [b.tolist() for b in biases] == [[[6, 7, 8]], [[16, 17]]]
    assert [s.tolist() for s in scales] == [[9], [18]]
