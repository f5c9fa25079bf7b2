"""Whether doubt finds errors, and whether that of a posterior finds more than that of a single fit: C19."""

import numpy as np

from secondlook.checks.bayesian_mnist.accuracy import half_width
from secondlook.checks.bayesian_mnist.arms import LONG, POINT, arm, best
from secondlook.checks.bayesian_mnist.family import family
from secondlook.checks.bayesian_mnist.ranking import OWN, POSTERIOR, QUESTIONS, SECOND, gains
from secondlook.checks.over_seeds import LEVEL
from secondlook.checks.words import KEY, alone, brief
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
    """One of the `QUESTIONS` as a line of evidence."""
    each = gains(question)
    told = sum(area.p < LEVEL for area in each)
    return (
        f"Added {question}: {brief(*family()[(question,)])}; DeLong's test tells it within {told} of {len(each)} seeds."
    )


@check("C19")
def variance() -> Verdict:
    """Doubt on wrong and on right pictures; the area under its ROC curve; and what the posterior adds to one fit."""
    net, point = arm(LONG).scores, arm(POINT).scores["error/expected_error"]
    higher = min(times("sd").min(), times("expected_error").min())
    posterior, second, own = (family()[(question,)] for question in (POSTERIOR, SECOND, OWN))
    return Verdict(
        "upheld" if higher > MUCH else "not upheld",
        f"Of *{LONG}*: on wrong pictures the standard deviation over draws is {times('sd').mean():.0f} times as "
        "large as on right ones, and one minus the largest probability, which any net has and which bounds it, "
        f"{times('expected_error').mean():.0f} times. Does the posterior tell more? Beside a point estimate's doubt "
        f"this net's mutual information adds {alone(posterior)} to the area under the ROC curve for errors, a second "
        f"point estimate's doubt {alone(second)}; beside the net's own doubt it adds {alone(own)}.",
        evidence=(
            "The standard deviation is that of the predicted class's probability, whose variance over draws is at most "
            "p(1 − p), where p is one minus the largest mean probability.",
            "Any net that knows something has a larger p on wrong pictures, also without a posterior.",
            *(
                f"Area under the ROC curve for the variational net's errors, by {said}: "
                f"{100 * net[f'error/{doubt}'].mean():.2f} ± {100 * half_width(net[f'error/{doubt}']):.2f} %."
                for doubt, said in DOUBTS.items()
            ),
            f"A point estimate's largest probability finds its own errors with {100 * point.mean():.2f} %.",
            "What is added to a doubt is in points of that area, by logistic regression fitted on other pictures; the "
            f"chosen net, *{best()}*, is that of the variational ones which other pictures choose.",
            *map(answer, QUESTIONS),
            KEY,
        ),
    )
