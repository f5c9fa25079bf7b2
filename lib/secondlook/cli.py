"""The command line: the commands in the order of its help, and how a fault is told."""

import errno
import os
import sys

import typer

from secondlook.commands.benchmarks import bench
from secondlook.commands.data import data
from secondlook.commands.evidence import check, run, verify
from secondlook.commands.grading import assignment, grade
from secondlook.commands.ledger import claims
from secondlook.commands.pages import notebooks, report, site
from secondlook.process import short_work

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    help="A Second Look: four pieces of coursework, every claim re-derived, re-run and marked.",
)
for command in (data, run, notebooks, report, site, claims, check, verify, assignment, grade, bench):
    app.command()(command)


@app.callback()
def settings(context: typer.Context) -> None:
    """Sum in one order and compile quickly, as notebooks do, before NumPy or JAX start; a benchmark chooses itself."""
    if context.invoked_subcommand != bench.__name__:
        os.environ.update(short_work(os.environ))


def main() -> None:
    """Run the command line; an error of this project's own, or of the system, is one line, without a traceback."""
    try:
        app()
    except Exception as fault:
        if isinstance(fault, OSError):
            where = fault.filename or ("the working folder" if fault.errno == errno.ENOENT else "a file")
            reason = fault.strerror or fault
            sys.exit(f"secondlook: {where}: cannot be read or written ({reason}); mend that, or work in another place")
        if not type(fault).__module__.startswith("secondlook."):
            raise
        sys.exit(f"secondlook: {fault}")
