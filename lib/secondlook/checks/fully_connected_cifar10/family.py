"""The comparisons over training seeds that notebook 03 makes: one family, its p-values adjusted together."""

from collections.abc import Callable
from functools import cache, partial
from itertools import combinations
from typing import NamedTuple

import numpy as np

from secondlook import compare, scores
from secondlook.checks import over_seeds
from secondlook.checks.fully_connected_cifar10.printed import ANIMALS, CAR, CAT, CLASSES, DOG, TRUCK
from secondlook.checks.over_seeds import Compared, arm, by_score, matched
from secondlook.compare import Paired

AFTER_TEN = "at_10/test_accuracy"
AT_END = "end/test_accuracy"
ALIKE = {"cats and dogs": (CAT, DOG), "trucks and cars": (TRUCK, CAR), "animals": tuple(ANIMALS)}
"""Classes that the document says are hard to tell apart."""


def large_minus_small(rate: Callable[[np.ndarray], np.ndarray]) -> Paired:
    """A rate ``(seeds,)`` of confusion matrices ``(seeds, true, predicted)`` on the test pictures, as written."""
    large, small = matched(arm("cifar10_larger/as written"), arm("cifar10/as written"))
    return compare.paired(rate(large.items["at_10/test_confusion"]), rate(small.items["at_10/test_confusion"]))


def told_apart(confusion: np.ndarray, classes: tuple[int, ...]) -> np.ndarray:
    """Of the pictures of some classes that are taken for one of them, the share taken for the right one, ``(seeds,)``.

    Unlike a class's recall or F1 it does not change when a net names all these classes more often.
    """
    among = confusion[:, classes][:, :, classes]
    return np.asarray(among.trace(axis1=1, axis2=2) / among.sum(axis=(1, 2)))


def mistaken_for_each_other(confusion: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Of two classes' pictures that are taken for one of the two, the share taken for the wrong one, ``(seeds,)``.

    First the mean over pairs of classes that look alike, animals among them, then over all other pairs.
    """
    looks = {pair for classes in ALIKE.values() for pair in combinations(sorted(classes), 2)}
    pairs = list(combinations(range(CLASSES), 2))
    wrong = np.array([1 - told_apart(confusion, pair) for pair in pairs])
    alike = np.array([pair in looks for pair in pairs])
    return wrong[alike].mean(axis=0), wrong[~alike].mean(axis=0)


def mistaken(confusion: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """The share of a class's pictures taken for another class, ``(seeds,)``."""
    return np.asarray(confusion[:, true, predicted] / confusion[:, true].sum(axis=-1))


def mistakes() -> dict[str, Paired]:
    """Of the small net as written: shares of mistakes from training to test, and of two kinds in training."""
    items = arm("cifar10/as written").items
    train, test = items["at_10/train_confusion"], items["at_10/test_confusion"]
    return {
        "trucks for cars: test - training": compare.paired(mistaken(test, TRUCK, CAR), mistaken(train, TRUCK, CAR)),
        "cars for trucks: test - training": compare.paired(mistaken(test, CAR, TRUCK), mistaken(train, CAR, TRUCK)),
        "cats for dogs - trucks for cars": compare.paired(mistaken(train, CAT, DOG), mistaken(train, TRUCK, CAR)),
    }


class ByMorePictures(NamedTuple):
    """Mistakes of two kinds with four times the pictures: points of them saved, and the share left, ``(seeds,)``."""

    saved: tuple[np.ndarray, np.ndarray]
    left: tuple[np.ndarray, np.ndarray]


def by_more_pictures() -> ByMorePictures:
    """Mistakes among classes that look alike, then among others."""
    few, many = matched(arm("cifar10_fewer_pictures/quarter"), arm("cifar10/mended"))
    before = mistaken_for_each_other(few.items["end/test_confusion"])
    after = mistaken_for_each_other(many.items["at_10/test_confusion"])
    return ByMorePictures((before[0] - after[0], before[1] - after[1]), (after[0] / before[0], after[1] / before[1]))


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
        "pictures: mistakes saved, alike - others": compare.paired(*by_more_pictures().saved),
        "pictures: mistakes left, alike - others": compare.paired(*by_more_pictures().left),
        **{f"apart: {name}": large_minus_small(partial(told_apart, classes=of)) for name, of in ALIKE.items()},
        **mistakes(),
        "mean precision": large_minus_small(lambda confusion: scores.precision(confusion).mean(axis=1)),
    }
    return over_seeds.family(found)
