"""What predicts the genre of a song: an arm of the study of songs in doubt, and one of the readings of its fits."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from secondlook.checks import over_seeds
from secondlook.results import Arm
from secondlook.studies.songs.variational import ALL, COLD, COUNTED, DROPOUT, ENSEMBLE, NAME, POINT, VARIATIONAL, place


class System(NamedTuple):
    """An arm by its name without the source, and how its fits are read: at their end, stopped early, or scaled."""

    arm: str
    reading: str = "end"


OURS = "songs counted 10 times"
"""The variational net that learns from few songs."""
SYSTEMS: Mapping[str, System] = {
    "point estimate": System(POINT),
    "point, stopped early": System(POINT, "stopped"),
    "point, temperature": System(POINT, "scaled"),
    "dropout": System(DROPOUT),
    "dropout, temperature": System(DROPOUT, "scaled"),
    "ensemble": System(ENSEMBLE),
    "ensemble, temperature": System(ENSEMBLE, "scaled"),
    "variational": System(VARIATIONAL),
    OURS: System(COUNTED),
    "songs counted 100 times": System(COLD),
}
"""By the names that they have in tables and figures."""
RIVALS = tuple(name for name, system in SYSTEMS.items() if system.arm in (POINT, DROPOUT, ENSEMBLE))
ACCURACY, NLL = "test_accuracy", "test_nll"
SCORES: Mapping[str, int] = {
    ACCURACY: +1,
    NLL: -1,
    "test_ece": -1,
    "test_auroc/confidence": +1,
    "test_half": +1,
}
"""What systems are compared by, and whether more of it is better."""
SAID: Mapping[str, str] = {
    ACCURACY: "accuracy",
    NLL: "NLL",
    "test_ece": "calibration error",
    "test_auroc/confidence": "area for errors",
    "test_half": "accuracy on the surest half",
}
"""What a score is called in a sentence."""


def arm(source: str, name: str, songs: int | None = None) -> Arm:
    """An arm that learns from that many songs of a source, from all of a real one if no number is given."""
    return over_seeds.arm(path(source, name, songs))


def path(source: str, name: str, songs: int | None = None) -> str:
    """The same arm as ``study/arm``."""
    return f"{NAME}/{place(source, name, ALL[source] if songs is None else songs)}"


def scores(source: str, system: str, score: str, songs: int | None = None) -> np.ndarray:
    """A score of a system over its seeds, ``(seeds,)``."""
    of = SYSTEMS[system]
    return arm(source, of.arm, songs).scores[f"{of.reading}/{score}"]


def on_common_seeds(source: str, cells: Sequence[tuple[str, int]], score: str) -> np.ndarray:
    """A score of systems, each with its number of songs, on the seeds that all of them have: ``(cells, seeds)``."""
    arms = over_seeds.matched(*(arm(source, SYSTEMS[name].arm, songs) for name, songs in cells))
    return np.array([of.scores[f"{SYSTEMS[name].reading}/{score}"] for (name, _), of in zip(cells, arms, strict=True)])
