"""The claims and their verdicts, shown."""

import csv
import io
import json
from typing import Annotated

import typer

from secondlook.claims import KINDS, documents, ledger
from secondlook.commands.mistakes import fail


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
    named = list(dict.fromkeys(claim_id.upper() for claim_id in ids or ()))
    judged = board.judge(named, kind, document, notebook)
    if as_json:
        typer.echo(json.dumps([board.row(claim, found) for claim, found in judged], indent=1, ensure_ascii=False))
    elif as_csv:
        table = io.StringIO()
        writer = csv.DictWriter(table, board.FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(board.row(claim, found) for claim, found in judged)
        typer.echo(table.getvalue(), nl=False)
    elif not judged:
        fail("no claim is all of that; ask for less")
    elif summary:
        typer.echo(board.summary(judged))
    else:
        typer.echo("\n\n".join(board.card(claim, found) for claim, found in judged))
