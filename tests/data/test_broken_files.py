"""Every format, damaged at random: a correct load or one `DataError` of one line comes out, never anything else."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formats import FORMATS
from secondlook.data import DataError

SLOW = {"h5": 4, "picture": 40}


CHANGES = st.lists(
    st.tuples(
        st.sampled_from(["cut", "insert", "move", "overwrite"]), st.floats(0, 1), st.binary(min_size=1, max_size=5)
    ),
    min_size=1,
    max_size=4,
)
"""What is done, where as a share of the length, and with which bytes."""


def damaged(content: bytes, changes: list[tuple[str, float, bytes]]) -> bytes:
    broken = bytearray(content)
    for what, where, piece in changes:
        at = int(where * len(broken))
        match what:
            case "cut":
                del broken[at:]
            case "insert":
                broken[at:at] = piece
            case "move":
                broken[at:at] = broken[-40:]
            case "overwrite":
                broken[at : at + len(piece)] = piece
    return bytes(broken)


@pytest.mark.parametrize("name", FORMATS)
def test_a_damaged_file_is_read_right_or_refused_in_one_line(name: str, tmp_path: Path) -> None:
    make, parse, *_ = FORMATS[name]
    file = tmp_path / "made.npz"  # NumPy would add the suffix to any other name
    make(file)
    content = file.read_bytes()
    parse(file)
    refused = 0

    @settings(max_examples=SLOW.get(name, 120), deadline=None, derandomize=True, database=None,
              suppress_health_check=list(HealthCheck))  # fmt: skip
    @given(CHANGES)
    def check(changes: list[tuple[str, float, bytes]]) -> None:
        nonlocal refused
        file.write_bytes(damaged(content, changes))
        try:
            parse(file)
        except DataError as fault:
            assert str(fault).startswith(str(file)) and "; " in str(fault) and "\n" not in str(fault)
            refused += 1

    check()
    assert refused
