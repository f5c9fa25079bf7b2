"""The ledger's machinery: one check a claim, a verdict for each, and a table that Markdown cannot break."""

import importlib
import re
from collections import Counter

import pytest

from secondlook import claims, contents
from secondlook.claims import KINDS, Check, ClaimError, Verdict

NOTEBOOKS = [notebook for notebook in contents.notebooks() if notebook.claims]
every_claim = pytest.mark.parametrize("claim_id", claims.ledger())


@pytest.fixture
def no_checks(monkeypatch: pytest.MonkeyPatch) -> None:
    """No check is registered; those of D03's notebook are imported first, or their registration would be lost."""
    importlib.import_module("secondlook.checks.conjugate_gaussian")
    monkeypatch.setattr(claims, "_CHECKS", {})


def check_named(name: str, module: str = "some.module") -> Check:
    def found() -> Verdict:
        return Verdict("upheld", "It holds.")

    found.__name__ = found.__qualname__ = name
    found.__module__ = module
    return found


@pytest.mark.usefixtures("no_checks")
@pytest.mark.parametrize("second", [check_named("b"), check_named("a", "other.module")])
def test_a_second_check_of_a_claim_is_refused_and_both_are_named(second: Check) -> None:
    first = claims.check("D03")(check_named("a"))
    with pytest.raises(
        ClaimError, match=rf"^D03: checked by some\.module\.a and by {second.__module__}\.\w; keep one$"
    ):
        claims.check("D03")(second)
    assert claims._CHECKS["D03"] is first


@pytest.mark.usefixtures("no_checks")
def test_the_same_check_may_register_again_as_when_its_module_is_reloaded() -> None:
    claims.check("D03")(check_named("a"))
    again = claims.check("D03")(check_named("a"))
    assert claims._CHECKS["D03"] is again


def test_a_check_of_a_claim_outside_the_ledger_is_refused() -> None:
    with pytest.raises(ClaimError, match=r"^Z99: a checks a claim that claims.toml does not hold$"):
        claims.check("Z99")(check_named("a"))


@pytest.mark.usefixtures("no_checks")
def test_a_claim_left_out_by_its_checks_is_not_yet_examined() -> None:
    assert claims.decide("D03").kind == "not yet examined"


def test_an_unknown_claim_is_told_what_there_is() -> None:
    with pytest.raises(ClaimError, match=r"^D49: no such claim; the ledger holds A01–A21, B01–B68, C01–C26, D01–D48$"):
        claims.find("D49")


def test_the_ledger_cannot_be_changed_by_accident() -> None:
    with pytest.raises(TypeError):
        claims.ledger()["D03"] = claims.find("D04")  # type: ignore[index]


@every_claim
def test_a_claim_is_examined_where_its_notebook_stands(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    stands = claims.find(claim_id).notebook in {notebook.stem for notebook in contents.notebooks()}
    assert found.kind != "not yet examined" or not stands
    assert found.kind in KINDS


@every_claim
def test_a_finding_is_trimmed_sentences_with_balanced_mathematics(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    assert found.finding == " ".join(found.finding.split())
    assert found.finding.endswith(".")
    for text in (found.finding, found.printed or "", found.right or ""):
        assert text.count("$") % 2 == 0
        assert not re.search(r"\bnan\b|\binf\b", text), "a number that is none"


@every_claim
def test_a_finding_is_short_enough_for_a_cell_and_its_evidence_is_a_sentence_a_line(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    assert len(found.finding.split()) <= 90, "put numbers into the evidence"
    for line in found.evidence:
        assert line == " ".join(line.split())
        assert line.endswith(".") and not line.endswith("..") and line[0] == line[0].upper()
        assert line.count("$") % 2 == 0
        assert not re.search(r"\bnan\b|\binf\b", line), "a number that is none"


@every_claim
def test_a_corrected_claim_says_what_is_printed_and_what_is_right(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    if found.kind == "corrected":
        assert found.printed
        assert found.right
        assert found.printed != found.right
        assert claims.find(claim_id).matters, "the errata would not say why it matters"


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda notebook: notebook.stem)
def test_a_notebook_shows_each_of_its_claims_in_one_table(notebook: contents.Notebook) -> None:
    own = [claim.id for claim in claims.ledger().values() if claim.notebook == notebook.stem]
    source = (contents.folder() / f"{notebook.stem}.py").read_text(encoding="utf-8")
    shown = Counter(claim_id for claim_id, _ in contents.tables(source))
    assert shown == Counter(own)


def test_a_notebook_stands_when_all_its_claims_are_examined() -> None:
    kinds: dict[str, set[str]] = {}
    for claim in claims.ledger().values():
        kinds.setdefault(claim.notebook, set()).add(claims.verdict(claim.id).kind)
    assert {notebook.stem for notebook in NOTEBOOKS} == {n for n, of in kinds.items() if "not yet examined" not in of}


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("a | b", r"a \| b"),
        ("$p(D | \\mu)$ | x", r"$p(D \mid  \mu)$ \| x"),
        ("two\nlines", "two lines"),
    ],
)
def test_a_table_cell_holds_no_bar_and_no_line_break(text: str, cell: str) -> None:
    assert claims.markdown_cell(text) == cell


def test_a_table_has_a_row_a_claim_and_four_cells_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(claims, "verdict", lambda _: Verdict("inconclusive", "1 | 2 with $p(a|b)$\nand more."))
    rows = claims.table("D03", "A01").splitlines()
    assert len(rows) == 4
    assert [len(re.findall(r"(?<!\\)\|", row)) for row in rows] == [5] * 4
    assert [row[:9] for row in rows[2:]] == ["| **D03**", "| **A01**"]
    assert "| **inconclusive** |" in rows[2]


def test_a_table_folds_the_evidence_of_each_claim_that_has_some(monkeypatch: pytest.MonkeyPatch) -> None:
    made = {"D03": Verdict("upheld", "It is."), "A01": Verdict("upheld", "It is.", evidence=("First 3.", "Then 4."))}
    monkeypatch.setattr(claims, "verdict", made.__getitem__)
    folds = claims.table("D03", "A01").removeprefix(claims.findings("D03", "A01"))
    assert folds == (
        "\n\n<details><summary><b>A01</b>, the numbers behind it</summary>\n\n- First 3.\n- Then 4.\n\n</details>"
    )
    assert claims.table("D03") == claims.findings("D03")


def test_every_document_has_claims_and_every_claim_a_document() -> None:
    assert {claim.document for claim in claims.ledger().values()} == set(claims.documents())


def test_every_verdict_is_explained() -> None:
    assert tuple(claims.MEANINGS) == KINDS


def test_a_student_is_not_named() -> None:
    assert claims.documents()["003"]["authors"] == "a student of the course"
