"""The Edinburgh course's form of the Million Song Dataset: 120 segments of 25 features, and how to make it of tracks.

The features of a segment are 12 of timbre, 12 of chroma and the loudness at its start, in that order; the segments are
the central 120 of the track. The course's files, ``msd-10-genre-train.npz`` and so on, are not public. Whoever has them
puts them into the folder ``edinburgh`` of the data home, and every study of songs can run on them.
"""

import hashlib
from pathlib import Path

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.dataset import DataError, Dataset, Split
from secondlook.data.msd import Track
from secondlook.data.reading import reading

SEGMENTS, FEATURES = 120, 25
LIMIT = 40_000 * SEGMENTS * FEATURES * 8 + 2**24
REMEDY = "give the course's file, or one like it saved without pickles"


def load(classes: int = 10) -> Dataset:
    """The course's data with 10 or 25 classes, as it comes: standardised, x float32 of shape ``(tracks, 120, 25)``.

    Splits are ``train`` and ``valid``, and with 10 classes ``test``; for 25 the course gave no test targets.
    """
    stem = fetch.data_home() / "edinburgh" / f"msd-{classes}-genre"
    train, valid = Path(f"{stem}-train.npz"), Path(f"{stem}-valid.npz")
    files = {"train": (train, train), "valid": (valid, valid)}
    if classes == 10:
        files["test"] = (Path(f"{stem}-test-inputs.npz"), Path(f"{stem}-test-targets.npz"))
    used = sorted({file for pair in files.values() for file in pair})
    for file in used:
        if not file.is_file():
            raise DataError(f"{file}: not there; this file of the Edinburgh course is not public: put a copy there")
    splits = {name: parse(inputs, targets) for name, (inputs, targets) in files.items()}
    names = labels(train)
    if labels(valid) != names:
        raise DataError(f"{valid}: label_map differs from that of {train.name}; {REMEDY}")
    for name, (_, targets) in files.items():
        if (top := splits[name].y.max(initial=0)) >= len(names):
            raise DataError(f"{targets}: target {top} has no name among {len(names)}; {REMEDY}")
    digests = "".join(f"{file.name} {fetch.sha256(file)}\n" for file in used)
    return Dataset("edinburgh", splits, names, hashlib.sha256(digests.encode()).hexdigest()[:16])


def parse(inputs: Path, targets: Path) -> Split:
    """Inputs of shape ``(tracks, 120, 25)`` or ``(tracks, 3000)``, and targets; any fault is a `DataError`."""
    x = npz.read(inputs, {"inputs": npz.Array("f", None)}, REMEDY, LIMIT)["inputs"]
    y = npz.read(targets, {"targets": npz.Array("iu", ("tracks",))}, REMEDY)["targets"]
    with reading(inputs, REMEDY):
        if x.shape not in ((len(y), SEGMENTS, FEATURES), (len(y), SEGMENTS * FEATURES)):
            raise ValueError(f"inputs have shape {x.shape}, not ({len(y)}, 120, 25) or ({len(y)}, 3000)")
        if np.abs(x).max(initial=0) > (most := np.finfo(np.float32).max):
            raise ValueError(f"inputs hold {np.abs(x).max()}, above {most:.3g}")
    with reading(targets, REMEDY):
        if y.min(initial=0) < 0:
            raise ValueError(f"target {y.min()} is negative")
    return Split(x.reshape(-1, SEGMENTS, FEATURES).astype(np.float32, copy=False), y.astype(np.int64))


def labels(file: Path) -> tuple[str, ...]:
    """The class names in a file, in its own order, which the course does not document."""
    names = npz.read(file, {"label_map": npz.Array("SU", ("classes",))}, REMEDY)["label_map"]
    with reading(file, REMEDY):
        return tuple(name.decode() if isinstance(name, bytes) else str(name) for name in names.tolist())


def represent(track: Track) -> np.ndarray:
    """The central 120 segments of a track, ``(120, 25)``, not yet standardised; a shorter one is a ``ValueError``."""
    if (n := len(track.timbre)) < SEGMENTS:
        raise ValueError(f"{track.track_id} has {n} segments: give a track of {SEGMENTS} or more")
    start = (n - SEGMENTS) // 2
    return np.hstack([track.timbre, track.chroma, track.loudness[:, None]])[start : start + SEGMENTS]
