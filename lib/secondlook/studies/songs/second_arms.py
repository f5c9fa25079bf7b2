"""The arms of a second stage: a method on the songs of a source, once a seed."""

from dataclasses import asdict
from typing import Any

from secondlook.runs import Comparison
from secondlook.studies.songs.arms import EPOCHS, SEEDS, TOY_SEEDS
from secondlook.studies.songs.sources import SOURCES
from secondlook.studies.songs.stage import StageRun

Arms = dict[str, dict[str, Any]]
"""Settings by the name of the arm."""


def arms(study: str, source: str, which: Arms) -> tuple[StageRun, ...]:
    """The runs of several arms on one source, seed by seed, so that what is trained for a seed serves all its arms."""
    fixed = {"study": study, "source": source, "data": SOURCES[source].fingerprint, "epochs": EPOCHS[source]}
    return tuple(
        StageRun(**{**fixed, **how, "arm": f"{source} {name}", "seed": seed})
        for seed in range(SEEDS.get(source, TOY_SEEDS))
        for name, how in which.items()
    )


def comparison(study: str, source: str, which: Arms, name: str, other: str) -> Comparison:
    """Two arms on the same songs: they differ in their names and in what is set differently."""
    a, b = (asdict(arms(study, source, {of: which[of]})[0]) for of in (name, other))
    varies = frozenset(field for field in a if a[field] != b[field]) - {"arm"}
    return Comparison(f"{study}/{source} {name}", f"{study}/{source} {other}", varies)
