"""Do what there is to do for studies, on workers that share all of it, and write each record when its runs are done."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from secondlook import growth, recording, results, runs
from secondlook.plan import Plan
from secondlook.progress import Progress
from secondlook.runs import Config
from secondlook.sweep import sweep


def rebuild(
    plans: Sequence[Plan], todo: Sequence[Config], view: Progress, workers: int, scheduler: str | None = None
) -> Iterator[Path]:
    """Do the runs of plans, in that order, and yield each record as it is written: none if one of its runs failed.

    `view` is told what happens, and counts what fails. Raises SweepError as `sweep` does; what is done is kept.
    """
    lacking = {each.study.name: set(each.to_do) for each in plans}
    by_name = {each.study.name: each for each in plans}
    yield from (record(each) for each in plans if each.makes_record and not each.to_do)
    for config, found in sweep(todo, workers, scheduler, view.look) if todo else ():
        view.finished(config, found)
        if not isinstance(found, str):
            lacking[config.study].discard(config)
            if not lacking[config.study] and by_name[config.study].makes_record:
                yield record(by_name[config.study])


def record(plan: Plan) -> Path:
    """Write the record of a study whose runs are in the run cache: anew, or grown from the earlier one."""
    done = {config: runs.done(plan.study, config) for config in plan.configs}
    if plan.earlier:
        growth.grow(plan.study, plan.earlier, done)
    else:
        recording.save(plan.study.name, done)
    return results.record_path(plan.study.name)
