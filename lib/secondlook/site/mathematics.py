"""Mathematics without a network: Sphinx writes MathML, and the font for it lies beside the style sheet.

The font, STIX Two Math, comes with ziamath. A formula that is not understood is a warning, and there is no site.
"""

import shutil
from importlib.metadata import distribution
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from secondlook.site.mathml import mathml

FONT = distribution("ziamath").locate_file("ziamath/fonts/STIXTwoMath-Regular.ttf")

logger = logging.getLogger(__name__)


def visit(self: HTML5Translator, node: nodes.math | nodes.math_block) -> None:
    """Write a formula into the page; one on a line of its own can be reached by key, as it scrolls where it is wide."""
    block = isinstance(node, nodes.math_block)
    try:
        html = mathml(node.astext(), block)
    except ValueError as fault:
        logger.warning("formula $%s$: %s", node.astext(), fault, location=node)
    else:
        self.body.append(f'<div class="formula" tabindex="0">{html}</div>' if block else html)
    raise nodes.SkipNode


def bring_font(app: Sphinx, fault: Exception | None) -> None:
    """Put the font where the style sheet looks for it."""
    if fault is None:
        shutil.copy(str(FONT), app.outdir / "_static")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the renderer with Sphinx."""
    app.add_html_math_renderer("mathml", inline_renderers=(visit, None), block_renderers=(visit, None))
    app.connect("build-finished", bring_font)
    return {"parallel_read_safe": True}
