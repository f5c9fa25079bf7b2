"""The studies of songs as checks see them: where an arm stands, how two are compared, and how it is said."""

from collections.abc import Iterable, Mapping
from functools import cache

from secondlook import studies
from secondlook.checks.over_seeds import by_score
from secondlook.compare import Paired
from secondlook.studies.songs.arms import OVERLAP, REAL

ACCURACY, NLL = "late/test_accuracy", "late/test_nll"
VALIDATION = "late/valid_accuracy"
BESIDE = "On the validation songs, which decide nothing here"
"""How a finding begins to tell what `on_validation` says."""
MARGIN: Mapping[str, float] = {ACCURACY: 0.005, NLL: 0.01}
"""Half a point of accuracy, a hundredth of a nat: a smaller difference counts as none."""
SAID: Mapping[str, str] = {
    "gtzan": "GTZAN, artists kept apart",
    "gtzan folds": "GTZAN, cross-validated",
    "codewords": "MSD codewords",
    "no order": "synthetic songs without order",
    "some order": "synthetic songs with some order",
    "order alone": "synthetic songs with order alone",
    "audioset": "AudioSet, 25 genres",
    "25 genres": "synthetic songs, 25 genres",
}
"""What a source is called in a sentence."""
BASELINE, PLAIN, POOLED = "baseline", "kernels of 3", "max pooling by 2"
"""Document 001's three steps to its best single net."""


@cache
def _places() -> Mapping[str, str]:
    of_songs = [name for name in studies.NAMES if name.startswith("songs_")]
    return {run.arm: f"{name}/{run.arm}" for name in of_songs for run in studies.study(name).full}


def place(source: str, name: str) -> str:
    """The arm of that name on a source as ``study/arm``, in whichever study it stands."""
    return _places()[f"{source} {name}"]


def difference(source: str, a: str, b: str, score: str = ACCURACY, score_b: str | None = None) -> Paired:
    """A score of arm a minus that, or `score_b`, of arm b on one source, over the seeds that both have."""
    return by_score(place(source, a), score, place(source, b), score_b or score, OVERLAP.get(source, 0.0))


def on_validation(a: str, b: str, sources: Iterable[str] = REAL) -> str:
    """The accuracy of arm a minus that of arm b on the validation songs of some sources, in words.

    They choose nothing between these arms: they are other songs, which show what an interval over seeds leaves out.
    """
    found = {SAID[source]: difference(source, a, b, VALIDATION) for source in sources}
    return ", ".join(
        f"{where} {100 * one.difference:+.1f} ({100 * one.low:+.1f} to {100 * one.high:+.1f})"
        for where, one in found.items()
    )
