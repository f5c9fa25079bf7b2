"""Where the project can be found: ``repository-code`` in CITATION.cff, the one place that says it."""

import yaml

from secondlook.results import root

GITHUB = "https://github.com/"


def address() -> str | None:
    """The address of the public repository; None where CITATION.cff names none."""
    found = yaml.safe_load((root() / "CITATION.cff").read_text(encoding="utf-8")).get("repository-code")
    return found and str(found).rstrip("/")


def services(path: str) -> dict[str, str]:
    """The services that run a notebook in the browser, each with its link; none where GitHub does not have it."""
    at = address()
    if at is None or not at.startswith(GITHUB):
        return {}
    name = at.removeprefix(GITHUB)
    return {
        "Binder": f"https://mybinder.org/v2/gh/{name}/HEAD?labpath={path}",
        "Colab": f"https://colab.research.google.com/github/{name}/blob/HEAD/{path}",
    }
