"""Whether doubt finds errors, and whether that of a posterior finds more than that of a single fit: C19."""

import numpy as np

from secondlook.checks.bayesian_mnist.accuracy import half_width
from secondlook.checks.bayesian_mnist.arms import LONG, POINT, arm
from secondlook.checks.bayesian_mnist.family import family
from secondlook.checks.bayesian_mnist.ranking import QUESTIONS, gains
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Verdict, check

DOUBTS = {
    "expected_error": "one minus the largest mean probability",
    "total": "entropy",
    "sd": "standard deviation over draws of the predicted class's probability",
    "epistemic": "mutual information",
}
MUCH = 2.0
"""How many times as large as on right pictures a doubt must be on wrong ones, for much higher."""


def times(doubt: str, name: str = LONG) -> np.ndarray:
    """How many times as large the mean doubt is on wrong pictures as on right ones, ``(seeds,)``."""
    scores = arm(name).scores
    return np.asarray(scores[f"mean_{doubt}/wrong"] / scores[f"mean_{doubt}/right"])


def aleatoric(name: str) -> np.ndarray:
    """The mean aleatoric part of the entropy of predictions of the test pictures, ``(seeds,)``, in nats."""
    scores = arm(name).scores
    right, wrong = (scores[f"mean_total/{which}"] - scores[f"mean_epistemic/{which}"] for which in ("right", "wrong"))
    return np.asarray(wrong + scores["test_accuracy"] * (right - wrong))


def answer(question: str) -> str:
    """One of the `QUESTIONS` in words."""
    (found, p), each = family()[(question,)], gains(question)
    told = sum(area.p < LEVEL for area in each)
    return (
        f"{question}: {100 * found.difference:+.2f} points ({100 * found.low:+.2f} to {100 * found.high:+.2f}, "
        f"adjusted p = {p:.2g}; by DeLong's test within {told} of {len(each)} seeds)"
    )


@check("C19")
def variance() -> Verdict:
    """Doubt on wrong and on right pictures; the area under its ROC curve; and what the posterior adds to one fit."""
    net, point = arm(LONG).scores, arm(POINT).scores["error/expected_error"]
    higher = min(times("sd").min(), times("expected_error").min())
    areas = ", ".join(
        f"{said} {100 * net[f'error/{doubt}'].mean():.2f} ± {100 * half_width(net[f'error/{doubt}']):.2f} %"
        for doubt, said in DOUBTS.items()
    )
    return Verdict(
        "upheld" if higher > MUCH else "not upheld",
        "On wrong pictures the standard deviation over draws of the predicted class's probability is "
        f"{times('sd').mean():.0f} times that on right ones, and one minus the largest mean probability, p, is "
        f"{times('expected_error').mean():.0f} times as large. The second must be so for any net that knows something, "
        "also without a posterior, and it bounds the first: the variance of draws is at most p(1 − p). Area under the "
        f"ROC curve for the variational net's errors: {areas}; a point estimate's largest probability "
        f"finds its own errors with {100 * point.mean():.2f} %. "
        "Whether the posterior tells more is what it adds, in points of that area, by logistic regression fitted on "
        f"other pictures: {'; '.join(answer(question) for question in QUESTIONS)}.",
    )
