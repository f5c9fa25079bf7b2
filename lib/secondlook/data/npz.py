"""Read an ``.npz`` archive that must be exactly as declared: names, kinds, shapes; no pickles, no surprises of size."""

import io
import math
import sys
import warnings
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import IO, NamedTuple

import numpy as np

from secondlook.data.reading import reading

LONGEST_HEADER = 10_000
"""Bytes; NumPy's own bound."""


class Array(NamedTuple):
    """What an array must be: NumPy kinds (``"u"``, ``"iu"``, ``"S"``, …) and a shape, or any shape where it is None.

    An axis is a length or a name; axes of one name have one length in the whole archive.
    """

    kinds: str
    shape: tuple[int | str, ...] | None


def read(file: Path, expected: Mapping[str, Array], remedy: str, limit: int = 2**28) -> dict[str, np.ndarray]:
    """The expected arrays of the archive, all of at most `limit` bytes together. Floats must be finite.

    Every size is checked in the array's header before memory is taken for it. Any fault is a `DataError`.
    """
    with reading(file, remedy):
        return parse(file, expected, limit)


def parse(file: Path, expected: Mapping[str, Array], limit: int = 2**28) -> dict[str, np.ndarray]:
    """As `read`, but a fault leaves as whatever exception it is, for a caller that names the file itself."""
    lengths: dict[str, int] = {}
    found = {}
    with zipfile.ZipFile(file) as archive:
        for name, wanted in expected.items():
            found[name] = _array(archive, name, wanted, lengths, limit)
            limit -= found[name].nbytes
    return found


def _array(archive: zipfile.ZipFile, name: str, wanted: Array, lengths: dict[str, int], limit: int) -> np.ndarray:
    with archive.open(f"{name}.npy") as stream:
        shape, fortran_order, dtype = _header(name, stream)
        if dtype.kind not in wanted.kinds:
            raise ValueError(f"{name} holds {dtype}, not one of the kinds {wanted.kinds!r}")
        _check_shape(name, shape, wanted.shape, lengths)
        if (size := dtype.itemsize * math.prod(shape)) > limit:
            raise ValueError(f"{name} declares {size} bytes, more than the {limit} allowed")
        content = bytearray()
        while piece := stream.read(min(size + 1 - len(content), 2**20)):
            content += piece
    if len(content) != size:
        raise ValueError(f"{name} declares {size} bytes and holds {'more' if len(content) > size else len(content)}")
    array = np.frombuffer(content, dtype)
    if dtype.kind == "f" and not np.isfinite(array).all():
        raise ValueError(f"{name} holds NaN or infinity")
    if dtype.kind == "U" and not _is_unicode(np.frombuffer(content, np.dtype("u4").newbyteorder(dtype.byteorder))):
        raise ValueError(f"{name} holds numbers that are no characters of Unicode")
    return array.reshape(shape, order="F" if fortran_order else "C")


def _header(name: str, stream: IO[bytes]) -> tuple[tuple[int, ...], bool, np.dtype]:
    """The shape, whether columns come first, and the dtype; a header too long is a ``ValueError`` before it is read."""
    version = np.lib.format.read_magic(stream)
    width = {(1, 0): 2, (2, 0): 4}[version]
    length = stream.read(width)
    if (declared := int.from_bytes(length, "little")) > LONGEST_HEADER:
        raise ValueError(f"{name} declares a header of {declared} bytes, more than the {LONGEST_HEADER} allowed")
    header = io.BytesIO(length + stream.read(declared))
    with warnings.catch_warnings():
        warnings.simplefilter("error")  # a header that only a lenient parser understands
        if version == (1, 0):
            return np.lib.format.read_array_header_1_0(header)
        return np.lib.format.read_array_header_2_0(header)


def _is_unicode(points: np.ndarray) -> bool:
    """Whether all are code points of characters, which surrogates are not. NumPy makes strings of any number."""
    return not ((points > sys.maxunicode) | (points >> 11 == 0xD800 >> 11)).any()


def _check_shape(name: str, shape: tuple, wanted: tuple[int | str, ...] | None, lengths: dict[str, int]) -> None:
    if min(shape, default=0) < 0:
        raise ValueError(f"{name} has shape {shape}")
    if wanted is None:
        return
    known = tuple(lengths.get(axis, axis) if isinstance(axis, str) else axis for axis in wanted)
    if len(shape) != len(known) or any(isinstance(n, int) and n != m for n, m in zip(known, shape, strict=True)):
        raise ValueError(f"{name} has shape {shape}, not {known}")
    lengths.update((axis, n) for axis, n in zip(wanted, shape, strict=True) if isinstance(axis, str))
