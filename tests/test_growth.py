"""Records that grow: one that got its seeds in two goes says what one made at once says."""

import dataclasses
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondlook import cli, growth, rebuild, recording, results, studies
from secondlook.results import Record, ResultError
from secondlook.runs import Config, Run, Study


@dataclasses.dataclass(frozen=True, kw_only=True)
class Toss(Config):
    """A config of a made-up study."""

    bias: float = 0.5


def toss(config: Config) -> Run:
    assert isinstance(config, Toss)
    rng = np.random.default_rng(config.seed)
    right = rng.random(6) < config.bias
    return Run({"mean": float(right.mean())}, {"loss": rng.normal(3, 1, 4)}, {"right": right}, 1.5 + config.seed)


def study(seeds: int, *arms: str, bias: float = 0.5) -> Study:
    configs = tuple(
        Toss(study="tosses", arm=arm, seed=seed, data="none", bias=bias) for arm in arms for seed in range(seeds)
    )
    toy = (Toss(study="tosses", arm="toy", seed=0, data="none"),)
    return Study("tosses", configs, toy, (), toss)


def runs(of: Study) -> dict[Config, Run]:
    return {config: toss(config) for config in (*of.full, *of.toy)}


def lacking(of: Study, record: Record) -> dict[Config, Run]:
    return {config: run for config, run in runs(of).items() if not record.holds(config)}


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path) -> Path:
    """A checkout of its own, with a record of three seeds of one arm."""
    recording.save("tosses", runs(study(3, "fair")))
    return empty_checkout


def as_if_at_once(of: Study, grown: Record) -> None:
    """The record has what one made of all runs has, to the rounding of both."""
    recording.save("tosses", runs(of))
    whole = results.load("tosses")
    assert list(grown.arms) == list(whole.arms)
    for name, arm in whole.arms.items():
        of_arm = grown[name]
        assert (of_arm.seeds, of_arm.config) == (arm.seeds, arm.config)
        assert np.array_equal(of_arm.seconds, arm.seconds)
        assert np.array_equal(of_arm.scores["mean"], arm.scores["mean"])
        assert np.array_equal(of_arm.items["right"], arm.items["right"])
        assert of_arm.items["right"].dtype == arm.items["right"].dtype
        for how, values in arm.curves["loss"].items():
            assert of_arm.curves["loss"][how] == pytest.approx(values, rel=2e-5)
    assert grown.provenance["seconds"] == whole.provenance["seconds"]


@pytest.mark.parametrize("seeds", [4, 5, 9])
def test_added_seeds_and_arms_give_the_record_of_all(seeds: int) -> None:
    earlier, of = results.load("tosses"), study(seeds, "fair", "second")
    growth.grow(of, earlier, lacking(of, earlier))
    grown = results.load("tosses")
    assert grown.provenance["grown_from"] == earlier.provenance
    as_if_at_once(of, grown)


def test_seeds_stand_in_the_order_of_the_study_whatever_came_first() -> None:
    of = study(5, "fair")
    recording.save("tosses", {config: run for config, run in runs(of).items() if config.seed != 1})
    earlier = results.load("tosses")
    growth.grow(of, earlier, lacking(of, earlier))
    as_if_at_once(of, results.load("tosses"))


def test_an_arm_under_other_settings_is_made_anew() -> None:
    earlier, of = results.load("tosses"), study(3, "fair", bias=0.9)
    added = lacking(of, earlier)
    assert {config.arm for config in added} == {"fair"}
    growth.grow(of, earlier, added)
    as_if_at_once(of, results.load("tosses"))


@pytest.mark.parametrize(("seeds", "kept"), [(3, False), (4, True)])
def test_a_record_says_what_it_has_grown_from_if_it_keeps_anything_of_it(seeds: int, kept: bool) -> None:
    recording.save("tosses", {config: run for config, run in runs(study(3, "fair")).items() if config.arm == "fair"})
    earlier, of = results.load("tosses"), study(seeds, "fair", bias=0.5 if kept else 0.9)
    growth.grow(of, earlier, lacking(of, earlier))
    assert ("grown_from" in results.load("tosses").provenance) is kept


def test_a_record_that_keeps_only_an_arm_under_other_settings_has_grown_from_it() -> None:
    fair, second = study(3, "fair", bias=0.9).full, study(3, "second").full
    recording.save("tosses", {config: toss(config) for config in study(3, "fair").full})
    earlier, of = results.load("tosses"), Study("tosses", (*fair, *second), (), (), toss)
    growth.grow(of, earlier, {config: toss(config) for config in second})
    assert results.load("tosses").provenance["grown_from"] == earlier.provenance


