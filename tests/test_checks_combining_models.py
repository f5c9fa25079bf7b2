"""The checks of notebook 07: identities behind them, and each verdict turns when what is recorded turns."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest
from scipy.optimize import minimize

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.combining_models import (
    bagging,
    combiners,
    costs,
    decomposition,
    dissimilarity,
    experts,
    family,
    headlines,
    printed,
    spread,
)
from secondlook.checks.combining_models.family import (
    COMBINER,
    CORRECTING,
    FREE,
    FRESH,
    FROM_MEAN,
    FULLY_CONNECTED,
    HIDDEN,
    MEAN,
    OUT_OF_FOLD,
    THREE_OF_A_KIND,
    TOGETHER,
    TRAINED_ON,
)
from secondlook.checks.over_seeds import LEVEL
from secondlook.checks.songs import ACCURACY, BASELINE, GTZAN_CLASSES, MARGIN, NLL, PLAIN, POOLED, SAID
from secondlook.claims import Verdict
from secondlook.results import Arm

SEEDS = 10
USUAL = {
    FULLY_CONNECTED: 0.35,
    BASELINE: 0.40,
    PLAIN: 0.44,
    POOLED: 0.47,
    TRAINED_ON: 0.47,
    MEAN: 0.49,
    THREE_OF_A_KIND: 0.49,
    COMBINER: 0.45,
    FROM_MEAN: 0.50,
    HIDDEN: 0.48,
    OUT_OF_FOLD: 0.50,
    FREE: 0.48,
    FRESH: 0.46,
    CORRECTING: 0.53,
    **dict.fromkeys(TOGETHER, 0.48),
    TOGETHER[2]: 0.50,
}
STUDY_OF = {BASELINE: "baseline", PLAIN: "convolution", POOLED: "convolution", FULLY_CONNECTED: "convolution"}


class Made(dict[str, float]):
    """Made-up records: an accuracy for each variant, the same on every source unless ``source variant`` is set.

    The loss is 2 less twice the accuracy, unless ``nll variant`` is set. Members are unsure and differ by `noise`.
    """

    spread = 0.002
    noise = 0.3
    bias = 0.0
    expert = 0.0
    seconds = 6.0
    right_in_control = 0.7

    def value(self, of: str, variant: str) -> float:
        return self.get(of, self[variant])

    def __call__(self, name: str) -> Arm:
        study, _, of = name.partition("/")
        source = max((source for source in SAID if of.startswith(f"{source} ")), key=len)
        variant = of.removeprefix(f"{source} ")
        ours = "correcting" if variant == CORRECTING else STUDY_OF.get(variant, "combining")
        assert study == f"songs_{ours}", f"{name}: looked for in the wrong study"
        rng = np.random.default_rng(sum(map(ord, name)))
        noise = rng.normal(0, self.spread, SEEDS)
        accuracy = self.value(of, variant) + noise - noise.mean()
        nll = self.get(f"nll {variant}", 2 - 2 * self.value(of, variant)) - noise + noise.mean()
        end = {
            "end/train_nll": nll / 10,
            "end/train_objective": nll,
            "end/train_accuracy": self.known(source) + 0 * nll,
        }
        valid = {"max/valid_accuracy": accuracy + 0.04, "late/valid_accuracy": accuracy}
        curve = {how: np.linspace(0.2, 0.4, 100) for how in ("mean", "sd")}
        return Arm(
            {},
            tuple(range(SEEDS)),
            {ACCURACY: accuracy, NLL: nll} | end | valid,
            {"valid_accuracy": curve},
            self.probabilities() if variant == MEAN else {},
            np.linspace(self.seconds, 9 * self.seconds, SEEDS),
        )

    def known(self, source: str) -> float:
        """The share of training songs that a net gets right: all of them but in the control."""
        return self.right_in_control if source == family.CONTROL else 1.0

    def probabilities(self) -> dict[str, np.ndarray]:
        """Of members that lean to the right class by 1, by `1 + bias` for the third, and of their average.

        Each is an `expert`, and leans by so much more, on a third of the songs.
        """
        rng, y = np.random.default_rng(0), GTZAN_CLASSES
        logits = rng.normal(0, self.noise, (SEEDS, len(y), 3, 10))
        lean = np.array([1.0, 1.0, 1.0 + self.bias]) + self.expert * np.eye(3)[np.arange(len(y)) % 3]
        logits += np.eye(10)[y][:, None] * lean[:, :, None]
        p = np.exp(logits) / np.exp(logits).sum(axis=3, keepdims=True)
        return {"member_probability": p.astype(np.float16), "test_probability": p.mean(axis=2).astype(np.float16)}


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Records in which everything the document says of accuracy holds."""
    records = Made(USUAL)
    for module in (over_seeds, combiners, costs, decomposition, dissimilarity, headlines, spread):
        monkeypatch.setattr(module, "arm", records)
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def again() -> None:
    family.family.cache_clear()


