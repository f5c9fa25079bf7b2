"""jupytext.toml: JupyterLab shows the text of a notebook with its outputs, and saves the text as it was."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_server.services.contents.largefilemanager import LargeFileManager
from jupytext.config import load_jupytext_configuration_file
from jupytext.sync_contentsmanager import build_sync_jupytext_contents_manager_class
from nbformat.v4 import new_output

from hygiene import HEADER
from secondlook.notebooks import CLOSED, read

ROOT = Path(__file__).parents[1]
SOURCE = f'{HEADER}\n# %% [markdown]\n# # 1 · Tiny\n\n# %% tags=["solution"]\nx = 1\nprint(x)\n'


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose one notebook was executed before its text was changed, though its file is the younger."""
    (tmp_path / "notebooks").mkdir()
    shutil.copy(ROOT / "jupytext.toml", tmp_path)
    source = tmp_path / "notebooks" / "01_tiny.py"
    source.write_text(SOURCE, encoding="utf-8")
    notebook = read(source)
    notebook.cells[1].outputs = [new_output("stream", text="1")]
    notebook.cells[0].source = "# 1 · As it was called before"
    nbformat.write(notebook, source.with_suffix(".ipynb"))
    os.utime(source, (0, 0))
    return tmp_path


@pytest.fixture
def manager(project: Path) -> Iterator[Any]:
    """What serves files to JupyterLab."""
    made = build_sync_jupytext_contents_manager_class(LargeFileManager)(root_dir=str(project))
    yield made
    made.notary.store.close()  # its database; Python 3.13 warns of one that is left open


@pytest.mark.parametrize("suffix", [".py", ".ipynb"])
def test_either_file_opens_as_the_text_with_the_outputs(manager: Any, suffix: str) -> None:
    cells = manager.get(f"notebooks/01_tiny{suffix}", type="notebook")["content"]["cells"]
    assert [cell.source for cell in cells] == ["# 1 · Tiny", "x = 1\nprint(x)"]
    assert cells[1].outputs[0].text == "1"
    assert cells[1].metadata["jupyter"] == CLOSED


def test_saving_changes_nothing_in_the_text(manager: Any, project: Path) -> None:
    manager.save(manager.get("notebooks/01_tiny.ipynb", type="notebook"), "notebooks/01_tiny.ipynb")
    assert (project / "notebooks" / "01_tiny.py").read_text(encoding="utf-8") == SOURCE


def test_only_the_notebooks_are_paired() -> None:
    config = load_jupytext_configuration_file(str(ROOT / "jupytext.toml"))
    assert config.default_formats("notebooks/01_tiny.py")
    assert config.default_formats("lib/secondlook/figures.py") is None
