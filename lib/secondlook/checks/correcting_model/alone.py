"""What the correction knows by itself: B33 and B61."""

from functools import cache

import numpy as np
from scipy.special import log_softmax

from secondlook import document_001, scores
from secondlook.checks import over_seeds
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import CLASSES, MAIN, SAID, across, of
from secondlook.checks.over_seeds import LEVEL, together
from secondlook.checks.words import KEY, NATS, lines, told
from secondlook.claims import Verdict, check
from secondlook.data.songs import Songs
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.correcting import CONFIDENCE

NEAR = 0.02
"""Within two points of chance counts as near it."""
LITTLE = 0.05
"""Nats of information about the class that count as none, a fiftieth of what ten classes have."""
OF_SONGS = "But in cross-validation, intervals are over seeds on the same few hundred test songs, not over other songs."
LAW = Songs(segment_signal=1, order_signal=0, segments=10)
"""Synthetic songs of ten genres of which even the best classifier is not sure."""


def best_correction(log_p: np.ndarray, o1: np.ndarray) -> np.ndarray:
    """The o_2 of least expected loss, ``(songs, classes)``, where the classes have these log-probabilities."""
    return np.asarray(log_softmax(log_p, axis=1) - o1)


@cache
def of_posterior(confidence: float) -> tuple[float, float]:
    """Accuracy of the best correction alone, and of the best classifier, where o_1 is `confidence` times log p(y|x)."""
    x, y = LAW.draw(2_000, np.random.default_rng(33))
    log_p = log_softmax(LAW.log_likelihood(x), axis=1)
    alone = best_correction(log_p, confidence * log_p)
    return scores.accuracy(alone.argmax(axis=1), y), scores.accuracy(log_p.argmax(axis=1), y)


def below_chance(accuracy: np.ndarray, chance: float, songs: int) -> float:
    """The share of accuracies, each on so many songs, that lie more than two standard errors below chance."""
    return float(np.mean(accuracy < chance - 2 * np.sqrt(chance * (1 - chance) / songs)))


def knows(source: str) -> str:
    """What the correction alone scores on a source, in words."""
    found = of(source, MAIN).scores
    return (
        f"The correction alone, {SAID[source]}: {100 * found['alone/test_accuracy'].mean():.1f} % right, chance being "
        f"{100 / CLASSES[source]:.1f} %, AUROC {found['alone/test_auroc'].mean():.3f}, NLL "
        f"{found['alone/test_nll'].mean():.2f}."
    )


@check("B33")
def no_better_than_chance() -> Verdict:
    """Whether the level is that of chance, and whether a correction at that level has learnt nothing of the class."""
    near, information = across("chance"), across("information")
    above = [100 * found.difference for found, _ in near.values()]
    curve = document_001.curve(*printed.ALONE)
    share = below_chance(curve, printed.CHANCE, printed.VALID_SONGS)
    (under, best), (over, _) = of_posterior(0.5), of_posterior(2.0)
    return Verdict(
        together(over_seeds.alike(near.values(), NEAR), over_seeds.no_gain(information.values(), LITTLE)),
        "The level does not say what was learnt: by itself the best correction of an original half as sure as it "
        f"should be is right on {100 * under:.0f} % of synthetic songs, of one twice as sure on {100 * over:.1f} %. "
        f"Ours minus chance is {min(above):+.1f} to {max(above):+.1f} points, told from zero on "
        f"{sum(p < LEVEL for _, p in near.values())} of {len(near)} sources. Its information about the class is "
        f"{told(information, NATS)}.",
        evidence=(
            "The best correction is log p(y|x) − o₁ up to a number for each song; of an original half as sure as it "
            f"should be, it is right alone on {100 * under:.0f} % of synthetic songs, as is the best classifier "
            f"({100 * best:.0f} %).",
            "Where only the original's confidence varies, the best correction is at chance only if the original is "
            "calibrated; at chance too is one that has learnt nothing, because the original leaves nothing to correct, "
            "and one that has learnt a shift of classes alone.",
            f"The document's own curve has mean {100 * curve.mean():.2f} %, and {100 * share:.0f} % of its epochs lie "
            "more than two standard errors below chance.",
            *map(knows, REAL),
            *lines("Accuracy minus chance", near),
            *lines("Information about the class less what chance shows", information, NATS),
            f"Within {100 * NEAR:.0f} points counts as near chance; information below {LITTLE:g} nats for sure would "
            "count as none.",
            *lines(
                f"Right with the original's logits times {min(CONFIDENCE):g} minus times {max(CONFIDENCE):g}",
                across("confidence"),
            ),
            OF_SONGS,
            KEY,
        ),
    )


@check("B61")
def far_under_the_same_net() -> Verdict:
    """The correction alone against chance, and against a net of its shape trained to predict the class."""
    near, under = across("chance"), across("trained alone")
    curve, trained = (document_001.curve(*which) for which in (printed.ALONE, printed.TRAINED_ALONE))
    return Verdict(
        together(over_seeds.alike(near.values(), NEAR), over_seeds.decide(under.values(), -1)),
        f"Near chance means within {100 * NEAR:.0f} points. The correction alone minus chance is {told(near)}; minus "
        f"the same net trained to predict the class, it is {told(under)}. B33 says what the level depends on.",
        evidence=(
            f"In figure 13 the correction alone goes from {100 * curve.min():.1f} to {100 * curve.max():.1f} % and the "
            f"net trained alone ends at {100 * trained[-10:].mean():.1f} % (mean of the last ten epochs).",
            *lines("The correction alone minus chance", near),
            *lines("The correction alone minus the net trained alone", under),
            OF_SONGS,
            KEY,
        ),
    )
