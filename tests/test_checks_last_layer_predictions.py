"""The checks of notebook 13 that are decided from records: each verdict turns when what is recorded turns."""

import re
from collections.abc import Iterator

import numpy as np
import pytest

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval
from secondlook.checks.last_layer import arms, averaging, family, features, fitted, flat, limits, mixing
from secondlook.checks.last_layer.arms import ACCURACY, GTZAN, HMC, MNIST, MODE, NLL, POINT, SONGS
from secondlook.checks.sampling_that_works.start import Heights
from secondlook.claims import Verdict
from secondlook.results import Arm
from secondlook.studies import study
from secondlook.studies.last_layer.config import LastLayerRun
from secondlook.studies.last_layer.study import SEEDS, SIZES
from secondlook.studies.walkers import WalkersRun, looks

USUAL = {"accuracy": 0.4, "nll": 1.8, "brier": 0.7, "ece": 0.1, "confidence": 0.5}
POWER = 1.5


class Made(dict[str, float]):
    """Made-up records of both studies; ``arm score`` sets the mean of a score of an arm, ``… seeds`` their number."""

    noise = 1e-4

    def __setitem__(self, name: str, value: float) -> None:
        family.family.cache_clear()
        super().__setitem__(name, value)

    def __call__(self, name: str) -> Arm:
        of, _, which = name.partition("/")
        if of not in ("last_layer", "walkers"):
            return results_arm(name)
        configs = [c for c in study(of).full if c.arm == which]
        assert configs, name
        seeds = tuple(c.seed for c in configs)[: int(self.get(f"{which} seeds", len(configs)))]
        rng = np.random.default_rng(sum(map(ord, name)))

        def around(score: str, usual: float) -> np.ndarray:
            mean = self.get(f"{which} {score}", usual)
            wide = self.noise * max(mean, 1) * self.get(f"{which} {score} noise", 1)
            return mean + wide * (rng.permutation(len(seeds)) - (len(seeds) - 1) / 2)

        config = configs[0]
        if isinstance(config, WalkersRun):
            return self.of_walkers(config, which, seeds, around("memory", 20 * config.d**POWER))
        assert isinstance(config, LastLayerRun)
        items = config.items or 40_000
        splits = [f"{split}_{score}" for split in ("test", "last", "train") for score in USUAL]
        found = {score: around(score, USUAL[score.partition("_")[2]]) for score in splits}
        found["distance"] = around("distance", 100 / items)
        found |= {"rhat": around("rhat", 1.003), "ess": around("ess", 2000)}
        shape = {"level": np.array([0.3, 0.9]), "contrast": np.array([1.4, 1.2]), "look_accuracy": np.array([0.3, 0.4]),
                 "look_nll": np.array([3.0, 2.0])}  # fmt: skip
        curves = {name: {"mean": values} for name, values in shape.items()}
        return Arm({}, seeds, found, curves, {}, np.ones(len(seeds)))

    def of_walkers(self, config: WalkersRun, which: str, seeds: tuple[int, ...], memory: np.ndarray) -> Arm:
        correlation = np.exp(-looks(config.steps) / memory[:, None])
        curves = {
            "correlation": {
                "mean": correlation.mean(axis=0), "sd": correlation.std(axis=0, ddof=1), "max": correlation.max(axis=0),
            }
        }  # fmt: skip
        curves |= {f"ratio {q}": {"mean": np.full(len(looks(config.steps)), q)} for q in mixing.QUANTILES}
        return Arm({"steps": config.steps}, seeds, {"memory": memory}, curves, {}, np.ones(len(seeds)))


results_arm = over_seeds.arm


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    records = Made()
    monkeypatch.setattr(over_seeds, "arm", records)
    monkeypatch.setattr(mixing, "heights", lambda source: ends(records.get(f"{source} ends", 905.0)))
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def ends(below: float) -> Heights:
    """Walkers that end so far below the most probable weights, where draws are 905 ± 30 below."""
    at_end = Interval(below, below - 10, below + 10)
    return Heights(Interval(2000, 1900, 2100), at_end, at_end, Interval(905, 904, 906), 30.0)


