"""Kill `secondlook run` or `secondlook report` at random points: `python tests/kill.py [run|report] [--kills 50]`.

After each kill every file in its place is whole, old or new; a last call, left alone, ends with the right result.
It works in a copy of the checkout. The points are spread evenly, at random, over the time that an unbroken call takes.
"""

import argparse
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from random import Random

from secondlook import runs

ROOT = Path(__file__).parents[1]
COMMANDS = {"run": ["run", "dimensions", "--arm", "toy normal", "--workers", "1"], "report": ["report"]}


def call(command: list[str], checkout: Path, cache: Path) -> subprocess.Popen[bytes]:
    """The command of the copy's own package, in a group of processes that is killed together."""
    environment = os.environ | {"PYTHONPATH": str(checkout / "lib"), runs.CACHE: str(cache)}
    code = "from secondlook.cli import main; main()"
    return subprocess.Popen(
        [sys.executable, "-c", code, *command],
        cwd=checkout,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def torn(checkout: Path, cache: Path) -> list[str]:
    """Files in their place that are not whole."""
    found = []
    for file in sorted(cache.rglob("[!.]*.npz")):
        try:
            runs.read_arrays(file)
        except ValueError as fault:
            found.append(str(fault))
    for file in sorted((checkout / "report" / "results").glob("[!.]*.json")):
        try:
            json.loads(file.read_text(encoding="utf-8"))
        except ValueError as fault:
            found.append(f"{file.name}: {fault}")
    report = checkout / "report" / "report.pdf"
    if report.exists() and not report.read_bytes().rstrip().endswith(b"%%EOF"):
        found.append("report.pdf is not whole")
    if not (checkout / "README.md").read_text(encoding="utf-8").rstrip():
        found.append("README.md is empty")
    return found


def scores(cache: Path) -> dict[str, float]:
    """All scores in a run cache, by file and name."""
    return {
        f"{file.name} {name}": float(value)
        for file in sorted(cache.rglob("[!.]*.npz"))
        for name, value in runs.read_arrays(file).items()
        if name.startswith("scores/") and "second" not in name
    }


def main() -> None:
    """Kill, look, and tell."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("name", choices=COMMANDS)
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    rng = Random(options.seed)
    with tempfile.TemporaryDirectory() as scratch:
        checkout, cache = Path(scratch, "checkout"), Path(scratch, "cache")
        shutil.copytree(ROOT, checkout, ignore=shutil.ignore_patterns(".venv*", ".git", "site"))
        command = COMMANDS[options.name]
        start = time.monotonic()
        if call(command, checkout, Path(scratch, "unbroken")).wait():
            sys.exit(f"{options.name}: fails without being killed")
        seconds = time.monotonic() - start
        right = (checkout / "report" / "report.pdf").read_bytes() if options.name == "report" else b""
        faults, ended = [], 0
        for number in range(1, options.kills + 1):
            if scores(cache):  # all is done: begin again
                shutil.rmtree(cache)
            process = call(command, checkout, cache)
            try:
                process.wait(rng.uniform(0, seconds))
                ended += 1
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
            faults += [f"kill {number}: {fault}" for fault in torn(checkout, cache)]
        if call(command, checkout, cache).wait():
            faults.append("a last call does not end well")
        if right and (checkout / "report" / "report.pdf").read_bytes() != right:
            faults.append("the report is another than that of an unbroken call")
        if scores(cache) != scores(Path(scratch, "unbroken")):
            faults.append("the runs are others than those of an unbroken call")
        left = [str(file.relative_to(scratch)) for file in Path(scratch).rglob(".*.part*")]
    for fault in faults:
        print(fault)
    print(
        f"{options.name}: {options.kills} calls over {seconds:.0f} s each, {ended} ended first; "
        f"{len(faults)} faults; {len(left)} part files left"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
