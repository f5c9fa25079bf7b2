"""The studies of songs as checks see them: where an arm stands, how two are compared, and how it is said."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeVar

import numpy as np

from secondlook import studies
from secondlook.checks.over_seeds import LEVEL, Compared, arm, by_score, matched
from secondlook.checks.words import TENTHS, between
from secondlook.compare import Paired
from secondlook.compare_items import Crossed, crossed
from secondlook.studies.songs.arms import OVERLAP, REAL
from secondlook.studies.songs.sources import SOURCES

Key = TypeVar("Key", bound=tuple[str, ...])
Family = Mapping[tuple[str, str, str], Compared]
"""Comparisons by source and the two arms."""
ACCURACY, NLL = "late/test_accuracy", "late/test_nll"
VALIDATION = "late/valid_accuracy"
OBJECTIVE, TRAIN = "end/train_objective", "end/train_nll"
"""What a net is trained on, with penalties, and without."""
BESIDE = "On the validation songs, which decide nothing here"
"""How a finding begins to tell what `on_validation` says."""
ANEW = "after the last epoch, as if the test songs were drawn anew with the seeds"
"""How a line of evidence goes on to tell what `with_songs_anew` says."""
ONE_TEST_SET = tuple(source for source in REAL if SOURCES[source].same_songs)
"""The real sources on which one set of test songs serves all seeds."""
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
GTZAN_TEST = {
    "blues": 31,
    "classical": 31,
    "country": 30,
    "disco": 29,
    "hiphop": 27,
    "jazz": 27,
    "metal": 27,
    "pop": 30,
    "reggae": 26,
    "rock": 32,
}
"""How many test songs a genre of GTZAN has. They stand in this order, so that this tells the class of each."""
GTZAN_CLASSES = np.repeat(np.arange(len(GTZAN_TEST)), list(GTZAN_TEST.values()))
"""Of every test song, ``(290,)``."""
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


def anew(source: str, a: str, b: str) -> Crossed:
    """The accuracy of arm a minus that of arm b after the last epoch, as if seeds and songs were both drawn anew."""
    return crossed(*(of.items["test_right"] for of in matched(*(arm(place(source, name)) for name in (a, b)))))


def with_songs_anew(a: str, b: str, sources: Iterable[str] = ONE_TEST_SET) -> str:
    """That on the sources where one set of test songs serves all seeds, in words."""
    return _in_words({source: anew(source, a, b) for source in sources})


def among(compared: Family, *pairs: tuple[str, str]) -> Family:
    """Those of some pairs of arms. KeyError if a pair is not compared."""
    if unknown := set(pairs) - {at[1:] for at in compared}:
        raise KeyError(f"{unknown}: not compared in this family")
    return {at: one for at, one in compared.items() if at[1:] in pairs}


def asked(compared: Mapping[Key, Compared], *question: str) -> dict[str, Compared]:
    """What a family asks, on the sources where it does, by what they are called. KeyError if it does so nowhere.

    Of a key, the first part is the source and the rest the question.
    """
    found = {SAID[key[0]]: one for key, one in compared.items() if key[1:] == question}
    if not found:
        known = sorted({" - ".join(key[1:]) for key in compared})
        raise KeyError(f"{' - '.join(question)}: no question of this family; it asks {', '.join(known)}")
    return found


def outlasting(compared: Family) -> dict[tuple[str, str, str], bool]:
    """Of comparisons that seeds tell on one set of test songs: which are told with songs drawn anew, too."""
    told = [at for at, (_, p) in compared.items() if p < LEVEL and at[0] in ONE_TEST_SET]
    found = {at: anew(*at) for at in told}
    return {at: one.low * one.high > 0 for at, one in found.items()}


def how_many_outlast(compared: Family) -> str:
    """How many of them; for a finding."""
    kept = outlasting(compared)
    return f"Told from zero on these test songs: {len(kept)}; were songs drawn anew, too: {sum(kept.values())}."


def by_accuracy(a: str, b: str | Mapping[str, str]) -> str:
    """That a verdict on arm a against b, on the real sources, is not by their NLL, and what that says; for a finding.

    b may be another arm on each source.
    """
    rivals = dict.fromkeys(REAL, b) if isinstance(b, str) else b
    found = [difference(source, a, rival, NLL) for source, rival in rivals.items()]
    lower, higher = sum(one.high < 0 for one in found), sum(one.low > 0 for one in found)
    return f"The NLL does not decide; by its intervals it is lower on {lower} and higher on {higher} sources."


def on_validation(a: str, b: str, sources: Iterable[str] = REAL) -> str:
    """The accuracy of arm a minus that of arm b on the validation songs of some sources, in words.

    They choose nothing between these arms: they are other songs, which show what an interval over seeds leaves out.
    """
    return _in_words({source: difference(source, a, b, VALIDATION) for source in sources})


def _in_words(found: Mapping[str, Paired | Crossed]) -> str:
    return ", ".join(f"{SAID[source]} {between(one, TENTHS)}" for source, one in found.items())
