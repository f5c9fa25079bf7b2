"""Start-up time: `import secondlook` and `secondlook --help`, each in a fresh process, beside Python alone."""

import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROUNDS = 11
COMMANDS = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import secondlook": [sys.executable, "-c", "import secondlook"],
    "secondlook --help": [str(Path(sys.executable).with_name("secondlook")), "--help"],
}


def seconds(command: list[str]) -> float:
    """The wall time of one process, from its start to its end."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    """The commands take turns; the first turn, which reads the files from the disk, is not counted."""
    times = np.array([[seconds(command) for command in COMMANDS.values()] for _ in range(ROUNDS + 1)])[1:]
    for name, column in zip(COMMANDS, times.T, strict=True):
        print(f"{name:20} {np.median(column):.3f} s [{column.min():.3f}, {column.max():.3f}], {ROUNDS} rounds")


if __name__ == "__main__":
    main()
