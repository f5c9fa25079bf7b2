"""A checkout of its own, for tests that write records."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from secondlook import results, runs


@pytest.fixture
def empty_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder, a checkout without a record; the run cache is empty."""
    (tmp_path / "report" / "results").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(runs.CACHE, str(tmp_path / "cache"))
    for cached in (results.root, results.load):
        cached.cache_clear()
    yield tmp_path
    for cached in (results.root, results.load):
        cached.cache_clear()
