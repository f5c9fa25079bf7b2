"""The study of emcee's ensembles: what it measures is what it is called."""

from dataclasses import replace

import numpy as np
import pytest

from secondlook.studies import walkers
from secondlook.studies.walkers import looks, run

(ROUND,), (DECEIVED,) = (
    walkers.arm("stretch", 5, 200, 1),
    walkers.arm("stretch", 20, 200, 1, "", **walkers.DECEIVING),
)


def test_looks_begin_at_the_first_step_and_end_at_the_last() -> None:
    for steps in (1, 40, 110, 3_000):
        at = looks(steps)
        assert at[0] == 1 and at[-1] == steps and np.all(np.diff(at) > 0)
        assert min(110, steps) in at


def test_an_ensemble_started_from_exact_draws_stays_as_it_is() -> None:
    found = run(replace(ROUND, d=20, steps=300))
    assert found.curves["height"] == pytest.approx(1, abs=5 * np.sqrt(2 / (42 * 20)))  # of 840 numbers at each look
    assert found.scores["ratio 0.5"] == pytest.approx(1, abs=0.15)
    assert 0 < found.scores["moved"] < 1


def test_correlation_with_the_start_falls_from_one() -> None:
    found = run(replace(ROUND, d=20, steps=2_000))
    correlation = found.curves["correlation"]
    assert correlation[0] > 0.97 and abs(correlation[-1]) < 0.2
    at, forgotten = looks(2_000), correlation < walkers.FORGOTTEN
    last = int(np.argmax(forgotten)) - 1
    assert found.scores["memory"] == pytest.approx(-at[last] / np.log(correlation[last]))
    assert 5 * 20 < found.scores["memory"] < 25 * 20  # about 12 steps a dimension


def test_from_a_ball_the_narrow_directions_are_right_before_the_wide_ones() -> None:
    found = run(replace(DECEIVED, d=50, steps=300))
    low, high = found.scores["ratio 0.05"], found.scores["ratio 0.95"]
    assert low < 0.6 < high
    assert found.items["shown"].shape == (3, 102, 2)
    assert "memory" not in found.scores


def test_the_seed_decides() -> None:
    first, again, other = (run(config).scores["height"] for config in (ROUND, ROUND, replace(ROUND, seed=1)))
    assert first == again != other
