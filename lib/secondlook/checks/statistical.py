"""How a claim about a difference is decided: from a paired comparison, its interval, and what it could have seen."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

from secondlook.claims import Kind
from secondlook.compare import Paired, holm

LEVEL = 0.05

Name = TypeVar("Name", bound=Hashable)


def decide_sign(found: Paired, p: float, claimed: int) -> Kind:
    """Whether the difference has the claimed sign, +1 or −1: upheld or not upheld if p < 0.05, else inconclusive.

    `p` is the p-value after adjustment for the family of claims that the comparison belongs to.
    """
    if not p < LEVEL:
        return "inconclusive"
    return "upheld" if found.difference * claimed > 0 else "not upheld"


def adjusted(family: Mapping[Name, Paired]) -> dict[Name, float]:
    """Holm's p-values over the comparisons of one family, by name."""
    return dict(zip(family, holm([found.p for found in family.values()]).tolist(), strict=True))
