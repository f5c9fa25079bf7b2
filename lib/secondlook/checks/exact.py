"""How an exact claim is decided: what is printed holds, or it is corrected."""

import math
from collections.abc import Iterable

from secondlook.claims import Verdict


def decide(holds: bool, finding: str, printed: str, right: str, evidence: tuple[str, ...] = ()) -> Verdict:
    """Upheld if what is printed holds, else corrected."""
    return Verdict("upheld" if holds else "corrected", finding, printed, right, evidence)


def same(pairs: Iterable[tuple[float, float]], tolerance: float = 1e-9) -> bool:
    """Whether the two numbers of every pair agree, relatively (absolutely below 1)."""
    return all(math.isclose(a, b, rel_tol=tolerance, abs_tol=tolerance) for a, b in pairs)
