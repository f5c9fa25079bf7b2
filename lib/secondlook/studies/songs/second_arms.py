"""The arms of a second stage: a method on the songs of a source, once a seed."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from secondlook.runs import Comparison, Run, Study
from secondlook.studies.songs.arms import EPOCHS, SEEDS, TOY_SEEDS
from secondlook.studies.songs.sources import SOURCES
from secondlook.studies.songs.stage import StageRun, Task

Arms = dict[str, dict[str, Any]]
"""Settings by the name of the arm."""
Methods = Mapping[str, Callable[[Task], Run]]
"""What a run does, by the name of its method."""


def arms(study: str, source: str, which: Arms) -> tuple[StageRun, ...]:
    """The runs of several arms on one source, seed by seed, so that what is trained for a seed serves all its arms."""
    fixed = {"study": study, "source": source, "data": SOURCES[source].fingerprint, "epochs": EPOCHS[source]}
    return tuple(
        StageRun(**{**fixed, **how, "arm": f"{source} {name}", "seed": seed})
        for seed in range(SEEDS.get(source, TOY_SEEDS))
        for name, how in which.items()
    )


def run_by(methods: Methods) -> Callable[[StageRun], Run]:
    """How a run of any of these methods is done."""
    return lambda config: methods[config.method](Task(config))


def comparison(study: str, source: str, which: Arms, name: str, other: str) -> Comparison:
    """Two arms on the same songs: they differ in their names and in what is set differently."""
    a, b = (asdict(arms(study, source, {of: which[of]})[0]) for of in (name, other))
    varies = frozenset(field for field in a if a[field] != b[field]) - {"arm"}
    return Comparison(f"{study}/{source} {name}", f"{study}/{source} {other}", varies)


def study_of(name: str, methods: Methods, places: Mapping[str, Arms], toys: Arms, main: str) -> Study:
    """The study of the arms of each source, every one compared with the `main` one there."""
    return Study(
        name=name,
        full=tuple(run for source, which in places.items() for run in arms(name, source, which)),
        toy=arms(name, "toy segments", toys),
        comparisons=tuple(
            comparison(name, source, which, arm, main)
            for source, which in places.items()
            for arm in which
            if arm != main
        ),
        run=run_by(methods),
    )
