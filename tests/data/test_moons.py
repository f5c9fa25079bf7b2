"""The two moons: the law that is told of them is the one that draws them."""

import numpy as np
import pytest
from scipy import integrate

from secondlook.data import moons

POINTS = np.array([[0.0, 0.0], [1.0, 0.6], [0.5, 0.25], [-1.5, 0.3], [2.2, -1.0]])


def density(point: np.ndarray, lower: bool) -> float:
    """By quadrature over the angle: no sum of the library's."""

    def at(t: float) -> float:
        centre = (1 - np.cos(t), 0.5 - np.sin(t)) if lower else (np.cos(t), np.sin(t))
        return float(np.exp(-((point[0] - centre[0]) ** 2 + (point[1] - centre[1]) ** 2) / (2 * moons.NOISE**2)))

    return integrate.quad(at, 0, np.pi, epsabs=0)[0]


def test_probabilities_are_those_of_the_two_densities() -> None:
    of_lower = [density(x, True) / (density(x, True) + density(x, False)) for x in POINTS]
    np.testing.assert_allclose(moons.probability(POINTS)[:, 1], of_lower, rtol=1e-6)
    np.testing.assert_allclose(moons.probability(POINTS).sum(axis=1), 1)


def test_turning_the_plane_about_the_middle_swaps_the_moons() -> None:
    turned = np.array([1, 0.5]) - POINTS
    np.testing.assert_allclose(moons.probability(turned), moons.probability(POINTS)[:, ::-1], rtol=1e-9)


def test_the_law_is_calibrated_on_what_is_drawn() -> None:
    x, y = moons.load(20_000, 2, 0)["train"]
    p = moons.probability(x)[:, 1]
    for low in (0.0, 0.2, 0.4, 0.6, 0.8):
        here = (p >= low) & (p < low + 0.2)
        error = np.sqrt(np.mean(p[here] * (1 - p[here])) / here.sum())
        assert abs(y[here].mean() - p[here].mean()) < 4 * error


def test_a_seed_is_a_sample_of_its_own_and_the_law_is_the_same() -> None:
    a, again, b = moons.load(200, 100, 0), moons.load(200, 100, 0), moons.load(200, 100, 1)
    assert np.array_equal(a["train"].x, again["train"].x)
    assert not np.array_equal(a["train"].x, b["train"].x)
    assert (a["train"].x.shape, a["test"].x.shape) == ((200, 2), (100, 2))
    assert a.fingerprint == b.fingerprint == moons.fingerprint()
    assert a["train"].y.mean() == pytest.approx(0.5, abs=0.15)
