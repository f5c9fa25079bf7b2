"""Every comparison that notebooks make over seeds, as recorded: what holds of all families."""

import importlib
from pathlib import Path

import numpy as np
import pytest

from secondlook import checks
from secondlook.checks.over_seeds import LEVEL, by_score, matched
from secondlook.results import Arm

FAMILIES = sorted(file.parent.name for file in Path(str(checks.__file__)).parent.glob("*/family.py"))
SCORE = "late/test_accuracy"
ENOUGH = 6
"""Pairs: with fewer, no sign-flip test can be below 5 %."""


@pytest.mark.parametrize("name", FAMILIES)
def test_what_is_told_with_six_pairs_is_told_without_a_normal_law_too(name: str) -> None:
    found = importlib.import_module(f"secondlook.checks.{name}.family").family()
    told = {of: compared.found for of, compared in found.items() if compared.p < LEVEL}
    assert all(pair.p_signs < LEVEL for pair in told.values() if pair.n >= ENOUGH), name


def test_arms_are_matched_by_seed_whatever_seeds_each_has() -> None:
    one, other = (Arm({}, seeds, {SCORE: np.array(seeds)}, {}, {}, np.ones(3)) for seeds in ((3, 1, 2), (2, 5, 3)))
    assert [of.scores[SCORE].tolist() for of in matched(one, other)] == [[3, 2], [3, 2]]


def test_arms_of_different_data_are_not_compared() -> None:
    with pytest.raises(ValueError, match=r"gtzan baseline and .*codewords baseline have different data"):
        by_score("songs_baseline/gtzan baseline", SCORE, "songs_baseline/codewords baseline", SCORE)
