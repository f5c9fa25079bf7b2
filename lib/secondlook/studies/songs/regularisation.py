"""Penalties on the baseline's layers, and weights set to zero: document 001, section 3. Notebook 05."""

from typing import Any

from secondlook.regularisation import NO_PENALTY, Strengths
from secondlook.runs import Study
from secondlook.studies.songs.arms import against_baseline, arm
from secondlook.studies.songs.run import USUAL_L2, run

NAME = "songs_regularisation"
GRID = (0.0, 0.001, 0.1)
"""L2 penalties on one layer, besides the document's 0.01, the others keeping theirs."""
L1_GRID = (1e-4, 3e-4, 1e-3, 3e-3, 1e-2)
THRESHOLDS = (0.001, 0.01, 0.1)

NO_CONVOLUTIONS = USUAL_L2._replace(convolutions=0.0)
L2: dict[str, dict[str, Any]] = {
    "no penalty": {"l2": NO_PENALTY},
    "L2 on all layers": {"l2": Strengths(0.01, 0.01, 0.01)},
    **{f"L2 {value:g} on the {part}": {"l2": USUAL_L2._replace(**{part: value})}
       for part in Strengths._fields for value in GRID if value != getattr(USUAL_L2, part)},
}  # fmt: skip
L1: dict[str, dict[str, Any]] = {
    **{f"L1 {value:g} on the convolutions": {"l1": NO_PENALTY._replace(convolutions=value), "l2": NO_CONVOLUTIONS}
       for value in L1_GRID},
    "L1 0.001 on the convolutions, proximal": {
        "l1": NO_PENALTY._replace(convolutions=0.001), "l2": NO_CONVOLUTIONS, "proximal": True
    },
}  # fmt: skip
PRUNED: dict[str, dict[str, Any]] = {
    f"{part} pruned below {threshold:g}": {"pruned": part, "threshold": threshold}
    for part in ("convolutions", "hidden")
    for threshold in THRESHOLDS
}
VARIANTS = L2 | L1 | PRUNED
MAIN = (
    "L2 on all layers",
    "L2 0 on the convolutions",
    "L1 0.001 on the convolutions",
    "convolutions pruned below 0.01",
)
"""What is also trained on 40,000 songs."""
PLACES = [*(("gtzan", name) for name in VARIANTS), *(("some order", name) for name in MAIN)]

STUDY = Study(
    name=NAME,
    full=tuple(run for source, name in PLACES for run in arm(NAME, source, name, VARIANTS[name])),
    toy=arm(NAME, "toy segments", "L1 0.001 on the convolutions", L1["L1 0.001 on the convolutions"]),
    comparisons=tuple(against_baseline(NAME, source, name, VARIANTS[name]) for source, name in PLACES),
    run=run,
)
