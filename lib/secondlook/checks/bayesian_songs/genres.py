"""The test songs of GTZAN one by one: in which genres nets are wrong, and in which they know."""

from typing import NamedTuple

import numpy as np

from secondlook import uncertainty
from secondlook.checks.bayesian_songs.systems import SYSTEMS, arm
from secondlook.checks.songs import GTZAN_CLASSES, GTZAN_TEST


class Errors(NamedTuple):
    """By genre, means over songs and seeds, each ``(genres,)``: of 1 − max p, of errors, and of mutual information."""

    expected: np.ndarray
    actual: np.ndarray
    epistemic: np.ndarray


def probability(system: str) -> np.ndarray:
    """Predictions on all test songs, ``(seeds, songs, genres)``; of readings that no temperature has scaled."""
    of = SYSTEMS[system]
    p = arm("gtzan", of.arm).items[f"{of.reading}/probability"].astype(np.float64)
    return np.asarray(p / p.sum(axis=2, keepdims=True))  # half precision


def by_genre(system: str) -> Errors:
    """How often a system expects to be wrong in each genre, and how often it is."""
    of, p = SYSTEMS[system], probability(system)
    epistemic = arm("gtzan", of.arm).items[f"{of.reading}/epistemic"].astype(np.float64)
    wrong = p.argmax(axis=2) != GTZAN_CLASSES
    return Errors(*(_mean_of_genres(values) for values in (1 - p.max(axis=2), wrong, epistemic)))


def _mean_of_genres(values: np.ndarray) -> np.ndarray:
    of_song = values.mean(axis=0)
    return np.array([of_song[genre == GTZAN_CLASSES].mean() for genre in range(len(GTZAN_TEST))])


def chance_error(p: np.ndarray, draws: int = 100) -> float:
    """The calibration error that is to be expected if every song's class were drawn from its p ``(songs, classes)``."""
    rng, cumulative = np.random.default_rng(0), p.cumsum(axis=1)
    cumulative[:, -1] = 1.0
    drawn = [(rng.random((len(p), 1)) < cumulative).argmax(axis=1) for _ in range(draws)]
    return float(np.mean([uncertainty.calibration_error(p, y) for y in drawn]))
