"""MNIST and its likenesses: the idx format read back, its lies refused, and the published files as published."""

import gzip
import struct
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, idx


def write(file: Path, shape: tuple[int, ...], content: bytes, kind: int = 8) -> Path:
    file.write_bytes(gzip.compress(struct.pack(f">HBB{len(shape)}I", 0, kind, len(shape), *shape) + content))
    return file


def test_pictures_and_labels_come_back(tmp_path: Path) -> None:
    pictures = np.random.default_rng(0).integers(0, 256, (3, 28, 28), dtype=np.uint8)
    images = write(tmp_path / "images.gz", (3, 28, 28), pictures.tobytes())
    labels = write(tmp_path / "labels.gz", (3,), bytes([4, 0, 9]))
    split = idx.parse("mnist", images, labels)
    assert np.array_equal(split.x, pictures) and split.y.tolist() == [4, 0, 9] and split.y.dtype == np.int64
    np.savez(tmp_path / "images.npz", pictures)
    np.savez(tmp_path / "labels.npz", np.array([4, 0, 9], np.uint8))
    again = idx.parse_npz("kmnist", tmp_path / "images.npz", tmp_path / "labels.npz")
    assert np.array_equal(again.x, pictures) and np.array_equal(again.y, split.y)


@pytest.mark.parametrize(("shape", "content", "kind", "said"), [
    ((2, 28, 28), bytes(2 * 784 - 1), 8, "declares 1568 bytes and holds 1567"),
    ((2, 28, 28), bytes(2 * 784 + 1), 8, "declares 1568 bytes and holds more"),
    ((2**32 - 1, 28, 28), b"", 8, "declares 3367254359280 bytes, more than the"),
    ((2, 28, 28), bytes(2 * 784), 13, "begins with 00 00 0d 03, not 00 00 08 03"),
    ((2 * 784,), bytes(2 * 784), 8, "begins with 00 00 08 01"),
])  # fmt: skip
def test_a_lying_header_is_refused(
    tmp_path: Path, shape: tuple[int, ...], content: bytes, kind: int, said: str
) -> None:
    file = write(tmp_path / "images.gz", shape, content, kind)
    with pytest.raises(DataError, match=f"images.gz: {said}.*secondlook data mnist"):
        idx.values("mnist", file, axes=3)


@pytest.mark.parametrize(("pixels", "labels", "said"), [
    (27, [1, 2], r"images.*\(28, 27\) pixels"),
    (28, [1], "labels.*1 labels for 2"),
    (28, [1, 10], "labels.*10 is above"),
])  # fmt: skip
def test_files_that_do_not_fit_are_refused(tmp_path: Path, pixels: int, labels: list[int], said: str) -> None:
    images = write(tmp_path / "images.gz", (2, 28, pixels), bytes(2 * 28 * pixels))
    with pytest.raises(DataError, match=said):
        idx.parse("mnist", images, write(tmp_path / "labels.gz", (len(labels),), bytes(labels)))


def test_a_gzip_bomb_takes_no_memory(tmp_path: Path) -> None:
    bomb = write(tmp_path / "images.gz", (2, 28, 28), bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(DataError, match="holds more"):
        idx.values("mnist", bomb, axes=3)
    assert tracemalloc.get_traced_memory()[1] < 2**22
    tracemalloc.stop()


def test_neither_gzip_nor_whole(tmp_path: Path) -> None:
    whole = write(tmp_path / "images.gz", (2, 28, 28), np.random.default_rng(0).bytes(2 * 784))
    content = whole.read_bytes()
    for broken in (b"", b"no gzip", content[:100], content[:-4], content[:-8] + b"\0\0\0\0" + content[-4:]):
        whole.write_bytes(broken)
        with pytest.raises(DataError, match=r"images\.gz"):
            idx.values("mnist", whole, axes=3)


@pytest.mark.realdata("mnist")
def test_mnist_is_the_published_one() -> None:
    mnist = idx.load("mnist")
    train = [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949]
    test = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert mnist["train"].x.shape == (60_000, 28, 28) and mnist["test"].x.shape == (10_000, 28, 28)
    assert np.bincount(mnist["train"].y).tolist() == train and np.bincount(mnist["test"].y).tolist() == test
    assert mnist["train"].x.mean() / 255 == pytest.approx(0.1307, abs=5e-5)  # the constants every tutorial
    assert mnist["train"].x.std() / 255 == pytest.approx(0.3081, abs=5e-5)  # normalises by


@pytest.mark.realdata("kmnist", "notmnist")
@pytest.mark.parametrize("name", ["kmnist", "notmnist"])
def test_the_likenesses_have_a_thousand_of_each(name: str) -> None:
    test = idx.load(name)["test"]
    assert test.x.shape == (10_000, 28, 28) and test.x.max() == 255
    assert np.bincount(test.y).tolist() == [1000] * 10
