"""Formulas in LaTeX as MathML that browsers set well: KaTeX reads them, and what browsers lack is mended.

KaTeX comes with sphinxcontrib-katex, and runs while the site is built.
"""

import re
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files

from py_mini_racer import JSEvalException, MiniRacer

MACROS = {r"\lvert": "|", r"\rvert": "|"}
"""What KaTeX would take for a relation, with space around it."""
ALPHABETS = {
    "bold": "BOLD", "double-struck": "DOUBLE-STRUCK", "script": "SCRIPT", "fraktur": "FRAKTUR",
    "sans-serif": "SANS-SERIF", "monospace": "MONOSPACE",
}  # fmt: skip
STYLED = re.compile(rf'<(?P<tag>m[in]) mathvariant="(?P<variant>{"|".join(ALPHABETS)})">(?P<text>[^<]+)</m[in]>')
APPLIED = "<mo>\u2061</mo>"
"""The invisible sign between a function's name and what it is applied to."""
NAMED = re.compile(
    rf"(?P<before></m(?:i|n|sub|sup|subsup|frac)>|<mo[^>]*>\)</mo>)(?=<mi>[a-z]+</mi>{APPLIED})"
    rf"|(?P<after>{APPLIED}(?!</mrow>)|<munder><mrow><mi>[a-z]+</mi>{APPLIED}</mrow>.*?</munder>)(?!<mo[^>]*>[(|[])"
)
"""Where a thin space belongs: before a function's name, and after it where no bracket follows."""
SCRIPTED = re.compile(r'(?P<tag><(?:msub|msup|msubsup)>)(?P<sign><mo[^>]* minsize="[^>]*>[^<]*</mo>)')
"""A sign of a given size that has an index or a power."""


@cache
def katex() -> MiniRacer:
    """KaTeX, ready to be called. Its engine is made in a thread, or it would share an event loop that runs in this."""
    with ThreadPoolExecutor(1) as thread:
        context = thread.submit(MiniRacer).result()
    context.eval(files("sphinxcontrib").joinpath("katex.min.js").read_text(encoding="utf-8"))
    return context


@cache
def mathml(latex: str, block: bool = False) -> str:
    """The MathML of a formula, on a line of its own or not. Raises ValueError, with what KaTeX does not understand."""
    options = {"output": "mathml", "displayMode": block, "strict": "ignore", "macros": MACROS}
    try:
        html = str(katex().call("katex.renderToString", latex, options))
    except JSEvalException as fault:
        raise ValueError(str(fault).partition("\n")[0]) from None
    html = STYLED.sub(lambda found: f"<{found['tag']}>{styled(**found.groupdict())}</{found['tag']}>", html)
    html = NAMED.sub(r'\g<0><mspace width="0.17em"/>', html)
    html = SCRIPTED.sub(r"\g<tag><mrow>\g<sign><mi></mi></mrow>", html)  # by itself it would lose its size
    return re.sub(r'(stretchy="true"[^>]*>)∣', r"\1|", html)  # the one of the two bars that grows


def styled(variant: str, text: str, **_: str) -> str:
    """Letters and digits of another alphabet: browsers know ``ℝ``, and no longer R in the variant double-struck."""
    return "".join(in_alphabet(sign, ALPHABETS[variant]) for sign in text)


def in_alphabet(sign: str, alphabet: str) -> str:
    """A letter or digit in an alphabet for mathematics, as Unicode calls it; where there is none, as it is."""
    name = re.sub("LATIN |GREEK |LETTER ", "", unicodedata.name(sign))
    for style in (f"MATHEMATICAL {alphabet}", alphabet):
        try:
            return unicodedata.lookup(f"{style} {name}")
        except KeyError:
            continue
    return sign
