"""The ledger file: complete, well-formed, and free of verdicts."""

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
LEDGER = tomllib.loads((ROOT / "lib/secondlook/claims.toml").read_text(encoding="utf-8"))
DOCUMENTS = LEDGER["documents"]
CLAIMS = {claim_id: claim for claim_id, claim in LEDGER.items() if claim_id != "documents"}

LENGTHS = {"place": 120, "claim": 320, "quantity": 240, "needs": 240, "matters": 120}
REQUIRED = {"document", "place", "claim", "quantity", "recipe", "notebook"}
RECIPES = {"EQ", "GRAD", "PS", "MC", "TOST", "SEL", "BOOT", "DIAG", "TREND", "SIM", "CITE", "READ", "TIME"}
DOCUMENT_OF = {"A": "000", "B": "001", "C": "002", "D": "003"}
ORDER = {"A": range(1, 22), "B": [*range(1, 39), *range(41, 69)], "C": range(1, 27), "D": range(1, 49)}  # no B39, B40
NOTEBOOKS = [
    "00_read_me_first",
    "01_conjugate_gaussian",
    "02_backprop_by_hand",
    "03_fully_connected_cifar10",
    "04_songs_and_genres",
    "05_regularisation",
    "06_convolution_in_time",
    "07_combining_models",
    "08_correcting_model",
    "09_twenty_five_genres",
    "10_priors_on_weights",
    "11_bayesian_mnist",
    "12_bayesian_songs",
    "13_last_layer",
    "14_sampling_that_works",
    "15_verdicts",
]
VERDICT_WORDS = re.compile(
    r"\b(wrong(ly)?|incorrect(ly)?|corrected|upheld|inconclusive|miscited|not testable|refuted|false|"
    r"mistakes?|mistaken|misprints?|typos?|bugs?|errone\w+|unsupported|contradict\w*|in fact|actually)\b",
    re.IGNORECASE,
)

each_claim = pytest.mark.parametrize("claim_id", CLAIMS)


def test_the_ids_are_complete_and_in_order() -> None:
    assert list(CLAIMS) == [f"{letter}{number:02d}" for letter, numbers in ORDER.items() for number in numbers]
    assert len(CLAIMS) == 21 + 66 + 26 + 48


def test_the_four_documents_are_described() -> None:
    assert sorted(DOCUMENTS) == sorted(DOCUMENT_OF.values())
    for document in DOCUMENTS.values():
        assert {"title", "authors", "kind"} <= set(document) <= {"title", "authors", "kind", "year", "url"}
        assert all(document.values())
        assert isinstance(document.get("year", 2017), int)
        assert document.get("url", "https://").startswith("https://")


@each_claim
def test_a_claim_has_every_field_and_no_other(claim_id: str) -> None:
    assert set(CLAIMS[claim_id]) - {"needs", "matters"} == REQUIRED


@each_claim
def test_texts_are_trimmed_sentences_within_their_lengths(claim_id: str) -> None:
    for field in LENGTHS.keys() & CLAIMS[claim_id].keys():
        text = CLAIMS[claim_id][field]
        assert text == " ".join(text.split()), "stray white space"
        assert 0 < len(text) <= LENGTHS[field]
        if field != "place":
            assert text.endswith("."), f"{field} is not a sentence"


@each_claim
def test_the_recipe_codes_are_known_and_named_once(claim_id: str) -> None:
    recipe = CLAIMS[claim_id]["recipe"]
    assert recipe
    assert set(recipe) <= RECIPES
    assert len(recipe) == len(set(recipe))


@each_claim
def test_the_document_is_that_of_the_letter(claim_id: str) -> None:
    assert CLAIMS[claim_id]["document"] == DOCUMENT_OF[claim_id[0]]


@each_claim
def test_the_notebook_is_one_of_the_sixteen(claim_id: str) -> None:
    assert len(NOTEBOOKS) == 16
    assert CLAIMS[claim_id]["notebook"] in NOTEBOOKS


@each_claim
def test_no_text_gives_away_a_verdict(claim_id: str) -> None:
    claim = CLAIMS[claim_id]
    for field in LENGTHS.keys() & claim.keys():
        found = VERDICT_WORDS.search(claim[field])
        assert found is None, f"{field} says {found and found.group()!r}"


@each_claim
def test_mathematics_is_balanced(claim_id: str) -> None:
    for field in LENGTHS.keys() & CLAIMS[claim_id].keys():
        pieces = CLAIMS[claim_id][field].split("$")
        assert len(pieces) % 2 == 1, "an odd number of $"
        assert "\\" not in "".join(pieces[0::2]), "LaTeX outside $...$"
        assert "|" not in "".join(pieces), "a bar ends a table cell: write \\mid, \\lvert or \\Vert"
        for formula in pieces[1::2]:
            assert formula == formula.strip() != ""
            assert formula.count("{") == formula.count("}")
            assert formula.count("(") == formula.count(")")


def test_every_notebook_about_a_document_has_claims() -> None:
    without = set(NOTEBOOKS) - {claim["notebook"] for claim in CLAIMS.values()}
    assert without == {"00_read_me_first", "12_bayesian_songs", "15_verdicts"}
