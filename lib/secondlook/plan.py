"""What there is to do for a study, and about how long it takes, by what runs of the same arms took before."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from math import inf
from typing import NamedTuple

import numpy as np

from secondlook import growth, results, runs, studies
from secondlook.results import Record, ResultError
from secondlook.runs import Config, Study

Times = Mapping[tuple[str, str], float]
"""The seconds that one run of an arm takes, by study and arm."""


def in_words(seconds: float) -> str:
    """A time in the unit that fits it."""
    if seconds < 99.5:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.2g} min" if seconds < 99.5 * 60 else f"{seconds / 3600:.1f} h"


class PlanError(ValueError):
    """A study has no such arm. The message says which it has."""


@dataclass(frozen=True)
class Plan:
    """The runs that the record of a study needs, apart from those that `earlier`, a record to be grown, has.

    `kept` are those in the run cache, with the seconds each took; `to_do` are the others.
    """

    study: Study
    kept: Mapping[Config, float]
    to_do: tuple[Config, ...]
    earlier: Record | None
    makes_record: bool
    """Whether there will be a record, and another one than there is: of some arms alone only if added to one."""

    @property
    def configs(self) -> list[Config]:
        """All its runs, in the order of the study."""
        chosen = {*self.kept, *self.to_do}
        return [config for config in (*self.study.full, *self.study.toy) if config in chosen]


def plan(name: str, arms: Collection[str] = (), add: bool = False) -> Plan:
    """The plan of a study, or of some arms; `add` keeps the runs of its record.

    Raises PlanError if there is no such arm, and ResultError if the record cannot be read, or cannot grow by these.
    """
    study = studies.study(name)
    there = dict.fromkeys(config.arm for config in (*study.full, *study.toy))
    for arm in arms:
        if arm not in there:
            raise PlanError(f"{name}: no arm {arm!r}; it has {', '.join(dict.fromkeys(c.arm for c in study.full))}")
    configs = [config for config in (*study.full, *study.toy) if config.arm in (arms or there)]
    earlier = results.load(name) if add and results.record_path(name).exists() else None
    if earlier:
        configs = [config for config in configs if not earlier.holds(config)]
        if configs:
            growth.kept_arms(study, earlier, configs)
    found = {config: runs.fetch(config) for config in configs}
    return Plan(
        study,
        {config: run.seconds for config, run in found.items() if run},
        tuple(config for config, run in found.items() if not run),
        earlier,
        makes_record=bool(configs) if earlier else not arms,
    )


def times(plans: Iterable[Plan]) -> Times:
    """What a run takes, for the arms that were done before: the mean of the runs in the cache, else of the record."""
    taken: dict[tuple[str, str], list[float]] = {}
    for each in plans:
        for config, seconds in each.kept.items():
            taken.setdefault((config.study, config.arm), []).append(seconds)
        with suppress(ResultError):  # no record, or one that is to be made again because it is damaged
            for name, arm in results.load(each.study.name).arms.items():
                taken.setdefault((each.study.name, name), arm.seconds.tolist())
    return {arm: float(np.mean(seconds)) for arm, seconds in taken.items()}


class Estimate(NamedTuple):
    """About how long the `known` runs take, all together and the longest; of the `unknown` it cannot be told."""

    work: float
    longest: float
    known: int
    unknown: int

    def seconds(self, workers: int) -> float:
        """The wall time on so many workers: the work shared out among them, but no less than the longest run."""
        return max(self.work / workers, self.longest)

    def told(self, workers: int) -> str:
        """In a line, or in two."""
        lines = []
        if self.known:
            lines.append(
                f"about {in_words(self.seconds(workers))}, {workers} at a time, by what runs of these arms took: "
                f"{in_words(self.work)} of work, the longest run {in_words(self.longest)}"
            )
        if self.unknown:
            lines.append(f"{self.unknown} runs are of arms that were never done: how long they take cannot be told")
        return "\n".join(lines) or "nothing to do"


def estimate(configs: Iterable[Config], known: Times) -> Estimate:
    """How long runs take, by what a run of each arm takes."""
    taken = [known.get((config.study, config.arm)) for config in configs]
    told = [seconds for seconds in taken if seconds is not None]
    return Estimate(sum(told), max(told, default=0.0), len(told), len(taken) - len(told))


def by_arm(plan: Plan, known: Times) -> Iterator[str]:
    """What there is to do, a line for each arm: its seeds, and about how long a run takes."""
    seeds: dict[str, list[int]] = {}
    for config in plan.to_do:
        seeds.setdefault(config.arm, []).append(config.seed)
    for arm, those in seeds.items():
        each = known.get((plan.study.name, arm))
        took = "never done before" if each is None else f"about {in_words(each)} each"
        yield f"{arm}: {len(those)} runs, seeds {', '.join(map(str, those))}; {took}"


def in_order(plans: Iterable[Plan], known: Times) -> list[Config]:
    """What there is to do, study by study, first the study with the longest run; each study in its own order.

    A study may put together the runs that build on one net, which a process then trains once. What cannot be told is
    taken to be longest. Whatever the order, w workers are done after at most work/w + (1 − 1/w) longest (Graham 1966,
    Bell System Technical Journal 45, 1563).
    """

    def longest(each: Plan) -> float:
        return max((known.get((config.study, config.arm), inf) for config in each.to_do), default=0.0)

    return [config for each in sorted(plans, key=longest, reverse=True) for config in each.to_do]
