"""GTZAN (Tzanetakis and Cook 2002) as 120 segments of 25 features: 999 real songs of ten genres.

The features are recovered from pictures of log-spectrograms (see `spectrograms`): levels of 24 frequency bands, then
the overall level, each a mean over about a quarter of a second, on a scale of the song's own from 0 to 255. The split
is the "fault-filtered" one of Kereliuk, Sturm and Larsen (2015): artists kept apart, repeated and distorted recordings
left out.
"""

from pathlib import Path

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.catalog import fingerprint
from secondlook.data.dataset import Dataset, Split
from secondlook.data.reading import again, reading

CLASS_NAMES = ("blues", "classical", "country", "disco", "hiphop", "jazz", "metal", "pop", "reggae", "rock")
SPLITS = ("train", "valid", "test")
ARRAYS = {
    "inputs": npz.Array("f", ("songs", 120, 25)),
    "targets": npz.Array("u", ("songs",)),
    "label_map": npz.Array("S", (len(CLASS_NAMES),)),
    "split": npz.Array("u", ("songs",)),
}


def load() -> Dataset:
    """Splits ``train`` (442 songs), ``valid`` (197) and ``test`` (290); x is float32 ``(songs, 120, 25)``, not scaled.

    No artist is in two splits. The 70 songs of known fault are in none.
    """
    return Dataset("gtzan", parse(fetch.path("gtzan", "gtzan_120x25.npz")), CLASS_NAMES, fingerprint("gtzan"))


def parse(file: Path) -> dict[str, Split]:
    """The three splits of the file; any fault is a `DataError`."""
    found = npz.read(file, ARRAYS, again("gtzan"))
    with reading(file, again("gtzan")):
        names = tuple(np.char.decode(found["label_map"], "ascii"))
        if names != CLASS_NAMES:
            raise ValueError(f"label_map is {', '.join(names)}, not {', '.join(CLASS_NAMES)}")
        for name, top in (("targets", len(CLASS_NAMES) - 1), ("split", len(SPLITS))):
            if found[name].max(initial=0) > top:
                raise ValueError(f"{name} holds {found[name].max()}, above {top}")
        if (level := found["inputs"]).min(initial=0) < 0 or level.max(initial=0) > 255:
            raise ValueError(f"inputs run from {level.min()} to {level.max()}, not within 0 to 255")
    x, y, split = found["inputs"].astype(np.float32), found["targets"].astype(np.int64), found["split"]
    return {name: Split(x[split == k], y[split == k]) for k, name in enumerate(SPLITS, start=1)}


def filtered(dataset: Dataset) -> Split:
    """All songs of the three splits, for cross-validation. Folds share artists, so their scores are optimistic."""
    return Split(*(np.concatenate(parts) for parts in zip(*(dataset[name] for name in SPLITS), strict=True)))
