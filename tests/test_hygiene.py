"""The rules for notebooks find what they are there to find: each sees a good notebook, and that notebook spoiled."""

from collections.abc import Callable
from copy import deepcopy

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import hygiene
from hygiene import RULES, Book, Rule

LESSON = "The posterior lies between the prior and the data, and nearer to whichever knows more about the mean. " * 2


def figure(stem: str, count: int) -> NotebookNode:
    png = new_output("display_data", data={"image/png": "AAAA", "text/plain": f"figures/{stem}.svg"})
    png.metadata = {"image/png": {"alt": "Three curves, one for each predictive."}}
    return new_code_cell(f'show(fig, "{stem}", alt)', outputs=[png], execution_count=count)


def good() -> NotebookNode:
    """Eighteen cells that keep every rule: cells 4 and 6 are figures, cell 7 prints, cell 17 is a solution."""
    cells = [
        new_markdown_cell(f"# 7 · A good notebook\n\n{LESSON}"),
        new_markdown_cell("**You will see** a.\n\n**You need** b.\n\n**Takes** c."),
        new_markdown_cell("**Figure 7.1** What it teaches."),
        figure("07_first", 1),
        new_markdown_cell("**Figure 7.2** What it teaches, too."),
        figure("07_second", 2),
        new_code_cell("say(text)", execution_count=3, outputs=[new_output("stream", text="done")]),
        *(new_markdown_cell(LESSON) for _ in range(6)),
        new_markdown_cell("## Takeaways"),
        new_markdown_cell("## Exercises"),
        new_markdown_cell("Predict."),
        new_code_cell("assert 1 == 1", metadata={"tags": ["solution"]}, execution_count=4),
        new_markdown_cell("## Sources\n\n```\n# no heading, a comment\n```"),
    ]
    return new_notebook(cells=cells)


def put(cell: int, source: str) -> Callable[[NotebookNode], None]:
    """Replace the text of a cell."""
    return lambda notebook: notebook.cells[cell - 1].update(source=source)


def printed(text: str, name: str = "stdout") -> Callable[[NotebookNode], None]:
    """Give cell 7 another output."""
    return lambda notebook: notebook.cells[6].update(outputs=[new_output("stream", name=name, text=text)])


def result(value: str) -> Callable[[NotebookNode], None]:
    """Give cell 7 a result, as of a bare value in its last line."""
    output = new_output("execute_result", data={"text/plain": value})
    return lambda notebook: notebook.cells[6].update(outputs=[output])


def raised(notebook: NotebookNode) -> None:
    notebook.cells[6].outputs = [new_output("error", ename="ValueError", evalue="", traceback=[])]


def tagged(*tags: str) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells[16].metadata.update(tags=list(tags))


def drawn(**data: str) -> Callable[[NotebookNode], None]:
    """Change the forms in which cell 4 shows its figure; the keys stand for image/KEY and, for `plain`, text/plain."""
    forms = {"text/plain" if kind == "plain" else f"image/{kind}": body for kind, body in data.items()}
    return lambda notebook: notebook.cells[3].outputs[0].data.update(forms)


def without_alt(notebook: NotebookNode) -> None:
    notebook.cells[3].outputs[0].metadata = {}


def two_in_one_cell(notebook: NotebookNode) -> None:
    notebook.cells[3].outputs *= 2


def formulas_only(notebook: NotebookNode) -> None:
    for cell in (notebook.cells[0], *notebook.cells[7:13]):
        cell.source = f"$${LESSON}$$\n```\n{LESSON}\n```"


def caption_and_code_apart(notebook: NotebookNode) -> None:
    notebook.cells.insert(3, new_markdown_cell("Something between."))


def counted(cell: int, count: int | None) -> Callable[[NotebookNode], None]:
    return lambda notebook: notebook.cells[cell - 1].update(execution_count=count)


