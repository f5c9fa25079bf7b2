"""The ledger: what the four documents claim (claims.toml) and what the checks find (computed, never typed).

The checks of notebook ``NN_name`` live in ``secondlook.checks.name``; each is a function decorated with the claim's id
that returns a `Verdict` computed from exact arithmetic or from a committed record.
"""

import importlib
import importlib.util
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal, NotRequired, TypedDict, get_args

Kind = Literal["upheld", "corrected", "not upheld", "inconclusive", "miscited", "not testable here", "not yet examined"]
KINDS: tuple[Kind, ...] = get_args(Kind)
MEANINGS: Mapping[Kind, str] = MappingProxyType(
    {
        "upheld": "What is printed holds, or the effect has the claimed sign and is told from zero.",
        "corrected": "What is printed is wrong; the right value or formula is derived and given.",
        "not upheld": "The evidence goes against the claim.",
        "inconclusive": "The evidence decides neither way; an effect that was measured is given with its interval, "
        "mostly with the smallest that this comparison alone would have seen.",
        "miscited": "The source that is cited does not say this.",
        "not testable here": "Deciding it needs what cannot be had, which is named.",
        "not yet examined": "No check is written.",
    }
)


class ClaimError(Exception):
    """A claim was asked for that the ledger does not hold. The message says what it does hold."""


class Document(TypedDict):
    """What a document is: who wrote it, when and where it can be read, where these are known."""

    title: str
    authors: str
    kind: str
    year: NotRequired[int]
    url: NotRequired[str]


@dataclass(frozen=True)
class Claim:
    """One claim of one document, in our words. `recipe` lists the codes of the statistical recipe that decides it.

    `needs` is what deciding it exactly would take and cannot be had; `matters` is what hangs on it.
    """

    id: str
    document: str
    place: str
    claim: str
    quantity: str
    recipe: tuple[str, ...]
    notebook: str
    needs: str | None = None
    matters: str | None = None


@dataclass(frozen=True)
class Verdict:
    """What a check found, with computed numbers: `finding` in a few sentences; what is printed, and what is right.

    `evidence` has the numbers behind the finding, a line each, for whoever asks how it comes about.
    """

    kind: Kind
    finding: str
    printed: str | None = None
    right: str | None = None
    evidence: tuple[str, ...] = ()


Check = Callable[[], Verdict]
_CHECKS: dict[str, Check] = {}


def check(claim_id: str) -> Callable[[Check], Check]:
    """Register the decorated function as the check of one claim; two checks of one claim are a `ClaimError`."""

    def register(function: Check) -> Check:
        if claim_id not in ledger():
            raise ClaimError(f"{claim_id}: {function.__name__} checks a claim that claims.toml does not hold")
        known = _CHECKS.setdefault(claim_id, function)
        if _name(known) != _name(function):
            raise ClaimError(f"{claim_id}: checked by {_name(known)} and by {_name(function)}; keep one")
        _CHECKS[claim_id] = function  # the same one again when its module is reloaded
        return function

    return register


def _name(function: Check) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@cache
def _tables() -> dict[str, dict]:
    return tomllib.loads(files("secondlook").joinpath("claims.toml").read_text(encoding="utf-8"))


@cache
def documents() -> Mapping[str, Document]:
    """The four documents by number."""
    return MappingProxyType(_tables()["documents"])


@cache
def ledger() -> Mapping[str, Claim]:
    """Every claim by id, in the order of the documents."""
    rows = {key: row for key, row in _tables().items() if key != "documents"}
    return MappingProxyType(
        {key: Claim(id=key, **{**row, "recipe": tuple(row["recipe"])}) for key, row in rows.items()}
    )


def find(claim_id: str) -> Claim:
    """The claim of that id; ClaimError names the range of ids when there is none."""
    claims = ledger()
    if claim_id not in claims:
        letters = sorted({key[0] for key in claims})
        ranges = ", ".join(
            f"{min(k for k in claims if k[0] == a)}–{max(k for k in claims if k[0] == a)}" for a in letters
        )
        raise ClaimError(f"{claim_id}: no such claim; the ledger holds {ranges}")
    return claims[claim_id]


def has_checks(notebook: str) -> bool:
    """Whether checks of a notebook are written: some, or all."""
    return importlib.util.find_spec(f"secondlook.checks.{notebook[3:]}") is not None


@cache
def verdict(claim_id: str) -> Verdict:
    """The verdict on one claim: as an earlier process computed it, unless something has changed; else computed now."""
    from secondlook import kept  # which needs NumPy; to list claims does not

    if (fields := kept.fetch(find(claim_id).id)) is not None:
        return Verdict(**fields | {"evidence": tuple(fields["evidence"])})
    found = decide(claim_id)
    kept.store(claim_id, asdict(found))
    return found


def decide(claim_id: str) -> Verdict:
    """Compute the verdict on one claim; "not yet examined" only where no check of it is written yet."""
    claim = find(claim_id)
    if has_checks(claim.notebook):
        importlib.import_module(f"secondlook.checks.{claim.notebook[3:]}")
    if claim_id not in _CHECKS:
        return Verdict("not yet examined", f"Notebook {claim.notebook} does not decide it yet.")
    return _CHECKS[claim_id]()


def markdown_cell(text: str) -> str:
    """Text safe in a Markdown table: on one line; a bar inside mathematics becomes \\mid, elsewhere it is escaped."""
    parts = re.split(r"(\$[^$]*\$)", " ".join(text.split()))
    return "".join(p.replace("|", r"\mid ") if p.startswith("$") else p.replace("|", r"\|") for p in parts)


def table(*claim_ids: str) -> str:
    """The verdicts on some claims as Markdown, for a notebook to show: a table, and their evidence, folded."""
    return "\n\n".join(
        [findings(*claim_ids), *(folded(claim_id) for claim_id in claim_ids if verdict(claim_id).evidence)]
    )


def folded(claim_id: str) -> str:
    """The evidence for the verdict on a claim as a Markdown list that unfolds when it is clicked."""
    lines = "\n".join(f"- {line}" for line in verdict(claim_id).evidence)
    return f"<details><summary><b>{claim_id}</b>, the numbers behind it</summary>\n\n{lines}\n\n</details>"


def findings(*claim_ids: str) -> str:
    """The verdicts on some claims as a Markdown table."""
    rows = ["| claim | the document says | verdict | what we find |", "|:--|:--|:--|:--|"]
    for claim_id in claim_ids:
        claim, found = find(claim_id), verdict(claim_id)
        rows.append(
            f"| **{claim_id}** | {markdown_cell(claim.claim)} | **{found.kind}** | {markdown_cell(found.finding)} |"
        )
    return "\n".join(rows)
