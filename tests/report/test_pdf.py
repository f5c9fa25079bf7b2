"""The report is built from data alone, the same each time, and says what is missing."""

import re
from pathlib import Path

import pytest

from secondlook import board, results
from secondlook.claims import ledger
from secondlook.report import pdf
from secondlook.results import ResultError

REPORT = results.root() / "report"
SOURCE = (REPORT / "report.typ").read_text(encoding="utf-8")
BIBLIOGRAPHY = (REPORT / "references.bib").read_text(encoding="utf-8")


def test_the_facts_hold_every_claim_in_order() -> None:
    facts = pdf.facts()
    assert [claim["id"] for claim in facts["claims"]] == list(ledger())
    assert {claim["verdict"] for claim in facts["claims"]} <= set(facts["kinds"])
    wrong = [claim["id"] for claim in facts["claims"] if claim["verdict"] in board.ERRATA]
    assert [erratum["id"] for of in facts["errata"].values() for erratum in of] == wrong
    assert all(erratum["printed"] and erratum["right"] for of in facts["errata"].values() for erratum in of)


def test_the_report_is_a_pdf_of_the_same_bytes_each_time() -> None:
    once = pdf.render()
    assert once == pdf.render()
    assert once.startswith(b"%PDF-")
    assert 15 <= len(re.findall(rb"/Type/Page\b", once)) <= 25


def test_it_builds_without_a_single_record_and_names_those_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(study: str) -> None:
        raise ResultError(f"{study}.json: no such record")

    monkeypatch.setattr(pdf, "load", missing)
    monkeypatch.setattr(pdf, "verdict", missing)
    facts = pdf.facts()
    assert facts["records"] == []
    assert [("text", "cifar10.json: no such record")] in facts["faults"]
    assert {claim["verdict"] for claim in facts["claims"]} == {"not yet examined"}
    assert pdf.render().startswith(b"%PDF-")


def test_building_replaces_the_pdf_whole(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    monkeypatch.setattr(pdf, "root", lambda: tmp_path)
    monkeypatch.setattr(pdf, "render", lambda: b"%PDF-new")
    assert pdf.build() == tmp_path / "report" / "report.pdf"
    assert [(path.name, path.read_bytes()) for path in (tmp_path / "report").iterdir()] == [("report.pdf", b"%PDF-new")]


@pytest.mark.parametrize(
    ("markdown", "pieces"),
    [
        ("plain", [("text", "plain")]),
        ("$\\mu$ is 1 * 2", [("math", "μ"), ("text", " is 1 * 2")]),
        ("a **b** *c* `d|e`.", [("text", "a "), ("strong", "b"), ("text", " "), ("emph", "c"), ("text", " "),
                                ("code", "d|e"), ("text", ".")]),
        ("$a*b*c$", [("math", r"a \* b \* c")]),
        ("", []),
    ],
)  # fmt: skip
def test_a_line_of_markdown_is_taken_to_pieces(markdown: str, pieces: list[pdf.Span]) -> None:
    assert pdf.spans(markdown) == pieces


def test_the_source_of_the_report_holds_no_result() -> None:
    """No decimal, no thousands, no percentage, but for lengths, numbering and the level of our intervals."""
    words = re.sub(r"//.*|\d[\d.]*(pt|em|cm|fr)\b", " ", SOURCE)
    assert set(re.findall(r"\d+[.,]\d+|\d+\s*%(?!\))", words)) == {"95 %", "100%", "1.1"}


def test_every_work_the_report_cites_is_in_the_bibliography() -> None:
    keys = set(re.findall(r"^@\w+\{([^,]+),", BIBLIOGRAPHY, re.MULTILINE))
    labels = set(re.findall(r"<([\w-]+)>", SOURCE))
    assert set(re.findall(r"(?<!\w)@([\w-]+)", SOURCE)) <= keys | labels
