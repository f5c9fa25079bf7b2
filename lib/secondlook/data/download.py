"""Bring the files of a source into the data home: from the first mirror that has the right bytes, or say why from none.

What has arrived lies in the folder ``.partial`` of the data home, so that a broken download goes on where it broke off.
A file gets its own name only when its size and sha256 are right.
"""

import fcntl
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

from secondlook.data import fetch
from secondlook.data.archives import extract
from secondlook.data.catalog import File, Source
from secondlook.data.dataset import DataError
from secondlook.data.reading import again, reading
from secondlook.data.transfer import Broken, Fault, Unreachable, transfer

PAUSE_SECONDS = 1.0
ATTEMPTS = 3
ARCHIVE_LIMIT = 2**30


def download(source: Source, home: Path | None = None) -> list[str]:
    """Fetch what `home`, by default `fetch.data_home()`, lacks of `source`; one sentence for each file not obtained.

    A progress bar is shown on stderr if that is a terminal. A file that is there and right is left alone; one that is
    there and wrong is replaced only by the right one. `DataError` if nothing can be stored.
    """
    home = home or fetch.data_home()
    lacking = [file for file in source.files if not _is_right(file, home)]
    said: dict[str, list[str]] = {file.path: [] for file in lacking}
    if not lacking:
        return []
    unreachable: set[str] = set()
    try:
        with _alone(home) as partial:
            for turn in range(max(len(file.mirrors) for file in lacking)):
                for address, files in _by_address(lacking, turn).items():
                    host = urlsplit(address).netloc
                    try:
                        if host in unreachable:
                            raise Unreachable("cannot be reached")
                        _obtain(address, files, home, partial)
                    except Fault as fault:
                        if isinstance(fault, Unreachable):
                            unreachable.add(host)
                        for file in files:
                            said[file.path].append(f"{host} {fault}")
                lacking = [file for file in lacking if not _is_right(file, home)]
            if lacking and source.ingredients:
                said[lacking[0].path].append(_make(source, home, partial))
                lacking = [file for file in lacking if not _is_right(file, home)]
    except OSError as fault:
        raise DataError(f"{home}: cannot be written ({fault.strerror}); make room, or set SECONDLOOK_DATA") from None
    return [f"{file.path} not obtained: {'; '.join(said[file.path]) or 'no public copy is known'}" for file in lacking]


def _make(source: Source, home: Path, partial: Path) -> str:
    """Fetch the ingredients of a source's one file and make it; why it could not be made, if it could not.

    The ingredients are thrown away once they are made into something, right or wrong, and kept where that is cut short.
    """
    from secondlook.data.recipes import RECIPES

    folder = partial / source.name
    missing = download(replace(source, files=source.ingredients, ingredients=()), folder)
    if missing:
        return f"to make it, {'; '.join(missing)}"
    made = folder / "made"
    try:
        with reading(made, again(source.name)):
            RECIPES[source.name](folder, made)
        right = fetch.store(made, source.files[0], home)
        wrong = "" if right else "what was made of its ingredients is not what it should be"
    except DataError as fault:
        wrong = str(fault)
    finally:
        made.unlink(missing_ok=True)
    shutil.rmtree(folder)
    return wrong


def _by_address(files: list[File], turn: int) -> dict[str, list[File]]:
    """The addresses to try in this turn, each with what it should give: one file, or several out of one archive."""
    addresses: dict[str, list[File]] = {}
    for file in files:
        if turn < len(file.mirrors):
            addresses.setdefault(file.mirrors[turn].partition("#")[0], []).append(file)
    return addresses


def _obtain(address: str, files: list[File], home: Path, partial: Path) -> None:
    """Transfer what is at the address, and store the files that are in it."""
    part = partial / hashlib.sha256(address.encode()).hexdigest()[:16]
    members = {mirror.partition("#")[2]: file for file in files for mirror in file.mirrors if f"{address}#" in mirror}
    fault: Fault = Fault("")
    for attempt in range(ATTEMPTS):
        time.sleep(PAUSE_SECONDS * attempt)
        resumed = part.exists()
        try:
            transfer(address, part, files[0].size if files[0].size and not members else ARCHIVE_LIMIT, files[0].name)
            if members:
                extract(part, members, home, partial)
                part.unlink()
            elif not fetch.store(part, files[0], home):
                raise ValueError("sends other bytes than expected")
            return
        except Unreachable as problem:
            fault = problem
        except Broken as problem:
            fault = Fault(str(problem))
        except ValueError as problem:
            part.unlink(missing_ok=True)
            fault = Fault(str(problem))
            if not resumed:  # else its beginning may have been wrong: once more, from nothing
                break
    raise fault


def _is_right(file: File, home: Path) -> bool:
    try:
        fetch.verified(file, home, "")
    except DataError:
        return False
    return True


@contextmanager
def _alone(home: Path) -> Iterator[Path]:
    """The folder for partial files, locked against a second download into the same home."""
    partial = home / ".partial"
    partial.mkdir(parents=True, exist_ok=True)
    with (partial / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DataError(f"{home}: another download is at work there; wait for it to end") from None
        yield partial
