"""Records that grow: seeds added to those that a committed record has, without doing its runs again.

A record keeps the scores and items of every seed, and of curves the mean, sd, min and max. Of two groups of n and m
seeds with means a and b, the mean of all is a + (b − a) m/(n + m), and their squares about it are the squares of each
group about its own mean and (b − a)² n m/(n + m) (Chan, Golub and LeVeque 1983, The American Statistician 37,
equation 1.5). So a record that has grown says what one made at once says, but for the rounding of its six digits.
"""

from collections.abc import Collection, Mapping
from typing import Any

import numpy as np

from secondlook import recording
from secondlook.recording import rounded
from secondlook.results import Arm, Record, ResultError
from secondlook.runs import Arrays, Config, Run, Study

REMEDY = "make the record again with `secondlook run`, without --add"


def grow(study: Study, earlier: Record, added: Mapping[Config, Run]) -> None:
    """Write the record of a study from one that has some of its runs, and runs it has not: all others, or some arms.

    An arm whose runs were done under other settings is made anew; one without added runs stays as it is. What the added
    runs of an arm hold beyond the recorded ones is left out. Raises ResultError as `kept_arms` and `together` do.
    """
    arms: dict[str, Any] = {}
    arrays: Arrays = {}
    kept = kept_arms(study, earlier, added)
    for name, configs in _by_arm(study).items():
        runs = {config: added[config] for config in configs if config in added}
        if name in kept:
            arms[name], items = together(earlier.arms[name], runs, [config.seed for config in configs])
            arrays |= {f"{name}/{item}": values for item, values in items.items()}
        elif runs:
            of_arm, of_items = recording.summarise(runs)
            arms |= of_arm
            arrays |= of_items
    origin = recording.provenance(added)
    origin["seconds"] = round(sum(sum(arm["seconds"]) for arm in arms.values()))
    if kept:
        origin["grown_from"] = earlier.provenance
    recording.write(study.name, arms, arrays, origin)


def kept_arms(study: Study, earlier: Record, added: Collection[Config]) -> list[str]:
    """The arms of a record that stay in it, with what they hold, when runs of these configs are added.

    Raises ResultError where one has seeds that the study has not, which cannot be taken out of its curves.
    """
    kept = []
    for name, configs in _by_arm(study).items():
        anew = any(config in added for config in configs) and not any(earlier.holds(config) for config in configs)
        if name in earlier.arms and not anew:
            seeds = [config.seed for config in configs]
            if stray := ", ".join(str(seed) for seed in earlier.arms[name].seeds if seed not in seeds):
                raise ResultError(
                    f"{study.name}: arm {name!r}: the record has seeds that the study has not: {stray}; {REMEDY}"
                )
            kept.append(name)
    return kept


def _by_arm(study: Study) -> dict[str, list[Config]]:
    found: dict[str, list[Config]] = {}
    for config in (*study.full, *study.toy):
        found.setdefault(config.arm, []).append(config)
    return found


def together(arm: Arm, runs: Mapping[Config, Run], planned: list[int]) -> tuple[dict[str, Any], Arrays]:
    """One arm of a record with further runs, in the order of the planned seeds: its part of the file, and its items.

    Raises ResultError where a run lacks a score, curve or item of the record, or has it in another shape.
    """
    recorded = {
        **{f"score {name}": () for name in arm.scores},
        **{f"curve {name}": of["mean"].shape for name, of in arm.curves.items()},
        **{f"item {name}": values.shape[1:] for name, values in arm.items.items()},
    }
    for config, run in runs.items():
        if lost := ", ".join(sorted(name for name, _ in recorded.items() - recording.shapes(run).items())):
            raise ResultError(
                f"{config.study}: arm {config.arm!r} seed {config.seed} lacks, or has in another shape than the "
                f"record: {lost}; {REMEDY}"
            )
    there = [*arm.seeds, *(config.seed for config in runs)]
    seeds = [seed for seed in planned if seed in there]
    order = [there.index(seed) for seed in seeds]
    found = list(runs.values())

    def in_order(recorded: np.ndarray, new: list[Any]) -> np.ndarray:
        return np.array([*recorded, *new])[order]

    return {
        "config": dict(arm.config),
        "seeds": seeds,
        "scores": {s: rounded(in_order(v, [run.scores[s] for run in found]).tolist()) for s, v in arm.scores.items()},
        "curves": {
            c: pooled(of, len(arm.seeds), np.array([run.curves[c] for run in found])) if found else _plain(of)
            for c, of in arm.curves.items()
        },
        "seconds": [round(float(s), 1) for s in in_order(arm.seconds, [run.seconds for run in found])],
    }, {name: in_order(values, [run.items[name] for run in found]) for name, values in arm.items.items()}


def pooled(curve: Mapping[str, np.ndarray], n: int, values: np.ndarray) -> dict[str, list[float]]:
    """Mean, sd, min and max of a curve over n recorded seeds and m others, whose values are ``(m, epochs)``."""
    m = len(values)
    gap = values.mean(axis=0) - curve["mean"]
    squares = (n - 1) * curve["sd"] ** 2 + ((values - values.mean(axis=0)) ** 2).sum(axis=0) + gap**2 * n * m / (n + m)
    return _plain(
        {
            "mean": curve["mean"] + gap * m / (n + m),
            "sd": np.sqrt(squares / (n + m - 1)),
            "min": np.minimum(curve["min"], values.min(axis=0)),
            "max": np.maximum(curve["max"], values.max(axis=0)),
        }
    )


def _plain(curve: Mapping[str, np.ndarray]) -> dict[str, list[float]]:
    return {how: rounded(values.tolist()) for how, values in curve.items()}
