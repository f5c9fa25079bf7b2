"""How many gradients variational inference and NUTS need to predict well: from the record of the small net."""

from typing import NamedTuple

import numpy as np

from secondlook.checks import over_seeds
from secondlook.results import Arm

METHODS = ("variational", "nuts", "nuts, short warm-up")
GAPS = (0.1, 0.05, 0.02, 0.01)
"""Nats by which the NLL may lie above the lowest that any of the methods reaches from a seed."""


class Race(NamedTuple):
    """Gradients over all items until the NLL is near the best, ``(seeds,)``; nan where it never is."""

    variational: np.ndarray
    nuts: np.ndarray
    """Of NUTS with that length of warm-up which gets there first."""


def runs() -> tuple[Arm, ...]:
    """The arms of the record, on the seeds that all of them have."""
    return tuple(over_seeds.matched(*(over_seeds.arm(f"mnist_nuts/{name}") for name in METHODS)))


def lowest() -> np.ndarray:
    """The lowest NLL that any method reaches from each seed, ``(seeds,)``."""
    return np.min([of.items["nll"].min(axis=1) for of in runs()], axis=0)


def needed(of: Arm, cost: str, below: np.ndarray) -> np.ndarray:
    """The cost of the first budget from which on the NLL is no higher than `below`, ``(seeds,)``; nan if of none."""
    near = of.items["nll"] <= below[:, None]
    stays = np.flip(np.logical_and.accumulate(np.flip(near, axis=1), axis=1), axis=1)
    return np.where(stays.any(axis=1), of.items[cost][np.arange(len(below)), stays.argmax(axis=1)], np.nan)


def race(gap: float, cost: str = "gradients") -> Race:
    """Who is within that gap of the best after what cost."""
    variational, *nuts = (needed(of, cost, lowest() + gap) for of in runs())
    return Race(variational, np.fmin(*nuts))


def warm_up(of: Arm, cost: str) -> np.ndarray:
    """What NUTS spent before its first draw, ``(seeds,)``; it is looked at after one draw, after two, and so on."""
    spent = of.items[cost]
    return np.asarray(2 * spent[:, 0] - spent[:, 1])


def matched(cost: str = "gradients", warmed_up: bool = False) -> Race:
    """The cost of variational inference until it predicts best, and of NUTS until it predicts as well as that.

    Nothing is looked at before NUTS has its step size, so that its cost is an upper bound; `warmed_up` leaves out what
    it spent till then, which gives a lower one.
    """
    variational, *nuts = runs()
    nll, at = variational.items["nll"], variational.items["nll"].argmin(axis=1)
    seeds = np.arange(len(nll))
    found = [needed(of, cost, nll[seeds, at]) - (warm_up(of, cost) if warmed_up else 0) for of in nuts]
    return Race(variational.items[cost][seeds, at].astype(float), np.fmin(*found))


def logs(found: Race, cost: str = "gradients") -> Race:
    """Common logarithms; where a method never gets there it counts with the most that any spent, which is a bound."""
    most = max(float(of.items[cost].max()) for of in runs())
    return Race(*(np.log10(np.where(np.isnan(of), most, of)) for of in found))


def apart() -> tuple[float, float]:
    """How far last predictions lie from those of NUTS after a long warm-up: variational ones, and NUTS's other seeds'.

    Means over pictures and pairs of seeds of the total variation distance: the most by which the probabilities that two
    predictions give to any set of classes differ.
    """
    variational, nuts, _ = (of.items["probability"].astype(np.float64) for of in runs())
    others = [(a, b) for a in range(len(nuts)) for b in range(len(nuts)) if a != b]
    return (
        float(np.mean([_distance(variational[a], nuts[b]) for a, b in others])),
        float(np.mean([_distance(nuts[a], nuts[b]) for a, b in others])),
    )


def _distance(p: np.ndarray, q: np.ndarray) -> float:
    return float(np.abs(p - q).sum(axis=1).mean() / 2)
