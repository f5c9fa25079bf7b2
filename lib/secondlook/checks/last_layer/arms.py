"""The arms of the study of last layers as checks see them: where, by which method, and how it is read."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from secondlook.checks import over_seeds
from secondlook.compare import Paired, paired
from secondlook.results import Arm
from secondlook.studies.last_layer.study import NAME, place


class Where(NamedTuple):
    """Whose last layer, how many training items it is given, and how many of the hidden units; None for all."""

    source: str
    items: int | None = None
    units: int | None = None

    def every(self, method: str) -> Arm:
        """The arm of a method here, with every seed."""
        return over_seeds.arm(f"{NAME}/{place(self.source, method, self.items, self.units)}")

    def arm(self, method: str) -> Arm:
        """The same, but without seeds whose chains do not agree, where two others are left."""
        of = self.every(method)
        if method != "hmc" or agreeing(of).sum() < 2:
            return of
        return of.on([seed for seed, agrees in zip(of.seeds, agreeing(of), strict=True) if agrees])


class Reading(NamedTuple):
    """A method of the study, and by which of its predictions it is judged."""

    method: str
    split: str = "test"


GTZAN, MNIST, SONGS = Where("gtzan"), Where("mnist"), Where("songs")
HALVES: Mapping[str, Where] = {
    "the same songs": Where("songs, the half learnt from"),
    "other songs": Where("songs, the other half"),
}
"""On which songs the features were learnt, of the 20,000 that the last layer is given."""
REAL = (GTZAN, MNIST)
"""They decide. The synthetic songs are as many as the document's."""
SAID: Mapping[Where, str] = {GTZAN: "GTZAN", MNIST: "MNIST", SONGS: "synthetic songs"}
POINT, MODE, LAPLACE, HMC = "trained layer", "mode", "Laplace", "HMC"
AVERAGE, LAST = "the walkers' average", "the last walker"
READINGS: Mapping[str, Reading] = {
    POINT: Reading("point"),
    LAST: Reading("document", "last"),
    AVERAGE: Reading("document"),
    MODE: Reading("mode"),
    LAPLACE: Reading("laplace"),
    HMC: Reading("hmc"),
}
"""By the names that they have in tables and figures."""
ACCURACY, NLL, ECE, GAP = "accuracy", "nll", "ece", "gap"
MARGIN: Mapping[str, float] = {ACCURACY: 0.005, NLL: 0.01}
"""Half a point of accuracy, a hundredth of a nat: a smaller difference counts as none."""
CONVERGED, FEWEST = 1.05, 400
"""The largest R-hat, of some 2,300 quantities, below which chains are taken to agree, and the fewest effective draws.
Vehtari et al. (2021) ask for 400 and, of a single quantity, for 1.01."""


def agreeing(of: Arm) -> np.ndarray:
    """In which seeds the chains of HMC agree and are long enough, ``(seeds,)``."""
    return (of.scores["rhat"] < CONVERGED) & (of.scores["ess"] > FEWEST)


def values(where: Where, name: str, score: str) -> np.ndarray:
    """A score of a reading over its seeds, ``(seeds,)``; the gap is the NLL of test items less that of training items.

    A score that begins with ``train_`` is of the training items.
    """
    return _read(where.arm(READINGS[name].method), name, score)


def _read(of: Arm, name: str, score: str) -> np.ndarray:
    split = READINGS[name].split
    if score == GAP:
        return of.scores[f"{split}_{NLL}"] - of.scores[f"train_{NLL}"]
    return of.scores[score if score.startswith("train_") else f"{split}_{score}"]


def difference(where: Where, a: str, b: str, score: str, elsewhere: Where | None = None) -> Paired:
    """A score of reading a less that of reading b, here or elsewhere, over the seeds that both have."""
    other = elsewhere or where
    of_a, of_b = over_seeds.matched(where.arm(READINGS[a].method), other.arm(READINGS[b].method))
    return paired(_read(of_a, a, score), _read(of_b, b, score))


def deciding() -> list[Where]:
    """The real sources on which the chains of HMC agree in two seeds at least."""
    return [where for where in REAL if agreeing(where.every("hmc")).sum() > 1]


def left_out() -> str:
    """A sentence on the real sources that decide nothing, or nothing if all decide; for the end of a finding."""
    names = [SAID[where] for where in REAL if where not in deciding()]
    return f" Nothing is decided on {' and '.join(names)}, where chains do not agree." if names else ""


def mixed() -> str:
    """What the diagnostics of HMC show, in words."""
    told = []
    for where, name in SAID.items():
        of = where.every("hmc")
        rhat, ess, good = of.scores["rhat"], of.scores["ess"], agreeing(of)
        if not good.any():
            told.append(f"{name}, where the chains agree in none of {len(good)} seeds, and which decides nothing")
            continue
        told.append(f"{name} {rhat[good].max():.3f} and {ess[good].min():,.0f}")
        if not good.all():
            told[-1] += f" in {good.sum()} of {len(good)} seeds"
    return (
        f"HMC's largest R-hat and smallest effective number of draws: {'; '.join(told)} (chains "
        f"agree where these are below {CONVERGED} and above {FEWEST}; seeds whose chains do not are left out)"
    )
