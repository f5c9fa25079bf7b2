"""The benchmarks' parts at toy size, without their peers and without any time asserted."""

import importlib
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from typer.testing import CliRunner

from secondlook import cli

BENCHMARKS = Path(__file__).parents[1] / "benchmarks"


@pytest.fixture
def training(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("training")


@pytest.mark.parametrize(
    ("name", "flops"),
    [
        ("fully connected", 3 * 2 * (3_072_000 + 1_000_000 + 10_000) - 2 * 3_072_000),
        ("convolutional", 3 * 2 * (118 * 75 * 50 + 57 * 150 * 50 + 280_000 + 2_000) - 2 * 118 * 75 * 50),
    ],
)
def test_flops_are_three_passes_without_the_gradient_of_the_input(training: ModuleType, name: str, flops: int) -> None:
    assert training.training_flops(training.NETS[name].build()) == flops


@pytest.mark.parametrize("name", ["fully connected", "convolutional"])
def test_our_half_trains_on_and_gives_the_loss_of_every_batch(training: ModuleType, name: str) -> None:
    epoch = training.ours(name, 250)
    first, second = epoch(), epoch()
    assert first.shape == second.shape == (3,)
    assert np.isfinite(first).all()
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("name", ["fully connected", "convolutional"])
def test_pytorch_by_hand_computes_what_ours_computes(training: ModuleType, name: str) -> None:
    pytest.importorskip("torch")
    assert training.theirs(name, 500)() == pytest.approx(training.ours(name, 500)(), abs=training.ALIKE)


@pytest.mark.parametrize("name", ["fully connected", "convolutional, small batches"])
def test_keras_fit_computes_what_ours_computes(training: ModuleType, name: str) -> None:
    fit = training.fitted(name, 300)
    first = fit()
    assert first == pytest.approx(training.ours(name, 300)(), abs=training.ALIKE)
    assert fit().shape == (1,)


def test_peaks_are_given_by_library(training: ModuleType) -> None:
    found = training.rounds.matrix_product.peaks(size=16, times=2)
    assert set(found) == {"NumPy", "JAX"}
    assert min(found.values()) > 0


@pytest.fixture
def variational(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(BENCHMARKS)
    return importlib.import_module("variational")


def test_all_sides_of_the_variational_net_have_the_same_objective(variational: ModuleType) -> None:
    sides = variational.rounds.at_hand({side: library for side, (library, _) in variational.SIDES.items()})
    assert len(sides) >= 2
    variational.same(np.array([variational.SIDES[side][1](640)() for side in sides]))
    with pytest.raises(SystemExit, match="do not compute the same: their objectives are"):
        variational.same(np.array([[1.0, 1.0], [1.1, 1.1]]))


def test_draws_of_units_cost_twice_the_products(variational: ModuleType) -> None:
    assert variational.flops(False) == 3 * 2 * (784 * 400 + 400 * 400 + 400 * 10) - 2 * 784 * 400
    assert variational.flops(True) == 2 * variational.flops(False)


def test_start_up_times_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(BENCHMARKS)
    assert importlib.import_module("start_up").seconds([sys.executable, "-c", "pass"]) > 0


def test_bench_lists_the_benchmarks_and_names_them_on_a_mistake() -> None:
    listed = CliRunner().invoke(cli.app, ["bench"])
    assert listed.exit_code == 0
    named = [line.split()[0] for line in listed.output.splitlines()]
    assert named == ["lastlayer", "start_up", "training", "variational"]
    assert "by hand in PyTorch" in listed.output
    mistaken = CliRunner().invoke(cli.app, ["bench", "trainin"])
    assert mistaken.exit_code == 1
    assert "trainin: no such benchmark; there are lastlayer, start_up, training, variational" in mistaken.output


def test_bench_runs_the_file_of_that_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "benchmarks").mkdir()
    (tmp_path / "benchmarks" / "three.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.setattr("secondlook.results.root", lambda: tmp_path)
    assert CliRunner().invoke(cli.app, ["bench", "three"]).exit_code == 3
