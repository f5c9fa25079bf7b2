"""How a command ends that cannot go on."""

from pathlib import Path
from typing import NoReturn

import typer


def fail(message: object) -> NoReturn:
    """End with one line on standard error and exit status 1."""
    typer.echo(f"secondlook: {message}", err=True)
    raise typer.Exit(1)


def chosen(there: list[Path], names: list[str] | None, kind: str) -> list[Path]:
    """The sources whose names begin as one of those given, or all; the command ends where a name is of none."""
    for name in names or ():
        if not any(source.stem.startswith(name) for source in there):
            fail(f"{name}: no such {kind}; there are {', '.join(source.stem for source in there)}")
    return [source for source in there if not names or source.stem.startswith(tuple(names))]
