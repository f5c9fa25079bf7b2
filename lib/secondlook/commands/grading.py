"""Assignments: writing them, and marking what comes back."""

import importlib
from pathlib import Path
from typing import Annotated, Any

import typer

from secondlook.commands.mistakes import chosen, fail


def assignment(
    names: Annotated[list[str] | None, typer.Argument(help="Assignments by number or name; all when none.")] = None,
    course: Annotated[Path | None, typer.Option(help="Where to; course/ of the checkout when none is named.")] = None,
) -> None:
    """Write what students get, without solutions and hidden tests, into the folder of a course, for nbgrader."""
    from secondlook.grading.assignments import sources
    from secondlook.results import root

    wanted = chosen(sources(root()), names, "assignment")
    release = _nbgrader("course").release
    for written in release(wanted, course or root() / "course"):
        typer.echo(f"wrote {written}")


def grade(
    submissions: Annotated[Path, typer.Argument(help="Holds STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb.")],
    course: Annotated[Path | None, typer.Option(help="The folder that `secondlook assignment` wrote to.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="For a cell of a student's, or for a call by a test.")] = 10,
) -> None:
    """Mark submissions with `nbgrader autograde`, and show the marks. Submitted code is run: see CONTRIBUTING.md."""
    from secondlook.results import root

    marks = _nbgrader("marks")
    found = list(marks.grade(submissions, course or root() / "course", seconds))
    typer.echo(marks.table(found))
    if lacking := sum(not mark.exercises for mark in found):
        fail(f"{lacking} of {len(found)} submissions are not marked")


def _nbgrader(module: str) -> Any:
    """A module of `secondlook.grading`, or one line on how to install what it needs."""
    try:
        return importlib.import_module(f"secondlook.grading.{module}")
    except ModuleNotFoundError as lacking:
        fail(f"grading needs {lacking.name}, which is in the group `grading`; `uv sync` installs it")
