"""What goes between the process that marks and the student's: lines of JSON, in which arrays are told as arrays."""

import json
from typing import Any

import numpy as np


def line(message: object) -> bytes:
    """A message as a line of JSON. TypeError for what is neither a number, text, array nor tuple, list, dict of them.

    Tuples arrive as lists.
    """
    return json.dumps(message, default=plain).encode() + b"\n"


def message(line: bytes | bytearray) -> Any:
    """The message of a line."""
    return json.loads(line, object_hook=arrays)


def plain(value: object) -> object:
    """What JSON does not know, as what it does: arrays and scalars of NumPy, and what becomes an array of numbers."""
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(
            f"no {type(value).__name__} can be handed over; use numbers, text, arrays, or tuples, lists, dicts of them"
        )
    return {"array": array.tolist()} if array.ndim else array.item()


def arrays(found: dict[str, Any]) -> Any:
    """What `plain` made of arrays, as arrays again."""
    return np.array(found["array"]) if found.keys() == {"array"} else found
