"""What convolution in time gains over the baseline in each order of the segments, and what a new order costs."""

from secondlook import compare
from secondlook.checks.over_seeds import arm, on_common_seeds
from secondlook.checks.songs import ACCURACY, BASELINE, POOLED, difference, place
from secondlook.compare import Paired
from secondlook.studies.songs.arms import OVERLAP
from secondlook.studies.songs.sources import Order

AS_PLAYED: Order = "as played"


def in_order(variant: str, order: Order) -> str:
    """The arm of the baseline, or of another variant, in an order; the baseline's is named after the order alone."""
    if order == AS_PLAYED:
        return variant
    return order if variant == BASELINE else f"{variant}, {order}"


def gain(source: str, order: Order) -> Paired:
    """The accuracy of convolution in time with pooling minus the baseline's, both in this order."""
    return difference(source, in_order(POOLED, order), in_order(BASELINE, order))


def cost(source: str, variant: str, order: Order) -> Paired:
    """The accuracy of a variant in this order minus that as played."""
    return difference(source, in_order(variant, order), variant)


def change_of_gain(source: str, order: Order) -> Paired:
    """The gain in this order minus that as played, seed by seed."""
    names = [in_order(variant, of) for of in (order, AS_PLAYED) for variant in (POOLED, BASELINE)]
    pooled, baseline, pooled_as_played, as_played = on_common_seeds([arm(place(source, n)) for n in names], ACCURACY)
    return compare.paired(pooled - baseline, pooled_as_played - as_played, OVERLAP.get(source, 0.0))
