"""What every source gives: a `Dataset` of named splits; and the one error every source raises."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

import numpy as np

Known = TypeVar("Known")


class DataError(Exception):
    """A file is missing or is not what it should be. One line names the file, the fault and the remedy."""


class Split(NamedTuple):
    """Items and their labels: x of shape ``(items, ...)``, y of shape ``(items,)``, integer class indices."""

    x: np.ndarray
    y: np.ndarray


@dataclass(frozen=True)
class Dataset:
    """A named set of splits. `fingerprint` names the exact data: the same data, the same sixteen hex digits."""

    name: str
    splits: Mapping[str, Split]
    class_names: tuple[str, ...]
    fingerprint: str

    def __getitem__(self, split: str) -> Split:
        return self.splits[split]


def by_fingerprint(fingerprint: str, known: Mapping[str, Known]) -> Known:
    """What is known by that fingerprint; any other one is a `DataError`."""
    if fingerprint not in known:
        raise DataError(f"data {fingerprint}: not known here; name data of fingerprint {' or '.join(known)}")
    return known[fingerprint]
