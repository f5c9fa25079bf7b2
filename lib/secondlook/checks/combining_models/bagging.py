"""For which predictors bagging helps, and what the paper cited for it says: B28."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import BaggingClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.tree import DecisionTreeClassifier

from secondlook import compare
from secondlook.checks.over_seeds import LEVEL
from secondlook.checks.words import between
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import Paired

BREIMAN = "The vital element is the instability of the prediction method."
"""From the abstract of the work cited as [4]."""
SETS, COPIES = 6, 25
SIZES = (50, 100, 200)
PREDICTORS = {
    "tree": lambda seed: DecisionTreeClassifier(random_state=seed),
    "nearest neighbour": lambda seed: KNeighborsClassifier(1),
}
"""The first changes much when its training set changes a little; the second hardly does."""


@cache
def accuracies(predictor: str, size: int) -> np.ndarray:
    """Alone and bagged, ``(2, sets)``: disjoint training sets of `size` of scikit-learn's digits, one test set."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(y))
    x, y, first_test = x[order], y[order], SETS * max(SIZES)
    found = np.empty((2, SETS))
    for k in range(SETS):
        train = slice(k * size, (k + 1) * size)
        alone = PREDICTORS[predictor](k)
        bagged = BaggingClassifier(alone, n_estimators=COPIES, random_state=k)
        for row, model in enumerate((alone, bagged)):
            found[row, k] = model.fit(x[train], y[train]).score(x[first_test:], y[first_test:])
    return found


def gain(predictor: str, size: int) -> Paired:
    """What bagging adds to the accuracy, over training sets."""
    alone, bagged = accuracies(predictor, size)
    return compare.paired(bagged, alone)


def chance_of_the_nearest(size: int) -> float:
    """The chance that a bootstrap sample of `size` items holds a given one: above ½, so the vote is the neighbour's."""
    return 1 - (1 - 1 / size) ** size


def difference(size: int) -> Paired:
    """What bagging adds to the unstable predictor beyond what it adds to the stable one, over training sets."""
    unstable, stable = (accuracies(predictor, size) for predictor in PREDICTORS)
    return compare.paired(unstable[1] - unstable[0], stable[1] - stable[0])


def decided() -> Kind:
    """Miscited if bagging adds more to the unstable predictor at every size, though the stable one is the better.

    With the sensible predictor gaining as much, the citation would hold; else nothing is shown.
    """
    differ = [difference(size) for size in SIZES]
    better_alone = all(accuracies("nearest neighbour", n)[0].mean() > accuracies("tree", n)[0].mean() for n in SIZES)
    if better_alone and all(found.p < LEVEL and found.difference > 0 for found in differ):
        return "miscited"
    return "upheld" if all(found.p < LEVEL and found.difference < 0 for found in differ) else "inconclusive"


def adds(predictor: str, found: Sequence[Paired]) -> str:
    """What bagging adds to a predictor, and how good that is alone, over the sizes of training sets."""
    least, most = (100 * end(pair.difference for pair in found) for end in (min, max))
    few, many = (100 * accuracies(predictor, size)[0].mean() for size in (SIZES[0], SIZES[-1]))
    return f"{least:+.1f} to {most:+.1f} points to a {predictor} ({few:.0f} to {many:.0f} % alone)"


def by_size(found: Sequence[Paired]) -> str:
    """A difference at every size of training sets."""
    return ", ".join(f"{between(pair)} with {size}" for size, pair in zip(SIZES, found, strict=True)) + " items"


@check("B28")
def bagging_is_for_the_unstable() -> Verdict:
    """Breiman's own condition, and bagging a tree and a nearest neighbour at three sizes of training sets."""
    gains = {predictor: [gain(predictor, size) for size in SIZES] for predictor in PREDICTORS}
    return Verdict(
        decided(),
        f"Breiman (1996) names another condition: “{BREIMAN}” Neither few data nor a sensible model is it. On "
        f"scikit-learn's digits bagging adds {' and '.join(adds(*of) for of in gains.items())}. If “sensible” stands "
        "for sensitive, as the word means in Spanish, the sentence says what the paper says.",
        "bagging works well with few data and a sensible model",
        "bagging works well for an unstable predictor: one that changes much with its training set",
        (
            f"Each predictor is trained on {SETS} disjoint training sets of each size, alone and as {COPIES} bagged "
            "copies; gains are in accuracy, means over these sets, with 95 % intervals.",
            *(f"Gain of a {predictor}: {by_size(found)}." for predictor, found in gains.items()),
            f"Gain of a {' beyond that of a '.join(PREDICTORS)}: {by_size([difference(size) for size in SIZES])}.",
            f"A bootstrap sample of {SIZES[-1]} items holds the nearest neighbour with probability "
            f"{chance_of_the_nearest(SIZES[-1]):.2f}, so the vote is mostly its own.",
        ),
    )
