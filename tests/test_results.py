"""Records: that they hold what the runs found, and that a missing, damaged or edited one is named."""

import dataclasses
import json
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from secondlook import recording, results
from secondlook.results import ResultError
from secondlook.runs import Config, Run


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path) -> Path:
    """A checkout of its own, without records."""
    return empty_checkout


def runs_of(arm: str, seeds: int) -> dict[Config, Run]:
    rng = np.random.default_rng(len(arm))
    return {
        Config(study="tosses", arm=arm, seed=seed, data="none"): Run(
            {"mean": rng.random()}, {"loss": rng.random(4)}, {"right": rng.random(5) < 0.5}, 2.0
        )
        for seed in range(seeds)
    }


def test_a_record_holds_what_the_runs_found() -> None:
    runs = runs_of("fair", 3) | runs_of("biased", 2)
    recording.save("tosses", runs)
    record = results.load("tosses")
    fair = [run for config, run in runs.items() if config.arm == "fair"]
    losses = np.stack([run.curves["loss"] for run in fair])
    assert list(record.arms) == ["biased", "fair"]
    assert record["fair"].seeds == (0, 1, 2)
    assert record["fair"].scores["mean"] == pytest.approx([run.scores["mean"] for run in fair], rel=1e-5)
    assert record["fair"].curves["loss"]["mean"] == pytest.approx(losses.mean(axis=0), rel=1e-5)
    assert record["fair"].curves["loss"]["sd"] == pytest.approx(losses.std(axis=0, ddof=1), rel=1e-5)
    assert record["fair"].curves["loss"]["min"] == pytest.approx(losses.min(axis=0), rel=1e-5)
    assert record["fair"].curves["loss"]["max"] == pytest.approx(losses.max(axis=0), rel=1e-5)
    assert np.array_equal(record["fair"].items["right"], np.stack([run.items["right"] for run in fair]))
    assert record["fair"].config == {"data": "none", "version": 1}
    assert record.provenance["seconds"] == 10


def test_the_same_runs_give_the_same_bytes(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 3))
    folder = checkout / "report" / "results"
    first = {file.name: file.read_bytes() for file in folder.iterdir()}
    recording.save("tosses", runs_of("fair", 3))
    assert first == {file.name: file.read_bytes() for file in folder.iterdir()}
    assert set(first) == {"tosses.json", "tosses.npz"}


def test_one_seed_has_no_spread() -> None:
    recording.save("tosses", runs_of("fair", 1))
    assert np.array_equal(results.load("tosses")["fair"].curves["loss"]["sd"], np.zeros(4))


@pytest.mark.parametrize("value", [1 / 3, 123456789.0, 1e-12, 0.0, float("nan")])
def test_numbers_keep_six_digits(value: float) -> None:
    assert recording.rounded([value])[0] == pytest.approx(value, rel=5e-6, nan_ok=True)


def test_a_missing_record_names_the_command_that_makes_it() -> None:
    with pytest.raises(ResultError, match=r"nothing\.json: no such record; make it with `secondlook run nothing`"):
        results.load("nothing")


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "[" * 100_000, "null", '{"arms": {}}', '{"arms": 3, "arrays": null, "study": 1}']
)
def test_a_damaged_record_is_one_line(checkout: Path, text: str) -> None:
    (checkout / "report" / "results" / "tosses.json").write_text(text)
    with pytest.raises(ResultError, match=r"^tosses\.json: damaged .*restore it from git") as caught:
        results.load("tosses")
    assert "\n" not in str(caught.value)


def test_arrays_that_were_edited_or_lost_are_noticed(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 3))
    arrays = checkout / "report" / "results" / "tosses.npz"
    whole = arrays.read_bytes()
    arrays.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    with pytest.raises(ResultError, match="is not the file that was recorded"):
        results.load("tosses")
    arrays.unlink()
    remedy = "restore it from git, or make it again with `secondlook run tosses`"
    with pytest.raises(ResultError, match=rf"^tosses\.npz: not there, and tosses\.json needs it; {remedy}$"):
        results.load("tosses")


def test_the_record_of_another_study_is_refused(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 3))
    folder = checkout / "report" / "results"
    for kind in (".json", ".npz"):
        (folder / "tosses").with_suffix(kind).rename((folder / "dice").with_suffix(kind))
    with pytest.raises(
        ResultError, match=r"^dice\.json: damaged \(ValueError: it is the record of 'tosses'\); restore"
    ):
        results.load("dice")


def test_a_score_too_large_for_a_float_is_one_line(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 1))
    file = checkout / "report" / "results" / "tosses.json"
    score = f"{results.load('tosses')['fair'].scores['mean'][0]:.6g}"
    file.write_text(file.read_text().replace(score, "9" * 400))
    results.load.cache_clear()
    with pytest.raises(ResultError, match=r"^tosses\.json: damaged \(OverflowError: .*restore it from git"):
        results.load("tosses")


