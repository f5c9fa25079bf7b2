"""The package's inner order: dependencies point one way, heavy libraries load late, and few files touch the disc."""

import ast
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

Faults = Callable[[str, str], list[str]]

LIBRARY = Path(__file__).parents[1] / "lib" / "secondlook"
LAYERS = (  # a module knows those below it, and its own package
    {"atomic", "process"},
    {"data", "gaussian", "backprop", "scores", "compare", "reconstruct", "figures", "runs", "document_001"},
    {"uncertainty", "compare_items", "centre"},
    {"networks", "lastlayer"},
    {"training", "regularisation"},
    {"samplers", "ensembles", "variational"},
    {"regression"},
    {"studies"},
    {"results", "sweep"},
    {"kept"},
    {"claims"},
    {"recording"},
    {"growth"},
    {"checks", "check", "contents", "notebooks", "plan", "verify"},
    {"board", "grading", "progress"},
    {"rebuild"},
    {"report"},
    {"site"},
    {"commands"},
    {"cli"},
)
PLOTTERS = {"figures"}
KEEPERS = {
    *("atomic", "data", "runs", "results", "kept", "figures", "claims", "document_001", "notebooks", "contents"),
    *("check", "rebuild", "recording", "report", "site", "commands", "samplers", "grading"),
}
FILE_CALLS = {
    *("open", "read_text", "write_text", "read_bytes", "write_bytes", "mkdir", "touch", "unlink", "rename", "iterdir"),
    *("glob", "rglob", "save", "savez", "savez_compressed", "savetxt", "loadtxt", "genfromtxt", "fromfile", "tofile"),
}
FILE_MODULES = {"shutil", "tempfile"}
HEAVY = {
    *("jax", "keras", "tensorflow_probability", "optax", "emcee", "arviz", "sklearn", "scipy", "statsmodels"),
    *("dask", "distributed", "requests", "h5py", "matplotlib", "IPython", "nbclient", "jupytext", "nbgrader"),
}


def modules() -> dict[str, str]:
    """The text of every module by its name in the package, ``data.idx``; a package is called ``data``."""
    found = {path.relative_to(LIBRARY).with_suffix(""): path for path in LIBRARY.rglob("*.py")}
    names = {".".join(part for part in name.parts if part != "__init__"): path for name, path in found.items()}
    return {name: path.read_text(encoding="utf-8") for name, path in names.items() if name}


def imports(text: str) -> Iterator[str]:
    """The full names a module imports, anywhere in its text: ``from a import b`` gives ``a.b``."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{'.' * node.level}{node.module}.{alias.name}" for alias in node.names)


def layer(subject: str) -> int:
    return [subject in subjects for subjects in LAYERS].index(True)


def order_faults(name: str, text: str) -> list[str]:
    """What a module imports of the package that is not below it."""
    subject = name.split(".")[0]
    wanted = {full.split(".")[1] for full in imports(text) if full.startswith("secondlook.")} - {subject}
    relative = [full for full in imports(text) if full.startswith(".")]
    return relative + sorted(other for other in wanted if layer(other) >= layer(subject))


def file_faults(name: str, text: str) -> list[str]:
    """Where a module that is not one of the keepers of files reads or writes one."""
    if name.split(".")[0] in KEEPERS:
        return []
    called = [node.func for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    names = {call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in called}
    loads = {"np.load"} & {ast.unparse(call) for call in called}
    return sorted(names & FILE_CALLS | loads | FILE_MODULES & {full.split(".")[0] for full in imports(text)})


def plot_faults(name: str, text: str) -> list[str]:
    """What a module that is not the plotter imports of matplotlib; a loader may read its colour tables."""
    used = {full for full in imports(text) if full.split(".")[0] == "matplotlib"} - {"matplotlib.colormaps"}
    return [] if name in PLOTTERS else sorted(used)


def test_every_module_has_its_place() -> None:
    placed = [subject for subjects in LAYERS for subject in subjects]
    assert len(placed) == len(set(placed))
    assert {name.split(".")[0] for name in modules()} <= set(placed)


@pytest.mark.parametrize("faults", [order_faults, file_faults, plot_faults])
@pytest.mark.parametrize("name", modules())
def test_module(faults: Faults, name: str) -> None:
    assert faults(name, modules()[name]) == []


@pytest.mark.parametrize(
    ("faults", "name", "text", "found"),
    [
        (order_faults, "networks", "from secondlook import scores, studies", ["studies"]),
        (order_faults, "scores", "def f():\n    import secondlook.compare", ["compare"]),
        (order_faults, "data.idx", "from secondlook.data import fetch\nfrom secondlook.runs import key", ["runs"]),
        (order_faults, "data.idx", "from .fetch import locate", [".fetch.locate"]),
        (file_faults, "scores", "from pathlib import Path\nPath('x').read_text()", ["read_text"]),
        (file_faults, "checks.exact", "open('x')\nnp.load('x')", ["np.load", "open"]),
        (file_faults, "training", "from tempfile import mkdtemp", ["tempfile"]),
        (plot_faults, "compare", "import matplotlib.pyplot as plt", ["matplotlib.pyplot"]),
    ],
)
def test_a_fault_is_found(faults: Faults, name: str, text: str, found: list[str]) -> None:
    assert faults(name, text) == found


@pytest.mark.parametrize("module", ["secondlook", "secondlook.cli"])
def test_light_to_import(module: str) -> None:
    code = f"import sys, {module}; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert module in loaded
    assert not HEAVY & {name.split(".")[0] for name in loaded}
