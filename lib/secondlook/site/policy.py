"""A content security policy in every page: it loads nothing but what lies beside it, and runs no scripts but its own.

The scripts inside a page are named by their sha256. `file:` lets it be read from a disc.
"""

import base64
import hashlib
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

INLINE = re.compile(r"<script(?! src| defer)[^>]*>(.*?)</script>", re.DOTALL)
POLICY = (
    "default-src 'none'; script-src 'self' file: {scripts}; style-src 'self' file: 'unsafe-inline'; "
    "img-src 'self' file: data:; font-src 'self' file:; base-uri 'none'; form-action 'self' file:"
)


def sealed(html: str) -> str:
    """A page with its policy at the start of its head, before anything that it governs."""
    digests = {base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in INLINE.findall(html)}
    policy = POLICY.format(scripts=" ".join(f"'sha256-{digest}'" for digest in sorted(digests)))
    return html.replace("<head>", f'<head>\n    <meta http-equiv="Content-Security-Policy" content="{policy}">', 1)


def seal(app: Sphinx, fault: Exception | None) -> None:
    """Seal every page that was built."""
    if fault is None:
        for docname in [*app.env.found_docs, "genindex", "search"]:
            page = Path(app.outdir, f"{docname}.html")
            page.write_text(sealed(page.read_text(encoding="utf-8")), encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Let Sphinx seal the pages at the end."""
    app.connect("build-finished", seal)
    return {"parallel_read_safe": True}
