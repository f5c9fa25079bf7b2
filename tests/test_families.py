"""Every comparison that notebooks make over seeds, as recorded: what holds of all families."""

import importlib
from pathlib import Path

import pytest

from secondlook import checks
from secondlook.checks.statistical import LEVEL

FAMILIES = sorted(file.parent.name for file in Path(str(checks.__file__)).parent.glob("*/family.py"))
ENOUGH = 6
"""Pairs: with fewer, no sign-flip test can be below 5 %."""


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_told_with_six_pairs_is_told_without_a_normal_law_too(name: str) -> None:
    found = importlib.import_module(f"secondlook.checks.{name}.family").family()
    told = {of: compared.found for of, compared in found.items() if compared.p < LEVEL}
    assert all(pair.p_signs < LEVEL for pair in told.values() if pair.n >= ENOUGH), name
