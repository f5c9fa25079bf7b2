"""The parts of README.md that are computed: each stands between two marks, and `secondlook report` writes it there."""

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

from secondlook import board, contents
from secondlook.atomic import write_atomically
from secondlook.checks.over_seeds import LEVEL
from secondlook.claims import KINDS, documents, find, findings, markdown_cell
from secondlook.data.catalog import catalog
from secondlook.results import ResultError, root

TELLING = ("B10", "B13", "B23", "B48", "D03", "D22", "D24", "D26", "D32", "D35", "D44", "D48")
"""The claims that README.md tells of, where they are examined."""


def headline() -> str:
    """What was found, in numbers: verdicts by document, then the telling claims with theirs."""
    judged = board.judge()
    counts = board.counts(judged)
    kinds = [kind for kind in KINDS if any(of_kind[kind] for of_kind in counts.values())]
    rows = [["document", *kinds], [":--", *["--:"] * len(kinds)]]
    rows += [
        [f"{number} · {documents()[number]['title']}", *(str(of_kind[kind] or "·") for kind in kinds)]
        for number, of_kind in sorted(counts.items())
    ]
    examined = [claim.id for claim, found in judged if found.kind != "not yet examined"]
    so_far = "all are examined" if len(examined) == len(judged) else f"{len(examined)} are examined so far"
    return (
        f"Of {len(judged)} claims, {so_far}:\n\n{_table(rows)}\n\n"
        "Some of them (a difference is *told from zero* where its p-value, adjusted for all comparisons of its "
        f"notebook,\nis below {LEVEL}; the notebooks have the numbers behind each):\n\n"
        + findings(*(claim_id for claim_id in TELLING if claim_id in examined))
    )


def notebooks() -> str:
    """The notebooks there are: title, document and claims, and how long each takes."""
    rows = [["notebook", "claims", "takes"], [":--", ":--", ":--"]]
    for notebook in contents.notebooks():
        ids = notebook.claims
        document = f"{len(ids)} of document {find(next(iter(ids))).document}" if ids else "–"
        link = f"[{notebook.stem[:2]} · {notebook.title}](notebooks/{notebook.stem}.ipynb)"
        rows.append([link, document, notebook.takes])
    return _table(rows)


def data() -> str:
    """The data sets the project reads: title, licence, and the notebooks that use them."""
    rows = [["data", "licence", "used for"], [":--", ":--", ":--"]]
    rows += [[source.title, source.licence, source.used_for] for source in catalog().values()]
    return _table(rows)


BLOCKS: dict[str, Callable[[], str]] = {"results": headline, "notebooks": notebooks, "data": data}


class ReadmeError(ValueError):
    """What is wrong with README.md, in one line."""


def refreshed(text: str) -> str:
    """The text of README.md with each block computed anew. Raises ReadmeError where a block's marks are missing."""
    for name, block in BLOCKS.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        around = re.split(f"{begin}.*?{end}", text, flags=re.DOTALL)
        if len(around) != 2:
            raise ReadmeError(f"README.md: not one pair of marks {begin} {end}; put them where the block belongs")
        text = f"{begin}\n{block()}\n{end}".join(around)
    return text


def refresh() -> Path:
    """Write the computed blocks into README.md."""
    path = root() / "README.md"
    text = refreshed(path.read_text(encoding="utf-8"))
    write_atomically(path, lambda part: part.write_text(text, encoding="utf-8"))
    return path


def complaints() -> Iterator[str]:
    """The first line of README.md that is not what the ledger and the records say, or the record it lacks."""
    text = (root() / "README.md").read_text(encoding="utf-8")
    try:
        computed = refreshed(text)
    except ResultError as fault:
        yield f"README.md: cannot be computed; {fault}"
        return
    for there, right in zip_longest(text.splitlines(), computed.splitlines(), fillvalue=""):
        if there != right:
            yield f"README.md: {there[:60]!r} should be {right[:60]!r}; `secondlook report` writes it"
            return


def _table(rows: list[list[str]]) -> str:
    return "\n".join("| " + " | ".join(markdown_cell(cell) for cell in row) + " |" for row in rows)
