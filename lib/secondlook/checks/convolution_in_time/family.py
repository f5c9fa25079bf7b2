"""The comparisons that notebook 06 makes on real songs: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import Compared, by_score
from secondlook.compare import Paired
from secondlook.studies.songs.arms import OVERLAP, REAL
from secondlook.studies.songs.convolution import WIDE

BASELINE, PLAIN, POOLED = "baseline", "kernels of 3", "max pooling by 2"
PAIRS = (
    (PLAIN, BASELINE),
    ("kernels of 5", BASELINE),
    ("kernels of 5", PLAIN),
    ("kernels of 10", PLAIN),
    ("three layers of 3", PLAIN),
    ("three layers of 5", "kernels of 5"),
    (POOLED, PLAIN),
    ("max pooling by 3", PLAIN),
    ("average pooling by 2", PLAIN),
    ("average pooling by 2 before ReLU", PLAIN),
    (POOLED, "GRU"),
    (POOLED, "LSTM"),
)
"""Variant against variant, on every source of real songs; the wide recurrent nets are trained on GTZAN alone."""
SCORE = "late/test_accuracy"
SAID = {
    "gtzan": "GTZAN, artists kept apart",
    "gtzan folds": "GTZAN, cross-validated",
    "codewords": "MSD codewords",
    "no order": "synthetic songs without order",
    "some order": "synthetic songs with some order",
    "order alone": "synthetic songs with order alone",
}
"""What a source is called in a sentence."""


def name(source: str, variant: str) -> str:
    """The arm of a variant, as ``study/arm``."""
    return f"songs_{'baseline' if variant == BASELINE else 'convolution'}/{source} {variant}"


def difference(source: str, a: str, b: str, score: str = SCORE) -> Paired:
    """Variant a minus variant b on one source, over the seeds that both have."""
    return by_score(name(source, a), score, name(source, b), score, OVERLAP.get(source, 0.0))


@cache
def family() -> Mapping[tuple[str, str, str], Compared]:
    """Every comparison by source and the two variants, with adjusted p-values."""
    found = {(source, a, b): difference(source, a, b) for a, b in PAIRS for source in REAL}
    found |= {("gtzan", POOLED, wide): difference("gtzan", POOLED, wide) for wide in WIDE}
    return over_seeds.family(found)


def across(a: str, b: str) -> dict[str, Compared]:
    """One pair of variants on the real sources that have it, by what the source is called."""
    return {SAID[source]: found for (source, x, y), found in family().items() if (x, y) == (a, b)}


def control(a: str, b: str) -> str:
    """The same pair on the synthetic songs, in words."""
    parts = []
    for source in ("no order", "some order", "order alone"):
        found = difference(source, a, b)
        parts.append(f"{100 * found.difference:+.1f} ± {100 * (found.high - found.difference):.1f} on {SAID[source]}")
    return f"In the controls ({found.n} seeds, 40,000 songs): " + "; ".join(parts) + "."
