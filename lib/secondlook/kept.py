"""Verdicts kept from one process for the next, as long as nothing that decides them has changed.

All checks together take half a minute. A verdict follows from the package's files, the committed records, Python and
the packages installed; the sha256 of these stands beside each verdict that is kept, and another one does not count.
"""

import hashlib
import importlib.metadata
import json
import os
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

import secondlook
from secondlook import results, runs
from secondlook.atomic import write_atomically


def fetch(claim_id: str) -> dict[str, Any] | None:
    """The fields of the verdict on a claim, if one is kept that would come out the same now."""
    decided_by = everything()
    if decided_by is None:
        return None
    try:
        kept = json.loads(_file(claim_id).read_text(encoding="utf-8"))
        return kept["verdict"] if kept["decided_by"] == decided_by else None
    except (OSError, ValueError, KeyError, TypeError):  # none there, or damaged: it is computed, and kept anew
        return None


def store(claim_id: str, fields: dict[str, Any]) -> None:
    """Keep the fields of a verdict computed by this process, where that can be done."""
    if (decided_by := everything()) is not None:
        text = json.dumps({"decided_by": decided_by, "verdict": fields})
        with suppress(OSError):  # a full disk, or one that cannot be written: a verdict is not worth a failure
            write_atomically(_file(claim_id), lambda part: part.write_text(text, encoding="utf-8"))


def everything() -> str | None:
    """The sha256 of all that decides verdicts, or None where some of it has changed since this process loaded it."""
    try:
        stamps = tuple(sorted((file, (stat := file.stat()).st_mtime, stat.st_size) for file in _files()))
        return None if any(changed >= secondlook.IMPORTED for _, changed, _ in stamps) else _digest(stamps)
    except OSError:  # a file has gone meanwhile
        return None


@cache
def _digest(stamps: tuple[tuple[Path, float, int], ...]) -> str:
    folders = [sysconfig.get_path("purelib"), sysconfig.get_path("platlib")]  # not sys.path, to which some packages add
    installed = sorted({f"{of.name} {of.version}" for of in importlib.metadata.distributions(path=folders)})
    found = hashlib.sha256("\n".join([sys.version, *installed]).encode())
    for file, _, _ in stamps:
        content = file.read_bytes()
        found.update(f"\n{file.name} {len(content)}\n".encode() + content)
    return found.hexdigest()


def _files() -> Iterator[Path]:
    folders = [Path(__file__).parent]
    with suppress(results.ResultError):  # outside a checkout there is no record
        folders.append(results.record_path("any").parent)
    for top in folders:
        for folder, below, names in os.walk(top):
            below[:] = [name for name in below if name != "__pycache__"]
            yield from (Path(folder, name) for name in names)


def _file(claim_id: str) -> Path:
    return runs.home() / "verdicts" / f"{claim_id}.json"
