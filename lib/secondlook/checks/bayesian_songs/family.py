"""The comparisons that notebook 12 makes: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

from secondlook.checks import over_seeds
from secondlook.checks.bayesian_songs.systems import (
    ACCURACY,
    NLL,
    OURS,
    RIVALS,
    SAID,
    SCORES,
    SYSTEMS,
    on_common_seeds,
    path,
)
from secondlook.checks.over_seeds import LEVEL, Compared
from secondlook.checks.words import Unit, starred
from secondlook.compare import Paired, paired
from secondlook.studies.songs.variational import ALL, SIZES

SINGLE = ("point estimate", "point, temperature")
"""The rivals that were also trained on fewer songs."""


@cache
def family() -> Mapping[tuple[str, str, str], Compared]:
    """Every comparison with its adjusted p-value, by source, rival and score.

    It is `OURS` minus the rival; under the score ``"fewer songs"`` it is that difference in NLL on a quarter of the
    songs minus the same on all of them.
    """
    found: dict[tuple[str, str, str], Paired] = {
        (source, rival, score): against(source, rival, score)
        for source in ALL
        for rival in RIVALS
        for score in SCORES
        if score != ACCURACY or SYSTEMS[rival].reading != "scaled"  # a temperature changes no answer
    }
    for source in ALL:
        found |= {(source, rival, "fewer songs"): fewer_songs(source, rival) for rival in SINGLE}
    return over_seeds.family(found)


def against(source: str, rival: str, score: str) -> Paired:
    """A score of `OURS` minus that of a rival, over common seeds."""
    ours, theirs = SYSTEMS[OURS], SYSTEMS[rival]
    return over_seeds.by_score(
        path(source, ours.arm), f"{ours.reading}/{score}", path(source, theirs.arm), f"{theirs.reading}/{score}"
    )


def fewer_songs(source: str, rival: str) -> Paired:
    """By how much NLL less `OURS` has than a rival on a quarter of the songs, minus the same on all of them.

    Below zero the advantage is the larger the fewer the songs.
    """
    cells = [(name, songs) for songs in (SIZES[source][0], ALL[source]) for name in (OURS, rival)]
    ours_of_few, theirs_of_few, ours_of_all, theirs_of_all = on_common_seeds(source, cells, NLL)
    return paired(ours_of_few - theirs_of_few, ours_of_all - theirs_of_all)


def told(source: str, rival: str) -> tuple[list[str], list[str]]:
    """The scores in which `OURS` is told to be better than a rival on a source, and those in which it is worse."""
    found = {score: family().get((source, rival, score)) for score in SCORES}
    signs = {s: c.found.difference * SCORES[s] for s, c in found.items() if c is not None and c.p < LEVEL}
    return [s for s, sign in signs.items() if sign > 0], [s for s, sign in signs.items() if sign < 0]


def in_words(source: str) -> str:
    """Score by score, which rivals `OURS` is told to be better than on a source, and which it is worse than."""
    each, said = {rival: told(source, rival) for rival in RIVALS}, []
    for score in SCORES:
        better, worse = ([rival for rival in RIVALS if score in each[rival][k]] for k in (0, 1))
        sides = [
            f"{how} than {', '.join(f'*{of}*' for of in rivals)}"
            for how, rivals in (("better", better), ("worse", worse))
            if rivals
        ]
        said += [f"{SAID[score]} {' and '.join(sides)}"] if sides else []
    return "; ".join(said) or "told apart from no rival in any score"


def difference(source: str, rival: str, score: str, scale: float = 1.0, digits: int = 2) -> str:
    """A difference with its interval, an asterisk where it is told from zero."""
    return starred(family()[source, rival, score], Unit("", scale, digits))
