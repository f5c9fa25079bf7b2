r"""Mathematics as MathML, which browsers set by themselves: no script, and no request.

docutils translates; the font, STIX Two Math, comes with ziamath and is put beside the style sheet. A formula that is
not understood is a warning, so that the site is not built with it.
"""

import re
import shutil
from pathlib import Path
from typing import Any

import ziamath
from docutils import nodes
from docutils.utils.math import MathError, latex2mathml
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

FONT = Path(ziamath.__file__).parent / "fonts" / "STIXTwoMath-Regular.ttf"
SYNONYMS = {r"\dots": r"\ldots", r"\big": r"\bigl", r"\Big": r"\Bigl", "½": r"\tfrac12 "}
"""What docutils does not know, and what it knows instead."""
SYNONYM = re.compile(r"\\[A-Za-z]+|½")

logger = logging.getLogger(__name__)


def mathml(latex: str, block: bool = False) -> str:
    """The MathML of a formula in LaTeX. Raises MathError where it is not understood."""
    known = SYNONYM.sub(lambda name: SYNONYMS.get(name[0], name[0]), latex)
    return latex2mathml.tex2mathml(known, as_block=block)


def visit(self: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula into the page."""
    try:
        self.body.append(mathml(node.astext(), block=isinstance(node, nodes.math_block)))
    except MathError as fault:
        logger.warning("formula $%s$: %s", node.astext(), fault, location=node)
    raise nodes.SkipNode


def bring_font(app: Sphinx, fault: Exception | None) -> None:
    """Put the font where the style sheet looks for it."""
    if fault is None:
        shutil.copy(FONT, app.outdir / "_static")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit, None), block_renderers=(visit, None))
    app.connect("build-finished", bring_font)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
