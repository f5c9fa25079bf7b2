"""Million Song Dataset: whole tracks, codewords, genre annotations, and the Edinburgh form made of tracks."""

import gzip
import subprocess
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

from secondlook.data import DataError, codewords, edinburgh, fetch, hdf5, msd, tagtraum
from secondlook.data.standardise import standardise


def made_track(n: int) -> msd.Track:
    rng = np.random.default_rng(0)
    return msd.Track(
        "TR", "A", "T", 0, 1.0, 2.0, rng.normal(size=(n, 12)), rng.uniform(size=(n, 12)), rng.normal(size=n)
    )


def made_h5(file: Path, n: int = 130, **changed: np.ndarray) -> Path:
    track = made_track(n)
    songs = np.array([(b"TRAAAAK128F9318786", 200.5, 99.5)], [("track_id", "S32"), ("duration", "f8"), ("tempo", "f8")])
    content = {
        "analysis/segments_timbre": track.timbre,
        "analysis/segments_pitches": track.chroma,
        "analysis/segments_loudness_start": track.loudness,
        "analysis/songs": songs,
        "metadata/songs": np.array([("Björk".encode(), b"T")], [("artist_name", "S1024"), ("title", "S1024")]),
        "musicbrainz/songs": np.array([(1987,)], [("year", "i4")]),
    } | {name.replace("__", "/"): array for name, array in changed.items()}
    with h5py.File(file, "w") as opened:
        for name, array in content.items():
            if array is not None:
                opened[name] = array
    return file


def test_a_track_file_is_read(tmp_path: Path) -> None:
    track = hdf5.read(made_h5(tmp_path / "a.h5"))
    assert track[:6] == ("TRAAAAK128F9318786", "Björk", "T", 1987, 200.5, 99.5)
    for name in ("timbre", "chroma", "loudness"):
        assert np.array_equal(getattr(track, name), getattr(made_track(130), name))


@pytest.mark.parametrize(("changed", "said"), [
    ({"analysis__segments_timbre": None}, "has no analysis/segments_timbre of its own"),
    ({"analysis__segments_timbre": np.zeros((130, 11))}, r"segments_timbre has shape \(130, 11\)"),
    ({"analysis__segments_timbre": np.zeros((129, 12))}, r"chroma has shape \(130, 12\), not \(129, 12\)"),
    ({"analysis__segments_timbre": np.zeros((0, 12))}, r"has shape \(0, 12\)"),
    ({"analysis__segments_pitches": np.full((130, 12), 1.5)}, "not within 0 to 1"),
    ({"analysis__segments_loudness_start": np.full(130, np.nan)}, "NaN"),
    ({"musicbrainz__songs": np.array([(1,)], [("other", "i4")])}, "year"),
])  # fmt: skip
def test_a_track_file_that_lacks_something_is_refused(tmp_path: Path, changed: dict[str, Any], said: str) -> None:
    with pytest.raises(DataError, match=rf"a\.h5: .*{said}"):
        hdf5.read(made_h5(tmp_path / "a.h5", **changed))


@pytest.mark.parametrize(("group", "name", "number"), [
    ("analysis", "songs", [("track_id", "S1258291200")]),
    ("analysis", "segments_loudness_start", "S1258291200"),
    ("metadata", "songs", [("artist_name", "S65537")]),
])  # fmt: skip
def test_a_track_file_may_not_hold_items_without_end(tmp_path: Path, group: str, name: str, number: Any) -> None:
    file = made_h5(tmp_path / "a.h5")
    with h5py.File(file, "a") as opened:
        del opened[group][name]
        opened[group].create_dataset(name, (1,), number)
    with pytest.raises(DataError, match=rf"{group}/{name} has items of \d+ bytes, more than the \d+ allowed"):
        hdf5.read(file)


def test_a_track_file_may_not_point_elsewhere(tmp_path: Path) -> None:
    made_h5(tmp_path / "other.h5")
    file = made_h5(tmp_path / "a.h5", analysis__segments_timbre=None)  # type: ignore[arg-type]
    with h5py.File(file, "a") as opened:
        opened["analysis/segments_timbre"] = h5py.ExternalLink(str(tmp_path / "other.h5"), "analysis/segments_timbre")
    with pytest.raises(DataError, match="of its own"):
        hdf5.read(file)
    with h5py.File(file, "a") as opened:
        del opened["analysis/segments_timbre"]
        elsewhere = [(str(tmp_path / "other.h5"), 0, 130 * 12 * 8)]
        opened["analysis"].create_dataset("segments_timbre", (130, 12), "f8", external=elsewhere)
    with pytest.raises(DataError, match="segments_timbre is not a plain data set"):
        hdf5.read(file)