def sane(found: Verdict) -> None:
    for text in (found.finding, *found.evidence):
        assert text.endswith(".") and text.count("$") % 2 == 0
        assert not re.search(r"nan|np\.|inf\b|\.\.", text)


CHECKS = (averaging.less_overfitting_and_more_accurate, averaging.about_as_well, limits.few_songs, mixing.cheaper,
          limits.overfitting_and_underfitting, mixing.one_mode_is_enough, mixing.end_positions, flat.flat_prior,
          fitted.best_model, fitted.same_performance)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_is_made_of_sentences(made: Made, check: object) -> None:
    assert callable(check)
    sane(check())


def test_two_seeds_are_enough(made: Made) -> None:
    made |= {f"{c.arm} seeds": 2 for name in ("last_layer", "walkers") for c in study(name).full}
    for check in CHECKS:
        sane(check())
    assert {compared.found.n for compared in family.family().values()} == {2}


def test_a_reading_is_of_its_method_and_split(made: Made) -> None:
    made["gtzan document last_nll"], made["gtzan document test_nll"], made["gtzan document train_nll"] = 5, 3, 2
    assert arms.values(GTZAN, arms.LAST, NLL).mean() == pytest.approx(5)
    assert arms.values(GTZAN, arms.AVERAGE, NLL).mean() == pytest.approx(3)
    assert arms.values(GTZAN, arms.AVERAGE, arms.GAP).mean() == pytest.approx(1)
    assert arms.values(GTZAN, arms.AVERAGE, "train_nll").mean() == pytest.approx(2)
    made["songs mode, 5 units test_nll"], made["songs mode test_nll"] = 2.5, 1.5
    lost = arms.difference(family.SIMPLE[0], MODE, MODE, NLL, SONGS)
    assert lost.difference == pytest.approx(1) and lost.n == SEEDS["songs"]


def test_only_common_seeds_are_compared(made: Made) -> None:
    made["gtzan mode seeds"] = 4
    assert arms.difference(GTZAN, HMC, MODE, NLL).n == 4


def test_all_comparisons_are_of_one_family(made: Made) -> None:
    """What is told in one comparison alone is not told among as many as there are."""
    found = family.family()
    assert len(found) == 2 * 3 + 2 * 4 * 2 + 1 + 1
    made["gtzan hmc test_nll"] = 1.7
    pair, p = family.family()[(GTZAN, HMC, MODE, NLL)]
    assert pair.difference == pytest.approx(-0.1, abs=1e-6) and pair.p < p < 0.05


# A01: less overfitting, and more accuracy


def less_overfitting(made: Made, source: str = "gtzan", sign: int = -1) -> None:
    made[f"{source} hmc test_nll"] = 1.8 + 0.2 * sign


def test_what_is_equal_overfits_alike_and_is_no_more_accurate(made: Made) -> None:
    assert averaging.less_overfitting() == "inconclusive"
    found = averaging.less_overfitting_and_more_accurate()
    assert found.kind == "not upheld" and "More accuracy is not upheld" in found.finding


@pytest.mark.parametrize(("sign", "kind"), [(-1, "upheld"), (+1, "not upheld")])
def test_a_lower_nll_and_a_narrower_gap_are_less_overfitting(made: Made, sign: int, kind: str) -> None:
    less_overfitting(made, sign=sign)
    assert averaging.less_overfitting() == kind
    less_overfitting(made, "mnist", -sign)
    assert averaging.less_overfitting() == "inconclusive"


def test_a_lower_nll_of_training_and_test_items_alike_is_not_less_overfitting(made: Made) -> None:
    less_overfitting(made)
    made["gtzan hmc train_nll"] = 1.5
    assert averaging.less_overfitting() == "not upheld"


