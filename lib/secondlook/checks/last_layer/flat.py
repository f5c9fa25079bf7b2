"""The flat prior of the document: A09."""

from functools import cache

import numpy as np
from scipy.special import log_softmax

from secondlook.checks.exact import decide
from secondlook.checks.last_layer.arms import GTZAN, SAID, SONGS, Where
from secondlook.checks.last_layer.curved import CLASSES, HIDDEN
from secondlook.claims import Verdict, check
from secondlook.studies.last_layer.document import STEPS

ITEMS, FAR = 500, 100.0
"""Random songs, and how far their weights are moved along a direction."""
TOLERANCE = 1e-9
BOUNDS = (0.01, 0.1, 1.0, 10.0)
SURE = 0.99


@cache
def songs() -> np.ndarray:
    """Random features ``(songs, k)``: rectified normals, and the ones."""
    rng = np.random.default_rng(0)
    return np.column_stack([np.maximum(rng.normal(size=(ITEMS, HIDDEN)), 0), np.ones(ITEMS)])


def log_likelihood(weights: np.ndarray) -> float:
    """Of random labels, given weights ``(k, classes)``."""
    labels = np.random.default_rng(1).integers(CLASSES, size=ITEMS)
    return float(log_softmax(songs() @ weights, axis=1)[np.arange(ITEMS), labels].sum())


def changes() -> np.ndarray:
    """Relative changes of the log likelihood when one feature's weights of every class are moved far, ``(k,)``."""
    weights = np.random.default_rng(2).normal(size=(HIDDEN + 1, CLASSES))
    before, found = log_likelihood(weights), []
    for feature in range(HIDDEN + 1):
        moved = weights.copy()
        moved[feature] += FAR
        found.append(abs(log_likelihood(moved) / before - 1))
    return np.array(found)


def sure(bound: float) -> float:
    """The share of predictions with a probability above `SURE`, under weights uniform between ±bound."""
    rng = np.random.default_rng(3)
    weights = rng.uniform(-bound, bound, size=(20, HIDDEN + 1, CLASSES))
    p = np.exp(log_softmax(songs() @ weights, axis=2))
    return float(np.mean(p.max(axis=2) > SURE))


def spreads(where: Where) -> str:
    """The walkers' spread along the flat directions and in the contrasts, at the start and at the end, in words."""
    level, contrast = (where.arm("document").curves[name]["mean"] for name in ("level", "contrast"))
    return (
        f"The walkers' standard deviations at their start and after the last step, {SAID[where]}: {level[0]:.2f} and "
        f"{level[-1]:.2f} along these directions, {contrast[0]:.2f} and {contrast[-1]:.2f} in differences between "
        f"genres, which is {contrast[0] / level[0]:.2f} times as much at the start and "
        f"{contrast[-1] / level[-1]:.2f} times at the end."
    )


@check("A09")
def flat_prior() -> Verdict:
    """The log likelihood along the directions it does not see, the walkers' spread there, and what flat says."""
    flat = int(np.sum(changes() < TOLERANCE))
    opinions = {f"±{bound:g}": f"{sure(bound):.0%}" for bound in BOUNDS}
    widest, share = list(opinions.items())[-1]
    return decide(
        flat == 0,
        f"Along {flat} of {HIDDEN + 1} directions, in each of which a feature's weights of every genre change alike, "
        "the log likelihood stays the same. So the likelihood times a constant has no finite integral, whatever the "
        "songs: there is no posterior to sample. Nor is flat a way to assume nothing: with weights uniform between "
        f"{widest}, {share} of the predictions are surer than {100 * SURE:g} % before a song is heard.",
        "a flat prior on 2,010 weights assumes nothing",
        r"proper: $N(0, 1/\lambda)$ on every weight, $\lambda > 0$",
        (
            f"Moved by {FAR:g} along each of these {HIDDEN + 1} directions, the weights leave the log likelihood as it "
            f"is along {flat} of them, but for rounding.",
            f"A long chain wanders along these directions for ever, of which {STEPS} steps need not show anything.",
            *(spreads(where) for where in (GTZAN, SONGS)),
            "Flat in the weights is not flat in the probabilities: with weights uniform between the bounds, the share "
            f"of predictions that are surer than {100 * SURE:g} % is "
            + ", ".join(f"{sure_of} for {bound}" for bound, sure_of in opinions.items())
            + ".",
            "The wider the bounds, the surer such a prior is of every song before it has heard one.",
        ),
    )
