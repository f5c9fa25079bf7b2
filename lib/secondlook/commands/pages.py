"""What is read: the notebooks as executed, the report and the site."""

from pathlib import Path
from typing import Annotated

import typer

from secondlook.commands.mistakes import chosen, fail


def notebooks(
    names: Annotated[list[str] | None, typer.Argument(help="Notebooks by number or name; all when none.")] = None,
) -> None:
    """Execute the notebooks' sources and write the .ipynb files and the figures."""
    from secondlook.notebooks import execute_all, sources
    from secondlook.results import root

    for written in execute_all(chosen(sources(root()), names, "notebook")):
        typer.echo(f"wrote notebooks/{written.name}")


def report(
    with_site: Annotated[bool, typer.Option("--site", help="And then the site, from the same verdicts.")] = False,
) -> None:
    """Build the report, report/report.pdf, and write the computed parts of README.md anew."""
    from secondlook.report import pdf, readme
    from secondlook.results import root

    for written in (readme.refresh(), pdf.build()):
        typer.echo(f"wrote {written.relative_to(root())}")
    if with_site:
        site()


def site(
    folder: Annotated[Path | None, typer.Argument(help="Where to; site/ of the checkout when none is named.")] = None,
) -> None:
    """Build the site: the notebooks as executed, the ledger and the API, as pages that need no network."""
    from secondlook.results import root

    try:
        from secondlook.site.build import build
    except ModuleNotFoundError as lacking:
        fail(f"the site needs {lacking.name}, which comes with the development tools; `uv sync` installs them")
    typer.echo(f"wrote {build(folder or root() / 'site')}")
