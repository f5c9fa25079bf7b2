"""Read a track file of the Million Song Dataset, ``TR….h5``, in a process of its own.

The HDF5 library can crash, not only complain, on a damaged file. A crash then ends the other process, and this one says
so. Run as a program, this module does the other process's part: it copies what is wanted to an ``.npz``.
"""

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from secondlook.data import npz
from secondlook.data.msd import Track, check
from secondlook.data.reading import reading

REMEDY = "give a track file of the Million Song Dataset"
SECONDS = 60
MOST_SEGMENTS = 100_000
NUMBER_BYTES, ROW_BYTES = 8, 2**16
"""The most that one number of a segment, and the row of a song, may take."""
SEGMENTS = {"timbre": ("timbre", 2), "chroma": ("pitches", 2), "loudness": ("loudness_start", 1)}
TEXTS = {"track_id": ("analysis", "track_id"), "artist": ("metadata", "artist_name"), "title": ("metadata", "title")}
NUMBERS = {"year": "musicbrainz", "duration": "analysis", "tempo": "analysis"}
COPY = {
    **{name: npz.Array("f", ("segments", 12)[:axes]) for name, (_, axes) in SEGMENTS.items()},
    **dict.fromkeys(TEXTS, npz.Array("S", ())),
    **dict.fromkeys(NUMBERS, npz.Array("f", ())),
}


def read(file: Path) -> Track:
    """The track in a file as the data set publishes it; any fault is a `DataError`. Takes about half a second."""
    with reading(file, REMEDY), tempfile.TemporaryDirectory() as folder:
        copy = Path(folder, "track.npz")
        command = [sys.executable, "-m", "secondlook.data.hdf5", str(file), str(copy)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS)
        except subprocess.TimeoutExpired:
            raise ValueError(f"the HDF5 library does not come to an end within {SECONDS} seconds") from None
        if done.returncode < 0:
            raise ValueError(f"the HDF5 library crashes on it (signal {-done.returncode})")
        if done.returncode:
            raise ValueError(done.stderr.strip().rpartition("\n")[2])
        return of_copy(copy)


def of_copy(copy: Path) -> Track:
    """The track in the archive that `main` writes; a fault leaves as whatever exception it is."""
    found = npz.parse(copy, COPY)
    track = Track(
        **{name: found[name].item().decode() for name in TEXTS},
        year=int(found["year"]),
        duration=found["duration"].item(),
        tempo=found["tempo"].item(),
        timbre=found["timbre"],
        chroma=found["chroma"],
        loudness=found["loudness"],
    )
    check(track)
    return track


def main(file: str, copy: str) -> None:
    """Copy what `read` wants from the HDF5 `file` to the archive `copy`; any exception is the reader's to report."""
    with h5py.File(file) as opened:
        found: dict[str, Any] = {
            name: np.asarray(_dataset(opened, f"analysis/segments_{called}", axes, NUMBER_BYTES)[()], np.float64)
            for name, (called, axes) in SEGMENTS.items()
        }
        groups = ("analysis", "metadata", "musicbrainz")
        songs = {group: _dataset(opened, f"{group}/songs", 1, ROW_BYTES)[0] for group in groups}
    found |= {name: np.bytes_(songs[group][called]) for name, (group, called) in TEXTS.items()}
    found |= {name: np.float64(songs[group][name]) for name, group in NUMBERS.items()}
    np.savez(copy, **found)


def _dataset(opened: h5py.File, name: str, axes: int, most: int) -> h5py.Dataset:
    """A data set that lies in this very file, of few enough rows to read, and of items of at most so many bytes."""
    node = opened
    for part in name.split("/"):
        if not isinstance(node, h5py.Group) or not isinstance(node.get(part, getlink=True), h5py.HardLink):
            raise ValueError(f"has no {name} of its own")
        node = node[part]
    if not isinstance(node, h5py.Dataset) or node.is_virtual or node.external:
        raise ValueError(f"{name} is not a plain data set")
    if node.ndim != axes or not 1 <= node.shape[0] <= MOST_SEGMENTS or node.shape[1:] not in ((), (12,)):
        raise ValueError(f"{name} has shape {node.shape}")
    if node.dtype.itemsize > most:
        raise ValueError(f"{name} has items of {node.dtype.itemsize} bytes, more than the {most} allowed")
    return node


if __name__ == "__main__":
    main(*sys.argv[1:])
