"""conftest.py: with its repairs and without, `pytest --nbval` fails what is not true; absent data are named."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

ROOT = Path(__file__).parents[1]
PATIENCE = 120  # seconds for a whole run; nbval itself would wait 2000 for a dead kernel


def write(path: Path, *cells: tuple[str, str]) -> None:
    """A notebook of code cells, each with its text and the value it is said to have shown."""
    book = new_notebook(cells=[new_markdown_cell("Words.")])
    for count, (text, value) in enumerate(cells, 1):
        outputs = [new_output("execute_result", {"text/plain": value}, execution_count=count)] if value else []
        book.cells.append(new_code_cell(text, outputs=outputs, execution_count=count))
    nbformat.write(book, path)


def run(folder: Path, *options: str, within: Path = ROOT) -> dict[str, str]:
    """The outcome of every cell by name, ``{"true.ipynb::Cell 0": "PASSED"}``, and the whole report as "report"."""
    command = [sys.executable, "-m", "pytest", "--nbval", "-rA", "--color=no", "-p", "no:cacheprovider", *options]
    done = subprocess.run([*command, folder], cwd=within, capture_output=True, text=True, timeout=PATIENCE, check=False)
    outcomes = re.findall(r"^(PASSED|FAILED|ERROR|XFAIL) \S*?(\w+\.ipynb::Cell \d)", done.stdout, re.MULTILINE)
    return {name: outcome for outcome, name in outcomes} | {"report": done.stdout}


def test_with_the_repairs(tmp_path: Path) -> None:
    write(tmp_path / "dead.ipynb", ("import os\nos._exit(1)", ""), ("1 + 1", "2"))
    write(tmp_path / "false.ipynb", ("1 + 1", "3"))
    write(tmp_path / "true.ipynb", ("1 + 1", "2"), ("2 + 2;", ""), ("Out[1]", "2"))
    outcomes = run(tmp_path, "-p", "conftest", "-c", "pyproject.toml")
    report = outcomes.pop("report")
    assert outcomes == {
        "dead.ipynb::Cell 0": "FAILED",
        "dead.ipynb::Cell 1": "FAILED",
        "false.ipynb::Cell 0": "FAILED",
        "true.ipynb::Cell 0": "PASSED",
        "true.ipynb::Cell 1": "PASSED",
        "true.ipynb::Cell 2": "PASSED",
    }
    assert "the kernel died" in report


def test_a_copy_of_the_folder_without_the_repairs(tmp_path: Path) -> None:
    write(tmp_path / "false.ipynb", ("1 + 1", "3"))
    write(tmp_path / "true.ipynb", ("1 + 1", "2"))
    outcomes = run(tmp_path, "--noconftest", within=tmp_path)
    del outcomes["report"]
    assert outcomes == {"false.ipynb::Cell 0": "FAILED", "true.ipynb::Cell 0": "PASSED"}


@pytest.fixture
def conftest(request: pytest.FixtureRequest) -> Any:
    plugins = request.config.pluginmanager.get_plugins()
    return next(plugin for plugin in plugins if getattr(plugin, "__file__", None) == str(ROOT / "conftest.py"))


def test_realdata_names_what_there_could_be(conftest: Any, request: pytest.FixtureRequest) -> None:
    request.node.add_marker(pytest.mark.realdata("mnist"))
    conftest.pytest_collection_modifyitems([request.node])
    request.node.add_marker(pytest.mark.realdata("mnits"), append=False)
    with pytest.raises(pytest.UsageError, match=r"realdata\('mnits',\) is none of \["):
        conftest.pytest_collection_modifyitems([request.node])


def test_realdata_is_skipped_with_the_reason(
    conftest: Any, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "here").mkdir()

    def skipped() -> str | None:
        try:
            conftest.pytest_runtest_setup(request.node)
        except pytest.skip.Exception as reason:
            return reason.msg
        return None

    monkeypatch.delenv("SECONDLOOK_DATA", raising=False)
    assert skipped() is None
    request.node.add_marker(pytest.mark.realdata("here"))
    assert skipped() == "needs real data: SECONDLOOK_DATA names no folder"
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    assert skipped() is None
    request.node.add_marker(pytest.mark.realdata("here", "gone"), append=False)
    assert skipped() == f"needs real data: {tmp_path} has no folder gone"
