"""A student's code, held at arm's length: cells and calls go to a process of its own, and only plain values come back.

So no test runs where the student's code could reach it, and code that hangs, crashes or prints without end is stopped
without harm to the rest: a new process runs the cells before it again. What this does not hold back is told in
CONTRIBUTING.md: files, the network and other processes of the same user.
"""

import atexit
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from signal import Signals
from tempfile import TemporaryDirectory
from typing import Any

from secondlook.grading import wire
from secondlook.process import ONE_THREAD

REPLY_BYTES = 20_000_000
CHUNK = 1 << 16
START_SECONDS = 120


class StudentError(Exception):
    """What the student's code raised, in one line."""

    def _render_traceback_(self) -> list[str]:  # IPython asks for it
        return [f"{type(self).__name__}: {self}"]


class Stopped(StudentError):
    """Why the student's code was stopped."""


class Student:
    """The process of one submission.

    seconds: for a cell or a call; total: seconds for all of them together; memory: bytes of address space; output:
    characters that the code may print in all.
    """

    def __init__(self, seconds: float, total: float, memory: int, output: int) -> None:
        self.seconds, self.total, self.memory, self.output = seconds, total, memory, output
        self.end = time.monotonic() + total
        self.left = output
        self.ran: list[str] = []
        self.folder = TemporaryDirectory()
        self.process: subprocess.Popen[bytes] | None = None
        self.replies = -1
        atexit.register(self.stop)

    def run(self, source: str) -> None:
        """Run a cell. What it did before it raised stays, as in a notebook."""
        try:
            self._ask("run", source)
        except Stopped:
            raise
        except StudentError:
            self.ran.append(source)
            raise
        self.ran.append(source)

    def function(self, name: str) -> Callable[..., Any]:
        """A function of the student's, to be called from here; it need not be there yet."""
        return partial(self.call, name)

    def call(self, name: str, *arguments: object, **named: object) -> Any:
        """What a function of the student's returns. Tuples arrive, and come back, as lists."""
        return self._ask("call", name, arguments, named)["value"]

    def stop(self) -> None:
        """End the process, and what it has started in its own session."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, Signals.SIGKILL)
            self.process.wait()
            for stream in (self.process.stdin, self.process.stdout):
                with suppress(OSError):  # it was never read
                    stream.close()  # type: ignore[union-attr]
            os.close(self.replies)
            self.process = None

    def _start(self) -> None:
        self.replies, theirs = os.pipe()
        limits = (str(theirs), str(self.memory), str(int(2 * self.total) + 1))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "secondlook.grading.child", *limits],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[theirs],
            cwd=self.folder.name,
            env=os.environ | ONE_THREAD | {"IPYTHONDIR": self.folder.name, "MPLBACKEND": "agg"},
            start_new_session=True,
        )
        os.close(theirs)
        begun = time.monotonic()
        self._reply(begun + START_SECONDS)
        self.end += time.monotonic() - begun
        for source in self.ran:
            self._send(("run", source))
            self._reply()

    def _ask(self, *request: object) -> dict[str, Any]:
        if self.process is None:
            self._start()
        self._send(request)
        reply, said = self._reply()
        print(said, end="")
        if "error" in reply:
            if str(reply["error"]).startswith("MemoryError"):
                self._give_up(f"wanted more than {self.memory / 2**30:g} GiB of memory")
            raise StudentError(reply["error"])
        return reply

    def _send(self, request: tuple[object, ...]) -> None:
        assert self.process and self.process.stdin
        try:
            self.process.stdin.write(wire.line(request))
            self.process.stdin.flush()
        except BrokenPipeError:
            self._died()

    def _reply(self, end: float | None = None) -> tuple[dict[str, Any], str]:
        """What comes back, and what is printed meanwhile, until `end` or until a limit is reached."""
        assert self.process and self.process.stdout
        if end is None:
            end = min(time.monotonic() + self.seconds, self.end)
        said, reply = bytearray(), bytearray()
        with selectors.DefaultSelector() as waiting:
            waiting.register(self.process.stdout, selectors.EVENT_READ, said)
            waiting.register(self.replies, selectors.EVENT_READ, reply)
            while ready := waiting.select(0 if reply.endswith(b"\n") else max(0, end - time.monotonic())):
                for key, _ in ready:
                    chunk = os.read(key.fd, CHUNK)
                    key.data.extend(chunk)
                    if not chunk:
                        waiting.unregister(key.fileobj)
                        if key.fd == self.replies:
                            self._died()
                if len(said) > self.left:
                    self._give_up(f"printed more than {self.output:,} characters")
                if len(reply) > REPLY_BYTES:
                    self._give_up(f"returned more than {REPLY_BYTES:,} bytes")
                if time.monotonic() > end:
                    break
        if not reply.endswith(b"\n"):
            self._give_up(f"no end after {self.total if end == self.end else self.seconds:g} seconds")
        self.left -= len(said)
        return wire.message(reply), said.decode(errors="replace")

    def _died(self) -> None:
        assert self.process
        try:
            code = self.process.wait(1)
        except subprocess.TimeoutExpired:
            code = 0
        how = Signals(-code).name if code < 0 else f"exit status {code}"
        self._give_up(f"the process died ({how})")

    def _give_up(self, reason: str) -> None:
        self.stop()
        raise Stopped(reason)
