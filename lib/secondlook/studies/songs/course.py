"""Document 001's own experiments of section 3 and 4, on its own songs, for whoever has the course's files.

They are not public, so no record of this study is committed, and nothing in the notebooks depends on one. It runs only
when it is named: ``secondlook run songs_edinburgh``.
"""

from typing import Any

from secondlook.runs import Study
from secondlook.studies.songs.arms import arm
from secondlook.studies.songs.convolution import VARIANTS as CONVOLUTIONS
from secondlook.studies.songs.regularisation import L1, L2, PRUNED
from secondlook.studies.songs.run import run

NAME = "songs_edinburgh"
VARIANTS: dict[str, dict[str, Any]] = {"baseline": {}, **L2, **L1, **PRUNED, **CONVOLUTIONS}

STUDY = Study(
    name=NAME,
    full=tuple(run for name, how in VARIANTS.items() for run in arm(NAME, "edinburgh", name, how)),
    toy=(),
    comparisons=(),
    run=run,
)
