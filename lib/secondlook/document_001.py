"""What document 001 plots: its learning curves, figures 2 to 15, as exact numbers.

The document's figures are vector graphics, so each plotted point can be read off to the last digit: accuracies on
10,000 validation songs, which come out as multiples of 1/10,000, and the objective that its training minimised,
penalty included. One run an arm, 100 epochs. The table is ``document_001.csv``.
"""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import numpy as np

Quantity = Literal["accuracy", "objective"]


@cache
def curves() -> Mapping[tuple[int, str, str], np.ndarray]:
    """Every curve, ``(epochs,)``, by figure, arm as the figure's legend names it, and quantity."""
    text = files("secondlook").joinpath("document_001.csv").read_text(encoding="utf-8")
    rows = list(csv.reader(text.splitlines()))[1:]
    return {(int(figure), arm, quantity): np.array(values, float) for figure, arm, quantity, *values in rows}


def arms(figure: int) -> tuple[str, ...]:
    """The arms of a figure, in the order of its legend."""
    return tuple(dict.fromkeys(arm for number, arm, _ in curves() if number == figure))


def curve(figure: int, arm: str, quantity: Quantity = "accuracy") -> np.ndarray:
    """One curve, ``(epochs,)``. A `KeyError` names the arms of the figure if there is none."""
    try:
        return curves()[figure, arm, quantity]
    except KeyError:
        raise KeyError(
            f"figure {figure}, {arm!r}, {quantity}: no such curve; arms: {', '.join(arms(figure))}"
        ) from None
