"""The committed records, the code and the prose agree: what `secondlook check` says of this very tree."""

import pytest

from secondlook import check, studies


@pytest.mark.parametrize("name", studies.NAMES)
def test_a_record_is_what_the_code_finds(name: str) -> None:
    assert list(check.of_study(name)) == []


def test_every_record_is_of_a_study() -> None:
    assert list(check.orphans()) == []
