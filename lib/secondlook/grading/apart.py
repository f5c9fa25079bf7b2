"""What nbgrader does differently here: the notebook is put back as it was given out, and student's code runs apart.

The first half of grading, on a submission: every cell that is not the student's to write is the original again, in its
place, whatever was edited, deleted, moved or renamed. The second half: tests run in nbgrader's kernel, and all that the
student wrote in a process of its own (`secondlook.grading.student`).
"""

from collections import defaultdict
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell
from nbgrader.converters import Autograde
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade, is_locked, is_solution
from traitlets import Float, Integer
from traitlets.config import Config

from secondlook.grading.student import START_SECONDS
from secondlook.notebooks import ThisPython


def restored(submission: NotebookNode, original: NotebookNode) -> NotebookNode:
    """The original, with the student's text in its solution cells, and the student's own cells where they stood.

    A solution that is not there is empty. A second copy of a solution cell counts as a cell of the student's own.
    """
    known = {name: place for place, cell in enumerate(original.cells) for name in _names(cell)}
    written: dict[int, str] = {}
    own: dict[int, list[NotebookNode]] = defaultdict(list)
    place = -1
    for cell in submission.cells:
        found = next((known[name] for name in _names(cell) if name in known), None)
        if found is None or found in written:
            new = new_code_cell if cell.cell_type == "code" else new_markdown_cell
            own[place].append(new(cell.source))
        else:
            place = found
            if is_solution(original.cells[place]):
                written[place] = cell.source
    cells = own[-1]
    for place, cell in enumerate(original.cells):
        if is_solution(cell):
            cell.source = written.get(place, "")
        cells += [cell, *own[place]]
    original.cells = cells
    return original


def _names(cell: NotebookNode) -> list[str]:
    """What a cell may be known by: nbgrader's name, and the notebook's."""
    return [name for name in (cell.metadata.get("nbgrader", {}).get("grade_id"), cell.get("id")) if name]


class Restore(NbGraderPreprocessor):
    """Put a submission back into the notebook that was given out."""

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any]) -> tuple[NotebookNode, dict[str, Any]]:
        """Read the original from the course's sources."""
        course = self.parent.parent.coursedir  # the converter's, which has made the exporter, which has made this
        about = resources["nbgrader"]
        folder = Path(course.format_path(course.source_directory, ".", about["assignment"]))
        return restored(nb, nbformat.read(folder / f"{about['notebook']}.ipynb", as_version=4)), resources


class ExecuteApart(Execute):
    """Execute a notebook, the tests in the kernel and what the student wrote in a process of its own."""

    seconds = Float(10, help="Seconds for a cell of the student's, or for a call from a test.").tag(config=True)
    total_seconds = Float(120, help="Seconds for all of them together.").tag(config=True)
    memory_bytes = Integer(4 * 2**30, help="Address space of the student's process.").tag(config=True)
    output_characters = Integer(100_000, help="Characters that the student's code may print.").tag(config=True)

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"kernel_manager_class": ThisPython} | settings)

    def preprocess(self, nb: NotebookNode, resources: dict[str, Any], km: Any = None) -> tuple[NotebookNode, Any]:
        """Execute other text than the notebook's, in cells that are the notebook's."""
        told = [cell.source for cell in nb.cells]
        limits = (self.seconds, self.total_seconds, self.memory_bytes, self.output_characters)
        start = f"from secondlook.grading.student import Student as _Student\n_student = _Student{limits}"
        for cell in nb.cells:
            if cell.cell_type == "code" and not is_grade(cell):
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "")
                here = cell.source if is_locked(cell) else f"{name} = _student.function({name!r})" if name else ""
                cell.source = f"{here}\n_student.run({cell.source!r})"
        nb.cells.insert(0, new_code_cell(start))
        self.timeout = int(self.total_seconds) + START_SECONDS  # of the tests' kernel; the student's end long before
        super().preprocess(nb, resources, km=km)
        begun = nb.cells.pop(0)
        if any(output.output_type == "error" for output in begun.outputs):
            raise RuntimeError(f"the student's process cannot be started: {begun.outputs}")
        for cell, text in zip(nb.cells, told, strict=True):
            cell.source = text
        return nb, resources


def configure(config: Config) -> None:
    """Make nbgrader do so."""
    config.CourseDirectory.course_id = "secondlook"
    config.Autograde.sanitize_preprocessors = [Restore, *Autograde.sanitize_preprocessors.default()]
    config.Autograde.autograde_preprocessors = [
        ExecuteApart if step is Execute else step for step in Autograde.autograde_preprocessors.default()
    ]
