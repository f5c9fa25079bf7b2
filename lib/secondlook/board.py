"""The ledger for the eye: a claim as a card or a row, and all of them on one screen."""

import textwrap
from collections import Counter
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from secondlook.claims import KINDS, Claim, Kind, Verdict, documents, find, ledger, verdict
from secondlook.contents import section

FIELDS = (
    "id", "document", "place", "claim", "verdict", "finding", "printed", "right", "evidence", "notebook", "section",
    "recipe",
)  # fmt: skip
WIDTH = 100
ERRATA: Mapping[Kind, str] = MappingProxyType(
    {
        "corrected": "",  # a check that corrects says what is right
        "not upheld": "The evidence goes against it, or against a part of it.",
        "miscited": "The cited work does not say it.",
    }
)
"""The verdicts by which a claim is among the errata, and what is said where nothing takes the place of the print."""

Judged = tuple[Claim, Verdict]


def judge(
    ids: Iterable[str] | None = None, kind: str | None = None, document: str | None = None, notebook: str = ""
) -> list[Judged]:
    """Claims with their verdicts: those of these ids (else all), of this verdict, document and notebook.

    A notebook goes by the beginning of its name, ``02``. Raises ClaimError where an id is not in the ledger, and
    ResultError where a record it needs is not there.
    """
    chosen = [find(claim_id) for claim_id in ids or ledger()]
    asked = [claim for claim in chosen if document in (None, claim.document) and claim.notebook.startswith(notebook)]
    judged = [(claim, verdict(claim.id)) for claim in asked]
    return [(claim, found) for claim, found in judged if kind in (None, found.kind)]


def errata(judged: Iterable[Judged], document: str) -> list[tuple[Claim, str, str]]:
    """The errata of a document among these claims: each with what is printed, or else claimed, and what is right."""
    return [
        (claim, found.printed or claim.claim, found.right or ERRATA[found.kind])
        for claim, found in judged
        if claim.document == document and found.kind in ERRATA
    ]


def row(claim: Claim, found: Verdict) -> dict[str, str]:
    """A claim and its verdict as flat text fields, for JSON and CSV."""
    values = {
        **{name: getattr(claim, name) for name in ("id", "document", "place", "claim", "notebook")},
        "verdict": found.kind,
        "finding": found.finding,
        "printed": found.printed or "",
        "right": found.right or "",
        "evidence": "\n".join(found.evidence),
        "section": section(claim.id) or "",
        "recipe": " ".join(claim.recipe),
    }
    return {name: values[name] for name in FIELDS}


def card(claim: Claim, found: Verdict) -> str:
    """A claim, its verdict, the right value and where it is derived, as a few lines of plain text."""
    where = section(claim.id)
    lines = {
        "claim": claim.claim,
        "printed": found.printed,
        "verdict": found.kind.upper(),
        "right": found.right,
        "finding": found.finding,
        "derived": where and f"notebooks/{claim.notebook}.ipynb, “{where}”",
        "needs": claim.needs,
    }
    head = f"{claim.id}  document {claim.document} ({documents()[claim.document]['title']}), {claim.place}"
    body = [
        textwrap.fill(text, WIDTH, initial_indent=f"  {name:<8} ", subsequent_indent=" " * 11)
        for name, text in lines.items()
        if text
    ]
    numbers = [
        textwrap.fill(line, WIDTH, initial_indent=f"  {'' if k else 'numbers':<8} - ", subsequent_indent=" " * 13)
        for k, line in enumerate(found.evidence)
    ]
    return "\n".join([head, *body, *numbers])


def counts(judged: Iterable[Judged]) -> dict[str, Counter[Kind]]:
    """How many of these claims have which verdict, by document."""
    found: dict[str, Counter[Kind]] = {}
    for claim, reached in judged:
        found.setdefault(claim.document, Counter())[reached.kind] += 1
    return found


def summary(judged: Iterable[Judged]) -> str:
    """What became of these claims, document by document, and where to look: one screen of 80 columns."""
    table = dict(sorted(counts(judged).items()))
    table["all"] = sum(table.values(), Counter())
    rows = {str(kind): [of_kind[kind] for of_kind in table.values()] for kind in KINDS if table["all"][kind]}
    rows["together"] = [of_kind.total() for of_kind in table.values()]
    return "\n".join(
        [
            f"A Second Look: {table['all'].total()} claims, and what became of them.",
            "",
            "document".ljust(18) + "".join(f"{number:>6}" for number in table),
            *(kind.ljust(18) + "".join(f"{count or '·':>6}" for count in row) for kind, row in rows.items()),
            "",
            *(f"{number}  {documents()[number]['title']}" for number in table if number != "all"),
            "",
            "read    notebooks/00_read_me_first.ipynb (make lab), report/report.pdf",
            "ask     secondlook claims D03 · --kind corrected · --document 003 · --json",
            "doubt   secondlook check   ·   make results measures everything again",
        ]
    )