Check = Callable[[], Verdict]
TURNS: list[tuple[Check, dict[str, float], str]] = [
    (combiners.linear_combiner, {}, "upheld"),
    (combiners.linear_combiner, {FROM_MEAN: 0.45}, "not upheld"),
    (combiners.linear_combiner, {f"gtzan {FROM_MEAN}": 0.45}, "inconclusive"),
    (combiners.linear_combiner, {COMBINER: 0.10}, "upheld"),
    (combiners.hidden_layer, {}, "upheld"),
    (combiners.hidden_layer, {HIDDEN: 0.504}, "not upheld"),
    (combiners.hidden_layer, {HIDDEN: 0.50, f"codewords {HIDDEN}": 0.53}, "not upheld"),
    (combiners.hidden_layer, {f"codewords {HIDDEN}": 0.53}, "inconclusive"),
    (combiners.unconstrained, {FREE: 0.44}, "upheld"),
    (combiners.unconstrained, {FREE: 0.44, FROM_MEAN: 0.40}, "upheld"),
    (combiners.unconstrained, {}, "not upheld"),
    (headlines.step_by_step, {}, "upheld"),
    (headlines.step_by_step, {PLAIN: 0.39}, "not upheld"),
    (headlines.step_by_step, {CORRECTING: 0.49}, "not upheld"),
    (headlines.step_by_step, {f"gtzan {CORRECTING}": 0.48}, "inconclusive"),
    (dissimilarity.asked_to_differ, {}, "upheld"),
    (dissimilarity.asked_to_differ, {TOGETHER[2]: 0.47}, "not upheld"),
    (dissimilarity.asked_to_differ, {f"nll {TOGETHER[2]}": 1.5}, "not upheld"),
]


@pytest.mark.parametrize(("check", "changes", "kind"), TURNS)
def test_a_verdict_turns_with_the_records(made: Made, check: Check, changes: dict[str, float], kind: str) -> None:
    made.update(changes)
    again()
    assert check().kind == kind


@pytest.mark.parametrize("check", [check for check, changes, _ in TURNS if not changes])
def test_where_seeds_differ_much_nothing_is_told(made: Made, check: Check) -> None:
    made.update(dict.fromkeys(made, 0.5))
    made.spread = 0.05
    again()
    assert check().kind == "inconclusive"


def test_equal_accuracies_are_no_gain_and_no_step(made: Made) -> None:
    made.update(dict.fromkeys(made, 0.5))
    made.spread = 1e-5
    again()
    assert combiners.hidden_layer().kind == "upheld"
    assert over_seeds.some_better(dissimilarity.gains(), MARGIN) == "not upheld"


def test_a_gain_is_an_excess_of_accuracy_and_a_lack_of_loss(made: Made) -> None:
    assert family.gain("gtzan", PLAIN, BASELINE).difference == pytest.approx(0.04)
    assert family.gain("gtzan", PLAIN, BASELINE, NLL).difference == pytest.approx(0.08)


