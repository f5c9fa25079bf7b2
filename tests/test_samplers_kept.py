"""A chain in a file: killed at any step it goes on with the same numbers, and a good one is never overwritten."""

import fcntl
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import emcee
import h5py
import numpy as np
import pytest
from emcee.backends import HDFBackend

from known_targets import Normal
from secondlook.samplers import KeptError, SplitStep, crank_nicolson, keep_ensemble, kept, run_ensemble, whitened

TARGET = Normal(3)
START = np.random.default_rng(0).standard_normal((8, 3))
SETTINGS = {"data": "a normal"}
MOVES: dict[str, Callable[[], emcee.moves.Move]] = {
    "stretch": emcee.moves.StretchMove,
    "differential evolution": emcee.moves.DEMove,
    "Crank-Nicolson": lambda: crank_nicolson(0.5),
    "split step": lambda: SplitStep(whitened(TARGET.value_and_grad, TARGET.centre(0.2))),
}


class Killed(Exception):
    pass


def density(z: np.ndarray) -> np.ndarray:
    return TARGET.log_prob(TARGET.centre(0.2).points(z))


def dying(after: int) -> Callable[[np.ndarray], np.ndarray]:
    """The density, which ends the run at its call number `after`."""
    calls = iter(range(after))

    def log_prob(z: np.ndarray) -> np.ndarray:
        if next(calls, None) is None:
            raise Killed
        return density(z)

    return log_prob


def keep(file: Path, kind: str = "stretch", **other: Any) -> HDFBackend:
    given = {"log_prob": density, "start": START, "move": MOVES[kind](), "steps": 12, "seed": 1, "settings": SETTINGS}
    return keep_ensemble(file, **given | {"thin": 2, "block": 5} | other)


def contents(backend: HDFBackend) -> tuple[np.ndarray, ...]:
    return backend.get_chain(), backend.get_log_prob(), backend.accepted, backend.random_state[1]


@pytest.mark.parametrize("move", MOVES)
def test_a_chain_killed_at_any_step_and_taken_up_again_is_the_unbroken_one(move: str, tmp_path: Path) -> None:
    whole = contents(keep(tmp_path / "whole.h5", move))
    alone = run_ensemble(density, START, MOVES[move](), 12, 1, thin=2)
    assert np.array_equal(whole[0], alone.walkers)
    assert np.array_equal(whole[1], alone.log_prob)
    for after in (1, 2, 7, 18, 26):
        file = tmp_path / f"killed {after}.h5"
        with pytest.raises(Killed):
            if move == "split step":  # which calls the density only to check starts
                keep(file, move, steps=after % 12, block=3)
                raise Killed
            keep(file, move, log_prob=dying(after))
        assert all(np.array_equal(a, b) for a, b in zip(contents(keep(file, move)), whole, strict=True)), after
    assert {file.suffix for file in tmp_path.iterdir()} == {".h5"} and not list(tmp_path.glob(".*"))


def test_a_chain_that_is_long_enough_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    keep(file)
    before = file.read_bytes()
    assert keep(file, steps=4).iteration == 12
    assert file.read_bytes() == before


def predictions(z: np.ndarray) -> np.ndarray:
    return np.stack([z.sum(axis=1), z[:, 0] ** 2], axis=1)


@pytest.mark.parametrize("move", ["differential evolution", "split step"])
def test_predictions_are_kept_in_place_of_walkers(move: str, tmp_path: Path) -> None:
    walkers = keep(tmp_path / "walkers.h5", move).get_chain()
    file = tmp_path / "predictions.h5"
    keep(file, move, steps=7, predict=predictions)
    found = keep(file, move, predict=predictions)
    assert found.get_blobs() == pytest.approx(np.stack([predictions(z) for z in walkers]), rel=1e-6)
    assert found.get_blobs().dtype == np.float32
    assert np.array_equal(found.get_chain(), walkers[-1:])
    assert np.array_equal(found.get_log_prob(), keep(tmp_path / "walkers.h5", move).get_log_prob())
    with pytest.raises(RuntimeError, match="read-only"):
        found.reset(8, 3)


RUN = """
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from test_samplers_kept import keep
keep(Path({file!r}), "split step", steps=100_000, block=3)
"""


def test_a_process_killed_outright_leaves_a_chain_that_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    tests = str(Path(__file__).parent)
    with subprocess.Popen([sys.executable, "-c", RUN.format(tests=tests, file=str(file))]) as process:
        while process.poll() is None and not (file.exists() and HDFBackend(file).iteration > 20):
            time.sleep(0.1)
        process.kill()
    assert process.returncode == -signal.SIGKILL
    left = HDFBackend(file).iteration
    assert left > 20 and left % 3 == 0
    whole = keep(tmp_path / "whole.h5", "split step", steps=left + 4, block=left + 4)
    again = keep(file, "split step", steps=left + 4)
    assert all(np.array_equal(a, b) for a, b in zip(contents(again), contents(whole), strict=True))


