"""The comparisons that notebook 11 makes: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.bayesian_mnist import gradients
from secondlook.checks.bayesian_mnist.arms import OTHERS, SCORES, SINGLE, VARIATIONAL, best
from secondlook.checks.bayesian_mnist.ranking import QUESTIONS, gains
from secondlook.checks.over_seeds import Compared
from secondlook.compare import Paired, paired

RACES = {cost: f"{cost} of variational inference and of NUTS" for cost in ("gradients", "seconds")}


@cache
def family() -> Mapping[tuple[str, ...], Compared]:
    """Every comparison with its adjusted p-value.

    Of a variational arm, a single fit and a score, and of the `best` arm and the other methods; of a question, for the
    gain in the area under the ROC curve; and of a cost the race, in common logarithms.
    """
    pairs = [(name, rival) for name in VARIATIONAL for rival in SINGLE] + [(best(), rival) for rival in OTHERS]
    found: dict[tuple[str, ...], Paired] = {
        (name, rival, score): over_seeds.by_score(f"mnist/{name}", score, f"mnist/{rival}", score)
        for name, rival in pairs
        for score in SCORES
    }
    for question in QUESTIONS:
        areas = gains(question)
        found[(question,)] = paired(np.array([area.a for area in areas]), np.array([area.b for area in areas]))
    for cost, name in RACES.items():
        found[(name,)] = paired(*gradients.logs(gradients.matched(cost), cost))
    return over_seeds.family(found)
