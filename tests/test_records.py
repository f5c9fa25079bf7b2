"""The committed records, the code and the prose agree: what `secondlook check` says of this very tree.

Toy runs that a notebook does again before its readers' eyes are done by its own cells, and not a second time here.
"""

import re

import pytest

from secondlook import check, contents, results, studies

SOURCES = [(contents.folder() / f"{notebook.stem}.py").read_text(encoding="utf-8") for notebook in contents.notebooks()]
LIVE = {name for source in SOURCES for name in re.findall(r"\bcheck\.again\(\"(\w+)\"\)", source)}


@pytest.mark.parametrize("name", [name for name in studies.NAMES if name not in LIVE])
def test_a_record_is_what_the_code_finds(name: str) -> None:
    assert list(check.of_study(name)) == []


@pytest.mark.parametrize("name", sorted(LIVE))
def test_a_record_is_what_the_code_says(name: str) -> None:
    assert list(check.disagreements(studies.study(name), results.load(name))) == []


def test_every_record_is_of_a_study() -> None:
    assert list(check.orphans()) == []
