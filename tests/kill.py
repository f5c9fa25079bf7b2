"""Kill a command at random points: `python tests/kill.py run|data|notebooks|report [--kills 50]`.

After each kill every file it writes is as before, or as an unbroken call leaves it; a last call, left alone, ends with
all of them right. The points are spread evenly, at random, over the time that an unbroken call takes. It works in a
copy of the checkout, and `data` downloads from a server of this script's own.
"""

import argparse
import hashlib
import http.server
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from random import Random
from typing import NamedTuple

from secondlook import runs
from secondlook.data.catalog import File, Source

ROOT = Path(__file__).parents[1]
PUBLISHED = {f"/{name}": Random(name).randbytes(3_000_000) for name in ("one.bin", "two.bin", "three.bin")}
OLD = b"as it was before"
Content = bytes | dict[str, float]


class Slow(http.server.BaseHTTPRequestHandler):
    """Sends what is published, from where it is asked to, 64 kB at a time."""

    def do_GET(self) -> None:
        """Answer one request."""
        content = PUBLISHED[self.path]
        start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").removesuffix("-"))
        self.send_response(HTTPStatus.PARTIAL_CONTENT if start else HTTPStatus.OK)
        self.send_header("Content-Length", str(len(content) - start))
        self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.end_headers()
        for at in range(start, len(content), 2**16):
            try:
                self.wfile.write(content[at : at + 2**16])
            except OSError:  # killed
                return
            time.sleep(0.01)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class Command(NamedTuple):
    """What is called, in Python, and the files it writes: patterns below the scratch folder."""

    code: str
    writes: tuple[str, ...]


def downloading(home: Path) -> str:
    """The code that downloads what is published into a data home."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    files = tuple(
        File(
            f"made{path}",
            len(all_),
            hashlib.sha256(all_).hexdigest(),
            (f"http://127.0.0.1:{server.server_port}{path}",),
        )
        for path, all_ in PUBLISHED.items()
    )
    source = Source("made", "title", "licence", "citation", "use", files)
    return (
        "from pathlib import Path; from secondlook.data.catalog import File, Source;"
        f"from secondlook.data.download import download; assert not download({source!r}, Path({str(home)!r}))"
    )


def commands(scratch: Path) -> dict[str, Command]:
    """The commands, by name."""

    def line(*arguments: str) -> str:
        return f"import sys; from secondlook.cli import main; sys.argv[1:] = {arguments!r}; main()"

    return {
        "run": Command(
            line("run", "dimensions", "--arm", "toy normal", "--workers", "1"), ("cache/runs/dimensions/*.npz",)
        ),
        "data": Command(downloading(scratch / "home"), ("home/made/*",)),
        "notebooks": Command(line("notebooks", "02"), ("checkout/notebooks/02_*.ipynb", "checkout/figures/02_*.svg")),
        "report": Command(line("report"), ("checkout/report/report.pdf",)),
    }


def call(code: str, scratch: Path) -> subprocess.Popen[bytes]:
    """Python with the copy's own package, in a group of processes that is killed together."""
    checkout = scratch / "checkout"
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout / "lib"), runs.CACHE: str(scratch / "cache")},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def content(file: Path) -> Content:
    """What a file holds; of a run, whose seconds differ each time, the scores."""
    if file.suffix != ".npz":
        return file.read_bytes()
    arrays = runs.read_arrays(file)
    return {name: float(arrays[name]) for name in arrays if name.startswith("scores/") and "second" not in name}


def written(command: Command, scratch: Path) -> dict[Path, Content]:
    """The files a command writes, as they are."""
    return {file: content(file) for pattern in command.writes for file in sorted(scratch.glob(pattern))}


def put_back(before: Mapping[Path, Content], right: Mapping[Path, Content]) -> None:
    """Make the files old again, or remove those that were not there."""
    for file in right:
        if file in before:
            file.write_bytes(OLD)
        else:
            file.unlink(missing_ok=True)


def main() -> None:
    """Kill, look, and tell."""
    asked = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    asked.add_argument("name", choices=("run", "data", "notebooks", "report"))
    asked.add_argument("--kills", type=int, default=50)
    asked.add_argument("--seed", type=int, default=0)
    options = asked.parse_args()
    rng = Random(options.seed)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        shutil.copytree(ROOT, scratch / "checkout", ignore=shutil.ignore_patterns(".venv*", ".git", "site"))
        command = commands(scratch)[options.name]
        before = dict.fromkeys(written(command, scratch), OLD)
        start = time.monotonic()
        if call(command.code, scratch).wait():
            sys.exit(f"{options.name}: fails without being killed")
        seconds = time.monotonic() - start
        right = written(command, scratch)
        put_back(before, right)
        faults, kills, ended = list[str](), 0, 0
        while kills < options.kills:
            process = call(command.code, scratch)
            try:
                process.wait(rng.uniform(0, seconds))
                ended += 1
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
            try:
                now = written(command, scratch)
            except ValueError as torn:
                sys.exit(f"kill {kills}: {torn}")
            faults += [f"kill {kills}: {file} is torn" for file in now if now[file] not in (OLD, right.get(file))]
            if now == right:
                put_back(before, right)
        if call(command.code, scratch).wait() or written(command, scratch) != right:
            faults.append("a last call does not end as an unbroken one")
        left = list(scratch.rglob(".*.part"))
    for fault in faults:
        print(fault)
    print(
        f"{options.name}: {kills} kills, spread over the {seconds:.0f} s of a call; {ended} calls ended first; "
        f"{len(faults)} faults; {len(left)} part files left"
    )
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
