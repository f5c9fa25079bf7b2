"""Whether the committed records, the code and the prose still agree: what `secondlook check` says."""

from collections.abc import Iterator
from typing import Any

from secondlook import results, studies
from secondlook.results import Record, ResultError
from secondlook.runs import Config, Run, Study


def complaints() -> Iterator[str]:
    """Everything that does not agree, one line each; nothing when all is well."""
    yield from orphans()
    for name in studies.NAMES:
        yield from of_study(name)


def of_study(name: str) -> Iterator[str]:
    """What does not agree of one study; its toy runs are done again."""
    study = studies.study(name)
    try:
        record = results.load(name)
    except ResultError as fault:
        yield str(fault)
        return
    yield from disagreements(study, record)
    for config in filter(record.holds, study.toy):
        yield from drift(record, config, study.run(config))


def again(name: str) -> dict[Config, Run]:
    """The toy runs of a study, done again. A `ResultError` says what does not agree, as `of_study` does."""
    study, record = studies.study(name), results.load(name)
    found = {config: study.run(config) for config in filter(record.holds, study.toy)}
    moved = (line for config, run in found.items() for line in drift(record, config, run))
    if faults := [*disagreements(study, record), *moved]:
        raise ResultError("\n".join(faults))
    return found


def orphans() -> Iterator[str]:
    """Records, and arrays of records, that no study explains."""
    folder = results.record_path("any").parent
    for file in sorted([*folder.glob("*.json"), *folder.glob("*.npz")]):
        if file.stem not in studies.NAMES + studies.PRIVATE:
            yield f"{file.name}: no study of that name; delete the record or restore the study"


def disagreements(study: Study, record: Record) -> Iterator[str]:
    """Arms, seeds and configs that differ between code and record, and comparisons that vary more than they say."""
    remedy = f"make the record again with `secondlook run {study.name}`"
    of_arm: dict[str, list[Config]] = {}
    for config in (*study.full, *study.toy):
        of_arm.setdefault(config.arm, []).append(config)
    for arm in sorted(of_arm.keys() ^ record.arms.keys()):
        where = "code but not in the record" if arm in of_arm else "record but not in the code"
        yield f"{study.name}: arm {arm!r} is in the {where}; {remedy}"
    for arm in sorted(of_arm.keys() & record.arms.keys()):
        if tuple(config.seed for config in of_arm[arm]) != record[arm].seeds:
            yield f"{study.name}: arm {arm!r} has other seeds in the record than in the code; {remedy}"
        for config in of_arm[arm]:
            if results.shared(config) != record[arm].config:
                yield f"{study.name}: arm {arm!r} has another config in the record than in the code; {remedy}"
                break
    for comparison in study.comparisons:
        a, b = settings(comparison.arm), settings(comparison.against)
        differ = {field for field in a.keys() | b.keys() if a.get(field) != b.get(field)}
        if differ != comparison.varies:
            yield (
                f"{comparison.arm} against {comparison.against}: they differ in {', '.join(sorted(differ))}, "
                f"and should in {', '.join(sorted(comparison.varies))}; mend the configs or the comparison"
            )


def settings(arm: str) -> dict[str, Any]:
    """What the runs of an arm, given as ``study/arm``, have in common."""
    name, _, of = arm.partition("/")
    study = studies.study(name)
    return results.shared(next(config for config in (*study.full, *study.toy) if config.arm == of))


def drift(record: Record, config: Config, run: Run) -> Iterator[str]:
    """Scores of a toy run, done again, that are not those recorded."""
    arm = record[config.arm]
    recorded = {name: values[arm.seeds.index(config.seed)] for name, values in arm.scores.items()}
    whose = f"{record.study}: arm {config.arm!r} seed {config.seed}"
    remedy = "find out why, then raise `version` and run it again"
    for name in sorted(recorded.keys() ^ run.scores.keys()):
        where = "is in the record alone" if name in recorded else "is not in the record"
        yield f"{whose}: the score {name} {where}; {remedy}"
    for name in sorted(recorded.keys() & run.scores.keys()):
        now, before = run.scores[name], recorded[name]
        if not results.agrees(now, before):
            yield f"{whose} now finds {name} = {now:.4g}, the record says {before:.4g}; {remedy}"
