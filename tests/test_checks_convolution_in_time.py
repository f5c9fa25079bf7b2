"""The checks of notebook 06: each verdict turns when what is recorded turns."""

from collections.abc import Callable, Iterator

import numpy as np
import pytest

from secondlook import networks
from secondlook.checks import over_seeds, songs
from secondlook.checks.convolution_in_time import family, heights, orders, pooling, recurrent
from secondlook.checks.songs import BASELINE, PLAIN, POOLED
from secondlook.claims import Verdict
from secondlook.results import Arm
from secondlook.studies.songs.sources import Order

USUAL = {
    BASELINE: 0.40,
    PLAIN: 0.44,
    "kernels of 5": 0.44,
    "kernels of 10": 0.43,
    "three layers of 3": 0.45,
    "three layers of 5": 0.45,
    POOLED: 0.47,
    "max pooling by 3": 0.46,
    "average pooling by 2": 0.42,
    "average pooling by 2 before ReLU": 0.41,
    "GRU": 0.35,
    "LSTM": 0.35,
    "wide GRU": 0.36,
    "wide LSTM": 0.36,
}


class Made(dict[str, float]):
    """Made-up records: an accuracy for each variant, the same on every source unless ``source variant`` is set."""

    spread = 0.002
    slow = 9.0
    quick = ""

    def __call__(self, name: str) -> Arm:
        of = name.partition("/")[2]
        source = max((source for source in songs.SAID if of.startswith(f"{source} ")), key=len)
        variant = of.removeprefix(f"{source} ")
        noise = np.random.default_rng(sum(map(ord, name))).normal(0, self.spread, 20)
        values = self.get(of, self[variant]) + noise - noise.mean()
        slow = variant.endswith(("GRU", "LSTM")) and variant != self.quick
        seconds = np.full(20, self.slow if slow else 3.0 if variant == self.quick else 6.0)
        scores = dict.fromkeys((songs.ACCURACY, songs.VALIDATION), values) | {songs.NLL: 2 - values}
        return Arm({}, tuple(range(20)), scores, {}, {}, seconds)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[Made]:
    """Records in which everything the document says of accuracy holds."""
    records = Made(USUAL)
    for module in (over_seeds, heights, orders, recurrent):
        monkeypatch.setattr(module, "arm", records)
    family.family.cache_clear()
    yield records
    family.family.cache_clear()


def again() -> None:
    family.family.cache_clear()


def test_taller_kernels_are_upheld_when_three_is_ahead_and_five_no_different(made: Made) -> None:
    assert heights.taller_kernels().kind == "upheld"


@pytest.mark.parametrize(
    ("variant", "accuracy", "kind"),
    [(PLAIN, 0.36, "not upheld"), (PLAIN, 0.40, "inconclusive"), ("gtzan kernels of 5", 0.46, "not upheld")],
)
def test_taller_kernels_turn(made: Made, variant: str, accuracy: float, kind: str) -> None:
    made[variant] = accuracy
    if variant == PLAIN:
        made["kernels of 5"] = accuracy
    made.spread = 0.002 if accuracy != 0.40 else 0.02
    again()
    assert heights.taller_kernels().kind == kind


def test_the_trend_over_heights_is_seen_and_its_absence_too(made: Made) -> None:
    made.update({BASELINE: 0.40, PLAIN: 0.42, "kernels of 5": 0.44})
    assert heights.trend("gtzan") < 1e-6
    made.update({BASELINE: 0.44, PLAIN: 0.42, "kernels of 5": 0.40})
    assert heights.trend("gtzan") > 0.99


def test_parameters_are_corrected_whatever_the_records_say() -> None:
    found = heights.fewer_with_height_three()
    assert found.kind == "corrected"
    assert "1,173,560 against 1,141,060" in (found.right or "")


