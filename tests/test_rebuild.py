"""Records are written when the last of their runs is done, and only those that were asked for."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from secondlook import plan, rebuild, recording, results, runs, studies
from secondlook.progress import Progress
from secondlook.runs import Config, Run, Study


def configs(study: str, *arms: str) -> tuple[Config, ...]:
    return tuple(Config(study=study, arm=arm, seed=seed, data="none") for arm in arms for seed in range(2))


def run(config: Config) -> Run:
    return Run({"seed": float(config.seed)}, seconds=1.0)


STUDIES = {name: Study(name, configs(name, "one", "other"), (), (), run) for name in ("first", "second")}


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(studies, "study", STUDIES.__getitem__)
    return empty_checkout


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Config, set[str]]]:
    """What the workers were asked for, each with the records there were when it was done. Seed 1 of `other` fails."""
    found: list[tuple[Config, set[str]]] = []

    def in_this_process(todo: Sequence[Config], *_: object) -> Iterator[tuple[Config, Run | str]]:
        for config in todo:
            found.append((config, records()))
            if (config.study, config.arm, config.seed) == ("second", "other", 1):
                yield config, "ValueError: no answer"
            else:
                yield config, runs.done(STUDIES[config.study], config)

    monkeypatch.setattr(rebuild, "sweep", in_this_process)
    return found


def records() -> set[str]:
    return {file.stem for file in results.record_path("any").parent.glob("*.json")}


def rebuilt(*plans: plan.Plan) -> list[str]:
    todo = plan.in_order(plans, {})
    with Progress(todo, {}) as view:
        return [file.stem for file in rebuild.rebuild(plans, todo, view, 1)]


def test_a_record_is_written_with_its_last_run_and_not_if_one_of_them_failed(
    asked: list[tuple[Config, set[str]]],
) -> None:
    assert rebuilt(plan.plan("first"), plan.plan("second")) == ["first"]
    assert [there for config, there in asked if config.study == "first"] == [set()] * 4
    assert len(asked) == 8
    assert records() == {"first"}
    assert results.load("first")["other"].scores["seed"].tolist() == [0, 1]


def test_one_arm_is_done_without_a_record(asked: list[tuple[Config, set[str]]]) -> None:
    assert rebuilt(plan.plan("first", arms=["one"])) == []
    assert rebuilt(plan.plan("first", arms=["one"])) == []  # it is in the cache now
    assert [config.arm for config, _ in asked] == ["one", "one"]
    assert records() == set()


def test_what_is_in_the_cache_becomes_a_record_without_a_worker(asked: list[tuple[Config, set[str]]]) -> None:
    for config in STUDIES["first"].full:
        runs.done(STUDIES["first"], config)
    assert rebuilt(plan.plan("first")) == ["first"]
    assert asked == []


def test_a_record_grows_by_the_arm_that_is_asked_for(asked: list[tuple[Config, set[str]]]) -> None:
    recording.save("first", {config: run(config) for config in configs("first", "one")})
    assert rebuilt(plan.plan("first", arms=["other"], add=True)) == ["first"]
    assert [config.arm for config, _ in asked] == ["other", "other"]
    assert {name: arm.seeds for name, arm in results.load("first").arms.items()} == {"one": (0, 1), "other": (0, 1)}
