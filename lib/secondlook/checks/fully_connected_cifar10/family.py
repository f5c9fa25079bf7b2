"""The comparisons over training seeds that notebook 03 makes: one family, its p-values adjusted together."""

from collections.abc import Callable
from functools import cache

import numpy as np

from secondlook import scores
from secondlook.checks import over_seeds
from secondlook.checks.fully_connected_cifar10.printed import ANIMALS, CAR, CAT, CLASSES, DOG, TRUCK
from secondlook.checks.over_seeds import Compared, arm, by_score, over_common_seeds
from secondlook.compare import Paired

AFTER_TEN = "at_10/test_accuracy"
AT_END = "end/test_accuracy"


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
    return over_seeds.family(found)