@pytest.mark.parametrize("content", [None, b"", b"not HDF5", b"\x89HDF\r\n\x1a\n" + bytes(200)])
def test_what_is_not_hdf5_is_refused(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "a.h5"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(DataError, match=r"a\.h5: .*give a track file") as caught:
        hdf5.read(file)
    assert "\n" not in str(caught.value)


def test_a_crash_of_the_library_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    crashed = subprocess.CompletedProcess([], -6, "", "double free")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: crashed)
    with pytest.raises(DataError, match=r"a\.h5: the HDF5 library crashes on it \(signal 6\)"):
        hdf5.read(tmp_path / "a.h5")


def test_an_endless_read_is_ended(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(hdf5, "SECONDS", 0.01)
    with pytest.raises(DataError, match="does not come to an end"):
        hdf5.read(made_h5(tmp_path / "a.h5"))


def made_tracks(file: Path, **changed: np.ndarray) -> Path:
    words = {name: np.array([b"a", b"b"]) for name in ("track_id", "artist", "title")}
    content: dict[str, Any] = {
        "offsets": np.array([0, 2, 5], np.int32),
        "timbre_milli": np.arange(60, dtype=np.int32).reshape(5, 12),
        "pitches_milli": np.arange(60, dtype=np.uint16).reshape(5, 12),
        "loudness_start_milli": -np.arange(5, dtype=np.int32),
        "year": np.array([0, 1987], np.int16),
        "duration": np.array([1.5, 2.5], np.float32),
        "tempo": np.array([90, 120], np.float32),
        "tagtraum_cd1": np.array([b"", b"Pop_Rock|Folk"]),
        "msd_genrecl_tag": np.array([b"Rap", b"Rock"]),
    }
    np.savez(file, **(content | words | changed))
    return file


def test_tracks_are_cut_apart_and_scaled(tmp_path: Path) -> None:
    first, second = msd.parse(made_tracks(tmp_path / "a.npz"))
    assert (first.track_id, first.year, first.genres) == ("a", 0, ("Rap",))
    assert (second.year, second.genres, second.tempo) == (1987, ("Pop_Rock", "Folk"), 120)
    assert np.array_equal(second.timbre, np.arange(24, 60).reshape(3, 12) / 1000)
    assert np.array_equal(first.chroma, np.arange(24).reshape(2, 12) / 1000)
    assert np.array_equal(second.loudness, [-0.002, -0.003, -0.004])


@pytest.mark.parametrize(("changed", "said"), [
    ({"offsets": np.array([0, 2, 6], np.int32)}, "offsets do not cut 5 rows into 2 pieces"),
    ({"offsets": np.array([1, 2, 5], np.int32)}, "offsets"),
    ({"offsets": np.array([0, 6, 5], np.int32)}, "offsets"),
    ({"offsets": np.array([0, 5], np.int32)}, "offsets"),
    ({"pitches_milli": np.full((5, 12), 1001, np.uint16)}, "chroma of a is not within 0 to 1"),
    ({"artist": np.array([b"\xff", b"b"])}, "utf-8"),
])  # fmt: skip
def test_tracks_that_cannot_be_are_refused(tmp_path: Path, changed: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(DataError, match=rf"a\.npz: .*{said}.*no public copy is known: put a whole one there"):
        msd.parse(made_tracks(tmp_path / "a.npz", **changed))


def made_codewords(file: Path, **changed: np.ndarray) -> Path:
    content: dict[str, Any] = {
        "label_map": np.array(codewords.CLASS_NAMES),
        "k18_codes": (np.arange(495) % 18).astype(np.uint8),
        "k18_offsets": np.array([0, 121, 240, 375, 495], np.int32),
        "k18_targets": np.array([3, 5, 6, 0], np.uint8),
        "k18_is_test": np.array([0, 1, 1, 1], np.uint8),
    }
    np.savez(file, **(content | {name: array.astype("S10" if array.dtype.kind == "U" else array.dtype)
                                 for name, array in changed.items()}))  # fmt: skip
    return file


def test_codewords_are_the_central_ones(tmp_path: Path) -> None:
    names = np.array(codewords.CLASS_NAMES)
    splits = codewords.parse(made_codewords(tmp_path / "a.npz", label_map=names))
    assert splits["train"].y.tolist() == [3] and splits["test"].y.tolist() == [6, 0]  # 119 segments are too few
    assert np.array_equal(splits["train"].x[0], np.arange(0, 120) % 18)  # one of 121 left out: the last
    assert np.array_equal(splits["test"].x[0], np.arange(240 + 7, 240 + 127) % 18)
    assert np.array_equal(splits["test"].x[1], np.arange(375, 495) % 18)


@pytest.mark.parametrize(("changed", "said"), [
    ({"k18_codes": np.full(495, 18, np.uint8)}, "k18_codes holds 18, above 17"),
    ({"k18_targets": np.array([3, 5, 7, 0], np.uint8)}, "k18_targets holds 7"),
    ({"k18_is_test": np.array([3, 0, 1, 0], np.uint8)}, "k18_is_test holds 3"),
    ({"k18_offsets": np.array([0, 121, 240, 375, 494], np.int32)}, "offsets"),
    ({"label_map": np.array(codewords.CLASS_NAMES[::-1])}, "label_map is Electronic"),
])  # fmt: skip
def test_codewords_that_cannot_be_are_refused(tmp_path: Path, changed: dict[str, np.ndarray], said: str) -> None:
    changed = {"label_map": np.array(codewords.CLASS_NAMES), **changed}
    with pytest.raises(DataError, match=rf"a\.npz: {said}.*secondlook data codewords"):
        codewords.parse(made_codewords(tmp_path / "a.npz", **changed))


def test_annotations(tmp_path: Path) -> None:
    file = tmp_path / "a.cls.gz"
    file.write_bytes(gzip.compress(b"# by hand\n\nTRAAAAK128F9318786\tPop_Rock\nTRAAAED128E0783FAB\tJazz\tVocal\n"))
    assert tagtraum.parse(file) == {"TRAAAAK128F9318786": ("Pop_Rock",), "TRAAAED128E0783FAB": ("Jazz", "Vocal")}


@pytest.mark.parametrize("line", [
    "TRAAAAK128F9318786", "TRAAAAK128F9318786\t", "TRAAAAK128F9318786\tA\tB\tC", "TRAAAA\tRock",
    "traaaak128f9318786\tRock", "TRAAAED128E0783FAB\tRock", "TRAAAAK128F9318786 Rock",
])  # fmt: skip
def test_bad_columns_are_named_by_line(tmp_path: Path, line: str) -> None:
    file = tmp_path / "a.cls.gz"
    file.write_bytes(gzip.compress(f"TRAAAED128E0783FAB\tJazz\n{line}\n".encode()))
    with pytest.raises(DataError, match=r"a\.cls\.gz: line 2 is not a new track and one or two genres"):
        tagtraum.parse(file)


def test_annotations_without_end_are_refused(tmp_path: Path) -> None:
    file = tmp_path / "a.cls.gz"
    file.write_bytes(gzip.compress(b"#" * (tagtraum.LIMIT + 1)))
    with pytest.raises(DataError, match="more than the"):
        tagtraum.parse(file)


@pytest.mark.parametrize(("n", "start"), [(120, 0), (121, 0), (122, 1), (935, 407)])
def test_the_edinburgh_form_is_timbre_chroma_loudness_of_the_middle(n: int, start: int) -> None:
    track = made_track(n)
    form = edinburgh.represent(track)
    assert form.shape == (120, 25)
    assert np.array_equal(form[:, :12], track.timbre[start : start + 120])
    assert np.array_equal(form[:, 12:24], track.chroma[start : start + 120])
    assert np.array_equal(form[:, 24], track.loudness[start : start + 120])


def test_a_short_track_has_no_edinburgh_form() -> None:
    with pytest.raises(ValueError, match="119 segments: give a track of 120 or more"):
        edinburgh.represent(made_track(119))


def made_course(home: Path, **changed: Any) -> None:
    """The course's files as documented: training with three axes, test with two, names in an order of their own."""
    rng = np.random.default_rng(0)
    folder = home / "edinburgh"
    folder.mkdir(exist_ok=True)
    names = np.array(changed.get("label_map", ["Rock", "Rap", "Jazz"]))
    train = {"inputs": rng.normal(size=(6, 120, 25)), "targets": np.array([0, 1, 2, 0, 1, 2]), "label_map": names}
    np.savez(folder / "msd-10-genre-train.npz", **(train | changed))
    np.savez(folder / "msd-10-genre-valid.npz", inputs=rng.normal(size=(2, 120, 25)), targets=np.array([1, 2]),
             label_map=np.array(["Rock", "Rap", "Jazz"]))  # fmt: skip
    np.savez(folder / "msd-10-genre-test-inputs.npz", inputs=rng.normal(size=(3, 3000)).astype(np.float32))
    np.savez(folder / "msd-10-genre-test-targets.npz", targets=np.array([2, 2, 0]))


def test_the_course_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    made_course(tmp_path)
    course = edinburgh.load()
    assert course.class_names == ("Rock", "Rap", "Jazz") and course["test"].y.tolist() == [2, 2, 0]
    assert {name: split.x.shape for name, split in course.splits.items()} == {
        "train": (6, 120, 25), "valid": (2, 120, 25), "test": (3, 120, 25)}  # fmt: skip
    assert all(split.x.dtype == np.float32 for split in course.splits.values())
    with np.load(tmp_path / "edinburgh/msd-10-genre-test-inputs.npz") as stored:
        assert np.array_equal(course["test"].x[1, 3], stored["inputs"][1, 75:100])
    first = course.fingerprint
    made_course(tmp_path, targets=np.array([0, 1, 2, 0, 1, 1]))
    assert len(first) == 16 and edinburgh.load().fingerprint != first


@pytest.mark.parametrize(("changed", "said"), [
    ({"label_map": np.array(["Rock", "Rap", "Jazz"], object)}, "train.*label_map holds object.*without pickles"),
    ({"label_map": np.array(["Rap", "Rock", "Jazz"])}, "valid.*label_map differs from that of msd-10-genre-train.npz"),
    ({"inputs": np.ones((6, 120, 24))}, r"inputs have shape \(6, 120, 24\)"),
    ({"inputs": np.ones((6, 25, 120))}, r"inputs have shape \(6, 25, 120\)"),
    ({"targets": np.array([0, 1, 2, 0, 1])}, "inputs have shape"),
    ({"targets": np.array([0, 1, 2, 0, 1, -1])}, "target -1 is negative"),
    ({"targets": np.array([0, 1, 2, 0, 1, 3])}, "target 3 has no name among 3"),
    ({"inputs": np.full((6, 120, 25), np.inf)}, "NaN or infinity"),
])  # fmt: skip
def test_course_files_that_cannot_be_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, changed: dict[str, np.ndarray], said: str
) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    made_course(tmp_path, **changed)
    with pytest.raises(DataError, match=said):
        edinburgh.load()


def test_without_the_course_files_the_remedy_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"msd-25-genre-train.npz: not there; .* put a copy there"):
        edinburgh.load(classes=25)


