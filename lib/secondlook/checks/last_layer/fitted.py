"""The fit that all else builds on: which epoch's weights are saved, and how well they do: A10 and A11."""

import numpy as np
from scipy.stats import norm

from secondlook import document_001
from secondlook.checks import over_seeds, songs
from secondlook.checks.bayesian_mnist.accuracy import rate
from secondlook.checks.exact import decide
from secondlook.checks.last_layer import features
from secondlook.checks.last_layer.arms import ACCURACY, GTZAN, POINT, SAID, SONGS, values
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


@check("A10")
def best_model() -> Verdict:
    """Whether the last epoch is the best one; and what a maximum over epochs is worth on other songs."""
    found = curve()
    best, last, late = int(found.argmax()), float(found[-1]), found[-SETTLED:]
    told = []
    for source in ("gtzan", "codewords"):
        name = songs.place(source, songs.POOLED)
        above_late, above_test = (
            over_seeds.by_score(name, "max/valid_accuracy", name, score)
            for score in ("late/valid_accuracy", "late/test_accuracy")
        )
        told.append(
            f"{songs.SAID[source]}, "
            + " and ".join(
                f"{100 * of.difference:+.1f} ({100 * of.low:+.1f} to {100 * of.high:+.1f})"
                for of in (above_late, above_test)
            )
            + f" points ({above_late.n} seeds)"
        )
    return decide(
        best == len(found) - 1,
        f"The script saves the weights once, after epoch {len(found)}, and no epoch's are compared. In document 001's "
        f"own curve of this network that epoch has {last:.2%}, the best, epoch {best + 1}, {found[best]:.2%}. To "
        f"choose by the maximum would flatter: in the last {SETTLED} epochs accuracies vary by "
        f"{100 * late.std(ddof=1):.2f} points around {late.mean():.2%}, and the largest of so many independent "
        f"normals is {greatest_by_chance(late):.2%} by chance; theirs is {late.max():.2%}. In our runs of this "
        "network the maximum over the epochs lies above the mean of the last tenth of them on the same songs and on "
        f"test songs by: {'; '.join(told)}. How much of this is luck, and how much is lost by training on, is not told "
        "apart.",
        "the weights of the best model",
        f"the weights after epoch {len(found)}",
    )


@check("A11")
def same_performance() -> Verdict:
    """The genres that network and linear model name; the value in the document's curve and in ours."""
    pairs, last = features.pairs(), float(curve()[-1])
    same = [int(np.sum(pair.network.argmax(axis=1) == pair.linear.argmax(axis=1))) for pair in pairs]
    worst = max(float(abs(pair.network - pair.linear).max() / abs(pair.linear).max()) for pair in pairs)
    ours = "; ".join(f"{SAID[where]} {rate(values(where, POINT, ACCURACY))}" for where in (GTZAN, SONGS))
    return decide(
        worst < features.TOLERANCE and round(last, 2) == PRINTED,
        f"Network and linear model name the same genre for {min(same)} of {features.SONGS} songs at least, in each of "
        f"{features.DRAWS} draws of the last layer, and log probabilities agree to {features.TOLERANCE:.0e} (A06). The "
        f"value is that of document 001: its curve of this network ends at {last:.2%}. It is of songs that the network "
        "was not fitted to, though figures of these songs led to the choice of the network. On data that we have, "
        f"with 95 % intervals over seeds: {ours}.",
        "the same performance, about 62 %",
        f"the same, {last:.2%}",
    )
