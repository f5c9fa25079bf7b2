"""emcee's ensembles on normals of known shape, as the dimension grows: how long they remember, and how they deceive.

Started from exact draws, an ensemble is in equilibrium from its first step on, and the correlation of a coordinate with
its own start tells how fast it forgets; it is taken over all walkers and coordinates, so that it is known well long
before a chain is long enough for the usual estimate. Started from a ball, the log density settles long before the
ensemble has the shape of the target (Huijser, Goodman and Brewer 2015). Notebook 14.
"""

from dataclasses import dataclass
from typing import Literal

import emcee
import numpy as np

from secondlook.runs import Comparison, Config, Run, Study

Move = Literal["stretch", "differential evolution"]
MOVES = {"stretch": emcee.moves.StretchMove, "differential evolution": emcee.moves.DEMove}
DIMENSIONS = {10: 4_000, 25: 4_000, 50: 4_000, 100: 8_000, 200: 8_000, 500: 8_000, 1_000: 4_000, 2_010: 3_000}
"""Dimensions, and the steps of a run; the last has as many as document 000's layer."""
NARROW, WIDE = 0.03, 3.0
"""Standard deviations of the target that is not round: the narrowest and the widest, the others evenly between on a
log scale."""
LOOKS = 40
"""Steps at which an ensemble is looked at, evenly on a log scale."""
FORGOTTEN = 0.3
"""A correlation below is too near its own noise."""
QUANTILES = (0.05, 0.5, 0.95)
SHOWN = 300
"""Walkers kept for a figure, in the narrowest and the widest direction."""
DOCUMENT = 110
"""Steps of document 000."""


@dataclass(frozen=True, kw_only=True)
class WalkersRun(Config):
    """One ensemble of 2 d + 2 walkers on a normal with independent coordinates."""

    move: Move
    d: int
    steps: int
    round: bool = True
    """Standard deviations all 1; else from `NARROW` to `WIDE`."""
    exact: bool = True
    """Started from draws of the target; else from a standard normal."""


def looks(steps: int) -> np.ndarray:
    """The steps at which an ensemble is looked at, from 1 on; the document's last is one if the run is that long."""
    at = np.geomspace(1, steps, LOOKS).round().astype(int)
    return np.unique([*at, min(DOCUMENT, steps)])


def run(config: WalkersRun) -> Run:
    """Let an ensemble walk, and compare it with its target and with its own start.

    Curves, at `looks`: `correlation` of coordinates with their start; `height`, the mean of |x/sd|²/d, which is 1 in
    equilibrium and all that a trace of the log density shows; `ratio` of the ensemble's standard deviation to the
    target's, quantiles over directions, ``(quantiles, looks)``. `memory` is the steps in which the correlation falls by
    the factor e, by its value at the last look before it is first below `FORGOTTEN`.
    """
    sd = np.ones(config.d) if config.round else np.geomspace(NARROW, WIDE, config.d)
    walkers = 2 * config.d + 2
    start = np.random.default_rng(config.seed).standard_normal((walkers, config.d)) * (sd if config.exact else 1.0)
    sampler = emcee.EnsembleSampler(
        walkers, config.d, lambda x: -0.5 * ((x / sd) ** 2).sum(axis=1), moves=MOVES[config.move](), vectorize=True
    )
    sampler.random_state = np.random.RandomState(config.seed).get_state()
    moves = sampler.sample(start, iterations=config.steps, store=False, skip_initial_state_check=True)
    at, rows, moved, before = looks(config.steps), [], 0.0, start[:, 0].copy()
    shown = [start[:SHOWN, [0, -1]]]
    for step, state in enumerate(moves, start=1):
        moved, before = moved + float(np.mean(state.coords[:, 0] != before)), state.coords[:, 0].copy()
        if step in at:
            x = state.coords
            correlation = np.mean(x * start / sd**2) / np.sqrt(np.mean((x / sd) ** 2) * np.mean((start / sd) ** 2))
            rows.append((correlation, np.mean((x / sd) ** 2), *np.quantile(x.std(axis=0) / sd, QUANTILES)))
        if step in (min(DOCUMENT, config.steps), config.steps):
            shown.append(state.coords[:SHOWN, [0, -1]].copy())
    correlation, height, *ratio = np.array(rows).T
    scores = {"moved": moved / config.steps, "height": float(height[-1])}
    scores |= {f"ratio {q}": float(values[-1]) for q, values in zip(QUANTILES, ratio, strict=True)}
    if config.exact:
        forgotten = correlation < FORGOTTEN
        known = int(np.argmax(forgotten)) - 1 if forgotten.any() else -1
        scores["memory"] = float(-at[known] / np.log(correlation[known]))
    curves = {"correlation": correlation, "height": height} | {
        f"ratio {q}": values for q, values in zip(QUANTILES, ratio, strict=True)
    }
    return Run(scores, curves, {"shown": np.array(shown, np.float32)} if not config.exact else {})


def place(move: str, d: int, round: bool = True, exact: bool = True) -> str:
    """The name of an arm."""
    return f"{move} {d}" + ("" if round else ", not round") + ("" if exact else ", from a ball")


def arm(move: Move, d: int, steps: int, seeds: int, prefix: str = "", **how: bool) -> tuple[WalkersRun, ...]:
    """One run a seed."""
    name = prefix + place(move, d, **how)
    return tuple(
        WalkersRun(study="walkers", arm=name, data="", move=move, d=d, steps=steps, seed=seed, **how)
        for seed in range(seeds)
    )


DECEIVING = {"round": False, "exact": False}
LARGEST = max(DIMENSIONS)
STUDY = Study(
    name="walkers",
    full=(
        *(of for move in MOVES for d, steps in DIMENSIONS.items() for of in arm(move, d, steps, 3)),  # type: ignore[arg-type]
        *(of for move in MOVES for of in arm(move, LARGEST, DIMENSIONS[LARGEST], 3, "", **DECEIVING)),  # type: ignore[arg-type]
    ),
    toy=(*arm("stretch", 5, 200, 1, "toy "), *arm("stretch", 20, 200, 1, "toy ", **DECEIVING)),
    comparisons=tuple(
        Comparison(
            f"walkers/{place('differential evolution', d)}", f"walkers/{place('stretch', d)}", frozenset({"move"})
        )
        for d in DIMENSIONS
    ),
    run=run,
)
