"""The comparisons of priors that notebook 10 makes: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import Compared, arm, by_score, matched, on_common_seeds
from secondlook.compare import Paired, paired
from secondlook.data import small
from secondlook.studies.priors.arms import HYPERPRIORS, LAWS
from secondlook.studies.priors.hierarchical import OVERLAP, PRIORS
from secondlook.studies.priors.sparsity import FULL, THRESHOLDS

ACCURACY, NLL = "test_accuracy", "test_nll"
BENT = 0.88
"""On the moons accuracies fall in two heaps, of nets that end as a straight line and of nets that bend it; between."""
NEAR = 0.1
"""Of the prior's standard deviation: a weight below counts as near zero."""
LEARNT = tuple(name for name in HYPERPRIORS if name)
FIXED = tuple(name for name in PRIORS if name.startswith("fixed"))
METHODS = tuple(FULL)
CAUCHY, NORMAL = "cauchy inverse-gamma", "normal inverse-gamma"
GAPS = {
    "one climb of the ELBO": ("priors/", ""),
    "best of ten climbs": ("priors_nuts/", " best of 10"),
    "sampled by NUTS": ("priors_nuts/", " sampled"),
}
"""Ways to the posterior, and what their arms' names begin and end with."""


def near_zero(method: str) -> Paired:
    """Share of posterior means near zero on digits, under a Laplace prior less that under a normal one."""
    laplace, normal = matched(*(arm(f"sparsity/{law} {method}") for law in ("laplace", "normal")))
    at = int(np.flatnonzero(np.isclose(THRESHOLDS, NEAR))[0])
    return paired(laplace.items["means"][:, at], normal.items["means"][:, at])


def over_sets(learnt: str, fixed: str) -> Paired:
    """Test NLL with a learnt scale less that with a fixed one, each the mean over the five sets, fold by fold."""
    arms = [arm(f"hierarchical/{source} {prior}") for prior in (learnt, fixed) for source in small.NAMES]
    by_prior = on_common_seeds(arms, NLL).reshape(2, len(small.NAMES), -1).mean(axis=1)
    return paired(by_prior[0], by_prior[1], OVERLAP)


@cache
def family() -> Mapping[tuple[str, ...], Compared]:
    """Every comparison with its adjusted p-value.

    Of a law, a hyperprior and a score, less the fixed scale; of a way to the posterior, for the gap that C14 is about;
    of a method, for weights `near_zero`; of a learnt and a fixed scale, `over_sets`.
    """
    found: dict[tuple[str, ...], Paired] = {
        (law, learnt, score): by_score(f"priors/{law} {learnt}", score, f"priors/{law} fixed", score)
        for law in LAWS
        for learnt in LEARNT
        for score in (ACCURACY, NLL)
    }
    for way, (study, ending) in GAPS.items():
        found[(way,)] = by_score(f"{study}{NORMAL}{ending}", ACCURACY, f"{study}{CAUCHY}{ending}", ACCURACY)
    found |= {("near zero", method): near_zero(method) for method in METHODS}
    found |= {(learnt, fixed): over_sets(learnt, fixed) for learnt in LEARNT for fixed in FIXED}
    return over_seeds.family(found)
