"""Document 001's baseline: which activation it takes, and what it knows of the order of segments. Notebook 04."""

from secondlook.runs import Study
from secondlook.studies.songs.arms import REAL, SYNTHETIC, against_baseline, arm
from secondlook.studies.songs.run import run

NAME = "songs_baseline"
ACTIVATIONS = {name: {"activation": name} for name in ("sigmoid", "tanh")}
ORDERS = {name: {"order": name} for name in ("one new order", "an order for each song", "an order for each test song")}
VARIANTS = ACTIVATIONS | ORDERS
SOURCES = ("gtzan", "codewords", "some order")
"""Where the variants are trained; the baseline itself is trained on every source."""

STUDY = Study(
    name=NAME,
    full=(
        *(run for source in REAL + SYNTHETIC for run in arm(NAME, source, "baseline", {})),
        *(run for source in SOURCES for name, how in VARIANTS.items() for run in arm(NAME, source, name, how)),
    ),
    toy=(
        *arm(NAME, "toy segments", "baseline", {}),
        *arm(NAME, "toy segments", "one new order", ORDERS["one new order"]),
    ),
    comparisons=tuple(
        against_baseline(NAME, source, name, how) for source in SOURCES for name, how in VARIANTS.items()
    ),
    run=run,
)
