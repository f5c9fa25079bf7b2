"""Members trained together and asked to differ: B66."""

import numpy as np
from scipy import stats

from secondlook import compare
from secondlook.checks.combining_models.family import SCORES, TOGETHER, UNITS, across
from secondlook.checks.over_seeds import LEVEL, Compared, arm, on_common_seeds, some_better
from secondlook.checks.songs import ACCURACY, MARGIN, NLL, place
from secondlook.checks.words import KEY, NATS, between, brief, effect
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


def signed(found: Gains, sign: int) -> str:
    """The multiples whose gain is told from zero with that sign, in either score, each with its gain."""
    told = [
        f"multiple {strength:g} ({effect(pair, UNITS[score])})"
        for strength, of in zip(DISSIMILARITY[1:], found.values(), strict=True)
        for score, (pair, p) in of.items()
        if p < LEVEL and pair.difference * sign > 0
    ]
    return " and ".join(told) or "none"


def reach(found: Gains) -> str:
    """How high the intervals of gains end at most, of the multiples that are not told to be worse; in words."""
    kept = [of for of in found.values() if not any(p < LEVEL and pair.difference < 0 for pair, p in of.values())]
    if not kept:
        return "Every multiple is told to be worse"
    accuracy, loss = (max(of[score].found.high for of in kept) for score in SCORES)
    return (
        f"The others' 95 % intervals end at {100 * accuracy:+.2f} points and {loss:+.3f} nats at most; a gain of less "
        f"than {100 * MARGIN[ACCURACY]:g} points and {MARGIN[NLL]:g} nats counts as none"
    )


@check("B66")
def asked_to_differ() -> Verdict:
    """Every strength of the dissimilarity term against none, in accuracy and loss, and the trend."""
    found = gains()
    return Verdict(
        some_better(found, MARGIN),
        "On GTZAN, three members are trained together on their mean cross-entropy less a multiple of their ambiguity. "
        f"Told to be better than the multiple 0, in accuracy or loss: {signed(found, +1)}; told to be worse: "
        f"{signed(found, -1)}. {reach(found)}.",
        evidence=(
            "The members start from fresh weights and are judged by the mean of their logits; a gain in loss is "
            "positive where the loss is lower.",
            "At the multiple 1 only the mean is trained, and the members are one large net.",
            *(
                f"Gain in {name} of the multiple {strength:g} over 0: {brief(*of[score], UNITS[score])}."
                for score, name in ((ACCURACY, "accuracy"), (NLL, "loss"))
                for strength, of in zip(DISSIMILARITY[1:], found.values(), strict=True)
            ),
            f"Slopes over the multiples, per unit: accuracy {between(slope(ACCURACY))}, loss "
            f"{between(slope(NLL), NATS)}, which is better where it falls.",
            KEY,
        ),
    )
