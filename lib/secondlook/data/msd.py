"""Tracks of the Million Song Dataset (Bertin-Mahieux et al. 2011), whole: timbre, chroma and loudness of every segment.

A segment is a stretch of even sound, about a quarter of a second, as The Echo Nest's analysis cut the track.
"""

from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.reading import again, reading

ARRAYS = {
    "offsets": npz.Array("i", ("ends",)),
    "timbre_milli": npz.Array("i", ("segments", 12)),
    "pitches_milli": npz.Array("u", ("segments", 12)),
    "loudness_start_milli": npz.Array("i", ("segments",)),
    **dict.fromkeys(("track_id", "artist", "title", "tagtraum_cd1", "msd_genrecl_tag"), npz.Array("S", ("tracks",))),
    "year": npz.Array("i", ("tracks",)),
    **dict.fromkeys(("duration", "tempo"), npz.Array("f", ("tracks",))),
}


class Track(NamedTuple):
    """One recording. The arrays are float64, a row a segment; `year` is 0 where it is not known."""

    track_id: str
    artist: str
    title: str
    year: int
    duration: float
    """Seconds."""
    tempo: float
    """Beats a minute."""
    timbre: np.ndarray
    """Shape ``(segments, 12)``: weights of twelve spectral shapes, unbounded, about -460 to 460."""
    chroma: np.ndarray
    """Shape ``(segments, 12)``: strengths of the twelve pitches, 0 to 1, the strongest 1."""
    loudness: np.ndarray
    """Shape ``(segments,)``: at the segment's start, in decibel."""
    genres: tuple[str, ...] = ()
    """The tagtraum annotation, or a single tag of a smaller annotation where that is all there is, or nothing."""


def load() -> tuple[Track, ...]:
    """306 tracks of the data set, 87 of them with a genre."""
    return parse(fetch.path("tracks", "msd_tracks_segments.npz"))


def parse(file: Path) -> tuple[Track, ...]:
    """The tracks of one archive of whole thousandths; any fault is a `DataError`."""
    found = npz.read(file, ARRAYS, again("tracks"))
    tracks = []
    with reading(file, again("tracks")):
        ends, count = found["offsets"], len(found["track_id"])
        check_offsets(ends, count, len(found["timbre_milli"]))
        for k, (start, end) in enumerate(pairwise(ends)):
            text = {name: found[name][k].decode() for name in ("track_id", "artist", "title")}
            label = found["tagtraum_cd1"][k] or found["msd_genrecl_tag"][k]
            track = Track(
                **text,
                **{name: found[name][k].item() for name in ("year", "duration", "tempo")},
                timbre=found["timbre_milli"][start:end] / 1000,
                chroma=found["pitches_milli"][start:end] / 1000,
                loudness=found["loudness_start_milli"][start:end] / 1000,
                genres=tuple(label.decode().split("|")) if label else (),
            )
            check(track)
            tracks.append(track)
    return tuple(tracks)


def check_offsets(ends: np.ndarray, count: int, total: int) -> None:
    """Refuse offsets that do not cut `total` rows into `count` pieces one after the other."""
    if len(ends) != count + 1 or ends[0] != 0 or ends[-1] != total or (np.diff(ends) < 0).any():
        raise ValueError(f"offsets do not cut {total} rows into {count} pieces")


def check(track: Track) -> None:
    """Refuse a track whose chroma is not what the strengths of pitches can be."""
    if track.chroma.min(initial=0) < 0 or track.chroma.max(initial=0) > 1:
        raise ValueError(f"chroma of {track.track_id} is not within 0 to 1")
