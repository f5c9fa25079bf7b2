"""A student's code runs in a process of its own: values come back, and nothing it does stops or reaches the tests."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from secondlook.grading.child import FILE_BYTES
from secondlook.grading.student import Stopped, Student, StudentError

Make = Callable[..., Student]


@pytest.fixture
def student() -> Iterator[Make]:
    made: list[Student] = []

    def make(source: str, **limits: float) -> Student:
        usual = {"seconds": 60, "total": 120, "memory": 2**31, "output": 10_000}
        made.append(Student(**usual | limits))  # type: ignore[arg-type]
        made[-1].run(source)
        return made[-1]

    yield make
    for each in made:
        each.stop()


def test_values_come_back_plain(student: Make) -> None:
    found = student(
        "import numpy as np\n"
        "def f(x, *, by=1):\n"
        "    return by * x, np.float32(0.5), np.bool_(True), {'text': 'a', 'nothing': None}, [np.arange(3), 1e-300]"
    ).call("f", np.array([[1.0, np.nan]]), by=2)
    np.testing.assert_array_equal(found[0], [[2.0, np.nan]])
    assert found[1:4] == [0.5, True, {"text": "a", "nothing": None}]
    np.testing.assert_array_equal(found[4][0], [0, 1, 2])
    assert found[4][1] == 1e-300


def test_what_is_printed_is_heard_and_cells_may_use_magics(student: Make, capfd: pytest.CaptureFixture[str]) -> None:
    made = student(
        "%precision 3\nimport sys\ndef f():\n    print('out')\n    print('err', file=sys.stderr)\n    return 1"
    )
    assert made.call("f") == 1
    assert capfd.readouterr() == ("out\nerr\n", "")


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("raise ValueError('seven\\nis not eight')", "ValueError: seven"),
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("return input()", "EOFError: EOF when reading a line"),
        (
            "return object()",
            "TypeError: no object can be handed over; use numbers, text, arrays, or tuples, lists, dicts of them",
        ),
    ],
)
def test_an_error_is_one_line_and_the_process_goes_on(student: Make, body: str, fault: str) -> None:
    made = student(f"def f():\n    {body}\ndef g():\n    return 2")
    with pytest.raises(StudentError) as error:
        made.call("f")
    assert (type(error.value), str(error.value)) == (StudentError, fault)
    before = made.process
    assert made.call("g") == 2
    assert made.process is before


def test_a_function_that_is_not_there(student: Make) -> None:
    with pytest.raises(StudentError, match="NameError: no f is defined"):
        student("x = 1").call("f")


STUBBORN = "while True:\n        try:\n            while True: pass\n        except BaseException: pass"


@pytest.mark.parametrize(
    ("body", "limits", "reason"),
    [
        (STUBBORN, {"seconds": 1}, "no end after 1 seconds"),
        ("import time; time.sleep(1000)", {"total": 2}, "no end after 2 seconds"),
        ("import os; os.abort()", {}, "the process died (SIGABRT)"),
        ("import os; os._exit(3)", {}, "the process died (exit status 3)"),
        ("while True: print('x' * 1000)", {}, "printed more than 10,000 characters"),
        ("print('x' * 10**9)", {}, "printed more than 10,000 characters"),
        ("import os\n    while True: os.write(2, b'x' * 1000)", {}, "printed more than 10,000 characters"),
        ("return 'x' * 30_000_000", {}, "returned more than 20,000,000 bytes"),
        ("return bytearray(10**10)", {"memory": 2**30}, "wanted more than 1 GiB of memory"),
    ],
)
def test_what_has_no_end_is_stopped_and_the_rest_goes_on(
    student: Make, body: str, limits: dict[str, float], reason: str
) -> None:
    made = student(f"y = 5\ndef f():\n    {body}\ndef g():\n    return y", **limits)
    with pytest.raises(Stopped) as error:
        made.call("f")
    assert str(error.value) == reason
    assert made.process is None
    if "total" not in limits:
        assert made.call("g") == 5  # in a new process, which has run the cell again


def test_all_together_have_an_end_and_an_amount(student: Make) -> None:
    made = student("import time\ndef f(x):\n    print('x' * x)\n    time.sleep(0.1)", total=2)
    for reason, size in (("printed more than 10,000 characters", 4_000), ("no end after 2 seconds", 1)):
        with pytest.raises(Stopped) as error:
            for _ in range(50):
                made.call("f", size)
        assert str(error.value) == reason
        made.left = made.output


def test_it_cannot_write_where_the_tests_run(student: Make) -> None:
    made = student("import builtins, numpy as np\nbuiltins.abs = np.isclose = lambda *a: True\ndef f(): return abs(-1)")
    assert made.call("f") is True
    assert abs(-1) == 1 and not np.isclose(0, 1)


@pytest.mark.parametrize(
    ("limit", "most"),
    [("AS", 2**31), ("CPU", 2 * 90 + 1), ("FSIZE", FILE_BYTES), ("CORE", 0)],
)
def test_every_limit_is_set_and_cannot_be_raised_again(student: Make, limit: str, most: int) -> None:
    source = f"import resource\ndef f():\n    return list(resource.getrlimit(resource.RLIMIT_{limit}))"
    assert student(source, total=90).call("f") == [most, most]


def test_what_a_cell_did_before_it_raised_is_done_again_after_a_stop(student: Make) -> None:
    made = student("", seconds=1)
    with pytest.raises(StudentError, match="NameError"):
        made.run("def f():\n    return 1\ndef g():\n    while True: pass\nno")
    assert made.call("f") == 1
    with pytest.raises(Stopped):
        made.call("g")
    assert made.call("f") == 1
