"""Runs: what names them, that they come back as they were, and that damage or a kill loses nothing else."""

import dataclasses
import errno
import io
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondlook import runs
from secondlook.atomic import write_atomically
from secondlook.runs import Config, Run, Study


@dataclasses.dataclass(frozen=True, kw_only=True)
class Toss(Config):
    """A config of a made-up study."""

    width: float = 1.0


def toss(seed: int = 0, **fields: float) -> Toss:
    return Toss(study="tosses", arm="fair coin", seed=seed, data="none", **fields)  # type: ignore[arg-type]


RUN = Run({"mean": 0.5}, {"loss": np.arange(3.0)}, {"end/right": np.array([True, False])}, 1.5)


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SECONDLOOK_CACHE", str(tmp_path))
    return tmp_path


def test_a_key_depends_on_every_field_and_on_the_class_and_on_nothing_else() -> None:
    @dataclasses.dataclass(frozen=True, kw_only=True)
    class Other(Config):
        width: float = 1.0

    keys = [toss(), toss(1), toss(width=2.0), toss(version=2), Other(**dataclasses.asdict(toss()))]
    assert len({runs.key(config) for config in keys}) == len(keys)
    assert runs.key(toss()) == runs.key(toss())
    assert len(runs.key(toss())) == 64


def test_a_run_comes_back_as_it_was() -> None:
    runs.store(toss(), RUN)
    found = runs.fetch(toss())
    assert found is not None
    assert (found.scores, found.seconds) == (RUN.scores, RUN.seconds)
    assert np.array_equal(found.curves["loss"], RUN.curves["loss"])
    assert np.array_equal(found.items["end/right"], RUN.items["end/right"])
    assert runs.fetch(toss(seed=1)) is None


def test_of_two_that_did_the_same_run_the_first_has_done_it(cache: Path) -> None:
    runs.store(toss(), RUN)
    runs.store(toss(), dataclasses.replace(RUN, seconds=9.0))
    found = runs.fetch(toss())
    assert found is not None
    assert found.seconds == RUN.seconds
    assert len(list(cache.rglob("*.npz"))) == 1


def test_a_damaged_file_that_another_process_has_set_aside_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    runs.store(toss(), RUN)
    file = runs.path(toss())

    def damaged(*_: object, **__: object) -> None:
        file.unlink()
        raise EOFError

    monkeypatch.setattr(np, "load", damaged)
    assert runs.fetch(toss()) is None


def test_a_good_run_that_another_process_put_in_the_place_of_a_damaged_file_stays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    runs.store(toss(), RUN)
    file = runs.path(toss())
    good = file.read_bytes()
    file.write_bytes(b"damaged")

    def meanwhile(*_: object, **__: object) -> None:
        file.replace(file.with_suffix(".damaged"))
        file.write_bytes(good)
        raise EOFError

    with monkeypatch.context() as patched:
        patched.setattr(np, "load", meanwhile)
        assert runs.fetch(toss()) is None
    assert runs.fetch(toss()) is not None


def test_threads_that_write_one_file_do_not_meet(tmp_path: Path) -> None:
    parts: list[Path] = []

    def outer(part: Path) -> None:
        parts.append(part)
        part.write_text("outer")
        if len(parts) == 1:
            write_atomically(tmp_path / "whole.txt", outer)

    write_atomically(tmp_path / "whole.txt", outer)
    assert len(set(parts)) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["whole.txt"]


def test_a_run_is_done_once() -> None:
    calls = []

    def run(config: Toss) -> Run:
        calls.append(config)
        return RUN

    study = Study("tosses", (toss(),), (), (), run)
    first, second = runs.done(study, toss()), runs.done(study, toss())
    assert len(calls) == 1
    assert first.scores == second.scores
    assert first.seconds == second.seconds > 0


@pytest.mark.parametrize("byte", [0, 30, 200, -30, -1])
def test_a_damaged_file_is_set_aside_and_the_run_is_done_again(cache: Path, byte: int) -> None:
    runs.store(toss(), RUN)
    file = runs.path(toss())
    content = bytearray(file.read_bytes())
    content[byte] ^= 0xFF
    file.write_bytes(content)
    study = Study("tosses", (toss(),), (), (), lambda config: RUN)
    assert runs.done(study, toss()).scores == RUN.scores
    assert runs.fetch(toss()) is not None


