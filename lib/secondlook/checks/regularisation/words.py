"""Gains and differences in words, each in its unit."""

from secondlook.checks.regularisation.family import Gains
from secondlook.compare import Paired


def numbers(found: Paired, p: float | None = None, unit: str = "nats") -> str:
    """A difference in its own unit: mean, 95 % interval, seeds, p, and the smallest effect to be seen."""
    return (
        f"{found.difference:+.3f} {unit} (95 % interval {found.low:+.3f} to {found.high:+.3f}, {found.n} seeds"
        f"{'' if p is None else f', adjusted p = {p:.2g}'}; {found.detectable:.3f} would be seen with 80 % power)"
    )


KEY = "(mean, 95 % interval, adjusted p, and what would be seen with 80 % power)"


def said(gains: Gains) -> str:
    """Gains of several variants in few words, to be read with `KEY`."""
    parts = []
    for name, scores in gains.items():
        for score, (found, p) in scores.items():
            factor, unit, digits = (100, "points", 1) if score == "accuracy" else (1, "nats", 3)
            mean, low, high = (f"{factor * x:+.{digits}f}" for x in (found.difference, found.low, found.high))
            seen = f"{factor * found.detectable:.{digits}f}"
            parts.append(f"{name} {mean} {unit} ({low} to {high}, p = {p:.2g}, {seen})")
    return "; ".join(parts)
