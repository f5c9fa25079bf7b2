"""Marks by nbgrader: full for the model, none for a blank, what it deserves for a wrong one; no way round the tests."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from secondlook import cli
from secondlook.grading import assignments, course, marks
from secondlook.grading.apart import ExecuteApart, restored
from secondlook.grading.child import FILE_BYTES
from secondlook.grading.marks import Mark

ROOT = Path(__file__).parents[1]
REAL = ROOT / "assignments" / "01_conjugate_gaussian.py"
NAME = "99_powers"
EXERCISES = ("square", "cube", "root")
SECONDS = 3
POWERS = """\
# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

"""
EXERCISE = """\
# %% tags=["solution"]
def {0}(x):
    ### BEGIN SOLUTION
    # A secret.
    return x**{1}
    ### END SOLUTION

# %% tags=["test"]
assert_allclose({0}(1.0), 1.0)

# %% tags=["hidden"]
for x in np.array([0.5, 3.0]):
    assert_allclose({0}(x), np.exp({1} * np.log(x)))

"""

Spoil = Callable[[NotebookNode], None]


def cell(notebook: NotebookNode, name: str) -> NotebookNode:
    return next(c for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade_id") == name)


def write(name: str, text: str) -> Spoil:
    return lambda notebook: cell(notebook, name).update(source=text)


def graded(notebook: NotebookNode) -> list[tuple[str, str]]:
    return [
        (c.metadata.nbgrader.grade_id, c.source) for c in notebook.cells if c.metadata.get("nbgrader", {}).get("grade")
    ]


def tampered(notebook: NotebookNode) -> None:
    """One test edited, one deleted, one renamed, one without points, one the student's, one of no standing."""
    cell(notebook, "square-test").source = "pass"
    notebook.cells.remove(cell(notebook, "square-hidden"))
    cell(notebook, "cube-test").metadata.nbgrader.grade_id = "mine"
    cell(notebook, "cube-hidden").metadata.nbgrader.points = 0
    cell(notebook, "root-test").metadata.nbgrader.update(solution=True, locked=False)
    cell(notebook, "root-hidden").metadata = {}
    cell(notebook, "given").source = "def assert_allclose(*a): pass"
    notebook.cells.insert(0, new_code_cell("import numpy\nnumpy.testing.assert_allclose = print"))


HANGS = """\
def cube(x):
    while True:
        try:
            while True: pass
        except BaseException: pass
"""
CRASHES = "import os\ndef cube(x):\n    os.abort()"
PRINTS = "def root(x):\n    for _ in range(10**6):\n        print('x' * 1000)"
KILLS = "import os\ndef cube(x):\n    os.kill(os.getppid(), 9)"
RIGHT_WHERE_SEEN = "def square(x):\n    return 1.0"
GRADE = f"""
import dataclasses, json, sys
from pathlib import Path
from secondlook.grading import marks
print(json.dumps([dataclasses.asdict(mark) for mark in marks.grade(*map(Path, sys.argv[1:]), {SECONDS})]))
"""

SUBMISSIONS: dict[str, tuple[str, list[Spoil], tuple[float, ...], str]] = {
    "model": ("source", [], (3, 3, 3), ""),
    "blank": ("release", [], (0, 0, 0), ""),
    "wrong": (
        "source",
        [write("square", RIGHT_WHERE_SEEN), write("cube", "def cube(x):\n    return x")],
        (1, 1, 3),
        "",
    ),
    "hangs": ("source", [write("cube", HANGS)], (3, 0, 3), f"cube: no end after {SECONDS} seconds"),
    "falls": (
        "source",
        [write("cube", CRASHES), write("root", PRINTS)],
        (3, 0, 0),
        "cube: the process died (SIGABRT); root: printed more than 100,000 characters",
    ),
    "cheat": ("release", [tampered], (0, 0, 0), ""),
    "kills": ("source", [write("cube", KILLS)], (), "not marked: nbclient.exceptions.DeadKernelError: Kernel died"),
}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An assignment whose tests import little."""
    path = tmp_path_factory.mktemp("assignments") / f"{NAME}.py"
    path.write_text(POWERS + "".join(EXERCISE.format(*each) for each in zip(EXERCISES, (2, 3, 0.5), strict=True)))
    return path


@pytest.fixture(scope="module")
def folder(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with this assignment and a real one, and submissions: of the real one a model."""
    folder = tmp_path_factory.mktemp("course")
    release = folder / "release"
    written = [release / stem / f"{stem}.ipynb" for stem in (NAME, REAL.stem)]
    assert course.release([source, REAL], folder) == written
    for student, (begun, spoils, _, _) in SUBMISSIONS.items():
        notebook = nbformat.read(folder / begun / NAME / f"{NAME}.ipynb", as_version=4)
        for spoil in spoils:
            spoil(notebook)
        handed_in = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
        handed_in.parent.mkdir(parents=True)
        nbformat.write(notebook, handed_in)
    shutil.copytree(folder / "source" / REAL.stem, folder / "submitted" / "ada" / REAL.stem)
    (folder / "submitted" / "empty" / NAME).mkdir(parents=True)
    (folder / "submitted" / "empty" / NAME / f"{NAME}.ipynb").touch()
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Mark]:
    told = subprocess.run([sys.executable, "-c", GRADE, folder / "submitted", folder], capture_output=True, check=True)
    rows = json.loads(told.stdout)
    points = [{name: tuple(pair) for name, pair in row.pop("exercises").items()} for row in rows]
    return {row["student"]: Mark(**row, exercises=each) for row, each in zip(rows, points, strict=True)}


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_a_submission_gets_what_it_deserves(found: dict[str, Mark], student: str) -> None:
    _, _, points, remark = SUBMISSIONS[student]
    expected = {name: (got, 3.0) for name, got in zip(EXERCISES, points, strict=True)} if points else {}
    assert found[student] == Mark(student, NAME, expected, remark)


