"""Runs: one fit or chain each, kept in a cache outside the repository.

A run is named by its config, a frozen dataclass; its key is the sha256 of the class name and the canonical JSON of the
config, so a changed config is another run. Runs are written under a temporary name and renamed: two processes never
clash, and a kill loses at most the runs in flight. Of two that do the same run the first to finish has done it. A
damaged file is set aside and its run is done again.
"""

import dataclasses
import hashlib
import io
import json
import os
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs

from secondlook.atomic import write_atomically

Arrays = dict[str, np.ndarray]
CACHE = "SECONDLOOK_CACHE"
"""The environment variable that names the folder of what is kept."""


@dataclass(frozen=True, kw_only=True)
class Config:
    """What every run's config holds besides its own fields."""

    study: str
    arm: str
    seed: int
    data: str
    """The fingerprint of the data."""
    version: int = 1
    """Raised by hand when a change to the code changes what a run finds."""


@dataclass(frozen=True)
class Run:
    """What one run found.

    `scores` are single numbers; `curves` are numbers per epoch, of shape ``(epochs,)``; `items` are arrays that tests
    need whole, such as the predicted class of every test item; `seconds` is the wall time the run took.
    """

    scores: dict[str, float]
    curves: Arrays = field(default_factory=dict)
    items: Arrays = field(default_factory=dict)
    seconds: float = 0.0


@dataclass(frozen=True)
class Comparison:
    """Two arms that are compared, each as ``study/arm``, and the config fields in which they differ: just those."""

    arm: str
    against: str
    varies: frozenset[str]


@dataclass(frozen=True)
class Study:
    """One question: the runs that answer it in full, the same code at toy size, and how one run is done.

    The toy runs need no download and take seconds; `secondlook check` does them again.
    """

    name: str
    full: tuple[Config, ...]
    toy: tuple[Config, ...]
    comparisons: tuple[Comparison, ...]
    run: Callable[[Any], Run]


def key(config: Config) -> str:
    """The name of a run: sha256 of its config's class name and canonical JSON."""
    return hashlib.sha256((type(config).__name__ + _canonical(config)).encode()).hexdigest()


def home() -> Path:
    """What is kept from one process for the next: the folder SECONDLOOK_CACHE, else one in the user's cache."""
    return Path(os.environ.get(CACHE) or platformdirs.user_cache_path("secondlook"))


def cache_home() -> Path:
    """Where runs are kept."""
    return home() / "runs"


@contextmanager
def empty_cache() -> Iterator[None]:
    """A run cache that is empty, for this process and those it starts; gone at the end."""
    before = os.environ.get(CACHE)
    with tempfile.TemporaryDirectory(prefix="secondlook-") as folder:
        os.environ[CACHE] = folder
        try:
            yield
        finally:
            del os.environ[CACHE]
            if before is not None:
                os.environ[CACHE] = before


def path(config: Config) -> Path:
    """The file of a run."""
    return cache_home() / config.study / f"{config.arm.replace(' ', '_')}-{config.seed}-{key(config)[:16]}.npz"


def store(config: Config, run: Run) -> None:
    """Put a run into the cache, unless it is there by now: whoever reads it twice finds the same, seconds too."""
    arrays: Arrays = {"config": np.array(_canonical(config)), "seconds": np.array(run.seconds)}
    for kind in ("scores", "curves", "items"):
        arrays |= {f"{kind}/{name}": np.asarray(value) for name, value in getattr(run, kind).items()}
    write_atomically(path(config), lambda part: np.savez_compressed(part, allow_pickle=False, **arrays), replace=False)


def read_arrays(file: Path) -> Arrays:
    """All arrays of an archive, every CRC checked; ValueError for anything that NumPy or zipfile find wrong with it.

    Raises OSError where the file cannot be read, and MemoryError where there is no room for what it holds: neither says
    anything against what is in it.
    """
    content = io.BytesIO(file.read_bytes())  # so that no fault of the disc is met, and hidden, further on
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with np.load(content, allow_pickle=False) as stored:
                return {name: stored[name] for name in stored.files}
    except Exception as fault:  # a damaged header can make them raise almost any, MemoryError too
        if isinstance(fault, MemoryError):
            _make_room(content)
        raise ValueError(f"{file.name}: {fault or type(fault).__name__}") from None


def _make_room(content: io.BytesIO) -> None:
    """MemoryError unless as many bytes can be had as an archive holds, which are at most 1032 a packed one."""
    with zipfile.ZipFile(content) as archive:
        said = sum(member.file_size for member in archive.infolist())
    bytearray(min(said, 1032 * content.getbuffer().nbytes))


def fetch(config: Config) -> Run | None:
    """The run of a config from the cache, or None; a damaged file is set aside as ``*.damaged`` and counts as none.

    Raises OSError and MemoryError as `read_arrays` does.
    """
    file = path(config)
    try:
        before = file.stat()
        arrays = read_arrays(file)
        if str(arrays["config"]) != _canonical(config):
            raise ValueError("the file holds the run of another config")
        of_kind = {
            kind: {n.removeprefix(f"{kind}/"): a for n, a in arrays.items() if n.startswith(f"{kind}/")}
            for kind in ("scores", "curves", "items")
        }
        scores = {name: float(value) for name, value in of_kind["scores"].items()}
        return Run(scores, of_kind["curves"], of_kind["items"], float(arrays["seconds"]))
    except FileNotFoundError:
        return None
    except (ValueError, TypeError, KeyError):
        with suppress(FileNotFoundError):  # another process has set it aside
            if _same(file.stat(), before):  # another process may have put the run there since
                file.replace(file.with_suffix(".damaged"))
        return None


def done(study: Study, config: Config) -> Run:
    """The run of a config: from the cache, else done now and kept."""
    found = fetch(config)
    if found is None:
        start = time.perf_counter()
        found = study.run(config)
        found = dataclasses.replace(found, seconds=time.perf_counter() - start)
        store(config, found)
    return found


def _same(one: os.stat_result, other: os.stat_result) -> bool:
    """Whether two looks at a name found one file, unchanged."""
    return (one.st_ino, one.st_mtime_ns) == (other.st_ino, other.st_mtime_ns)


def _canonical(config: Config) -> str:
    return json.dumps(dataclasses.asdict(config), sort_keys=True, separators=(",", ":"))
