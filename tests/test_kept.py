"""Verdicts kept between processes: found again while nothing that decides them has changed, and never a stale one."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from secondlook import IMPORTED, claims, kept, results, runs
from secondlook.claims import Verdict

FOUND = Verdict("corrected", "It is two.", "one", "two", ("It was counted twice.",))


@pytest.fixture
def decided(empty_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The claims that are decided by the check, one after the other; package and records are a file each."""
    old(empty_checkout / "lib" / "kept.py", "x = 1")
    old(results.record_path("tosses"), "{}")
    monkeypatch.setattr(kept, "__file__", str(empty_checkout / "lib" / "kept.py"))
    asked: list[str] = []

    def decide(claim_id: str) -> Verdict:
        asked.append(claim_id)
        return FOUND

    monkeypatch.setattr(claims, "decide", decide)
    return asked


def old(file: Path, text: str, age: float = 10.0) -> None:
    """Write a file that was last changed so many seconds before this process loaded the package."""
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (IMPORTED - age, IMPORTED - age))


def verdict(claim_id: str = "D03") -> Verdict:
    """As another process would find it."""
    kept._digest.cache_clear()
    return claims.verdict.__wrapped__(claim_id)


def test_a_verdict_is_computed_once_for_all_processes(decided: list[str]) -> None:
    assert [verdict(), verdict(), verdict("D04"), verdict("D04")] == [FOUND] * 4
    assert decided == ["D03", "D04"]


def test_an_unknown_claim_is_refused(decided: list[str]) -> None:
    with pytest.raises(claims.ClaimError):
        verdict("../D03")
    assert decided == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: old(results.record_path("tosses"), "{1}"),
        lambda: old(results.record_path("tosses"), "[]", age=20.0),
        lambda: old(results.record_path("more"), "{}"),
        lambda: results.record_path("tosses").unlink(),
        lambda: old(results.root() / "lib" / "kept.py", "x = 2"),
        lambda: old(results.root() / "lib" / "checks" / "new.py", ""),
    ],
)
def test_whatever_decides_it_being_changed_it_is_computed_anew(decided: list[str], change: Callable[[], None]) -> None:
    verdict()
    change()
    assert [verdict(), verdict()] == [FOUND, FOUND]
    assert decided == ["D03", "D03"]


def test_another_version_of_a_package_decides_otherwise(decided: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    verdict()
    monkeypatch.setattr("importlib.metadata.distributions", lambda path: [])
    assert [verdict(), verdict()] == [FOUND, FOUND]
    assert decided == ["D03", "D03"]


def test_a_folder_more_to_import_from_decides_nothing(
    decided: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    verdict()
    old(tmp_path / "other-1.0.dist-info" / "METADATA", "Metadata-Version: 2.1\nName: other\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert verdict() == FOUND
    assert decided == ["D03"]


def test_compiled_code_decides_nothing(decided: list[str]) -> None:
    before = kept.everything()
    old(results.root() / "lib" / "__pycache__" / "kept.pyc", "compiled")
    assert kept.everything() == before


def test_what_has_changed_since_it_was_loaded_is_neither_kept_nor_found(decided: list[str]) -> None:
    verdict()
    results.record_path("tosses").write_text("{}")  # as it was, but who knows what this process has read
    assert kept.everything() is None
    verdict()
    old(results.record_path("tosses"), "{}")
    verdict()
    assert decided == ["D03", "D03"]


@pytest.mark.parametrize(
    "text", ["", "null", "[]", "{}", '{"decided_by": 1}', "\x00", '{"verdict": null, "decided_by": 1}']
)
def test_a_damaged_one_is_computed_and_kept_anew(decided: list[str], text: str) -> None:
    verdict()
    (file,) = (runs.home() / "verdicts").glob("*.json")
    file.write_text(text, encoding="utf-8")
    assert [verdict(), verdict()] == [FOUND, FOUND]
    assert decided == ["D03", "D03"]


def test_where_nothing_can_be_written_it_is_computed(decided: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(runs.CACHE, str(results.record_path("tosses")))  # a file, not a folder
    assert [verdict(), verdict()] == [FOUND, FOUND]
    assert decided == ["D03", "D03"]
