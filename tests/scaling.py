"""How the time of the same runs falls with workers: one against two, taken in turns, beside what the formula says.

    .venv/bin/python tests/scaling.py

T(w) = start + max(longest run, work / w), where work is the sum of what the runs took in that very sweep. On a machine
that is busy with other things, look at the ratio of a round, and at the processor time, which grows with each worker by
what it takes to start one.
"""

import resource
import statistics
import time

from secondlook import runs, studies
from secondlook.plan import Estimate
from secondlook.sweep import sweep

ROUNDS, D = 3, 50
"""Rounds; a sweep does the runs of the study walkers in so many dimensions: NumPy alone, so that nothing compiles."""


def once(workers: int) -> tuple[float, float, Estimate]:
    """One sweep from an empty cache: its wall time, the processor time of its workers, and what its runs took."""
    configs = [config for config in studies.study("walkers").full if config.arm.endswith(f" {D}")]
    with runs.empty_cache():
        start, spent = time.perf_counter(), processor_seconds()
        seconds = [run.seconds for _, run in sweep(configs, workers) if not isinstance(run, str)]
        taken = Estimate(sum(seconds), max(seconds), len(seconds), len(configs) - len(seconds))
        return time.perf_counter() - start, processor_seconds() - spent, taken


def processor_seconds() -> float:
    """Processor time of workers that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def main() -> None:
    ratios = []
    for number in range(1, ROUNDS + 1):
        wall = {}
        for workers in (1, 2):
            wall[workers], processor, took = once(workers)
            print(
                f"round {number}, {workers} at a time: {wall[workers]:.1f} s; work {took.work:.1f} s, longest run "
                f"{took.longest:.1f} s, so start {wall[workers] - took.seconds(workers):.1f} s; "
                f"processor {processor:.1f} s",
                flush=True,
            )
        ratios.append(wall[1] / wall[2])
    print(f"two workers are {statistics.median(ratios):.2f} times as fast (median of {ROUNDS} rounds)")


if __name__ == "__main__":
    main()
