"""Real and synthetic data, one file per source, each giving a `Dataset`."""

from importlib import import_module

from secondlook.data.dataset import DataError, Dataset, Split

__all__ = ["DATASETS", "DataError", "Dataset", "Split", "load"]

DATASETS = ("mnist", "kmnist", "notmnist", "cifar10", "gtzan", "codewords", "audioset", "edinburgh", "digits")
"""What `load` knows. Synthetic songs are made by `songs.load`, whole tracks read by `msd.load`."""


def load(name: str) -> Dataset:
    """The real data set of that name, each file verified first; a fault is a `DataError` that says what to do."""
    if name not in DATASETS:
        raise DataError(f"no data set {name!r}; choose from {', '.join(DATASETS)}")
    if name in ("mnist", "kmnist", "notmnist"):
        return import_module("secondlook.data.idx").load(name)
    return import_module(f"secondlook.data.{name}").load()
