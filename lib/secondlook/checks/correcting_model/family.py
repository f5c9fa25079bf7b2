"""The comparisons that notebook 08 makes on real songs: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds, songs
from secondlook.checks.over_seeds import Compared
from secondlook.checks.songs import ACCURACY, MARGIN, OBJECTIVE, difference, place
from secondlook.checks.words import POINTS, Unit, between
from secondlook.compare import Paired, equivalent
from secondlook.results import Arm
from secondlook.studies.songs.arms import OVERLAP, REAL
from secondlook.studies.songs.correcting import CONFIDENCE, SHRINKAGE
from secondlook.studies.songs.corrections import STAGES

MAIN, ORIGINAL, TRAINED_ALONE = "correcting model", "max pooling by 2", "fully connected"
COMBINER, TRAINED_ON, NOT_FIXED = "linear combiner", "trained on", "original not fixed"
GIVEN_MORE, THROUGH_COMBINER = "given hidden units and output", "through a combiner from the sum"
FROM_RANDOM = "through a combiner"
"""A few hundred songs are too few to learn to add from a random start, so that the combiner which is judged begins as
the sum; the other is told beside it."""
COMBINATIONS = (
    "mean of probabilities",
    "mean of logits",
    COMBINER,
    "linear combiner from the mean",
    "combiner with a hidden layer",
    "unconstrained",
)
"""Of the three members, on every source."""
CONTROLS = {
    ORIGINAL: "original as it was",
    TRAINED_ON: "original trained on",
    "mean of late weights": "mean of late weights",
    "shifts": "shifts",
    "scale and shifts": "scale and shifts",
    "output layer refitted": "output layer refitted",
    "random original": "random original",
}
"""What takes one model, as the correcting model does, or a correction of nothing; and what it is called."""
JOINT = {MAIN: NOT_FIXED, COMBINER: "unconstrained"}
"""What is trained part by part, and the same trained jointly from the same weights."""
STACKED = ("gtzan", "codewords")
CLASSES = {"gtzan": 10, "gtzan folds": 10, "codewords": 7, "some order": 10}
SAID = {source: songs.SAID[source] for source in CLASSES}
TWO_TESTS = "Two one-sided tests of a difference within half a point"
"""How a line begins that tells what `within_half_a_point` finds."""


def of(source: str, name: str) -> Arm:
    """The arm of that name on a source."""
    return over_seeds.arm(place(source, name))


def beyond(source: str, score: str, level: float) -> Paired:
    """A score of the correcting model minus a fixed number, over seeds."""
    values = of(source, MAIN).scores[score]
    return compare.paired(values, np.full(len(values), level), OVERLAP.get(source, 0.0))


def tally(a: str, b: str, score: str) -> tuple[int, int]:
    """On how many real sources arm a is better than arm b by its 95 % interval, and on how many it is worse."""
    found = [difference(source, a, b, score) for source in REAL]
    above, below = sum(pair.low > 0 for pair in found), sum(pair.high < 0 for pair in found)
    return (above, below) if score == ACCURACY else (below, above)


@cache
def best_combination(source: str) -> str:
    """The combination that is right most often on the songs of ``valid``, mean over seeds and late epochs."""
    return max(COMBINATIONS, key=lambda name: of(source, name).scores["late/valid_accuracy"].mean())


def stack(shrinkage: float) -> str:
    """The arm of eight corrections with this shrinkage."""
    return f"eight corrections times {shrinkage:g}"


def questions(source: str) -> dict[str, Paired]:
    """Every comparison that is made on a source, by what it asks."""
    found = {f"over {name}": difference(source, MAIN, name) for name in (*CONTROLS, COMBINER)}
    found["over the best combination"] = difference(source, MAIN, best_combination(source))
    found |= {name: difference(source, name, MAIN) for name in (NOT_FIXED, GIVEN_MORE, THROUGH_COMBINER)}
    for name, joint in JOINT.items():
        found[f"joint {name}"] = difference(source, joint, name, OBJECTIVE)
        found[f"{joint}, reached"] = difference(source, joint, TRAINED_ON, OBJECTIVE)
    found["information"] = beyond(source, "alone/test_information", 0.0)
    found["chance"] = beyond(source, "alone/test_accuracy", 1 / CLASSES[source])
    found["trained alone"] = difference(source, MAIN, TRAINED_ALONE, "alone/test_accuracy", "end/test_accuracy")
    if source == "gtzan":
        low, high = (f"original times {factor:g}" for factor in (min(CONFIDENCE), max(CONFIDENCE)))
        found["confidence"] = difference(source, low, high, "alone/test_accuracy")
    if source in STACKED:
        last, first = (f"stage {m}/test_accuracy" for m in (STAGES, 1))
        for factor in SHRINKAGE:
            found[stack(factor)] = difference(source, stack(factor), stack(1), last, first)
    return found


@cache
def family() -> Mapping[tuple[str, str], Compared]:
    """Every comparison by source and question, with adjusted p-values."""
    return over_seeds.family({(source, asked): pair for source in REAL for asked, pair in questions(source).items()})


def across(question: str) -> dict[str, Compared]:
    """One question on the real sources where it is asked, by what the source is called."""
    return songs.asked(family(), question)


def in_each(a: str, b: str, score: str = ACCURACY, unit: Unit = POINTS) -> str:
    """Arm a minus arm b on every real source, with intervals and without a test: what is told and decides nothing."""
    return "; ".join(f"{SAID[source]} {between(difference(source, a, b, score), unit)}" for source in REAL)


def within_half_a_point(compared: Mapping[str, Compared]) -> dict[str, float]:
    """p of two one-sided tests that the difference in accuracy is less than half a point, by where it was made."""
    return {where: equivalent(found, MARGIN[ACCURACY]) for where, (found, _) in compared.items()}