def test_a_third_layer_is_corrected_for_its_parameters(made: Made) -> None:
    found = heights.third_layer()
    assert found.kind == "corrected"
    assert "1,161,110 parameters against 1,173,560" in found.finding
    assert sum("+1.00 points" in line for line in found.evidence) == 6


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({}, "upheld"),
        ({POOLED: 0.40}, "not upheld"),
        ({"average pooling by 2 before ReLU": 0.46}, "not upheld"),
        ({"average pooling by 2": 0.46}, "upheld"),
        ({"max pooling by 3": 0.44}, "inconclusive"),
        ({"gtzan max pooling by 2": 0.40}, "inconclusive"),
    ],
)
def test_pooling_turns_with_each_of_its_parts(made: Made, changes: dict[str, float], kind: str) -> None:
    made.update(changes)
    again()
    assert pooling.pooling().kind == kind


@pytest.mark.parametrize(
    ("check", "one"),
    [(recurrent.recurrent_nets_are_slow, "GRU"), (recurrent.recurrent_nets_at_equal_parameters, "wide LSTM")],
)
def test_recurrent_nets_must_be_both_worse_and_slower(made: Made, check: Callable[[], Verdict], one: str) -> None:
    assert check().kind == "upheld"
    made.quick = one
    assert check().kind == "not upheld"
    made.quick = ""
    made.update(dict.fromkeys(("GRU", "LSTM", "wide GRU", "wide LSTM"), 0.50))
    again()
    assert check().kind == "not upheld"


def test_the_family_is_adjusted_together(made: Made) -> None:
    found = family.family()
    assert len(found) == 3 * len(family.PAIRS) + 2
    least = min(compared.found.p for compared in found.values())
    assert min(compared.p for compared in found.values()) == pytest.approx(len(found) * least)


def test_folds_are_compared_with_their_overlap(made: Made) -> None:
    plain, folds = (family.difference(source, PLAIN, BASELINE) for source in ("gtzan", "gtzan folds"))
    assert (folds.high - folds.low) / (plain.high - plain.low) > 1.5  # √(1/20 + 1/3) / √(1/20) = 2.8, and some noise


def test_a_convolutional_unit_is_moved_by_its_receptive_field_alone() -> None:
    found = recurrent.pull(recurrent.middle_unit(), networks.SEGMENTS) > 0
    assert found.sum() == networks.receptive_field((3, 3), "max 2")
    assert np.ptp(np.flatnonzero(found)) == found.sum() - 1


def test_the_gradient_is_that_of_differences() -> None:
    """Where a unit is a plain sum of features over segments, every segment has gradient √features."""
    inputs = networks.keras.Input((7, 25))
    model = networks.keras.Model(inputs, networks.keras.ops.sum(inputs, axis=(1, 2), keepdims=False)[:, None])
    assert recurrent.pull(model, 7) == pytest.approx(np.full(7, 5.0))


def test_context_is_upheld_and_says_how_far_a_state_reaches() -> None:
    found = recurrent.context()
    assert found.kind == "upheld"
    assert "sees 10 segments" in found.finding
    faint = recurrent.pull(recurrent.last_state("gru", 50), networks.SEGMENTS)
    assert np.all(faint > 0) and np.all(np.diff(np.log(faint)[::10]) > 0)  # every segment is felt, later ones more


def test_a_gain_that_order_makes_goes_with_the_order(made: Made) -> None:
    shuffled: Order = "an order for each song"
    made |= {POOLED: 0.45, BASELINE: 0.40, f"{POOLED}, {shuffled}": 0.38, shuffled: 0.37}
    assert orders.gain("gtzan", "as played").difference == pytest.approx(0.05)
    assert orders.gain("gtzan", shuffled).difference == pytest.approx(0.01)
    assert orders.cost("gtzan", BASELINE, shuffled).difference == pytest.approx(-0.03)
    changed = orders.change_of_gain("gtzan", shuffled)
    assert changed.difference == pytest.approx(-0.04) and changed.high < 0


def test_a_pair_that_is_not_compared_is_no_comparison_of_nothing(made: Made) -> None:
    with pytest.raises(KeyError, match="no question of this family"):
        family.across("kernels of 4", BASELINE)