def test_standardising_uses_training_items_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    inputs = np.random.default_rng(1).normal(3, 2, (6, 120, 25))
    inputs[:, 7, 7] = 5.0
    made_course(tmp_path, inputs=inputs)
    before = edinburgh.load()
    after = standardise(before)
    x = after["train"].x
    assert np.allclose(x.mean(axis=0), 0, atol=1e-6) and not x[:, 7, 7].any()
    assert np.allclose(np.delete(x.std(axis=0).ravel(), 7 * 25 + 7), 1, atol=1e-5)
    mean, deviation = before["train"].x[:, 3, 4].mean(), before["train"].x[:, 3, 4].std()
    assert np.allclose(after["test"].x[:, 3, 4], (before["test"].x[:, 3, 4] - mean) / deviation, atol=1e-5)
    assert np.array_equal(after["valid"].y, before["valid"].y) and after.fingerprint != before.fingerprint


@pytest.mark.realdata("msd")
def test_real_tracks() -> None:
    tracks = {track.track_id: track for track in msd.load()}
    assert len(tracks) == 306 and sum(bool(track.genres) for track in tracks.values()) == 87
    assert sum(len(track.timbre) >= 120 for track in tracks.values()) == 304
    assert sum(len(track.timbre) for track in tracks.values()) == 252_541
    for track in tracks.values():
        assert np.all(track.chroma.max(axis=1) == 1)
    astley = tracks["TRAXLZU12903D05F94"]
    assert (astley.artist, astley.title, astley.year) == ("Rick Astley", "Never Gonna Give You Up", 1987)
    assert astley.timbre.shape == (935, 12)
    assert astley.duration == pytest.approx(211.69587) and astley.tempo == pytest.approx(113.359)


