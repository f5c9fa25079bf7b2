"""CIFAR-10: the binary record, read back; broken files, refused."""

from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, cifar10, fetch


def test_a_record_is_a_label_then_three_planes(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    labels, pictures = rng.integers(0, 10, 7), rng.integers(0, 256, (7, 3, 32, 32), dtype=np.uint8)
    file = tmp_path / "batch.bin"
    records = [bytes([label]) + picture.tobytes() for label, picture in zip(labels, pictures, strict=True)]
    file.write_bytes(b"".join(records))
    split = cifar10.parse(file)
    assert np.array_equal(split.x, pictures) and np.array_equal(split.y, labels)
    assert split.x.dtype == np.uint8 and split.y.dtype == np.int64


@pytest.mark.parametrize("content", [b"", bytes(3072), bytes(3074), b"\x0a" + bytes(3072)])
def test_a_broken_file_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "batch.bin"
    file.write_bytes(content)
    with pytest.raises(DataError, match=r"batch\.bin: .*secondlook data cifar10"):
        cifar10.parse(file)


@pytest.mark.realdata("cifar10")
def test_the_batches_are_the_published_ones() -> None:
    """Rebuilt from the binary records, the Python version's arrays have the statistics published for them."""
    data = cifar10.load()
    assert data["train"].x.shape == (50_000, 3, 32, 32) and data["test"].x.shape == (10_000, 3, 32, 32)
    assert np.bincount(data["train"].y).tolist() == [5000] * 10
    assert np.bincount(data["test"].y).tolist() == [1000] * 10
    assert data["train"].y[:10].tolist() == [6, 9, 9, 4, 1, 1, 2, 7, 8, 3]  # frog, truck, truck, deer, automobile, …
    assert data["test"].y[:5].tolist() == [3, 8, 8, 0, 6]
    mean = data["train"].x.mean(axis=(0, 2, 3)) / 255
    assert mean == pytest.approx([0.4914, 0.4822, 0.4465], abs=5e-5)
    folder = fetch.path("cifar10", "test_batch.bin").parent
    assert tuple((folder / "batches.meta.txt").read_text().split()) == cifar10.CLASS_NAMES
