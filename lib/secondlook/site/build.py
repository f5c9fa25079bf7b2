"""Build the site: write its pages as Markdown into a folder of their own, and let Sphinx make HTML of them."""

import io
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

from sphinx.application import Sphinx
from sphinx.util.console import strip_escape_sequences
from sphinx.util.docutils import docutils_namespace

from secondlook.site import api, books, conf, ledger, pages

MARK = ".secondlook-site"
"""The file by which a site is known as ours. It names all other files of it, a line each."""


class SiteError(Exception):
    """The site cannot be built, or not all of it is right. The message is what Sphinx has to say, a line each."""


def build(target: Path) -> Path:
    """Build the whole site into `target`, in place of a site that is there, and give its first page.

    Raises SiteError where `target` is a link or holds something else, where a link leads nowhere, a formula is not
    known or a module cannot be imported; what is in `target` is then as it was.
    """
    if target.is_symlink():
        raise SiteError(f"{target}: is a link; name the folder that it leads to")
    if target.is_file():
        raise SiteError(f"{target}: is a file; name a folder")
    if other := files(target) - named(target):
        raise SiteError(
            f"{target}: holds {min(other)}, which is of no site of ours; name another folder, or an empty one"
        )
    with TemporaryDirectory() as scratch:
        source, made = Path(scratch, "source"), Path(scratch, "site")
        write(source)
        render(source, made)
        (made / MARK).write_text("\n".join(sorted(files(made))), encoding="utf-8")
        if target.exists():
            shutil.rmtree(target)
        shutil.move(made, target)
    return target / "index.html"


def files(folder: Path) -> set[str]:
    """All files in a folder but its mark, by their paths in it; none where there is no folder."""
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if not path.is_dir()} - {MARK}


def named(folder: Path) -> set[str]:
    """The files that the mark of a folder names; none where there is no mark."""
    mark = folder / MARK
    return set(mark.read_text(encoding="utf-8").splitlines()) if mark.is_file() else set()


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
