"""Records: that they hold what the runs found, and that a missing, damaged or edited one is named."""

import json
from pathlib import Path

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


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"arms": {}}', '{"arms": 3, "arrays": null, "study": 1}'])
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
    with pytest.raises(ResultError, match="tosses"):
        results.load("tosses")


def test_an_unknown_arm_names_the_ones_there_are() -> None:
    recording.save("tosses", runs_of("fair", 2))
    with pytest.raises(ResultError, match="tosses: no arm 'loaded'; it has fair"):
        results.load("tosses")["loaded"]


def test_a_record_is_plain_json_with_one_line_a_list(checkout: Path) -> None:
    recording.save("tosses", runs_of("fair", 3))
    text = (checkout / "report" / "results" / "tosses.json").read_text()
    assert json.loads(text)["arms"]["fair"]["seeds"] == [0, 1, 2]
    assert '"seeds": [0, 1, 2]' in text


def test_without_git_a_record_says_that_its_commit_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    assert recording.provenance({})["commit"] == "unknown"
