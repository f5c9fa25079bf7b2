"""The fit that all else builds on: which epoch's weights are saved, and how well they do: A10 and A11."""

import numpy as np
from scipy.stats import norm

from secondlook import document_001
from secondlook.checks import over_seeds, songs
from secondlook.checks.bayesian_mnist.accuracy import rate
from secondlook.checks.exact import decide
from secondlook.checks.last_layer import features
from secondlook.checks.last_layer.arms import ACCURACY, GTZAN, POINT, SAID, SONGS, values
from secondlook.checks.words import POINTS, between
from secondlook.claims import Verdict, check

FIGURE, NETWORK = 8, "max pooling size=2"
"""Where document 001 plots the network of document 000."""
PRINTED = 0.62
SETTLED = 30
"""Last epochs of the curve, in which it no longer rises."""


def curve() -> np.ndarray:
    """The document's accuracy on its 10,000 validation songs, ``(epochs,)``."""
    return document_001.curve(FIGURE, NETWORK)


def greatest_by_chance(values: np.ndarray) -> float:
    """The largest of so many independent normals of this mean and spread, as is to be expected (Blom 1958)."""
    n = len(values)
    return float(values.mean() + values.std(ddof=1) * norm.ppf((n - 0.375) / (n + 0.25)))


def flattery(source: str) -> str:
    """How far the maximum over epochs is above the late accuracy, on the same songs and on test songs, in words."""
    name, unit = songs.place(source, songs.POOLED), POINTS._replace(digits=1)
    above_late, above_test = (
        over_seeds.by_score(name, "max/valid_accuracy", name, score)
        for score in ("late/valid_accuracy", "late/test_accuracy")
    )
    return (
        "In our runs of this network, the maximum over the epochs less the mean of the last tenth of them, "
        f"{songs.SAID[source]}, {above_late.n} seeds: {between(above_late, unit)} on the same songs, "
        f"{between(above_test, unit)} on test songs."
    )


@check("A10")
def best_model() -> Verdict:
    """Whether the last epoch is the best one; and what a maximum over epochs is worth on other songs."""
    found = curve()
    best, last, late = int(found.argmax()), float(found[-1]), found[-SETTLED:]
    by_chance = f"{greatest_by_chance(late):.2%}"
    return decide(
        best == len(found) - 1,
        f"The script saves the weights once, after epoch {len(found)}, and no epoch's are compared. In document 001's "
        f"own curve of this network that epoch has {last:.2%}, the best, epoch {best + 1}, {found[best]:.2%}. To "
        f"choose by the maximum would flatter: of {SETTLED} epochs as good as the last {SETTLED}, the largest accuracy "
        f"is {by_chance} by chance.",
        "the weights of the best model",
        f"the weights after epoch {len(found)}",
        (
            f"In the last {SETTLED} epochs accuracies vary by {100 * late.std(ddof=1):.2f} points around "
            f"{late.mean():.2%}; the largest of so many independent normals is {by_chance} by chance, theirs is "
            f"{late.max():.2%}.",
            *(flattery(source) for source in ("gtzan", "codewords")),
            "Ranges are 95 % intervals; how much of these differences is luck, and how much is lost by training on, is "
            "not told apart.",
        ),
    )


@check("A11")
def same_performance() -> Verdict:
    """The genres that network and linear model name; the value in the document's curve and in ours."""
    pairs, last = features.pairs(), float(curve()[-1])
    same = [int(np.sum(pair.network.argmax(axis=1) == pair.linear.argmax(axis=1))) for pair in pairs]
    alike = "all" if min(same) == features.SONGS else f"{min(same)} or more"
    worst = max(float(abs(pair.network - pair.linear).max() / abs(pair.linear).max()) for pair in pairs)
    ours = ", ".join(f"{SAID[where]} {rate(values(where, POINT, ACCURACY))}" for where in (GTZAN, SONGS))
    return decide(
        worst < features.TOLERANCE and round(last, 2) == PRINTED,
        f"Network and linear model name the same genre for {alike} of {features.SONGS} songs in each of "
        f"{features.DRAWS} draws of the last layer, and log probabilities agree to {features.TOLERANCE:.0e} (A06). The "
        f"value is that of document 001: its curve of this network ends at {last:.2%}.",
        "the same performance, about 62 %",
        f"the same, {last:.2%}",
        (
            "Document 001's curve is of songs that the network was not fitted to, though figures of these songs led to "
            "the choice of the network.",
            f"Accuracy of the network on data that we have, with 95 % intervals over seeds: {ours}.",
        ),
    )
