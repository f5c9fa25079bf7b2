"""Gains in few words, each in its unit."""

from collections.abc import Mapping

from secondlook.checks.over_seeds import Compared
from secondlook.checks.songs import ACCURACY, NLL
from secondlook.compare import Paired

KEY = "(mean, 95 % interval over seeds; then adjusted p and what would be seen with 80 % power before adjustment)"
UNITS = {ACCURACY: (100, 1, "points"), NLL: (1, 3, "nats")}
"""Factor, digits and unit of a score; a part of the Brier score has none."""


def one(found: Paired, score: str = ACCURACY, p: float | None = None) -> str:
    """A gain with its 95 % interval; where it decides something, with p and the smallest effect to be seen."""
    factor, digits, unit = UNITS.get(score, (1, 3, ""))
    mean, low, high = (f"{factor * x:+.{digits}f}" for x in (found.difference, found.low, found.high))
    decides = "" if p is None else f"; p = {p:.2g}, {factor * found.detectable:.{digits}f}"
    return f"{' '.join(filter(None, (mean, unit)))} ({low} to {high}{decides})"


def said(of: Mapping[str, Compared], score: str = ACCURACY) -> str:
    """Comparisons that decide, each with the name of where it was made; to be read with `KEY`."""
    return ", ".join(f"{where} {one(found, score, p)}" for where, (found, p) in of.items())
