"""The checks of notebook 05: each verdict follows what is printed and what is recorded, and turns when that turns."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from secondlook.checks import over_seeds, words
from secondlook.checks.regularisation import (
    counts,
    family,
    objective,
    output,
    penalties,
    printed,
    relaxed,
    sparse,
    strengths,
    variants,
)
from secondlook.checks.regularisation.family import (
    ACCURACY,
    ALL_LAYERS,
    L1,
    L1_USUAL,
    NLL,
    NO_CONVOLUTIONS,
    PROXIMAL,
    SPARSE,
    SPARSE_HIDDEN,
    place,
)
from secondlook.claims import Verdict
from secondlook.compare import Paired, paired
from secondlook.results import Arm

MODULES = (over_seeds, family, output, penalties, sparse, strengths)
GRID = tuple(strengths.arm_of(part, strength) for part in strengths.PARTS for strength in strengths.STRENGTHS)
NAMES = {"baseline", ALL_LAYERS, NO_CONVOLUTIONS, PROXIMAL, *L1, *SPARSE, *SPARSE_HIDDEN, *GRID}
SEEDS = 8


def made(seed: int, spread: float = 0.001, **means: float) -> Arm:
    """An arm of a made-up record: scores about these means, ``__`` for ``/``, and about the usual ones."""
    rng = np.random.default_rng(seed)
    usual = {
        ACCURACY: 0.5,
        NLL: 1.5,
        "end/test_nll": 1.5,
        "end/train_nll": 1.0,
        "end/train_accuracy": 0.8,
        "rms/output": 0.1,
        "rms/convolutions": 0.1,
        "top_share": 0.05,
        "small/convolutions": 0.2,
        "zero/convolutions": 0.0,
        "zero/hidden": 0.0,
    }
    usual |= {name.replace("__", "/"): value for name, value in means.items()}
    noise = {name: rng.normal(0, spread, SEEDS) for name in usual}
    scores = {name: value + (noise[name] if value else 0 * noise[name]) for name, value in usual.items()}
    return Arm({}, tuple(range(SEEDS)), scores, {}, {}, np.ones(SEEDS))


def worse(seed: int, by: float = 1.0, **means: float) -> Arm:
    """An arm that is worse than the baseline in accuracy and in NLL; better if `by` is negative."""
    return made(seed, **{"late__test_accuracy": 0.5 - 0.05 * by, "late__test_nll": 1.5 + 0.2 * by, **means})


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Arm]]:
    """Made-up records in which every effect is large against its spread, and as the document claims."""
    arms = {place(name): worse(k) for k, name in enumerate(sorted(NAMES))}
    arms |= {place(name, "some order"): worse(90) for name in (ALL_LAYERS, NO_CONVOLUTIONS)}
    arms[place("baseline")] = made(50, rms__output=0.3, top_share=0.2)
    arms[place("baseline", "some order")] = made(51)
    arms[place(NO_CONVOLUTIONS)] = worse(52, end__test_nll=1.9, end__train_nll=0.5, rms__convolutions=0.4)
    arms[place(L1_USUAL)] = worse(53, small__convolutions=0.6)
    arms[place(PROXIMAL)] = worse(54, zero__convolutions=0.5)
    for k, name in enumerate(SPARSE):
        arms[place(name)] = worse(60 + k, k + 1.0, zero__convolutions=0.2 * k)
    for module in MODULES:
        monkeypatch.setattr(module, "arm", arms.__getitem__)
    family.family.cache_clear()
    yield arms
    family.family.cache_clear()


Change = dict[str, Arm]
NOISE = {"late__test_accuracy": 0.5, "late__test_nll": 1.5, "spread": 0.1}
TURNS: list[tuple[Callable[[], Verdict], str, Change, Change]] = [
    (
        penalties.overfitting,
        "upheld",
        {NO_CONVOLUTIONS: worse(1, -1.0, end__test_nll=1.9)},
        {NO_CONVOLUTIONS: made(1, end__test_nll=1.9, **NOISE)},
    ),
    (penalties.output_without_penalty, "upheld", {ALL_LAYERS: worse(2, -1.0)}, {ALL_LAYERS: made(2, **NOISE)}),
    (
        output.one_hidden_unit,
        "upheld",
        {ALL_LAYERS: made(3, rms__output=0.5, top_share=0.1)},
        {ALL_LAYERS: made(3, rms__output=0.2, top_share=0.2, spread=0.03)},
    ),
    (
        sparse.l1_switches_off,
        "upheld",
        {PROXIMAL: made(4)},
        {PROXIMAL: made(4, zero__convolutions=0.1, spread=0.3)},
    ),
    (
        sparse.l1_switches_off_more,
        "upheld",
        {L1_USUAL: made(5, small__convolutions=0.1)},
        {L1_USUAL: made(5, small__convolutions=0.2, spread=0.2)},
    ),
    (sparse.no_l1_beats_l2, "upheld", {L1[4]: worse(6, -1.0)}, {L1[4]: made(6, **NOISE)}),
    (sparse.sparser_is_worse, "upheld", {SPARSE[1]: worse(7, -1.0)}, {SPARSE[1]: made(7, **NOISE)}),
    (
        sparse.size_not_number,
        "upheld",
        {SPARSE[2]: worse(8, -1.0)},
        {NO_CONVOLUTIONS: made(8, rms__convolutions=0.4, **NOISE)},
    ),
    (
        sparse.sparse_hidden_layer,
        "not upheld",
        {SPARSE_HIDDEN[0]: worse(9, -1.0)},
        {SPARSE_HIDDEN[0]: made(9, **NOISE)},
    ),
]


@pytest.mark.parametrize(("check", "expected", "opposite", "unclear"), TURNS)
def test_a_verdict_turns_with_the_record_and_is_inconclusive_where_the_record_is(
    recorded: dict[str, Arm], check: Callable[[], Verdict], expected: str, opposite: Change, unclear: Change
) -> None:
    assert check().kind == expected
    turned = {"upheld": "not upheld", "not upheld": "upheld"}[expected]
    before = dict(recorded)
    for change, kind in ((opposite, turned), (unclear, "inconclusive")):
        recorded.update(before | {place(name): arm for name, arm in change.items()})
        family.family.cache_clear()
        assert check().kind == kind


@pytest.mark.parametrize(
    ("check", "change"),
    [
        (penalties.overfitting, {NO_CONVOLUTIONS: worse(20, end__test_nll=1.5, end__train_nll=1.4)}),
        (output.one_hidden_unit, {ALL_LAYERS: made(21, rms__output=0.1, top_share=0.4)}),
        (sparse.size_not_number, {NO_CONVOLUTIONS: worse(22, -1.0)}),
        (sparse.sparser_is_worse, {SPARSE[0]: worse(23, 4.0), SPARSE[2]: worse(24, 1.0), "baseline": worse(25, 0.9)}),
        (sparse.no_l1_beats_l2, {L1[0]: made(26, late__test_accuracy=0.55, late__test_nll=1.49)}),
        (sparse.no_l1_beats_l2, {L1[0]: made(27, late__test_accuracy=0.51, late__test_nll=1.2)}),
    ],
)
def test_each_part_of_a_claim_can_turn_it(
    recorded: dict[str, Arm], check: Callable[[], Verdict], change: Change
) -> None:
    recorded.update({place(name): arm for name, arm in change.items()})
    family.family.cache_clear()
    assert check().kind == "not upheld"


def test_the_family_is_adjusted_together(recorded: dict[str, Arm]) -> None:
    found = family.family()
    assert len(found) == 31
    assert min(c.p for c in found.values()) == pytest.approx(31 * min(c.found.p for c in found.values()))


def test_a_gain_is_positive_where_the_variant_is_better_in_accuracy_or_nll(recorded: dict[str, Arm]) -> None:
    recorded[place(ALL_LAYERS)] = made(30, late__test_accuracy=0.6, late__test_nll=1.2)
    assert family.gain("accuracy", ALL_LAYERS).difference == pytest.approx(0.1, abs=0.01)
    assert family.gain("nll", ALL_LAYERS).difference == pytest.approx(0.3, abs=0.01)
    assert family.gain("nll", ALL_LAYERS, "some order").difference == pytest.approx(-0.2, abs=0.01)


def test_the_gap_is_test_minus_train_beyond_the_baselines(recorded: dict[str, Arm]) -> None:
    assert family.wider_gap(NO_CONVOLUTIONS).difference == pytest.approx(1.4 - 0.5, abs=0.01)


def test_the_trend_is_the_slope_of_a_line_through_each_seed(recorded: dict[str, Arm]) -> None:
    names = ("baseline", *SPARSE)
    values = np.array([recorded[place(name)].scores[ACCURACY] for name in names])
    slopes = np.polyfit(range(len(names)), values, 1)[0]
    assert family.trend(names).difference == pytest.approx(slopes.mean())
    assert family.trend(names).low == pytest.approx(paired(slopes, 0 * slopes).low)
    fewer = recorded[place(SPARSE[1])]
    kept = {name: of[2:] for name, of in fewer.scores.items()}
    recorded[place(SPARSE[1])] = replace(fewer, seeds=fewer.seeds[2:], scores=kept)
    assert family.trend(names).difference == pytest.approx(slopes[2:].mean())


def test_better_needs_a_gain_told_from_zero_without_a_loss_and_none_needs_every_interval_below_its_margin() -> None:
    def of(low: float, high: float) -> over_seeds.Compared:
        found = Paired(8, (low + high) / 2, low, high, 0.0, 0.0, 0.01)
        return over_seeds.Compared(found, 0.01 if low * high > 0 else 0.5)

    none, wide, up, down = of(-0.02, 0.004), of(-0.02, 0.012), of(0.01, 0.02), of(-0.02, -0.01)
    assert over_seeds.some_better({"a": {"accuracy": none, "nll": of(-0.1, 0.009)}}, family.MARGIN) == "not upheld"
    assert over_seeds.some_better({"a": {"accuracy": of(-0.02, 0.006)}}, family.MARGIN) == "inconclusive"
    assert over_seeds.some_better({"a": {"accuracy": none, "nll": wide}}, family.MARGIN) == "inconclusive"
    assert over_seeds.some_better({"a": {"nll": none}, "b": {"nll": wide}}, family.MARGIN) == "inconclusive"
    assert over_seeds.some_better({"a": {"nll": none}, "b": {"accuracy": none, "nll": up}}, family.MARGIN) == "upheld"
    assert over_seeds.some_better({"a": {"accuracy": down, "nll": up}}, family.MARGIN) == "not upheld"
    assert over_seeds.some_better({"a": {"accuracy": down, "nll": wide}}, family.MARGIN) == "not upheld"


def test_a_claim_of_several_parts() -> None:
    assert over_seeds.together("upheld", "upheld") == "upheld"
    assert over_seeds.together("upheld", "inconclusive") == "inconclusive"
    assert over_seeds.together("inconclusive", "not upheld") == "not upheld"


def test_the_best_strength_of_each_part_and_how_sure_it_is(recorded: dict[str, Arm]) -> None:
    recorded[place("L2 0.1 on the hidden")] = worse(31, -1.0)
    nll = strengths.over_grid(NLL)
    assert nll.shape == (3, 4, SEEDS)
    assert strengths.best(nll).tolist() == [0.01, 0.1, 0.0]
    assert strengths.hidden_needs(nll) == (1, 0)
    recorded[place("L2 0.1 on the output")] = worse(32, -1.0)
    assert strengths.hidden_needs(strengths.over_grid(NLL)) == (0, 0)  # equally strong is not stronger, nor weaker


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "inconclusive"),  # a tie of hidden layer and convolutions
        ({"L2 0.1 on the hidden": worse(10, -2.0), "L2 0.001 on the convolutions": worse(11, -1.0)}, "upheld"),
        ({"L2 0.1 on the convolutions": worse(12, -2.0)}, "not upheld"),
        ({"L2 0.1 on the hidden": made(12, spread=0.1)}, "inconclusive"),
    ],
)
def test_more_parameters_need_more_penalty_or_less_or_tie(recorded: dict[str, Arm], changes: Change, kind: str) -> None:
    recorded.update({place(name): arm for name, arm in changes.items()})
    assert strengths.more_parameters_more_penalty().kind == kind


def test_an_l1_that_the_document_did_not_try_decides_nothing(recorded: dict[str, Arm]) -> None:
    recorded[place(L1[3])] = worse(6, -1.0)
    found = sparse.no_l1_beats_l2()
    assert found.kind == "upheld"
    after = found.evidence[
        found.evidence.index("Not tried by the document are 0.0003 and 0.003, which decide nothing.") :
    ]
    assert any(f"accuracy, {L1[1]}" in line for line in after) and any(f"NLL, {L1[3]}" in line for line in after)


def test_a_network_that_only_guesses_is_no_better_for_its_nll(recorded: dict[str, Arm]) -> None:
    guessing = made(33, late__test_accuracy=0.1, late__test_nll=1.2)
    recorded[place("L2 0.1 on the hidden")] = guessing
    assert strengths.more_parameters_more_penalty().kind == "inconclusive"  # best by NLL, not by accuracy
    recorded[place(SPARSE_HIDDEN[2])] = guessing
    assert sparse.sparse_hidden_layer().kind == "not upheld"


def test_the_reference_curve_is_left_open_and_says_both_numbers(recorded: dict[str, Arm]) -> None:
    found = penalties.reference_curve()
    assert found.kind == "not testable here"
    assert "55.84 %" in found.finding
    assert "45.0" in found.finding


EXACT = [
    (counts.first_convolution, "upheld"),
    (counts.second_convolution, "upheld"),
    (counts.hidden, "corrected"),
    (counts.output, "upheld"),
    (counts.same_order, "upheld"),
    (objective.squared_error_and_l2, "corrected"),
    (objective.coefficient, "corrected"),
    (objective.squared_error_and_l1, "corrected"),
    (relaxed.kernels_that_are_no_filters, "miscited"),
    (relaxed.two_steps, "upheld"),
]


@pytest.mark.parametrize(("check", "expected"), EXACT)
def test_verdicts_that_need_no_record(check: Callable[[], Verdict], expected: str) -> None:
    assert check().kind == expected


def test_counts_follow_what_is_printed() -> None:
    assert counts.hidden().right == "1,200,200"
    assert sum(counts.built().values()) == 1_206_060
    mended = {**printed.COUNTS, "hidden": 1_200_200, "output": 2000}
    assert counts.layer("hidden", "", mended).kind == "upheld"
    assert counts.layer("output", "", mended).kind == "corrected"


def test_layers_of_other_sizes_would_not_be_of_the_same_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "built", lambda: {**printed.COUNTS, "output": 200})
    assert counts.same_order().kind == "corrected"


@pytest.mark.parametrize(
    ("check", "strength"),
    [
        (objective.squared_error_and_l2, 0.01 * objective.SONGS / 2),
        (objective.squared_error_and_l1, 0.001 * objective.SONGS),
    ],
)
def test_mended_equations_would_be_upheld(
    monkeypatch: pytest.MonkeyPatch, check: Callable[[], Verdict], strength: float
) -> None:
    mended = objective.mended_error
    monkeypatch.setattr(objective, "printed_error", mended)
    assert check().kind == "corrected"  # the loss is right, the coefficient is not
    monkeypatch.setattr(objective, "printed_error", lambda values, _, power: mended(values, strength, power))
    assert check().kind == "upheld"


def test_the_coefficient_of_equation_1_and_its_prior() -> None:
    assert objective.in_notation_of_equation_1(0.01, 40_000) == pytest.approx(200)
    assert objective.prior_sd(200) == pytest.approx(1 / np.sqrt(40_000 * 0.01))
    rng = np.random.default_rng(0)
    w, sd = rng.normal(size=5), objective.prior_sd(0.01)
    log_density = -0.5 * (w / sd) ** 2
    np.testing.assert_allclose(-log_density, 0.01 * w**2)


def test_the_printed_coefficient_would_be_upheld_if_it_were_the_trained_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(printed, "L2", 200.0)
    assert objective.coefficient().kind == "upheld"


def test_no_probabilities_of_this_accuracy_have_a_smaller_sum_of_squares() -> None:
    rng = np.random.default_rng(1)
    p = rng.dirichlet(np.full(4, 0.3), 500)
    p[:3] = [[0.5, 0.5, 0, 0], [0.4, 0.6, 0, 0], [0.1, 0.9, 0, 0]]
    y = np.zeros(500, int)
    wrong = p.argmax(axis=1) != y
    assert np.sum((np.eye(4)[y] - p) ** 2) >= objective.least_sum_of_squares(1 - wrong.mean(), 500)
    assert np.all(np.sum((np.eye(4)[y] - p) ** 2, axis=1)[wrong] >= 0.5)


def test_in_one_dimension_another_threshold_would_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sparse.switches_off()
    monkeypatch.setattr(sparse, "shrunk", lambda w, by: np.sign(w) * max(abs(w) - by / 2, 0))
    assert not sparse.switches_off()


def test_the_second_fit_takes_the_shrinkage_back() -> None:
    one, two = relaxed.fit(3)
    assert np.array_equal(one != 0, two != 0)
    assert relaxed.bias(one) < relaxed.bias(two)
    assert relaxed.bias(relaxed.TRUE * 0.8) == pytest.approx(-0.2)


def test_a_second_fit_that_changes_nothing_would_not_be_upheld(monkeypatch: pytest.MonkeyPatch) -> None:
    fit = relaxed.fit
    monkeypatch.setattr(relaxed, "fit", lambda seed: relaxed.Fit(*[fit(seed).one_step] * 2))
    assert relaxed.two_steps().kind == "not upheld"


def test_gains_in_words() -> None:
    found = over_seeds.Compared(Paired(10, 0.0123, 0.001, 0.0236, 0.04, 0.05, 0.011), 0.2)
    assert words.brief(*found, words.NATS) == "+0.012 nats (+0.001 to +0.024), 10 seeds, p = 0.2, 0.011 would be seen"
    assert words.alone(found) == "+1.23 points (not told from zero)"
    assert words.alone(found._replace(p=0.01), words.NUMBER) == "+0.012 (told from zero)"
    both = {"L1 0.1 on": {"accuracy": found, "nll": found}, "L1 0.2 on": {"accuracy": found._replace(p=0.01)}}
    assert variants.gain_lines(both) == (
        "Gain in accuracy, L1 0.1 on: +1.23 points (+0.10 to +2.36), 10 seeds, p = 0.2, 1.10 would be seen.",
        "Gain in NLL, L1 0.1 on: +0.012 nats (+0.001 to +0.024), 10 seeds, p = 0.2, 0.011 would be seen.",
        "Gain in accuracy, L1 0.2 on: +1.23 points (+0.10 to +2.36), 10 seeds, p = 0.01, 1.10 would be seen.",
    )
    told = "told from zero at 0.2 (+1.2 points), not at 0.1 (+1.2)"
    assert variants.told_at(both, "accuracy", "dose") == told
    assert variants.told_at({"L1 0.1 on": both["L1 0.1 on"]}, "nll", "dose") == (
        "told from zero at no dose: 0.1 (+0.01 nats)"
    )
    none = found._replace(found=replace(found.found, high=0.004))
    assert variants.shown(both | {"L1 0.3 on": {"accuracy": none}}, "dose") == (
        "a gain is shown at 0.2, its absence at 0.3; at 0.1 neither is shown"
    )
    assert variants.shown({"L1 0.3 on": {"accuracy": none}}, "dose") == (
        "a gain is shown at no dose, its absence at 0.3"
    )


def test_the_gains_of_a_variant_in_each_score_are_told(recorded: dict[str, Arm]) -> None:
    said = variants.gained(ALL_LAYERS)
    assert [part.split()[-1] for part in said.split(" and ")] == ["accuracy", "NLL"]
    assert said.count("(told from zero)") == 2
