"""What each way of combining costs, its members' training included."""

from secondlook.checks.combining_models.family import (
    COMBINER,
    FREE,
    FRESH,
    FROM_MEAN,
    FULLY_CONNECTED,
    HIDDEN,
    MEAN,
    OUT_OF_FOLD,
    THREE_OF_A_KIND,
    TOGETHER,
    TRAINED_ON,
)
from secondlook.checks.over_seeds import arm
from secondlook.checks.songs import BASELINE, POOLED, place

MEMBERS = (FULLY_CONNECTED, BASELINE, POOLED)
WAYS = (
    *(TRAINED_ON, MEAN, "mean of logits", THREE_OF_A_KIND, COMBINER, FROM_MEAN, HIDDEN, OUT_OF_FOLD),
    *(FREE, FRESH),
)
"""What may be made of more time than one net takes."""
UNTRAINED = (MEAN, "mean of logits", THREE_OF_A_KIND)
"""Averages: whatever their runs took was the training of members that were not there yet."""


def before(variant: str) -> tuple[str, ...]:
    """The nets that must be trained before a variant can be."""
    if variant in (*MEMBERS, FRESH, *TOGETHER):
        return ()
    if variant == TRAINED_ON:
        return (POOLED,)
    return (POOLED,) * 3 if variant == THREE_OF_A_KIND else MEMBERS


def seconds(variant: str, source: str = "gtzan") -> float:
    """Seconds of the quickest run on one core, after the quickest runs of the nets it needs."""
    own = 0.0 if variant in UNTRAINED else float(arm(place(source, variant)).seconds.min())
    return own + sum(seconds(net, source) for net in before(variant))
