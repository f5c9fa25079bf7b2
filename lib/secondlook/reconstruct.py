"""The whole numbers behind printed rates: how many items were right, and how many were predicted, per class."""

from typing import NamedTuple

import numpy as np


class Counts(NamedTuple):
    """Per class, ``(classes,)``: items that are of it, predicted as it, and both."""

    of_class: np.ndarray
    predicted: np.ndarray
    right: np.ndarray

    @property
    def precision(self) -> np.ndarray:
        """right / predicted."""
        return self.right / self.predicted

    @property
    def recall(self) -> np.ndarray:
        """right / of_class."""
        return self.right / self.of_class

    @property
    def f1(self) -> np.ndarray:
        """The harmonic mean of precision and recall."""
        return 2 * self.right / (self.predicted + self.of_class)


DIGITS = 8
"""Decimals to which rates are printed."""


def whole_counts(precision: np.ndarray, recall: np.ndarray, of_class: int) -> Counts:
    """The counts that give these rates, each printed to `DIGITS` decimals, when every class has `of_class` items.

    recall × of_class is the number right, and that divided by precision the number predicted. Raises ValueError when
    no whole numbers give the printed rates, or when a precision is 0, which any number predicted gives. Notebook 03.
    """
    if not np.all(np.asarray(precision) > 0):
        worst = int(np.argmin(np.asarray(precision) > 0))
        raise ValueError(
            f"precision of class {worst} is {precision[worst]}: how often it was predicted cannot be told; "
            "give rates of classes that are right at least once"
        )
    right = np.rint(np.asarray(recall) * of_class).astype(int)
    predicted = np.rint(right / np.asarray(precision)).astype(int)
    counts = Counts(np.full(right.shape, of_class), predicted, right)
    for name, printed, whole in (("precision", precision, counts.precision), ("recall", recall, counts.recall)):
        off = np.abs(whole - printed) > 0.5001 * 10.0**-DIGITS
        if off.any():
            worst = int(np.argmax(np.abs(whole - printed)))
            raise ValueError(
                f"{name} of class {worst}: {printed[worst]} is no ratio of whole numbers with {of_class} items a "
                f"class; the nearest is {whole[worst]:.{DIGITS}f}"
            )
    return counts
