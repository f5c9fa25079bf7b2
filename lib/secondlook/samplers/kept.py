"""Ensembles kept in a file, which a killed run leaves whole, and from which it goes on with the same numbers.

emcee's HDF5 backend keeps the walkers, their log densities and the state of the random numbers. Written to in place, a
file that is being changed when its process dies may be lost. Here every block of steps is added to a copy, which then
takes the file's place in one move: what is in the file is always a whole number of good blocks. The HDF5 library can
crash on a damaged file, or never come to an end. So the file is sealed: before the HDF5, in the block that the format
leaves to its user, stands the sha256 of all that comes after it. Notebook 14.
"""

import fcntl
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BufferedRandom, BufferedReader
from pathlib import Path
from typing import Any

import emcee
import h5py
import numpy as np
from emcee.backends import HDFBackend

from secondlook.atomic import write_atomically
from secondlook.samplers.ensemble import first_state, sampler_of

SETTINGS = "secondlook"
USER_BLOCK = 512
"""Bytes; the least that HDF5 allows."""


class KeptError(ValueError):
    """A file that is no chain of this run, with its name and what to do."""


class Predictions(HDFBackend):
    """Keeps a function of the walkers at every step, as blobs ``(steps, walkers, …)``, and the walkers of the last.

    Of 4,022 walkers with 2,010 weights a step is 65 MB; their probabilities of 100 songs are 16 MB in float32.
    """

    def __init__(self, file: Path, predict: Callable[[np.ndarray], np.ndarray]) -> None:
        super().__init__(file)
        self.predict = predict

    def grow(self, ngrow: int, blobs: None) -> None:
        """Make room for more steps of predictions, of the shape that the walkers' now have."""
        with self.open() as opened:
            walkers = np.zeros(opened[self.name]["chain"].shape[1:])
        super().grow(ngrow, np.asarray(self.predict(walkers), np.float32))

    def save_step(self, state: emcee.State, accepted: np.ndarray) -> None:
        """As emcee's, but for the walkers, which overwrite those of the step before."""
        with self.open("a") as opened:
            group = opened[self.name]
            step = group.attrs["iteration"]
            group["chain"][0] = state.coords
            group["log_prob"][step] = state.log_prob
            group["blobs"][step] = self.predict(state.coords)
            group["accepted"][:] += accepted
            for i, part in enumerate(state.random_state):
                group.attrs[f"random_state_{i}"] = part
            group.attrs["iteration"] = step + 1

    def get_value(self, name: str, **which: Any) -> Any:
        """As emcee's; the chain is the walkers of the last step, ``(1, walkers, d)``."""
        if name != "chain":
            return super().get_value(name, **which)
        with self.open() as opened:
            return opened[self.name][name][:1]


def keep_ensemble(
    file: Path,
    log_prob: Callable[[Any], Any],
    start: np.ndarray,
    move: emcee.moves.Move,
    steps: int,
    seed: int,
    settings: Mapping[str, str | float],
    thin: int = 1,
    block: int = 100,
    predict: Callable[[np.ndarray], np.ndarray] | None = None,
) -> HDFBackend:
    """Bring the chain in a file to `steps` kept steps, from its start or from where it stands, and open it for reading.

    As `run_ensemble`, with the file written after every `block` of steps. With `predict`, from walkers ``(walkers, d)``
    to ``(walkers, …)``, its values are kept in place of the walkers; they are the backend's blobs. `settings` are what
    this chain shall be known by, beside seed, thinning, shapes and start: data, density, move. A chain that is longer
    than asked for stays as it is.

    Raises KeptError, and leaves the file alone, where it is of other settings or another density, damaged or locked.
    """
    known = dict(settings) | {
        "seed": seed,
        "thin": thin,
        "walkers": start.shape[0],
        "d": start.shape[1],
        "start": hashlib.sha256(start.astype(float).tobytes()).hexdigest()[:16],
        "kept": "walkers" if predict is None else "predictions",
    }

    def open_backend(part: Path) -> HDFBackend:
        return HDFBackend(part) if predict is None else Predictions(part, predict)

    sampler = sampler_of(log_prob, start, move)
    done = _check(file, known, sampler) if file.exists() else 0

    def add(part: Path) -> None:
        backend = open_backend(part)
        if done:
            shutil.copyfile(file, part)
            state = backend.get_last_sample()
            state.blobs = None
        else:
            with h5py.File(part, "w", userblock_size=USER_BLOCK) as opened:
                opened.attrs[SETTINGS] = json.dumps(known)
            backend.reset(*start.shape)
            state = first_state(start, seed)
        ahead = sampler_of(log_prob, start, move, backend)
        ahead.run_mcmc(state, min(block, steps - done), thin_by=thin, skip_initial_state_check=True)
        with part.open("r+b") as raw:
            seal = _digest(raw)
            raw.seek(0)
            raw.write(seal)

    if done < steps:
        with _alone(file):
            done = _check(file, known, sampler) if file.exists() else 0  # another may have brought it on until now
            while done < steps:
                write_atomically(file, add)
                done = min(done + block, steps)
    backend = open_backend(file)
    backend.read_only = True
    return backend


@contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Let no other process bring the same chain on: its blocks would take the place of these.

    The chain itself is another file after every block, so an empty file of this user in the machine's folder for
    temporary ones is locked for it. On another machine that shares the folder nobody sees this lock.
    """
    name = hashlib.sha256(bytes(file.resolve())).hexdigest()[:16]
    with Path(tempfile.gettempdir(), f"secondlook-{os.getuid()}-{name}.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise _locked(file) from None
        yield


def _locked(file: Path) -> KeptError:
    return KeptError(f"{file}: is locked, as another program writes to it; close that, or give another file")


def _check(file: Path, known: dict[str, Any], sampler: emcee.EnsembleSampler) -> int:
    """How many steps the file holds, once it is found to be of this very chain."""
    try:
        with file.open("rb") as raw:
            fcntl.flock(raw, fcntl.LOCK_SH | fcntl.LOCK_NB)  # HDF5 locks a file that it writes to
            if not raw.read(USER_BLOCK).startswith(_digest(raw)):
                raise ValueError("its bytes are not those that were written")
            with h5py.File(raw) as opened:  # by its name it may be another by now, which has a block more
                found = json.loads(opened.attrs[SETTINGS])
                group = opened["mcmc"]
                done = int(group.attrs["iteration"])
                last = 0 if found["kept"] == "predictions" else done - 1
                walkers, log_prob = group["chain"][last], group["log_prob"][done - 1]
    except BlockingIOError:
        raise _locked(file) from None
    except (OSError, ValueError) as fault:
        raise KeptError(f"{file}: is no whole chain ({fault}); move it away, or give another file") from None
    differing = [name for name in sorted(found.keys() | known.keys()) if found.get(name) != known.get(name)]
    if differing:
        name = differing[0]
        raise KeptError(
            f"{file}: was made with {name} {found.get(name)!r}, not {known.get(name)!r}; give another file, or the "
            "settings it was made with"
        )
    now = sampler.log_prob_fn(walkers)
    if not np.allclose(now, log_prob, rtol=1e-4, atol=1e-2):
        raise KeptError(
            f"{file}: its last walkers had a mean log density of {log_prob.mean():.6g}, and now have {now.mean():.6g}; "
            "give another file, or the data it was made with"
        )
    return done


def _digest(raw: BufferedReader | BufferedRandom) -> bytes:
    """The sha256 of what comes after the user block of an open file, in hex digits."""
    raw.seek(USER_BLOCK)
    return hashlib.file_digest(raw, "sha256").hexdigest().encode()
