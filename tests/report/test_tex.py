"""LaTeX for Typst: every formula of the ledger is set, sign for sign; what is not known is refused."""

import re
import unicodedata

import pytest
import typst

from secondlook import board, contents
from secondlook.report import tex


@pytest.fixture(scope="module")
def formulas() -> list[str]:
    """Every formula in a claim, a verdict or a caption."""
    texts = [
        *(
            text or ""
            for claim, found in board.judge()
            for text in (claim.claim, found.finding, found.printed, found.right)
        ),
        *(caption for notebook in contents.notebooks() for caption in notebook.captions.values()),
    ]
    return sorted({formula for text in texts for formula in text.split("$")[1::2]})


def letters(formula: str) -> list[str]:
    """The digits and one-letter names in a formula, in order: what no rewriting may change."""
    without = re.sub(r"\\(mathrm|text)\s*\{[^}]*\}|\\[A-Za-z]+", " ", formula)
    return re.findall(r"[A-Za-z0-9]", without)


def kept(formula: str) -> list[str]:
    """The same of a formula in Typst."""
    return re.findall(r"(?<![a-z.\"])[A-Za-z](?![a-z\"])|\d", re.sub(r'"[^"]*"', " ", formula))


def test_every_formula_of_the_ledger_is_set_by_typst(formulas: list[str]) -> None:
    assert len(formulas) > 100
    lines = "\n\n".join(f"${tex.typst(formula)}$" for formula in formulas)
    assert typst.compile(lines.encode(), format="svg")


def test_no_letter_or_digit_is_lost_or_moved(formulas: list[str]) -> None:
    assert {formula: kept(tex.typst(formula)) for formula in formulas} == {f: letters(f) for f in formulas}


@pytest.mark.parametrize(
    ("latex", "expected"),
    [
        (r"\mu", "μ"),
        (r"a/b", r"a \/ b"),
        (r"x_i^2", "x _(i) ^(2)"),
        (r"x_{i,j}", r"x _(i \, j)"),
        (r"10^{-10}", "10 ^(- 10)"),
        (r"\frac{1}{\sqrt{2\pi}}", "frac(1, sqrt(2 π))"),
        ("12.5x", "12.5 x"),
        (r"\hat y", "hat(y)"),
        (r"\exp\{x\}", r'op("exp") \{ x \}'),
        (r"\left(x\right)", r"lr(\( x \))"),
        (r"\mathrm{KL}(q \,\Vert\, p)", r'upright("KL") \( q thin ‖ thin p \)'),
        (r"\mathbb{R}^{H \times M}", "bb(R) ^(H × M)"),
    ],
)
def test_a_formula_in_typst(latex: str, expected: str) -> None:
    assert tex.typst(latex) == expected


def test_greek_letters_are_those_they_are_called() -> None:
    greek = {name: sign for name, sign in tex.SYMBOLS.items() if "GREEK" in unicodedata.name(sign[:1], "")}
    assert len(greek) > 20
    for name, sign in greek.items():
        words = unicodedata.name(sign).replace("LAMDA", "LAMBDA").split()
        assert name.removeprefix("var").upper() in words
        assert ("CAPITAL" in words) is name[0].isupper()
        assert "FINAL" not in words


@pytest.mark.parametrize(
    ("latex", "fault"),
    [
        (r"\fraction{1}{2}", r"\fraction is not known"),
        (r"\frac{1}", "it ends too early"),
        ("{x", "it ends too early"),
        ("x^", "it ends too early"),
        ("x}", "a } closes nothing"),
        ("x^10", "of 10 LaTeX takes one digit; put it in braces"),
    ],
)
def test_what_is_not_known_or_not_whole_is_refused(latex: str, fault: str) -> None:
    with pytest.raises(tex.TexError) as refused:
        tex.typst(latex)
    assert str(refused.value) == f"${latex}$: {fault}; write it otherwise, or add it to report/tex.py"
