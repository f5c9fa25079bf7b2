"""Document 001's own experiments, on its own songs, for whoever has the course's files.

They are not public, so no record of these studies is committed, and nothing in the notebooks depends on one. They run
only when they are named: ``secondlook run songs_edinburgh songs_edinburgh_combined``.
"""

from typing import Any

from secondlook.runs import Study
from secondlook.studies.songs import combining, correcting, twenty_five
from secondlook.studies.songs.arms import arm
from secondlook.studies.songs.convolution import VARIANTS as CONVOLUTIONS
from secondlook.studies.songs.regularisation import L1, L2, PRUNED
from secondlook.studies.songs.run import run
from secondlook.studies.songs.second_arms import arms

NAME = "songs_edinburgh"
VARIANTS: dict[str, dict[str, Any]] = {"baseline": {}, **L2, **L1, **PRUNED, **CONVOLUTIONS}

STUDY = Study(
    name=NAME,
    full=tuple(run for name, how in VARIANTS.items() for run in arm(NAME, "edinburgh", name, how)),
    toy=(),
    comparisons=(),
    run=run,
)

COMBINED = Study(
    name="songs_edinburgh_combined",
    full=(
        *arms("songs_edinburgh_combined", "edinburgh", combining.EVERYWHERE | correcting.EVERYWHERE),
        *arms("songs_edinburgh_combined", "edinburgh 25", twenty_five.ARMS),
    ),
    toy=(),
    comparisons=(),
    run=twenty_five.run,
)
"""Sections 5 to 7: what is made of trained nets, in ten genres and in twenty-five."""
