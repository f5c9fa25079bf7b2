"""`secondlook check`: whatever is edited, removed or added without the rest, it names."""

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondlook import check, recording, results, studies
from secondlook.results import ResultError
from secondlook.runs import Comparison, Config, Run, Study


@dataclasses.dataclass(frozen=True, kw_only=True)
class Toss(Config):
    """A config of a made-up study."""

    bias: float = 0.5


def toss(config: Config) -> Run:
    assert isinstance(config, Toss)
    return Run({"mean": float(np.mean(np.random.default_rng(config.seed).random(400) < config.bias))})


def configs(arm: str, **settings: float) -> tuple[Toss, ...]:
    return tuple(Toss(study="tosses", arm=arm, seed=s, data="none", **settings) for s in range(2))  # type: ignore[arg-type]


FAIR, BIASED, TOY = configs("fair"), configs("biased", bias=0.7), configs("toy")
COMPARISON = Comparison("tosses/biased", "tosses/fair", frozenset({"bias"}))
STUDY = Study("tosses", FAIR + BIASED, TOY, (COMPARISON,), toss)


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the record of one study."""
    use(monkeypatch, STUDY)
    recording.save("tosses", {config: toss(config) for config in (*STUDY.full, *STUDY.toy)})
    return empty_checkout


def use(monkeypatch: pytest.MonkeyPatch, study: Study) -> None:
    monkeypatch.setattr(studies, "NAMES", (study.name,))
    monkeypatch.setattr(studies, "study", lambda name: study)


def found() -> list[str]:
    results.load.cache_clear()
    return list(check.complaints())


def test_all_is_well() -> None:
    assert found() == []


@pytest.mark.parametrize("name", ["stray.json", "stray.npz"])
def test_a_record_without_a_study(checkout: Path, name: str) -> None:
    (checkout / "report" / "results" / name).write_text("{}")
    assert found() == [f"{name}: no study of that name; delete the record or restore the study"]


def test_a_study_without_a_record(checkout: Path) -> None:
    (checkout / "report" / "results" / "tosses.json").unlink()
    assert found() == ["tosses.json: no such record; make it with `secondlook run tosses`"]


@pytest.mark.parametrize(
    ("full", "expected"),
    [
        (FAIR, "arm 'biased' is in the record but not in the code"),
        (FAIR + BIASED + configs("new"), "arm 'new' is in the code but not in the record"),
        (FAIR[:1] + BIASED, "arm 'fair' has other seeds"),
        (FAIR + configs("biased", bias=0.8), "arm 'biased' has another config"),
    ],
)
def test_code_and_record_that_differ(monkeypatch: pytest.MonkeyPatch, full: tuple[Toss, ...], expected: str) -> None:
    use(monkeypatch, dataclasses.replace(STUDY, full=full, comparisons=()))
    (complaint,) = found()
    assert expected in complaint
    assert "`secondlook run tosses`" in complaint


def test_a_comparison_that_varies_more_than_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, dataclasses.replace(STUDY, comparisons=(dataclasses.replace(COMPARISON, varies=frozenset()),)))
    (complaint,) = found()
    assert complaint.startswith("tosses/biased against tosses/fair: they differ in bias")


def test_an_edited_score_of_a_toy_run(checkout: Path) -> None:
    file = checkout / "report" / "results" / "tosses.json"
    score = f"{toss(TOY[1]).scores['mean']:.6g}"
    file.write_text(file.read_text().replace(score, "0.9"))
    complaints = found()
    assert any("arm 'toy' seed 1 now finds mean" in complaint for complaint in complaints)


def test_code_that_drifted(monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, dataclasses.replace(STUDY, run=lambda config: Run({"mean": 0.1})))
    assert len(found()) == 2


def test_a_score_that_is_lost_or_new_is_named_and_one_that_never_was_a_number_is_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    use(monkeypatch, dataclasses.replace(STUDY, run=lambda config: Run({"median": 0.5})))
    lost, new = [line.split("; ")[0] for line in found()[:2]]
    assert lost.endswith("the score mean is in the record alone")
    assert new.endswith("the score median is not in the record")
    record = results.load(STUDY.name)
    never = {
        name: dataclasses.replace(arm, scores={"mean": np.full(len(arm.seeds), np.nan)})
        for name, arm in record.arms.items()
    }
    assert list(check.drift(dataclasses.replace(record, arms=never), TOY[0], Run({"mean": np.nan}))) == []


def test_toy_runs_done_again_are_given_where_all_is_well() -> None:
    assert check.again("tosses") == {config: toss(config) for config in TOY}


@pytest.mark.parametrize("other", [{"run": lambda config: Run({"mean": 0.1})}, {"toy": configs("toy", bias=0.6)}])
def test_toy_runs_that_come_out_otherwise_are_not_given(monkeypatch: pytest.MonkeyPatch, other: dict[str, Any]) -> None:
    use(monkeypatch, dataclasses.replace(STUDY, **other))
    with pytest.raises(ResultError) as refused:
        check.again("tosses")
    assert str(refused.value).splitlines() == found()
