"""Plans: what there is to do, in which order, and what can be told of the time."""

import dataclasses
from pathlib import Path

import pytest

from secondlook import plan, recording, runs, studies
from secondlook.plan import Estimate
from secondlook.results import ResultError
from secondlook.runs import Config, Run, Study


def configs(study: str, arm: str, seeds: int) -> tuple[Config, ...]:
    return tuple(Config(study=study, arm=arm, seed=seed, data="none") for seed in range(seeds))


def lasting(of: tuple[Config, ...], *seconds: float) -> dict[Config, Run]:
    return {config: Run({"mean": 0.5}, seconds=each) for config, each in zip(of, seconds, strict=False)}


SHORT, LONG, NEW = configs("first", "short", 3), configs("second", "long", 4), configs("second", "new", 2)
STUDIES = {
    "first": Study("first", SHORT, (), (), lambda _: Run({})),
    "second": Study("second", LONG, NEW, (), lambda _: Run({})),
}


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with a record of the arms short, 1 and 3 s, and long, 10 s."""
    monkeypatch.setattr(studies, "study", STUDIES.__getitem__)
    recording.save("first", lasting(SHORT, 1, 3))
    recording.save("second", lasting(LONG, 10))
    return empty_checkout


def test_what_is_in_the_cache_or_in_a_record_to_be_grown_is_not_to_do() -> None:
    runs.store(SHORT[2], Run({"mean": 0.5}, seconds=7))
    made = plan.plan("first")
    assert (made.kept, made.to_do, made.makes_record) == ({SHORT[2]: 7.0}, SHORT[:2], True)
    grown = plan.plan("first", add=True)
    assert (grown.configs, grown.to_do, grown.makes_record) == ([SHORT[2]], (), True)


def test_one_arm_makes_no_record_unless_it_is_added_to_one_and_neither_does_growing_by_nothing() -> None:
    one = plan.plan("second", arms=["new"])
    assert (one.to_do, one.makes_record) == (NEW, False)
    assert plan.plan("second", arms=["new"], add=True).makes_record
    recording.save("first", lasting(SHORT, 1, 3, 5))
    assert not plan.plan("first", add=True).makes_record
    assert plan.plan("first").makes_record


def test_an_arm_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(plan.PlanError, match=r"^second: no arm 'short'; it has long$"):
        plan.plan("second", arms=["short"])


def test_a_run_takes_what_runs_of_its_arm_took_in_the_cache_or_else_in_the_record() -> None:
    plans = [plan.plan("first"), plan.plan("second")]
    assert plan.times(plans) == {("first", "short"): 2.0, ("second", "long"): 10.0}
    for config, run in lasting(LONG, 20, 30).items():
        runs.store(config, run)
    assert plan.times([plan.plan("second")]) == {("second", "long"): 25.0}


def test_a_damaged_record_tells_no_times_and_stands_in_nobodys_way(checkout: Path) -> None:
    (checkout / "report" / "results" / "first.json").write_text("{")
    assert plan.times([plan.plan("first")]) == {}


@pytest.mark.parametrize(("workers", "seconds"), [(1, 46.0), (2, 23.0), (4, 11.5), (5, 10.0), (100, 10.0)])
def test_workers_share_the_work_but_none_is_faster_than_the_longest_run(workers: int, seconds: float) -> None:
    known = {("first", "short"): 2.0, ("second", "long"): 10.0}
    found = plan.estimate((*SHORT, *LONG, *NEW), known)
    assert found == Estimate(work=46.0, longest=10.0, known=7, unknown=2)
    assert found.seconds(workers) == seconds


def test_the_estimate_says_of_how_many_it_cannot_tell() -> None:
    assert Estimate(0, 0, 0, 3).told(2) == "3 runs are of arms that were never done: how long they take cannot be told"
    assert Estimate(46, 10, 7, 0).told(2).startswith("about 23 s, 2 at a time")
    assert Estimate(46, 10, 7, 1).told(2).count("\n") == 1
    assert Estimate(0, 0, 1, 0).told(2).startswith("about 0 s, 2 at a time")
    assert Estimate(0, 0, 0, 0).told(2) == "nothing to do"


def test_the_study_of_the_longest_run_comes_first_wherever_it_stands_in_it() -> None:
    plans = [plan.plan("first"), plan.plan("second")]
    known = dict(plan.times(plans))
    first, second = [*SHORT], [*LONG, *NEW]
    assert plan.in_order(plans, known) == [*second, *first]  # what cannot be told is taken to be longest
    assert plan.in_order(plans, known | {("second", "new"): 1.0}) == [*second, *first]
    short = {("first", "short"): 2.0, ("second", "long"): 1.0}
    assert plan.in_order(plans, short | {("second", "new"): 1.0}) == [*first, *second]
    assert plan.in_order(plans, short | {("second", "new"): 3.0}) == [*second, *first]


def test_the_runs_of_a_study_keep_its_order_however_long_their_arms_take(monkeypatch: pytest.MonkeyPatch) -> None:
    by_seed = tuple(config for pair in zip(LONG, NEW, strict=False) for config in pair)
    monkeypatch.setitem(STUDIES, "second", Study("second", by_seed, (), (), lambda _: Run({})))
    for new in (1.0, 100.0):
        known = {("second", "long"): 10.0, ("second", "new"): new}
        assert plan.in_order([plan.plan("second")], known) == [*by_seed]


def test_a_record_that_cannot_grow_is_refused_before_any_run(monkeypatch: pytest.MonkeyPatch) -> None:
    recording.save("first", lasting(SHORT, 1, 3, 5))
    monkeypatch.setitem(
        STUDIES, "first", Study("first", (*SHORT[:2], *configs("first", "other", 1)), (), (), STUDIES["first"].run)
    )
    with pytest.raises(ResultError, match=r"^first: arm 'short': the record has seeds that the study has not: 2; "):
        plan.plan("first", add=True)
    assert not plan.plan("first", arms=["short"], add=True).makes_record


def test_what_is_to_do_is_told_arm_by_arm() -> None:
    runs.store(LONG[1], dataclasses.replace(Run({"mean": 0.5}), seconds=150))
    made = plan.plan("second")
    assert list(plan.by_arm(made, plan.times([made]))) == [
        "long: 3 runs, seeds 0, 2, 3; about 2.5 min each",
        "new: 2 runs, seeds 0, 1; never done before",
    ]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.04, "0.04 s"), (99.4, "99 s"), (99.5, "1.7 min"), (5969, "99 min"), (5970, "1.7 h"), (60_840, "16.9 h")],
)
def test_a_time_is_told_in_the_unit_that_fits(seconds: float, words: str) -> None:
    assert plan.in_words(seconds) == words
