"""Files that are there whole or not at all."""

from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from uuid import uuid4


def write_atomically(target: Path, write: Callable[[Path], object], replace: bool = True) -> None:
    """Let `write` fill a temporary file beside `target`, then give it that name: nobody ever sees half a file.

    The temporary file is this call's own, whatever other threads, processes and machines write there. Unless
    `replace`, a file that has the name already keeps it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.stem}.{uuid4().hex}.part{target.suffix}")
    try:
        write(part)
        if replace:
            part.replace(target)
        else:
            with suppress(FileExistsError):
                target.hardlink_to(part)
    finally:
        part.unlink(missing_ok=True)
