"""Fuzz every reader of files: `python tests/fuzz.py [NAME …] [--inputs 100000]`.

Each input is a file damaged at random, blindly or inside its packing (`mutations`). Those that reach lines of a reader
that none before them reached, or a new place to fail, are kept and damaged further. A reader has to give a value or an
error that it declares, in one line. It runs in a process of its own, with bounded memory and time, so a crash of a C
library is a finding like any other. Inputs that are findings are written into the folder `--findings`.
"""

import argparse
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable
from mmap import mmap
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from secondlook.process import ONE_THREAD

os.environ.update(ONE_THREAD)

import numpy as np

from formats import FORMATS, OTHERS, read_h5_here
from mutations import mutated
from secondlook.data import Split
from secondlook.results import Record

LIBRARY = str(Path(sys.modules["secondlook"].__file__ or "").parent)
READERS = FORMATS | OTHERS
READERS["h5"] = READERS["h5"]._replace(read=read_h5_here)
MEMORY, SECONDS = 2**29, 10
"""Bytes that a reader may take beyond what the process has before, and seconds of its time for one input."""
ONCE_IN = 4
"""Lines are followed for one input in so many: it takes longer than the reading."""

Place = tuple[str, int]


def reached(call: Callable[[], object]) -> tuple[set[Place], Exception | None]:
    """The lines of the package that a call runs, with the last of the fault it ends in; and that fault."""
    places: set[Place] = set()

    def line(frame: FrameType, event: str, _: Any) -> Any:
        places.add((frame.f_code.co_filename, frame.f_lineno))
        return line

    def enter(frame: FrameType, event: str, _: Any) -> Any:
        return line if frame.f_code.co_filename.startswith(LIBRARY) else None

    sys.settrace(enter)
    try:
        call()
    except Exception as fault:
        cause = fault.__context__ or fault
        last = traceback.extract_tb(cause.__traceback__)[-1]
        return places | {(last.filename, last.lineno or 0)}, fault
    finally:
        sys.settrace(None)
    return places, None


def unsound(found: object) -> str:
    """What cannot be right in what a reader gives, whatever the file."""
    for split in found.values() if isinstance(found, dict) else [found]:
        if isinstance(split, Split) and (len(split.x) != len(split.y) or (split.y < 0).any()):
            return "a split without one label for each item"
        if isinstance(split, Split) and not np.isfinite(split.x).all():
            return "a split with NaN or infinity"
    if isinstance(found, Record) and any(
        values.dtype.kind != "f" or values.shape != (len(arm.seeds),)
        for arm in found.arms.values()
        for values in (*arm.scores.values(), arm.seconds)
    ):
        return "a record without a score for each seed"
    return ""


def wrong(found: object, fault: Exception | None, declared: tuple[type[Exception], ...]) -> str:
    """What a reader should not have done; nothing if it gave a sound value or an error it declares, in one line."""
    if fault is not None:
        if not isinstance(fault, declared):
            last = traceback.extract_tb(fault.__traceback__)[-1]
            return f"{type(fault).__name__} at {Path(last.filename).name}:{last.lineno}"
        return "an error of several lines" if "\n" in str(fault) else ""
    return unsound(found)


def note(name: str, what: str, file: Path, counts: dict[str, Any], findings: Path) -> None:
    """Count a finding, and keep the first file of its kind."""
    counts["found"][what] = counts["found"].get(what, 0) + 1
    findings.mkdir(parents=True, exist_ok=True)
    place = findings / re.sub(r"[^\w.]+", "-", f"{name} {what}")
    if counts["found"][what] == 1:
        shutil.copyfile(file, place)


def fuzz(name: str, folder: Path, inputs: int, seed: int, told: mmap, findings: Path) -> None:
    """Read inputs until there are so many, and tell after each how many were read, refused and kept, and the memory."""
    format, file, kept = READERS[name], folder / "made.npz", folder / "kept"
    warned: list[str] = []
    warnings.simplefilter("always")
    warnings.showwarning = lambda message, category, *_, **__: warned.append(category.__name__)
    counts = json.loads(told[:].rstrip(b"\0"))
    rng = Random(f"{name} {seed} {counts['inputs']}")
    before = int(Path("/proc/self/statm").read_text().split()[0]) * os.sysconf("SC_PAGESIZE")
    resource.setrlimit(resource.RLIMIT_AS, (before + MEMORY,) * 2)
    at_start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    corpus = [path.read_bytes() for path in sorted(kept.iterdir())]
    seen: set[Place] = set()
    for content in corpus:
        file.write_bytes(content)
        seen |= reached(lambda: format.read(file))[0]
    found: object = None
    while counts["inputs"] < inputs:
        content = mutated(rng.choice(corpus), format.packed, rng)[: 2**20]
        file.unlink(missing_ok=True)
        file.write_bytes(content)
        counts["inputs"] += 1
        told[:] = json.dumps(counts).encode().ljust(len(told), b"\0")
        warned.clear()
        signal.alarm(SECONDS)
        new, fault, found = set[Place](), None, None
        if counts["inputs"] % ONCE_IN:
            try:
                found = format.read(file)
            except Exception as problem:
                fault = problem
        else:
            new, fault = reached(lambda: format.read(file))
        signal.alarm(0)
        counts["refused"] += fault is not None
        if what := wrong(found, fault, format.declared) or " ".join(sorted(set(warned))):
            file.write_bytes(content)
            note(name, what, file, counts, findings)
        if new - seen:
            seen |= new
            corpus.append(content)
            (kept / f"{len(corpus):05}").write_bytes(content)
        counts["kept"] = len(corpus)
        counts["MB"] = max(counts["MB"], (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - at_start) // 1024)
    told[:] = json.dumps(counts).encode().ljust(len(told), b"\0")


def campaign(name: str, inputs: int, seed: int, findings: Path) -> dict[str, Any]:
    """Fuzz one reader, in as many processes as it crashes and one; what was counted, and the findings."""
    told = mmap(-1, 2**16)
    counts: dict[str, Any] = {"inputs": 0, "refused": 0, "kept": 0, "MB": 0, "found": {}}
    start = time.monotonic()
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as scratch:
        folder = Path(scratch)
        (folder / "kept").mkdir()
        READERS[name].make(folder / "made.npz")
        (folder / "kept" / "00001").write_bytes((folder / "made.npz").read_bytes())
        while counts["inputs"] < inputs:
            told[:] = json.dumps(counts).encode().ljust(len(told), b"\0")
            child = os.fork()
            if child == 0:
                try:
                    fuzz(name, folder, inputs, seed, told, findings)
                except BaseException:
                    traceback.print_exc()
                    os._exit(1)
                os._exit(0)
            status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
            counts = json.loads(told[:].rstrip(b"\0"))
            if status > 0:
                sys.exit(f"{name}: the fuzzer itself fails, see above")
            if status < 0:
                note(name, f"killed by {signal.Signals(-status).name}", folder / "made.npz", counts, findings)
    return counts | {"seconds": round(time.monotonic() - start)}


def main() -> None:
    """Fuzz the readers that are named, or all, and print a line for each."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("names", nargs="*", help=f"of {', '.join(READERS)}; all when none is named")
    asked.add_argument("--inputs", type=int, default=100_000)
    asked.add_argument("--seed", type=int, default=0)
    asked.add_argument("--findings", type=Path, default=Path(tempfile.gettempdir(), "secondlook-findings"))
    options = asked.parse_args()
    for name in options.names or READERS:
        counts = campaign(name, options.inputs, options.seed, options.findings)
        print(f"{name}: {json.dumps(counts)}", flush=True)


if __name__ == "__main__":
    main()
