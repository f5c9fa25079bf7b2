"""Marks: nbgrader's, for each submission in a folder, with what was stopped on the way."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from secondlook.grading import course
from secondlook.grading.student import Stopped


@dataclass(frozen=True)
class Mark:
    """The marks of one submission: exercise to (marks, of), none of them if it could not be marked; and a remark."""

    student: str
    assignment: str
    exercises: dict[str, tuple[float, float]]
    remark: str

    @property
    def total(self) -> str:
        """Marks of all that could be had."""
        if not self.exercises:
            return "none"
        got, of = (sum(each) for each in zip(*self.exercises.values(), strict=True))
        return f"{got:g} of {of:g}"


def grade(submissions: Path, folder: Path, seconds: float | None = None) -> Iterator[Mark]:
    """Mark all of ``submissions/STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb`` that are assignments of the course in a folder.

    Raises CourseError where there are none.
    """
    there = {path.name for path in (folder / "release").glob("*") if path.is_dir()}
    found = sorted(path for path in submissions.glob("*/*") if path.is_dir() and path.name in there)
    if not found:
        raise course.CourseError(
            f"{submissions}: no submissions; each is STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb in it, where ASSIGNMENT is "
            + (
                f"one of {', '.join(sorted(there))}"
                if there
                else "what `secondlook assignment` writes, which was not run"
            )
        )
    nbgrader = course.api(folder, submissions, seconds)
    for path in found:
        student, assignment = path.parent.name, path.name
        with course.quiet():
            done = nbgrader.autograde(assignment, student)
        if not done["success"]:
            yield Mark(student, assignment, {}, f"not marked: {course.fault(done)}")
            continue
        marked = folder / "autograded" / student / assignment / f"{assignment}.ipynb"
        exercises: dict[str, tuple[float, float]] = {}
        with Gradebook(nbgrader.coursedir.db_url, nbgrader.coursedir.course_id) as book:
            for test in book.find_submission_notebook(assignment, assignment, student).grades:
                exercise = test.name.rpartition("-")[0]
                got, of = exercises.get(exercise, (0.0, 0.0))
                exercises[exercise] = got + test.score, of + test.max_score
        yield Mark(student, assignment, exercises, "; ".join(stopped(marked)))


def stopped(marked: Path) -> list[str]:
    """Where a marked submission was stopped, and why: ``posterior: no end after 10 seconds``."""
    found: dict[str, None] = {}
    for cell in nbformat.read(marked, as_version=4).cells:
        for output in cell.get("outputs", []):
            if output.output_type == "error" and output.ename == Stopped.__name__:
                name = cell.metadata.get("nbgrader", {}).get("grade_id", "a cell of its own")
                found[f"{name.partition('-')[0]}: {output.evalue}"] = None
    return list(found)


def table(marks: list[Mark]) -> str:
    """One line a submission."""
    rows = [("student", "assignment", "marks", "by exercise", "remark")]
    for mark in marks:
        each = " ".join(f"{got:g}" for got, _ in mark.exercises.values())
        rows.append((mark.student, mark.assignment, mark.total, each, mark.remark))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
