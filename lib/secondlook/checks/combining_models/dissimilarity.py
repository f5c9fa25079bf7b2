"""Members trained together and asked to differ: B66."""

import numpy as np
from scipy import stats

from secondlook import compare
from secondlook.checks.combining_models.family import SCORES, TOGETHER, across
from secondlook.checks.combining_models.words import KEY, one
from secondlook.checks.over_seeds import Compared, arm, on_common_seeds, some_better
from secondlook.checks.songs import ACCURACY, MARGIN, NLL, place
from secondlook.claims import Verdict, check
from secondlook.compare import Paired
from secondlook.studies.songs.combining import DISSIMILARITY

Gains = dict[str, dict[str, Compared]]
"""Over no dissimilarity, by arm and score."""


def gains() -> Gains:
    """Of every strength above 0, on GTZAN."""
    return {
        other: {score: next(iter(across(other, TOGETHER[0], score).values())) for score in SCORES}
        for other in TOGETHER[1:]
    }


def slope(score: str) -> Paired:
    """How a score changes with the strength, per unit of it: the least-squares slope of each seed, against 0."""
    values = on_common_seeds([arm(place("gtzan", variant)) for variant in TOGETHER], score)
    slopes = np.array([stats.linregress(DISSIMILARITY, of_seed).slope for of_seed in values.T])
    return compare.paired(slopes, np.zeros(len(slopes)))


@check("B66")
def asked_to_differ() -> Verdict:
    """Every strength of the dissimilarity term against none, in accuracy and loss, and the trend."""
    found = gains()
    each = "; ".join(
        f"{strength:g}: " + ", ".join(one(pair, score, p) for score, (pair, p) in of.items())
        for strength, of in zip(DISSIMILARITY[1:], found.values(), strict=True)
    )
    return Verdict(
        some_better(found, MARGIN),
        "On GTZAN, three members trained together from fresh weights on their mean cross-entropy less a multiple of "
        f"their ambiguity, judged by the mean of their logits. Gain over the multiple 0 {KEY}, by multiple: {each}. "
        f"Slope over the multiples: accuracy {one(slope(ACCURACY))}, loss {one(slope(NLL), NLL)}. At 1 only the "
        "mean is trained, and the members are one large net.",
    )
