"""The command line. Each command imports what it needs, when it is called, so that help comes at once."""

import csv
import errno
import importlib
import json
import math
import os
import sys
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from secondlook.claims import KINDS, documents, ledger

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A Second Look: four pieces of coursework, every claim re-derived, re-run and marked.",
)

UNWRITABLE = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}
"""The disc is full, or not ours to write to."""


def fail(message: object) -> NoReturn:
    """End with one line on standard error and exit status 1."""
    typer.echo(f"secondlook: {message}", err=True)
    raise typer.Exit(1)


def _chosen(there: list[Path], names: list[str] | None, kind: str) -> list[Path]:
    """The sources whose names begin as one of those given, or all; the command ends where a name is of none."""
    for name in names or ():
        if not any(source.stem.startswith(name) for source in there):
            fail(f"{name}: no such {kind}; there are {', '.join(source.stem for source in there)}")
    return [source for source in there if not names or source.stem.startswith(tuple(names))]


@app.command()
def data(sources: Annotated[list[str] | None, typer.Argument(help="Sources; all when none is named.")] = None) -> None:
    """Download the real data from their public mirrors, and verify what is there."""
    from secondlook.data import DataError, catalog
    from secondlook.data.download import download
    from secondlook.data.fetch import data_home

    lacking = 0
    try:
        for source in [catalog.source(name) for name in sources or catalog.catalog()]:
            missing = download(source)
            lacking += len(missing)
            typer.echo(
                f"{source.name}: {len(source.files) - len(missing)} of {len(source.files)} files there and verified"
            )
            for sentence in missing:
                typer.echo(f"  {sentence}", err=True)
    except DataError as fault:
        fail(fault)
    if lacking:
        fail(f"{lacking} files are not in {data_home()}; what is there is kept, and calling it again goes on")


@app.command()
def run(
    names: Annotated[list[str] | None, typer.Argument(help="Studies; all when none is named.")] = None,
    arm: Annotated[str | None, typer.Option(help="Only the runs of this arm; no record is written.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes, each with one thread.")] = os.cpu_count() or 1,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, instead of local workers.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep the runs that a committed record has, and add those it lacks to it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to do, and how long about.")
    ] = False,
) -> None:
    """Do the runs of studies that are not in the run cache yet, and write their records."""
    from secondlook import plan, progress, rebuild, results, studies

    try:
        plans = [plan.plan(name, arm, add) for name in dict.fromkeys(names or studies.NAMES)]
    except ValueError as fault:
        fail(fault)
    known = plan.times(plans)
    todo = plan.in_order(plans, known)
    for each in plans:
        typer.echo(f"{each.study.name}: {len(each.configs)} runs, {len(each.to_do)} to do")
        for line in plan.by_arm(each, known) if dry_run else ():
            typer.echo(f"  {line}")
    if dry_run:
        typer.echo(plan.estimate(todo, known).told(workers))
        return
    with progress.Progress(todo, known) as view:
        for written in rebuild.rebuild(plans, todo, view, workers, scheduler):
            typer.echo(f"wrote {written.relative_to(results.root())}")
    if view.failed:
        fail(f"{view.failed} runs failed; mend the cause and call it again: what is done is kept")


@app.command()
def notebooks(
    names: Annotated[list[str] | None, typer.Argument(help="Notebooks by number or name; all when none.")] = None,
) -> None:
    """Execute the notebooks' sources and write the .ipynb files and the figures."""
    from secondlook.notebooks import execute_all, sources
    from secondlook.results import root

    for written in execute_all(_chosen(sources(root()), names, "notebook")):
        typer.echo(f"wrote notebooks/{written.name}")


@app.command()
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


@app.command()
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


