"""The sweep: runs are done side by side, each once; a killed worker and a failing run lose nothing else."""

import dataclasses
import os
import signal
import time
from pathlib import Path

import dask
import pytest

from secondlook import runs, studies, sweep
from secondlook.data import DataError
from secondlook.runs import Config, Run, Study


@dataclasses.dataclass(frozen=True, kw_only=True)
class Task(Config):
    """A config of a made-up study."""

    folder: str


def work(config: Task) -> Run:
    """Succeed, fail, or be killed the first time and succeed the second."""
    marker = Path(config.folder) / "killed-once"
    if config.arm == "killed" and not marker.exists():
        marker.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if config.arm == "failing":
        raise ValueError("seed 3 has no answer")
    return Run({"seed": float(config.seed)})


def test_a_sweep_survives_a_killed_worker_and_names_a_failing_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDLOOK_CACHE", str(tmp_path / "cache"))
    arms = {"fine": (0, 1), "killed": (2,), "failing": (3,)}
    configs = [
        Task(study="tasks", arm=arm, seed=seed, data="none", folder=str(tmp_path)) for arm in arms for seed in arms[arm]
    ]
    monkeypatch.setattr(sweep, "one", one)
    found = {config.seed: outcome for config, outcome in sweep.sweep(configs, workers=2)}
    assert [found[seed].scores["seed"] for seed in (0, 1, 2)] == [0, 1, 2]  # type: ignore[union-attr]
    assert found[3] == "ValueError: seed 3 has no answer"
    assert [runs.fetch(config) is not None for config in configs] == [True, True, True, False]


def one(config: Config) -> Run:
    return runs.done(Study("tasks", (), (), (), work), config)


def test_a_worker_does_one_run_at_a_time_in_the_order_given_and_the_client_keeps_what_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECONDLOOK_CACHE", str(tmp_path))
    monkeypatch.setattr(sweep, "one", elsewhere)
    configs = [Config(study="tasks", arm="", seed=seed, data="none") for seed in (4, 1, 6, 0, 5, 2)]
    found = dict(sweep.sweep(configs, workers=1))
    order = sorted(found, key=lambda config: found[config].scores["start"])  # type: ignore[union-attr]
    assert order == configs
    assert [run.scores["others"] for run in found.values()] == [0] * 6  # type: ignore[union-attr]
    assert [runs.fetch(config) for config in configs] == [found[config] for config in configs]


_under_way: list[Config] = []


def elsewhere(config: Config) -> Run:
    """A run on a machine with a cache of its own: when it began, and how many others were under way there."""
    scores = {"start": time.monotonic(), "others": float(len(_under_way))}
    _under_way.append(config)
    time.sleep(0.05)
    _under_way.remove(config)
    return Run(scores)


@pytest.mark.parametrize("address", ["tcp://127.0.0.1:1", "127.0.0.1"])
def test_an_address_without_a_scheduler_is_told_in_one_line(address: str) -> None:
    with (
        dask.config.set({"distributed.comm.timeouts.connect": "200ms"}),
        pytest.raises(
            sweep.SweepError, match=rf"^{address}: no Dask scheduler answers there \(.*\); see that it runs$"
        ),
    ):
        list(sweep.sweep([], 1, address))


def test_a_worker_forgets_when_it_comes_to_another_study(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_CACHE", str(tmp_path))
    done: list[str] = []

    def run(config: Config) -> Run:
        done.append(config.study)
        return Run({})

    monkeypatch.setattr(studies, "study", lambda name: Study(name, (), (), (), run))
    monkeypatch.setattr(sweep, "forget", lambda: done.append("forget"))
    monkeypatch.setattr(sweep, "_at", [])
    for name, seed in (("a", 0), ("a", 1), ("b", 0), ("a", 2)):
        sweep.one(Config(study=name, arm="", seed=seed, data=""))
    assert done == ["forget", "a", "a", "forget", "b", "forget", "a"]


def test_an_unknown_study_names_the_ones_there_are() -> None:
    with pytest.raises(ValueError, match="no such study; there are cifar10"):
        studies.study("cifar100")


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), DataError("mnist: not there")])
def test_what_the_disc_lacks_is_no_accident_of_a_worker(fault: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is an answer, so that the worker's log holds no traceback; any other fault is raised."""

    def lacking(config: Config) -> Run:
        raise fault

    monkeypatch.setattr(studies, "study", lambda name: Study(name, (), (), (), lacking))
    monkeypatch.setattr(runs, "fetch", lambda config: None)
    assert sweep.one(Config(study="any", arm="", seed=0, data="")) == f"{type(fault).__name__}: {fault}"
    fault = ValueError("no answer")
    with pytest.raises(ValueError, match="no answer"):
        sweep.one(Config(study="any", arm="", seed=0, data=""))
