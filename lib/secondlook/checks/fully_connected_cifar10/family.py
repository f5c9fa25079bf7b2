"""The comparisons over training seeds that notebook 03 makes: one family, its p-values adjusted together."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np

from secondlook import compare, results, scores
from secondlook.checks.fully_connected_cifar10.printed import ANIMALS, CAR, CAT, CLASSES, DOG, TRUCK
from secondlook.checks.statistical import adjusted
from secondlook.compare import Paired
from secondlook.results import Arm

AFTER_TEN = "at_10/test_accuracy"
AT_END = "end/test_accuracy"


class Compared(NamedTuple):
    """A paired comparison and its p-value, adjusted by Holm for the whole family."""

    found: Paired
    p: float


def arm(name: str) -> Arm:
    """An arm given as ``study/arm``."""
    study, _, of = name.partition("/")
    return results.load(study)[of]


def over_common_seeds(a: Arm, b: Arm, values_a: np.ndarray, values_b: np.ndarray) -> Paired:
    """Compare two arms on the seeds that both have."""
    common = [seed for seed in a.seeds if seed in b.seeds]
    return compare.paired(
        values_a[[a.seeds.index(seed) for seed in common]], values_b[[b.seeds.index(seed) for seed in common]]
    )


def by_score(name_a: str, score_a: str, name_b: str, score_b: str) -> Paired:
    """Compare a score of one arm with a score of another."""
    a, b = arm(name_a), arm(name_b)
    return over_common_seeds(a, b, a.scores[score_a], b.scores[score_b])


def large_minus_small(rate: Callable[[np.ndarray], np.ndarray]) -> dict[str, Paired]:
    """Precision, recall or F1 on the test pictures, both nets as written: of classes, groups of them, and all."""
    large, small = arm("cifar10_larger/as written"), arm("cifar10/as written")
    of_large, of_small = (rate(net.items["at_10/test_confusion"]) for net in (large, small))
    groups = {"cats": [CAT], "dogs": [DOG], "cars": [CAR], "trucks": [TRUCK], "animals": ANIMALS, "all": range(CLASSES)}
    return {
        name: over_common_seeds(large, small, of_large[:, list(of)].mean(axis=1), of_small[:, list(of)].mean(axis=1))
        for name, of in groups.items()
    }


@cache
def family() -> dict[str, Compared]:
    """Every comparison by name, with adjusted p-values."""
    found = {
        "relu": by_score("cifar10/mended", AFTER_TEN, "cifar10/as written", AFTER_TEN),
        "pictures: full - half": by_score("cifar10/mended", AFTER_TEN, "cifar10_fewer_pictures/half", AT_END),
        "pictures: half - quarter": by_score(
            "cifar10_fewer_pictures/half", AT_END, "cifar10_fewer_pictures/quarter", AT_END
        ),
        "wide - narrow, converged": by_score("cifar10/mended", AT_END, "cifar10_smaller/narrow", AT_END),
        "large - small, as written": by_score("cifar10_larger/as written", AFTER_TEN, "cifar10/as written", AFTER_TEN),
        "convolutional - fully connected": by_score(
            "cifar10_convolutional/convolutional", AFTER_TEN, "cifar10/mended", AFTER_TEN
        ),
        **{f"f1 of {name}": pair for name, pair in large_minus_small(scores.f1).items() if name != "all"},
        "mean precision": large_minus_small(scores.precision)["all"],
        "mean recall": large_minus_small(scores.recall)["all"],
    }
    p = adjusted(found)
    return {name: Compared(pair, p[name]) for name, pair in found.items()}
