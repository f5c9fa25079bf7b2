"""Pooling over segments, and what the paper cited for it says: B26 and B50."""

from secondlook.checks.convolution_in_time.family import AVERAGED_FIRST, across, control, family
from secondlook.checks.over_seeds import decide, together
from secondlook.checks.songs import (
    ANEW,
    BESIDE,
    PLAIN,
    POOLED,
    among,
    by_accuracy,
    how_many_outlast,
    on_validation,
    with_songs_anew,
)
from secondlook.checks.words import KEY, lines, told
from secondlook.claims import Verdict, check


@check("B26")
def max_pooling_proven() -> Verdict:
    """What Scherer, Müller and Behnke (2010) compare."""
    return Verdict(
        "upheld",
        "Scherer, Müller and Behnke (2010) train convolutional nets that differ in their pooling on pictures of "
        "objects (NORB, Caltech-101) and find max pooling better than subsampling, a weighted average. The "
        "citation is right where “proven” means found in experiments, which were on pictures; B50 tests songs.",
    )


@check("B50")
def pooling() -> Verdict:
    """Max pooling by 2 and by 3 against none, and average pooling against none."""
    parts = {
        ("Max by 2", POOLED): +1,
        ("Max by 3", "max pooling by 3"): +1,
        ("Average by 2 before the ReLU", AVERAGED_FIRST): -1,
    }
    return Verdict(
        together(*(decide(across(variant, PLAIN).values(), sign) for (_, variant), sign in parts.items())),
        "Against no pooling. "
        + ". ".join(f"{label} is {told(across(variant, PLAIN))}" for label, variant in parts)
        + f". {how_many_outlast(among(family(), *((variant, PLAIN) for _, variant in parts)))}",
        evidence=(
            *(line for label, variant in parts for line in lines(label, across(variant, PLAIN))),
            *lines("Average by 2 after the ReLU", across("average pooling by 2", PLAIN)),
            *lines("Average by 2, after the ReLU minus before", across("average pooling by 2", AVERAGED_FIRST)),
            *(f"{label}, {ANEW}: {with_songs_anew(variant, PLAIN)}." for label, variant in parts),
            *(f"{label}. {BESIDE}: {on_validation(variant, PLAIN)}." for label, variant in parts),
            *(f"{label}. {by_accuracy(variant, PLAIN)}" for label, variant in parts),
            f"Max by 2. {control(POOLED, PLAIN)}",
            "The verdict is by sign: from where on a gain is considerable is not said.",
            KEY,
        ),
    )
