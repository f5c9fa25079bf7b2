"""Every committed notebook keeps the rules of `hygiene`, is what its source makes, and has its figures."""

import re
from functools import cache
from pathlib import Path

import nbformat
import pytest

from hygiene import HEADER, RULES, Book, Rule
from secondlook import notebooks

ROOT = Path(__file__).parents[1]
SOURCES = notebooks.sources(ROOT)
EXECUTED = [source for source in SOURCES if source.with_suffix(".ipynb").exists()]
LINK = re.compile(r"\]\(([^)#\s]+)")

every_source = pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.stem)
every_notebook = pytest.mark.parametrize("source", EXECUTED, ids=lambda source: source.stem)


@cache
def book(source: Path) -> Book:
    return Book(source.stem, nbformat.read(source.with_suffix(".ipynb"), as_version=4))


@every_notebook
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_rule(rule: Rule, source: Path) -> None:
    faults = list(rule(book(source)))
    assert not faults, f"{source.stem}: {'; '.join(faults)} (rule {rule.__name__}: {rule.__doc__})"


@every_source
def test_paired_with_its_source(source: Path) -> None:
    assert notebooks.first_difference(source) is None


@every_notebook
def test_links_lead_somewhere(source: Path) -> None:
    links = [link for _, cell in book(source).cells("markdown") for link in LINK.findall(cell.source)]
    assert [link for link in links if "://" not in link and not (source.parent / link).exists()] == []


@every_source
def test_header_names_no_version(source: Path) -> None:
    assert source.read_text(encoding="utf-8").startswith(HEADER)


def test_no_orphans() -> None:
    """The folder holds sources and their notebooks, no two of one number, and nothing else."""
    files = {path.name for path in (ROOT / "notebooks").iterdir() if not path.name.startswith(".")}
    assert files == {source.with_suffix(suffix).name for source in SOURCES for suffix in (".py", ".ipynb")}
    assert len({source.stem[:2] for source in SOURCES}) == len(SOURCES)


def test_every_figure_has_its_file_and_its_notebook() -> None:
    shown = {stem for source in EXECUTED for stem in notebooks.figures_of(book(source).notebook)}
    assert {path.stem for path in (ROOT / "figures").glob("[!.]*")} == shown
