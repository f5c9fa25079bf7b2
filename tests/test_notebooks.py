"""The executor: the same bytes twice, nothing volatile, names that stay, and a failure that says where."""

import sys
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode

from secondlook import notebooks
from secondlook.notebooks import NotebookError, execute, execute_all, first_difference, read

TINY = """\
# %% [markdown]
# # 1 · Tiny

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
from secondlook.figures import say, show

# %%
print("one", flush=True)
print({"a", "b", "c", "d"})
os.write(2, b"a message from a C library")
print("two")

# %%
fig, ax = plt.subplots()
ax.plot([0, 1])
show(fig, "01_line", "A straight line that rises from zero to one.")

# %% tags=["solution"] editable=true
assert Path.cwd().name == "notebooks"
assert not Path(os.environ["SECONDLOOK_DATA"]).exists()
"""
FAILING = "# %% [markdown]\n# ## A fall\n#\n# After some words.\n\n# %%\nnumber = 1\n\n# %%\n"


def source(folder: Path, name: str, text: str) -> Path:
    path = folder / "notebooks" / f"{name}.py"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The source of a notebook that was executed here, in a folder that already held figures."""
    root = tmp_path_factory.mktemp("project")
    (root / "figures").mkdir()
    for stale in ("01_gone", "02_of_another"):
        (root / "figures" / f"{stale}.svg").touch()
    path = source(root, "01_tiny", TINY)
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("PYTEST_CURRENT_TEST", raising=False)
        patch.setenv("PYTHONHASHSEED", "random")
        execute(path)
    return path


def notebook(path: Path) -> NotebookNode:
    return nbformat.read(path.with_suffix(".ipynb"), as_version=4)


def test_the_same_bytes_each_time(executed: Path, tmp_path: Path) -> None:
    again = source(tmp_path, "01_tiny", TINY)
    assert execute(again).read_bytes() == executed.with_suffix(".ipynb").read_bytes()
    first, second = (path.parents[1] / "figures" / "01_line.svg" for path in (executed, again))
    assert first.read_bytes() == second.read_bytes()
    assert sorted(path.name for path in again.parent.iterdir()) == ["01_tiny.ipynb", "01_tiny.py"]


def test_streams_are_one_and_no_library_is_heard(executed: Path) -> None:
    [stream] = notebook(executed).cells[2].outputs
    assert stream.name == "stdout"
    assert stream.text.startswith("one\n{") and stream.text.endswith("}\ntwo\n")


def test_nothing_volatile_is_stored(executed: Path) -> None:
    stored = notebook(executed)
    assert stored.metadata == notebooks.METADATA
    assert [cell.metadata for cell in stored.cells] == [
        {},
        {},
        {},
        {},
        {"tags": ["solution"], "jupyter": notebooks.CLOSED},
    ]


def test_a_notebook_keeps_its_own_figures_only(executed: Path) -> None:
    figures = executed.parents[1] / "figures"
    assert sorted(path.name for path in figures.iterdir()) == ["01_line.svg", "02_of_another.svg"]
    assert notebooks.figures_of(notebook(executed)) == ["01_line"]


def test_sources_are_the_numbered_texts_in_order(tmp_path: Path) -> None:
    for name in ("10_last", "02_first", "draft"):
        source(tmp_path, name, TINY)
    assert [path.stem for path in notebooks.sources(tmp_path)] == ["02_first", "10_last"]


def test_names_stay_when_a_cell_is_inserted(tmp_path: Path) -> None:
    cells = ["# %%\nx = 1\n", "# %%\nx = 1\n", "# %% [markdown]\n# x = 1\n", "# %%\ny = 2\n"]
    before = [cell.id for cell in read(source(tmp_path, "01_a", "\n".join(cells))).cells]
    cells.insert(2, "# %%\nz = 3\n")
    after = [cell.id for cell in read(source(tmp_path, "01_a", "\n".join(cells))).cells]
    assert len(set(after)) == 5
    assert [name for name in after if name in before] == before


def test_a_failure_says_where_and_leaves_the_file_and_the_other_notebooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notebooks, "CELL_SECONDS", 1)
    falls = [
        source(tmp_path, "02_error", FAILING + 'raise ValueError("seven is not eight")\n'),
        source(tmp_path, "03_death", FAILING + "import os\nos._exit(1)\n"),
        source(tmp_path, "04_endless", FAILING + "while True:\n    number += 1\n"),
    ]
    for path in falls:
        path.with_suffix(".ipynb").write_text("as it was")
    good = source(tmp_path, "05_good", "# %%\nx = 1\n")
    done: list[Path] = []
    with pytest.raises(NotebookError) as error:
        done.extend(execute_all([*falls, good], kernels=4))
    assert str(error.value).splitlines() == [
        "02_error.py cell 3, under '## A fall': ValueError: seven is not eight",
        "03_death.py cell 3, under '## A fall': the kernel died (out of memory? a crash in a C library?)",
        "04_endless.py cell 3, under '## A fall': no end after 1 seconds",
    ]
    assert all(path.with_suffix(".ipynb").read_text() == "as it was" for path in falls)
    assert done == [good.with_suffix(".ipynb")]


def test_a_kernel_that_does_not_start_is_said_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As where two start at once and meet on one port: the later one dies."""
    dies = [sys.executable, "-c", "raise SystemExit(1)"]
    monkeypatch.setattr(notebooks.ThisPython, "format_kernel_cmd", lambda *_, **__: dies)
    path = source(tmp_path, "01_tiny", TINY)
    with pytest.raises(NotebookError, match=r"^01_tiny.py: its kernel did not start \(.+\): execute it again$"):
        execute(path)
    assert not path.with_suffix(".ipynb").exists()


def test_pairing(executed: Path, tmp_path: Path) -> None:
    stored = executed.with_suffix(".ipynb").read_bytes()

    def difference(text: str) -> str | None:
        path = source(tmp_path, "01_tiny", text)
        path.with_suffix(".ipynb").write_bytes(stored)
        return first_difference(path)

    assert difference(TINY) is None
    assert difference(TINY.replace("Tiny", "Small")) == "01_tiny.ipynb cell 1 has another source than 01_tiny.py"
    assert difference(TINY.replace("solution", "aside")) == "01_tiny.ipynb cell 5 has another metadata than 01_tiny.py"
    assert difference(TINY.replace(" [markdown]", "")) == "01_tiny.ipynb cell 1 has another cell_type than 01_tiny.py"
    assert difference(f"{TINY}\n# %%\nx = 1\n") == "01_tiny.ipynb has 5 cells, 01_tiny.py has 6"
    assert first_difference(source(tmp_path, "02_new", TINY)) == "02_new.ipynb is missing"
    stored = stored.replace(b'"name": "python"', b'"name": "python", "version": "3.11.7"')
    assert difference(TINY) == "01_tiny.ipynb has metadata of its own"
