"""GTZAN: the file's splits, and the way from a picture of a spectrogram to a song."""

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

from secondlook.data import DataError, fetch, gtzan, spectrograms


def arrays() -> dict[str, np.ndarray]:
    return {
        "inputs": np.random.default_rng(0).uniform(0, 255, (6, 120, 25)).astype(np.float16),
        "targets": np.array([0, 9, 4, 4, 1, 2], np.uint8),
        "label_map": np.array(gtzan.CLASS_NAMES, "S10"),
        "split": np.array([1, 3, 2, 0, 1, 3], np.uint8),
    }


def saved(file: Path, **changed: np.ndarray) -> Path:
    content = arrays() | changed
    np.savez(file, inputs=content.pop("inputs"), **{name: array for name, array in content.items()})  # type: ignore[arg-type]
    return file


def test_songs_go_where_the_split_says(tmp_path: Path) -> None:
    splits = gtzan.parse(saved(tmp_path / "made.npz"))
    inputs = arrays()["inputs"].astype(np.float32)
    for name, rows, classes in (("train", [0, 4], [0, 1]), ("valid", [2], [4]), ("test", [1, 5], [9, 2])):
        assert np.array_equal(splits[name].x, inputs[rows]) and splits[name].y.tolist() == classes


@pytest.mark.parametrize(("changed", "said"), [
    ({"label_map": np.array(gtzan.CLASS_NAMES[::-1], "S10")}, "label_map is rock"),
    ({"targets": np.array([0, 9, 10, 4, 1, 2], np.uint8)}, "targets holds 10, above 9"),
    ({"split": np.array([1, 3, 2, 4, 1, 3], np.uint8)}, "split holds 4, above 3"),
    ({"inputs": np.full((6, 120, 25), 256, np.float16)}, "inputs run from 256.0"),
    ({"inputs": np.full((6, 120, 25), -1, np.float16)}, "inputs run from -1.0"),
    ({"inputs": np.ones((6, 120, 24), np.float16)}, "inputs has shape"),
])  # fmt: skip
def test_what_cannot_be_is_refused(tmp_path: Path, changed: dict[str, np.ndarray], said: str) -> None:
    with pytest.raises(DataError, match=f"made.npz: {said}.*secondlook data gtzan"):
        gtzan.parse(saved(tmp_path / "made.npz", **changed))


def picture(file: Path, index: np.ndarray, white: slice = slice(0)) -> Path:
    """Draw a spectrogram ``(496, 128)`` as the pictures are drawn."""
    pixels = np.full((389, 515, 4), 255, np.uint8)
    bins = np.searchsorted(spectrograms.ROW_EDGES[1:], np.arange(370), side="right").clip(max=127)
    colours = (255 * colormaps["viridis"](index.T[bins][::-1])).round().astype(np.uint8)
    colours[:, white] = 255
    pixels[spectrograms.INNER] = colours
    Image.fromarray(pixels).save(file)
    return file


def test_rows_of_a_picture_lie_where_the_drawing_put_them() -> None:
    """As counted in a picture: from the bottom, 2 rows of the lowest bin, then 3, 3, 3, …, and 3 of the highest."""
    assert spectrograms.ROW_EDGES[:10].tolist() == [0, 2, 5, 8, 11, 14, 17, 20, 23, 25]
    assert spectrograms.ROW_EDGES[-6:].tolist() == [355, 358, 360, 363, 366, 369]


def test_a_drawn_spectrogram_is_recovered(tmp_path: Path) -> None:
    index = np.random.default_rng(1).integers(0, 256, (496, 128))
    found = spectrograms.recover(picture(tmp_path / "a.png", index, white=slice(40, 43)))
    index[40:43] = 0
    index[np.isin(index, (112, 129))] += 1  # these two share the colour of the next
    assert found.dtype == np.uint8 and np.array_equal(found, index)


def test_a_song_is_means_over_time_and_bands() -> None:
    spectrogram = np.random.default_rng(2).integers(1, 256, (496, 128)).astype(np.uint8)
    spectrogram[8:10] = 0  # silence: left out of the first segment
    spectrogram[12:16] = 0  # nothing else in the second
    song = spectrograms.to_song(spectrogram)
    assert song.shape == (120, 25) and song.dtype == np.float32
    assert np.allclose(song[0, 0], spectrogram[10:12, 1].mean()) and not song[1].any()
    assert np.allclose(song[119, 23], spectrogram[484:488, 106:128].mean())
    assert np.allclose(song[5, 24], spectrogram[28:32, 1:].mean())
    widths = np.diff(spectrograms.BAND_EDGES)
    assert np.allclose(song[:, :24] @ widths / 127, song[:, 24], rtol=1e-5)  # the bands share out bins 1 to 127


@pytest.mark.parametrize("mode", ["wrong size", "wrong colour", "no alpha", "not a picture", "cut short"])
def test_other_pictures_are_refused(tmp_path: Path, mode: str) -> None:
    file = picture(tmp_path / "a.png", np.random.default_rng(3).integers(0, 256, (496, 128)))
    with Image.open(file) as opened:
        image = opened.copy()
    if mode == "wrong size":
        image.crop((0, 0, 514, 389)).save(file)
    elif mode == "wrong colour":
        image.putpixel((100, 100), (255, 0, 0, 255))
        image.save(file)
    elif mode == "no alpha":
        image.convert("RGB").save(file)
    elif mode == "not a picture":
        file.write_text("<svg/>")
    else:
        file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(DataError, match=r"a\.png: .*secondlook data gtzan_pictures"):
        spectrograms.recover(file)


def test_a_chunk_that_declares_two_gigabytes_takes_none(tmp_path: Path) -> None:
    file = picture(tmp_path / "a.png", np.random.default_rng(3).integers(0, 256, (496, 128)))
    content = bytearray(file.read_bytes())
    at = content.index(b"IDAT") - 4
    content[at : at + 4] = (2**31 - 1).to_bytes(4, "big")
    file.write_bytes(content)
    tracemalloc.start()
    with pytest.raises(DataError, match=r"a\.png: .*secondlook data gtzan_pictures"):
        spectrograms.recover(file)
    assert tracemalloc.get_traced_memory()[1] < 2**26
    tracemalloc.stop()


@pytest.mark.realdata("gtzan")
def test_the_real_songs() -> None:
    songs = gtzan.load()
    assert [len(songs[name].y) for name in gtzan.SPLITS] == [442, 197, 290]
    everything = gtzan.filtered(songs)
    assert everything.x.shape == (929, 120, 25) and np.bincount(everything.y).min() >= 80


@pytest.mark.realdata("gtzan")
def test_the_songs_are_what_the_pictures_show() -> None:
    """Exactly, to the last bit of half precision, for the first song of every genre."""
    with np.load(fetch.path("gtzan", "gtzan_120x25.npz")) as stored:
        tracks, inputs = stored["track"].tolist(), stored["inputs"]
    for genre in gtzan.CLASS_NAMES:
        song = spectrograms.to_song(spectrograms.recover(fetch.path("gtzan_pictures", f"{genre}.00000.png")))
        assert np.array_equal(song.astype(np.float16), inputs[tracks.index(f"{genre}.00000".encode())])
