"""What every notebook must be. Each rule is a function that yields its faults, "cell 3: …"; `RULES` holds them all.

Cells are numbered from 1, as they stand in the source.
"""

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import pairwise

import nbformat
from nbformat import NotebookNode

HEADER = """\
# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---
"""
LABELS = ("You will see", "You need", "Takes")
CLOSING = ("## Takeaways", "## Exercises", "## Sources")
TAGS = {"solution"}
FEWEST_CELLS, MOST_CELLS, MOST_LINES, WIDEST, MOST_BYTES = 15, 40, 25, 120, 600_000
WORDS_PER_LINE = 6

ADDRESS = re.compile(r"\b0x[0-9a-fA-F]{4,}|<\S+ object|\[<")
ABSOLUTE_PATH = re.compile(r"(?<![\w/:.])/(?:home|Users|root|tmp|var|usr|opt|mnt|work|private|content)/|\b[A-Z]:\\")
FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
MATHS = re.compile(r"\$\$.*?\$\$|\$.*?\$", re.DOTALL)
WORD = re.compile(r"[^\W\d_]+")
TEXT = re.compile(r"""\s*(?:[rf]{0,2}"(?:[^"\\]|\\.)*")?[\s()\[\]{},]*""")


@dataclass(frozen=True)
class Book:
    """An executed notebook and the stem of its file, ``01_conjugate_gaussian``."""

    stem: str
    notebook: NotebookNode

    @property
    def number(self) -> int:
        return int(self.stem[:2])

    def cells(self, kind: str = "") -> Iterator[tuple[int, NotebookNode]]:
        return ((i, c) for i, c in enumerate(self.notebook.cells, 1) if kind in c.cell_type)

    def outputs(self) -> Iterator[tuple[int, NotebookNode]]:
        return ((i, output) for i, cell in self.cells("code") for output in cell.outputs)

    def headings(self) -> list[tuple[int, str]]:
        return [
            (i, line)
            for i, cell in self.cells("markdown")
            for line in FENCE.sub("", cell.source).splitlines()
            if re.match(r"#+ ", line)
        ]


Rule = Callable[[Book], Iterator[str]]
RULES: list[Rule] = []


def rule(check: Rule) -> Rule:
    RULES.append(check)
    return check


def text_of(output: NotebookNode) -> str:
    """All an output says in words: a stream's text, or every textual form of a display."""
    forms = output.get("data", {}).items()
    return output.get("text", "") + "\n".join(body for kind, body in forms if not kind.startswith("image/"))


def images_of(cell: NotebookNode) -> list[NotebookNode]:
    return [o for o in cell.get("outputs", []) if any(kind.startswith("image/") for kind in o.get("data", {}))]


@rule
def title(book: Book) -> Iterator[str]:
    """The first line is ``# N · Title``, and there is no other H1."""
    first = book.notebook.cells[0].source.partition("\n")[0]
    if not re.fullmatch(rf"# {book.number} · \S.*", first):
        yield f"cell 1: begins {first!r}, not '# {book.number} · Title'"
    for i, line in [(i, line) for i, line in book.headings() if line.startswith("# ")][1:]:
        yield f"cell {i}: {line!r} is a second H1"


@rule
def opening(book: Book) -> Iterator[str]:
    """Before any code, the reader learns what there is to see, what to know first and how long it takes."""
    first_code = next((i for i, _ in book.cells("code")), 1)
    start = "\n".join(cell.source for i, cell in book.cells() if i < first_code)
    for label in LABELS:
        if not re.search(rf"\*\*{label}[.:]?\*\*", start):
            yield f"cell {first_code}: code comes before **{label}**"


@rule
def closing(book: Book) -> Iterator[str]:
    """It ends with takeaways, exercises and sources, in this order."""
    lines = [line for _, line in book.headings() if line in CLOSING]
    if lines != list(CLOSING):
        yield f"cell {len(book.notebook.cells)}: the closing headings are {lines}, not {list(CLOSING)}"


@rule
def solution(book: Book) -> Iterator[str]:
    """At least one cell after the exercises is tagged as a solution, and no solution in words stands open."""
    exercises = next((i for i, line in book.headings() if line == "## Exercises"), 0)
    if not any("solution" in cell.metadata.get("tags", []) and i > exercises for i, cell in book.cells()):
        yield f"cell {exercises}: no cell after the exercises is tagged 'solution'"
    for i, cell in book.cells("markdown"):
        if re.search(r"^\W*Solution", cell.source, re.MULTILINE):
            yield f"cell {i}: a solution stands open; begin it with <details><summary>Solution 1</summary>"


@rule
def known_tags(book: Book) -> Iterator[str]:
    """No tag, and no comment, that would excuse a cell from being checked."""
    for i, cell in book.cells():
        for tag in cell.metadata.get("tags", []):
            if tag not in TAGS:
                yield f"cell {i}: tag {tag!r} is none of {sorted(TAGS)}"
        if "NBVAL_" in cell.source or "VALIDATE_IGNORE" in cell.source:
            yield f"cell {i}: a comment excuses it from nbval"


@rule
def length(book: Book) -> Iterator[str]:
    """A sitting's worth of cells."""
    count = len(book.notebook.cells)
    if not FEWEST_CELLS <= count <= MOST_CELLS:
        yield f"cell {count}: is the last; a notebook has {FEWEST_CELLS} to {MOST_CELLS}"


def lines_of_code(cell: NotebookNode) -> int:
    """How many lines hold more than a text and brackets: what is said needs no lines of its own to be short."""
    return sum(not TEXT.fullmatch(line) for line in cell.source.splitlines())


