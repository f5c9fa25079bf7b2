"""What a measure of doubt adds to another in telling wrong pictures from right ones: areas under ROC curves."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from secondlook.checks.bayesian_mnist.arms import LONG, POINT, arm, best
from secondlook.checks.over_seeds import matched
from secondlook.compare_items import Areas, delong

FLOOR = 1e-6
"""Doubts below it count as this large, so that they have a logarithm; they are kept in half precision."""
FOLDS = 5


class Question(NamedTuple):
    """Whether an item of another arm, or of the same arm's run of a later seed, adds to an arm's doubt of itself."""

    target: Callable[[], str]
    other: Callable[[], str]
    item: str
    later: int = 0


def point() -> str:
    """The arm of point estimates."""
    return POINT


def long() -> str:
    """The document's method."""
    return LONG


POSTERIOR = "to a point estimate's doubt, the variational net's mutual information"
SECOND = "to a point estimate's doubt, that of a second point estimate"
OWN = "to the variational net's own doubt, its mutual information"
QUESTIONS: Mapping[str, Question] = {
    POSTERIOR: Question(point, long, "epistemic"),
    "to a point estimate's doubt, the chosen net's mutual information": Question(point, best, "epistemic"),
    "to a point estimate's doubt, that of the chosen net": Question(point, best, "expected_error"),
    SECOND: Question(point, point, "expected_error", later=1),
    OWN: Question(long, long, "epistemic"),
    "to the chosen net's own doubt, its mutual information": Question(best, best, "epistemic"),
}
"""What is added to what. Doubt is one minus the largest probability, and the errors are those of the doubter."""


def chance_of_error(doubts: list[np.ndarray], wrong: np.ndarray) -> np.ndarray:
    """Logistic regression of errors on the logarithms of doubts, each ``(items,)``, fitted on the other folds."""
    x = np.log(np.maximum(np.stack(doubts, axis=1).astype(np.float64), FLOOR))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    return np.asarray(cross_val_predict(LogisticRegression(), x, wrong, cv=folds, method="predict_proba")[:, 1])


def gain(doubt: np.ndarray, more: np.ndarray, wrong: np.ndarray) -> Areas:
    """The area under the ROC curve with both doubts, a, and with the first alone, b, on the same items."""
    return delong(chance_of_error([doubt, more], wrong), chance_of_error([doubt], wrong), wrong)


@cache
def gains(name: str) -> tuple[Areas, ...]:
    """The answers to one of the `QUESTIONS`, seed by seed."""
    question = QUESTIONS[name]
    target, other = matched(arm(question.target()), arm(question.other()))
    doubts, wrong = target.items["expected_error"], ~target.items["right"].astype(bool)
    more = np.roll(other.items[question.item], -question.later, axis=0)
    return tuple(map(gain, doubts, more, wrong))
