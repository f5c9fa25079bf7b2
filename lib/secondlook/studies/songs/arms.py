"""How long and how often a net is trained on each source of songs."""

from collections.abc import Mapping
from typing import Any

from secondlook.runs import Comparison
from secondlook.studies.songs.run import SongsRun
from secondlook.studies.songs.sources import FOLDS, SOURCES

EPOCHS = {
    "gtzan": 100,
    "gtzan folds": 100,
    "codewords": 60,
    "no order": 5,
    "some order": 5,
    "order alone": 5,
    "audioset": 60,
    "25 genres": 5,
    "edinburgh": 100,
    "edinburgh 25": 100,
    "toy segments": 5,
    "toy order": 10,
}
"""Real sources are small: document 001's 100 epochs, or as many as settle. Synthetic songs are 40,000, as its were."""
SEEDS = {
    "gtzan": 20,
    "gtzan folds": 10,
    "codewords": 20,
    "no order": 5,
    "some order": 5,
    "order alone": 5,
    "audioset": 10,
    "25 genres": 5,
    "edinburgh": 5,
    "edinburgh 25": 5,
}
TOY_SEEDS = 3
REAL = ("gtzan", "gtzan folds", "codewords")
OVERLAP = {"gtzan folds": 1 / (FOLDS - 2)}
"""Test songs over training songs, where the songs of different seeds overlap: see `compare.paired`."""
SYNTHETIC = ("no order", "some order", "order alone")


def arm(
    study: str, source: str, name: str, settings: Mapping[str, Any], seeds: int | None = None
) -> tuple[SongsRun, ...]:
    """One run a seed of document 001's baseline, but for `settings`, on the songs of a source."""
    fixed = {"study": study, "arm": f"{source} {name}", "source": source, "data": SOURCES[source].fingerprint}
    count = seeds or SEEDS.get(source, TOY_SEEDS)
    return tuple(SongsRun(**{"epochs": EPOCHS[source], **fixed, **settings, "seed": seed}) for seed in range(count))


def against_baseline(study: str, source: str, name: str, settings: Mapping[str, Any]) -> Comparison:
    """That arm against the baseline on the same songs: they differ in what is set."""
    return Comparison(f"{study}/{source} {name}", f"songs_baseline/{source} baseline", frozenset(settings))