EXAMPLES: list[tuple[Rule, Callable[[NotebookNode], None], str]] = [
    (hygiene.title, put(1, "# A good notebook"), "cell 1: begins '# A good notebook', not '# 7 · Title'"),
    (hygiene.title, put(1, "# 8 · A good notebook"), "cell 1: begins"),
    (hygiene.title, put(8, "# Another"), "cell 8: '# Another' is a second H1"),
    (hygiene.title, put(1, "# 7 · A title\n\n# Another"), "cell 1: '# Another' is a second H1"),
    (hygiene.opening, put(2, "**You will see** a. **You need** b."), r"cell 4: code comes before **Takes**"),
    (hygiene.opening, put(2, "**You will see** a. You need b. **Takes** c."), "cell 4: code comes before **You need**"),
    (hygiene.closing, put(14, "## In short"), "cell 18: the closing headings are"),
    (hygiene.closing, put(18, "### Sources"), "cell 18: the closing headings are"),
    (hygiene.solution, tagged(), "cell 15: no cell after the exercises"),
    (hygiene.solution, put(16, "**Solution 1.** It is 7."), "cell 16: a solution stands open"),
    (hygiene.known_tags, tagged("solution", "nbval-skip"), "cell 17: tag 'nbval-skip'"),
    (hygiene.known_tags, put(7, "# NBVAL_IGNORE_OUTPUT\nsay(text)"), "cell 7: a comment excuses it"),
    (hygiene.length, lambda notebook: notebook.update(cells=notebook.cells[:14]), "cell 14: is the last"),
    (hygiene.length, lambda notebook: notebook.update(cells=notebook.cells * 3), "cell 54: is the last"),
    (hygiene.short_cells, put(7, "a = 1\n" * 26), "cell 7: 26 lines of code"),
    (hygiene.short_cells, put(7, f"a = {'1' * 120}"), "cell 7: a line of 124 characters"),
    (hygiene.short_cells, put(9, " "), "cell 9: is empty"),
    (hygiene.told, put(7, "a = 1\n" * 60), "cell 1: "),
    (hygiene.told, formulas_only, "cell 1: 22 words of prose for 4 lines of code, fewer than 6 a line"),
    (hygiene.plain_endings, put(7, "ax.plot(x);"), "cell 7: a line ends in ';'"),
    (hygiene.plain_endings, put(7, "ax.plot(x)"), "cell 7: ends in the bare value 'ax.plot(x)'"),
    (hygiene.plain_endings, put(7, "samples"), "cell 7: ends in the bare value 'samples'"),
    (hygiene.plain_endings, put(7, "!ls"), "cell 7: is not plain Python"),
    (hygiene.plain_endings, put(7, "%matplotlib inline"), "cell 7: is not plain Python"),
    (hygiene.run_in_order, counted(7, 4), "cell 7: was run as number 4, not 3"),
    (hygiene.run_in_order, counted(17, None), "cell 17: was run as number None, not 4"),
    (hygiene.no_stderr, printed("UserWarning: careful", name="stderr"), "cell 7: writes to stderr: 'UserWarning"),
    (hygiene.no_error, raised, "cell 7: raises ValueError"),
    (hygiene.no_address, result("<Figure size 1x1 at 0x7f00deadbeef>"), "cell 7: the output holds '0x7f00deadbeef'"),
    (hygiene.no_address, result("[<Line2D>]"), "cell 7: the output holds"),
    (hygiene.no_absolute_path, printed("read /home/someone/x.npz"), "cell 7: holds the absolute path '/home/'"),
    (hygiene.no_absolute_path, put(7, 'x = load("/tmp/x.npz")'), "cell 7: holds the absolute path '/tmp/'"),
    (hygiene.no_absolute_path, printed(r"C:\Users\x"), "cell 7: holds the absolute path"),
    (hygiene.alt_text, without_alt, "cell 4: the image has no alternative text"),
    (hygiene.alt_text, drawn(**{"svg+xml": "<svg/>"}), "cell 4: shows an image/svg+xml, not a PNG"),
    (hygiene.captions, put(3, "A picture."), "cell 4: the cell before does not begin '**Figure 7.1**'"),
    (hygiene.captions, put(5, "**Figure 7.3** Miscounted."), "cell 6: the cell before does not begin '**Figure 7.2**'"),
    (hygiene.captions, two_in_one_cell, "cell 4: shows 2 figures"),
    (hygiene.captions, caption_and_code_apart, "cell 4: shows no figure, though the cell before is a caption"),
    (hygiene.figure_names, drawn(plain="figures/08_first.svg"), "cell 4: a figure named 'figures/08_first.svg'"),
    (hygiene.figure_names, drawn(plain="<Figure size 792x440>"), "cell 4: a figure named '<Figure"),
    (
        hygiene.figure_names,
        drawn(plain="figures/07_second.svg"),
        "cell 6: figures/07_second.svg is shown a second time",
    ),
    (hygiene.weight, drawn(png="A" * 600_001), "cell 1: the notebook has 60"),
]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_good_notebook_has_no_fault(rule: Rule) -> None:
    assert list(rule(Book("07_good", good()))) == []


@pytest.mark.parametrize(("rule", "spoil", "fault"), EXAMPLES, ids=[f"{e[0].__name__}-{e[2]}" for e in EXAMPLES])
def test_a_rule_names_the_cell_and_the_fault(rule: Rule, spoil: Callable[[NotebookNode], None], fault: str) -> None:
    notebook = deepcopy(good())
    spoil(notebook)
    assert any(found.startswith(fault) for found in rule(Book("07_good", notebook)))


def test_every_rule_has_a_bad_example() -> None:
    assert {example[0] for example in EXAMPLES} == set(RULES)


def test_lines_of_text_and_of_brackets_are_not_code() -> None:
    said = [
        "say(",
        '    "It is said: \\"yes\\". "',
        """    f"The mean is {mean[0]:.1f}, {', '.join(rest)}." """,
        ")",
        "",
        "])",
    ]
    assert hygiene.lines_of_code(new_code_cell("\n".join(said))) == 1
    assert hygiene.lines_of_code(new_code_cell('mean = of(\n    "a", 1\n)\n"a" + b')) == 3
