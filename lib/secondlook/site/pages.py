"""The pages that lead to the others: the first one, the notebooks' and the verdicts'."""

import shutil
from collections import Counter
from pathlib import Path

from secondlook import board, claims, contents
from secondlook.claims import KINDS, MEANINGS, Kind, documents
from secondlook.report import readme
from secondlook.results import root
from secondlook.site.markdown import badge, linked, table, toctree

BOARD = "00_verdict_board.svg"
PAPER = "report.pdf"


def write(source: Path, stems: list[str]) -> None:
    """Write the leading pages into the folder `source`; `stems` are the notebooks'."""
    judged = board.judge()
    shutil.copy(root() / "figures" / BOARD, source)
    if (paper := root() / "report" / PAPER).exists():
        shutil.copy(paper, source)
    (source / "index.md").write_text(home(judged, paper.exists()), encoding="utf-8")
    (source / "notebooks" / "index.md").write_text(notebooks(stems), encoding="utf-8")
    (source / "claims" / "index.md").write_text(verdicts(judged), encoding="utf-8")


def home(judged: list[board.Judged], paper: bool) -> str:
    """The first page: what this is, where to go, and what was found; `paper` is whether the report is built."""
    number_of = Counter(found.kind for _, found in judged)
    tally = ", ".join(f"{number_of[kind]} {kind}" for kind in KINDS if number_of[kind])
    examined = {claim.id for claim, found in judged if found.kind != "not yet examined"}
    doors = {
        "[Read me first](notebooks/00_read_me_first.ipynb)": "a quarter of an hour: what a verdict is, and where each "
        "number comes from. The other [notebooks](notebooks/index.md) follow in any order.",
        "[The verdicts](claims/index.md)": "every claim in one table; from there to what each document says, what is "
        "right, and the very cell that decides it.",
        "[The API](api/index.md)": "the code that the notebooks share.",
    }
    if paper:
        doors[f"[The report]({PAPER})"] = "the same as a paper (PDF)."
    return f"""\
# A Second Look

Four public pieces of coursework on Bayesian methods and neural networks make {len(judged)} claims that can be checked:
formulas, numbers, figures, conclusions. Here each is derived again, run again or looked up again, and a program says
what became of it: {tally}. Every number is computed, and every comparison carries its uncertainty.

{"".join(f"- **{link}**: {what}{chr(10)}" for link, what in doors.items())}
![The verdict board: one tile a claim, one row a notebook, with a sign and a colour for each verdict.]({BOARD})

## Some of what was found

{linked(claims.findings(*(claim_id for claim_id in readme.TELLING if claim_id in examined)))}

{toctree(["notebooks/index", "claims/index", "api/index"])}"""


def notebooks(stems: list[str]) -> str:
    """The list of the notebooks."""
    books = [book for book in contents.notebooks() if book.stem in stems]
    rows = [[f"[{book.stem[:2]} · {book.title}]({book.stem}.ipynb)", deals(book), book.takes] for book in books]
    return f"""\
# Notebooks

They are shown as they were executed. Each can be read alone, and says at its top what it leans on.

{table(["notebook", "claims", "takes"], rows)}
{toctree(stems)}"""


def deals(book: contents.Notebook) -> str:
    """Which claims a notebook decides, from the first to the last."""
    ids = sorted(book.claims)
    return f"{len(ids)}: {ids[0]} to {ids[-1]}" if ids else "–"


def verdicts(judged: list[board.Judged]) -> str:
    """What became of the claims: how many have which verdict, the board, and each with its verdict."""
    counts = board.counts(judged)

    def number(kind: Kind) -> list[str]:
        return [str(of_kind[kind] or "·") for of_kind in counts.values()]

    kinds = [[badge(kind), MEANINGS[kind], *number(kind)] for kind in KINDS]
    every = [[f"[**{claim.id}**](#{claim.id})", badge(found.kind), claim.claim] for claim, found in judged]
    return f"""\
# Verdicts

A verdict is computed, from exact arithmetic or from the records of runs; nobody types it. There are six, and a mark for
what nobody has examined yet. The numbers are of claims, by document:

{table(["verdict", "what it means", *(f"{document}:" for document in counts)], kinds)}
{"".join(f"- [{name} · {document['title']}]({name}.md){chr(10)}" for name, document in documents().items())}
## Every claim

A claim's id leads to what is printed, what is right, what we find, and the cell that decides it.

{table(["claim", "verdict", "the document says"], every)}
{toctree(documents())}"""