def test_both_parts_of_the_first_claim_are_needed(made: Made) -> None:
    less_overfitting(made)
    assert averaging.less_overfitting_and_more_accurate().kind == "not upheld"
    made["gtzan hmc test_accuracy"] = 0.45
    assert averaging.less_overfitting_and_more_accurate().kind == "upheld"
    made["gtzan hmc test_accuracy noise"] = 1000
    assert averaging.less_overfitting_and_more_accurate().kind == "inconclusive"


def test_chains_that_do_not_agree_decide_nothing(made: Made) -> None:
    less_overfitting(made)
    made["gtzan hmc rhat"] = 1.2
    assert arms.deciding() == [MNIST] and averaging.less_overfitting() == "inconclusive"
    assert limits.few() == "inconclusive"
    for check in (averaging.less_overfitting_and_more_accurate, limits.few_songs):
        assert "Nothing is decided on GTZAN, where chains do not agree." in check().finding
    assert "GTZAN, where the chains agree in none of 10 seeds, and which decides nothing; MNIST" in arms.mixed()
    made["mnist hmc ess"] = 100
    assert arms.deciding() == []
    assert averaging.less_overfitting_and_more_accurate().kind == averaging.about_as_well().kind == "inconclusive"


def test_a_seed_whose_chains_do_not_agree_is_left_out(made: Made) -> None:
    made["gtzan hmc rhat"], made["gtzan hmc rhat noise"] = 1.0, 200  # 0.91 to 1.09
    left_out = GTZAN.every("hmc").scores["rhat"] >= arms.CONVERGED
    assert 0 < left_out.sum() < 8
    assert GTZAN.arm("hmc").seeds == tuple(np.flatnonzero(~left_out))
    assert np.array_equal(arms.values(GTZAN, HMC, NLL), GTZAN.every("hmc").scores["test_nll"][~left_out])
    assert arms.difference(GTZAN, HMC, MODE, NLL).n == 10 - left_out.sum() and arms.deciding() == [GTZAN, MNIST]
    assert f"in {10 - left_out.sum()} of 10 seeds; MNIST" in arms.mixed()


# A18: about as well


def test_equal_scores_are_equivalent_and_wide_ones_are_not_known_to_be(made: Made) -> None:
    assert averaging.about_as_well().kind == "upheld"
    made["mnist hmc test_accuracy noise"] = 500
    assert averaging.about_as_well().kind == "inconclusive"


@pytest.mark.parametrize(("score", "far", "near"), [("accuracy", 0.42, 0.402), ("nll", 1.9, 1.805)])
def test_a_difference_beyond_the_margin_is_no_equivalence_in_either_score(
    made: Made, score: str, far: float, near: float
) -> None:
    made[f"gtzan hmc test_{score}"] = near
    assert averaging.alike(GTZAN) == "upheld"
    made[f"gtzan hmc test_{score}"] = far
    assert averaging.alike(GTZAN) == "not upheld" and averaging.alike(MNIST) == "upheld"
    made[f"gtzan hmc test_{score}"] = 2 * USUAL[score] - far
    assert averaging.about_as_well().kind == "not upheld"


def test_what_the_script_did_is_told_beside_what_it_should_have(made: Made) -> None:
    made["gtzan document last_accuracy"] = 0.29
    found = averaging.about_as_well()
    assert any("GTZAN" in line and "the last walker 29.0 %" in line for line in found.evidence)
    assert averaging.before_and_after(GTZAN).endswith("GTZAN: 30.0 % and 3.00 nats, then 40.0 % and 2.00 nats.")
    assert averaging.before_and_after(GTZAN) in found.evidence


# A19: overfitting and underfitting


