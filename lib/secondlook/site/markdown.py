"""The Markdown that the site's pages are written in: tables, lists of pages, links to claims."""

import re
from collections.abc import Iterable, Sequence

from secondlook.claims import Kind, markdown_cell

ROW = re.compile(r"^\| \*\*(?P<id>[A-Z]\d\d)\*\* \|", re.MULTILINE)
"""The start of a row of ``claims.findings``."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table; a column whose heading ends in a colon holds numbers."""
    marks = ["--:" if name.endswith(":") else ":--" for name in head]
    lines = [[name.removesuffix(":") for name in head], marks, *rows]
    return "\n".join("| " + " | ".join(markdown_cell(cell) for cell in line) + " |" for line in lines) + "\n"


def toctree(pages: Iterable[str]) -> str:
    """The pages that follow this one, named by their paths from it; the reader sees them in the navigation."""
    return "\n".join(["```{toctree}", ":hidden:", "", *pages, "```", ""])


def linked(text: str) -> str:
    """A text with tables of claims in it, each claim with a link to its place in the ledger."""
    return ROW.sub(r"| [**\g<id>**](#\g<id>) |", text)


def badge(kind: Kind) -> str:
    """A verdict in its colour."""
    return f"[{kind}]{{.verdict .{css_class(kind)}}}"


def css_class(kind: Kind) -> str:
    """The class by which the style sheet knows a verdict."""
    return kind.replace(" ", "-")
