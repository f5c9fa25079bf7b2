"""Combiners of three trained nets, and nets that go on learning with theirs: B53, B54 and B56.

The document's linear combiner starts at random and takes 80,000 steps. On a few hundred songs, a hundred epochs are
about a thousand steps, too few to learn to add from scratch. So the linear combiner that decides here starts at the
mean of the members' logits, and the other is told beside it. Members that go on learning do so with a combiner that
starts at random, and are held against fixed ones with such a combiner.
"""

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
    told,
)
from secondlook.checks.combining_models.words import KEY, said
from secondlook.checks.over_seeds import arm, decide, no_gain
from secondlook.checks.songs import ACCURACY, MARGIN, NLL, POOLED, SAID, place
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.combining import PLACES

STACKED = [source for source, arms in PLACES.items() if OUT_OF_FOLD in arms]


def losses(variant: str) -> str:
    """Training losses, and with the penalty of all weights, of the members too; means over seeds, in words."""
    found = {source: arm(place(source, variant)).scores for source in REAL}
    return ", ".join(
        f"{SAID[source]} {scores['end/train_nll'].mean():.3f} and {scores['end/train_objective'].mean():.3f}"
        for source, scores in found.items()
    )


@check("B53")
def linear_combiner() -> Verdict:
    """A linear combination of the three nets against the best of them, in test accuracy."""
    combined, alone, on = (printed.DRAWN[FROM_MEAN], printed.DRAWN[POOLED], printed.COMPARATOR)
    return Verdict(
        decide(across(FROM_MEAN, POOLED).values(), +1),
        f"In the document, one run each: greatest {printed.greatest(*combined):.4f} against "
        f"{printed.greatest(*alone):.4f}; means of the last ten {printed.late(*combined):.4f} against "
        f"{printed.late(*alone):.4f}, and {printed.late(*on):.4f} for the single net trained on. Ours, started at the "
        f"mean, over convolution in time {KEY}: {said(across(FROM_MEAN, POOLED))}; by loss "
        f"{told(FROM_MEAN, POOLED, NLL)}. Over convolution in time trained on: {told(FROM_MEAN, TRAINED_ON)}. Other "
        f"combinations over convolution in time: started at random as in the document, {told(COMBINER, POOLED)}; the "
        f"mean of probabilities, not trained, {told(MEAN, POOLED)}; fitted on songs that the members had not seen, "
        f"{told(OUT_OF_FOLD, POOLED, places=STACKED)}. Control, 40,000 songs, from the mean and at random: "
        f"{told(FROM_MEAN, POOLED, places=(CONTROL,))}, {told(COMBINER, POOLED, places=(CONTROL,))}.",
    )


@check("B54")
def hidden_layer() -> Verdict:
    """A combiner with a hidden layer against the linear one: whether it gains more than the margin."""
    return Verdict(
        no_gain(across(HIDDEN, FROM_MEAN).values(), MARGIN[ACCURACY]),
        f"What a hidden layer of 200 units gains over the linear combiner started at the mean {KEY}: "
        f"{said(across(HIDDEN, FROM_MEAN))}; upheld would mean less than {100 * MARGIN[ACCURACY]:g} points "
        f"everywhere. By loss: {told(HIDDEN, FROM_MEAN, NLL)}. Over the linear combiner started at random as it is, "
        f"where the one that learns sooner is ahead: {told(HIDDEN, COMBINER)}. Control, 40,000 songs, over both: "
        f"{told(HIDDEN, FROM_MEAN, places=(CONTROL,))}, {told(HIDDEN, COMBINER, places=(CONTROL,))}.",
    )


@check("B56")
def unconstrained() -> Verdict:
    """Members that go on learning with their combiner, against fixed ones: whether they gain more than the margin."""
    return Verdict(
        no_gain(across(FREE, COMBINER).values(), MARGIN[ACCURACY]),
        f"What the three nets gain by going on from their trained weights, over fixed ones, either with a linear "
        f"combiner that starts at random {KEY}: {said(across(FREE, COMBINER))}; by loss {told(FREE, COMBINER, NLL)}. "
        f"From fresh weights, in half as many epochs all told: {told(FRESH, COMBINER)}. Over fixed nets with the "
        f"combiner that starts at their mean: {told(FREE, FROM_MEAN)}; over the single net trained on: "
        f"{told(FREE, TRAINED_ON)}. Training loss, and with the penalty of all weights, free: {losses(FREE)}; fixed: "
        f"{losses(COMBINER)}. A lower objective than with fixed members, whose "
        "penalties cannot shrink, does not show that the optimiser has done its work (B34). Control, 40,000 songs: "
        f"{told(FREE, COMBINER, places=(CONTROL,))}.",
    )
