"""Comparisons of arms over training seeds: pairs, families of them, and what they decide."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple, TypeVar

import numpy as np

from secondlook import compare, compare_items, results
from secondlook.claims import Kind
from secondlook.compare import Paired
from secondlook.compare_items import Discordance
from secondlook.results import Arm

LEVEL = 0.05
"""p-values below it tell a difference from zero."""
Found = TypeVar("Found")
Name = TypeVar("Name", bound=Hashable)


class Compared(NamedTuple):
    """A paired comparison and its p-value, adjusted by Holm for the whole family."""

    found: Paired
    p: float


def arm(name: str) -> Arm:
    """An arm given as ``study/arm``."""
    study, _, of = name.partition("/")
    return results.load(study)[of]


def matched(*arms: Arm) -> list[Arm]:
    """The arms on the seeds that all of them have, in one order."""
    common = [seed for seed in arms[0].seeds if all(seed in of.seeds for of in arms)]
    return [of.on(common) for of in arms]


def on_common_seeds(arms: Sequence[Arm], score: str) -> np.ndarray:
    """A score of several arms, ``(arms, seeds)``, on the seeds that all of them have."""
    return np.array([of.scores[score] for of in matched(*arms)])


def by_score(name_a: str, score_a: str, name_b: str, score_b: str, overlap: float = 0.0) -> Paired:
    """Compare a score of one arm with a score of another. ValueError if they are of different data."""
    a, b = matched(arm(name_a), arm(name_b))
    if a.config.get("data") != b.config.get("data"):
        raise ValueError(f"{name_a} and {name_b} have different data, and differ by that too; compare arms of the same")
    return compare.paired(a.scores[score_a], b.scores[score_b], overlap)


def discordances(name_a: str, item_a: str, name_b: str, item_b: str) -> list[Discordance]:
    """Two arms on the same test items, seed by seed."""
    a, b = matched(arm(name_a), arm(name_b))
    return [compare_items.mcnemar(*of_items) for of_items in zip(a.items[item_a], b.items[item_b], strict=True)]


def item_by_item(name_a: str, item_a: str, name_b: str, item_b: str) -> str:
    """Two arms on the same test items, seed by seed, in words: how many only one gets right, and McNemar's test."""
    pairs = discordances(name_a, item_a, name_b, item_b)
    only_a, only_b = (np.median([getattr(pair, which) for pair in pairs]) for which in ("only_a", "only_b"))
    told = sum(pair.p < LEVEL for pair in pairs)
    return (
        f"Item by item, the first alone is right on {only_a:,.0f} and the second alone on {only_b:,.0f} (medians over "
        f"pairs); McNemar's test tells {told} of {len(pairs)} pairs of runs apart"
    )


def family(found: Mapping[Name, Paired]) -> dict[Name, Compared]:
    """The comparisons of one notebook by name, their p-values adjusted together."""
    adjusted = compare.holm([pair.p for pair in found.values()]).tolist()
    return {name: Compared(pair, p) for (name, pair), p in zip(found.items(), adjusted, strict=True)}


def decide(of: Iterable[Compared], claimed: int) -> Kind:
    """One claim about the sign of a difference, +1 or −1, seen once or on several sources.

    Upheld if it is told from zero with the claimed sign on one of them at least, and with the other sign on none; not
    upheld the other way round; else inconclusive.
    """
    signs = {np.sign(found.difference) * claimed for found, p in of if p < LEVEL}
    return "upheld" if signs == {1} else "not upheld" if signs == {-1} else "inconclusive"


def _some(of: Iterable[Found]) -> list[Found]:
    found = list(of)
    if not found:
        raise ValueError("no comparisons to decide by: name arms that the records have")
    return found


OPPOSITE: Mapping[Kind, Kind] = {"upheld": "not upheld", "not upheld": "upheld", "inconclusive": "inconclusive"}
"""What becomes of a claim when its negation is decided; of the three kinds that seeds decide between."""


def no_gain(of: Iterable[Compared], margin: float) -> Kind:
    """A claim that something does not help, seen on several sources.

    Upheld if every 95 % interval ends below the margin, for a gain that small is none; else not upheld if a gain whose
    interval does not is told on one of them at least, and a loss on none; else inconclusive. ValueError if there is no
    comparison.
    """
    found = _some(of)
    if all(pair.high < margin for pair, _ in found):
        return "upheld"
    gains = decide((one for one in found if not 0 < one.found.low <= one.found.high < margin), +1)
    return "not upheld" if gains == "upheld" else "inconclusive"


def alike(of: Iterable[Compared], margin: float) -> Kind:
    """A claim that two arms are the same, seen on several sources.

    Upheld if two one-sided tests say so on every source (so none is adjusted); not upheld if on some source they are
    told apart, and by more than the margin; else inconclusive. ValueError if there is no comparison.
    """
    found = _some(of)
    if any(p < LEVEL and (pair.low > margin or pair.high < -margin) for pair, p in found):
        return "not upheld"
    return "upheld" if all(compare.equivalent(pair, margin) < LEVEL for pair, _ in found) else "inconclusive"


def some_better(of: Mapping[str, Mapping[str, Compared]], margin: Mapping[str, float]) -> Kind:
    """Whether one of several variants, each compared by score, is better: in one score, and not worse in another.

    A network that only guesses has an NLL of ln 10, which is better than that of one that is often right and too sure;
    hence the second condition. Upheld if one variant is told to be better; not upheld if every variant either is told
    to be worse in a score or gains less than its margin in each, by its 95 % interval; else inconclusive. ValueError
    if there is no variant, or one without comparisons.
    """
    lost = []
    for found in _some(of.values()):
        _some(found.values())
        signs = {np.sign(pair.difference) for pair, p in found.values() if p < LEVEL}
        if signs == {1}:
            return "upheld"
        lost.append(-1 in signs or all(pair.high < margin[score] for score, (pair, _) in found.items()))
    return "not upheld" if all(lost) else "inconclusive"


def together(*kinds: Kind) -> Kind:
    """A claim of several parts: upheld if all are, not upheld if one is not, else inconclusive."""
    return "not upheld" if "not upheld" in kinds else "upheld" if set(kinds) == {"upheld"} else "inconclusive"
