"""Build the site: write its pages as Markdown into a folder of their own, and let Sphinx make HTML of them."""

import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.application import Sphinx
from sphinx.util.console import strip_escape_sequences
from sphinx.util.docutils import docutils_namespace

from secondlook.site import api, books, conf, ledger, pages

MARK = "objects.inv"
"""A file that every site has, by which it is known as one."""


class SiteError(Exception):
    """The site cannot be built, or not all of it is right. The message is what Sphinx has to say, a line each."""


def build(target: Path) -> Path:
    """Build the whole site into `target`, in place of a site that is there, and give its first page.

    Raises SiteError where `target` holds something else, where a link leads nowhere, a formula is not known or a module
    cannot be imported; what is in `target` is then as it was.
    """
    if target.exists() and not (target / MARK).exists() and (target.is_file() or any(target.iterdir())):
        raise SiteError(f"{target}: holds something that is no site; name another folder, or an empty one")
    with TemporaryDirectory() as scratch:
        source, made = Path(scratch, "source"), Path(scratch, "site")
        write(source)
        render(source, made)
        if target.exists():
            shutil.rmtree(target)
        shutil.move(made, target)
    return target / "index.html"


def write(source: Path) -> None:
    """Write what the site is made of, pages and notebooks, into the folder `source`."""
    stems = books.executed()
    cells = books.write(source / "notebooks", stems)
    ledger.write(source / "claims", cells)
    api.write(source / "api", api.subjects())
    pages.write(source, stems)


def render(source: Path, target: Path) -> None:
    """Make HTML of the pages in `source`. Raises SiteError with all that Sphinx complains of."""
    heard = io.StringIO()
    doctrees = source.parent / "doctrees"
    with docutils_namespace():  # what Sphinx adds to docutils is forgotten afterwards
        Sphinx(source, None, target, doctrees, "html", conf.SETTINGS, status=None, warning=heard).build()
    if complaints := strip_escape_sequences(heard.getvalue()).strip():
        raise SiteError(complaints.replace(f"{source}/", ""))