def test_underfitting_needs_a_gain_larger_than_the_margin(made: Made) -> None:
    assert limits.against_underfitting() == "not upheld"
    made["songs hmc, 5 units test_nll"] = 1.795  # told, and too small to count
    assert limits.against_underfitting() == "not upheld"
    made["songs hmc, 5 units test_nll"] = 1.7
    assert limits.against_underfitting() == "upheld"
    made["songs hmc, 5 units test_nll"], made["songs hmc, 5 units test_nll noise"] = 1.795, 100
    assert limits.against_underfitting() == "inconclusive"


def test_both_halves_are_needed(made: Made) -> None:
    less_overfitting(made)
    assert limits.overfitting_and_underfitting().kind == "not upheld"
    made["songs hmc, 20 units test_nll"] = 1.7
    found = limits.overfitting_and_underfitting()
    assert found.kind == "upheld" and "Against underfitting: upheld" in found.finding


# A20: few songs


def test_gains_are_by_size_and_over_common_seeds(made: Made) -> None:
    made["songs mode, 250 songs test_nll"], made["songs hmc, 1,000 songs test_nll"] = 2.3, 1.9
    made["songs mode, 4,000 songs seeds"] = 1
    assert family.gains() == pytest.approx(np.array([[0.5], [-0.1], [0], [0], [0]]), abs=1e-3)
    assert family.distances()[:, 0] == pytest.approx(100 / np.array([*SIZES, 40_000]), rel=0.1)


def test_all_three_parts_of_the_last_claim_are_needed(made: Made) -> None:
    made["gtzan hmc test_nll"] = 1.7
    assert limits.few_songs().kind == "inconclusive"
    made["songs mode, 250 songs test_nll"] = 2.0
    assert limits.few_songs().kind == "upheld"
    made["songs hmc test_nll"] = 1.7
    assert limits.close() == "not upheld" == limits.few_songs().kind
    made["songs hmc test_nll"], made["songs hmc test_nll noise"] = 1.8, 200
    assert limits.close() == "inconclusive" == limits.few_songs().kind


def test_a_gain_that_grows_with_the_songs_speaks_against(made: Made) -> None:
    made["gtzan hmc test_nll"] = 1.7
    made["songs hmc, 250 songs test_nll"] = 1.9
    assert limits.few_songs().kind == "not upheld"


def test_few_songs_are_gtzan_alone(made: Made) -> None:
    made["mnist hmc test_nll"] = 1.5
    assert limits.few() == "inconclusive"
    made["gtzan hmc test_nll"] = 1.9
    assert limits.few() == "not upheld"


def test_halves_are_told_apart(made: Made) -> None:
    made["songs, the other half hmc distance"], made["songs, the other half mode test_nll"] = 0.25, 1.85
    on_same, on_others = map(limits.of_half, arms.HALVES)
    assert "on other songs: distance of average and mode 0.2500, gain by averaging +0.0500" in on_others
    assert "on the same songs: " in on_same and "confidence above accuracy by 10.0 points" in on_same
    assert {on_same, on_others} < set(limits.few_songs().evidence)
    assert POINT in arms.READINGS and ACCURACY in arms.MARGIN


# A04, A08 and A17: dimension


def test_work_is_counted_as_by_hand() -> None:
    assert mixing.multiply_adds() == [118 * 3 * 25 * 50, 57 * 3 * 50 * 50, 28 * 50 * 200, 200 * 10]


def test_the_power_of_the_memory_is_found(made: Made) -> None:
    assert mixing.power("stretch").mean == pytest.approx(POWER, abs=1e-3)
    assert mixing.cheaper().kind == "upheld"


