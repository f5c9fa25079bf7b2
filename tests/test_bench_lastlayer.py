"""The benchmark of the last layer at toy size: every side samples the same posterior, and nothing is timed."""

import importlib
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture(scope="module")
def bench() -> ModuleType:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(BENCHMARKS)
        return importlib.import_module("lastlayer")


@pytest.fixture(scope="module")
def size(bench: ModuleType) -> object:
    return bench.Size(items=300, units=3, classes=3, held_out=5, chains=8, few=4, draws=150, warmup=50, walls=1)


@pytest.fixture(scope="module")
def problem(bench: ModuleType, size: object) -> object:
    return bench.problem(size)


def test_features_are_those_of_rectified_units(bench: ModuleType) -> None:
    features, labels = bench.data(bench.Size(items=4000, units=20))
    assert features.shape == (4100, 21)
    assert (features[:, -1] == 1).all()
    assert features.min() == 0
    assert 0.5 < (features[:, :-1] == 0).mean() < 0.65
    assert set(labels) == set(range(10))
    assert np.array_equal(features, bench.data(bench.Size(items=4000, units=20))[0])


def test_flops_are_those_of_two_products(bench: ModuleType) -> None:
    assert bench.gradient_flops(bench.Size()) == 2 * 2 * 40_000 * 201 * 9


def test_all_sides_sample_the_same_posterior(bench: ModuleType, size: object, problem: object) -> None:
    """Their mean log densities differ by no more than Monte Carlo errors, from half of the dimensions below the top."""
    means, errors = [], []
    for side in bench.rounds.at_hand({side: library for side, (library, _) in bench.SIDES.items()}):
        chains = bench.SIDES[side][1](problem, size)
        means.append(chains.log_prob.mean())
        errors.append(bench.diagnose(chains.log_prob[..., None].astype(float)).mcse[0])
        found = bench.worth(chains, problem)
        assert 0 < found.least <= min(found.contrasts, found.log_prob, found.predictive)
        assert found.rhat < 1.2
        assert chains.wall_seconds > 0
    assert len(means) >= 6
    assert np.ptp(means) < 5 * max(errors)


def test_the_benchmark_runs_to_its_end(bench: ModuleType, capsys: pytest.CaptureFixture[str]) -> None:
    names = ["split HMC, by pilot", "split HMC, in tiles"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bench, "SIDES", {name: bench.SIDES[name] for name in names})
        bench.main(bench.Size(items=300, units=3, classes=3, held_out=5, chains=8, draws=20, warmup=5, walls=1))
    said = capsys.readouterr().out
    for words in ("8 contrasts", "of the peak", "times a loop in NumPy", *names, "StretchMove: 16 walkers"):
        assert words in said
