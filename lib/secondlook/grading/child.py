"""The process that runs a student's code: it obeys ``secondlook.grading.student``, and knows nothing of any test.

It takes pickled requests from its standard input, and gives each one line of JSON on a pipe of its own. What the code
prints goes to standard output, where the other side counts it.
"""

import json
import os
import pickle
import resource
import sys
from typing import Any

import numpy as np
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

FILE_BYTES = 100_000_000


def plain(value: object) -> object:
    """What JSON does not know, as what it does: arrays and scalars of NumPy, and what becomes an array of numbers."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"returns a {type(value).__name__}; return numbers, text, arrays, or tuples, lists, dicts of them"
        )
    return {"array": array.tolist()} if array.ndim else array.item()


def answer(shell: InteractiveShell, request: tuple[Any, ...]) -> dict[str, Any]:
    """Run a cell, or call a function that one has defined; never raises."""
    try:
        match request:
            case "run", source:
                result = shell.run_cell(source)
                if fault := result.error_before_exec or result.error_in_exec:
                    raise fault
                return {}
            case "call", name, arguments, named:
                if name not in shell.user_ns:
                    raise NameError(f"no {name} is defined")
                value = shell.user_ns[name](*arguments, **named)
                return {"value": json.loads(json.dumps(value, default=plain))}
        raise ValueError(request)
    except BaseException as fault:  # SystemExit and KeyboardInterrupt are the student's too
        return {"error": f"{type(fault).__name__}: {fault}".splitlines()[0]}


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
        reply: dict[str, Any] = {}  # the first says that it is ready
        while True:
            sys.stdout.flush()
            sys.stderr.flush()
            there.write(json.dumps(reply).encode() + b"\n")
            there.flush()
            try:
                request = pickle.load(requests)
            except EOFError:
                return
            reply = answer(shell, request)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
