"""How large a worker grows: the heaviest studies one after another in one process, as a worker does them.

    .venv/bin/python tests/worker_memory.py

Training is cut to one epoch, which changes the time and not the memory. Needs Linux and the real data.
"""

import dataclasses
import os
import sys
import time
from pathlib import Path

from secondlook import runs, studies, sweep

RUNS = (
    ("cifar10", "mended"),
    ("songs_baseline", "no order baseline"),
    ("songs_twenty_five", "25 genres baseline"),
    ("mnist", "variational, mixture"),
    ("cifar10_larger", "as written"),
    ("cifar10", "mended"),
    ("last_layer", "songs hmc"),
    ("cifar10_convolutional", "convolutional"),
)
"""Studies and arms; the first comes back, to show what repetition adds."""


def megabytes(line: str) -> int:
    """A line of /proc/self/status: VmRSS, what the process holds, or VmHWM, the most it has held since `reset`."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split(f"{line}:")[1].split()[0]) // 1024


def reset() -> None:
    """Let VmHWM begin anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def main() -> None:
    print(f"{'study, arm':45} {'peak':>6} {'after':>6}  MB")
    for name, arm in RUNS:
        config = next(config for config in studies.study(name).full if config.arm == arm)
        if hasattr(config, "epochs"):
            config = dataclasses.replace(config, epochs=1)  # type: ignore[call-arg]
        reset()
        start = time.perf_counter()
        with runs.empty_cache():
            sweep.one(config)
        took = time.perf_counter() - start
        print(f"{name + ', ' + arm:45} {megabytes('VmHWM'):6} {megabytes('VmRSS'):6}  ({took:.0f} s)", flush=True)


if __name__ == "__main__":
    if not sweep.WORKER_ENVIRONMENT.items() <= os.environ.items():
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | sweep.WORKER_ENVIRONMENT)
    main()
