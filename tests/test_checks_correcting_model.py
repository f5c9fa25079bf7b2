"""The checks of notebook 08: exact ones against other routes, the others turn when what is recorded turns."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from scipy.special import log_softmax, softmax

from secondlook import compare, document_001, networks
from secondlook.checks import over_seeds
from secondlook.checks.correcting_model import (
    alone,
    apart,
    built,
    combiner,
    equation,
    family,
    figure_12,
    maxima,
    printed,
    related,
    stages,
    worth,
)
from secondlook.checks.correcting_model.family import MAIN, ORIGINAL
from secondlook.checks.songs import ACCURACY, NLL, OBJECTIVE, TRAIN, difference, place
from secondlook.checks.words import KEY
from secondlook.claims import Verdict
from secondlook.compare import Paired
from secondlook.results import Arm, Record
from secondlook.scores import negative_log_likelihood
from secondlook.studies.songs import combining, correcting, corrections
from secondlook.studies.songs.correcting import SHRINKAGE
from secondlook.studies.songs.stage import Stage, StageRun, Task, predicted

SEEDS = 12
STAGED = [f"eight corrections times {factor:g}" for factor in SHRINKAGE]
USUAL = {
    ("", ACCURACY): 0.40,
    ("", NLL): 1.8,
    ("", OBJECTIVE): 1.0,
    ("", TRAIN): 0.5,
    ("", "late/valid_accuracy"): 0.40,
    ("", "end/test_accuracy"): 0.40,
    ("", "alone/test_accuracy"): 0.10,
    ("", "alone/test_information"): 0.0,
    ("", "alone/test_auroc"): 0.5,
    ("", "alone/test_nll"): 2.3,
    (MAIN, ACCURACY): 0.44,
    ("codewords " + MAIN, "alone/test_accuracy"): 1 / 7,
    (family.GIVEN_MORE, ACCURACY): 0.44,
    (family.THROUGH_COMBINER, ACCURACY): 0.44,
    (family.NOT_FIXED, OBJECTIVE): 1.2,
    ("unconstrained", OBJECTIVE): 1.2,
    **{("", f"stage {m}/test_accuracy"): 0.40 + 0.01 * m for m in range(9)},
    **{("", f"stage {m}/{split}_nll"): 1.8 - 0.05 * m for m in range(9) for split in ("train", "test")},
}
"""What the document says of the real thing holds: by arm, or source and arm, and score; "" is any arm."""


class Made(dict[tuple[str, str], float]):
    """Made-up records: each score of each arm, the same on every source unless set for one."""

    spread = 0.002

    def __call__(self, name: str) -> Arm:
        of = name.partition("/")[2]
        source = max((source for source in family.SAID if of.startswith(f"{source} ")), key=len)
        variant, scores = of.removeprefix(f"{source} "), {}
        for score in {score for _, score in self}:
            value = next(self[key, score] for key in (of, variant, "") if (key, score) in self)
            noise = np.random.default_rng(sum(map(ord, name + score))).normal(0, self.spread, SEEDS)
            scores[score] = value + noise - noise.mean()
        return Arm({}, tuple(range(SEEDS)), scores, {}, {}, np.ones(SEEDS))


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    records = Made(USUAL)
    monkeypatch.setattr(over_seeds, "arm", records)
    again()
    yield records
    again()


def again() -> None:
    family.family.cache_clear()
    family.best_combination.cache_clear()


def changed(made: Made, changes: dict[tuple[str, str], float]) -> None:
    made.update(changes)
    again()


# Equation 3


def test_the_equation_is_a_product_and_a_stage_of_boosting() -> None:
    assert equation.one_stage_of_boosting().kind == "upheld"


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("product", lambda o1, o2: (softmax(o1, axis=1) + softmax(o2, axis=1)) / 2),
        ("cross_entropy", lambda logits, y: (logits**2).mean()),
        ("stage_by_glm", lambda x, y, o1: equation.stage_by_loss(x, y, 0 * o1)),
    ],
)
def test_another_equation_would_be_corrected(
    monkeypatch: pytest.MonkeyPatch, name: str, other: Callable[..., object]
) -> None:
    monkeypatch.setattr(equation, name, other)
    assert equation.one_stage_of_boosting().kind == "corrected"


def test_a_network_that_does_more_than_add_would_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(0)
    assert equation.adds(3, rng)
    monkeypatch.setattr(networks, "correcting", networks.correcting_through_combiner)
    assert not equation.adds(3, rng)


def test_the_fitted_stage_leaves_no_residual_along_its_features() -> None:
    """At the minimum the residuals are orthogonal to the intercept and to every feature."""
    x, y, o1 = equation.songs_of_two_classes(np.random.default_rng(5))
    intercept, *slopes = equation.stage_by_loss(x, y, o1)
    lead = o1[:, 1] - o1[:, 0] + intercept + x @ slopes
    residual = y - 1 / (1 + np.exp(-lead))
    np.testing.assert_allclose([residual.sum(), *(residual @ x)], 0, atol=1e-4)


# The combiner


def test_a_combiner_of_ones_is_corrected_and_one_of_identities_would_be_upheld(monkeypatch: pytest.MonkeyPatch) -> None:
    found = combiner.all_weights_one()
    assert found.kind == "corrected"
    assert "20 ones and 180 zeros" in (found.right or "")
    assert "all classes get 1/10" in found.finding
    monkeypatch.setattr(printed, "combiner", combiner.sum_as_combiner)
    assert combiner.all_weights_one().kind == "upheld"


@pytest.mark.parametrize("classes", [2, 5, 10])
def test_only_identities_add_class_by_class(classes: int) -> None:
    right = combiner.sum_as_combiner(classes)
    assert combiner.reproduces(right)
    assert not combiner.is_uniform(right)
    assert combiner.is_uniform(np.ones((2 * classes, classes)))
    assert not combiner.reproduces(2 * right)
    assert not combiner.reproduces(np.roll(right, 1, axis=0))


@pytest.mark.parametrize(("classes", "hidden"), [(2, 4), (3, 5), (4, 7)])
def test_a_combiner_adds_one_square_block(classes: int, hidden: int) -> None:
    without = combiner.rank_of_outputs(classes, hidden, combine=False)
    assert without == (hidden + 1) * classes  # all weights of the second model's output layer
    assert combiner.added(classes, hidden) == classes**2
    assert combiner.added(classes, hidden, of_probabilities=True) == classes * (classes - 1)


@pytest.mark.parametrize(
    ("changes", "spread", "kind"),
    [
        ({}, 0.002, "upheld"),
        ({}, 0.05, "inconclusive"),
        ({(family.THROUGH_COMBINER, ACCURACY): 0.42}, 0.002, "not upheld"),
        ({("codewords " + family.THROUGH_COMBINER, ACCURACY): 0.46}, 0.002, "not upheld"),
        ({(family.THROUGH_COMBINER, ACCURACY): 0.437}, 0.0005, "upheld"),  # told apart, and by less than the margin
    ],
)
def test_the_same_with_a_combiner(made: Made, changes: dict, spread: float, kind: str) -> None:
    made.spread = spread
    changed(made, changes)
    found = combiner.through_a_combiner()
    assert found.kind == kind
    assert "has 210 parameters" in found.finding and "110 in all" in found.finding


def test_a_combiner_that_added_more_would_not_be_upheld(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combiner, "added", lambda classes, **_: 2 * classes)
    assert combiner.through_a_combiner().kind == "not upheld"


# Which weights change


def test_the_original_stays_and_the_correction_moves() -> None:
    found = built.second_model()
    assert found.original == (0, 8)
    assert found.correction == (6, 6)
    assert found.nll[1] < found.nll[0]
    assert built.figure_10().kind == "upheld"


@pytest.mark.parametrize(
    "other", [((1, 8), (6, 6), (0.5, 0.1)), ((0, 8), (5, 6), (0.5, 0.1)), ((0, 8), (6, 6), (0.1, 0.5))]
)
def test_a_pair_that_is_not_as_drawn_is_corrected(monkeypatch: pytest.MonkeyPatch, other: tuple) -> None:
    monkeypatch.setattr(built, "second_model", lambda: built.Trained(*other))
    assert built.figure_10().kind == "corrected"


def test_arrays_that_moved_are_counted() -> None:
    before = [np.zeros(3), np.ones((2, 2)), np.arange(4.0)]
    after = [np.zeros(3), np.array([[1, 1], [1, 1 + 1e-7]]), np.arange(4.0)]
    assert built.moved(before, after) == (1, 3)


# The family


def test_every_arm_is_asked_of_the_study_that_holds_it() -> None:
    assert place("gtzan", ORIGINAL) == "songs_convolution/gtzan max pooling by 2"
    for name in (*family.COMBINATIONS, family.TRAINED_ON):
        assert all(name in combining.PLACES[source] for source in family.CLASSES)
        assert place("codewords", name) == f"songs_combining/codewords {name}"
    here = {MAIN, family.NOT_FIXED, family.GIVEN_MORE, family.THROUGH_COMBINER, *family.CONTROLS}
    for name in here - {ORIGINAL, family.TRAINED_ON}:
        assert all(name in correcting.PLACES[source] for source in family.CLASSES)
        assert place("gtzan", name) == f"songs_correcting/gtzan {name}"
    assert all(set(STAGED) <= set(correcting.PLACES[source]) for source in family.STACKED)


def test_the_family_is_adjusted_together(made: Made) -> None:
    found = family.family()
    assert len(found) == 3 * 19 + 1 + 2 * 3
    least = min(compared.found.p for compared in found.values())
    assert min(compared.p for compared in found.values()) == pytest.approx(len(found) * least)


def test_folds_are_compared_with_their_overlap(made: Made) -> None:
    source = "gtzan folds"
    a, b = (family.of(source, name).scores[ACCURACY] for name in (MAIN, ORIGINAL))
    assert difference(source, MAIN, ORIGINAL) == compare.paired(a, b, 1 / 3)
    a = family.of(source, MAIN).scores["alone/test_nll"]
    assert family.beyond(source, "alone/test_nll", 2.0) == compare.paired(a, np.full(SEEDS, 2.0), 1 / 3)
    assert family.beyond("gtzan", "alone/test_nll", 2.0).p < family.beyond(source, "alone/test_nll", 2.0).p


def test_a_score_is_held_against_a_number(made: Made) -> None:
    changed(made, {(MAIN, "alone/test_accuracy"): 0.17})
    assert family.beyond("gtzan", "alone/test_accuracy", 0.1).difference == pytest.approx(0.07)
    assert family.across("chance")["GTZAN, artists kept apart"].found.difference == pytest.approx(0.07)
    assert family.across("chance")["MSD codewords"].found.difference == pytest.approx(0)  # of seven genres


def test_the_best_combination_is_chosen_on_validation_songs(made: Made) -> None:
    changed(made, {("mean of logits", "late/valid_accuracy"): 0.45, ("unconstrained", ACCURACY): 0.60})
    assert family.best_combination("gtzan") == "mean of logits"


# Is it worth it?

BEST = {(name, "late/valid_accuracy"): 0.40 for name in family.COMBINATIONS}


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "upheld"),
        ({(MAIN, ACCURACY): 0.38}, "not upheld"),
        ({(MAIN, ACCURACY): 0.40}, "inconclusive"),
        ({("gtzan " + MAIN, ACCURACY): 0.38}, "inconclusive"),
        ({("mean of logits", ACCURACY): 0.46, ("mean of logits", "late/valid_accuracy"): 0.42}, "not upheld"),
        ({("mean of logits", ACCURACY): 0.46}, "upheld"),  # the best on test songs, which nobody may choose by
        ({("linear combiner", ACCURACY): 0.50}, "upheld"),
    ],
)
def test_better_than_the_best_combination(made: Made, changes: dict, kind: str) -> None:
    made.spread = 0.001
    changed(made, {("unconstrained", "late/valid_accuracy"): 0.41, **changes})
    assert worth.better_than_combination().kind == kind


def test_controls_are_sorted_by_what_is_told(made: Made) -> None:
    changed(made, {("shifts", ACCURACY): 0.44, ("random original", ACCURACY): 0.48})
    said = worth.against_controls("gtzan")
    ahead, _, rest = said.partition(", behind ")
    behind, _, same = rest.partition(", not told from ")
    assert "ahead of original as it was (+4.0)" in ahead and "output layer refitted (+4.0)" in ahead
    assert behind == "random original (-4.0)"
    assert same in ("shifts (+0.0)", "shifts (-0.0)")


def test_the_documents_own_curves_are_told_both_ways() -> None:
    said = worth.plotted(printed.CORRECTING, printed.COMBINATION)
    assert said == "+0.25 points by the greatest of 100 epochs, +0.02 by the mean of the last ten"


@pytest.mark.parametrize(("accuracy", "kind"), [(0.40, "upheld"), (0.48, "not upheld"), (0.44, "inconclusive")])
def test_not_fixed_turns(made: Made, accuracy: float, kind: str) -> None:
    changed(made, {(family.NOT_FIXED, ACCURACY): accuracy, (family.TRAINED_ON, ACCURACY): 0.39})
    found = worth.original_not_fixed()
    assert found.kind == kind
    (beside,) = (line for line in found.evidence if "the original trained on by itself" in line)
    assert beside.count(f"{100 * (accuracy - 0.39):+.2f} points") == 3


# Figure 12


def test_two_runs_of_one_model() -> None:
    rng = np.random.default_rng(0)
    assert figure_12.between_runs(np.array([0.3, 0.5])) == pytest.approx(0.2)
    assert figure_12.between_runs(rng.normal(0, 1, 2_000)) == pytest.approx(2 / np.sqrt(np.pi), rel=0.05)
    right = rng.random((4_000, 2, 500)) < 0.3
    assert np.subtract(*right.mean(axis=2).T).std() == pytest.approx(figure_12.noise_of_songs(0.3, 500), rel=0.05)


def test_once_more_is_upheld_unless_the_curves_are_too_far_apart(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    found = figure_12.once_more()
    assert found.kind == "upheld"
    assert "is 0.02 points, and two runs are 0.15 apart" in found.finding
    assert "it is 0.25, and they are 0.03 apart" in found.finding
    assert any("agree in 4 of 100 epochs" in line for line in found.evidence)
    true = document_001.curve
    monkeypatch.setattr(document_001, "curve", lambda figure, *which: true(figure, *which) - 0.02 * (figure == 12))
    assert figure_12.once_more().kind == "not upheld"


@pytest.mark.parametrize(
    ("accuracy", "spread", "kind"),
    [
        (0.44, 0.001, "upheld"),
        (0.42, 0.001, "upheld"),  # worse is not better
        (0.46, 0.001, "not upheld"),
        (0.443, 0.001, "upheld"),  # a gain that is surely below half a point is none
        (0.44, 0.05, "inconclusive"),
    ],
)
def test_more_inputs(made: Made, accuracy: float, spread: float, kind: str) -> None:
    made.spread = spread
    changed(made, {(family.GIVEN_MORE, ACCURACY): accuracy})
    assert figure_12.given_more().kind == kind


# The correction alone


def test_the_best_correction_gives_the_true_probabilities() -> None:
    rng = np.random.default_rng(4)
    log_p, o1 = log_softmax(rng.normal(0, 2, (30, 6)), axis=1), rng.normal(0, 3, (30, 6))
    np.testing.assert_allclose(softmax(o1 + alone.best_correction(log_p, o1), axis=1), np.exp(log_p))
    shifted = log_p + rng.normal(size=(30, 1))  # a number for each song changes nothing
    np.testing.assert_allclose(alone.best_correction(shifted, o1), alone.best_correction(log_p, o1))


@pytest.mark.parametrize("confidence", [0.0, 0.3, 0.9])
def test_the_correction_of_an_unsure_original_is_the_best_classifier(confidence: float) -> None:
    by_itself, best = alone.of_posterior(confidence)
    assert by_itself == best
    assert best == pytest.approx(alone.LAW.bayes_accuracy(2_000)[0], abs=0.04)


def test_the_correction_of_an_overconfident_original_names_the_least_probable() -> None:
    assert alone.of_posterior(1.1) == alone.of_posterior(3.0)
    assert alone.of_posterior(3.0)[0] < 0.02


def test_a_share_of_epochs_below_chance() -> None:
    assert alone.below_chance(np.array([0.10, 0.0945, 0.0935, 0.05]), 0.10, 10_000) == 0.5
    drawn = np.random.default_rng(0).binomial(10_000, 0.1, 5_000) / 10_000
    assert alone.below_chance(drawn, 0.1, 10_000) == pytest.approx(0.023, abs=0.008)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "upheld"),  # at chance, and for sure no information
        ({(MAIN, "alone/test_information"): 0.05}, "not upheld"),
        ({("original times 0.25", "alone/test_accuracy"): 0.30}, "upheld"),  # of two other models
        ({(MAIN, "alone/test_accuracy"): 0.20}, "not upheld"),
    ],
)
def test_no_better_than_chance_turns(made: Made, changes: dict, kind: str) -> None:
    changed(made, changes)
    found = alone.no_better_than_chance()
    assert found.kind == kind
    assert any("67 % of its epochs" in line for line in found.evidence)


def test_information_that_may_be_more_than_little_is_not_known_to_be_none(made: Made) -> None:
    made.spread = 0.1
    again()
    assert alone.no_better_than_chance().kind == "inconclusive"


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "upheld"),
        ({(MAIN, "alone/test_accuracy"): 0.30}, "not upheld"),
        ({(family.TRAINED_ALONE, "end/test_accuracy"): 0.05}, "not upheld"),
        ({("", "end/test_accuracy"): 0.10, ("codewords fully connected", "end/test_accuracy"): 1 / 7}, "inconclusive"),
    ],
)
def test_far_under_the_same_net_turns(made: Made, changes: dict, kind: str) -> None:
    changed(made, changes)
    assert alone.far_under_the_same_net().kind == kind


# Part by part, or jointly


@pytest.mark.parametrize(
    ("objective", "train", "nll", "kind", "why"),
    [
        (1.2, 0.4, 1.8, "upheld", "joint training ends higher"),
        (0.8, 0.4, 1.9, "not upheld", "fits its songs better and predicts worse: over-fitting"),
        (0.8, 0.6, 1.9, "not upheld", "lower by its penalty and predicts worse"),
        (0.8, 0.4, 1.7, "not upheld", "is not told to predict worse"),
        (0.8, 0.4, 1.8, "not upheld", "is not told to predict worse"),
        (1.0, 0.4, 1.9, "inconclusive", "not told apart"),
    ],
)
def test_two_reasons_turn(made: Made, objective: float, train: float, nll: float, kind: str, why: str) -> None:
    scores = {OBJECTIVE: objective, TRAIN: train, NLL: nll}
    changed(made, {(name, of): value for name in (family.NOT_FIXED, "unconstrained") for of, value in scores.items()})
    found = apart.two_reasons()
    assert found.kind == kind
    assert sum(why in line for line in found.evidence) == 6


def test_to_end_below_fixed_parts_with_their_penalties_is_no_feat(made: Made) -> None:
    changed(made, {(name, OBJECTIVE): 1.4 for name in family.JOINT})
    assert apart.two_reasons().kind == "upheld"
    changed(made, {(family.TRAINED_ON, OBJECTIVE): 1.4})
    assert apart.two_reasons().kind == "not upheld"


def test_reasons_are_upheld_only_for_what_is_told(made: Made) -> None:
    changed(made, {(name, OBJECTIVE): 1.4 for name in family.JOINT})
    changed(made, {(family.NOT_FIXED, ACCURACY): made[MAIN, ACCURACY]})
    assert apart.two_reasons().kind == "inconclusive"
    changed(made, {(family.NOT_FIXED, ACCURACY): made[MAIN, ACCURACY] + 0.05})
    assert apart.two_reasons().kind == "not upheld"


@pytest.mark.parametrize(("nll", "says"), [(1.9, "lower on 0 and higher on 3"), (1.7, "lower on 3 and higher on 0")])
def test_what_the_loss_says_stands_beside_what_accuracy_decides(made: Made, nll: float, says: str) -> None:
    changed(made, {(family.NOT_FIXED, NLL): nll})
    assert f"The NLL does not decide; by its intervals it is {says} sources." in worth.original_not_fixed().finding


def test_objectives_that_differ_in_sign_decide_nothing(made: Made) -> None:
    changed(made, {("unconstrained", OBJECTIVE): 0.8})
    assert apart.two_reasons().kind == "inconclusive"


def test_joint_and_stepwise_training_minimise_one_function() -> None:
    """At the same weights the two objectives are one number: penalties of fixed nets are counted."""
    task = Task(next(run for run in correcting.STUDY.toy if isinstance(run, StageRun)))
    net, x, y = task.net(), task.x, task.data["train"].y
    weights = net.trained.weights
    stepwise = corrections.correction(task, net.logits, x, net.penalty(weights))
    model = corrections.nothing_fixed(net.trainer.build, net.size, task.classes, x["train"].shape[1:])
    joint = Stage(model, model.at([*weights, *stepwise.start.weights]), x)
    one, other = (
        stage.objective(stage.start, negative_log_likelihood(predicted(stage, stage.start, "train"), y))
        for stage in (stepwise, joint)
    )
    assert one == pytest.approx(other, rel=1e-5)


# Maxima


def arm_of(greatest: list[float], valid: list[float], test: list[float]) -> Arm:
    names = ("max/valid_accuracy", "late/valid_accuracy", "late/test_accuracy")
    scores = {name: np.array(values) for name, values in zip(names, (greatest, valid, test), strict=True)}
    return Arm({}, (0, 1), scores, {}, {}, np.ones(2))


def test_optimism_over_epochs_and_over_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = arm_of([0.5, 0.6], [0.4, 0.4], [0.3, 0.4]), arm_of([0.5, 0.5], [0.5, 0.5], [0.4, 0.4])
    untrained = Arm({}, (0,), {"late/test_accuracy": np.ones(1)}, {}, {}, np.ones(1))
    first = {"gtzan a": one, "gtzan folds a": other, "toy segments a": one, "gtzan mean": untrained}
    monkeypatch.setattr(maxima, "records", lambda: iter([Record("", arms, {}) for arms in (first, {"gtzan b": other})]))
    assert maxima.optimism(one) == pytest.approx((0.15, 0.2))
    found = maxima.by_source()
    assert found.keys() == {"gtzan", "gtzan folds"}
    np.testing.assert_allclose(found["gtzan"], [[0.15, 0.2], [0, 0.1]], atol=1e-12)
    said = maxima.in_words(found["gtzan"])
    assert said == "+7.5 (+0.0 to +15.0) over the late epochs and +15.0 (+10.0 to +20.0) over test songs, 2 arms"
    assert maxima.maxima().kind == "upheld"


@pytest.mark.parametrize(
    ("arm", "source"),
    [("gtzan folds baseline", "gtzan folds"), ("gtzan baseline", "gtzan"), ("audioset baseline", None)],
)
def test_an_arms_source_is_the_longest_that_fits(arm: str, source: str | None) -> None:
    assert maxima.source_of(arm) == source


def test_quotes_that_are_no_maxima_would_not_be_upheld(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maxima, "records", lambda: iter([]))
    monkeypatch.setitem(printed.QUOTED, "baseline", (0.57, printed.QUOTED["baseline"][1]))  # its last ten epochs
    assert maxima.maxima().kind == "not upheld"


def test_the_order_of_models_by_maxima_and_by_means(monkeypatch: pytest.MonkeyPatch) -> None:
    assert maxima.order(maxima.DRAWN, greatest=True)[:2] == ["correcting model", "linear combiner"]
    steady, early = np.full(100, 0.5), np.linspace(0.55, 0.2, 100)
    late = np.repeat([0.1, 0.52], [90, 10])  # of the three the least on the whole, and the most at the end
    drawn = {(1, "steady"): steady, (1, "early"): early, (1, "late"): late}
    monkeypatch.setattr(document_001, "curve", lambda *which: drawn[which])
    of = {name: (figure, name) for figure, name in drawn}
    assert maxima.order(of, greatest=True) == ["early", "late", "steady"]
    assert maxima.order(of, greatest=False) == ["late", "steady", "early"]


# One correction upon another


@pytest.mark.parametrize(
    ("rise", "spread", "kind"), [(0.01, 0.002, "upheld"), (-0.01, 0.002, "not upheld"), (0, 0.05, "inconclusive")]
)
def test_eight_corrections_turn(made: Made, rise: float, spread: float, kind: str) -> None:
    made.spread = spread
    changed(made, {("", f"stage {m}/test_accuracy"): 0.4 + rise * m for m in range(9)})
    assert stages.eight_corrections().kind == kind


def test_a_gain_with_one_shrinkage_is_enough(made: Made) -> None:
    flat = {("", f"stage {m}/test_accuracy"): 0.4 for m in range(9)}
    changed(made, flat)
    assert stages.eight_corrections().kind == "not upheld"
    changed(made, {("codewords " + STAGED[0], "stage 8/test_accuracy"): 0.42})
    assert stages.eight_corrections().kind == "upheld"


def test_the_gain_is_over_one_correction_not_over_none(made: Made) -> None:
    changed(made, {("", f"stage {m}/test_accuracy"): 0.4 + 0.1 * (m > 0) for m in range(9)})
    assert stages.eight_corrections().kind == "not upheld"


def test_the_fall_of_the_loss_over_stages(made: Made) -> None:
    assert stages.by_stage("gtzan", 0.3, "test_nll").shape == (9, SEEDS)
    assert stages.by_stage("gtzan", 0.3, "test_nll").mean(axis=1) == pytest.approx(1.8 - 0.05 * np.arange(9))
    assert stages.falls("gtzan", 0.3) < 1e-6
    changed(made, {("", f"stage {m}/test_nll"): 1.8 + 0.05 * m for m in range(9)})
    assert stages.falls("gtzan", 0.3) > 0.99
    assert "least with 0" in stages.loss("gtzan", 0.3)


# Related work


def test_related_work_is_in_the_bibliography_and_older_than_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(__file__).parents[1] / "report/references.bib").read_text(encoding="utf-8")
    for key, what in related.WORKS.items():
        assert f"{{{key}," in text
        assert f"({related.year_of(key)})" in what
    assert related.no_related_work().kind == "not upheld"
    monkeypatch.setattr(related, "documents", lambda: {"001": {"year": 1990}})
    assert related.no_related_work().kind == "upheld"


# Words and margins


def compared(low: float, high: float) -> over_seeds.Compared:
    """A comparison with this interval, told from zero if zero is outside."""
    found = Paired(20, (low + high) / 2, low, high, 0.0, 0.0, 0.01)
    return over_seeds.Compared(found, 0.01 if low * high > 0 else 0.5)


def test_no_gain_needs_every_interval_below_the_margin_and_a_gain_needs_one() -> None:
    none, wide, up, down = (compared(*x) for x in ((-0.02, 0.004), (-0.02, 0.02), (0.001, 0.002), (-0.02, -0.01)))
    for verdict, of in (("not upheld", [none, down]), ("inconclusive", [none, wide]), ("upheld", [wide, up])):
        assert stages.some_gain(of, 0.005) == verdict
    assert over_seeds.no_gain([none, down], 0.005) == "upheld"
    assert over_seeds.no_gain([none, wide], 0.005) == "inconclusive"
    assert over_seeds.no_gain([wide, up], 0.005) == "inconclusive"  # told, and surely below the margin: none
    assert over_seeds.no_gain([none, up], 0.005) == "upheld"
    assert over_seeds.no_gain([wide, compared(0.001, 0.02)], 0.005) == "not upheld"
    assert over_seeds.no_gain([down, compared(0.001, 0.02)], 0.005) == "inconclusive"


def test_nothing_decides_nothing() -> None:
    for decide in (over_seeds.no_gain, over_seeds.alike):
        with pytest.raises(ValueError, match="no comparisons"):
            decide([], 0.005)
    nothing: list[dict[str, dict[str, over_seeds.Compared]]] = [{}, {"a variant": {}}]
    for of in nothing:
        with pytest.raises(ValueError, match="no comparisons"):
            over_seeds.some_better(of, {})
    with pytest.raises(KeyError, match="no question of this family"):
        family.across("chanse")


def test_alike_needs_every_source_and_not_alike_one() -> None:
    same, wide, apart_ = compared(-0.001, 0.001), compared(-0.02, 0.02), compared(0.01, 0.02)
    assert over_seeds.alike({"a": same, "b": same}.values(), 0.005) == "upheld"
    assert over_seeds.alike({"a": same, "b": wide}.values(), 0.005) == "inconclusive"
    assert over_seeds.alike({"a": same, "b": apart_, "c": wide}.values(), 0.005) == "not upheld"
    assert over_seeds.alike({"a": compared(0.001, 0.002)}.values(), 0.005) == "upheld"


CHECKS: list[Callable[[], Verdict]] = [
    combiner.through_a_combiner,
    worth.better_than_combination,
    worth.original_not_fixed,
    figure_12.given_more,
    alone.no_better_than_chance,
    alone.far_under_the_same_net,
    stages.eight_corrections,
]


@pytest.mark.parametrize("check", CHECKS)
def test_findings_name_every_source_and_what_would_be_seen(made: Made, check: Callable[[], Verdict]) -> None:
    found = check()
    for source in ("GTZAN, artists kept apart", "MSD codewords"):
        assert source in found.finding
        assert any(source in line and "would be seen" in line for line in found.evidence)
    assert found.evidence[-1] == KEY


def test_of_the_records_figure_8_3_says_what_it_shows() -> None:
    simpler = family.CONTROLS.keys() - {ORIGINAL, "random original"}
    assert {family.tally(MAIN, name, ACCURACY) for name in simpler} == {(0, 0)}
    assert max(family.tally(MAIN, name, NLL)[1] for name in simpler) > 1
