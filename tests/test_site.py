"""The site: every link leads somewhere, every claim to its cell, and a page loads only what lies beside it."""

import ast
import base64
import hashlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from docutils.core import publish_doctree
from typer.testing import CliRunner

from secondlook import claims, cli, contents
from secondlook.report import pdf, readme
from secondlook.results import root
from secondlook.site import api, books, build, conf, ledger, pages, policy, repository
from secondlook.site.build import SiteError
from secondlook.site.markdown import css_class, linked
from secondlook.site.mathml import in_alphabet, mathml
from site_made import SUBJECTS, made

LOADING = {"script", "img", "iframe", "source", "video", "audio", "embed", "object", "link"}
"""Elements whose `src`, `href` or `data` a browser asks for by itself; of links, all but the navigation's."""
NAVIGATION = {"index", "search", "next", "prev", "canonical"}


@dataclass
class Page(HTMLParser):
    """The elements of a page, in order, each with its attributes; and the text of it outside of scripts."""

    elements: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, {name: value or "" for name, value in attrs}))

    def all(self, *tags: str) -> Iterator[dict[str, str]]:
        return (attributes for tag, attributes in self.elements if tag in tags)

    @property
    def ids(self) -> set[str]:
        return {attributes["id"] for _, attributes in self.elements if "id" in attributes}


@cache
def read(path: Path) -> Page:
    page = Page()
    page.feed(path.read_text(encoding="utf-8"))
    return page


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    return made(tmp_path_factory.getbasetemp(), worker_id)


def pages_of(site: Path) -> list[Path]:
    return sorted(path for path in site.rglob("*.html") if "_static" not in path.parts)


def test_there_is_a_page_for_everything(site: Path) -> None:
    names = {path.relative_to(site).with_suffix("").as_posix() for path in pages_of(site)}
    assert names == {
        *("index", "search", "genindex", "notebooks/index", "claims/index", "api/index"),
        *(f"notebooks/{stem}" for stem in books.executed()),
        *(f"claims/{number}" for number in claims.documents()),
        *(f"api/{subject}" for subject in SUBJECTS),
    }


def test_every_link_and_every_anchor_leads_somewhere(site: Path) -> None:
    lost = []
    for path in pages_of(site):
        for attributes in read(path).all("a", "link", "script", "img"):
            target = urlsplit(attributes.get("href") or attributes.get("src", ""))
            if target.scheme or attributes.get("href") in ("", "#"):
                continue
            to = (path.parent / unquote(target.path)).resolve() if target.path else path
            if not to.exists() or (target.fragment and unquote(target.fragment) not in read(to).ids):
                lost.append(f"{path.relative_to(site)}: {target.geturl()}")
    assert lost == []


def test_no_page_asks_another_host_for_anything(site: Path) -> None:
    for path in pages_of(site):
        for tag, attributes in read(path).elements:
            if tag in LOADING and attributes.get("rel") not in NAVIGATION:
                for name in ("src", "href", "data", "srcset"):
                    assert not re.match(r"(\w+:)?//", attributes.get(name, "")), path
    for sheet in site.rglob("*.css"):
        assert not re.search(r"(url\(|@import)\s*['\"]?(\w+:)?//", sheet.read_text(encoding="utf-8")), sheet


def test_every_picture_is_described_as_in_its_notebook(site: Path) -> None:
    for path in pages_of(site):
        assert all(len(image.get("alt", "")) >= 30 for image in read(path).all("img")), path
    for stem in books.executed():
        notebook = nbformat.read(contents.folder() / f"{stem}.ipynb", as_version=4)
        outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
        stored = [o.metadata["image/png"]["alt"] for o in outputs if "image/png" in o.get("data", {})]
        assert [image["alt"] for image in read(site / "notebooks" / f"{stem}.html").all("img")] == stored


def test_each_claim_leads_to_the_cell_that_decides_it_and_back(site: Path) -> None:
    decided = 0
    for claim in claims.ledger().values():
        page_of_claims = read(site / "claims" / f"{claim.document}.html")
        assert claim.id.lower() in page_of_claims.ids
        notebook = contents.folder() / f"{claim.notebook}.ipynb"
        if not notebook.exists():
            continue
        cells = [cell for cell in nbformat.read(notebook, as_version=4).cells if cell.cell_type == "code"]
        [cell] = [cell for cell in cells if claim.id in dict(contents.tables(cell.source))]
        page = read(site / "notebooks" / f"{claim.notebook}.html")
        assert any(a["href"] == f"../notebooks/{claim.notebook}.html#cell-{cell.id}" for a in page_of_claims.all("a"))
        assert any(a["href"] == f"../claims/{claim.document}.html#{claim.id.lower()}" for a in page.all("a"))
        decided += 1
    assert decided > 100