def test_a_memory_that_falls_with_dimension_speaks_against(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    made |= {f"stretch {d} memory": 1e4 / d for d in mixing.DIMENSIONS}
    assert mixing.cheaper().kind == "not upheld"
    made |= {f"stretch {d} memory": 100.0 for d in mixing.DIMENSIONS}
    made |= {f"stretch {d} memory noise": 1e3 for d in mixing.DIMENSIONS}
    assert mixing.cheaper().kind == "inconclusive"
    made.clear()
    monkeypatch.setattr(mixing, "multiply_adds", lambda: [300, 100])
    assert mixing.cheaper().kind == "not upheld"


def test_end_positions_are_no_draws_where_they_end_elsewhere(made: Made) -> None:
    made["stretch 2010 memory"] = 20.0
    for below, kind in ((905.0, "upheld"), (990.0, "inconclusive"), (3000.0, "not upheld")):
        made["songs ends"] = below
        assert mixing.end_positions().kind == kind


@pytest.mark.parametrize("check", [mixing.one_mode_is_enough, mixing.end_positions])
def test_an_ensemble_has_explored_once_it_has_left_its_start(made: Made, check: object) -> None:
    assert callable(check)
    assert check().kind == "not upheld"
    made["stretch 2010 memory"] = 20.0
    assert check().kind == "upheld"
    made["stretch 2010 memory"], made["stretch 2010 memory noise"] = 40.0, 5e3
    assert check().kind == "inconclusive"


def test_what_is_remembered_falls_by_the_factor_e_in_a_memory(made: Made) -> None:
    made |= {f"stretch {d} memory": 4022 * 55 * (d / 2010) ** 2 for d in mixing.DIMENSIONS}
    made.noise = 0
    assert mixing.remembered(2010).mean == pytest.approx(np.exp(-110 / (4022 * 55)))


# A09: the flat prior


def test_the_likelihood_is_flat_along_all_directions_and_no_others() -> None:
    assert np.all(flat.changes() < flat.TOLERANCE)
    one = np.zeros((201, 10))
    one[:, 0] = 1
    assert abs(flat.log_likelihood(one) / flat.log_likelihood(np.zeros((201, 10))) - 1) > 0.01


def test_a_likelihood_that_sees_every_direction_leaves_the_claim_standing(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert flat.flat_prior().kind == "corrected"
    told = "1.40 and 1.20 in differences between genres, which is 4.67 times as much at the start and 1.33 times at the"
    assert sum(f"{told} end" in line for line in flat.flat_prior().evidence) == 2
    monkeypatch.setattr(flat, "changes", lambda: np.full(201, 0.5))
    assert flat.flat_prior().kind == "upheld"


def test_wider_bounds_are_surer() -> None:
    found = [flat.sure(bound) for bound in flat.BOUNDS]
    assert found == sorted(found) and found[0] == 0 and found[-1] > 0.8


# A10 and A11: the fit


def test_the_last_epoch_is_not_the_best_of_the_document_s_own_curve(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fitted.best_model().kind == "corrected" and "epoch 75, 63.05" in fitted.best_model().finding
    rising = np.sort(fitted.curve())
    monkeypatch.setattr(document_001, "curve", lambda figure, name: rising)
    assert fitted.best_model().kind == "upheld"


def test_the_greatest_of_many_normals_is_that_of_simulation() -> None:
    draws = np.random.default_rng(0).normal(size=(4000, 30))
    one = np.linspace(-1, 1, 30)
    in_units = (fitted.greatest_by_chance(one) - one.mean()) / one.std(ddof=1)
    assert in_units == pytest.approx(draws.max(axis=1).mean(), abs=0.03)


def test_the_linear_model_must_be_the_network_and_the_value_62(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    assert fitted.same_performance().kind == "upheld"
    assert "all of 200 songs" in fitted.same_performance().finding
    usual = fitted.curve()
    monkeypatch.setattr(document_001, "curve", lambda figure, name: usual - 0.01)
    assert fitted.same_performance().kind == "corrected"
    monkeypatch.setattr(document_001, "curve", lambda figure, name: usual)
    other = tuple(features.Pair(pair.network, pair.linear[:, ::-1]) for pair in features.pairs())
    monkeypatch.setattr(features, "pairs", lambda: other)
    assert fitted.same_performance().kind == "corrected"
