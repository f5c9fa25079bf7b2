"""The committed records and the code agree.

Of each toy arm the first seed is done again: another seed runs the same code. `secondlook check` does them all.
"""

from dataclasses import replace

import pytest

from secondlook import check, results, studies


@pytest.mark.parametrize("name", studies.NAMES)
def test_a_record_is_what_the_code_finds(name: str) -> None:
    study, record = studies.study(name), results.load(name)
    first = replace(study, toy=tuple(run for run in study.toy if run.seed == 0))
    assert {run.arm for run in first.toy} == {run.arm for run in study.toy}
    assert list(check.disagreements(study, record)) == []
    assert list(check.drift(first, record)) == []


def test_every_record_is_of_a_study() -> None:
    assert list(check.orphans()) == []
