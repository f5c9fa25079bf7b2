"""Whether an approximate posterior is better to have than a point estimate: C23."""

from collections.abc import Mapping

import numpy as np

from secondlook.checks.bayesian_mnist.arms import EARLY, POINT, RIVALS, SAID, SCORES, SETTLED, TEMPERATURE, arm
from secondlook.checks.bayesian_mnist.family import family
from secondlook.checks.over_seeds import Compared
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Kind, Verdict, check


def against(name: str, rival: str) -> dict[str, Compared]:
    """An arm minus a rival, score by score."""
    return {score: family()[(name, rival, score)] for score in SCORES}


def told(found: Mapping[str, Compared]) -> tuple[list[str], list[str]]:
    """The scores in which a gain is told from zero, and those in which a loss is."""
    signs = {score: np.sign(pair.difference) * SCORES[score] for score, (pair, p) in found.items() if p < LEVEL}
    return [s for s, sign in signs.items() if sign > 0], [s for s, sign in signs.items() if sign < 0]


def better(name: str, rivals: tuple[str, ...]) -> Kind:
    """Whether an arm gains in some score and loses in none, against each of the rivals."""
    found = [told(against(name, rival)) for rival in rivals]
    if any(losses for _, losses in found):
        return "not upheld"
    return "upheld" if all(gains for gains, _ in found) else "inconclusive"


def in_words(name: str, rival: str) -> str:
    """Gains and losses of an arm against a rival, with the means of both."""
    found = against(name, rival)
    a, b = arm(name).scores, arm(rival).scores
    parts = []
    for what, scores in zip(("better in", "worse in"), told(found), strict=True):
        each = ", ".join(f"{SAID[score]} ({a[score].mean():.4f} to {b[score].mean():.4f})" for score in scores)
        parts.append(f"{what} {each or 'nothing'}")
    return f"against {rival}: " + ", ".join(parts)


@check("C23")
def clear_advantages() -> Verdict:
    """Variational nets against single fits, with and without a temperature, and three other ways to be unsure.

    Upheld if one of the two variational nets gains and never loses against both single fits; not upheld if each loses
    somewhere.
    """
    kinds = {name: better(name, (POINT, TEMPERATURE)) for name in (SETTLED, EARLY)}
    kind: Kind = "inconclusive"
    if "upheld" in kinds.values():
        kind = "upheld"
    elif set(kinds.values()) == {"not upheld"}:
        kind = "not upheld"
    words = ". ".join(
        f"{name.capitalize()}, {'; '.join(in_words(name, rival) for rival in RIVALS)}" for name in (SETTLED, EARLY)
    )
    return Verdict(
        kind,
        "The slides compare with nothing. Six scores over "
        f"{len(arm(SETTLED).seeds)} paired seeds, differences told from zero after Holm's adjustment, mean of ours to "
        f"mean of theirs. {words}.",
    )
