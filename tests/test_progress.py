"""The live view: its counts, and the time left, by a clock that the test moves."""

import io
import sys

import pytest

from secondlook.progress import Progress
from secondlook.runs import Config, Run

FAST, SLOW = (
    tuple(Config(study="tosses", arm=arm, seed=seed, data="none") for seed in range(4)) for arm in ("fast", "slow")
)
KNOWN = {("tosses", "fast"): 2.0, ("tosses", "slow"): 10.0}


class Clock:
    """A clock that stands."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_the_work_left_falls_with_the_clock_and_is_shared_by_the_workers_that_are_busy() -> None:
    clock = Clock()
    view = Progress([*SLOW, *FAST], KNOWN, clock)
    view.look(2)
    assert view.left() == (24.0, 0)
    clock.now += 4
    view.look(2)
    assert view.left() == (20.0, 0)
    view.look(4)
    assert view.left() == (10.0, 0)


def test_no_number_of_workers_is_faster_than_the_longest_run() -> None:
    clock = Clock()
    view = Progress([*SLOW, *FAST], KNOWN, clock)
    view.look(100)
    assert view.left() == (10.0, 0)
    clock.now += 4
    assert view.left() == (6.0, 0)


def test_what_runs_take_here_counts_more_than_what_they_took_before() -> None:
    clock = Clock()
    view = Progress(FAST, KNOWN, clock)
    view.look(1)
    clock.now += 6
    view.look(1)
    view.finished(FAST[0], Run({}, seconds=6.0))
    assert view.left() == (18.0, 0)


def test_runs_of_unknown_length_are_counted_and_not_guessed() -> None:
    view = Progress([*SLOW, *FAST], {("tosses", "fast"): 2.0}, Clock())
    view.look(1)
    assert view.left() == (8.0, 4)
    assert str(view) == "0 done, 1 running, 0 failed, about 8 s left, 4 runs not counted"
    view.finished(SLOW[0], Run({}, seconds=3.0))
    assert view.left()[1] == 0
    assert str(Progress(SLOW, {}, Clock())).endswith("0 failed, time left not known yet")
    assert str(Progress([], {}, Clock())).endswith("0 failed, about 0 s left")


def test_elsewhere_than_on_a_terminal_every_run_is_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(FAST, KNOWN) as view:
        view.finished(FAST[1], Run({}, seconds=3.0))
        view.finished(FAST[0], "ValueError: no answer")
    assert (view.done, view.failed) == (1, 1)
    assert capsys.readouterr() == (
        "  1/4  tosses, fast, seed 1: 3 s\n  2/4  tosses, fast, seed 0: ValueError: no answer\n",
        "",
    )


def test_on_a_terminal_a_bar_tells_the_numbers_and_only_failures_are_lines(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = io.StringIO()
    monkeypatch.setattr(terminal, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", terminal)
    with Progress(FAST, KNOWN) as view:
        view.look(2)
        view.finished(FAST[0], Run({}, seconds=3.0))
        view.finished(FAST[1], "ValueError: no answer")
        view.look(1)
    assert "0 done, 2 running, 0 failed, about 4 s left" in terminal.getvalue()
    assert "1 done, 1 running, 1 failed, about 6 s left" in terminal.getvalue()
    assert capsys.readouterr().out == "  tosses, fast, seed 1: ValueError: no answer\n"
