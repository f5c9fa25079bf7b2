"""Combiners of three trained nets, and nets that go on learning with theirs: B53, B54 and B56.

The document's linear combiner starts at random and takes 80,000 steps. On a few hundred songs, a hundred epochs are
about a thousand steps, too few to learn to add from scratch. So the linear combiner that decides here starts at the
mean of the members' logits, and the other is told beside it. Members that go on learning do so with a combiner that
starts at random, and are held against fixed ones with such a combiner.
"""

from collections.abc import Mapping

from secondlook.checks.combining_models import printed
from secondlook.checks.combining_models.family import (
    COMBINER,
    CONTROL,
    FREE,
    FRESH,
    FROM_MEAN,
    HIDDEN,
    MEAN,
    OUT_OF_FOLD,
    TRAINED_ON,
    across,
    beside,
)
from secondlook.checks.over_seeds import Compared, arm, decide, no_gain
from secondlook.checks.songs import (
    ACCURACY,
    BESIDE,
    MARGIN,
    NLL,
    OBJECTIVE,
    POOLED,
    SAID,
    TRAIN,
    by_accuracy,
    on_validation,
    place,
)
from secondlook.checks.words import KEY, lines, told
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.combining import PLACES

STACKED = [source for source, arms in PLACES.items() if OUT_OF_FOLD in arms]
BY_LOSS = "Gain in loss, positive where it is lower"


def losses(variant: str) -> str:
    """Training losses, and with the penalty of all weights, of the members too; means over seeds, in words."""
    found = {source: arm(place(source, variant)).scores for source in REAL}
    return ", ".join(
        f"{SAID[source]} {scores[TRAIN].mean():.3f} and {scores[OBJECTIVE].mean():.3f}"
        for source, scores in found.items()
    )


def reach(of: Mapping[str, Compared]) -> str:
    """How high the intervals of gains reach, which decides whether a gain may be left out; in words."""
    return (
        f"The 95 % intervals reach up to {max(100 * found.high for found, _ in of.values()):+.1f} points; upheld would "
        f"mean that every one ends below {100 * MARGIN[ACCURACY]:g}."
    )


@check("B53")
def linear_combiner() -> Verdict:
    """A linear combination of the three nets against the best of them, in test accuracy."""
    combined, alone, on = (printed.DRAWN[FROM_MEAN], printed.DRAWN[POOLED], printed.COMPARATOR)
    found = across(FROM_MEAN, POOLED)
    return Verdict(
        decide(found.values(), +1),
        f"What our linear combiner, started at the mean of its members, gains over convolution in time is "
        f"{told(found)}. In the document, one run each, the means of the last ten epochs are "
        f"{printed.late(*combined):.4f} against {printed.late(*alone):.4f}, and {printed.late(*on):.4f} for the single "
        f"net trained on. {by_accuracy(FROM_MEAN, POOLED)}",
        evidence=(
            f"In the document the greatest accuracies are {printed.greatest(*combined):.4f} against "
            f"{printed.greatest(*alone):.4f}, one run each.",
            *lines("Ours, started at the mean, over convolution in time", found),
            beside(BY_LOSS, FROM_MEAN, POOLED, NLL),
            beside("Over convolution in time trained on", FROM_MEAN, TRAINED_ON),
            f"The same. {BESIDE}: {on_validation(FROM_MEAN, TRAINED_ON)}.",
            beside("Started at random as in the document, over convolution in time", COMBINER, POOLED),
            beside("The mean of probabilities, not trained, over convolution in time", MEAN, POOLED),
            beside(
                "Fitted on songs that the members had not seen, over convolution in time",
                *(OUT_OF_FOLD, POOLED),
                places=STACKED,
            ),
            beside("Control, 40,000 songs, started at the mean", FROM_MEAN, POOLED, places=(CONTROL,)),
            beside("Control, 40,000 songs, started at random", COMBINER, POOLED, places=(CONTROL,)),
            KEY,
        ),
    )


@check("B54")
def hidden_layer() -> Verdict:
    """A combiner with a hidden layer against the linear one: whether it gains more than the margin."""
    found = across(HIDDEN, FROM_MEAN)
    return Verdict(
        no_gain(found.values(), MARGIN[ACCURACY]),
        f"What a hidden layer of 200 units gains over the linear combiner started at the mean is {told(found)}. "
        f"{reach(found)} {by_accuracy(HIDDEN, FROM_MEAN)}",
        evidence=(
            *lines("A hidden layer over the linear combiner started at the mean", found),
            beside(BY_LOSS, HIDDEN, FROM_MEAN, NLL),
            beside(
                "Over the linear combiner started at random, where it also counts which of the two learns sooner",
                *(HIDDEN, COMBINER),
            ),
            beside("Control, 40,000 songs, over the one started at the mean", HIDDEN, FROM_MEAN, places=(CONTROL,)),
            beside("Control, 40,000 songs, over the one started at random", HIDDEN, COMBINER, places=(CONTROL,)),
            KEY,
        ),
    )


@check("B56")
def unconstrained() -> Verdict:
    """Members that go on learning with their combiner, against fixed ones: whether they gain more than the margin."""
    found = across(FREE, COMBINER)
    return Verdict(
        no_gain(found.values(), MARGIN[ACCURACY]),
        "What the three nets gain by going on from their trained weights, over fixed ones, both with a linear "
        f"combiner that starts at random, is {told(found)}. {reach(found)} {by_accuracy(FREE, COMBINER)}",
        evidence=(
            *lines("Free from trained weights over fixed", found),
            beside(BY_LOSS, FREE, COMBINER, NLL),
            beside("Free from fresh weights, in half as many epochs all told, over fixed", FRESH, COMBINER),
            beside("Free over fixed nets with the combiner that starts at their mean", FREE, FROM_MEAN),
            beside("Free over the single net trained on", FREE, TRAINED_ON),
            f"Training loss, and with the penalty of all weights, free: {losses(FREE)}.",
            f"Training loss, and with the penalty of all weights, fixed: {losses(COMBINER)}.",
            "A lower objective than with fixed members, whose penalties cannot shrink, does not show that the "
            "optimiser has done its work (B34).",
            beside("Control, 40,000 songs, free over fixed", FREE, COMBINER, places=(CONTROL,)),
            KEY,
        ),
    )
