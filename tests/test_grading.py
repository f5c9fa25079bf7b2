"""Marks by nbgrader: full for the model, none for a blank, what it deserves for a wrong one; no way round the tests."""

import json
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from secondlook import cli
from secondlook.grading import assignments, course, marks
from secondlook.grading.apart import restored
from secondlook.grading.marks import Mark

ROOT = Path(__file__).parents[1]
NAME = "01_conjugate_gaussian"
SOURCE = ROOT / "assignments" / f"{NAME}.py"
SECONDS = 5

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
    """One test edited, one deleted, one renamed, one without points, one made the student's, one made text."""
    cell(notebook, "posterior-test").source = "pass"
    notebook.cells.remove(cell(notebook, "posterior-hidden"))
    cell(notebook, "predictive-test").metadata.nbgrader.grade_id = "mine"
    cell(notebook, "predictive-hidden").metadata.nbgrader.points = 0
    cell(notebook, "log_evidence-test").metadata.nbgrader.update(solution=True, locked=False)
    cell(notebook, "log_evidence-hidden").metadata = {}
    cell(notebook, "given").source = "def assert_allclose(*a): pass"
    notebook.cells.insert(0, new_code_cell("import numpy\nnumpy.testing.assert_allclose = print"))


RIGHT_ONLY_WHERE_SEEN = "def posterior(x, sigma2, tau2):\n    return 1.0, 0.25"
OWN_EVIDENCE = """\
def log_evidence(x, sigma2, tau2):
    from scipy.stats import multivariate_normal
    return multivariate_normal(cov=sigma2 * np.eye(len(x)) + tau2).logpdf(x)
"""
HANGS = """\
def predictive(*a):
    while True:
        try:
            while True: pass
        except BaseException: pass
"""
CRASHES = "import os\ndef predictive(*a):\n    os.abort()"
PRINTS = "def log_evidence(*a):\n    for _ in range(10**6):\n        print('x' * 1000)"
KILLS = "import os\ndef predictive(*a):\n    os.kill(os.getppid(), 9)"

GRADE = f"""
import pickle, sys
from pathlib import Path
from secondlook.grading import marks
sys.stdout.buffer.write(pickle.dumps(list(marks.grade(*map(Path, sys.argv[1:]), {SECONDS}))))
"""