def test_the_anchor_of_a_cell_stands_at_its_code(site: Path) -> None:
    notebook = nbformat.read(contents.folder() / "01_conjugate_gaussian.ipynb", as_version=4)
    [cell] = [cell for cell in notebook.cells if cell.cell_type == "code" and '"D03"' in cell.source]
    html = (site / "notebooks" / "01_conjugate_gaussian.html").read_text(encoding="utf-8")
    below = html.partition(f'id="cell-{cell.id}"')[2]
    code = re.sub(r"<[^>]+>", "", below[below.index("<pre") :])
    assert code.startswith(cell.source.partition("\n")[0])


def test_mathematics_is_in_the_page_and_not_in_dollars(site: Path) -> None:
    for stem in books.executed():
        html = (site / "notebooks" / f"{stem}.html").read_text(encoding="utf-8")
        prose = re.sub(r"<(pre|annotation|code)\b.*?</\1>", "", html, flags=re.DOTALL)
        assert html.count("<math") > 5, stem
        assert not re.search(r"\$|\\[a-z]+\{", re.sub(r"<[^>]+>", "", prose)), stem
        assert "math/tex" not in html


def test_every_heading_of_a_table_says_something(site: Path) -> None:
    """In words or in a formula."""
    headings = [
        (path.name, heading)
        for path in pages_of(site)
        for heading in re.findall(r"<th\b.*?</th>", path.read_text(encoding="utf-8"), re.DOTALL)
    ]
    assert len(headings) > 100
    assert [name for name, heading in headings if not re.sub(r"<[^>]+>", "", heading).strip()] == []


def test_a_solution_and_the_numbers_behind_a_verdict_are_closed_until_they_are_asked_for(site: Path) -> None:
    for stem in books.executed():
        notebook = nbformat.read(contents.folder() / f"{stem}.ipynb", as_version=4)
        in_code = sum("solution" in cell.metadata.get("tags", []) for cell in notebook.cells)
        in_words = sum(cell.source.count("<details>") for cell in notebook.cells if cell.cell_type == "markdown")
        decided = [claim.id for claim in claims.ledger().values() if claim.notebook == stem]
        folds = sum(bool(claims.verdict(claim_id).evidence) for claim_id in decided)
        closed = [d for d in read(site / "notebooks" / f"{stem}.html").all("details") if "open" not in d]
        assert len(closed) == in_code + in_words + folds, stem


def test_notebooks_follow_one_another(site: Path) -> None:
    order = ["index", *books.executed()]
    for before, stem, after in zip(order, order[1:], order[2:], strict=False):
        links = {a.get("class"): a["href"] for a in read(site / "notebooks" / f"{stem}.html").all("a")}
        assert (links["left-prev"], links["right-next"]) == (f"{before}.html", f"{after}.html")


def test_every_page_has_its_policy_before_all_it_governs(site: Path) -> None:
    for path in pages_of(site):
        html = path.read_text(encoding="utf-8")
        assert html.index("Content-Security-Policy") < html.index("<link") < html.index("</head>")
        inline = re.findall(r"<script(?![^>]* src=)[^>]*>(.*?)</script>", html, re.DOTALL)
        for text in inline:
            assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in html
        assert len(inline) > 2


def test_a_policy_allows_what_is_written_and_nothing_else() -> None:
    page = policy.sealed("<html><head><script>a()</script><script src='b.js'></script></head></html>")
    digest = base64.b64encode(hashlib.sha256(b"a()").digest()).decode()
    assert re.findall(r"'sha256-[^']+'", page) == [f"'sha256-{digest}'"]
    assert "default-src 'none'" in page
    assert "http" not in re.sub("http-equiv", "", page)


def test_every_docstring_is_read_without_a_complaint(tmp_path: Path) -> None:
    """As the pages of the API hold them, but without importing the modules."""
    told = []
    for file in (api.PACKAGE).rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (text := ast.get_docstring(node)):
                lines = text.splitlines()
                api.as_written(None, "", "", None, None, lines)  # type: ignore[arg-type]
                told += [f"Of {file.stem}, {getattr(node, 'name', 'itself')}:", "", *lines, ""]
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "index.rst").write_text("\n".join(["All", "===", "", *told]), encoding="utf-8")
    build.render(tmp_path / "source", tmp_path / "site")


