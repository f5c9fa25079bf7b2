"""The process that runs a student's code: it obeys ``secondlook.grading.student``, and knows nothing of any test.

It takes requests from its standard input, a line each, and answers each with a line on a pipe of its own. What the code
prints goes to standard output, where the other side counts it.
"""

import os
import resource
import sys
from typing import Any

from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from secondlook.grading import wire

FILE_BYTES = 100_000_000


def answer(shell: InteractiveShell, request: list[Any]) -> bytes:
    """Run a cell, or call a function that one has defined, and say what came of it; never raises."""
    try:
        match request:
            case ["run", source]:
                result = shell.run_cell(source)
                if fault := result.error_before_exec or result.error_in_exec:
                    raise fault
                return wire.line({})
            case ["call", name, arguments, named]:
                if name not in shell.user_ns:
                    raise NameError(f"no {name} is defined")
                return wire.line({"value": shell.user_ns[name](*arguments, **named)})
        raise ValueError(request)
    except BaseException as fault:  # SystemExit and KeyboardInterrupt are the student's too
        return wire.line({"error": f"{type(fault).__name__}: {fault}".splitlines()[0]})


def main(replies: int, memory: int, processor_seconds: int) -> None:
    """Answer requests until there are no more."""
    requests = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    limits = {
        resource.RLIMIT_AS: memory,
        resource.RLIMIT_CPU: processor_seconds,  # should the other side be killed first
        resource.RLIMIT_FSIZE: FILE_BYTES,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        resource.setrlimit(kind, (most, most))
    quiet = Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    shell = InteractiveShell.instance(config=quiet)
    with os.fdopen(replies, "wb") as there:
        reply = wire.line({})  # the first says that it is ready
        while True:
            sys.stdout.flush()
            sys.stderr.flush()
            there.write(reply)
            there.flush()
            if not (request := requests.readline()):
                return
            reply = answer(shell, wire.message(request))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
