"""Records: what a study found, committed as ``report/results/<study>.json``, with arrays in a ``.npz`` beside it."""

import dataclasses
import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from secondlook.runs import Arrays, Config, read_arrays

NOT_SHARED = ("study", "arm", "seed")
ROUNDING = 0.03
"""How far two processors may lie apart on a run they both end alike: that of one score, and that part of it."""
SMALLEST = 0.001
"""The same for a score near zero: one item of a thousand."""
_READ: ContextVar[set[tuple[str, str]] | None] = ContextVar("_READ", default=None)


class ResultError(Exception):
    """A record is missing or is not what it should be. The message says which, the fault and the remedy."""


@dataclass(frozen=True)
class Arm:
    """One arm of a study: its config without the seed, and what was found over the seeds.

    `scores` maps a name to an array of shape ``(seeds,)``; `curves` a name to the mean, sd, min and max over seeds,
    each of shape ``(epochs,)``; `items` a name to an array of shape ``(seeds, …)``. `seconds`, ``(seeds,)``, is the
    wall time of each run, on a machine that may have been busy.
    """

    config: Mapping[str, Any]
    seeds: tuple[int, ...]
    scores: Mapping[str, np.ndarray]
    curves: Mapping[str, Mapping[str, np.ndarray]]
    items: Mapping[str, np.ndarray]
    seconds: np.ndarray

    def on(self, seeds: Sequence[int]) -> "Arm":
        """The arm on some of its seeds, in that order, without curves, which are over all."""
        if tuple(seeds) == self.seeds:
            return self
        at = [self.seeds.index(seed) for seed in seeds]
        scores, items = ({name: values[at] for name, values in of.items()} for of in (self.scores, self.items))
        return Arm(self.config, tuple(seeds), scores, {}, items, self.seconds[at])


@dataclass(frozen=True)
class Record:
    """What a study found: its arms by name, and where the numbers come from."""

    study: str
    arms: Mapping[str, Arm]
    provenance: Mapping[str, Any]

    def __getitem__(self, arm: str) -> Arm:
        if arm not in self.arms:
            raise ResultError(f"{self.study}: no arm {arm!r}; it has {', '.join(self.arms)}")
        if (read := _READ.get()) is not None:
            read.add((self.study, arm))
        return self.arms[arm]

    def holds(self, config: Config) -> bool:
        """Whether the run of a config is among those recorded, under the same settings."""
        arm = self.arms.get(config.arm)
        return arm is not None and config.seed in arm.seeds and arm.config == shared(config)


@contextmanager
def reading() -> Iterator[set[tuple[str, str]]]:
    """Note what is looked up in records while this lasts: the arms, each as its study and its name."""
    read: set[tuple[str, str]] = set()
    token = _READ.set(read)
    try:
        yield read
    finally:
        _READ.reset(token)


@cache
def root() -> Path:
    """The checkout: the nearest folder upwards of here, or of this file, that holds ``report/results``."""
    for start in (Path.cwd(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            if (folder / "report" / "results").is_dir():
                return folder
    raise ResultError(f"{Path.cwd()}: no folder report/results here or above; run inside a clone of the repository")


def record_path(study: str) -> Path:
    """The JSON file of a record; its arrays lie beside it."""
    return root() / "report" / "results" / f"{study}.json"


@cache
def load(study: str) -> Record:
    """The committed record of a study. A missing, unreadable or damaged one is a `ResultError` saying what to do."""
    file = record_path(study)
    remedy = f"restore it from git, or make it again with `secondlook run {study}`"
    try:
        found = json.loads(file.read_text(encoding="utf-8"))
        if found["study"] != study:
            raise ValueError(f"it is the record of {found['study']!r}")
        arrays = _load_arrays(file.with_suffix(".npz"), found["arrays"])
        arms = {
            name: Arm(
                config=arm["config"],
                seeds=tuple(arm["seeds"]),
                scores={k: _of_seeds(v, arm) for k, v in arm["scores"].items()},
                curves={k: {how: np.array(v, float) for how, v in c.items()} for k, c in arm["curves"].items()},
                items={k.removeprefix(f"{name}/"): a for k, a in arrays.items() if k.startswith(f"{name}/")},
                seconds=_of_seeds(arm["seconds"], arm),
            )
            for name, arm in found["arms"].items()
        }
        return Record(study, arms, found["provenance"])
    except FileNotFoundError:
        if file.exists():
            raise ResultError(f"{file.stem}.npz: not there, and {file.name} needs it; {remedy}") from None
        raise ResultError(f"{file.name}: no such record; make it with `secondlook run {study}`") from None
    except OSError as fault:
        raise ResultError(f"{file.name}: cannot be read ({fault}); mend that and call it again") from None
    except (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as fault:
        raise ResultError(f"{file.name}: damaged ({type(fault).__name__}: {fault}); {remedy}") from None


def _of_seeds(values: list[float], arm: Mapping[str, Any]) -> np.ndarray:
    """One number for each seed of an arm."""
    found = np.array(values, float)
    if found.shape != (len(arm["seeds"]),):
        raise ValueError(f"not one number for each of {len(arm['seeds'])} seeds: {found.shape}")
    return found


def _load_arrays(file: Path, digest: str | None) -> Arrays:
    if digest is None:
        return {}
    if hashlib.sha256(file.read_bytes()).hexdigest() != digest:
        raise ValueError(f"{file.name} is not the file that was recorded")
    return read_arrays(file)


def agrees(found: float, recorded: float) -> bool:
    """Whether a score is the recorded one but for the rounding of another processor.

    Of a small score up to half may be rounding, so none above about the smallest falls to zero unseen. A whole number
    from 2 on is a count, and may be one off. With XLA and BLAS held to SSE4.2, the farthest of 1,519 toy scores used
    85 % of what is allowed here; on an AMD EPYC, 63 %.
    """
    count = float(recorded).is_integer() and abs(recorded) > 1
    small = 1.0 if count else min(ROUNDING, max(SMALLEST, abs(recorded) / 2))
    return bool(np.isclose(found, recorded, rtol=ROUNDING, atol=small, equal_nan=True))


def shared(config: Config) -> dict[str, Any]:
    """What all runs of an arm have in common, as JSON gives it back."""
    return json.loads(json.dumps({k: v for k, v in dataclasses.asdict(config).items() if k not in NOT_SHARED}))
