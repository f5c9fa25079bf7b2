"""The comparisons over training seeds that notebook 05 makes on real songs: one family, adjusted together."""

from functools import cache

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds, songs
from secondlook.checks.over_seeds import Compared, arm, by_score, matched, on_common_seeds
from secondlook.checks.songs import ACCURACY, NLL, TRAIN
from secondlook.compare import Paired

MARGIN = {"accuracy": songs.MARGIN[ACCURACY], "nll": songs.MARGIN[NLL]}
"""By score: a smaller gain counts as none."""
L1 = tuple(f"L1 {value} on the convolutions" for value in ("0.0001", "0.0003", "0.001", "0.003", "0.01"))
THRESHOLDS = ("0.001", "0.01", "0.1")
SPARSE = tuple(f"convolutions pruned below {threshold}" for threshold in THRESHOLDS)
SPARSE_HIDDEN = tuple(f"hidden pruned below {threshold}" for threshold in THRESHOLDS)
ALL_LAYERS, NO_CONVOLUTIONS = "L2 on all layers", "L2 0 on the convolutions"
L1_USUAL, PROXIMAL = "L1 0.001 on the convolutions", "L1 0.001 on the convolutions, proximal"


def place(name: str, source: str = "gtzan") -> str:
    """An arm as ``study/arm``."""
    return songs.place(source, name)


def gain(score: str, name: str, source: str = "gtzan") -> Paired:
    """By how much a variant is better than the baseline: the difference in accuracy, or minus that in NLL."""
    if score == "accuracy":
        return by_score(place(name, source), ACCURACY, place("baseline", source), ACCURACY)
    return by_score(place("baseline", source), NLL, place(name, source), NLL)


def more(score: str, name: str, than: str = "baseline") -> Paired:
    """A score of one arm minus that of another."""
    return by_score(place(name), score, place(than), score)


def wider_gap(name: str) -> Paired:
    """By how much the NLL on test songs exceeds that on training songs, beyond the baseline's excess."""
    both = matched(arm(place(name)), arm(place("baseline")))
    return compare.paired(*(of.scores["end/test_nll"] - of.scores[TRAIN] for of in both))


def trend(names: tuple[str, ...], score: str = ACCURACY) -> Paired:
    """The slope of a score along arms in this order, per step, in each seed; against none."""
    values = on_common_seeds([arm(place(name)) for name in names], score)
    steps = np.arange(len(names)) - (len(names) - 1) / 2
    return compare.paired(steps @ values / (steps @ steps), np.zeros(values.shape[1]))


@cache
def family() -> dict[str, Compared]:
    """Every comparison by name, with adjusted p-values; a gain is positive where the variant is better."""
    variants = (*L1, *SPARSE, *SPARSE_HIDDEN, ALL_LAYERS, NO_CONVOLUTIONS)
    found = {f"{score}: {name}": gain(score, name) for score in MARGIN for name in variants}
    found |= {
        "gap": wider_gap(NO_CONVOLUTIONS),
        "output weights": more("rms/output", "baseline", ALL_LAYERS),
        "top share": more("top_share", "baseline", ALL_LAYERS),
        "small": more("small/convolutions", L1_USUAL),
        "trend": trend(("baseline", *SPARSE)),
    }
    return over_seeds.family(found)
