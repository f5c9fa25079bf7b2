"""Kills: of a worker, the scheduler or the client, in real processes, at moments drawn with fixed seeds.

Whatever is killed, at most the runs in flight are lost; a rerun does the rest, and the record is that of no kill.
"""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import tosses
from secondlook import recording

DEADLINE = 120
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    (tmp_path / "report" / "results").mkdir(parents=True)
    (tmp_path / "cache").mkdir()
    return tmp_path


@pytest.fixture
def start(checkout: Path) -> Iterator[Start]:
    """Start Python in the checkout, as the head of a process group; at the end every group is killed."""
    begun: list[subprocess.Popen[str]] = []
    environment = os.environ | {
        "SECONDLOOK_CACHE": str(checkout / "cache"),
        "PYTHONPATH": str(Path(__file__).parent),
    }

    def call(*words: str, told: int = subprocess.DEVNULL) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, *words],
            cwd=checkout,
            env=environment,
            stdout=told,
            stderr=told,
            text=True,
            start_new_session=True,
        )
        begun.append(process)
        return process

    yield call
    for process in begun:
        kill(process)


def kill(process: subprocess.Popen[str]) -> None:
    """Kill a process and all that it started, if it is there."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + DEADLINE
    while not true():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.02)


def client(start: Start, *options: str, before: str = "") -> subprocess.Popen[str]:
    code = f"{before}\nimport tosses, secondlook.cli; secondlook.cli.main()"
    return start("-c", code, "run", "tosses", *options, told=subprocess.PIPE)


def cluster(start: Start, checkout: Path) -> tuple[str, list[subprocess.Popen[str]]]:
    """A scheduler and two workers, each a process: its address, and they."""
    file = checkout / "scheduler.json"
    here = ("--host", "127.0.0.1", "--scheduler-file", str(file))
    scheduler = start("-m", "dask", "scheduler", *here, "--port", "0", "--dashboard-address", "127.0.0.1:0")
    until(lambda: file.exists() and file.stat().st_size)
    workers = [
        start("-m", "dask", "worker", *here, "--nthreads", "1", "--memory-limit", "0", "--no-nanny", "--no-dashboard")
        for _ in range(2)
    ]
    return json.loads(file.read_text())["address"], [scheduler, *workers]


def runs_kept(checkout: Path) -> dict[str, bytes]:
    """The files of the run cache that are in their places."""
    return {file.name: file.read_bytes() for file in (checkout / "cache" / "runs" / "tosses").glob("*.npz")}


def started(checkout: Path) -> list[list[str]]:
    """Arm, seed and process of every run that was started."""
    return [line.split() for line in (checkout / "cache" / "started").read_text().splitlines()]


def a_moment(checkout: Path, seed: int) -> None:
    """Wait until some runs are done, and a part of the next."""
    rng = np.random.default_rng(seed)
    count, part = rng.integers(2, 10), rng.uniform(0, tosses.SECONDS)
    until(lambda: len(runs_kept(checkout)) >= count)
    time.sleep(part)


def ends_well(process: subprocess.Popen[str]) -> str:
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 0, err
    assert "Traceback" not in err
    return out


def assert_the_record_of_no_kill(checkout: Path) -> None:
    """The record is, but for times, the one of runs that nothing disturbed; nothing is torn, and nothing left over."""
    arms, arrays = recording.summarise({config: tosses.outcome(config) for config in tosses.FULL})
    file = checkout / "report" / "results" / "tosses.json"
    found: dict[str, Any] = json.loads(file.read_text())["arms"]
    for of in (*found.values(), *arms.values()):
        assert len(of.pop("seconds")) == 12
    assert found == json.loads(json.dumps(arms))
    with np.load(file.with_suffix(".npz")) as stored:
        assert set(stored.files) == set(arrays)
        assert all(np.array_equal(stored[name], arrays[name]) for name in arrays)
    assert len(runs_kept(checkout)) == len(tosses.FULL)
    assert list(checkout.rglob("*.damaged")) == []


def test_a_killed_worker_loses_its_run_and_the_other_does_the_rest(start: Start, checkout: Path) -> None:
    address, (_, one, _) = cluster(start, checkout)
    process = client(start, "--scheduler", address)
    a_moment(checkout, seed=1)
    kill(one)
    assert "wrote report/results/tosses.json" in ends_well(process)
    assert len(started(checkout)) <= len(tosses.FULL) + 1
    assert len({pid for _, _, pid in started(checkout)}) == 2
    assert_the_record_of_no_kill(checkout)


def test_a_killed_scheduler_is_told_in_one_line_and_a_rerun_does_the_rest(start: Start, checkout: Path) -> None:
    address, (scheduler, *_) = cluster(start, checkout)
    process = client(start, "--scheduler", address)
    a_moment(checkout, seed=2)
    kill(scheduler)
    out, err = process.communicate(timeout=DEADLINE)
    assert process.returncode == 1
    assert err == f"secondlook: {address}: the scheduler is gone; start one and call it again: what is done is kept\n"
    assert "wrote" not in out
    before = runs_kept(checkout)
    assert "wrote report/results/tosses.json" in ends_well(client(start, "--workers", "1"))
    assert len(started(checkout)) <= len(tosses.FULL) + 2
    assert before.items() <= runs_kept(checkout).items()
    assert_the_record_of_no_kill(checkout)


def test_a_worker_that_sleeps_longer_than_dask_would_wait_loses_no_run(start: Start, checkout: Path) -> None:
    impatient = "import dask; dask.config.set({'distributed.scheduler.worker-ttl': '1s'})"
    process = client(start, "--workers", "2", before=impatient)
    a_moment(checkout, seed=4)
    for sign, seconds in ((signal.SIGSTOP, 8), (signal.SIGCONT, 0)):  # Dask waits for 5 s at least
        for worker in {int(pid) for _, _, pid in started(checkout)}:
            os.kill(worker, sign)
        time.sleep(seconds)
    assert "wrote report/results/tosses.json" in ends_well(process)
    assert len(started(checkout)) == len(tosses.FULL)
    assert_the_record_of_no_kill(checkout)


def test_a_killed_client_takes_its_workers_along_and_two_at_once_do_the_rest_without_a_clash(
    start: Start, checkout: Path
) -> None:
    process = client(start, "--workers", "2")
    a_moment(checkout, seed=3)
    process.kill()
    process.communicate()
    workers = {int(pid) for _, _, pid in started(checkout)}
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in workers))
    before = runs_kept(checkout)
    assert len(before) < len(tosses.FULL)
    again = len(started(checkout))
    for rerun in [client(start, "--workers", "1") for _ in range(2)]:
        assert "wrote report/results/tosses.json" in ends_well(rerun)
    assert len(started(checkout)) <= again + 2 * (len(tosses.FULL) - len(before))
    assert before.items() <= runs_kept(checkout).items()
    assert_the_record_of_no_kill(checkout)
