"""How many steps walkers of an ensemble remember where they were, by dimension: derived, and measured.

Derived for a normal of many dimensions d, N(0, I), in equilibrium. Any two walkers x and y are then about √d from the
middle, and at right angles. A proposal x' = x + δ u has a ratio of acceptance whose logarithm is N(−s²/2, s²), and is
accepted with probability 2 Φ(−s/2) on average (Roberts, Gelman and Gilks 1997, Annals of Applied Probability 7):

- differential evolution, u = y₁ − y₂ and δ = 2.38/√(2d): s = 2.38, whatever d. The correlation of x with its start
  falls in a step by the share δ²|u|²/2d = s²/2d of those accepted.
- stretch, u = x − y and δ = z − 1, where z has the density 1/√(2z) from ½ to 2: s = √(3d) |δ|. So only z within about
  1/√d of 1 are accepted, and averages over z become integrals over s. Half of |u|² is along x itself: it moves the
  walker out or in, which later steps undo, as |x| stays near √d. The other half, along y, is what makes it forget.

Notebook 14 has both derivations.
"""

import numpy as np
from scipy.stats import norm

from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval, at, over
from secondlook.claims import Kind
from secondlook.results import Arm
from secondlook.studies.walkers import DIMENSIONS, DOCUMENT, FORGOTTEN, looks, place

LENGTH = 2.38
"""s of differential evolution, by emcee's default."""
LEFT = 0.05
"""A correlation with the start below which an ensemble counts as having left it: three times the memory."""


def acceptance(move: str, d: float) -> float:
    """The share of proposals that is accepted, for large d."""
    if move == "stretch":
        return 4 / np.sqrt(3 * np.pi * d)  # 1/√2 · ∫ 2 Φ(−|s|/2) ds / √(3d)
    return float(2 * norm.cdf(-LENGTH / 2))


def derived(move: str, d: float) -> float:
    """The steps in which the correlation with the start falls by the factor e, for large d."""
    if move == "stretch":
        return 9 * np.sqrt(3 * np.pi) / 16 * d**1.5  # 1 / (½ · 1/√2 · ∫ s²/3d · 2 Φ(−|s|/2) ds / √(3d))
    return 2 * d / (LENGTH**2 * acceptance(move, d))


def of_normals(move: str) -> dict[int, Arm]:
    """The arms of round normals started from exact draws, by dimension."""
    return {d: over_seeds.arm(f"walkers/{place(move, d)}") for d in DIMENSIONS}


def has_forgotten(of: Arm) -> bool:
    """Whether in every run the correlation has fallen so far that the memory is known; else it is a lower bound.

    At first the correlation falls faster than later, so that a memory read off too soon is too short.
    """
    return bool((of.curves["correlation"]["max"] < FORGOTTEN).any())


def _logs(move: str) -> tuple[np.ndarray, np.ndarray]:
    """Logarithms of the dimensions at which the memory is known, and of the memory there, ``(seeds, dimensions)``."""
    known = {d: of for d, of in of_normals(move).items() if has_forgotten(of)}
    return np.log(list(known)), np.log(over_seeds.on_common_seeds(list(known.values()), "memory")).T


def excess(move: str, d: int) -> float:
    """By which part the measured memory is longer than the derived one, mean over seeds."""
    return float(of_normals(move)[d].scores["memory"].mean() / derived(move, d) - 1)


def power(move: str) -> Interval:
    """The power of the dimension with which the memory goes, where it is known; one fit a seed."""
    log_d, log_memory = _logs(move)
    return over(np.array([np.polyfit(log_d, row, 1)[0] for row in log_memory]))


def extended(move: str, d: int) -> Interval:
    """The memory at a dimension by the power law that was fitted to smaller ones."""
    log_d, log_memory = _logs(move)
    found = over(np.array([np.polyval(np.polyfit(log_d, row, 1), np.log(d)) for row in log_memory]))
    return Interval(*np.exp(found))


def document_look(of: Arm) -> int:
    """Which of the looks at an ensemble is the one after as many steps as the document's run has."""
    return int(np.flatnonzero(looks(of.config["steps"]) == DOCUMENT)[0])


def remembered(d: int) -> Interval:
    """The correlation of the stretch move's walkers with their start after the document's steps."""
    of = of_normals("stretch")[d]
    return at(of, "correlation", document_look(of))


def leaves(correlation: Interval) -> Kind:
    """Whether an ensemble has left its start, by its correlation with it."""
    if correlation.low > LEFT:
        return "not upheld"
    return "upheld" if correlation.high < LEFT else "inconclusive"