@pytest.mark.parametrize("length", [0, 1, 100])
def test_a_truncated_file_counts_as_none(length: int) -> None:
    runs.store(toss(), RUN)
    file = runs.path(toss())
    file.write_bytes(file.read_bytes()[:length])
    assert runs.fetch(toss()) is None
    assert file.with_suffix(".damaged").exists()
    assert not file.exists()


def test_the_run_of_another_config_under_this_name_is_refused() -> None:
    runs.store(toss(1), RUN)
    runs.path(toss(1)).rename(runs.path(toss(0)))
    assert runs.fetch(toss(0)) is None


def test_objects_are_refused_on_writing_and_on_reading() -> None:
    with pytest.raises(ValueError, match=r"pickle|Object"):
        runs.store(toss(), Run({}, {}, {"bad": np.array([{}], dtype=object)}))
    assert list(runs.path(toss()).parent.iterdir()) == []
    np.savez(runs.path(toss()), config=np.array({}, dtype=object))
    assert runs.fetch(toss()) is None


def test_a_failed_write_leaves_nothing(tmp_path: Path) -> None:
    def fail(part: Path) -> None:
        part.write_text("half")
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        write_atomically(tmp_path / "whole.txt", fail)
    assert list(tmp_path.iterdir()) == []


def test_a_process_killed_while_writing_leaves_no_run(cache: Path) -> None:
    code = (
        "import os, signal\nfrom pathlib import Path\nfrom secondlook.atomic import write_atomically\n"
        "def half(part):\n    part.write_bytes(b'PK')\n    os.kill(os.getpid(), signal.SIGKILL)\n"
        f"write_atomically(Path({str(cache / 'run.npz')!r}), half)\n"
    )
    killed = subprocess.run([sys.executable, "-c", code], env=os.environ, check=False)
    assert killed.returncode == -signal.SIGKILL
    [left] = cache.iterdir()
    assert left.is_dir() and left.name.startswith(".") and left.suffix == ".part"  # which git ignores


class BadDisc(io.FileIO):
    """A file that can be opened and not read."""

    def refuse(self, *_: object) -> Any:
        raise OSError(errno.EIO, "Input/output error")

    read = readall = readinto = refuse


@pytest.mark.parametrize("opened", [BadDisc, lambda *_: (_ for _ in ()).throw(OSError(errno.EMFILE, "Too many files"))])
def test_a_file_that_cannot_be_read_is_not_taken_for_damaged(
    monkeypatch: pytest.MonkeyPatch, opened: Callable[..., Any]
) -> None:
    runs.store(toss(), RUN)
    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", lambda file, *_, **__: opened(file))
        with pytest.raises(OSError, match=r"Input/output error|Too many files"):
            runs.fetch(toss())
    assert runs.fetch(toss()) is not None


NO_ROOM = """
import resource, sys
from pathlib import Path
from secondlook.runs import read_arrays
pages = int(Path("/proc/self/statm").read_text().split()[0])
resource.setrlimit(resource.RLIMIT_AS, (pages * resource.getpagesize() + 2**25,) * 2)
try:
    read_arrays(Path(sys.argv[1]))
except MemoryError:
    print("no room")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the limit on memory is held on Linux alone")
def test_no_room_for_a_run_is_no_fault_of_its_file(monkeypatch: pytest.MonkeyPatch) -> None:
    runs.store(toss(), Run({}, {}, {"large": np.zeros(2**24)}))
    told = subprocess.run(
        [sys.executable, "-c", NO_ROOM, str(runs.path(toss()))], capture_output=True, text=True, check=True
    )
    assert told.stdout == "no room\n"

    def refuse(file: Path) -> dict[str, np.ndarray]:
        raise MemoryError

    with monkeypatch.context() as full:
        full.setattr(runs, "read_arrays", refuse)
        with pytest.raises(MemoryError):
            runs.fetch(toss())
    assert runs.fetch(toss()) is not None


def test_a_file_system_without_hard_links_keeps_runs_too(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    runs.store(toss(), RUN)
    runs.store(toss(), dataclasses.replace(RUN, seconds=9.0))
    found = runs.fetch(toss())
    assert found is not None and found.seconds == RUN.seconds
