"""Coordinates with a standard normal prior: the law of what they stand for, and the change of variables."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy import stats

from secondlook.data import moons
from secondlook.variational import networks
from secondlook.variational.coordinates import NormalCoordinates, from_normal
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Prior

LAWS: dict[Any, Any] = {"normal": stats.norm, "laplace": stats.laplace, "cauchy": stats.cauchy}
PRIORS = [
    Prior("laplace", 0.5),
    Prior("cauchy", 2.0),
    Prior("normal", 1.0, "inverse-gamma"),
    Prior("cauchy", 0.7, "half-normal"),
]


@pytest.mark.parametrize("law", LAWS)
def test_a_weight_is_below_what_a_normal_draw_becomes_as_often_as_the_draw_is_below_itself(law: Any) -> None:
    u = np.linspace(-6, -0.01, 50)
    weight = np.asarray(from_normal(jnp.asarray(u), law), float)
    np.testing.assert_allclose(LAWS[law].cdf(weight), stats.norm.cdf(u), rtol=1e-4)
    np.testing.assert_allclose(from_normal(jnp.asarray(-u), law), -weight, rtol=1e-6)


@pytest.mark.parametrize("law", LAWS)
def test_far_out_there_is_still_a_slope(law: Any) -> None:
    slope = jax.jit(jax.vmap(jax.grad(lambda u: from_normal(u, law))))(jnp.array([-9.0, -1e-3, 1e-3, 9.0]))
    assert np.all(np.isfinite(slope) & (slope > 0))


@pytest.mark.parametrize("prior", PRIORS)
def test_densities_differ_by_the_jacobian(prior: Prior) -> None:
    model = networks.fully_connected(2, (3,), 2, prior, activation="tanh")
    coordinates = NormalCoordinates(Joint(model, *moons.load(20, 2, 0)["train"]), prior)
    u = jnp.asarray(np.random.default_rng(0).normal(size=len(coordinates.joint.start)))
    slopes = jnp.diag(jax.jit(jax.jacfwd(coordinates.theta))(u))
    expected = jax.jit(coordinates.joint.log_prob)(coordinates.theta(u)) + jnp.log(slopes).sum()
    assert float(jax.jit(coordinates.log_prob)(u)) == pytest.approx(float(expected), rel=1e-4)
