"""The boundary between files and the rest: whatever a broken file makes a library raise becomes one `DataError`."""

import struct
import tarfile
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secondlook.data.dataset import DataError

FAULTS = (
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    ArithmeticError,
    SyntaxError,
    RuntimeError,
    Warning,
)
LIBRARY_FAULTS = (struct.error, tarfile.TarError, tokenize.TokenError, zipfile.BadZipFile, zlib.error)


@contextmanager
def reading(file: Path, remedy: str) -> Iterator[None]:
    """In this context a fault of `file`, a library's or our own ``ValueError``, leaves as one line with `remedy`."""
    try:
        yield
    except (*FAULTS, *LIBRARY_FAULTS) as fault:
        said = " ".join(str(fault).split())[:160] or type(fault).__name__
        raise DataError(f"{file}: {said}; {remedy}") from None


def again(source: str) -> str:
    """The remedy for a file of the catalog: have it fetched again."""
    return f"run `secondlook data {source}`"