def test_stars_and_bars_of_a_docstring_mean_nothing() -> None:
    lines = ["ln |det J| and ``a|b``, *args, `x*y`"]
    api.as_written(None, "", "", None, None, lines)  # type: ignore[arg-type]
    assert publish_doctree("\n".join(lines)).astext() == "ln |det J| and a|b, *args, x*y"


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\frac12 x", "<mfrac><mn>1</mn><mn>2</mn></mfrac><mi>x</mi>"),
        (r"\mathbb{R}", "<mi>ℝ</mi>"),
        (r"\mathbf 1", "<mn>𝟏</mn>"),
        (r"\log p", '<mo>\u2061</mo><mspace width="0.17em"/><mi>p</mi>'),
        (r"\log(p)", '<mo>\u2061</mo><mo stretchy="false">(</mo>'),
        (r"y\log p", '<mi>y</mi><mspace width="0.17em"/><mi>log</mi>'),
        (r"\max_k p", "<mi>k</mi></munder>"),
        (r"\lvert w\rvert", '<mi mathvariant="normal">∣</mi><mi>w</mi>'),
        (r"\Big|_{0}", '<msub><mrow><mo fence="false" stretchy="true" minsize="1.8em" maxsize="1.8em">|</mo><mi></mi>'),
    ],
)
def test_a_formula(latex: str, expected: str) -> None:
    assert expected in mathml(latex, block=True)


def test_a_formula_that_is_not_understood_is_refused() -> None:
    with pytest.raises(ValueError, match="Undefined control sequence"):
        mathml(r"\fraction{1}{2}")


@pytest.mark.parametrize(
    ("sign", "alphabet", "other"),
    [
        ("R", "DOUBLE-STRUCK", "ℝ"),
        ("α", "BOLD", "𝛂"),
        ("L", "SCRIPT", "ℒ"),
        ("7", "DOUBLE-STRUCK", "𝟟"),
        ("+", "BOLD", "+"),
    ],
)
def test_a_sign_of_another_alphabet(sign: str, alphabet: str, other: str) -> None:
    assert in_alphabet(sign, alphabet) == other


def test_a_link_that_leads_nowhere_and_a_formula_unknown_stop_the_site(tmp_path: Path) -> None:
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "index.md").write_text("# A page\n\n[lost](#nowhere) $\\fraction$\n", encoding="utf-8")
    with pytest.raises(SiteError) as stopped:
        build.render(tmp_path / "source", tmp_path / "site")
    assert re.search(r"index.md.*nowhere", str(stopped.value))
    assert re.search(r"index.md.*\\fraction", str(stopped.value))
    assert str(tmp_path) not in str(stopped.value)


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    for mark in ("objects.inv", build.MARK):  # another site of Sphinx's; a site of ours with something beside it
        (tmp_path / mark).write_text("objects.inv\nindex.html")
        with pytest.raises(
            SiteError, match=r"holds (objects\.inv|thesis\.tex), which is of no site of ours; name another folder"
        ):
            build.build(tmp_path)
    with pytest.raises(SiteError, match=r"thesis\.tex: is a file; name a folder"):
        build.build(tmp_path / "thesis.tex")
    assert (tmp_path / "thesis.tex").read_text() == "years of work"


@pytest.mark.parametrize("leads", ["site", "nowhere"])
def test_a_link_is_not_followed_and_told_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, leads: str
) -> None:
    monkeypatch.setattr(build, "write", lambda source: pytest.fail("the site is built"))
    (tmp_path / "site").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / leads)
    with pytest.raises(SiteError, match=r"link: is a link; name the folder that it leads to"):
        build.build(tmp_path / "link")


