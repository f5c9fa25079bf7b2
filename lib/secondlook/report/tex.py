"""Mathematics in the LaTeX of the ledger and the notebooks, rewritten for Typst; it knows what is used there.

Every symbol becomes its Unicode letter and every other sign is escaped, so that nothing is scaled, fused or turned into
a fraction that is not so in the LaTeX. What is not known is a `TexError`, never a formula that is set wrongly.
"""

import re
from collections import deque

SYMBOLS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ",
    "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω", "Delta": "Δ", "Lambda": "Λ", "Sigma": "Σ", "Phi": "Φ",
    "sum": "∑", "prod": "∏", "int": "∫", "partial": "∂", "nabla": "∇", "infty": "∞", "top": "⊤",
    "cdot": "⋅", "times": "×", "pm": "±", "odot": "⊙", "otimes": "⊗", "in": "∈", "to": "→",
    "Leftrightarrow": "⇔", "sim": "∼", "approx": "≈", "propto": "∝",
    "le": "≤", "ge": "≥", "ne": "≠", "ll": "≪", "gg": "≫", "dots": "…", "ldots": "…", "cdots": "⋯",
    "mid": 'class("relation", |)', "lvert": 'class("opening", |)', "rvert": 'class("closing", |)', "Vert": "‖",
    ",": "thin", ";": "med", " ": "space", "quad": "quad", "qquad": "wide",
    "{": r"\{", "}": r"\}", "%": "%",
}  # fmt: skip
OPERATORS = {"exp", "log", "ln", "max", "min", "arg", "det", "Var", "tr"}
FUNCTIONS = {"frac": 2, "tfrac": 2, "sqrt": 1, "hat": 1, "bar": 1, "tilde": 1, "mathbb": 1, "mathbf": 1, "mathcal": 1}
"""Commands that take arguments, and how many."""
NAMES = {"tfrac": "frac", "bar": "overline", "mathbb": "bb", "mathbf": "upright", "mathcal": "cal"}

TOKEN = re.compile(r"\\(?:mathrm|text)\s*\{(?P<text>[^{}\\]*)\}|\\(?P<command>[A-Za-z]+|.)|\d+(?:\.\d+)?|[^\s\\]")


class TexError(ValueError):
    """A formula that cannot be rewritten. The message quotes it, and says what is not known."""


def typst(latex: str) -> str:
    """The mathematics of Typst for what stands between two dollar signs in LaTeX."""
    tokens = deque(TOKEN.finditer(latex))
    parts = []
    try:
        while tokens:
            parts.append(_atom(tokens))
    except (LookupError, TexError) as fault:
        what = fault.args[0] if isinstance(fault, TexError) else "it ends too early"
        raise TexError(f"${latex}$: {what}; write it otherwise, or add it to report/tex.py") from None
    return " ".join(parts)


def _atom(tokens: deque[re.Match[str]]) -> str:
    token = tokens.popleft()
    if token["text"] is not None:
        return f'upright("{token["text"]}")'
    if command := token["command"]:
        return _command(command, tokens)
    sign = token[0]
    if sign == "{":
        parts = []
        while tokens[0][0] != "}":
            parts.append(_atom(tokens))
        tokens.popleft()
        return " ".join(parts)
    if sign in "^_":
        return f"{sign}({_argument(tokens)})"
    if sign == "}":
        raise TexError("a } closes nothing")
    return sign if sign[0].isalnum() or sign in "+-=<>.!'" else f"\\{sign}"


def _argument(tokens: deque[re.Match[str]]) -> str:
    if len(tokens[0][0]) > 1 and tokens[0][0][0].isdigit():
        raise TexError(f"of {tokens[0][0]} LaTeX takes one digit; put it in braces")
    return _atom(tokens)


def _command(command: str, tokens: deque[re.Match[str]]) -> str:
    if command in SYMBOLS:
        return SYMBOLS[command]
    if command == "left":
        return f"lr({_atom(tokens)}"
    if command == "right":
        return f"{_atom(tokens)})"
    if command in OPERATORS:
        return f'op("{command}")'
    if command in FUNCTIONS:
        arguments = ", ".join(_argument(tokens) for _ in range(FUNCTIONS[command]))
        return f"{NAMES.get(command, command)}({arguments})"
    raise TexError(f"\\{command} is not known")
