"""The ways to the last layer's weights: each gives draws of them ``(draws, k, classes)``, and what it showed."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from secondlook.data.dataset import Split
from secondlook.lastlayer import (
    Mode,
    SoftmaxRegression,
    full_weights,
    probabilities,
    variational_centre,
)
from secondlook.runs import Arrays
from secondlook.samplers import diagnose, split_hmc
from secondlook.studies.last_layer import document
from secondlook.studies.last_layer.measures import of_mean, predicted

DRAWS = 1_000
"""Kept for predictions."""
CHAINS, STEPS, WARMUP = 16, 800, 100
"""Of split HMC: enough for R-hat to fall to about 1.01 in the worst of 1,809 parameters."""
WATCHED = 50
"""Test items whose probabilities tell whether chains agree."""
LOOKS = (0, 1, 3, 10, 30, 60, 110)
"""Steps at which the document's ensemble is asked for predictions."""


class Problem(NamedTuple):
    """What a method is given: the posterior and its mode, the trained weights ``(k, classes)``, the test items."""

    posterior: SoftmaxRegression
    mode: Mode
    trained: np.ndarray
    test: Split
    seed: int

    def weights(self, contrasts: np.ndarray) -> np.ndarray:
        """Flattened contrasts ``(draws, d)`` as weights, in the zero-sum form."""
        return full_weights(contrasts.reshape(len(contrasts), *self.mode.contrasts.shape))


class Found(NamedTuple):
    """Draws of the weights ``(draws, k, classes)``, and what the way to them showed."""

    draws: np.ndarray
    scores: dict[str, float]
    curves: Arrays


def point(of: Problem) -> Found:
    """The layer as the net's training left it."""
    return Found(of.trained[None], {}, {})


def mode(of: Problem) -> Found:
    """The most probable weights."""
    return Found(of.weights(of.mode.contrasts.reshape(1, -1)), {"log_prob": of.mode.log_prob}, {})


def laplace(of: Problem) -> Found:
    """Draws of the normal with the posterior's mode and its curvature there."""
    return Found(of.weights(of.mode.laplace.draws(DRAWS, np.random.default_rng(of.seed))), {}, {})


def hmc(of: Problem) -> Found:
    """Draws of the posterior, by split HMC about its variational centre, from starts twice as far apart as draws."""
    centre = variational_centre(of.posterior, of.mode, of.seed)
    chains = split_hmc(of.posterior.value_and_grad, centre, CHAINS, STEPS, WARMUP, of.seed)
    every = chains.draws.reshape(-1, chains.draws.shape[2])
    watched = of.test.x[:WATCHED]
    p = np.stack([probabilities(watched, of_chain, of.posterior.classes) for of_chain in chains.draws])
    values = np.concatenate([p.reshape(*p.shape[:2], -1), chains.log_prob[:, :, None]], axis=2)
    told = [diagnose(values), diagnose(chains.draws)]
    scores = {
        "rhat": max(of.largest_rhat for of in told),
        "ess": float(min(of.ess_bulk.min() for of in told)),
        "log_prob": float(chains.log_prob.mean()),
        "log_prob_sd": float(chains.log_prob.std()),
        "acceptance": chains.acceptance,
        "gradients": chains.evaluations / (CHAINS * STEPS),
    }
    return Found(of.weights(every[:: max(1, len(every) // DRAWS)]), scores, {})


def as_documented(of: Problem) -> Found:
    """The end positions of the document's ensemble; on its way, what it predicts and how far it has spread.

    `level` is the root mean square, over hidden units, of the walkers' standard deviation in the mean over classes of
    a unit's weights, which no prediction depends on; `contrast` is the same for the contrasts.
    """
    train = Split(of.posterior.features, of.posterior.labels)
    rows, looks = [], []
    for now in document.sample(train, of.trained, of.seed):
        level, contrast = now.walkers.mean(axis=2), now.walkers[..., :-1] - now.walkers[..., -1:]
        finite = now.log_likelihood[np.isfinite(now.log_likelihood)]
        mean = finite.mean() if len(finite) else np.nan  # on MNIST's features all begin at minus infinity
        rows.append((mean, len(finite) / len(now.walkers), now.moved, _spread(level), _spread(contrast)))
        if now.step in LOOKS:
            average = of_mean(predicted(of.test.x, now.walkers).mean, of.test.y, "test")
            looks.append((average["test_accuracy"], average["test_nll"]))
    names = ("log_likelihood", "finite", "moved", "level", "contrast")
    curves: Arrays = dict(zip(names, np.array(rows).T, strict=True))
    curves |= dict(zip(("look_accuracy", "look_nll"), np.array(looks).T, strict=True))
    last = of_mean(predicted(of.test.x, now.walkers[-1:]).mean, of.test.y, "last")
    return Found(now.walkers, last | {"best_log_likelihood": float(now.log_likelihood.max())}, curves)


def _spread(values: np.ndarray) -> float:
    return float(np.sqrt(values.var(axis=0).mean()))


METHODS: Mapping[str, Callable[[Problem], Found]] = {
    "point": point,
    "mode": mode,
    "laplace": laplace,
    "hmc": hmc,
    "document": as_documented,
}
