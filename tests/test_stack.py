"""The libraries the notebooks stand on agree with one another in one process. Each alone is tested elsewhere."""

import emcee
import jax
import numpy as np
import pytest
from tensorflow_probability.substrates import jax as tfp

from secondlook import networks


def test_keras_runs_on_jax_and_takes_a_gradient() -> None:
    model = networks.fully_connected(3, (4,), 2)
    weights = [v.value for v in model.trainable_variables]
    x = np.ones((5, 3), np.float32)
    slopes = jax.grad(lambda w: model.stateless_call(w, [], x)[0].sum())(weights)
    assert np.asarray(slopes[-1]) == pytest.approx([5, 5])


def test_tensorflow_probability_runs_on_jax() -> None:
    normal = tfp.distributions.Normal(1.0, 2.0)
    expected = -0.5 * (0.5 / 2) ** 2 - np.log(2 * np.sqrt(2 * np.pi))
    assert float(jax.jit(normal.log_prob)(1.5)) == pytest.approx(expected, rel=1e-6)


def test_emcee_samples_a_normal() -> None:
    np.random.seed(0)  # emcee takes its randomness from NumPy's global state
    sampler = emcee.EnsembleSampler(20, 1, lambda x: -0.5 * float(x @ x))
    sampler.run_mcmc(np.random.normal(size=(20, 1)), 500)
    draws = sampler.get_chain(discard=100, flat=True)
    assert draws.std() == pytest.approx(1, abs=0.1)
