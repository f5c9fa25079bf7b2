"""What a packed file holds, however it was packed: two archives of the same arrays need not have the same bytes."""

import gzip
import hashlib
import zipfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from secondlook.data.reading import reading

LIMIT = 2**28


def digest(file: Path, name: str) -> str:
    """The sha256 of what a file holds whose `name` ends in ``.gz`` or ``.npz``; any fault is a `DataError`.

    For ``.npz`` it is taken over the sorted lines ``member sha256``. Of more than `LIMIT` bytes nothing is made.
    """
    with reading(file, "have it made again"):
        if name.endswith(".gz"):
            with gzip.open(file) as stream:
                return _sha256(iter(partial(stream.read, 2**20), b""))
        with zipfile.ZipFile(file) as archive:
            lines = []
            for name in sorted(archive.namelist()):
                with archive.open(name) as stream:
                    lines.append(f"{name} {_sha256(iter(partial(stream.read, 2**20), b''))}\n")
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def _sha256(pieces: Iterator[bytes]) -> str:
    total, length = hashlib.sha256(), 0
    for piece in pieces:
        total.update(piece)
        if (length := length + len(piece)) > LIMIT:
            raise ValueError(f"holds more than {LIMIT} bytes")
    return total.hexdigest()