def test_the_family_is_adjusted_together_and_holds_every_pair_that_decides(made: Made) -> None:
    found = family.family()
    assert len(found) == 3 * (4 + 2) + 4 * 2 + 2 * 3
    least = min(compared.found.p for compared in found.values())
    assert min(compared.p for compared in found.values()) == pytest.approx(len(found) * least)


def test_folds_are_compared_with_their_overlap(made: Made) -> None:
    plain, folds = (family.gain(source, PLAIN, BASELINE) for source in ("gtzan", "gtzan folds"))
    assert (folds.high - folds.low) / (plain.high - plain.low) > 1.3  # √(1/10 + 1/3) / √(1/10) = 2.1, and some noise


def test_the_slope_over_strengths_is_that_of_a_line(made: Made) -> None:
    made.spread = 0.0
    made.update({name: 0.4 + 0.1 * strength for name, strength in zip(TOGETHER, (0, 0.25, 0.5, 0.75, 1), strict=True)})
    assert dissimilarity.slope(ACCURACY).difference == pytest.approx(0.1)
    assert dissimilarity.slope(NLL).difference == pytest.approx(-0.2)


def probabilities(seeds: int, noise: float) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(7)
    y = rng.integers(4, size=60)
    logits = rng.normal(0, noise, (seeds, 60, 4)) + np.eye(4)[y]
    return np.exp(logits) / np.exp(logits).sum(axis=2, keepdims=True), y


@pytest.mark.parametrize("seeds", [3, 8])
def test_bias_and_variance_add_up_to_each_seeds_brier_score(seeds: int) -> None:
    p, y = probabilities(seeds, 1.0)
    parts = decomposition.parts(p, y)
    assert parts["bias"] + parts["variance"] == pytest.approx(decomposition.brier(p, y))
    first = np.mean([np.sum((q - np.eye(4)[c]) ** 2) for q, c in zip(p[0], y, strict=True)])
    assert decomposition.brier(p, y)[0] == pytest.approx(first)


@pytest.mark.parametrize("seeds", [3, 8])
def test_the_pseudo_values_average_to_the_unbiased_variance(seeds: int) -> None:
    """It is half the mean squared distance of two different seeds."""
    p, _ = probabilities(seeds, 1.0)
    apart = [np.square(p[i] - p[j]).sum(axis=1).mean() / 2 for i in range(seeds) for j in range(i)]
    assert decomposition.variance(p).mean() == pytest.approx(np.mean(apart))
    assert decomposition.spread(p) == pytest.approx(np.mean(apart))


def test_a_large_sample_of_seeds_has_the_variance_and_the_bias_of_its_law() -> None:
    rng = np.random.default_rng(0)
    p = np.array([0.5, 0.5]) + 0.1 * rng.standard_normal((400, 30, 1)) * np.array([1, -1])
    parts = decomposition.parts(p, np.zeros(30, int))
    assert parts["variance"].mean() == pytest.approx(2 * 0.1**2, rel=0.05)
    assert parts["bias"].mean() == pytest.approx(2 * 0.5**2, rel=0.01)


def test_an_average_of_independent_members_has_a_third_of_their_variance(made: Made) -> None:
    each = [decomposition.spread(decomposition.of_member(member)) for member in decomposition.MEMBERS]
    assert decomposition.spread(decomposition.of_variant(MEAN)) == pytest.approx(np.mean(each) / 3, rel=0.05)


def test_the_third_member_is_convolution_in_time(made: Made) -> None:
    made.bias = 3.0
    y = GTZAN_CLASSES
    right = [np.mean(decomposition.of_member(m).argmax(axis=2) == y) for m in decomposition.MEMBERS]
    assert decomposition.MEMBERS[int(np.argmax(right))] == "convolution in time"