def test_the_model_of_a_real_assignment_gets_full_marks(found: dict[str, Mark]) -> None:
    assert (found["ada"].assignment, found["ada"].total, found["ada"].remark) == (REAL.stem, "9 of 9", "")


def test_one_that_cannot_be_read_is_not_marked(found: dict[str, Mark]) -> None:
    assert found["empty"].exercises == {}
    assert found["empty"].remark.startswith("not marked: ")


def test_the_tests_of_a_marked_submission_are_the_original_ones(
    source: Path, folder: Path, found: dict[str, Mark]
) -> None:
    marked = nbformat.read(folder / "autograded" / "cheat" / NAME / f"{NAME}.ipynb", as_version=4)
    assert graded(marked) == graded(assignments.read(source))
    assert [c.metadata.nbgrader.points for c in marked.cells if c.metadata.get("nbgrader", {}).get("grade")] == [
        1,
        2,
    ] * 3


def test_what_students_get_has_no_solution_and_no_hidden_test_and_is_the_same_each_time(folder: Path) -> None:
    given = folder / "release" / REAL.stem / f"{REAL.stem}.ipynb"
    before = given.read_bytes()
    for secret in ("Precisions add", "gaussian.posterior(", "BEGIN"):
        assert secret in (folder / "source" / REAL.stem / f"{REAL.stem}.ipynb").read_text(encoding="utf-8")
        assert secret not in before.decode()
    assert "assert_allclose([mean, variance], [1.0, 0.25])" in before.decode()
    course.release([REAL], folder)
    assert given.read_bytes() == before


def test_the_table_has_a_line_each(found: dict[str, Mark]) -> None:
    lines = marks.table([found["hangs"], found["kills"]]).splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["student", "assignment", "marks", "by", "exercise", "remark"],
        ["hangs", NAME, "6", "of", "9", "3", "0", "3", "cube:", "no", "end", "after", "3", "seconds"],
    ]
    assert lines[2].split()[:3] == ["kills", NAME, "none"]


@pytest.fixture
def original(source: Path) -> NotebookNode:
    return assignments.read(source)


def test_a_notebook_is_put_back_with_what_the_student_wrote(original: NotebookNode) -> None:
    handed_in, expected = deepcopy(original), deepcopy(original)
    for notebook in (handed_in, expected):
        write("square", "mine")(notebook)
    tampered(handed_in)
    handed_in.cells = handed_in.cells[::-1]
    handed_in.cells.remove(cell(handed_in, "cube"))
    write("cube", "")(expected)  # the model's must not be there
    texts = [c.source for c in restored(handed_in, original).cells]
    own = "import numpy\nnumpy.testing.assert_allclose = print"
    assert [text for text in texts if text != own] == [c.source for c in expected.cells]
    assert texts.count(own) == 1


def test_the_students_own_cells_stay_where_they_were_and_have_no_standing(original: NotebookNode) -> None:
    handed_in = deepcopy(original)
    place = handed_in.cells.index(cell(handed_in, "cube"))
    handed_in.cells.insert(place + 1, deepcopy(handed_in.cells[place]))
    handed_in.cells[place + 1].source = "again"
    back = restored(handed_in, original)
    assert [c.source for c in back.cells] == [c.source for c in handed_in.cells]
    assert back.cells[place + 1].metadata == {}


def test_the_limits_are_those_that_are_told() -> None:
    limits = {name: trait.default() for name, trait in ExecuteApart.class_own_traits(config=True).items()}
    told = " ".join((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split())
    assert (
        f"{limits['seconds']:g} seconds a call and {limits['total_seconds']:g} in all, "
        f"{limits['memory_bytes'] / 2**30:g} GiB of memory, {limits['output_characters']:,} characters of output "
        f"and {FILE_BYTES / 10**6:g} MB a file"
    ) in told


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str | int | None:
    monkeypatch.setattr(sys, "argv", ["secondlook", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


def test_the_commands(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(monkeypatch, "assignment", "02", "--course", str(folder)) == 0
    given = folder / "release" / "02_backprop_by_hand" / "02_backprop_by_hand.ipynb"
    assert capsys.readouterr().out == f"wrote {given}\n"
    handed_in = tmp_path / "ada" / given.stem / given.name
    handed_in.parent.mkdir(parents=True)
    handed_in.write_text("{", encoding="utf-8")
    assert call(monkeypatch, "grade", str(tmp_path), "--course", str(folder)) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split()[:3] == ["ada", given.stem, "none"]
    assert err == "secondlook: 1 of 1 submissions are not marked\n"


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["assignment", "77"], "77: no such assignment; there are 00_read_me_first, "),
        (["grade", "nowhere"], "nowhere: no submissions; each is STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb in it, where "),
    ],
)
def test_a_mistake_is_one_line(
    arguments: list[str], line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    code = call(monkeypatch, *arguments, "--course", str(tmp_path))
    told = code if isinstance(code, str) else capsys.readouterr().err
    assert told.removeprefix("secondlook: ").startswith(line)
    assert told.strip().count("\n") == 0


def test_without_nbgrader_the_line_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "secondlook.grading.course", None)
    assert call(monkeypatch, "assignment") == 1
    line = (
        "secondlook: grading needs secondlook.grading.course, which is in the group `grading`; `uv sync` installs it\n"
    )
    assert capsys.readouterr().err == line
