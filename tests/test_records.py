"""The committed records, the code and the prose agree: what `secondlook check` says of this very tree."""

from secondlook import check


def test_nothing_disagrees() -> None:
    assert list(check.complaints()) == []
