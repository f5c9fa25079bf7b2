"""CIFAR-10: the binary record, read back; broken files, refused."""

from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, cifar10


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
