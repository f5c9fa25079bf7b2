"""Targets whose moments are known, and the one way in which every sampler's draws are held against them."""

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.centre import Centre
from secondlook.samplers import diagnose

FEW = 3
"""Coordinates that are looked at one by one."""


class Normal:
    """N(mean, S Sᵀ), correlated and with standard deviations from 0.3 to 3."""

    def __init__(self, d: int) -> None:
        rng = np.random.default_rng(d)
        self.d, self.mean = d, np.linspace(-1, 1, d)
        self.root = np.geomspace(0.3, 3, d)[:, None] * (np.eye(d) + 0.5 * rng.normal(size=(d, d)) / np.sqrt(d))
        self.back = np.linalg.inv(self.root)

    def value_and_grad(self, theta: jax.Array) -> tuple[jax.Array, jax.Array]:
        y = (theta - self.mean) @ jnp.asarray(self.back.T, jnp.float32)
        return -0.5 * (y**2).sum(axis=1), -y @ jnp.asarray(self.back, jnp.float32)

    def log_prob(self, theta: np.ndarray) -> np.ndarray:
        return -0.5 * (((theta - self.mean) @ self.back.T) ** 2).sum(axis=1)

    def centre(self, off: float) -> Centre:
        """The normal itself for off = 0; else its mean is off, and its standard deviations are, to both sides."""
        wrong = np.exp(off * np.linspace(-1, 1, self.d))
        return Centre(self.mean + off * self.root @ np.ones(self.d) / np.sqrt(self.d), self.root * wrong)


def agrees(walkers: np.ndarray, target: Normal) -> None:
    """Assert that independent ensembles ``(ensembles, steps, walkers, d)`` have the target's moments.

    Looked at are means, squares and a product of coordinates in which the target is N(0, I), and their mean square
    over all dimensions. A mean over walkers and steps may be 4.5 of its Monte Carlo errors off, and the ensembles must
    agree with each other. Chains are ensembles of one walker.
    """
    y = (walkers - target.mean) @ target.back.T
    few = y[..., :FEW]
    functions = np.concatenate([few, few**2, y[..., :1] * y[..., 1:2], (y**2).mean(axis=-1, keepdims=True)], axis=-1)
    count = few.shape[-1]
    truth = np.array([0.0] * count + [1.0] * count + [0.0, 1.0])
    averages = functions.mean(axis=2)
    found = diagnose(averages)
    assert (found.rhat < 1.05).all(), f"the ensembles do not agree: R-hat {found.rhat}"
    z = (averages.mean(axis=(0, 1)) - truth) / found.mcse
    assert (abs(z) < 4.5).all(), f"Monte Carlo errors off: {z}"
