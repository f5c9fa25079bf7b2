"""Committed runs done again from nothing, and held against their records: what `secondlook verify` says."""

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple, get_args

import numpy as np

from secondlook import claims, recording, results, runs, studies
from secondlook.results import Arm, ResultError
from secondlook.runs import Config, Run
from secondlook.sweep import sweep

Agreement = Literal["the same", "within rounding", "within the scatter of seeds", "apart"]
"""From the best to the worst."""
SCATTER = 4.0
"""Rounding can grow in training until a run is as another seed's: differences of two seeds, in standard deviations."""


class VerifyError(Exception):
    """What was asked for cannot be verified. The message says why, and what can."""


class Outcome(NamedTuple):
    """A run done again: the score that lies farthest from its record, both values, and how well they agree."""

    config: Config
    score: str
    recorded: float
    found: float
    agreement: Agreement

    def __str__(self) -> str:
        """In words, with the score that lies farthest unless all are the same."""
        if self.agreement == "the same":
            return "all scores the same"
        return f"{self.agreement}, {self.score} = {self.found:.6g}, recorded {self.recorded:.6g}"


def committed() -> dict[Config, float]:
    """Every full-size run that a record holds, and the seconds it took."""
    found = {}
    for name in studies.NAMES:
        if results.record_path(name).exists():
            record = results.load(name)
            for config in studies.study(name).full:
                if record.holds(config):
                    arm = record[config.arm]
                    found[config] = float(arm.seconds[arm.seeds.index(config.seed)])
    return found


def sample(count: int, seed: int, longest: float) -> list[Config]:
    """Committed runs chosen at random, of those that took at most so many seconds; VerifyError if there are fewer."""
    there = [config for config, seconds in committed().items() if seconds <= longest]
    if count > len(there):
        which = "are committed" if longest == float("inf") else f"took at most {longest / 60:g} minutes"
        raise VerifyError(f"{count} runs asked for, and {len(there)} {which}; ask for fewer or allow longer ones")
    return [there[k] for k in sorted(np.random.default_rng(seed).choice(len(there), count, replace=False))]


def evidence(claim_id: str) -> list[Config]:
    """The committed runs that the check of a claim looks at; none if it computes all from scratch.

    Checks keep what they have computed, so this must be the first that a process asks of them.
    """
    with results.reading() as read:
        claims.decide(claim_id)
    return [config for config in committed() if (config.study, config.arm) in read]


def again(configs: Sequence[Config], workers: int) -> Iterator[tuple[Config, Outcome | str]]:
    """Do runs again on workers whose run cache is empty, and yield each: how it agrees, or why it could not be done."""
    with runs.empty_cache():
        for config, run in sweep(configs, workers):
            try:
                yield config, run if isinstance(run, str) else compared(config, run)
            except ResultError as fault:
                yield config, str(fault)


def compared(config: Config, run: Run) -> Outcome:
    """The score of a run that lies farthest from its record; ResultError if they hold other scores."""
    arm = results.load(config.study)[config.arm]
    if run.scores.keys() != arm.scores.keys():
        differ = ", ".join(sorted(run.scores.keys() ^ arm.scores.keys()))
        raise ResultError(f"{config.study}: arm {config.arm!r} has no longer the scores of its record: {differ}")
    outcomes = [_of_score(config, arm, name, run.scores[name]) for name in arm.scores]
    order = get_args(Agreement)
    return max(outcomes, key=lambda of: (order.index(of.agreement), abs(of.found - of.recorded)))


def _of_score(config: Config, arm: Arm, name: str, found: float) -> Outcome:
    values = arm.scores[name]
    recorded = float(values[arm.seeds.index(config.seed)])
    scatter = SCATTER * np.sqrt(2) * values.std(ddof=1) if len(values) > 2 else 0.0
    agreement: Agreement = "apart"
    if np.array_equal(recording.rounded([found])[0], recorded, equal_nan=True):
        agreement = "the same"
    elif results.agrees(found, recorded):
        agreement = "within rounding"
    elif abs(found - recorded) <= scatter:
        agreement = "within the scatter of seeds"
    return Outcome(config, name, recorded, found, agreement)
