"""The boundary between files and the rest: whatever a broken file makes a library raise becomes one `DataError`."""

import errno
import struct
import tarfile
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from secondlook.data import catalog
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
FULL = (errno.ENOSPC, errno.EDQUOT)
LIBRARY_FAULTS = (struct.error, tarfile.TarError, tokenize.TokenError, zipfile.BadZipFile, zlib.error)


@contextmanager
def reading(file: Path, remedy: str) -> Iterator[None]:
    """In this context a fault of `file`, a library's or our own ``ValueError``, leaves as one line with `remedy`.

    A full disc is no fault of the file: what is said of it leaves as it is.
    """
    try:
        yield
    except (*FAULTS, *LIBRARY_FAULTS) as fault:
        if isinstance(fault, OSError) and fault.errno in FULL:
            raise
        said = " ".join(str(fault).split())[:160] or type(fault).__name__
        raise DataError(f"{file}: {said}; {remedy}") from None


def again(source: str) -> str:
    """The remedy for a file of the catalog: have it fetched again, or bring it where nobody publishes it."""
    if catalog.source(source).published:
        return f"run `secondlook data {source}`"
    return "no public copy is known: put a whole one there by hand"
