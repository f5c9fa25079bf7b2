"""The benchmarks of the checkout."""

import sys
from typing import Annotated

import typer

from secondlook.commands.mistakes import fail


def bench(
    name: Annotated[str | None, typer.Argument(help="The benchmark; they are listed when none is named.")] = None,
) -> None:
    """Do the same work as peers, side by side, and print the times: runs benchmarks/NAME.py of the checkout."""
    import ast
    import os
    import subprocess

    from secondlook.process import LARGE_PAGES
    from secondlook.results import root

    there = {file.stem: file for file in sorted((root() / "benchmarks").glob("*.py"))}
    if name is None:
        for stem, file in there.items():
            about = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            typer.echo(f"{stem:10}  {about.partition(chr(10))[0]}")
    elif name in there:
        raise typer.Exit(subprocess.call([sys.executable, str(there[name])], env=os.environ | LARGE_PAGES))
    else:
        fail(f"{name}: no such benchmark; there are {', '.join(there)}")
