"""Kernels over several segments, pooling, more layers, and recurrent nets: document 001, section 4. Notebook 06."""

from typing import Any

from secondlook.runs import Comparison, Study
from secondlook.studies.songs.arms import REAL, SYNTHETIC, against_baseline, arm
from secondlook.studies.songs.baseline import ORDERS
from secondlook.studies.songs.run import run

NAME = "songs_convolution"
POOLED: dict[str, Any] = {"heights": (3, 3), "pool": "max 2"}
VARIANTS: dict[str, dict[str, Any]] = {
    "kernels of 3": {"heights": (3, 3)},
    "kernels of 5": {"heights": (5, 5)},
    "kernels of 10": {"heights": (10, 10)},
    "three layers of 3": {"heights": (3, 3, 3)},
    "three layers of 5": {"heights": (5, 5, 5)},
    "max pooling by 2": POOLED,
    "max pooling by 3": {"heights": (3, 3), "pool": "max 3"},
    "average pooling by 2": {"heights": (3, 3), "pool": "average 2"},
    "average pooling by 2 before ReLU": {"heights": (3, 3), "pool": "average 2", "pool_first": True},
    "fully connected": {"network": "mlp"},
    "GRU": {"network": "gru", "units": 50},
    "LSTM": {"network": "lstm", "units": 50},
}
"""Each against the baseline; `units` as many as a convolution has kernels."""
WIDE = {"wide GRU": {"network": "gru", "units": 268}, "wide LSTM": {"network": "lstm", "units": 234}}
"""As many parameters as convolution in time with max pooling by 2, to 0.4 %."""
WIDE_SEEDS = 8
PAIRS = {
    "kernels of 3": ("kernels of 5", "kernels of 10", "three layers of 3", "max pooling by 2", "max pooling by 3",
                     "average pooling by 2", "average pooling by 2 before ReLU"),
    "max pooling by 2": ("max pooling by 3", "fully connected", "GRU", "LSTM", *WIDE),
    "average pooling by 2": ("average pooling by 2 before ReLU",),
}  # fmt: skip
"""Arms that the document, or the notebook, compares with another than the baseline."""
SHUFFLED = ("gtzan", "codewords", "order alone")
EVERY = VARIANTS | WIDE


def differ(a: str, b: str) -> frozenset[str]:
    """The settings in which two variants differ."""
    return frozenset(k for k in EVERY[a].keys() | EVERY[b].keys() if EVERY[a].get(k) != EVERY[b].get(k))


STUDY = Study(
    name=NAME,
    full=(
        *(run for source in REAL + SYNTHETIC for name, how in VARIANTS.items() for run in arm(NAME, source, name, how)),
        *(run for name, how in WIDE.items() for run in arm(NAME, "gtzan", name, how, WIDE_SEEDS)),
        *(
            run
            for source in SHUFFLED
            for name, how in ORDERS.items()
            for run in arm(NAME, source, f"max pooling by 2, {name}", POOLED | how)
        ),
    ),
    toy=(
        *arm(NAME, "toy order", "baseline", {}),
        *arm(NAME, "toy order", "max pooling by 2", POOLED),
    ),
    comparisons=(
        *(against_baseline(NAME, source, name, how) for source in REAL + SYNTHETIC for name, how in VARIANTS.items()),
        *(
            Comparison(f"{NAME}/{source} {name}", f"{NAME}/{source} {other}", differ(name, other))
            for other, names in PAIRS.items()
            for name in names
            for source in (("gtzan",) if name in WIDE else REAL + SYNTHETIC)
        ),
        *(
            Comparison(f"{NAME}/{source} max pooling by 2, {name}", f"{NAME}/{source} max pooling by 2", frozenset(how))
            for source in SHUFFLED
            for name, how in ORDERS.items()
        ),
    ),
    run=run,
)
