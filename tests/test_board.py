"""The ledger for the eye: nothing is lost between the verdicts and what is shown."""

import csv
import io

import pytest

from secondlook import board, claims, contents
from secondlook.board import Judged
from secondlook.claims import KINDS, Claim, Verdict


@pytest.fixture(scope="module")
def judged() -> list[Judged]:
    """All claims, with their verdicts."""
    return board.judge()


def test_all_claims_are_judged_once_in_the_order_of_the_ledger(judged: list[Judged]) -> None:
    assert [claim.id for claim, _ in judged] == list(claims.ledger())


def test_the_counts_by_document_and_by_verdict_add_up_to_161(judged: list[Judged]) -> None:
    counts = board.counts(judged)
    assert {number: of_kind.total() for number, of_kind in counts.items()} == {
        "000": 21,
        "001": 66,
        "002": 26,
        "003": 48,
    }
    assert sum(len(board.judge(kind=kind)) for kind in KINDS) == 161


def test_a_choice_keeps_ids_document_and_verdict() -> None:
    assert [claim.id for claim, _ in board.judge(["D03", "A01", "D01"])] == ["D03", "A01", "D01"]
    assert [claim.id for claim, _ in board.judge(["D03", "A01"], document="003")] == ["D03"]
    assert board.judge(["D03"], kind="upheld") == []
    assert {found.kind for _, found in board.judge(kind="corrected", document="003")} == {"corrected"}


def test_errata_are_what_is_corrected_not_upheld_or_miscited_with_what_takes_its_place(judged: list[Judged]) -> None:
    found = [board.errata(judged, number) for number in claims.documents()]
    assert [claim.id for of in found for claim, _, _ in of] == [
        claim.id for claim, verdict in judged if verdict.kind in ("corrected", "not upheld", "miscited")
    ]
    assert all(printed and right and printed != right for of in found for _, printed, right in of)


def test_an_erratum_without_a_value_has_the_claim_and_a_sentence_in_its_place() -> None:
    miscited = Verdict("miscited", "It is not there.")
    assert board.errata([(CLAIM, miscited)], "003") == [(CLAIM, CLAIM.claim, "The cited work does not say it.")]
    assert board.errata([(CLAIM, Verdict("corrected", "It is 2.", "1", "2"))], "003") == [(CLAIM, "1", "2")]
    assert board.errata([(CLAIM, miscited)], "000") == []


def test_a_document_can_be_asked_for_while_the_checks_of_another_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def verdict(claim_id: str) -> Verdict:
        assert claim_id.startswith("D")
        return Verdict("upheld", "It holds.")

    monkeypatch.setattr(board, "verdict", verdict)
    assert len(board.judge(document="003")) == 48


def test_the_summary_is_one_screen_and_its_rows_and_columns_add_up(judged: list[Judged]) -> None:
    lines = board.summary(judged).splitlines()
    assert len(lines) <= 24
    assert max(map(len, lines)) <= 80
    start = lines.index("document".ljust(18) + "   000   001   002   003   all") + 1
    kinds = [line[:18].strip() for line in lines[start : lines.index("", start)]]
    numbers = [[0 if cell == "·" else int(cell) for cell in line[18:].split()] for line in lines[start:][: len(kinds)]]
    assert kinds == [kind for kind in KINDS if board.judge(kind=kind)] + ["together"]
    assert [sum(column) for column in zip(*numbers[:-1], strict=True)] == numbers[-1] == [21, 66, 26, 48, 161]
    assert all(sum(row[:-1]) == row[-1] for row in numbers)


def test_the_summary_of_a_choice_counts_the_choice() -> None:
    assert "A Second Look: 48 claims" in board.summary(board.judge(document="003"))


def test_a_row_is_flat_text_with_every_field_in_order(judged: list[Judged]) -> None:
    rows = [board.row(claim, found) for claim, found in judged]
    assert all(tuple(row) == board.FIELDS for row in rows)
    assert all(isinstance(text, str) for row in rows for text in row.values())
    file = io.StringIO()
    writer = csv.DictWriter(file, board.FIELDS)
    writer.writeheader()
    writer.writerows(rows)
    assert list(csv.DictReader(io.StringIO(file.getvalue()))) == rows


CLAIM = Claim("D03", "003", "page 1", "It is 1.", "The value.", ("EQ",), "01_conjugate_gaussian", needs="Nothing.")


def test_a_row_puts_each_finding_in_its_field() -> None:
    row = board.row(CLAIM, Verdict("corrected", "It is not.", "1", "2", ("First 3.", "Then 4.")))
    assert row["evidence"] == "First 3.\nThen 4."
    assert (row["verdict"], row["finding"], row["printed"], row["right"]) == ("corrected", "It is not.", "1", "2")
    assert (row["id"], row["document"], row["recipe"]) == ("D03", "003", "EQ")


def test_a_card_says_all_there_is_to_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "section", lambda _: "The variance")
    card = board.card(CLAIM, Verdict("corrected", "It is not.", "1", "2", ("First 3.", "Then 4.")))
    assert card.splitlines() == [
        "D03  document 003 (Homework 3: Bayesian Methods and Neural Networks), page 1",
        "  claim    It is 1.",
        "  printed  1",
        "  verdict  CORRECTED",
        "  right    2",
        "  finding  It is not.",
        "  derived  notebooks/01_conjugate_gaussian.ipynb, “The variance”",
        "  needs    Nothing.",
        "  numbers  - First 3.",
        "           - Then 4.",
    ]


def test_a_card_leaves_out_what_is_not_known_and_keeps_to_its_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(board, "section", lambda _: None)
    card = board.card(CLAIM, Verdict("not yet examined", "Word " * 60, evidence=("Word " * 60,)))
    assert "printed" not in card
    assert "derived" not in card
    assert max(map(len, card.splitlines()[1:])) <= board.WIDTH


def test_a_card_names_the_section_of_the_real_notebook() -> None:
    if contents.section("D03"):
        claim, found = board.judge(["D03"])[0]
        assert f"“{contents.section('D03')}”" in board.card(claim, found)
