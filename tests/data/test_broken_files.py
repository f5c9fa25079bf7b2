"""Every format, damaged at random: a correct load or one `DataError` of one line comes out, never anything else."""

import gzip
import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from secondlook.data import (
    DataError,
    audioset,
    cifar10,
    codewords,
    edinburgh,
    gtzan,
    hdf5,
    idx,
    msd,
    spectrograms,
    tagtraum,
)

RNG = np.random.default_rng(0)


def make_cifar10(file: Path) -> None:
    file.write_bytes(b"".join(bytes([k]) + RNG.bytes(3072) for k in range(3)))


def make_idx(file: Path) -> None:
    file.write_bytes(gzip.compress(struct.pack(">HBBIII", 0, 8, 3, 2, 28, 28) + RNG.bytes(2 * 28 * 28)))


def make_kmnist(file: Path) -> None:
    np.savez_compressed(file, arr_0=RNG.integers(0, 255, (5, 28, 28), dtype=np.uint8))
    np.savez_compressed(file.with_name("labels.npz"), arr_0=np.arange(5, dtype=np.uint8))


def make_gtzan(file: Path) -> None:
    np.savez_compressed(
        file,
        inputs=RNG.uniform(0, 255, (3, 120, 25)).astype(np.float16),
        targets=np.array([0, 9, 4], np.uint8),
        label_map=np.array(gtzan.CLASS_NAMES, "S10"),
        split=np.array([1, 2, 3], np.uint8),
    )


def make_codewords(file: Path) -> None:
    np.savez_compressed(
        file,
        label_map=np.array(codewords.CLASS_NAMES, "S10"),
        k18_codes=RNG.integers(0, 18, 500, dtype=np.uint8),
        k18_offsets=np.array([0, 130, 230, 500], np.int32),
        k18_targets=np.array([0, 6, 3], np.uint8),
        k18_is_test=np.array([0, 1, 1], np.uint8),
    )


def make_tracks(file: Path) -> None:
    texts: dict[str, Any] = {
        name: np.array([b"", b"Pop_Rock|Folk"]) for name in ("track_id", "artist", "title", "tagtraum_cd1")
    }
    np.savez_compressed(
        file,
        offsets=np.array([0, 4, 10], np.int32),
        timbre_milli=RNG.integers(-9000, 9000, (10, 12), dtype=np.int32),
        pitches_milli=RNG.integers(0, 1001, (10, 12), dtype=np.uint16),
        loudness_start_milli=RNG.integers(-60000, 0, 10, dtype=np.int32),
        year=np.array([0, 1987], np.int16),
        duration=np.array([200, 211.7], np.float32),
        tempo=np.array([100, 113.4], np.float32),
        **texts,
        msd_genrecl_tag=np.array([b"Rap", b""]),
    )


def make_audioset(file: Path) -> None:
    np.savez_compressed(
        file,
        embedding=RNG.integers(0, 256, (4, 10, 128), dtype=np.uint8),
        n_frames=np.array([10, 10, 8, 10], np.uint8),
        genre_multi_hot=np.eye(25, dtype=np.uint8)[[0, 5, 6, 24]],
        genre_names=np.array([f"genre {k}" for k in range(25)], "S22"),
        is_eval=np.array([False, True, True, False]),
    )


def make_edinburgh(file: Path) -> None:
    np.savez(file, inputs=RNG.standard_normal((2, 3000)), targets=np.array([1, 0]), label_map=np.array(["Rap", "Rock"]))


def make_tagtraum(file: Path) -> None:
    file.write_bytes(gzip.compress(b"# comment\nTRAAAAK128F9318786\tPop_Rock\nTRAAAED128E0783FAB\tJazz\tVocal\n"))


def make_picture(file: Path) -> None:
    from matplotlib import colormaps

    colours = (255 * colormaps["viridis"](np.arange(256))).round().astype(np.uint8)
    pixels = np.full((389, 515, 4), 255, np.uint8)
    pixels[spectrograms.INNER] = colours[np.add.outer(np.arange(370), np.arange(496)) % 256]
    Image.fromarray(pixels).save(file, format="PNG")


def make_h5(file: Path) -> None:
    n = 130
    with h5py.File(file, "w") as opened:
        opened["analysis/segments_timbre"] = RNG.standard_normal((n, 12))
        opened["analysis/segments_pitches"] = RNG.uniform(size=(n, 12))
        opened["analysis/segments_loudness_start"] = RNG.standard_normal(n)
        row = np.array(
            [(b"TRAAAAK128F9318786", 200.5, 99.5)], [("track_id", "S32"), ("duration", "f8"), ("tempo", "f8")]
        )
        opened["analysis/songs"] = row
        opened["metadata/songs"] = np.array([(b"A", "B")], [("artist_name", "S1024"), ("title", "S1024")])
        opened["musicbrainz/songs"] = np.array([(1987,)], [("year", "i4")])


FORMATS: dict[str, tuple[Callable[[Path], None], Callable[[Path], object]]] = {
    "cifar10": (make_cifar10, cifar10.parse),
    "idx": (make_idx, lambda file: idx.values("mnist", file, axes=3)),
    "kmnist": (make_kmnist, lambda file: idx.parse_npz("kmnist", file, file.with_name("labels.npz"))),
    "gtzan": (make_gtzan, gtzan.parse),
    "codewords": (make_codewords, codewords.parse),
    "tracks": (make_tracks, msd.parse),
    "audioset": (make_audioset, audioset.parse),
    "edinburgh": (make_edinburgh, lambda file: (edinburgh.parse(file, file), edinburgh.labels(file))),
    "tagtraum": (make_tagtraum, tagtraum.parse),
    "picture": (make_picture, spectrograms.recover),
    "h5": (make_h5, hdf5.read),
}
SLOW = {"h5": 4, "picture": 40}


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["cut", "insert", "move", "overwrite"]), st.floats(0, 1), st.binary(min_size=1, max_size=5)
    ),
    min_size=1,
    max_size=4,
)
"""What is done, where as a share of the length, and with which bytes."""


def damaged(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    broken = bytearray(content)
    for what, where, piece in changes:
        at = int(where * len(broken))
        match what:
            case "cut":
                del broken[at:]
            case "insert":
                broken[at:at] = piece
            case "move":
                broken[at:at] = broken[-40:]
            case "overwrite":
                broken[at : at + len(piece)] = piece
    return bytes(broken)


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_read_right_or_refused_in_one_line(name: str, tmp_path: Path) -> None:
    make, parse = FORMATS[name]
    file = tmp_path / "made.npz"  # NumPy would add the suffix to any other name
    make(file)
    content = file.read_bytes()
    parse(file)
    refused = 0

    @settings(max_examples=SLOW.get(name, 120), deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(CHANGES)
    def check(changes: list[tuple[str, float, bytes]]) -> None:
        nonlocal refused
        file.write_bytes(damaged(content, changes))
        try:
            parse(file)
        except DataError as fault:
            assert str(fault).startswith(str(file)) and "; " in str(fault) and "\n" not in str(fault)
            refused += 1

    check()
    assert refused