@rule
def short_cells(book: Book) -> Iterator[str]:
    """No code cell longer or wider than a screen, and none empty."""
    for i, cell in book.cells():
        if cell.cell_type == "code":
            if (lines := lines_of_code(cell)) > MOST_LINES:
                yield f"cell {i}: {lines} lines of code, more than {MOST_LINES}"
            if (width := max(map(len, cell.source.splitlines()), default=0)) > WIDEST:
                yield f"cell {i}: a line of {width} characters, more than {WIDEST}"
        if not cell.source.strip():
            yield f"cell {i}: is empty"


@rule
def told(book: Book) -> Iterator[str]:
    """More is told than coded. Formulas and quoted code are not words."""
    prose = " ".join(MATHS.sub(" ", FENCE.sub(" ", cell.source)) for _, cell in book.cells("markdown"))
    words = len(WORD.findall(prose))
    lines = sum(lines_of_code(cell) for _, cell in book.cells("code"))
    if words < WORDS_PER_LINE * lines:
        yield f"cell 1: {words} words of prose for {lines} lines of code, fewer than {WORDS_PER_LINE} a line"


@rule
def plain_endings(book: Book) -> Iterator[str]:
    """Code is plain Python; a cell ends in `say`, `show`, an assertion or a statement, not in a bare value or a `;`."""
    for i, cell in book.cells("code"):
        try:
            body = ast.parse(cell.source).body
        except SyntaxError:
            yield f"cell {i}: is not plain Python (no magics, no shell)"
            continue
        if any(line.rstrip().endswith(";") for line in cell.source.splitlines()):
            yield f"cell {i}: a line ends in ';'"
        if body and isinstance(body[-1], ast.Expr):
            call = ast.unparse(body[-1]).partition("(")[0].rpartition(".")[2]
            if call not in ("say", "show") and not call.startswith("assert"):
                yield f"cell {i}: ends in the bare value {ast.unparse(body[-1])!r}"


@rule
def run_in_order(book: Book) -> Iterator[str]:
    """The cells were run once each, from the first to the last."""
    for expected, (i, cell) in enumerate(book.cells("code"), 1):
        if cell.execution_count != expected:
            yield f"cell {i}: was run as number {cell.execution_count}, not {expected}"


@rule
def no_stderr(book: Book) -> Iterator[str]:
    """No warning, no progress bar, no complaint."""
    for i, output in book.outputs():
        if output.get("name") == "stderr":
            yield f"cell {i}: writes to stderr: {output.text.strip()[:80]!r}"


@rule
def no_error(book: Book) -> Iterator[str]:
    """No cell ends in an exception."""
    for i, output in book.outputs():
        if output.output_type == "error":
            yield f"cell {i}: raises {output.ename}"


@rule
def no_address(book: Book) -> Iterator[str]:
    """No output shows an object's address or its bare representation."""
    for i, output in book.outputs():
        if found := ADDRESS.search(text_of(output)):
            yield f"cell {i}: the output holds {found[0]!r}"


@rule
def no_absolute_path(book: Book) -> Iterator[str]:
    """Nothing in the code or in the outputs depends on where the project lies."""
    for i, cell in book.cells():
        for place in (cell.source, *(text_of(output) for output in cell.get("outputs", []))):
            if found := ABSOLUTE_PATH.search(place):
                yield f"cell {i}: holds the absolute path {found[0]!r}"


@rule
def alt_text(book: Book) -> Iterator[str]:
    """Every image is a PNG that says in words what it shows."""
    for i, cell in book.cells("code"):
        for output in images_of(cell):
            for kind in (kind for kind in output.data if kind.startswith("image/")):
                if kind != "image/png":
                    yield f"cell {i}: shows an {kind}, not a PNG"
                elif not output.metadata.get(kind, {}).get("alt"):
                    yield f"cell {i}: the image has no alternative text"


@rule
def captions(book: Book) -> Iterator[str]:
    """Directly before each figure stands its caption, ``**Figure N.M**``, counted from 1; one figure a cell."""
    count = 0
    for (_, before), (i, cell) in pairwise(book.cells()):
        images = images_of(cell)
        if before.source.startswith("**Figure ") and not images:
            yield f"cell {i}: shows no figure, though the cell before is a caption"
        if not images:
            continue
        count += 1
        if len(images) > 1:
            yield f"cell {i}: shows {len(images)} figures; give each its own caption and cell"
        if before.cell_type != "markdown" or not before.source.startswith(f"**Figure {book.number}.{count}**"):
            yield f"cell {i}: the cell before does not begin '**Figure {book.number}.{count}**'"


@rule
def figure_names(book: Book) -> Iterator[str]:
    """A figure's stem begins with the notebook's number and is used once."""
    seen: set[str] = set()
    for i, cell in book.cells("code"):
        for output in images_of(cell):
            name = output.data.get("text/plain", "")
            if not re.fullmatch(rf"figures/{book.stem[:2]}_\w+\.svg", name):
                yield f"cell {i}: a figure named {name!r}, not 'figures/{book.stem[:2]}_….svg', so not shown by show()"
            if name in seen:
                yield f"cell {i}: {name} is shown a second time"
            seen.add(name)


@rule
def weight(book: Book) -> Iterator[str]:
    """Small enough to read on the web."""
    size = len(nbformat.writes(book.notebook).encode())
    if size > MOST_BYTES:
        yield f"cell 1: the notebook has {size:,} bytes, more than {MOST_BYTES:,}"
