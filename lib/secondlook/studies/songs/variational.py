"""Document 002's method on document 001's songs: a variational net beside its rivals. Notebook 12.

The point estimate is that of notebook 06. The plain variational net has the best of starts: it continues a fit in which
every song counted ten times, and which has learnt. After its 1,500 steps the fit that counts songs ten times has not
settled; the one of 6,000 steps tells what is left, and every fit is read at its best point on the way too.
"""

from typing import Any

from secondlook.data.songs import fingerprint
from secondlook.runs import Comparison, Study
from secondlook.studies.songs.bayesian import LAWS, BayesianRun, run
from secondlook.studies.songs.sources import SOURCES

NAME = "songs_variational"
SEEDS, SYNTHETIC_SEEDS = 10, 5
STEPS = {"point": 900, "ensemble": 900, "dropout": 1_800, "variational": 1_500}
"""On GTZAN the point estimate has the 100 epochs of notebook 06, of nine batches each."""
POINT_STEPS = {"codewords": 1_200, "some order": 2_000}
"""Of a point estimate and of an ensemble elsewhere: the 60 epochs of notebook 06 for the codewords."""
POINT, DROPOUT, ENSEMBLE, VARIATIONAL = "point estimate", "dropout", "ensemble", "variational"
COUNTED = "variational, songs counted 10 times"
COLD, LONG = "variational, songs counted 100 times", f"{COUNTED}, 6,000 steps"
METHODS: dict[str, dict[str, Any]] = {
    POINT: {"method": "point"},
    DROPOUT: {"method": "dropout"},
    ENSEMBLE: {"method": "ensemble"},
    VARIATIONAL: {"method": "variational", "before": 10},
    COUNTED: {"method": "variational", "times": 10},
    COLD: {"method": "variational", "times": 100},
    LONG: {"method": "variational", "times": 10, "steps": 6_000},
}
FEWER = {VARIATIONAL: 5, COLD: 5, LONG: 2}
"""Arms of fewer seeds: what they show is plain, or they are controls."""
ALL = {"gtzan": 442, "codewords": 976}
SIZES = {"gtzan": (110, 221), "codewords": (244, 488), "some order": (500, 2_000, 8_000)}
"""A quarter and a half of the training songs, where they are real."""
LEARNING = {"gtzan": (POINT, COUNTED), "codewords": (POINT, COUNTED), "some order": (POINT, VARIATIONAL, COUNTED)}
"""What is trained on them. On real songs the plain variational net learns nothing from all of them."""
TOYS = ((POINT, 200), (DROPOUT, 200), (COUNTED, 200))
TOY_STEPS = 100


def place(source: str, name: str, songs: int) -> str:
    """The name of an arm; it tells the number of songs where they are not all of a real source."""
    return f"{source} {name}" + ("" if songs == ALL.get(source) else f", {songs:,} songs")


def arm(source: str, name: str, songs: int) -> tuple[BayesianRun, ...]:
    """One run a seed."""
    how = METHODS[name]
    steps, seeds = STEPS[how["method"]], FEWER.get(name, SEEDS if source in ALL else SYNTHETIC_SEEDS)
    if how["method"] in ("point", "ensemble"):
        steps = POINT_STEPS.get(source, steps)
    if source == "toy segments":
        steps, seeds = TOY_STEPS, 1
    data = fingerprint(*LAWS[source], seed=0) if source in LAWS else SOURCES[source].fingerprint
    fixed: dict[str, Any] = {"study": NAME, "arm": place(source, name, songs), "source": source, "data": data}
    return tuple(BayesianRun(**fixed | {"songs": songs, "steps": steps} | how, seed=seed) for seed in range(seeds))


def against(source: str, name: str, songs: int, other: str, other_songs: int) -> Comparison:
    """Two arms of one source, and the settings in which they differ."""
    a, b = arm(source, name, songs)[0], arm(source, other, other_songs)[0]
    fields = ("method", "steps", "songs", "times", "before")
    varies = frozenset(field for field in fields if getattr(a, field) != getattr(b, field))
    return Comparison(f"{NAME}/{a.arm}", f"{NAME}/{b.arm}", varies)


WHERE = (
    *((source, name, songs) for source, songs in ALL.items() for name in METHODS if name != LONG or source == "gtzan"),
    *((source, name, songs) for source, sizes in SIZES.items() for songs in sizes for name in LEARNING[source]),
)
STUDY = Study(
    name=NAME,
    full=tuple(run for where in WHERE for run in arm(*where)),
    toy=tuple(run for name, songs in TOYS for run in arm("toy segments", name, songs)),
    comparisons=(
        *(against(source, name, songs, POINT, songs) for source, name, songs in WHERE if name != POINT),
        against("gtzan", LONG, ALL["gtzan"], COUNTED, ALL["gtzan"]),
        *(
            against(source, name, songs, name, songs_of_all)
            for source, songs_of_all in ALL.items()
            for songs in SIZES[source]
            for name in LEARNING[source]
        ),
    ),
    run=run,
)
