"""The comparisons that notebook 07 makes on real songs: one family, its p-values adjusted together."""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise

from secondlook.checks import over_seeds
from secondlook.checks.combining_models import decomposition
from secondlook.checks.over_seeds import Compared
from secondlook.checks.songs import ACCURACY, BASELINE, NLL, PLAIN, POOLED, SAID, asked, difference
from secondlook.checks.words import NATS, POINTS, between
from secondlook.compare import Paired
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.combiners import KEPT
from secondlook.studies.songs.combining import DISSIMILARITY
from secondlook.studies.songs.members import MEMBERS

FULLY_CONNECTED, CORRECTING = "fully connected", "correcting model"
MEAN, THREE_OF_A_KIND, OUT_OF_FOLD = "mean of probabilities", "three of a kind", "stacked out of fold"
COMBINER, FROM_MEAN, HIDDEN = "linear combiner", "linear combiner from the mean", "combiner with a hidden layer"
FREE, FRESH, TRAINED_ON = "unconstrained", "unconstrained from fresh weights", "trained on"
STEPS = (BASELINE, PLAIN, POOLED, FROM_MEAN, CORRECTING)
"""The document's five headline models, in the order of their numbers."""
TOGETHER = tuple(f"dissimilarity {value:g}" for value in DISSIMILARITY)

UNITS = {ACCURACY: POINTS, NLL: NATS}
SCORES = tuple(UNITS)
CONTROL = "some order"


def gain(source: str, a: str, b: str, score: str = ACCURACY) -> Paired:
    """By how much variant a is better than b: the difference in accuracy, or minus that in NLL."""
    return difference(source, a, b, score) if score == ACCURACY else difference(source, b, a, score)


@cache
def family() -> Mapping[tuple[str, str, str, str], Compared]:
    """Every comparison by source, the two variants and the score; positive where the first variant is better."""
    scored: list[tuple[str, str, str, str]] = []
    for source in REAL:
        scored += [(source, after, before, ACCURACY) for before, after in pairwise(STEPS)]
        scored += [(source, HIDDEN, FROM_MEAN, ACCURACY), (source, FREE, COMBINER, ACCURACY)]
    scored += [("gtzan", other, TOGETHER[0], score) for other in TOGETHER[1:] for score in SCORES]
    found = {of: gain(*of) for of in scored}
    found |= {
        (KEPT, MEAN, member, part): decomposition.reduction(part, member)
        for member in MEMBERS
        for part in decomposition.PARTS
    }
    return over_seeds.family(found)


def beside(label: str, a: str, b: str, score: str = ACCURACY, places: Sequence[str] = REAL) -> str:
    """The gain of a over b on several sources as a line of evidence, where it decides nothing."""
    found = {SAID[source]: gain(source, a, b, score) for source in places}
    return f"{label}: {', '.join(f'{where} {between(pair, UNITS[score])}' for where, pair in found.items())}."


def across(a: str, b: str, score: str = ACCURACY) -> dict[str, Compared]:
    """One pair of variants on the real sources that have it, by what the source is called."""
    return asked(family(), a, b, score)
