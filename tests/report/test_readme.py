"""README.md's computed parts are what the ledger, the notebooks and the catalog say today."""

from pathlib import Path

import pytest

from secondlook import board, claims, contents
from secondlook.data.catalog import catalog
from secondlook.report import readme
from secondlook.results import ResultError, root

README = (root() / "README.md").read_text(encoding="utf-8")
MARKS = "".join(f"Before.\n<!-- {name}: begin -->\nSTALE\n<!-- {name}: end -->\nAfter.\n" for name in readme.BLOCKS)


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_no_number_in_the_readme_is_stale() -> None:
    assert readme.refreshed(README) == README, "run `secondlook report`"
    assert list(readme.complaints()) == []


def test_a_stale_number_is_complained_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(README.replace("161 claims, ", "160 claims, "), encoding="utf-8")
    monkeypatch.setattr(readme, "root", lambda: tmp_path)
    (complaint,) = readme.complaints()
    assert complaint.startswith("README.md: 'Of 160 claims, ")
    assert complaint.endswith("`secondlook report` writes it")
    readme.refresh()
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == README


def test_a_record_that_is_missing_is_complained_about(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> str:
        raise ResultError("cifar10.json: no such record")

    monkeypatch.setitem(readme.BLOCKS, "results", missing)
    assert list(readme.complaints()) == ["README.md: cannot be computed; cifar10.json: no such record"]


def test_blocks_are_replaced_and_nothing_else_is() -> None:
    text = readme.refreshed(MARKS)
    assert "STALE" not in text
    assert text.count("Before.\n<!--") == text.count("-->\nAfter.\n") == len(readme.BLOCKS)
    assert readme.refreshed(text) == text


@pytest.mark.parametrize("text", [MARKS.replace("<!-- data: end -->", ""), MARKS + MARKS])
def test_a_missing_or_doubled_mark_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^README\.md: not one pair of marks <!-- \w+: begin -->"):
        readme.refreshed(text)


def test_the_headline_counts_every_claim_once() -> None:
    lines = readme.headline().splitlines()
    assert lines[0].startswith(f"Of {len(claims.ledger())} claims, ")
    counts = [sum(int(cell) for cell in cells(line)[1:] if cell != "·") for line in lines[4:8]]
    assert counts == [21, 66, 26, 48]
    assert cells(lines[2])[1:] == [kind for kind in claims.KINDS if board.judge(kind=kind)]


def test_the_headline_tells_only_of_examined_claims() -> None:
    told = [claim_id for claim_id in readme.TELLING if f"| **{claim_id}** |" in readme.headline()]
    assert told
    assert all(claims.verdict(claim_id).kind != "not yet examined" for claim_id in told)


def test_every_notebook_and_every_source_has_its_row() -> None:
    assert [cells(line)[0] for line in readme.notebooks().splitlines()[2:]] == [
        f"[{notebook.stem[:2]} · {notebook.title}](notebooks/{notebook.stem}.ipynb)"
        for notebook in contents.notebooks()
    ]
    assert [cells(line)[0] for line in readme.data().splitlines()[2:]] == [s.title for s in catalog().values()]
