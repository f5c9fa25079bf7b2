"""The priors and the methods that are set against each other on the moons. Notebook 10.

The study `priors` has every law with every way to a scale, each found by one climb of the ELBO, as in document 002. The
study `priors_nuts` tells what of a low score the prior is to blame for from what the search is, and the family it
searches: it has the posterior itself, its mode, and the best of many climbs, under some of these priors.
"""

from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from secondlook.data import moons
from secondlook.runs import Comparison, Study
from secondlook.studies.priors.moons import REFERENCES, MoonsRun, run
from secondlook.variational.priors import Hyperprior, Law

LAWS: tuple[Law, ...] = ("normal", "laplace", "cauchy")
HYPERPRIORS: tuple[Hyperprior | None, ...] = (None, "half-normal", "half-cauchy", "inverse-gamma")


def cell(law: Law, hyperprior: Hyperprior | None) -> str:
    """The name of a prior: its law, and fixed or the hyperprior."""
    return f"{law} {hyperprior or 'fixed'}"


CELLS: Mapping[str, dict[str, Any]] = {
    cell(law, hyperprior): {"law": law, "hyperprior": hyperprior} for law in LAWS for hyperprior in HYPERPRIORS
}
MORE_POINTS = ("normal fixed", "normal inverse-gamma", "cauchy inverse-gamma")
"""Priors for which the net is also trained on 1,000 points."""
SAMPLED_CELLS = {
    "normal fixed": 1_000,
    "laplace fixed": 1_000,
    "normal inverse-gamma": 4_000,
    "cauchy inverse-gamma": 2_000,
}
"""Priors whose posterior is sampled, and the draws of each chain: more where trajectories are long and draws alike."""
WAYS: Mapping[str, tuple[int, dict[str, Any]]] = {
    "mode": (10, {"method": "mode", "starts": 10}),
    "best of 10": (10, {"method": "variational", "starts": 10}),
    "from the mode": (10, {"method": "variational from the mode", "starts": 10}),
}
"""Other ways to a posterior, and from how many seeds."""
SMALL = {"n_train": 60, "n_test": 100}
TOY_WAYS: Mapping[str, dict[str, Any]] = {
    "best of 2": {"method": "variational", "starts": 2, "steps": 300},
    "mode": {"method": "mode", "starts": 2, "steps": 300},
}
"""Without a sampler: of as few draws as a toy has, the least difference in rounding would make others."""


def arm(study: str, name: str, seeds: int, **settings: Any) -> tuple[MoonsRun, ...]:
    """One run a seed."""
    fixed: dict[str, Any] = {"study": study, "arm": name, "data": moons.fingerprint()}
    return tuple(MoonsRun(**fixed, **settings, seed=seed) for seed in range(seeds))


def one_apart() -> Iterator[Comparison]:
    """The pairs of priors that differ in their law alone, or in what is known of the scale alone."""
    for (a, of_a), (b, of_b) in combinations(CELLS.items(), 2):
        varies = frozenset(name for name in of_a if of_a[name] != of_b[name])
        if len(varies) == 1:
            yield Comparison(f"priors/{a}", f"priors/{b}", varies)


PRIORS = Study(
    name="priors",
    full=(
        *(config for name in CELLS for config in arm("priors", name, 20, method="variational", **CELLS[name])),
        *(
            config
            for name in MORE_POINTS
            for config in arm("priors", f"{name}, 1,000 points", 20, method="variational", n_train=1_000, **CELLS[name])
        ),
    ),
    toy=tuple(
        config
        for name in ("normal fixed", "normal inverse-gamma")
        for config in arm("priors", f"toy {name}", 2, method="variational", steps=300, **SMALL, **CELLS[name])
    ),
    comparisons=(
        *one_apart(),
        *(Comparison(f"priors/{name}, 1,000 points", f"priors/{name}", frozenset({"n_train"})) for name in MORE_POINTS),
    ),
    run=run,
)
NUTS = Study(
    name="priors_nuts",
    full=(
        *(config for name in REFERENCES for config in arm("priors_nuts", name, 20, method=name)),
        *(
            config
            for name, draws in SAMPLED_CELLS.items()
            for config in arm(
                "priors_nuts", f"{name} sampled", 5, method="sampled", starts=8, steps=draws, **CELLS[name]
            )
        ),
        *(
            config
            for name in SAMPLED_CELLS
            for way, (seeds, settings) in WAYS.items()
            for config in arm("priors_nuts", f"{name} {way}", seeds, **settings, **CELLS[name])
        ),
    ),
    toy=(
        *(config for name in REFERENCES for config in arm("priors_nuts", f"toy {name}", 1, method=name, **SMALL)),
        *(
            config
            for way, settings in TOY_WAYS.items()
            for config in arm("priors_nuts", f"toy {way}", 1, **settings, **SMALL, **CELLS["normal inverse-gamma"])
        ),
    ),
    comparisons=tuple(
        comparison
        for name in SAMPLED_CELLS
        for comparison in (
            Comparison(f"priors_nuts/{name} sampled", f"priors/{name}", frozenset({"method", "starts", "steps"})),
            Comparison(f"priors_nuts/{name} best of 10", f"priors/{name}", frozenset({"starts"})),
            Comparison(f"priors_nuts/{name} from the mode", f"priors/{name}", frozenset({"method", "starts"})),
            Comparison(f"priors_nuts/{name} mode", f"priors/{name}", frozenset({"method", "starts"})),
        )
    ),
    run=run,
)
