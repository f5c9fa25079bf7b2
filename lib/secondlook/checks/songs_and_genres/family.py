"""The comparisons on real songs that notebook 04 makes: one family, its p-values adjusted together."""

from collections.abc import Iterator
from functools import cache

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import arm
from secondlook.checks.songs import BASELINE, Family, difference
from secondlook.compare import Paired
from secondlook.studies.songs.baseline import ORDERS

SOURCES = {"gtzan": "bands", "codewords": "timbre"}
"""The real songs on which nets are compared, each with the features that songs_pictures measures for them."""
MEASURED = {"gtzan": "gtzan", "codewords": "tracks"}
OTHERS = ("tanh", "sigmoid")
"""Activations of the same net; the baseline has the ReLU."""
HEIGHTS = (1, 3, 5, 10)


def of_height(height: int) -> str:
    """The variant whose two convolutions see so many segments; the baseline sees one."""
    return BASELINE if height == 1 else f"kernels of {height}"


def correlation_length(source: str) -> float:
    """Segments after which the autocorrelation within a song is below 1/e, the median over songs."""
    measured = arm(f"songs_pictures/{MEASURED[source]}")
    return float(measured.scores[f"{SOURCES[source]} length/50 %"][0])


def nearest(source: str) -> int:
    """The height nearest to the correlation length, by ratio."""
    return min(HEIGHTS, key=lambda height: abs(np.log(height / correlation_length(source))))


def pairs(source: str) -> Iterator[tuple[str, str]]:
    """The variants that are compared on a source, two by two."""
    near = nearest(source)
    yield from ((BASELINE, other) for other in OTHERS)
    yield from ((order, BASELINE) for order in ORDERS)
    yield from ((of_height(height), of_height(near)) for height in HEIGHTS if height != near)


def adjacent_minus_others(group: str) -> Paired:
    """Over songs: correlation of features side by side, less that of features further apart, of ``tracks``."""
    by_distance = arm("songs_pictures/tracks").items[f"{group} by distance"][0]
    return compare.paired(by_distance[:, 0], by_distance[:, 1:].mean(axis=1))


@cache
def family() -> Family:
    """Every comparison by source, or group of features, and the two that are compared, with adjusted p-values."""
    found = {(source, *pair): difference(source, *pair) for source in SOURCES for pair in pairs(source)}
    found |= {(group, "adjacent", "others"): adjacent_minus_others(group) for group in ("chroma", "timbre")}
    return over_seeds.family(found)
