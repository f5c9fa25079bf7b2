"""Real and synthetic data, one file per source, each giving a `Dataset`."""

from secondlook.data.dataset import DataError, Dataset, Split

__all__ = ["DataError", "Dataset", "Split"]