@pytest.mark.parametrize(
    ("bias", "expert", "of_bias"), [(0.0, 3.0, "upheld"), (0.0, 0.0, "inconclusive"), (2.0, 0.0, "not upheld")]
)
def test_bias_is_told_beside_what_members_know_and_decides_nothing(
    made: Made, bias: float, expert: float, of_bias: str
) -> None:
    made.bias, made.expert = bias, expert
    again()
    found = spread.regularises_and_fits()
    assert found.kind == "upheld"
    assert "Variance (upheld)" in found.finding
    assert any(f"Bias ({of_bias})" in line for line in found.evidence)


@pytest.mark.parametrize(("right", "fits", "kind"), [(0.7, 0.30, "not upheld"), (0.99, 0.64, "inconclusive")])
def test_underfitting_is_looked_at_where_nets_do_not_know_their_songs(
    made: Made, right: float, fits: float, kind: str
) -> None:
    made.right_in_control = right
    made[f"{family.CONTROL} {FROM_MEAN}"] = fits
    again()
    assert spread.regularises_and_fits().kind == kind


def test_confidence_is_the_mean_of_the_greatest_probability() -> None:
    assert spread.confidence(np.array([[[0.7, 0.3], [0.1, 0.9]]])) == pytest.approx(0.8)


def test_printed_headlines_are_the_greatest_of_their_curves() -> None:
    for step, number in printed.HEADLINES.items():
        assert abs(printed.greatest(*printed.DRAWN[step]) - number) < 0.005
    assert list(printed.HEADLINES) == list(family.STEPS)


def test_headlines_say_maxima_and_late_means(made: Made) -> None:
    found = headlines.step_by_step()
    printed_line = next(line for line in found.evidence if line.startswith("Printed"))
    assert "0.58 (0.5808; 0.5717), 0.61 (0.6147; 0.6097), 0.63 (0.6305; 0.6210)" in printed_line
    assert "0.64 (0.6442; 0.6403), 0.645 (0.6467; 0.6405)" in printed_line
    assert "the order stays" in found.finding
    assert any("GTZAN, artists kept apart 4.0, 4.0, 4.0, 4.0, 4.0" in line for line in found.evidence)


def test_headlines_count_the_steps_that_are_told(made: Made) -> None:
    """Twelve up where all hold; a fall from the baseline on every source takes three of them down."""
    assert "told from zero are, of 12 differences, 12 upwards and 0 downwards" in headlines.step_by_step().finding
    made[PLAIN] = 0.39
    again()
    assert "told from zero are, of 12 differences, 9 upwards and 3 downwards" in headlines.step_by_step().finding


def test_the_step_in_standard_errors_is_that_of_two_independent_proportions() -> None:
    """The printed step from 0.64 to 0.645 on 10,000 songs: 0.005 / √(0.64 · 0.36 + 0.645 · 0.355) · 100."""
    assert headlines.z_of_step(0.64, 0.645) == pytest.approx(0.738, abs=0.001)


def test_the_fully_connected_net_reaches_its_number_and_leaves_it(made: Made) -> None:
    found = headlines.fully_connected()
    assert found.kind == "upheld"
    assert any("642,410 parameters" in line for line in found.evidence)
    assert "0.5029, in epoch 13 of 100" in found.finding and "0.4757" in found.finding