def corrupt(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:1000])


def scribble(file: Path) -> None:
    file.write_text("not HDF5", encoding="utf-8")


def other_hdf5(file: Path) -> None:
    file.unlink()
    emcee.EnsembleSampler(8, 3, lambda x: 0.0, backend=HDFBackend(file)).run_mcmc(START, 1)


def without_steps(file: Path) -> None:
    with h5py.File(file, "a") as opened:
        opened["mcmc"]["chain"].resize(2, axis=0)


@pytest.mark.parametrize("damage", [corrupt, scribble, other_hdf5, without_steps])
def test_a_file_that_is_no_chain_is_named_and_left_alone(damage: Callable[[Path], None], tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    keep(file)
    damage(file)
    before = file.read_bytes()
    with pytest.raises(KeptError, match=r"chain\.h5: is no whole chain \(.*\); move it away, or give") as caught:
        keep(file, steps=20)
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("other", "fault"),
    [
        ({"seed": 2}, "was made with seed 1, not 2; give another file"),
        ({"thin": 3}, "was made with thin 2, not 3"),
        ({"settings": {"data": "songs"}}, "was made with data 'a normal', not 'songs'"),
        ({"settings": {"data": "a normal", "beta": 0.5}}, "was made with beta None, not 0.5"),
        ({"start": START + 1}, "was made with start '[0-9a-f]{16}', not '[0-9a-f]{16}'"),
        ({"start": START[:7]}, "was made with start"),
        ({"predict": predictions}, "was made with kept 'walkers', not 'predictions'"),
        ({"log_prob": lambda z: density(z) - 1}, "its last walkers had a mean log density of .*, and now have"),
    ],
)
def test_a_chain_of_another_run_is_named_and_left_alone(other: dict[str, Any], fault: str, tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    keep(file, "Crank-Nicolson")
    before = file.read_bytes()
    with pytest.raises(KeptError, match=rf"chain\.h5: {fault}") as caught:
        keep(file, "Crank-Nicolson", **{"steps": 20} | other)
    assert "\n" not in str(caught.value)
    assert file.read_bytes() == before


WRITER = "import h5py, sys; f = h5py.File(sys.argv[1], 'a'); print('open', flush=True); sys.stdin.read()"


def test_a_file_that_another_program_writes_to_is_named(tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    keep(file)
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(file)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as writer:
        assert writer.stdout is not None and writer.stdout.readline() == "open\n"
        with pytest.raises(KeptError, match=r"chain\.h5: is locked, as another program writes to it; close that"):
            keep(file, steps=20)
        writer.communicate()
    assert keep(file, steps=20).iteration == 20


def test_a_chain_that_another_process_brings_on_is_left_to_it(tmp_path: Path) -> None:
    file = tmp_path / "chain.h5"
    keep(file, steps=5)

    class Meanwhile(emcee.moves.StretchMove):
        def propose(self, model: Any, state: emcee.State) -> Any:
            with pytest.raises(KeptError, match=r"chain\.h5: is locked, as another program writes to it; close that"):
                keep(file, steps=20)
            return super().propose(model, state)

    assert keep(file, steps=10, move=Meanwhile()).iteration == 10


def test_a_chain_that_grows_while_it_is_read_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As another process may do it: its block takes the file's place once the file is open here."""
    file, longer, lock = tmp_path / "chain.h5", tmp_path / "longer.h5", fcntl.flock
    keep(file, steps=5)
    keep(longer, steps=10)

    def meanwhile(opened: Any, operation: int) -> None:
        lock(opened, operation)
        if longer.exists():
            longer.replace(file)

    monkeypatch.setattr(fcntl, "flock", meanwhile)
    assert keep(file, steps=5).iteration == 10
    longer.write_text("not HDF5", encoding="utf-8")
    keep(file, steps=5)  # reads nothing but what it has found whole
    assert not longer.exists()


def test_what_another_process_has_added_is_not_added_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It ends between the first look at the file and the lock."""
    file, alone = tmp_path / "chain.h5", kept._alone
    keep(file, steps=5)

    @contextmanager
    def later(of: Path) -> Iterator[None]:
        monkeypatch.setattr(kept, "_alone", alone)
        keep(file, steps=10)
        with alone(of):
            yield

    monkeypatch.setattr(kept, "_alone", later)
    assert keep(file, steps=10).iteration == 10