@app.command()
def claims(
    ids: Annotated[list[str] | None, typer.Argument(help="Claims, such as D03; all when none is named.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only claims with this verdict.")] = None,
    document: Annotated[str | None, typer.Option(help="Only claims of this document: 000, 001, 002 or 003.")] = None,
    notebook: Annotated[str, typer.Option(help="Only claims of this notebook, by number or name.")] = "",
    summary: Annotated[bool, typer.Option("--summary", help="Counts by document and verdict, on one screen.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="As CSV.")] = False,
) -> None:
    """Show claims: what the document says, the verdict, the right value and where it is derived."""
    from secondlook import board

    if kind not in (None, *KINDS):
        fail(f"{kind!r} is no verdict; choose from {', '.join(KINDS)}")
    if document not in (None, *documents()):
        fail(f"{document!r} is no document; choose from {', '.join(documents())}")
    if summary + as_json + as_csv > 1:
        fail("--summary, --json and --csv exclude each other; choose one")
    books = sorted({claim.notebook for claim in ledger().values()})
    if not any(book.startswith(notebook) for book in books):
        fail(f"{notebook!r} is no notebook with claims; choose from {', '.join(books)}")
    judged = board.judge([claim_id.upper() for claim_id in ids or ()], kind, document, notebook)
    if as_json:
        typer.echo(json.dumps([board.row(claim, found) for claim, found in judged], indent=1, ensure_ascii=False))
    elif as_csv:
        writer = csv.DictWriter(sys.stdout, board.FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(board.row(claim, found) for claim, found in judged)
    elif not judged:
        fail("no claim is all of that; ask for less")
    elif summary:
        typer.echo(board.summary(judged))
    else:
        typer.echo("\n\n".join(board.card(claim, found) for claim, found in judged))


@app.command()
def check() -> None:
    """Whether records, code and prose agree; names all that does not."""
    from secondlook.check import complaints
    from secondlook.report import readme

    found = [*complaints(), *readme.complaints()]
    for complaint in found:
        typer.echo(complaint, err=True)
    if found:
        fail(f"{len(found)} things do not agree")
    typer.echo("records, code and prose agree")


@app.command()
def verify(
    claim: Annotated[str | None, typer.Argument(help="A claim, such as B09: all the runs its check looks at.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Instead, so many committed runs at random.")] = None,
    seed: Annotated[int, typer.Option(help="Of the random choice.")] = 0,
    longest: Annotated[float, typer.Option(help="Choose among runs that took at most so many minutes.")] = math.inf,
    workers: Annotated[int, typer.Option(min=1, help="Processes, each with one thread.")] = os.cpu_count() or 1,
) -> None:
    """Do committed runs again from nothing and hold them against their records; says which do not come out."""
    from secondlook import verify
    from secondlook.claims import ClaimError

    if (claim is None) == (sample is None):
        fail("name a claim, or say --sample N")
    try:
        chosen = verify.evidence(claim.upper()) if claim else verify.sample(sample or 0, seed, 60 * longest)
    except (ClaimError, verify.VerifyError) as fault:
        fail(fault)
    if not chosen:
        typer.echo(f"{claim}: no run stands behind it; its check computes everything, `secondlook claims {claim}`")
        return
    seconds = sum(verify.committed()[config] for config in chosen)
    typer.echo(f"{len(chosen)} runs, which took {seconds / 60:.1f} minutes in all when they were recorded")
    bad = 0
    for number, (config, found) in enumerate(verify.again(chosen, workers), start=1):
        bad += isinstance(found, str) or found.agreement == "apart"
        told = found if isinstance(found, str) else str(found)
        typer.echo(f"  {number}/{len(chosen)}  {config.study}, {config.arm}, seed {config.seed}: {told}")
    if bad:
        fail(f"{bad} of {len(chosen)} runs do not come out as recorded")
    typer.echo("all come out as recorded")


@app.command()
def assignment(
    names: Annotated[list[str] | None, typer.Argument(help="Assignments by number or name; all when none.")] = None,
    course: Annotated[Path | None, typer.Option(help="Where to; course/ of the checkout when none is named.")] = None,
) -> None:
    """Write what students get, without solutions and hidden tests, into the folder of a course, for nbgrader."""
    from secondlook.grading.assignments import sources
    from secondlook.results import root

    chosen = _chosen(sources(root()), names, "assignment")
    release = _nbgrader("course").release
    for written in release(chosen, course or root() / "course"):
        typer.echo(f"wrote {written}")


@app.command()
def grade(
    submissions: Annotated[Path, typer.Argument(help="Holds STUDENT/ASSIGNMENT/ASSIGNMENT.ipynb.")],
    course: Annotated[Path | None, typer.Option(help="The folder that `secondlook assignment` wrote to.")] = None,
    seconds: Annotated[float, typer.Option(min=0.1, help="For a cell of a student's, or for a call by a test.")] = 10,
) -> None:
    """Mark submissions with `nbgrader autograde`, and show the marks. Submitted code is run: see CONTRIBUTING.md."""
    from secondlook.results import root

    marks = _nbgrader("marks")
    found = list(marks.grade(submissions, course or root() / "course", seconds))
    typer.echo(marks.table(found))
    if lacking := sum(not mark.exercises for mark in found):
        fail(f"{lacking} of {len(found)} submissions are not marked")


def _nbgrader(module: str) -> Any:
    """A module of `secondlook.grading`, or one line on how to install what it needs."""
    try:
        return importlib.import_module(f"secondlook.grading.{module}")
    except ModuleNotFoundError as lacking:
        fail(f"grading needs {lacking.name}, which is in the group `grading`; `uv sync` installs it")


@app.command()
def bench(
    name: Annotated[str | None, typer.Argument(help="The benchmark; they are listed when none is named.")] = None,
) -> None:
    """Do the same work as peers, side by side, and print the times: runs benchmarks/NAME.py of the checkout."""
    import ast
    import subprocess

    from secondlook.results import root

    there = {file.stem: file for file in sorted((root() / "benchmarks").glob("*.py"))}
    if name is None:
        for stem, file in there.items():
            about = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
            typer.echo(f"{stem:10}  {about.partition(chr(10))[0]}")
    elif name in there:
        raise typer.Exit(subprocess.call([sys.executable, str(there[name])]))
    else:
        fail(f"{name}: no such benchmark; there are {', '.join(there)}")


def main() -> None:
    """Run the command line; an error of this project's own, or of a disc, is told in its line, without a traceback."""
    try:
        app()
    except Exception as fault:
        if isinstance(fault, OSError) and fault.errno in UNWRITABLE:
            where = fault.filename or "a file"
            sys.exit(f"secondlook: {where}: cannot be written ({fault.strerror}); make room, or work in another place")
        if not type(fault).__module__.startswith("secondlook."):
            raise
        sys.exit(f"secondlook: {fault}")
