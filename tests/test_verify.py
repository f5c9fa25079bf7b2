"""`secondlook verify`: runs done again from nothing and held against their records, at random or behind a claim."""

import dataclasses
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from secondlook import claims, recording, results, runs, studies, verify
from secondlook.claims import Verdict
from secondlook.runs import Config, Run, Study

CONFIGS = tuple(Config(study="tosses", arm=arm, seed=s, data="none") for arm in ("fair", "once") for s in range(4))[:5]
STUDY = Study("tosses", CONFIGS, (), (), lambda config: toss(config))


def toss(config: Config) -> Run:
    tosses = np.random.default_rng(config.seed).random(400) < 0.5
    return Run({"mean": float(tosses.mean()), "first": float(tosses[0])})


def in_process(configs: Sequence[Config], workers: int) -> Iterator[tuple[Config, Run | str]]:
    for config in configs:
        yield config, runs.done(STUDY, config)


@pytest.fixture(autouse=True)
def checkout(empty_checkout: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with the record of one study: an arm of four seeds and one of a single seed."""
    monkeypatch.setattr(studies, "NAMES", ("tosses",))
    monkeypatch.setattr(studies, "study", lambda name: STUDY)
    monkeypatch.setattr(verify, "sweep", in_process)
    seconds = iter(range(100, 600, 100))
    recording.save("tosses", {config: dataclasses.replace(toss(config), seconds=next(seconds)) for config in CONFIGS})
    return empty_checkout


def changed(config: Config, by: float) -> verify.Outcome:
    run = toss(config)
    return verify.compared(config, dataclasses.replace(run, scores=run.scores | {"mean": run.scores["mean"] + by}))


def test_every_committed_run_comes_out_the_same() -> None:
    outcomes = dict(verify.again(list(verify.committed()), workers=1))
    assert set(outcomes) == set(CONFIGS)
    assert all(isinstance(of, verify.Outcome) and of.agreement == "the same" for of in outcomes.values())


def test_a_run_in_the_cache_is_not_taken_for_one_done_again(monkeypatch: pytest.MonkeyPatch) -> None:
    runs.store(CONFIGS[0], Run({"mean": 0.0, "first": 0.0}))
    ((_, outcome),) = verify.again(CONFIGS[:1], workers=1)
    assert isinstance(outcome, verify.Outcome) and outcome.agreement == "the same"
    assert runs.fetch(CONFIGS[0]) == Run({"mean": 0.0, "first": 0.0})  # and the cache is as it was
    monkeypatch.delenv("SECONDLOOK_CACHE")
    with runs.empty_cache():
        assert runs.fetch(CONFIGS[0]) is None
    assert runs.CACHE not in os.environ


def test_what_cannot_be_done_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verify, "sweep", lambda configs, workers: iter([(configs[0], "DataError: no such file")]))
    assert list(verify.again(CONFIGS[:1], workers=1)) == [(CONFIGS[0], "DataError: no such file")]


@pytest.mark.parametrize(
    ("by", "agreement"),
    [(0.0, "the same"), (0.015, "within rounding"), (-0.06, "within the scatter of seeds"), (0.2, "apart")],
)
def test_how_well_a_run_agrees(by: float, agreement: str) -> None:
    sd = np.std([toss(config).scores["mean"] for config in CONFIGS[:4]], ddof=1)
    assert 0.06 < verify.SCATTER * np.sqrt(2) * sd < 0.2  # else the cases below say nothing
    outcome = changed(CONFIGS[1], by)
    assert outcome.agreement == agreement
    if by:
        assert outcome.score == "mean" and outcome.found - outcome.recorded == pytest.approx(by, abs=1e-6)


def test_a_single_seed_tells_of_no_scatter() -> None:
    assert changed(CONFIGS[4], 0.06).agreement == "apart"


def test_other_scores_than_recorded_are_an_error() -> None:
    with pytest.raises(results.ResultError, match="arm 'fair' has no longer the scores of its record: first"):
        verify.compared(CONFIGS[0], Run({"mean": 0.5}))


def test_a_sample_is_of_its_seed_and_of_runs_that_are_short_enough() -> None:
    assert verify.committed() == dict(zip(CONFIGS, (100, 200, 300, 400, 500), strict=True))
    assert verify.sample(2, 7, np.inf) == verify.sample(2, 7, np.inf)
    chosen = [config for seed in range(60) for config in verify.sample(2, seed, 400)]
    assert set(chosen) == set(CONFIGS[:4])
    assert all(len(set(verify.sample(3, seed, 400))) == 3 for seed in range(20))
    with pytest.raises(verify.VerifyError, match="5 runs asked for, and 4 took at most 6"):
        verify.sample(5, 0, 400)


def test_the_evidence_of_a_claim_is_what_its_check_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    def judged(claim_id: str) -> Verdict:
        results.load("tosses")["once"]
        return Verdict("upheld", "")

    monkeypatch.setattr(claims, "decide", judged)
    assert verify.evidence("D01") == [CONFIGS[4]]
    results.load("tosses")["fair"]  # looked at by no check
    monkeypatch.setattr(claims, "decide", lambda claim_id: Verdict("upheld", ""))
    assert verify.evidence("D01") == []
