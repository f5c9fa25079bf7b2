"""Recipes: small ingredients, made up here, give the arrays they should."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from matplotlib import colormaps
from PIL import Image

from secondlook.data import DataError, codewords, gtzan, recipes, spectrograms


def picture(level: int) -> bytes:
    """A spectrogram of one level throughout."""
    pixels = np.full((389, 515, 4), 255, np.uint8)
    pixels[spectrograms.INNER] = (255 * np.array(colormaps["viridis"](level))).round().astype(np.uint8)
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return stream.getvalue()


def pictures(file: Path, members: dict[str, bytes]) -> None:
    with tarfile.open(file, "w:gz") as opened:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            opened.addfile(info, io.BytesIO(content))


def test_songs_are_made_of_pictures_and_lists(tmp_path: Path) -> None:
    pictures(tmp_path / "pictures.tar.gz", {
        "top/spectrograms/rock/rock.00001.png": picture(200),
        "top/spectrograms/blues/blues.00007.png": picture(50),
        "top/spectrograms/blues/blues.00003.png": picture(60),
        "top/spectrograms/blues/jazz.00003.png": b"not looked at",
        "top/img/blues.00001.png": b"not looked at",
    })  # fmt: skip
    (tmp_path / "train_filtered.txt").write_text("blues/blues.00007.wav\njazz/jazz.00054.wav\n")
    (tmp_path / "valid_filtered.txt").write_text("rock/rock.00001.wav\n")
    (tmp_path / "test_filtered.txt").write_text("")
    recipes.gtzan(tmp_path, tmp_path / "made")
    with np.load(tmp_path / "made") as made:
        assert made["track"].tolist() == [b"blues.00003", b"blues.00007", b"rock.00001"]
        assert made["targets"].tolist() == [0, 0, 9] and made["split"].tolist() == [0, 1, 2]
        assert made["inputs"].dtype == np.float16 and made["inputs"][:, 3, 4].tolist() == [60, 50, 200]
        assert made["bin_hz"] == np.float32(86.1328125)
    splits = gtzan.parse(tmp_path / "made")
    assert splits["valid"].y.tolist() == [9] and len(splits["test"].y) == 0


def test_a_bad_picture_is_named(tmp_path: Path) -> None:
    for name in gtzan.SPLITS:
        (tmp_path / f"{name}_filtered.txt").write_text("")
    pictures(tmp_path / "pictures.tar.gz", {"top/spectrograms/rock/rock.00001.png": b"no picture"})
    with pytest.raises(DataError, match=r"picture\.png"):
        recipes.gtzan(tmp_path, tmp_path / "made")
    (tmp_path / "pictures.tar.gz").write_bytes(b"no archive")
    with pytest.raises(DataError, match=r"pictures\.tar\.gz"):
        recipes.gtzan(tmp_path, tmp_path / "made")


def test_codewords_are_the_lists_end_to_end(tmp_path: Path) -> None:
    lists = {"train": [[[1, 2], [3]], [[4] * 130]], "test": [[[5] * 120], [[6]]]}
    for drawing in ("k18", "k13b", "k13a"):
        for part, genres in lists.items():
            (tmp_path / f"{drawing}_{part}.json").write_text(json.dumps(genres))
    recipes.codewords(tmp_path, tmp_path / "made")
    with np.load(tmp_path / "made") as made:
        assert made["k13a_codes"].tolist() == [1, 2, 3, *[4] * 130, *[5] * 120, 6]
        assert made["k13a_offsets"].tolist() == [0, 2, 3, 133, 253, 254]
        assert made["k13a_targets"].tolist() == [0, 0, 1, 0, 1] and made["k13a_is_test"].tolist() == [0, 0, 0, 1, 1]
    splits = codewords.parse(tmp_path / "made")
    assert splits["train"].y.tolist() == [1] and splits["test"].x.tolist() == [[5] * 120]
    (tmp_path / "k13b_test.json").write_text("[[[256]]]")
    with pytest.raises(DataError, match=r"k13b_test\.json"):
        recipes.codewords(tmp_path, tmp_path / "made")
