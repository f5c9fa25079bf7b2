"""The ledger as pages, one a document: each claim with its verdict, and a link to the cell that decides it."""

from collections.abc import Mapping
from pathlib import Path

from secondlook import board, contents
from secondlook.claims import Claim, Verdict, documents
from secondlook.site.markdown import css_class


def write(folder: Path, cells: Mapping[str, str]) -> None:
    """Write a page for each document; `cells` has the label of the cell that decides a claim, where there is one."""
    folder.mkdir(parents=True)
    for number in documents():
        judged = board.judge(document=number)
        entries = [entry(claim, found, cells.get(claim.id)) for claim, found in judged]
        (folder / f"{number}.md").write_text("\n".join([head(number, judged), *entries]), encoding="utf-8")


def head(number: str, judged: list[board.Judged]) -> str:
    """The title of a document's page, what the document is, and what became of its claims."""
    document = documents()[number]
    when = f", {document['year']}" if "year" in document else ""
    where = f" [{document['url'].removeprefix('https://')}]({document['url']})" if "url" in document else ""
    tally = ", ".join(f"{count} {kind}" for kind, count in board.counts(judged)[number].most_common())
    return (
        f"# {number} · {document['title']}\n\n"
        f"By {document['authors']}{when}; {document['kind']}.{where}\n\n"
        f"It makes {len(judged)} claims that can be checked: {tally}. Their wording is ours, and so is any mistake in "
        "it; the place in the document stands beside it.\n"
    )


def entry(claim: Claim, found: Verdict, cell: str | None) -> str:
    """A claim: what the document says and where, what we find, and the cell that decides it."""
    parts = {
        "The document says": f"{claim.claim} ({claim.place})",
        "Printed": found.printed,
        "Right": found.right,
        "We find": found.finding,
        "The numbers behind it": "\n".join(f"- {line}" for line in found.evidence).replace("\n", "\n  "),
        "Decided in": cell and f"[notebook {claim.notebook[:2]}, “{contents.section(claim.id)}”](#{cell})",
        "To decide it exactly": claim.needs,
    }
    body = "\n\n".join(f"{term}\n: {text}" for term, text in parts.items() if text)
    return f"({claim.id})=\n\n{{.claim .{css_class(found.kind)}}}\n## {claim.id} · {found.kind}\n\n{body}\n"