@pytest.mark.realdata("msd")
@pytest.mark.parametrize("name", ["TRAXLZU12903D05F94", "TRBAZEN128F42A3A31", "TRAAADZ128F9348C2E"])
def test_a_real_track_file_agrees_with_the_collection(name: str) -> None:
    collected = next(track for track in msd.load() if track.track_id == name)
    read = hdf5.read(fetch.path("h5", f"{name}.h5"))
    for field in ("timbre", "chroma", "loudness"):
        assert np.array_equal(getattr(read, field), getattr(collected, field))
    assert read[:4] == collected[:4] and read.duration == pytest.approx(collected.duration)


@pytest.mark.realdata("msd")
def test_real_codewords() -> None:
    songs = codewords.load()
    assert songs["train"].x.shape == (1176, 120) and songs["test"].x.shape == (210, 120)
    assert np.bincount(songs["test"].y).tolist() == [30] * 7 and songs["train"].x.max() == 17


@pytest.mark.realdata("msd")
def test_real_annotations() -> None:
    genres = tagtraum.load()
    count = {genre: sum(genre in labels for labels in genres.values()) for genre in ("Pop_Rock", "Rap", "Vocal")}
    assert len(genres) == 133_676 and count == {"Pop_Rock": 92_735, "Rap": 7_363, "Vocal": 1_512}
    for track in msd.load():
        if track.track_id in genres and len(track.genres) > 1:
            assert genres[track.track_id] == track.genres
