"""The report, report/report.pdf: set by Typst from report.typ; its numbers come from the ledger and the records."""

import json
import re
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from secondlook import board, contents, studies
from secondlook.atomic import write_atomically
from secondlook.claims import MEANINGS, Claim, Verdict, documents, ledger, verdict
from secondlook.report import tex
from secondlook.results import ResultError, load, root

MARKS = re.compile(r"\$(?P<math>[^$]+)\$|\*\*(?P<strong>[^*]+)\*\*|\*(?P<emph>[^*]+)\*|`(?P<code>[^`]+)`")

Span = tuple[str, str]
"""What a piece of text is (text, math, strong, emph or code), and the piece; mathematics is Typst's."""


def build() -> Path:
    """Set the report and give its path. It names the records that are missing, and leaves out what needs them."""
    target = root() / "report" / "report.pdf"
    pdf = render()
    write_atomically(target, lambda part: part.write_bytes(pdf))
    return target


def render() -> bytes:
    """The report's PDF: the same bytes each time, with the fonts that come with Typst and without a date."""
    return typst.compile(
        root() / "report" / "report.typ",
        root=root(),
        format="pdf",
        ignore_system_fonts=True,
        sys_inputs={"facts": json.dumps(facts(), ensure_ascii=False)},
    )


def facts() -> dict[str, Any]:
    """What report.typ is told; the records it reads by itself."""
    judged = [(claim, reached(claim)) for claim in ledger().values()]
    faults = {name: fault for name in studies.NAMES if (fault := _fault(name))}
    return {
        "version": version("secondlook"),
        "kinds": dict(MEANINGS),
        "documents": dict(documents()),
        "claims": [entry(claim, found) for claim, found in judged],
        "errata": {
            number: [
                {
                    "id": claim.id,
                    "place": claim.place,
                    "printed": spans(printed),
                    "right": spans(right),
                    "matters": spans(claim.matters or ""),
                }
                for claim, printed, right in board.errata(judged, number)
            ]
            for number in documents()
        },
        "notebooks": {notebook.stem: notebook.title for notebook in contents.notebooks()},
        "figures": {
            stem: spans(re.sub(r"^\*\*Figure [\d.]+\*\* *", "", caption))
            for notebook in contents.notebooks()
            for stem, caption in notebook.captions.items()
            if (root() / "figures" / f"{stem}.svg").exists()
        },
        "records": [name for name in studies.NAMES if name not in faults],
        "faults": [spans(fault) for fault in faults.values()],
    }


def _fault(study: str) -> str:
    try:
        load(study)
    except ResultError as fault:
        return str(fault)
    return ""


def reached(claim: Claim) -> Verdict:
    """The verdict on a claim. Where it needs a record that is missing, the claim is not yet examined."""
    try:
        return verdict(claim.id)
    except ResultError as fault:
        return Verdict("not yet examined", f"{fault}.")


def entry(claim: Claim, found: Verdict) -> dict[str, Any]:
    """A claim and its verdict."""
    return {
        "id": claim.id,
        "document": claim.document,
        "place": claim.place,
        "notebook": claim.notebook,
        "verdict": found.kind,
        **{name: spans(text or "") for name, text in (
            ("claim", claim.claim), ("finding", found.finding), ("printed", found.printed), ("right", found.right)
        )},
    }  # fmt: skip


def spans(markdown: str) -> list[Span]:
    """A line of the Markdown that claims, findings and captions are written in, piece by piece."""
    pieces: list[Span] = []
    end = 0
    for mark in MARKS.finditer(markdown):
        pieces.append(("text", markdown[end : mark.start()]))
        kind = str(mark.lastgroup)
        pieces.append((kind, tex.typst(mark[kind]) if kind == "math" else mark[kind]))
        end = mark.end()
    return [piece for piece in [*pieces, ("text", markdown[end:])] if piece[1]]
