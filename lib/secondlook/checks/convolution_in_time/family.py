"""The comparisons that notebook 06 makes on real songs: one family, its p-values adjusted together."""

from functools import cache

from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import Compared
from secondlook.checks.songs import BASELINE, PLAIN, POOLED, SAID, Family, asked, difference
from secondlook.checks.words import TENTHS, between
from secondlook.studies.songs.arms import REAL, SYNTHETIC
from secondlook.studies.songs.convolution import WIDE

AVERAGED_FIRST = "average pooling by 2 before ReLU"
"""As the document's code has it."""
PAIRS = (
    (PLAIN, BASELINE),
    ("kernels of 5", BASELINE),
    ("kernels of 5", PLAIN),
    ("three layers of 3", PLAIN),
    ("three layers of 5", PLAIN),
    (POOLED, PLAIN),
    ("max pooling by 3", PLAIN),
    ("average pooling by 2", PLAIN),
    (AVERAGED_FIRST, PLAIN),
    ("average pooling by 2", AVERAGED_FIRST),
    (POOLED, "GRU"),
    (POOLED, "LSTM"),
)
"""Variant against variant, on every source of real songs; the wide recurrent nets are trained on GTZAN alone."""


@cache
def family() -> Family:
    """Every comparison by source and the two variants, with adjusted p-values."""
    found = {(source, a, b): difference(source, a, b) for a, b in PAIRS for source in REAL}
    found |= {("gtzan", POOLED, wide): difference("gtzan", POOLED, wide) for wide in WIDE}
    return over_seeds.family(found)


def across(a: str, b: str) -> dict[str, Compared]:
    """One pair of variants on the real sources that have it, by what the source is called."""
    return asked(family(), a, b)


def control(a: str, b: str) -> str:
    """The same pair on the synthetic songs, in words."""
    found = {source: difference(source, a, b) for source in SYNTHETIC}
    (seeds,) = {one.n for one in found.values()}
    parts = "; ".join(f"{between(one, TENTHS)} on {SAID[source]}" for source, one in found.items())
    return f"In the controls (points, 95 % intervals, {seeds} seeds, 40,000 songs): {parts}."
