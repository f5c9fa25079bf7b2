"""How comparisons are said: in a finding, by where they are told from zero; and line by line, as its evidence."""

from collections.abc import Mapping
from typing import NamedTuple

from secondlook.checks.over_seeds import LEVEL, Compared
from secondlook.compare import Paired
from secondlook.compare_items import Crossed


class Unit(NamedTuple):
    """What a difference is given in: its name, how many make one, and digits after the point."""

    name: str
    factor: float
    digits: int


POINTS = Unit("points", 100, 2)
TENTHS = Unit("", 100, 1)
"""Of points, where the sentence or the line has said the unit."""
NATS = Unit("nats", 1, 3)
NUMBER = Unit("", 1, 3)
"""Of a quantity without a unit."""

KEY = (
    "Differences are means over paired seeds, with 95 % intervals; p is adjusted for all comparisons of its family; "
    "what would be seen is the true difference that as many seeds show with 80 % power before adjustment."
)
"""The last line of evidence that has `brief` comparisons in it."""


def effect(found: Paired | Crossed, unit: Unit = POINTS) -> str:
    """A difference alone."""
    return f"{unit.factor * found.difference:+.{unit.digits}f} {unit.name}".rstrip()


def between(found: Paired | Crossed, unit: Unit = POINTS) -> str:
    """A difference with its interval."""
    low, high = (f"{unit.factor * x:+.{unit.digits}f}" for x in (found.low, found.high))
    return f"{effect(found, unit)} ({low} to {high})"


def brief(found: Paired, p: float | None = None, unit: Unit = POINTS) -> str:
    """A difference with all that a reader needs to judge it; to be read with `KEY`."""
    adjusted = "" if p is None else f"p = {p:.2g}, "
    seen = f"{unit.factor * found.detectable:.{unit.digits}f}"
    return f"{between(found, unit)}, {found.n} seeds, {adjusted}{seen} would be seen"


def starred(compared: Compared, unit: Unit = POINTS) -> str:
    """A difference with its interval, and an asterisk where it is told from zero; for a table."""
    return f"{between(compared.found, unit)}{'*' * (compared.p < LEVEL)}"


def lines(label: str, of: Mapping[str, Compared], unit: Unit = POINTS) -> tuple[str, ...]:
    """Comparisons made in several places, a line of evidence each."""
    return tuple(f"{label}, {where}: {brief(found, p, unit)}." for where, (found, p) in of.items())


def alone(compared: Compared, unit: Unit = POINTS) -> str:
    """A difference, and whether it is told from zero; for a finding."""
    found, p = compared
    return f"{effect(found, unit)} ({'' if p < LEVEL else 'not '}told from zero)"


def told(of: Mapping[str, Compared], unit: Unit = POINTS, at: str = "on", what: str = "source") -> str:
    """Where comparisons are told from zero, and where they are not, each with its difference; for a finding.

    The unit stands after the first difference. `what` they are made for, and the word before it, can be another thing
    than sources, for example `at` a threshold.
    """
    rough = unit._replace(digits=unit.digits - 1)
    places: dict[bool, list[str]] = {True: [], False: []}
    for where, (found, p) in sorted(of.items(), key=lambda item: item[1].p >= LEVEL):
        places[p < LEVEL].append(f"{where} ({effect(found, rough)})")
        rough = rough._replace(name="")
    if not places[True]:
        return f"told from zero {at} no {what}: {', '.join(places[False])}"
    return (
        f"told from zero {at} {' and '.join(places[True])}"
        + (f", not {at} " * bool(places[False]))
        + " or ".join(places[False])
    )
