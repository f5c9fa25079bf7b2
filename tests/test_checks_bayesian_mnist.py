"""The checks of notebook 11: each verdict turns when what is recorded turns."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from secondlook import results
from secondlook.checks import over_seeds
from secondlook.checks.bayesian_mnist import (
    accuracy,
    advantages,
    arms,
    confidence,
    costs,
    family,
    faster,
    gradients,
    ranking,
    variance,
)
from secondlook.checks.bayesian_mnist.arms import EARLY, LONG, OTHERS, POINT, SINGLE, VARIATIONAL
from secondlook.compare_items import Areas
from secondlook.results import Arm, Record
from secondlook.studies.mnist.cost import METHODS, WIDTHS, place

SEEDS, PICTURES = 5, 2000
USUAL = {
    "test_accuracy": 0.98,
    "test_nll": 0.06,
    "test_ece": 0.005,
    "error/expected_error": 0.97,
    "foreign/kmnist/expected_error": 0.98,
    "foreign/notmnist/expected_error": 0.97,
}
COUNTS = {"leap": 5_000.0, "point estimate": 128.0, "variational": 256.0}


class Made(dict[str, float]):
    """Made-up records of the three studies; ``arm score`` sets the mean of a score of an arm of MNIST."""

    informative = False
    """Whether mutual information says more of errors than the largest probability does."""
    sure = 0.0
    """What is added to the log odds of being wrong before they are shown."""
    agreed = 20
    odd = 0
    """Unanimous errors of every other run, unless 0."""
    right_of_least = 5
    variational_nll = 0.11
    nuts_gradients = 40_000.0

    def __call__(self, name: str) -> Arm:
        study, _, of = name.partition("/")
        rng = np.random.default_rng(sum(map(ord, name)))
        return getattr(self, study)(of, rng)

    def mnist(self, of: str, rng: np.random.Generator) -> Arm:
        def around(mean: float, spread: float) -> np.ndarray:
            noise = rng.normal(0, spread, SEEDS)
            return mean + noise - noise.mean()

        scores = {score: around(self.get(f"{of} {score}", mean), 2e-4) for score, mean in USUAL.items()}
        for doubt in variance.DOUBTS:
            scores |= {f"error/{doubt}": around(0.96, 1e-3), f"mean_{doubt}/right": around(0.01, 1e-5)}
            scores[f"mean_{doubt}/wrong"] = around(self.get(f"{of} mean_{doubt}/wrong", 0.2), 1e-3)
        scores["valid_nll"] = around(0.06 if of == EARLY else 0.07, 1e-4)
        scores |= {"wrong": np.full(SEEDS, 200.0), "wrong_and_unanimous": np.full(SEEDS, float(self.agreed))}
        if self.odd:
            scores["wrong_and_unanimous"][1::2] = self.odd
        odds, more = rng.normal(-3.5, 2, (2, SEEDS, PICTURES)) + np.array([0, -1])[:, None, None]
        wrong = rng.random((SEEDS, PICTURES)) < expit(odds + (1.5 * (more + 4.5) if self.informative else 0))
        shown = np.minimum(expit(odds + self.sure), 0.9)
        y = np.tile(np.arange(12) % 10, (SEEDS, 1))
        predicted = np.where(np.arange(12) < self.right_of_least, y, (y + 1) % 10)
        items = {
            "right": ~wrong,
            "expected_error": shown.astype(np.float16),
            "epistemic": np.exp(more / 2).astype(np.float16),
            "least_confident/class": y.astype(np.uint8),
            "least_confident/probability": np.eye(10)[predicted].astype(np.float16),
        }
        reached = np.linspace(0.9, 0.98, 20) + self.get(of, 0.0)
        curves = {"valid_accuracy": {"mean": reached}}
        return Arm({}, tuple(range(SEEDS)), scores, curves, items, np.ones(SEEDS))

    def mnist_nuts(self, of: str, rng: np.random.Generator) -> Arm:
        last = self.variational_nll if of == "variational" else 0.105
        begin, step = (25.0, 25.0) if of == "variational" else (self.nuts_gradients, self.nuts_gradients / 80)
        gradients = begin + step * (2.0 ** np.arange(8) - 1)
        items = {
            "nll": last + 0.2 * 2.0 ** -np.arange(8) + rng.normal(0, 1e-4, (SEEDS, 8)),
            "gradients": np.tile(gradients, (SEEDS, 1)),
            "seconds": np.tile(gradients / 1e4, (SEEDS, 1)),
            "probability": np.tile([[0.7, 0.3] if of == "variational" else [0.6, 0.4]], (SEEDS, 4, 1)),
        }
        scores = {} if of == "variational" else {"rhat": np.linspace(1.001, 1.023, SEEDS)}
        return Arm({}, tuple(range(SEEDS)), scores, {}, items, np.ones(SEEDS))

    def mnist_cost(self, of: str, rng: np.random.Generator) -> Arm:
        method, width = of.rpartition(" wide")[0].rsplit(", ")
        parameters = (784 + 10 + int(width)) * float(width)
        one = parameters * COUNTS[method] * rng.uniform(0.99, 1.01, 3)
        scores = {"parameters": np.full(3, parameters), "operations": one}
        return Arm({}, (0, 1, 2), scores, {}, {"seconds": 1e-9 * one, "bytes": 4 * one}, np.ones(3))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    records = Made()
    monkeypatch.setattr(over_seeds, "arm", records)
    monkeypatch.setattr(results, "load", lambda study: Record(study, {}, {"machine": "a made-up one"}))
    again()
    yield records
    again()


@pytest.fixture
def no_gains(monkeypatch: pytest.MonkeyPatch) -> None:
    """No question is answered, which takes longest."""
    each = tuple(Areas(0.9 + 0.01 * (-1) ** k, 0.9, 0.01 * (-1) ** k, -0.02, 0.02, 0.5) for k in range(SEEDS))
    monkeypatch.setattr(family, "gains", lambda question: each)


def again() -> None:
    for cached in (family.family, ranking.gains, confidence.calibration):
        cached.cache_clear()


@pytest.mark.parametrize(("reached", "kind"), [(0.985, "upheld"), (0.9755, "upheld"), (0.97, "not upheld")])
def test_accuracy_is_upheld_when_a_variational_net_gets_there_give_or_take_two_errors(
    made: Made, reached: float, kind: str
) -> None:
    made.update({f"{name} test_accuracy": reached for name in VARIATIONAL})
    assert accuracy.accuracy().kind == kind


def test_epochs_as_printed_are_told_from_the_first_to_the_last(made: Made) -> None:
    assert (
        accuracy.epochs_as_printed(arms.arm(LONG))
        == "97.7 % or more after 1 of 20 epochs, first after epoch 20, last after 20"
    )
    made[LONG] = 0.05
    assert (
        accuracy.epochs_as_printed(arms.arm(LONG))
        == "97.7 % or more after 13 of 20 epochs, first after epoch 8, last after 20"
    )
    made[LONG] = -0.05
    assert accuracy.epochs_as_printed(arms.arm(LONG)) == "97.7 % or more after no epoch"


def test_a_net_that_falls_back_is_not_told_to_stay(made: Made) -> None:
    curves = {"valid_accuracy": {"mean": np.array([0.9, 0.977, 0.98, 0.97])}}
    assert (
        accuracy.epochs_as_printed(replace(arms.arm(LONG), curves=curves))
        == "97.7 % or more after 2 of 4 epochs, first after epoch 2, last after 3"
    )


def test_variance_is_upheld_when_every_run_has_twice_as_much_on_wrong_pictures(made: Made) -> None:
    assert variance.variance().kind == "upheld"
    made[f"{LONG} mean_sd/wrong"] = 0.015
    assert variance.variance().kind == "not upheld"


def test_a_measure_that_knows_more_adds_and_one_that_knows_nothing_does_not(made: Made) -> None:
    assert not any(area.p < 0.01 and area.difference > 0 for area in ranking.gains(ranking.OWN))
    made.informative = True
    again()
    assert all(area.p < 0.01 and area.difference > 0.02 for area in ranking.gains(ranking.OWN))
    found, p = family.family()[(ranking.OWN,)]
    assert found.low > 0 and p < 0.05


def test_the_second_point_estimate_is_another_run(made: Made) -> None:
    of = arms.arm(POINT)
    doubt, wrong = of.items["expected_error"], ~of.items["right"]
    expected = ranking.gain(doubt[-1], doubt[0], wrong[-1])
    assert ranking.gains(ranking.SECOND)[-1] == expected


def test_regression_is_fitted_on_other_pictures() -> None:
    """On pure noise a fit to the pictures themselves would always rank errors better than chance, by 0.04 here."""
    rng = np.random.default_rng(0)
    wrong = np.arange(200) < 40
    found = [ranking.gain(np.ones(200), rng.random(200), wrong).a for _ in range(40)]
    assert np.mean(found) < 0.515


def test_confidence_comes_with_its_calibration(made: Made) -> None:
    found = confidence.not_always_confident()
    assert found.kind == "upheld"
    made[f"{LONG} test_ece"] = 0.05
    again()
    assert "calibration error of the variational net is 5.00 points" in confidence.not_always_confident().finding


@pytest.mark.parametrize(("shift", "sign"), [(-1.5, +1), (1.5, -1)])
def test_over_and_under_confidence_are_told_apart(made: Made, shift: float, sign: int) -> None:
    made.sure = shift
    assert np.sign(confidence.calibration(LONG)[2]) == sign


def test_spread_probabilities_keep_the_largest_and_sum_to_one() -> None:
    largest = np.linspace(0.11, 1, 50)
    p = confidence.spread(largest)
    assert p.sum(axis=1) == pytest.approx(np.ones(50))
    assert p.max(axis=1) == pytest.approx(largest)
    assert np.all(p.argmax(axis=1) == 0)


def test_chance_makes_answers_that_are_right_as_often_as_they_say() -> None:
    assert confidence.error_by_chance(np.full(1000, 0.5)).mean() == pytest.approx(
        np.sqrt(2 / np.pi) * np.sqrt(0.25 / 1000), rel=0.2
    )  # one bin: the mean size of a normal of that sd
    assert confidence.error_by_chance(np.ones(100)).max() == 0


@pytest.mark.parametrize(("agreed", "kind"), [(20, "upheld"), (3, "upheld"), (2, "not upheld")])
def test_errors_without_doubt_are_counted(made: Made, agreed: int, kind: str) -> None:
    made.agreed = agreed
    found = confidence.wrong_without_doubt()
    assert found.kind == kind
    assert f"{agreed} of 200" in found.evidence[-1]
    every = len(VARIATIONAL) if kind == "upheld" else 0
    assert (
        f"every run of {every} of our {len(VARIATIONAL)} variational nets, and in some run of {every}." in found.finding
    )


def test_errors_without_doubt_of_some_runs_decide_nothing(made: Made) -> None:
    made.agreed = 2
    made.odd = 3
    found = confidence.wrong_without_doubt()
    assert found.kind == "inconclusive"
    assert (
        f"every run of 0 of our {len(VARIATIONAL)} variational nets, and in some run of {len(VARIATIONAL)}."
        in found.finding
    )


@pytest.mark.parametrize("right", [5, 0, 12])
def test_of_the_least_confident_as_many_are_right_as_are_told(made: Made, right: int) -> None:
    made.right_of_least = right
    found = confidence.lowest_confidence()
    assert found.kind == "not testable here"
    assert f"of *{arms.best()}* {right}" in found.finding


def test_the_aleatoric_part_is_the_mean_over_right_and_wrong_pictures_of_what_is_not_epistemic(made: Made) -> None:
    made[f"{LONG} mean_total/wrong"], made[f"{LONG} mean_epistemic/wrong"] = 0.5, 0.2
    accuracy = arms.arm(LONG).scores["test_accuracy"].mean()
    assert variance.aleatoric(LONG).mean() == pytest.approx(0.3 * (1 - accuracy), abs=1e-3)


def test_the_sampler_s_r_hat_is_told(made: Made) -> None:
    assert "is up to 1.023" in faster.faster().evidence[-1]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "inconclusive"),
        ({f"{EARLY} test_nll": 0.05}, "upheld"),
        ({f"{EARLY} test_nll": 0.05, f"{EARLY} test_accuracy": 0.97}, "inconclusive"),
        ({f"{name} test_nll": 0.07 for name in VARIATIONAL}, "not upheld"),
        ({f"{name} test_nll": 0.05 for name in VARIATIONAL} | {"temperature test_nll": 0.04}, "inconclusive"),
    ],
)
@pytest.mark.usefixtures("no_gains")
def test_advantages_are_decided_where_both_single_fits_agree(made: Made, changes: dict[str, float], kind: str) -> None:
    made.update(changes)
    assert advantages.clear_advantages().kind == kind


def test_the_chosen_net_is_that_of_the_pictures_set_apart(made: Made) -> None:
    assert arms.best() == EARLY
    made[f"{EARLY} test_nll"] = 0.04
    told = advantages.in_words(EARLY, "ensemble")
    assert told == "against ensemble, better in NLL, worse in nothing"
    found = advantages.clear_advantages()
    assert any(told in line for line in found.evidence)
    assert (
        f"Of {len(VARIATIONAL)} variational nets, against a point estimate 1 gain and 0 lose in some score"
        in found.finding
    )


def test_the_family_is_adjusted_together(made: Made) -> None:
    found = family.family()
    assert len(found) == (len(VARIATIONAL) * len(SINGLE) + len(OTHERS)) * len(USUAL) + len(ranking.QUESTIONS) + 2
    least = min(compared.found.p for compared in found.values())
    assert min(compared.p for compared in found.values()) == pytest.approx(min(1, len(found) * least))


@pytest.mark.parametrize(
    ("nll", "nuts_gradients", "kind"),
    [(0.11, 40_000.0, "upheld"), (0.2, 40_000.0, "upheld"), (0.11, 10.0, "not upheld")],
)
@pytest.mark.usefixtures("no_gains")
def test_faster_turns_with_who_arrives_first(made: Made, nll: float, nuts_gradients: float, kind: str) -> None:
    made.variational_nll, made.nuts_gradients = nll, nuts_gradients
    assert faster.faster().kind == kind


@pytest.mark.usefixtures("no_gains")
def test_gaps_are_from_the_best_of_all(made: Made) -> None:
    made.variational_nll = 0.15
    assert np.isnan(gradients.race(0.02).variational).all()
    assert np.isfinite(gradients.race(0.1).variational).all() and np.isfinite(gradients.race(0.01).nuts).all()
    found = faster.faster()
    assert any("within 0.02 nats of the best NLL, never (never) against" in line for line in found.evidence)
    assert (
        "variational inference comes within 0.05 nats of the best NLL of all, NUTS within 0.01 nats." in found.finding
    )
    made.variational_nll = 0.3
    assert faster.nearest("variational") == "not within 0.1 nats"


def test_a_budget_counts_only_if_no_later_one_is_worse() -> None:
    nll = np.array([[0.3, 0.1, 0.3, 0.1, 0.1], [0.3, 0.3, 0.3, 0.3, 0.1], [0.1, 0.1, 0.1, 0.1, 0.3]])
    of = Arm({}, (0, 1, 2), {}, {}, {"nll": nll, "gradients": np.tile([1.0, 2, 4, 8, 16], (3, 1))}, np.ones(3))
    assert np.array_equal(gradients.needed(of, "gradients", np.full(3, 0.2)), [8, 16, np.nan], equal_nan=True)


def test_who_never_arrives_counts_with_the_largest_budget_of_all(made: Made) -> None:
    found = gradients.Race(np.full(SEEDS, np.nan), np.full(SEEDS, 100.0))
    told = gradients.logs(found)
    assert told.variational == pytest.approx(np.full(SEEDS, np.log10(40_000 + 500 * 127)))
    assert told.nuts == pytest.approx(np.full(SEEDS, 2.0))


def test_predictions_apart_by_total_variation(made: Made) -> None:
    assert gradients.apart() == pytest.approx((0.1, 0.0), abs=1e-3)


def test_slopes_are_powers_of_the_number_of_parameters(made: Made) -> None:
    for method in METHODS:
        found = costs.slope(method, "seconds")
        assert found.mean == pytest.approx(1, abs=0.01)
        assert found.low < found.mean < found.high < found.low + 0.05
    assert costs.cost("leap", "seconds")[0] == over_seeds.arm("mnist_cost/leap, 25 wide").items["seconds"].min()
    assert len(costs.parameters()) == len(WIDTHS)


@pytest.mark.parametrize(("leaps", "kind"), [(40_000.0, "upheld"), (1_000.0, "inconclusive"), (100.0, "not upheld")])
def test_sampling_is_a_problem_when_it_takes_a_hundred_times_the_work(made: Made, leaps: float, kind: str) -> None:
    made.nuts_gradients = leaps
    assert costs.problematic().kind == kind


def test_a_leap_over_all_pictures_is_eleven_times_one_over_five_thousand(made: Made) -> None:
    assert costs.work("leap", 2) == pytest.approx(2 * 11 * costs.cost("leap", "operations")[-1])
    assert costs.work("variational", 2) == pytest.approx(2 * costs.cost("variational", "operations")[-1])
    assert place("leap", 800) == "leap, 800 wide"