SUBMISSIONS: dict[str, tuple[str, list[Spoil], tuple[float, ...], str]] = {
    "model": ("source", [], (3, 3, 3), ""),
    "blank": ("release", [], (0, 0, 0), ""),
    "wrong": (
        "source",
        [write("posterior", RIGHT_ONLY_WHERE_SEEN), write("log_evidence", OWN_EVIDENCE)],
        (1, 1, 3),
        "",
    ),
    "hangs": ("source", [write("predictive", HANGS)], (3, 0, 3), f"predictive: no end after {SECONDS} seconds"),
    "falls": (
        "source",
        [write("predictive", CRASHES), write("log_evidence", PRINTS)],
        (3, 0, 0),
        "predictive: the process died (SIGABRT); log_evidence: printed more than 100,000 characters",
    ),
    "cheat": ("release", [tampered], (0, 0, 0), ""),
    "kills": (
        "source",
        [write("predictive", KILLS)],
        (),
        "not marked: nbclient.exceptions.DeadKernelError: Kernel died",
    ),
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with one assignment, and its submissions."""
    folder = tmp_path_factory.mktemp("course")
    assert course.release([SOURCE], folder) == [folder / "release" / NAME / f"{NAME}.ipynb"]
    for student, (begun, spoils, _, _) in SUBMISSIONS.items():
        notebook = nbformat.read(folder / begun / NAME / f"{NAME}.ipynb", as_version=4)
        for spoil in spoils:
            spoil(notebook)
        handed_in = folder / "submitted" / student / NAME / f"{NAME}.ipynb"
        handed_in.parent.mkdir(parents=True)
        nbformat.write(notebook, handed_in)
    (folder / "submitted" / "empty" / NAME).mkdir(parents=True)
    (folder / "submitted" / "empty" / NAME / f"{NAME}.ipynb").touch()
    return folder


@pytest.fixture(scope="module")
def found(folder: Path) -> dict[str, Mark]:
    told = subprocess.run([sys.executable, "-c", GRADE, folder / "submitted", folder], capture_output=True, check=True)
    return {mark.student: mark for mark in pickle.loads(told.stdout)}


@pytest.mark.parametrize("student", SUBMISSIONS)
def test_a_submission_gets_what_it_deserves(found: dict[str, Mark], student: str) -> None:
    _, _, points, remark = SUBMISSIONS[student]
    exercises = ("posterior", "predictive", "log_evidence")
    expected = {name: (got, 3.0) for name, got in zip(exercises, points, strict=True)} if points else {}
    assert found[student] == Mark(student, NAME, expected, remark)


def test_one_that_cannot_be_read_is_not_marked(found: dict[str, Mark]) -> None:
    assert found["empty"].exercises == {}
    assert found["empty"].remark.startswith("not marked: ")


def test_the_tests_of_a_marked_submission_are_the_original_ones(folder: Path, found: dict[str, Mark]) -> None:
    marked = nbformat.read(folder / "autograded" / "cheat" / NAME / f"{NAME}.ipynb", as_version=4)
    assert graded(marked) == graded(assignments.read(SOURCE))
    assert [c.metadata.nbgrader.points for c in marked.cells if c.metadata.get("nbgrader", {}).get("grade")] == [
        1,
        2,
    ] * 3


def test_what_students_get_has_no_solution_and_no_hidden_test_and_is_the_same_each_time(
    folder: Path, tmp_path: Path
) -> None:
    given = folder / "release" / NAME / f"{NAME}.ipynb"
    text = given.read_text(encoding="utf-8")
    for secret in ("Precisions add", "gaussian.posterior(", "BEGIN"):
        assert secret in (folder / "source" / NAME / f"{NAME}.ipynb").read_text(encoding="utf-8")
        assert secret not in text
    assert "assert_allclose([mean, variance], [1.0, 0.25])" in text
    [again] = course.release([SOURCE], tmp_path)
    assert again.read_bytes() == given.read_bytes()


def test_the_table_has_a_line_each(found: dict[str, Mark]) -> None:
    lines = marks.table([found["hangs"], found["kills"]]).splitlines()
    assert [line.split() for line in lines[:2]] == [
        ["student", "assignment", "marks", "by", "exercise", "remark"],
        ["hangs", NAME, "6", "of", "9", "3", "0", "3", "predictive:", "no", "end", "after", "5", "seconds"],
    ]
    assert lines[2].split()[:3] == ["kills", NAME, "none"]


def original() -> NotebookNode:
    notebook = assignments.read(SOURCE)
    for place, each in enumerate(notebook.cells):
        each.id = f"c{place}"
    return notebook


def test_a_notebook_is_put_back_with_what_the_student_wrote() -> None:
    handed_in = original()
    write("posterior", "mine")(handed_in)
    tampered(handed_in)
    handed_in.cells = handed_in.cells[::-1]
    handed_in.cells.remove(cell(handed_in, "predictive"))
    back = restored(handed_in, original())
    texts = [c.source for c in back.cells]
    expected = original()
    write("posterior", "mine")(expected)
    write("predictive", "")(expected)  # the model's must not be there
    own = "import numpy\nnumpy.testing.assert_allclose = print"
    assert [text for text in texts if text != own] == [c.source for c in expected.cells]
    assert texts.count(own) == 1


def test_the_students_own_cells_stay_where_they_were_and_have_no_standing() -> None:
    handed_in = original()
    place = handed_in.cells.index(cell(handed_in, "predictive"))
    copy = json.loads(json.dumps(handed_in.cells[place]))
    handed_in.cells.insert(place + 1, nbformat.from_dict(copy | {"source": "again"}))
    back = restored(handed_in, original())
    assert (back.cells[place].source, back.cells[place + 1].source) == (handed_in.cells[place].source, "again")
    assert back.cells[place + 1].metadata == {}
    assert len(back.cells) == len(handed_in.cells)


def call(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> str | int | None:
    monkeypatch.setattr(sys, "argv", ["secondlook", *arguments])
    with pytest.raises(SystemExit) as end:
        cli.main()
    return end.value.code


def test_the_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    where = ("--course", str(tmp_path / "course"))
    assert call(monkeypatch, "assignment", "02", *where) == 0
    release = tmp_path / "course" / "release" / "02_backprop_by_hand" / "02_backprop_by_hand.ipynb"
    assert capsys.readouterr().out == f"wrote {release}\n"
    shutil.copytree(release.parent, tmp_path / "in" / "ada" / release.stem)
    release.write_text("{", encoding="utf-8")
    shutil.copy(release, tmp_path / "in" / "ada" / release.stem)
    assert call(monkeypatch, "grade", str(tmp_path / "in"), *where) == 1
    out, err = capsys.readouterr()
    assert out.splitlines()[1].split()[:3] == ["ada", release.stem, "none"]
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
