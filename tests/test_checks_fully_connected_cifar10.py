"""The checks of notebook 03: verdicts follow what is printed and what is recorded; those on records turn with them."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from secondlook.checks import over_seeds
from secondlook.checks.fully_connected_cifar10 import family, losses, mistakes, printed, rates, relu, setting, sizes
from secondlook.claims import Verdict
from secondlook.compare import paired
from secondlook.results import Arm

ARMS = {
    "cifar10/as written": 0.54,
    "cifar10/mended": 0.55,
    "cifar10_smaller/narrow": 0.53,
    "cifar10_larger/as written": 0.52,
    "cifar10_fewer_pictures/half": 0.51,
    "cifar10_fewer_pictures/quarter": 0.47,
    "cifar10_convolutional/convolutional": 0.65,
}


def made(accuracy: float, seed: int, n: int = 8) -> Arm:
    """An arm of a made-up record with about this accuracy, the same on both sets but for a harder test."""
    rng = np.random.default_rng(seed)
    values = accuracy + rng.normal(0, 0.001, n)
    scores = {f"{when}/test_accuracy": values for when in ("at_10", "end")}
    scores |= {f"{when}/train_accuracy": values + 0.1 for when in ("at_10", "end")}
    scores |= {"at_10/test_nll": 2 - values, "at_10/true_logit_zero": 0 * values}
    off = rng.uniform(0.5, 1.5, (10, 10)) * (1 - np.eye(10))
    off[printed.CAT, printed.DOG] = 3
    off[[printed.TRUCK, printed.CAR], [printed.SHIP, printed.TRUCK]] = 3

    def confusion(shift: float) -> np.ndarray:
        wrong = (1 - values - shift)[:, None, None] * off / off.sum(axis=1, keepdims=True)
        return np.rint(1e6 * (wrong + (values + shift)[:, None, None] * np.eye(10))).astype(int)

    items = {"at_10/train_confusion": confusion(0.1)} | {
        f"{w}/test_confusion": confusion(0.0) for w in ("at_10", "end")
    }
    items["at_10/test_right"] = rng.random((n, 500)) < accuracy
    curve = np.linspace(1.9, 1.0, 10)
    curves = {name: {how: curve for how in ("mean", "sd", "min", "max")} for name in ("train_loss", "last_batch_loss")}
    return Arm({"epochs": 40}, tuple(range(n)), scores, curves, items, np.ones(n))


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Arm]]:
    """Made-up records in which every effect is large against its spread; a test may replace an arm."""
    arms = {name: made(accuracy, seed) for seed, (name, accuracy) in enumerate(ARMS.items())}
    for module in (over_seeds, family, mistakes, rates, relu, sizes):
        monkeypatch.setattr(module, "arm", arms.__getitem__)
    for module in (setting, losses):
        monkeypatch.setattr(module.results, "load", lambda study: {"as written": arms[f"{study}/as written"]})
    family.family.cache_clear()
    yield arms
    family.family.cache_clear()


SIGNED: list[tuple[Callable[[], Verdict], tuple[str, ...], str]] = [
    (sizes.larger_is_worse, ("cifar10_larger/as written",), "upheld"),
    (sizes.fewer_nodes_prune, ("cifar10_smaller/narrow",), "not upheld"),
    (sizes.convolutions_are_better, ("cifar10_convolutional/convolutional",), "upheld"),
]


@pytest.mark.parametrize(("check", "arms", "expected"), SIGNED)
def test_a_verdict_on_a_difference_turns_with_its_sign_and_ends_with_its_size(
    recorded: dict[str, Arm], check: Callable[[], Verdict], arms: tuple[str, ...], expected: str
) -> None:
    assert check().kind == expected
    base = made(0.55, 1)
    opposite = {"upheld": "not upheld", "not upheld": "upheld"}[expected]
    for factor, kind in ((-1.0, opposite), (0.0, "inconclusive")):
        for name in arms:
            reference = ARMS["cifar10/as written"] if name == "cifar10_larger/as written" else ARMS["cifar10/mended"]
            shift = reference + factor * (ARMS[name] - reference)
            recorded[name] = made(shift, 20 + len(name)) if factor else replace(base, **_noise(reference, name))
        family.family.cache_clear()
        assert check().kind == kind


def test_bigger_is_better_where_the_wider_and_the_deeper_net_are(recorded: dict[str, Arm]) -> None:
    deeper = "cifar10_larger/as written"
    assert sizes.bigger_is_better().kind == "not upheld"
    for there, kind in (
        (made(0.57, 20), "upheld"),
        (replace(made(0.54, 1), **_noise(0.54, deeper)), "inconclusive"),
    ):
        recorded[deeper] = there
        family.family.cache_clear()
        assert sizes.bigger_is_better().kind == kind
    recorded["cifar10_smaller/narrow"], recorded[deeper] = made(0.57, 21), made(0.57, 20)
    family.family.cache_clear()
    assert sizes.bigger_is_better().kind == "not upheld"


def _noise(reference: float, name: str) -> dict[str, Any]:
    rng = np.random.default_rng(len(name))
    values = reference + rng.normal(0, 0.03, 8)
    names = ("at_10/test_accuracy", "end/test_accuracy", "at_10/train_accuracy", "end/train_accuracy")
    return {"scores": {name: values for name in names}}


def test_the_family_is_adjusted_together(recorded: dict[str, Arm]) -> None:
    found = family.family()
    assert len(found) == 15
    assert all(compared.p >= compared.found.p for compared in found.values())
    assert min(c.p for c in found.values()) == pytest.approx(15 * min(c.found.p for c in found.values()))


def test_arms_are_paired_by_seed_not_by_place(recorded: dict[str, Arm]) -> None:
    a = made(0.5, 1)
    back = replace(a, seeds=a.seeds[::-1], scores={name: values[::-1] for name, values in a.scores.items()})
    recorded["cifar10/as written"], recorded["cifar10/mended"] = a, back
    name = family.AFTER_TEN
    assert over_seeds.by_score("cifar10/mended", name, "cifar10/as written", name).difference == 0
    fewer = replace(a, seeds=(6, 7), scores={n: values[6:] for n, values in a.scores.items()})
    recorded["cifar10/mended"] = fewer
    assert over_seeds.by_score("cifar10/mended", name, "cifar10/as written", name).n == 2


def with_mistakes(of: Arm, alike: float) -> Arm:
    """The arm with so many times as many mistakes between cats and dogs, and trucks and cars, as it has."""
    factor = np.ones((len(of.seeds), 10, 10))
    for a, b in ((printed.CAT, printed.DOG), (printed.TRUCK, printed.CAR)):
        factor[:, a, b] = factor[:, b, a] = alike * np.linspace(0.99, 1.01, len(of.seeds))
    names = ("at_10/test_confusion", "end/test_confusion")
    return replace(of, items={**of.items} | {name: np.rint(of.items[name] * factor).astype(int) for name in names})


@pytest.mark.parametrize(("alike", "kind"), [(0.8, "upheld"), (1.0, "inconclusive"), (1.2, "not upheld")])
def test_more_pictures_must_help_most_where_classes_look_alike(
    recorded: dict[str, Arm], alike: float, kind: str
) -> None:
    recorded["cifar10_fewer_pictures/quarter"] = made(0.47, 1)
    recorded["cifar10/mended"] = with_mistakes(made(0.55, 1), alike)
    assert sizes.more_pictures().kind == kind


def test_where_points_and_shares_of_mistakes_disagree_it_stays_open(recorded: dict[str, Arm]) -> None:
    recorded["cifar10_fewer_pictures/quarter"] = with_mistakes(made(0.47, 1), 3.0)
    recorded["cifar10/mended"] = with_mistakes(made(0.55, 1), 3.2)
    by = family.family()
    saved, left = (by[f"pictures: mistakes {what}, alike - others"] for what in ("saved", "left"))
    assert saved.found.low > 0 < left.found.low
    assert sizes.more_pictures().kind == "inconclusive"


def test_more_pictures_that_do_not_help_are_not_upheld(recorded: dict[str, Arm]) -> None:
    recorded["cifar10/mended"] = with_mistakes(made(0.47, 1), 0.8)
    assert sizes.more_pictures().kind == "not upheld"


def test_pairs_of_classes_look_alike_or_not() -> None:
    confusion = np.full((1, 10, 10), 5) + 5 * np.eye(10, dtype=int)  # of any two classes a third is mistaken
    assert [float(of[0]) for of in family.mistaken_for_each_other(confusion)] == pytest.approx([1 / 3, 1 / 3])
    for a, b in ((printed.CAR, printed.TRUCK), (printed.CAT, printed.ANIMALS[0])):
        more = confusion.copy()
        more[:, a, b] = 20  # 25 of 45
        alike, others = (float(of[0]) for of in family.mistaken_for_each_other(more))
        assert alike == pytest.approx((15 / 3 + 25 / 45) / 16)
        assert others == pytest.approx(1 / 3)


def test_classes_are_told_apart_among_themselves_however_often_they_are_named() -> None:
    confusion = np.array([[[8, 2, 5], [1, 9, 0], [3, 4, 7]]])
    assert family.told_apart(confusion, (0, 1)) == pytest.approx(17 / 20)
    oftener = confusion * np.array([2, 2, 1])
    assert family.told_apart(oftener, (0, 1)) == pytest.approx(17 / 20)


@pytest.mark.parametrize(("alike", "kind"), [(1.5, "upheld"), (1.0, "inconclusive"), (0.5, "not upheld")])
def test_classes_are_harder_where_fewer_are_told_apart(recorded: dict[str, Arm], alike: float, kind: str) -> None:
    small = recorded["cifar10/as written"]
    large = with_mistakes(small, alike)
    animals = np.ix_(range(8), printed.ANIMALS, printed.ANIMALS)
    confusion = large.items["at_10/test_confusion"].astype(float)
    confusion[animals] *= np.where(np.eye(len(printed.ANIMALS)), 1, alike) * np.linspace(0.99, 1.01, 8)[:, None, None]
    recorded["cifar10_larger/as written"] = replace(large, items={**large.items} | {"at_10/test_confusion": confusion})
    assert rates.harder_classes().kind == kind


def test_the_noise_of_a_printed_difference_counts_the_pictures_that_one_net_alone_gets_right(
    recorded: dict[str, Arm],
) -> None:
    right = np.zeros((8, 500), bool)
    other = right.copy()
    other[:, :100] = True
    for name, items in (("cifar10/as written", right), ("cifar10_larger/as written", other)):
        recorded[name] = replace(recorded[name], items={**recorded[name].items} | {"at_10/test_right": items})
    gap = sizes.printed_gap()
    assert gap.noise == pytest.approx(10 / printed.TEST_IMAGES)
    for spread, name in ((gap.between, "cifar10"), (gap.between_large, "cifar10_larger")):
        assert spread == pytest.approx(recorded[f"{name}/as written"].scores["at_10/test_accuracy"].std(ddof=1))
    assert gap.printed == pytest.approx(printed.SMALL_TEST.recall.mean() - printed.LARGE_TEST.recall.mean())


EXACT = [
    (rates.small_net, "corrected"),
    (rates.large_net, "corrected"),
    (rates.eighty_numbers, "upheld"),
    (rates.worse_rates, "corrected"),
    (losses.losses_on_training_pictures, "corrected"),
    (losses.losses_on_test_pictures, "corrected"),
    (relu.relu_on_logits, "corrected"),
    (setting.optimisers, "corrected"),
    (setting.three_weights, "upheld"),
    (setting.fully_connected_layer, "upheld"),
    (setting.small_network, "upheld"),
    (setting.large_network, "upheld"),
    (setting.evaluation_mode, "upheld"),
]


@pytest.mark.parametrize(("check", "expected"), EXACT)
def test_verdicts_that_need_no_record_to_turn(
    recorded: dict[str, Arm], check: Callable[[], Verdict], expected: str
) -> None:
    assert check().kind == expected


def test_an_accuracy_printed_as_rounded_would_be_upheld(recorded: dict[str, Arm]) -> None:
    train, test = printed.SMALL_TRAIN, printed.SMALL_TEST._replace(accuracy=55)
    assert rates.accuracies(train, test, "cifar10/as written").kind == "upheld"


def test_a_printed_accuracy_out_of_reach_of_our_runs_is_corrected(recorded: dict[str, Arm]) -> None:
    near = printed.SMALL_TEST.recall.mean()
    recorded["cifar10/as written"] = made(near, 3)
    assert setting.training_as_printed().kind == "upheld"
    recorded["cifar10/as written"] = made(near + 0.02, 3)
    assert setting.training_as_printed().kind == "corrected"


@pytest.mark.parametrize(("fewer", "kind"), [(False, "not upheld"), (True, "inconclusive")])
def test_trucks_taken_for_cars_are_few_by_two_readings(recorded: dict[str, Arm], fewer: bool, kind: str) -> None:
    arm = recorded["cifar10/as written"]
    items = {name: of.copy() for name, of in arm.items.items()}
    for which in ("train", "test"):  # swap what trucks are taken for
        of_trucks = items[f"at_10/{which}_confusion"][:, printed.TRUCK]
        of_trucks[:, [printed.CAR, printed.SHIP]] = of_trucks[:, [printed.SHIP, printed.CAR]]
        more = 1.01 * of_trucks[:, printed.CAR] * (1 if fewer else 2)
        items[f"at_10/{which}_confusion"][:, printed.CAT, printed.DOG] = more if fewer else more / 4
    assert mistakes.mistakes().kind == "upheld"
    recorded["cifar10/as written"] = replace(arm, items=items)
    family.family.cache_clear()
    assert mistakes.mistakes().kind == kind


def test_a_class_that_is_never_predicted_is_counted_and_told(recorded: dict[str, Arm]) -> None:
    large = recorded["cifar10_larger/as written"]
    confusion = large.items["at_10/test_confusion"].copy()
    confusion[:2, :, 0] = 0
    recorded["cifar10_larger/as written"] = replace(large, items={**large.items, "at_10/test_confusion": confusion})
    assert f"as in 2 of {len(large.seeds)} runs" in " ".join(rates.worse_rates().evidence)


def test_mistakes_that_get_fewer_are_not_upheld(recorded: dict[str, Arm]) -> None:
    assert mistakes.mistakes().kind == "upheld"
    arm = recorded["cifar10/as written"]
    train, test = "at_10/train_confusion", "at_10/test_confusion"
    swapped = {**arm.items, test: arm.items[train], train: arm.items[test]}
    recorded["cifar10/as written"] = replace(arm, items=swapped)
    family.family.cache_clear()
    assert mistakes.mistakes().kind == "not upheld"


def test_the_printed_loss_scale_is_one_batch_mean_over_its_pictures() -> None:
    assert losses.mean_cross_entropy(losses.PER_IMAGE * 1.234) == pytest.approx(1.234)
    assert losses.behind_test_loss(
        losses.printed_test_loss(0.96, [np.zeros(1)] * printed.TEST_BATCHES)
    ) == pytest.approx(0.96)


def test_an_item_whose_true_class_is_cut_off_costs_at_least_ln_10_and_teaches_nothing() -> None:
    least, gradient = relu.stuck()
    assert least >= np.log(10) - 1e-12
    assert gradient == 0


def test_how_many_pictures_are_cut_off_is_told_of_the_median_run_and_of_the_worst(recorded: dict[str, Arm]) -> None:
    arm = recorded["cifar10/as written"]
    cut_off = np.array([0.001, 0.002, 0, 0, 0.003, 0.147, 0.004, 0.002])  # mean 0.0199
    recorded["cifar10/as written"] = replace(arm, scores={**arm.scores, "at_10/true_logit_zero": cut_off})
    said = relu.relu_on_logits().finding
    assert "0.2 % of the test pictures are in that state in the median run, and 14.7 % in the worst of 8." in said


def test_a_single_comparison_is_decided_by_its_p_value_and_its_sign() -> None:
    up = paired(np.array([1.0, 1.1, 0.9, 1.0]), np.zeros(4))
    assert over_seeds.decide([over_seeds.Compared(up, 0.01)], +1) == "upheld"
    assert over_seeds.decide([over_seeds.Compared(up, 0.01)], -1) == "not upheld"
    assert over_seeds.decide([over_seeds.Compared(up, 0.05)], +1) == "inconclusive"


def test_items_are_paired_by_seed_and_the_discordant_ones_counted(recorded: dict[str, Arm]) -> None:
    rng = np.random.default_rng(0)
    right = rng.random((8, 500)) < 0.5
    other = right.copy()
    other[:, :20] = False  # what the first gets right of these, the second does not
    a = replace(made(0.5, 1), items={"right": right})
    b = replace(made(0.5, 1), items={"right": other[::-1]}, seeds=tuple(range(8))[::-1])
    recorded["cifar10/as written"], recorded["cifar10/mended"] = a, b
    said = over_seeds.item_by_item("cifar10/as written", "right", "cifar10/mended", "right")
    assert f"the first alone is right on {np.median(right[:, :20].sum(axis=1)):.0f} and the second alone on 0" in said
    assert "tells 8 of 8 pairs" in said
