"""The ledger for the eye: a claim as a card or a row, and all of them on one screen."""

import re
import textwrap
from collections import Counter

from secondlook.claims import KINDS, Claim, Kind, Verdict, documents, ledger, verdict
from secondlook.results import ResultError, root

FIELDS = ("id", "document", "place", "claim", "verdict", "finding", "printed", "right", "notebook", "section", "recipe")
WIDTH = 100


def section(claim: Claim) -> str | None:
    """The heading under which the claim's notebook decides it; None where the notebook is not at hand."""
    try:
        text = (root() / "notebooks" / f"{claim.notebook}.py").read_text(encoding="utf-8")
    except (OSError, ResultError):
        return None
    heading = None
    for line in text.splitlines():
        if found := re.match(r"# ##+ (.*)", line):
            heading = found[1]
        if re.search(rf"\btable\(.*\"{claim.id}\"", line):
            return heading
    return None


def row(claim: Claim, found: Verdict) -> dict[str, str]:
    """A claim and its verdict as flat text fields, for JSON and CSV."""
    values = {
        **{name: getattr(claim, name) for name in ("id", "document", "place", "claim", "notebook")},
        "verdict": found.kind,
        "finding": found.finding,
        "printed": found.printed or "",
        "right": found.right or "",
        "section": section(claim) or "",
        "recipe": " ".join(claim.recipe),
    }
    return {name: values[name] for name in FIELDS}


def card(claim: Claim, found: Verdict) -> str:
    """A claim, its verdict, the right value and where it is derived, as a few lines of plain text."""
    where = section(claim)
    lines = {
        "claim": claim.claim,
        "printed": found.printed,
        "verdict": found.kind.upper(),
        "right": found.right,
        "finding": found.finding,
        "derived": f"notebooks/{claim.notebook}.ipynb" + (f", “{where}”" if where else ""),
        "needs": claim.needs,
    }
    head = f"{claim.id}  document {claim.document} ({documents()[claim.document]['title']}), {claim.place}"
    body = [
        textwrap.fill(text, WIDTH, initial_indent=f"  {name:<8} ", subsequent_indent=" " * 11)
        for name, text in lines.items()
        if text
    ]
    return "\n".join([head, *body])


def counts() -> dict[str, Counter[Kind]]:
    """How many claims of each document have which verdict."""
    found: dict[str, Counter[Kind]] = {}
    for claim in ledger().values():
        found.setdefault(claim.document, Counter())[verdict(claim.id).kind] += 1
    return found


def summary() -> str:
    """What was found, document by document, and where to look: one screen."""
    table = counts()
    total: Counter[Kind] = sum(table.values(), Counter())
    kinds = [kind for kind in KINDS if total[kind]]
    width = max(len(documents()[number]["title"]) for number in table) + 6
    head = " " * width + "  ".join(f"{kind:>{len(kind)}}" for kind in kinds)
    lines = [f"A Second Look: {sum(total.values())} claims of four documents, and what became of them.", "", head]
    for number, of_kind in sorted(table.items()):
        cells = "  ".join(f"{of_kind[kind] or '·':>{len(kind)}}" for kind in kinds)
        lines.append(f"{number}  {documents()[number]['title']}".ljust(width) + cells)
    lines.append("all".ljust(width) + "  ".join(f"{total[kind]:>{len(kind)}}" for kind in kinds))
    return "\n".join(
        [
            *lines,
            "",
            "read    notebooks/00_read_me_first.ipynb (make lab), report/report.pdf",
            "ask     secondlook claims D03   ·   secondlook claims --kind corrected   ·   --json, --csv",
            "doubt   secondlook check   ·   make results measures everything again",
        ]
    )
