"""Sides that take turns at the same work: in a round, each does one epoch, in a process of its own with all cores."""

import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from importlib.util import find_spec
from multiprocessing import get_context

import numpy as np
from peers import matrix_product

ROUNDS = 9
Turn = Callable[[str, str], tuple[float, np.ndarray]]
"""Of a side and a net: examples a second, and the losses of an epoch's batches."""


def spread(values: np.ndarray, form: str) -> str:
    """Median, least and largest."""
    return f"{np.median(values):{form}} [{values.min():{form}}, {values.max():{form}}]"


def compare(
    title: str, name: str, sides: list[str], turn: Turn, same: Callable[[np.ndarray], None], flops: int
) -> None:
    """Let the sides take turns at one net, and print speeds, ratios and shares of the machine's peak.

    `same` is given the sides' losses of their first batches, ``(sides, batches)``, and stops the benchmark where they
    do not compute the same. `flops` are the operations of the matrix products for one example.
    """
    print(f"\n{title}, {os.cpu_count()} cores")
    processes = {side: ProcessPoolExecutor(1, get_context("spawn")) for side in [*sides, "peak"]}
    first = [processes[side].submit(turn, side, name).result()[1][:10] for side in sides]  # compiles, and warms up
    same(np.array(first))
    print("   round" + "".join(f"{side:>20}" for side in sides) + "   ratio" * (len(sides) > 1) + "    load")
    speeds, peaks = np.zeros((ROUNDS, len(sides))), []
    for i in range(ROUNDS):
        peaks.append(processes["peak"].submit(matrix_product.peaks).result())
        speeds[i] = [processes[side].submit(turn, side, name).result()[0] for side in sides]
        columns = [f"{speed:20,.0f}" for speed in speeds[i]] + [f"{speeds[i, 0] / s:8.2f}" for s in speeds[i, 1:]]
        print(f"{i + 1:8}{''.join(columns)}{os.getloadavg()[0]:8.1f}", flush=True)
    for process in processes.values():
        process.shutdown()
    best = {library: max(peak[library] for peak in peaks) for library in peaks[0]}
    print(matrix_product.told(best))
    for side, speed in zip(sides, speeds.T, strict=True):
        share = np.median(speed) * flops / max(best.values())
        print(f"{side}: {spread(speed, ',.0f')} examples/s, {share:.0%} of the peak at {flops / 1e6:.2f} MFLOP each")
    for peer, speed in zip(sides[1:], speeds.T[1:], strict=True):
        print(f"{sides[0]} / {peer}, round by round: {spread(speeds[:, 0] / speed, '.2f')}")


def at_hand(sides: dict[str, str]) -> list[str]:
    """The sides whose library, given by side, is installed; what to install for the others is printed."""
    missing = {library for library in sides.values() if find_spec(library) is None}
    for library in sorted(missing):
        print(f"{library} is missing and not timed; to add it: .venv-uv/bin/uv pip install --python .venv {library}")
    return [side for side, library in sides.items() if library not in missing]