@pytest.mark.parametrize("kind", [".json", ".npz"])
def test_a_record_that_cannot_be_read_is_not_called_damaged(checkout: Path, kind: str) -> None:
    recording.save("tosses", runs_of("fair", 1))
    file = (checkout / "report" / "results" / "tosses").with_suffix(kind)
    file.unlink()
    file.mkdir()
    with pytest.raises(ResultError, match=rf"^tosses\.json: cannot be read \(.*tosses\{kind}'\); mend that"):
        results.load("tosses")


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"scores": {"mean": 0.5, "odds": 1.0}}, "score odds"),
        ({"scores": {}}, "score mean"),
        ({"curves": {"loss": np.zeros(5)}}, "curve loss"),
        ({"items": {"left": np.zeros(5)}}, "item left, item right"),
    ],
)
def test_seeds_of_one_arm_that_hold_other_things_are_refused(change: dict[str, Any], named: str) -> None:
    runs = runs_of("fair", 3)
    last = list(runs)[-1]
    runs[last] = dataclasses.replace(runs[last], **change)
    said = f"^tosses: arm 'fair': seeds 0 and 2 differ in, or in the shape of, {named}; raise `version`"
    with pytest.raises(ResultError, match=said):
        recording.save("tosses", runs)


def test_an_arm_on_some_of_its_seeds_keeps_their_order_and_theirs_alone() -> None:
    values = np.arange(3.0)
    arm = results.Arm({}, (4, 7, 9), {"a": values}, {"c": {}}, {"i": np.stack([values, values], axis=1)}, 10 * values)
    some = arm.on([9, 4])
    assert some.seeds == (9, 4)
    assert some.scores["a"].tolist() == [2, 0]
    assert some.items["i"].tolist() == [[2, 2], [0, 0]]
    assert some.seconds.tolist() == [20, 0]
    assert not some.curves
    assert arm.on([4, 7, 9]) is arm


def test_an_unknown_arm_names_the_ones_there_are() -> None:
    recording.save("tosses", runs_of("fair", 2))
    with pytest.raises(ResultError, match="tosses: no arm 'loaded'; it has fair"):
        results.load("tosses")["loaded"]


@pytest.mark.parametrize(
    ("found", "recorded", "agree"),
    [
        (0.525, 0.5, True),
        (0.54, 0.5, True),
        (0.55, 0.5, False),
        (1032.0, 1000.0, False),
        (1029.0, 1000.0, True),
        (9.0, 10.0, True),
        (8.0, 10.0, False),
        (3.0, 2.5, False),
        (0.0, 1.0, False),
        (0.0, 0.015, False),
        (0.008, 0.015, True),
        (0.0, -0.003, False),
        (0.0009, 0.0, True),
        (0.0011, 0.0, False),
        (3e-8, 1e-8, True),
        (np.nan, np.nan, True),
        (np.nan, 0.5, False),
        (0.5, np.nan, False),
        (np.inf, 0.5, False),
    ],
)
def test_a_score_agrees_to_rounding_and_a_small_one_may_not_fall_to_zero(
    found: float, recorded: float, agree: bool
) -> None:
    assert results.agrees(found, recorded) is agree


def test_a_record_is_plain_json_with_one_line_a_list(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 3))
    text = (checkout / "report" / "results" / "tosses.json").read_text()
    assert json.loads(text)["arms"]["fair"]["seeds"] == [0, 1, 2]
    assert '"seeds": [0, 1, 2]' in text


def test_without_git_a_record_says_that_its_commit_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert recording.provenance({})["commit"] == "unknown"


def test_a_record_says_whether_the_code_had_changed_since_its_commit(checkout: Path) -> None:
    def git(*words: str) -> str:
        of = ("-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "commit.gpgsign=false")
        return subprocess.run(["git", *of, *words], cwd=checkout, capture_output=True, text=True, check=True).stdout

    code = checkout / "lib" / "code.py"
    code.parent.mkdir()
    code.write_text("x = 1")
    git("init", "-q")
    git("add", "lib")
    git("commit", "-qm", "one")
    commit = git("rev-parse", "HEAD").strip()
    (checkout / "notes.txt").write_text("no code")
    assert recording.provenance({})["commit"] == commit
    code.write_text("x = 2")
    assert recording.provenance({})["commit"] == f"{commit}-dirty"


def test_a_record_names_the_libraries_that_sample() -> None:
    assert {"emcee", "tfp-nightly", "scikit-learn"} <= recording.provenance({})["packages"].keys()
