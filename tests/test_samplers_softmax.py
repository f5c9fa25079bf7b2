"""All samplers that mix, on one small softmax regression, against a long NUTS run."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy.special import softmax

from secondlook.centre import Centre
from secondlook.lastlayer import SoftmaxRegression, in_tiles, posterior_mode, variational_centre
from secondlook.samplers import (
    SplitStep,
    crank_nicolson,
    diagnose,
    nuts,
    run_ensemble,
    split_hmc,
    walker_chains,
    whitened,
    whitened_hmc,
    whitened_log_prob,
)

RNG = np.random.default_rng(1)
ITEMS, K, CLASSES = 60, 3, 3
FEATURES = np.column_stack([np.maximum(RNG.normal(size=(ITEMS, K - 1)), 0), np.ones(ITEMS)])
LABELS = np.array([RNG.choice(CLASSES, p=p) for p in softmax(2 * FEATURES @ RNG.normal(size=(K, CLASSES)), axis=1)])
MODEL = SoftmaxRegression(FEATURES, LABELS, CLASSES, 0.3)
MODE = posterior_mode(MODEL)


def functions(draws: np.ndarray, log_prob: np.ndarray) -> np.ndarray:
    """Contrasts from the mode and their squares, and the log density from that of the mode."""
    apart = draws - MODE.contrasts.ravel()
    return np.concatenate([apart, apart**2, (log_prob - MODE.log_prob)[..., None]], axis=2)


@pytest.fixture(scope="module")
def truth() -> np.ndarray:
    start = MODE.laplace.draws(8, np.random.default_rng(0), spread=2.0)
    chains = nuts(lambda theta: MODEL.log_prob(theta[None])[0], start, 3000, 400, 0)
    return functions(chains.draws, chains.log_prob)


def in_ensembles(move: Callable) -> Callable:
    def sample(centre: Centre) -> np.ndarray:
        start = 2 * np.random.default_rng(0).standard_normal((16, len(centre.mean)))
        found = run_ensemble(whitened_log_prob(MODEL.log_prob, centre), start, move(centre), 2500, 0)
        chains = walker_chains(found)
        return functions(centre.points(chains.draws[:, 100:]), chains.log_prob[:, 100:])

    return sample


def in_chains(sampler: Callable) -> Callable:
    def sample(centre: Centre) -> np.ndarray:
        chains = sampler(MODEL.value_and_grad, centre, 16, 2000, 50, 0)
        return functions(chains.draws, chains.log_prob)

    return sample


def in_bfloat16(centre: Centre) -> np.ndarray:
    density = in_tiles(MODEL, centre.mean)
    chains = split_hmc(density.value_and_grad, centre, 16, 2000, 50, 0)
    return functions(chains.draws, chains.log_prob + float(MODEL.log_prob(centre.mean[None])[0]))


@pytest.mark.parametrize(
    "sample",
    [
        in_chains(split_hmc),
        in_bfloat16,
        in_chains(whitened_hmc),
        in_ensembles(lambda centre: SplitStep(whitened(MODEL.value_and_grad, centre))),
        in_ensembles(lambda centre: crank_nicolson(0.8)),
    ],
    ids=["split HMC", "split HMC in tiles", "whitened HMC", "split step in emcee", "Crank-Nicolson in emcee"],
)
def test_a_small_softmax_regression_has_the_moments_that_nuts_finds(sample: Callable, truth: np.ndarray) -> None:
    centre = variational_centre(MODEL, MODE, 0)
    found = sample(centre)
    told, of_truth = diagnose(found), diagnose(truth)
    assert (told.rhat < 1.02).all()
    z = (found.mean(axis=(0, 1)) - truth.mean(axis=(0, 1))) / np.hypot(told.mcse, of_truth.mcse)
    assert (abs(z) < 4.5).all(), z


def test_the_posterior_is_not_its_centre(truth: np.ndarray) -> None:
    """Else agreement would show nothing: draws of the centres themselves fail the same comparison."""
    for centre in (MODE.laplace, variational_centre(MODEL, MODE, 0)):
        points = centre.draws(16 * 2000, np.random.default_rng(0))
        of_points = functions(points[None], np.asarray(MODEL.log_prob(points), float)[None])[0]
        error = np.hypot(of_points.std(axis=0) / np.sqrt(len(points)), diagnose(truth).mcse)
        assert (abs(of_points.mean(axis=0) - truth.mean(axis=(0, 1))) > 6 * error).any()