def test_an_arm_added_alone_leaves_the_others_as_they_are() -> None:
    earlier, of = results.load("tosses"), study(5, "fair", "second")
    second = {config: run for config, run in lacking(of, earlier).items() if config.arm == "second"}
    growth.grow(of, earlier, second)
    both = results.load("tosses")
    assert both["fair"].seeds == (0, 1, 2)
    growth.grow(of, both, lacking(of, both))
    as_if_at_once(of, results.load("tosses"))


def test_an_arm_under_other_settings_stays_until_it_is_made_anew() -> None:
    earlier, biased = results.load("tosses"), study(3, "fair", bias=0.9)
    of = dataclasses.replace(study(3, "second"), full=(*biased.full, *study(3, "second").full))
    growth.grow(of, earlier, {config: toss(config) for config in of.full if config.arm == "second"})
    grown = results.load("tosses")
    assert grown["fair"].config == earlier["fair"].config
    assert np.array_equal(grown["fair"].scores["mean"], earlier["fair"].scores["mean"])
    growth.grow(of, grown, lacking(of, grown))
    as_if_at_once(of, results.load("tosses"))


def test_seeds_that_the_study_has_not_are_refused() -> None:
    with pytest.raises(ResultError, match="the record has seeds that the study has not: 2; make the record again"):
        growth.grow(study(2, "fair"), results.load("tosses"), {})
    assert results.load("tosses")["fair"].seeds == (0, 1, 2)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"scores": {"odds": 1.0}}, "score mean"),
        ({"curves": {"loss": np.zeros(1)}}, "curve loss"),
        ({"curves": {}, "items": {"right": np.zeros((6, 1))}}, "curve loss, item right"),
    ],
)
def test_runs_that_lack_what_the_record_holds_or_have_it_in_another_shape_are_refused(
    change: dict[str, Any], named: str
) -> None:
    earlier, of = results.load("tosses"), study(4, "fair")
    other = {config: dataclasses.replace(run, **change) for config, run in lacking(of, earlier).items()}
    said = f"arm 'fair' seed 3 lacks, or has in another shape than the record: {named}; make the record again"
    with pytest.raises(ResultError, match=said):
        growth.grow(of, earlier, other)


def test_what_an_arm_of_the_record_has_not_is_left_out_of_it() -> None:
    earlier, of = results.load("tosses"), study(4, "fair", "second")
    more = {
        config: dataclasses.replace(run, scores=run.scores | {"odds": 1.0})
        for config, run in lacking(of, earlier).items()
    }
    growth.grow(of, earlier, more)
    grown = results.load("tosses")
    assert grown["fair"].scores.keys() == {"mean"} and len(grown["fair"].scores["mean"]) == 4
    assert grown["second"].scores.keys() == {"mean", "odds"}


def test_the_command_does_only_what_the_record_lacks(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    of = study(5, "fair")
    asked: list[int] = []
    monkeypatch.setattr(studies, "study", lambda name: of)
    monkeypatch.setattr(sys, "argv", ["secondlook", "run", "tosses", "--add"])

    def in_this_process(configs: list[Config], *_: object) -> Iterator[tuple[Config, Run]]:
        asked.extend(config.seed for config in configs)
        yield from ((config, toss(config)) for config in configs)

    monkeypatch.setattr(rebuild, "sweep", in_this_process)
    for _ in range(2):
        with pytest.raises(SystemExit) as stop:
            cli.main()
        assert not stop.value.code
    assert asked == [3, 4]
    assert "2 runs, 2 to do" in capsys.readouterr().out
    grown = results.load("tosses")["fair"]
    assert grown.seeds == (0, 1, 2, 3, 4)
    assert grown.scores["mean"].tolist() == recording.rounded([toss(config).scores["mean"] for config in of.full])


def test_a_dry_run_does_nothing_and_tells_the_time_by_the_record(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], checkout: Path
) -> None:
    of = dataclasses.replace(study(63, "fair"), toy=study(2, "second").full)  # recorded: 1.5, 2.5 and 3.5 s
    monkeypatch.setattr(studies, "study", lambda name: of)
    monkeypatch.setattr(sys, "argv", ["secondlook", "run", "tosses", "--add", "--dry-run", "--workers", "5"])
    before = {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()}
    with pytest.raises(SystemExit) as stop:
        cli.main()
    assert not stop.value.code
    out = capsys.readouterr().out
    assert out.splitlines() == [
        "tosses: 62 runs, 62 to do",
        f"  fair: 60 runs, seeds {', '.join(map(str, range(3, 63)))}; about 2.5 s each",
        "  second: 2 runs, seeds 0, 1; never done before",
        "about 30 s, 5 at a time, by what runs of these arms took: 2.5 min of work, the longest run 2.5 s",
        "2 runs are of arms that were never done: how long they take cannot be told",
    ]
    assert before == {file: file.read_bytes() for file in checkout.rglob("*") if file.is_file()}
