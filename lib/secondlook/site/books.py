"""The notebooks as pages: what was executed is kept, and each verdict is linked with its claim."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell

from secondlook import contents
from secondlook.site import repository
from secondlook.site.markdown import linked

FILES = "files"
"""The folder, beside the pages, of the notebooks as they are stored."""


def write(folder: Path, stems: list[str]) -> dict[str, str]:
    """Write notebooks as pages, and beside them as files; gives the label of the cell that decides each claim."""
    (folder / FILES).mkdir(parents=True)
    cells: dict[str, str] = {}
    for stem in stems:
        stored = contents.folder() / f"{stem}.ipynb"
        shutil.copy(stored, folder / FILES)
        notebook = nbformat.read(stored, as_version=4)
        cells |= deciding(notebook)
        nbformat.write(page(stem, notebook), folder / stored.name)
    return cells


def executed() -> list[str]:
    """The names of the notebooks that are executed, in reading order."""
    return [book.stem for book in contents.notebooks() if (contents.folder() / f"{book.stem}.ipynb").exists()]


def deciding(notebook: NotebookNode) -> Mapping[str, str]:
    """For each claim that a notebook decides, the label of the cell that does."""
    return {
        claim_id: f"cell-{cell.id}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for claim_id, _ in contents.tables(cell.source)
    }


def page(stem: str, notebook: NotebookNode) -> NotebookNode:
    """The notebook as the site shows it.

    Under its title stand the ways to open it. A cell that decides claims has a label, and the claims in its output have
    links; a figure has its alternative text; a solution is closed until it is asked for.
    """
    labels = set(deciding(notebook).values())
    cells: list[NotebookNode] = []
    for cell in notebook.cells:
        if f"cell-{cell.id}" in labels:
            cells.append(new_markdown_cell(f"(cell-{cell.id})="))
        for output in cell.get("outputs", []):
            prepare(output, cell)
        if "solution" in cell.metadata.get("tags", []):
            cell.metadata["tags"] = ["hide-cell"]
        cells.append(cell)
    title, _, rest = cells[0].source.partition("\n")
    cells[0].source = f"{title}\n\n{ways(stem)}\n{rest}"
    notebook.cells = cells
    return notebook


def prepare(output: NotebookNode, cell: NotebookNode) -> None:
    """Link the claims in an output; describe its picture, for which the page's maker looks into the cell."""
    data = output.get("data", {})
    if "text/markdown" in data:
        data["text/markdown"] = linked(data["text/markdown"])
    if "image/png" in data:
        cell.metadata["mystnb"] = {"image": {"alt": output.metadata["image/png"]["alt"]}}


def ways(stem: str) -> str:
    """How to open a notebook, in a line: the file, and services that run it where they can find the project."""
    links = [f"[The notebook as a file](path:{FILES}/{stem}.ipynb)"]
    links += [f"[Open in {service}]({url})" for service, url in repository.services(f"notebooks/{stem}.ipynb").items()]
    return "{.ways}\n" + " · ".join(links) + "\n"
