"""Every assignment: its solutions pass all of its tests, a blank one none, and the visible tests give nothing away."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from nbformat import NotebookNode

from secondlook import notebooks
from secondlook.grading import assignments, wire
from secondlook.grading.assignments import AssignmentError, read

ROOT = Path(__file__).parents[1]
SOURCES = assignments.sources(ROOT)
EXERCISES = 3

Change = Callable[[str, str], str]


def handed(value: object) -> Any:
    """What arrives of a value in another process."""
    return wire.message(wire.line(value))


def as_it_is(_: str, text: str) -> str:
    return text


def blank(_: str, text: str) -> str:
    """As nbgrader clears it."""
    return text.partition("    ### BEGIN SOLUTION")[0] + "    raise NotImplementedError()\n"


def parrot(notebook: NotebookNode) -> Change:
    """Solutions that know the answers to the visible tests by heart, and give the first of them to all else."""
    tests = {about.grade_id: text for about, text in code(notebook)}

    def change(name: str, text: str) -> str:
        return f"""{text}
def by_heart(function, known):
    def answer(*given):
        if learning:
            known[repr(given)] = function(*given)
        return known.get(repr(given), next(iter(known.values())))
    return answer
{name}, learning = by_heart({name}, {{}}), True
{tests[f"{name}-test"]}
learning = False
"""

    return change


def code(notebook: NotebookNode) -> list[tuple[Any, str]]:
    """What nbgrader is told of each cell of code, and its text."""
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert all(set(cell.metadata) == {"nbgrader"} for cell in cells)  # none is closed
    return [(cell.metadata.nbgrader, cell.source) for cell in cells]


def failed(notebook: NotebookNode, change: Change = as_it_is) -> list[str]:
    """The tests that fail with solutions so changed, which give them what would come from another process."""
    theirs: dict[str, Any] = {}
    ours: dict[str, Any] = {}
    fell = []
    for about, text in code(notebook):
        if about.solution:
            exec(change(about.grade_id, text), theirs)
            ours[about.grade_id] = lambda *given, name=about.grade_id: handed(theirs[name](*handed(given)))
        elif about.grade:
            try:
                exec(text, ours)
            except Exception:
                fell.append(about.grade_id)
        else:
            exec(text, theirs)
            exec(text, ours)
    return fell


def test_every_notebook_has_its_assignment() -> None:
    assert [source.stem for source in SOURCES] == [source.stem for source in notebooks.sources(ROOT)]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_assignment(source: Path) -> None:
    notebook = read(source)
    exercises = [about.grade_id for about, _ in code(notebook) if about.solution]
    assert len(set(exercises)) == EXERCISES
    tests = [f"{name}-{kind}" for name in exercises for kind in ("test", "hidden")]
    assert tests == [about.grade_id for about, _ in code(notebook) if about.grade]
    assert failed(notebook) == []
    assert failed(notebook, blank) == tests
    assert failed(notebook, parrot(notebook)) == [name for name in tests if name.endswith("-hidden")]


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
def test_a_wrong_answer_costs_its_own_marks_and_none_before(source: Path) -> None:
    notebook = read(source)
    exercises = [about.grade_id for about, _ in code(notebook) if about.solution]
    for place, wrong in enumerate(exercises):
        fell = failed(notebook, lambda name, text, wrong=wrong: blank(name, text) if name == wrong else text)  # type: ignore[misc]
        assert fell[:2] == [f"{wrong}-test", f"{wrong}-hidden"]
        assert {name.rpartition("-")[0] for name in fell} <= set(exercises[place:])


TINY = """\
# %% tags=["given"]
x = 1

# %% tags=["solution"]
def f():
    ### BEGIN SOLUTION
    y = 1
    ### END SOLUTION
"""


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            TINY.replace('"given"', '"give"'),
            "01_a.py cell 1: tagged 'give'; tag it one of given, hidden, solution, test",
        ),
        (TINY + "\n# %%\nassert f()\n", "01_a.py cell 3: tagged ''; tag it one of given, hidden, solution, test"),
        (TINY.replace("def f():", "if x:"), "01_a.py cell 2: no solution; define a function, its body between "),
        (TINY.replace("### BEGIN", "# begin"), "01_a.py cell 2: no solution; define a function, its body between "),
    ],
)
def test_a_source_that_leaves_open_what_a_cell_is(tmp_path: Path, text: str, line: str) -> None:
    path = tmp_path / "01_a.py"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(AssignmentError) as fault:
        read(path)
    assert str(fault.value).startswith(line)