def test_another_number_for_the_fully_connected_net_would_be_corrected(
    made: Made, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(printed, "FULLY_CONNECTED", 0.48)
    assert headlines.fully_connected().kind == "corrected"


def test_the_comparison_curve_is_of_a_net_already_trained(made: Made, monkeypatch: pytest.MonkeyPatch) -> None:
    assert headlines.comparison_curve().kind == "corrected"
    monkeypatch.setattr(printed, "COMPARATOR", printed.ALONE)
    assert headlines.comparison_curve().kind == "upheld"
    assert document_001.curve(*printed.ALONE)[0] < 0.5


@pytest.mark.parametrize(
    ("variant", "seconds"),
    [
        (POOLED, 1),
        (TRAINED_ON, 2),
        (MEAN, 3),
        (THREE_OF_A_KIND, 3),
        (FROM_MEAN, 4),
        (OUT_OF_FOLD, 4),
        (FRESH, 1),
        (TOGETHER[1], 1),
    ],
)
def test_costs_count_the_members_and_the_quickest_run(made: Made, variant: str, seconds: float) -> None:
    made.seconds = 1.0
    assert costs.seconds(variant) == seconds


def test_bagging_helps_a_tree_and_not_a_neighbour() -> None:
    assert bagging.decided() == "miscited"
    for size in bagging.SIZES:
        assert bagging.gain("tree", size).low > 0
        assert abs(bagging.gain("nearest neighbour", size).difference) < 0.01


@pytest.mark.parametrize(
    ("tree", "neighbour", "kind"),
    [
        ((0.5, 0.6), (0.9, 0.9), "miscited"),
        ((0.5, 0.5), (0.9, 0.95), "upheld"),
        ((0.95, 0.99), (0.9, 0.9), "inconclusive"),
    ],
)
def test_the_verdict_on_bagging_turns(
    monkeypatch: pytest.MonkeyPatch, tree: tuple[float, float], neighbour: tuple[float, float], kind: str
) -> None:
    noise = np.random.default_rng(0).normal(0, 0.002, (2, bagging.SETS))

    def made_up(predictor: str, size: int) -> np.ndarray:
        return np.array(tree if predictor == "tree" else neighbour)[:, None] + noise * (1 if predictor == "tree" else 2)

    monkeypatch.setattr(bagging, "accuracies", made_up)
    assert bagging.decided() == kind


def test_a_bootstrap_sample_holds_an_item_with_the_chance_that_is_said() -> None:
    rng = np.random.default_rng(0)
    held = np.mean([0 in rng.integers(20, size=20) for _ in range(20_000)])
    assert bagging.chance_of_the_nearest(20) == pytest.approx(held, abs=0.01)
    assert bagging.chance_of_the_nearest(10**6) == pytest.approx(1 - np.exp(-1), abs=1e-5)


def test_weights_by_fit_are_bayes_rule() -> None:
    """After two cases the likelihoods are 0.9 · 0.3 and 0.4 · 0.8."""
    assert experts.by_fit(2) == pytest.approx(np.array([0.27, 0.32]) / 0.59)
    assert experts.by_fit(2000)[1] == pytest.approx(1)


def test_no_gate_and_no_constant_weights_have_less_loss_than_the_gate_given() -> None:

    def loss(g: np.ndarray) -> float:
        return experts.loss(np.array([g, 1 - g]))

    best = minimize(loss, [0.5, 0.5], bounds=[(0, 1)] * 2)
    assert experts.loss(experts.gates()) == pytest.approx(best.fun, abs=1e-6)
    assert best.fun < min(experts.loss(np.array([w, 1 - w])) for w in np.linspace(0, 1, 101)) - 0.3
    assert experts.loss(np.array([0.0, 1.0])) == pytest.approx(-np.log(0.4 * 0.8) / 2)


def test_mixtures_of_experts_are_corrected_while_the_better_expert_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    assert experts.mixture_of_experts().kind == "corrected"
    monkeypatch.setattr(experts, "EXPERTS", np.array([[1e-9, 1e-9], [0.5, 0.5]]))  # one expert is hopeless everywhere
    monkeypatch.setattr(experts, "CASES", (20,))
    assert experts.mixture_of_experts().kind == "upheld"


def test_gains_that_decide_nothing_are_said_in_their_unit(made: Made) -> None:
    made.spread = 0.0
    assert family.beside("Gain", PLAIN, BASELINE, places=("gtzan",)) == (
        "Gain: GTZAN, artists kept apart +4.00 points (+4.00 to +4.00)."
    )
    assert family.beside("Gain", PLAIN, BASELINE, NLL, ("gtzan",)) == (
        "Gain: GTZAN, artists kept apart +0.080 nats (+0.080 to +0.080)."
    )


def test_a_variance_is_said_to_be_less_or_greater_only_where_that_is_told() -> None:
    assert spread.told_apart({"a": AHEAD, "b": NOTHING}) == "less than that of a (by 0.020)"
    assert spread.told_apart({"a": NOTHING}) == "less than that of none"
    assert spread.told_apart({"a": AHEAD, "b": BEHIND}) == (
        "less than that of a (by 0.020), greater than that of b (by 0.020)"
    )


@pytest.mark.parametrize(("right", "said"), [(0.7, "is -0.006 nats"), (0.99, "so there is none to reduce")])
def test_underfitting_is_told_where_there_is_some(made: Made, right: float, said: str) -> None:
    made.right_in_control = right
    assert said in spread.underfitting()


def test_a_strength_is_told_to_be_worse_or_its_gain_is_bounded() -> None:
    found = dict(zip(TOGETHER[1:], ((NOTHING, BEHIND), (AHEAD, NOTHING)) + ((NOTHING, NOTHING),) * 2, strict=True))
    by_score = {name: dict(zip(family.SCORES, pairs, strict=True)) for name, pairs in found.items()}
    assert dissimilarity.signed(by_score, +1) == "multiple 0.5 (+2.00 points)"
    assert dissimilarity.signed(by_score, -1) == "multiple 0.25 (-0.020 nats)"
    assert "end at +2.10 points and +0.001 nats at most" in dissimilarity.reach(by_score)
    assert "Every multiple" in dissimilarity.reach({"a": by_score[TOGETHER[1]]})


def test_the_reach_of_gains_is_the_highest_end_of_an_interval() -> None:
    assert "reach up to +2.1 points; " in combiners.reach({"a": NOTHING, "b": AHEAD})


def compared(difference: float, half: float, p: float) -> over_seeds.Compared:
    low, high = difference - half, difference + half
    return over_seeds.Compared(over_seeds.Paired(5, difference, low, high, p, p, half), p)


NOTHING, UNSURE = compared(0.0, 0.001, 0.9), compared(0.0, 0.02, 0.9)
AHEAD, BEHIND = compared(0.02, 0.001, LEVEL / 2), compared(-0.02, 0.001, LEVEL / 2)


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        ((NOTHING, BEHIND), "upheld"),
        ((NOTHING, UNSURE), "inconclusive"),
        ((AHEAD, NOTHING), "not upheld"),
        ((AHEAD, BEHIND), "inconclusive"),
    ],
)
def test_no_gain_needs_every_set_of_songs(of: tuple[over_seeds.Compared, ...], kind: str) -> None:
    assert over_seeds.no_gain(of, 0.005) == kind


@pytest.mark.parametrize(
    ("of", "kind"),
    [
        (((AHEAD, NOTHING), (BEHIND, BEHIND)), "upheld"),
        (((AHEAD, BEHIND), (NOTHING, NOTHING)), "not upheld"),
        (((NOTHING, NOTHING), (UNSURE, NOTHING)), "inconclusive"),
        (((NOTHING, UNSURE), (BEHIND, NOTHING)), "inconclusive"),
    ],
)
def test_some_strength_is_better_or_every_one_is_lost(
    of: tuple[tuple[over_seeds.Compared, over_seeds.Compared], ...], kind: str
) -> None:
    found = {name: dict(zip(family.SCORES, pairs, strict=True)) for name, pairs in zip("ab", of, strict=True)}
    assert over_seeds.some_better(found, MARGIN) == kind


def test_what_is_not_compared_is_not_silently_empty() -> None:
    with pytest.raises(KeyError, match="no question of this family"):
        family.across(HIDDEN, "no such arm")
