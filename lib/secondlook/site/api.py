"""The pages of the API: one for each subject of the package, with its modules."""

import ast
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

import secondlook
from secondlook.runs import Study
from secondlook.site.markdown import table, toctree

PACKAGE = Path(secondlook.__file__).parent
LEFT_OUT = {"__init__", "checks", "cli", "commands", "site"}
"""The checks are told by the ledger, and the commands by their help."""
CODE_OR_SIGN = re.compile(r"(`+[^`]+`+)|([*|])")


def write(folder: Path, subjects: list[str]) -> None:
    """Write a page for each subject, and the page that lists them."""
    folder.mkdir(parents=True)
    for subject in subjects:
        sections = [section(name) for name in modules(subject)]
        (folder / f"{subject}.rst").write_text("\n".join([title(subject, "="), *sections]), encoding="utf-8")
    (folder / "index.md").write_text(index(subjects), encoding="utf-8")


def subjects() -> list[str]:
    """The subjects of the package: its modules and packages."""
    files = [*PACKAGE.glob("*.py"), *PACKAGE.glob("*/__init__.py")]
    return sorted({file.relative_to(PACKAGE).with_suffix("").parts[0] for file in files} - LEFT_OUT)


def modules(subject: str) -> list[str]:
    """The modules of a subject, ``data``, ``data.idx``, by name: one, or those of a package."""
    files = sorted((PACKAGE / subject).rglob("*.py")) or [PACKAGE / f"{subject}.py"]
    return [".".join(file.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__") for file in files]


def title(text: str, rule: str) -> str:
    """A heading in reStructuredText."""
    return f"{text}\n{rule * len(text)}\n"


def section(module: str) -> str:
    """What a module says of itself and of its members; it has a heading unless it is the page's own subject."""
    heading = title(module, "-") if "." in module else ""
    return f"{heading}\n.. automodule:: secondlook.{module}\n"


def index(subjects: list[str]) -> str:
    """The list of subjects, each with the first line it says of itself."""
    rows = [[f"[{subject}]({subject}.rst)", about(subject)] for subject in subjects]
    return f"""\
# API

The code that the notebooks share, `from secondlook import …`: one idea a file, in the field's nouns.

{table(["module", "what it is about"], rows)}
{toctree(subjects)}"""


def about(subject: str) -> str:
    """The first line of a subject's docstring, read without importing it."""
    package = PACKAGE / subject / "__init__.py"
    file = package if package.exists() else PACKAGE / f"{subject}.py"
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def as_written(app: Sphinx, what: str, name: str, it: object, options: object, lines: list[str]) -> None:
    """Keep the stars and bars of a docstring from meaning anything in reStructuredText."""
    lines[:] = [CODE_OR_SIGN.sub(lambda found: found[1] or f"\\{found[2]}", line) for line in lines]


def too_long(app: Sphinx, what: str, name: str, it: object, skipped: bool, options: object) -> bool | None:
    """Leave out the values of studies, which list every run; their modules say what they are."""
    return True if isinstance(it, Study) else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx what is documented, and how docstrings are read."""
    app.connect("autodoc-skip-member", too_long)
    app.connect("autodoc-process-docstring", as_written)
    return {"parallel_read_safe": True}
