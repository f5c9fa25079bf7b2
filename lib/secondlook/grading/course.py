"""The folder of a course, as nbgrader wants it: sources, what students get, the gradebook, and its settings."""

import logging
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from secondlook.atomic import write_atomically
from secondlook.grading import apart, assignments

SETTINGS = """\
# Written by `secondlook assignment` where there was none; yours to change.
from secondlook.grading.apart import configure

c = get_config()
configure(c)
# c.ExecuteApart.seconds = 10  # for a cell of the student's, or for a call from a test
"""


class CourseError(Exception):
    """nbgrader refuses. The message is its own last line."""


def api(course: Path, submissions: Path | None = None, seconds: float | None = None) -> NbGraderAPI:
    """nbgrader, for the folder of a course, with our way of grading."""
    config = Config()
    apart.configure(config)
    config.CourseDirectory.root = str(course.resolve())
    if submissions:
        config.CourseDirectory.submitted_directory = str(submissions.resolve())
    if seconds is not None:
        config.ExecuteApart.seconds = seconds
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])  # for alembic
    logging.getLogger("traitlets").addHandler(logging.NullHandler())  # told by what its calls return
    return NbGraderAPI(coursedir=CourseDirectory(config=config), config=config, log_level=logging.WARNING)


@contextmanager
def quiet() -> Iterator[None]:
    """Without the warnings that nbgrader makes of its own libraries' use."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


def release(sources: Iterable[Path], course: Path) -> list[Path]:
    """Write assignments into the folder of a course, and what students get: the same bytes each time.

    What students get is in ``release/NAME/NAME.ipynb``: no solutions, no hidden tests.

    Raises CourseError where nbgrader refuses, as it does to change tests that submissions were marked by.
    """
    written = []
    for source in sources:
        name = source.stem
        original = course / "source" / name / f"{name}.ipynb"
        original.parent.mkdir(parents=True, exist_ok=True)
        notebook = assignments.read(source)
        write_atomically(original, lambda part, notebook=notebook: nbformat.write(notebook, part))  # type: ignore[misc]
        if not (settings := course / "nbgrader_config.py").exists():
            settings.write_text(SETTINGS, encoding="utf-8")
        with quiet():
            done = api(course).generate_assignment(name)
        if not done["success"]:
            raise CourseError(f"{name}: {fault(done)}")
        written.append(course / "release" / name / f"{name}.ipynb")
    return written


def fault(done: dict[str, str]) -> str:
    """Why nbgrader could not do what it was asked, in one line."""
    lines = [line.strip() for line in done.get("log", "").splitlines()]
    named = [line for line in lines if line and not line.startswith(("[", "File", "Traceback", "raise"))]
    return (named or done.get("error", "").strip().splitlines() or ["nbgrader does not say why"])[-1]
