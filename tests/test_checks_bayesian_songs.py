"""What notebook 12 computes: each number turns when what is recorded turns."""

from collections.abc import Iterator

import numpy as np
import pytest

from secondlook.checks import over_seeds
from secondlook.checks.bayesian_songs import bound, family, genres, systems
from secondlook.checks.bayesian_songs.systems import NLL, OURS, RIVALS, SCORES, SYSTEMS
from secondlook.checks.songs import GTZAN_CLASSES, GTZAN_TEST
from secondlook.data import gtzan
from secondlook.results import Arm
from secondlook.studies.songs import sources
from secondlook.studies.songs.bayesian import BayesianRun
from secondlook.studies.songs.variational import ALL, COUNTED, NAME, SIZES, STUDY

SEEDS = 10
USUAL = {"test_accuracy": 0.4, NLL: 1.8, "test_ece": 0.1, "test_auroc/confidence": 0.75, "test_half": 0.55}


class Made(dict[str, float]):
    """A made-up record of the study; ``source arm reading/score`` sets the mean of a score of an arm."""

    seeds = tuple(range(SEEDS))

    def __call__(self, name: str) -> Arm:
        study, _, of = name.partition("/")
        assert study == NAME
        config = next(c for c in STUDY.full if isinstance(c, BayesianRun) and c.arm == of)
        rng = np.random.default_rng(sum(map(ord, name)))

        def around(mean: float) -> np.ndarray:
            noise = rng.normal(0, 1e-3, SEEDS)
            return (mean + noise - noise.mean())[: len(self.seeds)]

        found = {
            f"{reading}/{score}": around(self.get(f"{of} {reading}/{score}", usual))
            for reading in ("end", "stopped", "scaled")
            for score, usual in USUAL.items()
        }
        found |= {"divergence": np.full(SEEDS, 2000.0), "objective": np.full(SEEDS, -1.5)}
        p = np.full((SEEDS, len(GTZAN_CLASSES), 10), 0.05)
        p[:, np.arange(len(GTZAN_CLASSES)), GTZAN_CLASSES] = 0.55
        p[:, GTZAN_CLASSES == 5] = np.roll(p[:, GTZAN_CLASSES == 5], 1, axis=2)  # jazz is taken for the next
        items = {"end/probability": p.astype(np.float16), "end/epistemic": 0.1 * p[:, :, 5].astype(np.float16)}
        return Arm({"songs": config.songs, "times": config.times}, self.seeds, found, {}, items, np.ones(SEEDS))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    records = Made()
    monkeypatch.setattr(over_seeds, "arm", records)
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def test_what_is_equal_is_not_told_apart(made: Made) -> None:
    assert all(family.told(source, rival) == ([], []) for source in ALL for rival in RIVALS)
    assert family.in_words("gtzan") == "told apart from no rival in any score"
    assert min(compared.p for compared in family.family().values()) == 1


@pytest.mark.parametrize("score", SCORES)
@pytest.mark.parametrize("sign", [+1, -1])
def test_gains_and_losses_go_by_what_is_better(made: Made, score: str, sign: int) -> None:
    """Ours is larger by the sign: a gain where more is better, a loss where less is."""
    made[f"gtzan {COUNTED} end/{score}"] = USUAL[score] + 0.02 * sign
    gains, losses = family.told("gtzan", "point estimate")
    assert (gains, losses) == (([score], []) if sign == SCORES[score] else ([], [score]))
    assert family.told("codewords", "point estimate") == ([], [])


def test_a_rival_is_read_as_its_name_says(made: Made) -> None:
    made["gtzan point estimate scaled/test_nll"] = 1.5
    assert family.told("gtzan", "point, temperature") == ([], [NLL])
    assert family.told("gtzan", "point estimate") == ([], [])
    assert family.difference("gtzan", "point, temperature", NLL).startswith("+0.30 (+0.30 to +0.30)*")
    assert family.difference("gtzan", "point estimate", NLL, scale=100, digits=0).startswith(("+0 ", "-0 "))


def test_what_is_told_is_said_score_by_score(made: Made) -> None:
    made["gtzan ensemble end/test_nll"] = 1.5
    made["gtzan dropout end/test_nll"] = made["gtzan dropout scaled/test_nll"] = 2.5
    made["gtzan point estimate stopped/test_half"] = 0.7
    assert family.in_words("gtzan") == (
        "NLL better than *dropout*, *dropout, temperature* and worse than *ensemble*; "
        "accuracy on the surest half worse than *point, stopped early*"
    )


