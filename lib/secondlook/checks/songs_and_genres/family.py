"""The comparisons on real songs that notebook 04 makes: one family, its p-values adjusted together."""

from functools import cache

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import Compared, arm, by_score
from secondlook.checks.songs import ACCURACY, BASELINE, difference, place
from secondlook.compare import Paired
from secondlook.studies.songs.baseline import ORDERS

SOURCES = {"gtzan": "bands", "codewords": "timbre"}
"""The real songs on which nets are compared, each with the features that songs_pictures measures for them."""
MEASURED = {"gtzan": "gtzan", "codewords": "tracks"}
OTHERS = ("tanh", "sigmoid")
HEIGHTS = (1, 3, 5, 10)


def of_height(source: str, height: int) -> str:
    """The arm whose two convolutions see so many segments; the baseline sees one."""
    return place(source, BASELINE if height == 1 else f"kernels of {height}")


def correlation_length(source: str) -> float:
    """Segments after which the autocorrelation within a song is below 1/e, the median over songs."""
    measured = arm(f"songs_pictures/{MEASURED[source]}")
    return float(measured.scores[f"{SOURCES[source]} length/50 %"][0])


def nearest(source: str) -> int:
    """The height nearest to the correlation length, by ratio."""
    return min(HEIGHTS, key=lambda height: abs(np.log(height / correlation_length(source))))


def adjacent_minus_others(group: str) -> Paired:
    """Over songs: correlation of features side by side, less that of features further apart, of ``tracks``."""
    by_distance = arm("songs_pictures/tracks").items[f"{group} by distance"][0]
    return compare.paired(by_distance[:, 0], by_distance[:, 1:].mean(axis=1))


@cache
def family() -> dict[str, Compared]:
    """Every comparison by name, with adjusted p-values."""
    found = {}
    for source in SOURCES:
        for other in OTHERS:
            found[f"{source}: ReLU - {other}"] = difference(source, BASELINE, other)
        for order in ORDERS:
            found[f"{source}: {order}"] = difference(source, order, BASELINE)
        near = nearest(source)
        for height in HEIGHTS:
            if height != near:
                pair = by_score(of_height(source, height), ACCURACY, of_height(source, near), ACCURACY)
                found[f"{source}: height {height}"] = pair
    for group in ("chroma", "timbre"):
        found[f"distance: {group}"] = adjacent_minus_others(group)
    return over_seeds.family(found)
