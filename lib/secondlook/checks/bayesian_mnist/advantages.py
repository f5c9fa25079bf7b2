"""Whether an approximate posterior is better to have than a point estimate: C23."""

from collections.abc import Mapping, Sequence

import numpy as np

from secondlook.checks.bayesian_mnist.arms import (
    LONG,
    OTHERS,
    POINT,
    SAID,
    SCORES,
    SINGLE,
    TEMPERATURE,
    VARIATIONAL,
    arm,
    best,
)
from secondlook.checks.bayesian_mnist.family import family
from secondlook.checks.over_seeds import LEVEL, Compared
from secondlook.claims import Kind, Verdict, check


def against(name: str, rival: str) -> dict[str, Compared]:
    """An arm minus a rival, score by score."""
    return {score: family()[(name, rival, score)] for score in SCORES}


def told(found: Mapping[str, Compared]) -> tuple[list[str], list[str]]:
    """The scores in which a gain is told from zero, and those in which a loss is."""
    signs = {score: np.sign(pair.difference) * SCORES[score] for score, (pair, p) in found.items() if p < LEVEL}
    return [s for s, sign in signs.items() if sign > 0], [s for s, sign in signs.items() if sign < 0]


def better(name: str, rivals: Sequence[str]) -> Kind:
    """Whether a variational arm gains in some score and loses in none, against each of some single fits."""
    found = [told(against(name, rival)) for rival in rivals]
    if any(losses for _, losses in found):
        return "not upheld"
    return "upheld" if all(gains for gains, _ in found) else "inconclusive"


def some_net(rivals: Sequence[str]) -> Kind:
    """Whether some variational arm is better than these single fits; not upheld if each loses somewhere."""
    kinds = {better(name, rivals) for name in VARIATIONAL}
    return "upheld" if "upheld" in kinds else "not upheld" if kinds == {"not upheld"} else "inconclusive"


def in_words(name: str, rival: str) -> str:
    """Gains and losses of an arm against a rival."""
    gains, losses = (", ".join(SAID[score] for score in scores) or "nothing" for scores in told(against(name, rival)))
    return f"against {rival}, better in {gains}, worse in {losses}"


def counted(rival: str) -> str:
    """How many variational nets gain in some score, and how many lose in some, against a single fit."""
    gain, lose = (sum(bool(told(against(name, rival))[side]) for name in VARIATIONAL) for side in (0, 1))
    return f"{gain} gain and {lose} lose"


@check("C23")
def clear_advantages() -> Verdict:
    """Variational nets against single fits, with and without a temperature, and three other ways to be unsure.

    Decided where both readings agree: a gain and no loss against the point estimate, and against that with a
    temperature, too.
    """
    plain, both = some_net([POINT]), some_net(SINGLE)
    chosen = best()
    return Verdict(
        both if plain == both else "inconclusive",
        "A clear advantage would be a gain in some of six scores and a loss in none. Of "
        f"{len(VARIATIONAL)} variational nets, against a point estimate {counted(POINT)} in some score; against one "
        f"with a temperature {counted(TEMPERATURE)}. The net that the pictures set apart choose is, "
        f"{in_words(chosen, POINT)}; {in_words(chosen, TEMPERATURE)}. Decided is where both readings agree.",
        evidence=(
            *(f"{name.capitalize()}: {'; '.join(in_words(name, rival) for rival in SINGLE)}." for name in VARIATIONAL),
            *(f"The chosen net, *{chosen}*: {in_words(chosen, rival)}." for rival in OTHERS),
            f"The slides compare with nothing; ours are {len(arm(LONG).seeds)} paired seeds.",
            "A gain or a loss is named where it is told from zero, after Holm's adjustment for all comparisons of "
            "notebook 11.",
        ),
    )