def test_a_temperature_is_not_asked_for_its_accuracy(made: Made) -> None:
    asked = {(rival, score) for _, rival, score in family.family()}
    assert ("point estimate", "test_accuracy") in asked and ("point, stopped early", "test_accuracy") in asked
    assert ("point, temperature", "test_accuracy") not in asked
    per_source = sum(len(SCORES) - (SYSTEMS[rival].reading == "scaled") for rival in RIVALS) + len(family.SINGLE)
    assert len(family.family()) == 2 * per_source


def test_an_advantage_that_shrinks_with_more_songs_is_told(made: Made) -> None:
    """On a quarter of the songs ours is 0.5 nats ahead, on all of them 0.2; fits of half of them do not enter."""
    few, half = SIZES["gtzan"]
    made[f"gtzan {COUNTED}, {few:,} songs end/test_nll"] = 1.3
    made[f"gtzan {COUNTED}, {half:,} songs end/test_nll"] = 0.1
    made[f"gtzan {COUNTED} end/test_nll"] = 1.6
    found, p = family.family()[("gtzan", "point estimate", "fewer songs")]
    assert found.difference == pytest.approx(-0.3, abs=1e-6) and found.high < 0 and p < 0.05
    assert family.family()[("codewords", "point estimate", "fewer songs")].p == 1


def test_two_seeds_are_enough_to_compare(made: Made) -> None:
    made.seeds = (0, 1)
    assert {compared.found.n for compared in family.family().values()} == {2}


def test_only_common_seeds_are_compared(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    def fewer(name: str) -> Arm:
        made.seeds = (2, 0) if name.endswith("songs") else (0, 1, 2)
        return made(name)

    monkeypatch.setattr(over_seeds, "arm", fewer)
    cells = [(OURS, ALL["gtzan"]), (OURS, SIZES["gtzan"][0])]
    found = systems.on_common_seeds("gtzan", cells, NLL)
    all_of_them, few = (systems.scores("gtzan", OURS, NLL, songs) for _, songs in cells)
    assert np.array_equal(found, [all_of_them[[0, 2]], few[[1, 0]]])


def test_the_bound_undoes_the_count() -> None:
    """100 songs counted 10 times: log likelihoods of −0.7 a song and a divergence of 50 nats."""
    scores = {"divergence": np.array([50.0]), "objective": np.array([-0.7 - 50 / 1000])}
    of = Arm({"songs": 100, "times": 10}, (0,), scores, {}, {}, np.ones(1))
    assert bound.log_likelihood(of) == pytest.approx([-0.7])
    assert bound.bound(of) == pytest.approx([-70 - 50])


def test_no_bound_is_above_what_divergence_leaves(made: Made) -> None:
    divergence, most, elbo = bound.row("gtzan", OURS, 10)
    assert (divergence, most) == pytest.approx((2000, 442 * np.log(10)))
    assert elbo == pytest.approx(442 * (-1.5 + 2000 / 4420) - 2000)
    assert bound.row("gtzan", OURS, 10, 110)[1] == pytest.approx(110 * np.log(10))


def test_errors_are_sorted_by_genre(made: Made) -> None:
    found = genres.by_genre(OURS)
    jazz = np.arange(10) == 5
    assert np.array_equal(found.actual, jazz)
    assert found.expected == pytest.approx(np.full(10, 0.45), abs=1e-3)
    assert found.epistemic == pytest.approx(np.full(10, 0.005), abs=1e-4)
    assert genres.probability(OURS).sum(axis=2) == pytest.approx(np.ones((SEEDS, len(GTZAN_CLASSES))))


def test_chance_error_is_that_of_a_fair_coin() -> None:
    """√(bins / (2π·songs)) where half are right; none where every answer is certain, and right."""
    flat = np.random.default_rng(1).uniform(0.48, 0.5, 3000)
    p = np.column_stack([flat, 1 - flat])
    assert genres.chance_error(p) == pytest.approx(np.sqrt(15 / (2 * np.pi * 3000)), rel=0.1)
    assert genres.chance_error(np.eye(10)[GTZAN_CLASSES]) == 0


@pytest.mark.realdata("gtzan")
def test_the_test_songs_stand_by_genre() -> None:
    found = gtzan.load()
    assert found.class_names == tuple(GTZAN_TEST)
    assert np.array_equal(found["test"].y, GTZAN_CLASSES)
    assert np.array_equal(sources.load("gtzan", 0)["test"].y, GTZAN_CLASSES)
