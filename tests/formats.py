"""Small valid files of every format that the project reads, and how each is read: what fuzzing starts from."""

import gzip
import hashlib
import io
import json
import struct
import tarfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import emcee
import h5py
import numpy as np
from PIL import Image

from secondlook import results, runs
from secondlook.data import (
    DataError,
    archives,
    audioset,
    cifar10,
    codewords,
    contents,
    edinburgh,
    gtzan,
    hdf5,
    idx,
    msd,
    reading,
    recipes,
    spectrograms,
    tagtraum,
)
from secondlook.data.catalog import File
from secondlook.results import ResultError
from secondlook.samplers.kept import KeptError, keep_ensemble

RNG = np.random.default_rng(0)


class Format(NamedTuple):
    """How a file is made and read, what it is packed in, and the errors that its reader declares."""

    make: Callable[[Path], None]
    read: Callable[[Path], object]
    packed: str = "plain"
    declared: tuple[type[Exception], ...] = (DataError,)


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


def read_h5_here(file: Path) -> msd.Track:
    """As `hdf5.read`, but in this process, which the HDF5 library may crash."""
    copy = file.with_name("copy.npz")
    try:
        hdf5.main(str(file), str(copy))
    except Exception as fault:  # which the other process would end in
        raise DataError(" ".join(str(fault).split())) from fault
    with reading.reading(file, hdf5.REMEDY):
        return hdf5.of_copy(copy)


def make_record(file: Path) -> None:
    """A record and, beside it, its arrays."""
    arrays = file.with_name("arrays.npz")
    right: dict[str, Any] = {"fair/right": np.array([[True, False], [True, True]])}
    np.savez_compressed(arrays, **right)
    arm = {
        "config": {"data": "none", "version": 1},
        "seeds": [0, 1],
        "scores": {"mean": [0.5, 0.25]},
        "curves": {"loss": {how: [0.5, 0.125] for how in ("mean", "sd", "min", "max")}},
        "seconds": [1.0, 2.0],
    }
    digest = hashlib.sha256(arrays.read_bytes()).hexdigest()
    file.write_text(json.dumps({"study": "made", "arms": {"fair": arm}, "arrays": digest, "provenance": {}}))


def read_record(file: Path) -> results.Record:
    place = file.with_name("arrays.json")
    place.write_bytes(file.read_bytes())
    return _loaded(place)


def make_record_arrays(file: Path) -> None:
    make_record(file.with_name("record.json"))
    file.write_bytes(file.with_name("arrays.npz").read_bytes())


def read_record_arrays(file: Path) -> results.Record:
    """As if the record had been made with these very arrays."""
    record = json.loads(file.with_name("record.json").read_text())
    record["arrays"] = hashlib.sha256(file.read_bytes()).hexdigest()
    file.with_suffix(".json").write_text(json.dumps(record))
    return _loaded(file.with_suffix(".json"))


def _loaded(record: Path) -> results.Record:
    before, results.record_path = results.record_path, lambda study: record
    try:
        return results.load.__wrapped__("made")
    finally:
        results.record_path = before


TOSS = runs.Config(study="tosses", arm="fair", seed=0, data="none")


def make_run(file: Path) -> None:
    run = runs.Run({"mean": 0.5}, {"loss": np.arange(3.0)}, {"end/right": np.array([True, False])}, 1.5)
    _in_cache(file, lambda: runs.store(TOSS, run))


def read_run(file: Path) -> runs.Run | None:
    return _in_cache(file, lambda: runs.fetch(TOSS))


def _in_cache(file: Path, call: Callable[[], Any]) -> Any:
    """Call with the run cache such that the file is the run `TOSS`; a damaged one is moved to one name."""
    before, runs.path = runs.path, lambda config: file
    try:
        return call()
    finally:
        runs.path = before


def make_chain(file: Path) -> None:
    _keep(file, 2)


def read_chain(file: Path) -> object:
    return _keep(file, 3).get_chain()


def _keep(file: Path, steps: int) -> Any:
    start = np.random.default_rng(0).standard_normal((6, 3))
    move = emcee.moves.StretchMove()
    return keep_ensemble(file, lambda z: -0.5 * (z**2).sum(axis=1), start, move, steps, 1, {"data": "a normal"})


def make_digest(file: Path) -> None:
    np.savez_compressed(file, x=np.arange(6), y=np.ones(3))


def make_archive(file: Path) -> None:
    with tarfile.open(file, "w:gz") as opened:
        for name, content in (("in/other", b"other"), ("in/one.bin", b"one"), ("in/two.bin", b"two" * 200)):
            info = tarfile.TarInfo(name)
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))


MEMBERS = {
    f"in/{name}.bin": File(f"{name}.bin", len(content), hashlib.sha256(content).hexdigest(), ())
    for name, content in (("one", b"one"), ("two", b"two" * 200))
}


def read_archive(file: Path) -> None:
    home = file.parent / "home"
    home.mkdir(exist_ok=True)
    archives.extract(file, MEMBERS, home, home)


def make_drawing(file: Path) -> None:
    """The songs of the recipe for codewords, each drawing and part the same."""
    file.write_text(json.dumps([[[1, 2, 3], [4]], [[17] * 5], []]))


def read_drawing(file: Path) -> None:
    for drawing in ("k18", "k13b", "k13a"):
        for part in ("train", "test"):
            place = file.with_name(f"{drawing}_{part}.json")
            place.unlink(missing_ok=True)
            place.hardlink_to(file)
    made = file.with_name("made")
    with reading.reading(made, "do this"):
        recipes.codewords(file.parent, made)


FORMATS: dict[str, Format] = {
    "cifar10": Format(make_cifar10, cifar10.parse),
    "idx": Format(make_idx, lambda file: idx.values("mnist", file, axes=3), "gzip"),
    "kmnist": Format(make_kmnist, lambda file: idx.parse_npz("kmnist", file, file.with_name("labels.npz")), "npz"),
    "gtzan": Format(make_gtzan, gtzan.parse, "npz"),
    "codewords": Format(make_codewords, codewords.parse, "npz"),
    "tracks": Format(make_tracks, msd.parse, "npz"),
    "audioset": Format(make_audioset, audioset.parse, "npz"),
    "edinburgh": Format(make_edinburgh, lambda file: (edinburgh.parse(file, file), edinburgh.labels(file)), "npz"),
    "tagtraum": Format(make_tagtraum, tagtraum.parse, "gzip"),
    "picture": Format(make_picture, spectrograms.recover, "png"),
    "h5": Format(make_h5, hdf5.read, "hdf5"),
}
"""The data: every source that reads files of its own."""
OTHERS: dict[str, Format] = {
    "archive": Format(make_archive, read_archive, "gzip", (ValueError,)),
    "digest": Format(make_digest, lambda file: contents.digest(file, file.name), "npz"),
    "drawing": Format(make_drawing, read_drawing, "json"),
    "record": Format(make_record, read_record, "json", (ResultError,)),
    "record arrays": Format(make_record_arrays, read_record_arrays, "npz", (ResultError,)),
    "run": Format(make_run, read_run, "npz", ()),
    "chain": Format(make_chain, read_chain, "hdf5", (KeptError,)),
}
"""What is read besides: archives and ingredients that are downloaded, records, runs of the cache, kept chains."""
