"""Files that nobody publishes as they are used here, made of files that are published.

A recipe takes the folder of its ingredients, by the names the catalog gives them, and writes one file.
"""

import gzip
import json
import re
import tarfile
from collections.abc import Callable
from pathlib import Path

import numpy as np

from secondlook.data import codewords as codeword_songs
from secondlook.data import gtzan as gtzan_songs
from secondlook.data.reading import reading
from secondlook.data.spectrograms import BAND_EDGES, recover, to_song

PICTURE = re.compile(r"[^/]+/spectrograms/([a-z]+)/(\1\.\d{5})\.png")
LARGEST_PICTURE = 2**20
REMEDY = "remove it and fetch it again"


def gtzan(folder: Path, made: Path) -> None:
    """Every picture of a spectrogram as a song, and the split each song is in."""
    splits = {}
    for k, name in enumerate(gtzan_songs.SPLITS, start=1):
        for line in (folder / f"{name}_filtered.txt").read_text().split():
            splits[Path(line).stem] = k
    songs = {}
    archive = folder / "pictures.tar.gz"
    with reading(archive, REMEDY), tarfile.open(archive, "r:gz") as opened:
        for member in opened:
            found = PICTURE.fullmatch(member.name)
            if found and member.isreg() and member.size <= LARGEST_PICTURE and (content := opened.extractfile(member)):
                picture = folder / "picture.png"
                picture.write_bytes(content.read())
                songs[found[2]] = to_song(recover(picture))
    tracks = sorted(songs)
    _save(
        made,
        inputs=np.array([songs[track] for track in tracks], np.float16),
        targets=np.array([gtzan_songs.CLASS_NAMES.index(track.partition(".")[0]) for track in tracks], np.uint8),
        label_map=np.array(gtzan_songs.CLASS_NAMES, "S10"),
        track=np.array(tracks, "S16"),
        split=np.array([splits.get(track, 0) for track in tracks], np.uint8),
        band_edges_bin=np.array(BAND_EDGES, np.int64),
        bin_hz=np.float32(22_050 / 256),
        frame_s=np.float32(4 * 30 / 496),
    )


def codewords(folder: Path, made: Path) -> None:
    """Three independent drawings of songs: the training songs of each genre in turn, then the test songs."""
    arrays = {"label_map": np.array(codeword_songs.CLASS_NAMES, "S10")}
    for drawing in ("k18", "k13b", "k13a"):
        songs, targets, is_test = [], [], []
        for part in ("train", "test"):
            file = folder / f"{drawing}_{part}.json"
            with reading(file, REMEDY):
                for genre, members in enumerate(json.loads(file.read_bytes())):
                    songs += [np.array(song, np.uint8) for song in members]
                    targets += [genre] * len(members)
                    is_test += [part == "test"] * len(members)
        arrays[f"{drawing}_codes"] = np.concatenate(songs)
        arrays[f"{drawing}_offsets"] = np.cumsum([0, *map(len, songs)], dtype=np.int32)
        arrays[f"{drawing}_targets"] = np.array(targets, np.uint8)
        arrays[f"{drawing}_is_test"] = np.array(is_test, np.uint8)
    _save(made, **arrays)


def tagtraum(folder: Path, made: Path) -> None:
    """The annotations, packed."""
    made.write_bytes(gzip.compress((folder / "msd_tagtraum_cd1.cls").read_bytes(), mtime=0))


RECIPES: dict[str, Callable[[Path, Path], None]] = {"gtzan": gtzan, "codewords": codewords, "tagtraum": tagtraum}


def _save(made: Path, **arrays: np.ndarray | np.generic) -> None:
    with made.open("wb") as out:  # given a name, NumPy would add ``.npz`` to it
        np.savez_compressed(out, allow_pickle=False, **arrays)
