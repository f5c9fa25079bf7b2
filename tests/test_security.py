"""Nothing that a file or a mirror gives is ever run: no pickles, no code from strings, no shell, no active content."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import nbformat
import pytest

from secondlook.data.catalog import HOSTS, catalog
from test_packaging import LOCK

ROOT = Path(__file__).parents[1]
SOURCES = sorted(file for name in ("lib", "notebooks", "tests", "benchmarks") for file in (ROOT / name).rglob("*.py"))
MODULES = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
CALLS = {"os.system", "os.popen", "yaml.load", "yaml.unsafe_load"}
METHODS = {"eval", "exec", "extract", "extractall"}
ALLOWED = {
    ("lib/secondlook/data/download.py", "extract"),  # our own, which takes declared plain files alone
    ("notebooks/13_last_layer.py", "extract"),  # features of songs
    ("lib/secondlook/site/mathml.py", "context.eval"),  # KaTeX, in an engine that reaches neither files nor network
    ("tests/formats.py", "archives.extract"),
    ("tests/test_assignments.py", "exec"),  # the assignments' own cells
}
STATIC = {"text/plain", "text/markdown", "text/latex", "image/png"}


def dangers(text: str) -> Iterator[str]:
    """What in a module could run what it reads."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] in MODULES)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in MODULES:
            yield str(node.module)
        elif isinstance(node, ast.Call):
            name = ast.unparse(node.func)
            if name in CALLS or name.rpartition(".")[2] in METHODS:
                yield name
            for keyword in node.keywords:
                if keyword.arg in ("allow_pickle", "shell") and ast.unparse(keyword.value) != "False":
                    yield f"{name}({ast.unparse(keyword)})"


def test_nothing_that_is_read_is_run() -> None:
    names = {str(file.relative_to(ROOT)): file.read_text(encoding="utf-8") for file in SOURCES}
    assert {(name, danger) for name, text in names.items() for danger in dangers(text)} == ALLOWED


@pytest.mark.parametrize("text", [
    "import pickle", "from joblib import load", "eval(x)", "np.load(f, allow_pickle=True)", "tar.extractall(p)",
    "subprocess.run(c, shell=True)", "yaml.load(f)", "np.load(f, allow_pickle=maybe)", "os.system(c)",
])  # fmt: skip
def test_a_danger_is_found(text: str) -> None:
    assert list(dangers(text))


def test_everything_downloaded_comes_by_https_from_a_listed_host_and_has_its_hash() -> None:
    """An ingredient may lack a hash: what is made of it has one."""
    for source in catalog().values():
        assert all(re.fullmatch("[0-9a-f]{64}", file.sha256) for file in source.files)
        for mirror in (mirror for file in (*source.files, *source.ingredients) for mirror in file.mirrors):
            assert urlsplit(mirror).scheme == "https" and urlsplit(mirror).netloc in HOSTS


@pytest.mark.parametrize("file", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=lambda file: file.stem)
def test_a_notebook_has_no_active_content(file: Path) -> None:
    notebook = nbformat.read(file, as_version=4)
    assert "widgets" not in notebook.metadata
    for cell in notebook.cells:
        assert not cell.get("attachments")
        assert cell.cell_type == "code" or not re.search(r"<script|<iframe|javascript:|<[^>]+ on\w+=", cell.source)
        for output in cell.get("outputs", []):
            assert set(output.get("data", {})) <= STATIC


def test_every_dependency_is_locked_by_hashes() -> None:
    for package in LOCK["package"]:
        if package["name"] != "secondlook":
            held = [*package.get("wheels", []), *([package["sdist"]] if "sdist" in package else [])]
            assert held and all(re.fullmatch("sha256:[0-9a-f]{64}", each["hash"]) for each in held), package["name"]
