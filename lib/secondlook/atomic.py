"""Files that are there whole or not at all."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory


def write_atomically(target: Path, write: Callable[[Path], object], replace: bool = True) -> None:
    """Let `write` fill a file of the same name in a folder beside `target`, then move it: nobody sees half a file.

    The folder is this call's own, whatever other threads, processes and machines write there. A killed call leaves it:
    its name, ``.….part``, is hidden, and git ignores it. Unless `replace`, a file that has the name already keeps it.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".", suffix=".part", dir=target.parent) as folder:
        part = Path(folder, target.name)
        write(part)
        if replace:
            part.replace(target)
        else:
            try:
                target.hardlink_to(part)
            except FileExistsError:
                pass
            except OSError:  # a file system without hard links; between the next two steps another file may be lost
                if not target.exists():
                    part.replace(target)
