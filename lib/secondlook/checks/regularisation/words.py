"""Gains and differences in words, each in its unit."""

from collections.abc import Mapping

from secondlook.checks.over_seeds import Compared
from secondlook.checks.regularisation.family import Gains
from secondlook.compare import Paired


def numbers(found: Paired, p: float | None = None, unit: str = "nats") -> str:
    """A difference in its own unit: mean, 95 % interval, seeds, p, and the smallest effect to be seen."""
    return (
        f"{found.difference:+.3f} {unit} (95 % interval {found.low:+.3f} to {found.high:+.3f}, {found.n} seeds"
        f"{'' if p is None else f', adjusted p = {p:.2g}'}; {found.detectable:.3f} would be seen with 80 % power "
        "before adjustment)"
    )


KEY = "(mean, 95 % interval, adjusted p, and what would be seen with 80 % power before adjustment)"


def one(scores: Mapping[str, Compared]) -> str:
    """The gains of one variant in few words, to be read with `KEY`."""
    parts = []
    for score, (found, p) in scores.items():
        factor, unit, digits = (100, "points", 1) if score == "accuracy" else (1, "nats", 3)
        mean, low, high = (f"{factor * x:+.{digits}f}" for x in (found.difference, found.low, found.high))
        parts.append(f"{mean} {unit} ({low} to {high}, p = {p:.2g}, {factor * found.detectable:.{digits}f})")
    return " and ".join(parts)


def said(gains: Gains) -> str:
    """The gains of several variants, each with its name."""
    return "; ".join(f"{name}: {one(scores)}" for name, scores in gains.items())
