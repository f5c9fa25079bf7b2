"""Find a file of the data home, and never hand it on before its size and sha256 are right."""

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import platformdirs

from secondlook.data import catalog
from secondlook.data.catalog import File
from secondlook.data.contents import digest
from secondlook.data.dataset import DataError
from secondlook.data.reading import again

_verified: set[tuple[Path, int, int]] = set()


def data_home() -> Path:
    """The folder that holds the data: the environment variable SECONDLOOK_DATA, else a folder of the user's cache."""
    named = os.environ.get("SECONDLOOK_DATA")
    return Path(named) if named else platformdirs.user_cache_path("secondlook") / "data"


def path(source: str, file: str) -> Path:
    """The verified file of that name. One that is missing or altered is a `DataError` saying what to do.

    The sha256 is computed once per process for each state (size and modification time) of the file.
    """
    return verified(catalog.source(source)[file], data_home(), again(source))


def verified(entry: File, home: Path, remedy: str) -> Path:
    """The file of that catalog entry in `home`, its size and sha256 found right; else a `DataError` with the remedy."""
    found = home / entry.path
    try:
        state = found.stat()
        if (key := (found, state.st_size, state.st_mtime_ns)) in _verified:
            return found
        wrong = fault(found, entry)
    except FileNotFoundError:
        raise DataError(f"{found}: not there; {remedy}, or set SECONDLOOK_DATA to the folder that has it") from None
    except OSError as problem:
        raise DataError(f"{found}: cannot be read ({problem.strerror}); {remedy}") from None
    if wrong:
        raise DataError(f"{found}: {wrong}; {remedy}")
    _verified.add(key)
    return found


def store(part: Path, entry: File, home: Path) -> bool:
    """Move `part`, a file on the disk of `home`, to the entry's own name there, if nothing is wrong with it."""
    if fault(part, entry):
        return False
    target = home / entry.path
    target.parent.mkdir(parents=True, exist_ok=True)
    os.replace(part, target)
    return True


def fault(file: Path, entry: File) -> str:
    """What is wrong with a file that should be this entry; nothing if it is right."""
    size = file.stat().st_size
    if not entry.sha256 or (size == entry.size and sha256(file) == entry.sha256):
        return ""
    with suppress(DataError):
        if entry.content and digest(file, entry.path) == entry.content:
            return ""
    if size != entry.size:
        return f"has {size} bytes, not {entry.size}"
    return f"sha256 is {sha256(file)[:12]}…, not {entry.sha256[:12]}…"


def sha256(file: Path) -> str:
    """The sha256 of a file's bytes, in hex digits."""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
