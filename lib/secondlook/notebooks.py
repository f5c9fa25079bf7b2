"""Turn the notebooks' sources, ``notebooks/NN_name.py``, into executed ``.ipynb`` files: the same bytes each time.

The source is the only thing a person edits. Nothing volatile is stored: no times, no versions, and cell names that
come from the cells' own text, so that a difference between two versions is a difference in what the reader sees.
"""

import asyncio
import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import jupytext
import nbformat
from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from traitlets import Unicode

from secondlook.atomic import write_atomically
from secondlook.process import short_work

ENVIRONMENT = {  # what a kernel needs to print the same numbers on every machine
    "PYTHONHASHSEED": "0",
    "KERAS_BACKEND": "jax",
    "JAX_PLATFORMS": "cpu",
    "TQDM_DISABLE": "1",
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
}
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}
CLOSED = {"source_hidden": True, "outputs_hidden": True}
CELL_SECONDS = 600
START_SECONDS = 180


class NotebookError(Exception):
    """A notebook cannot be executed. The message names the notebook, the cell, its heading and the fault."""


class ThisPython(AsyncKernelManager):
    """Starts the Python that runs this, whatever "python3" is elsewhere."""

    transport_encryption = Unicode("auto")

    def __init__(self, **settings: Any) -> None:
        ours = KernelSpecManager(kernel_dirs=[])  # finds no installed "python3", so takes the running one
        super().__init__(kernel_spec_manager=ours, **settings)


def environment(given: Mapping[str, str]) -> dict[str, str]:
    """What a kernel is started with: the environment given, and what makes it print the same numbers, and soon."""
    return {**given, **short_work(given), **ENVIRONMENT}


def sources(root: Path) -> list[Path]:
    """The notebooks' sources under the project's root, in reading order."""
    return sorted((root / "notebooks").glob("[0-9][0-9]_*.py"))


def read(source: Path) -> NotebookNode:
    """The source as a notebook without outputs: cells with their tags, each named after its own text.

    A cell's name does not change when other cells come or go, unless one with the very same text comes before it. A
    solution is closed, for whoever opens the notebook in JupyterLab has not made a prediction yet.
    """
    notebook = jupytext.read(source, fmt="py:percent")
    seen: Counter[tuple[str, str]] = Counter()
    for cell in notebook.cells:
        text = (cell.cell_type, cell.source)
        cell.id = hashlib.sha256(repr((text, seen[text])).encode()).hexdigest()[:8]
        seen[text] += 1
        cell.metadata = {"tags": cell.metadata["tags"]} if "tags" in cell.metadata else {}
        if "solution" in cell.metadata.get("tags", []) and cell.cell_type == "code":
            cell.metadata["jupyter"] = CLOSED
    notebook.metadata = METADATA
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    return nbformat.from_dict(notebook)


def execute(source: Path) -> Path:
    """Execute one source in a kernel of its own, and write the ``.ipynb`` beside it and its figures.

    Figures go to ``figures/`` in the folder above; those the notebook no longer shows are removed. The kernel sees no
    real data: a notebook tells from the committed records, and runs on what is embedded.

    Raises NotebookError if a cell fails; the ``.ipynb`` is then as it was.
    """
    notebook = read(source)
    figures = source.parent.parent / "figures"
    with TemporaryDirectory() as scratch:
        own = {
            "IPYTHONDIR": scratch,  # nobody's personal profile
            "SECONDLOOK_DATA": f"{scratch}/no-data",
            "SECONDLOOK_FIGURES": str(figures),
            "PYTEST_CURRENT_TEST": "secondlook",  # as under nbval: ipykernel then leaves C libraries' messages out
        }
        asyncio.run(_run(notebook, source, environment(os.environ) | own))
    target = source.with_suffix(".ipynb")
    write_atomically(target, lambda part: nbformat.write(notebook, part))
    shown = set(figures_of(notebook))
    for figure in figures.glob(f"{source.stem[:2]}_*.svg"):
        if figure.stem not in shown:
            figure.unlink()
    return target


def execute_all(paths: Iterable[Path], kernels: int = 2) -> Iterator[Path]:
    """Execute sources, a few at a time, and give each ``.ipynb`` when it is written. A failure does not stop the rest.

    Raises NotebookError at the end, with one line per notebook that failed.
    """
    failures = []
    pool = ThreadPoolExecutor(kernels)
    try:
        for done in as_completed([pool.submit(execute, path) for path in paths]):
            try:
                yield done.result()
            except NotebookError as error:
                failures.append(str(error))
    finally:
        pool.shutdown(cancel_futures=True)
    if failures:
        raise NotebookError("\n".join(sorted(failures)))


def first_difference(source: Path) -> str | None:
    """Where the ``.ipynb`` beside a source does not hold the source's cells; None if it does."""
    target = source.with_suffix(".ipynb")
    if not target.exists():
        return f"{target.name} is missing"
    there, here = nbformat.read(target, as_version=4), read(source)
    for number, (old, new) in enumerate(zip(there.cells, here.cells, strict=False), start=1):
        for field in ("cell_type", "source", "metadata", "id"):
            if old.get(field) != new[field]:
                return f"{target.name} cell {number} has another {field} than {source.name}"
    if len(there.cells) != len(here.cells):
        return f"{target.name} has {len(there.cells)} cells, {source.name} has {len(here.cells)}"
    return None if there.metadata == here.metadata else f"{target.name} has metadata of its own"


def figures_of(notebook: NotebookNode) -> list[str]:
    """The stems of the figures an executed notebook shows, in order; each stands in the figure's plain text."""
    data = [output.get("data", {}) for cell in notebook.cells for output in cell.get("outputs", [])]
    return [Path(bundle.get("text/plain", "")).stem for bundle in data if "image/png" in bundle]


async def _run(notebook: NotebookNode, source: Path, environment: dict[str, str]) -> None:
    """Execute the cells in place, in the folder of the source, by the Python that runs this."""
    client = NotebookClient(
        notebook,
        km=ThisPython(kernel_name="python3"),
        timeout=CELL_SECONDS,
        startup_timeout=START_SECONDS,
        record_timing=False,
        store_widget_state=False,
        coalesce_streams=True,
        resources={"metadata": {"path": str(source.parent)}},
    )
    try:
        await client.async_start_new_kernel(env=environment)
        await client.async_start_new_kernel_client()
    except RuntimeError as error:  # Jupyter chooses ports first and binds them later: two commands may meet on one
        raise NotebookError(f"{source.name}: its kernel did not start ({error}): execute it again") from None
    async with client.async_setup_kernel(cleanup_kc=True):
        await _run_cells(client, source)


async def _run_cells(client: NotebookClient, source: Path) -> None:
    heading = "its start"
    for index, cell in enumerate(client.nb.cells):
        if cell.cell_type == "markdown":
            heading = next((line for line in cell.source.splitlines() if line.startswith("#")), heading)
        try:
            await client.async_execute_cell(cell, index)
        except CellExecutionError as error:
            fault = f"{error.ename}: {error.evalue}".splitlines()[0]
        except CellTimeoutError:
            fault = f"no end after {CELL_SECONDS} seconds"
        except DeadKernelError:
            fault = "the kernel died (out of memory? a crash in a C library?)"
        else:
            continue
        raise NotebookError(f"{source.name} cell {index + 1}, under {heading!r}: {fault}")