def test_a_site_is_replaced_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def render(_: Path, target: Path) -> None:
        target.mkdir()
        (target / "index.html").write_text("new")

    def fail(_: Path, target: Path) -> None:
        raise SiteError("a link leads nowhere")

    monkeypatch.setattr(build, "write", lambda source: None)
    monkeypatch.setattr(build, "render", render)
    (tmp_path / "stale.html").write_text("old")
    (tmp_path / build.MARK).write_text("index.html\nstale.html")
    build.build(tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {
        build.MARK: "index.html",
        "index.html": "new",
    }
    monkeypatch.setattr(build, "render", fail)
    with pytest.raises(SiteError):
        build.build(tmp_path)
    assert (tmp_path / "index.html").read_text() == "new"


def test_services_are_offered_where_the_project_has_an_address(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(repository, "root", lambda: tmp_path)
    citation = tmp_path / "CITATION.cff"
    for text in ("title: A Second Look", "repository-code: https://example.org/name/project"):
        citation.write_text(text)
        assert repository.services("notebooks/00_read_me_first.ipynb") == {}
    citation.write_text("repository-code: https://github.com/name/project/")
    assert repository.services("notebooks/00_read_me_first.ipynb") == {
        "Binder": "https://mybinder.org/v2/gh/name/project/HEAD?labpath=notebooks/00_read_me_first.ipynb",
        "Colab": "https://colab.research.google.com/github/name/project/blob/HEAD/notebooks/00_read_me_first.ipynb",
    }
    assert "Open in Binder" in books.ways("00_read_me_first")


def test_the_claims_of_a_table_are_linked_and_other_rows_are_not() -> None:
    assert linked(f"{claims.table('D01')}\n| **not a claim** | D01 |").count("[**D01**](#D01)") == 1
    assert linked("| **not a claim** | D01 |\nD01 **D01**") == "| **not a claim** | D01 |\nD01 **D01**"


def test_an_entry_of_the_ledger_holds_all_that_is_known_of_a_claim() -> None:
    claim = claims.Claim("D03", "003", "page 2", "It is 3.", "it", (), "01_conjugate_gaussian", needs="a day")
    found = claims.Verdict("not upheld", "It is 4.", "3", "4")
    text = ledger.entry(claim, found, "cell-0")
    assert text.startswith(
        "(D03)=\n\n{.claim .not-upheld}\n## D03 · not upheld\n\nThe document says\n: It is 3. (page 2)"
    )
    assert "Printed\n: 3\n\nRight\n: 4\n\nWe find\n: It is 4.\n\nDecided in\n: [notebook 01, “" in text
    assert text.endswith("”](#cell-0)\n\nTo decide it exactly\n: a day\n")
    assert "Decided in" not in ledger.entry(claim, found, None)


def test_every_verdict_has_its_colour_in_the_light_and_in_the_dark() -> None:
    sheet = (conf.HERE / "static" / "site.css").read_text(encoding="utf-8")
    for name in map(css_class, claims.KINDS):
        assert f".{name} {{ --verdict: var(--{name}); }}" in sheet
        assert len(re.findall(rf"^  --{name}: #[0-9a-f]{{6}};$", sheet, re.MULTILINE)) == 2


def test_the_command_builds_where_it_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "build", lambda folder: folder / "index.html")
    said = CliRunner().invoke(cli.app, ["site", str(tmp_path)])
    assert (said.exit_code, said.output) == (0, f"wrote {tmp_path / 'index.html'}\n")
    monkeypatch.setattr(pdf, "build", lambda: root() / "report" / "report.pdf")
    monkeypatch.setattr(readme, "refresh", lambda: root() / "README.md")
    wrote = ["wrote README.md", "wrote report/report.pdf"]
    assert CliRunner().invoke(cli.app, ["report"]).output.splitlines() == wrote
    both = CliRunner().invoke(cli.app, ["report", "--site"]).output.splitlines()
    assert both == [*wrote, f"wrote {root() / 'site' / 'index.html'}"]
    assert CliRunner().invoke(cli.app, ["site"]).output == f"wrote {root() / 'site' / 'index.html'}\n"


def test_the_command_says_what_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "secondlook.site.build", None)
    said = CliRunner().invoke(cli.app, ["site"])
    assert said.exit_code == 1
    assert said.output.startswith("secondlook: the site needs ")
    assert said.output.count("\n") == 1


def test_the_first_page_says_how_many_claims_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readme, "TELLING", ())
    judged = [(claim, claims.Verdict("upheld", "")) for claim in claims.ledger().values()]
    assert f"make {len(judged)} claims that can be checked" in pages.home(judged, paper=False)
    assert f"became of it: {len(judged)} upheld." in pages.home(judged, paper=False)
    assert "report.pdf" not in pages.home(judged, paper=False)
    assert "report.pdf" in pages.home(judged, paper=True)
