"""The sources of assignments, ``assignments/NN_name.py``: notebooks whose tags become what nbgrader reads.

``given`` marks code that students get and cannot change, ``solution`` the function that they write, ``test`` a test
that they see, ``hidden`` one that they do not see. A test is of the solution before it.
"""

import ast
from pathlib import Path

from nbformat import NotebookNode

from secondlook import notebooks

POINTS = {"test": 1, "hidden": 2}
"""What a test is worth."""
HIDDEN = "# Two more marks, for tests that are not shown.\n### BEGIN HIDDEN TESTS\n{}\n### END HIDDEN TESTS"
ROLES = {"given", "solution", *POINTS}


class AssignmentError(Exception):
    """The source of an assignment is not as it must be. The message names the file, the cell and the remedy."""


def sources(root: Path) -> list[Path]:
    """The assignments' sources under the project's root, in the order of their notebooks."""
    return sorted((root / "assignments").glob("[0-9][0-9]_*.py"))


def read(source: Path) -> NotebookNode:
    """The source as a notebook for nbgrader, with solutions and hidden tests in it.

    Raises AssignmentError where the tags of a cell leave open what it is, or a solution defines no function.
    """
    notebook = notebooks.read(source)
    exercise = ""
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        role = " ".join(cell.metadata.get("tags", []))
        if role not in ROLES:
            raise AssignmentError(
                f"{source.name} cell {number}: tagged {role!r}; tag it one of {', '.join(sorted(ROLES))}"
            )
        if role == "solution":
            exercise = _function(cell.source)
            if not exercise or "### BEGIN SOLUTION\n" not in cell.source:
                raise AssignmentError(
                    f"{source.name} cell {number}: no solution; define a function, its body between "
                    "### BEGIN SOLUTION and ### END SOLUTION"
                )
        if role == "hidden":
            cell.source = HIDDEN.format(cell.source)
        name = exercise if role == "solution" else f"{exercise}-{role}".strip("-")
        cell.metadata = NotebookNode(nbgrader=_metadata(role, name))
    return notebook


def _metadata(role: str, name: str) -> NotebookNode:
    points = {"points": POINTS[role]} if role in POINTS else {}
    return NotebookNode(
        schema_version=3,
        grade_id=name,
        solution=role == "solution",
        locked=role != "solution",
        grade=role in POINTS,
        task=False,
        **points,
    )


def _function(text: str) -> str:
    """The name of the last function that a cell defines."""
    return next((node.name for node in reversed(ast.parse(text).body) if isinstance(node, ast.FunctionDef)), "")
