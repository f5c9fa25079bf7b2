"""Runs and records: making them, and holding them against one another."""

import math
import os
from typing import Annotated

import typer

from secondlook.commands.mistakes import fail


def run(
    names: Annotated[list[str] | None, typer.Argument(help="Studies; all when none is named.")] = None,
    arm: Annotated[
        list[str] | None, typer.Option(help="Only the runs of this arm, or of these; no record without --add.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes, each with one thread.")] = os.cpu_count() or 1,
    scheduler: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, instead of local workers.")
    ] = None,
    add: Annotated[
        bool, typer.Option("--add", help="Keep the runs that a committed record has, and add those it lacks to it.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what there is to do, and how long about.")
    ] = False,
) -> None:
    """Do the runs of studies that are not in the run cache yet, and write their records."""
    from secondlook import plan, progress, rebuild, results, studies

    try:
        plans = [plan.plan(name, arm or (), add) for name in dict.fromkeys(names or studies.NAMES)]
    except ValueError as fault:
        fail(fault)
    known = plan.times(plans)
    todo = plan.in_order(plans, known)
    for each in plans:
        typer.echo(f"{each.study.name}: {len(each.configs)} runs, {len(each.to_do)} to do")
        for line in plan.by_arm(each, known) if dry_run else ():
            typer.echo(f"  {line}")
    if dry_run:
        typer.echo(plan.estimate(todo, known).told(workers))
        return
    with progress.Progress(todo, known) as view:
        for written in rebuild.rebuild(plans, todo, view, workers, scheduler):
            typer.echo(f"wrote {written.relative_to(results.root())}")
    if view.failed:
        fail(f"{view.failed} runs failed; mend the cause and call it again: what is done is kept")


def check() -> None:
    """Whether records, code and prose agree; names all that does not."""
    from secondlook.check import complaints
    from secondlook.report import readme

    found = [*complaints(), *readme.complaints()]
    for complaint in found:
        typer.echo(complaint, err=True)
    if found:
        fail(f"{len(found)} things do not agree")
    typer.echo("records, code and prose agree")


def verify(
    claim: Annotated[str | None, typer.Argument(help="A claim, such as B47: all the runs its check looks at.")] = None,
    sample: Annotated[int | None, typer.Option(min=1, help="Instead, so many committed runs at random.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Of the random choice; 0 when not given.")] = None,
    longest: Annotated[
        float | None, typer.Option(help="Choose among runs that took at most so many minutes; all when not given.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Processes, each with one thread.")] = os.cpu_count() or 1,
) -> None:
    """Do committed runs again from nothing and hold them against their records; says which do not come out."""
    from secondlook import verify
    from secondlook.claims import ClaimError

    if (claim is None) == (sample is None):
        fail("name a claim, or say --sample N")
    if claim and (seed is not None or longest is not None):
        fail(f"{claim}: --seed and --longest are of a sample; leave them out, or say --sample N instead of the claim")
    minutes = math.inf if longest is None else longest
    try:
        chosen = verify.evidence(claim.upper()) if claim else verify.sample(sample or 0, seed or 0, 60 * minutes)
    except (ClaimError, verify.VerifyError) as fault:
        fail(fault)
    if not chosen:
        typer.echo(f"{claim}: no run stands behind it; its check computes everything, `secondlook claims {claim}`")
        return
    seconds = sum(verify.committed()[config] for config in chosen)
    typer.echo(f"{len(chosen)} runs, which took {seconds / 60:.1f} minutes in all when they were recorded")
    bad = 0
    for number, (config, found) in enumerate(verify.again(chosen, workers), start=1):
        bad += isinstance(found, str) or found.agreement == "apart"
        told = found if isinstance(found, str) else str(found)
        typer.echo(f"  {number}/{len(chosen)}  {config.study}, {config.arm}, seed {config.seed}: {told}")
    if bad:
        fail(f"{bad} of {len(chosen)} runs do not come out as recorded")
    typer.echo("all come out as recorded")
