"""What the notebooks say of themselves, read from their sources: title, time, captions, where each claim is decided."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from secondlook.results import ResultError, root

_TITLE = re.compile(r"^# # \d+ · (.+)$", re.MULTILINE)
_TAKES = re.compile(r"\*\*Takes[.:]?\*\*[.:]?\s*(.+?)\.(?:\s|$)", re.DOTALL)
_FIGURE = re.compile(
    r"^# (?P<caption>\*\*Figure \d.*?)\n+# %%.*?\bshow\([^\"']*[\"'](?P<stem>\d\d_\w+)[\"']", re.MULTILINE | re.DOTALL
)
_HEADING_OR_TABLE = re.compile(r"^# #{2,} (?P<heading>.+)$|\btable\((?P<arguments>[^)]*)\)", re.MULTILINE)


@dataclass(frozen=True)
class Notebook:
    """A notebook's name, ``01_conjugate_gaussian``; its title; how long it takes, in its words; its claims and figures.

    `claims` maps the id of each claim shown with its verdict to the heading above it; `captions` maps the stem of each
    figure to its caption, in Markdown.
    """

    stem: str
    title: str
    takes: str
    claims: Mapping[str, str]
    captions: Mapping[str, str]


def folder() -> Path:
    """Where the notebooks are; ResultError outside a checkout."""
    return root() / "notebooks"


def parse(stem: str, source: str) -> Notebook:
    """A notebook from the text of its source (py:percent); what it does not say is an empty string."""
    title, takes = _TITLE.search(source), _TAKES.search(source.replace("\n#", "\n"))
    captions = {found["stem"]: _joined(found["caption"].replace("\n#", "\n")) for found in _FIGURE.finditer(source)}
    return Notebook(stem, title[1] if title else "", _joined(takes[1]) if takes else "", dict(tables(source)), captions)


def _joined(text: str) -> str:
    return " ".join(text.split())


def tables(source: str) -> Iterator[tuple[str, str]]:
    """The claims that the ``table(…)`` calls of a source name, in order, each with the heading above it."""
    heading = ""
    for found in _HEADING_OR_TABLE.finditer(source):
        heading = found["heading"] or heading
        for claim_id in re.findall(r"[\"']([A-Z]\d\d)[\"']", found["arguments"] or ""):
            yield claim_id, heading


@cache
def notebooks() -> tuple[Notebook, ...]:
    """The notebooks there are, in reading order; none outside a checkout."""
    try:
        sources = sorted(folder().glob("[0-9][0-9]_*.py"))
    except ResultError:
        return ()
    return tuple(parse(source.stem, source.read_text(encoding="utf-8")) for source in sources)


def section(claim_id: str) -> str | None:
    """The heading under which a notebook decides the claim; None where no notebook at hand does."""
    return next((notebook.claims[claim_id] for notebook in notebooks() if claim_id in notebook.claims), None)
