"""The checks of notebook 13: each verdict turns when what it looks at turns."""

import numpy as np
import pytest

from secondlook.checks.last_layer import curved, features, scripts
from secondlook.checks.last_layer.features import Pair
from secondlook.claims import Verdict


def sane(found: Verdict) -> None:
    for text in (found.finding, *found.evidence):
        assert text.endswith(".") and text.count("$") % 2 == 0
        assert "nan" not in text and "np." not in text


CHECKS = (curved.whole, curved.last, curved.convex, features.stored, features.linear, scripts.underflow,
          scripts.accumulator, scripts.bytes_of_a_chain)  # fmt: skip


@pytest.mark.parametrize("check", CHECKS)
def test_a_finding_is_a_sentence(check: object) -> None:
    assert callable(check)
    sane(check())


def test_layers_add_up_as_counted_by_hand() -> None:
    assert curved.sizes() == [3 * 25 * 50 + 50, 3 * 50 * 50 + 50, 28 * 50 * 200 + 200, 2010]
    assert curved.whole().kind == curved.last().kind == "upheld"


def test_the_last_layer_is_flat_along_one_direction_for_each_feature_and_curved_along_all_others() -> None:
    found = curved.eigenvalues()
    assert np.sum(abs(found) <= curved.ZERO) == 201 and np.sum(found > curved.ZERO) == 1809
    assert curved.convex().kind == "upheld"


def test_a_cost_that_curves_downwards_is_not_convex(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(curved, "eigenvalues", lambda: np.array([-0.1, 0.0, 1.0]))
    assert curved.convex().kind == "corrected"


def test_another_network_is_no_linear_model(monkeypatch: pytest.MonkeyPatch) -> None:
    assert features.stored().kind == features.linear().kind == "upheld"
    other = tuple(Pair(pair.network, pair.linear * 1.001) for pair in features.pairs())
    monkeypatch.setattr(features, "pairs", lambda: other)
    assert features.stored().kind == features.linear().kind == "corrected"


def test_a_log_of_softmax_in_single_precision_is_right_until_it_is_not() -> None:
    margins = np.array([0.0, 1.0, 20.0, 80.0])
    assert scripts.printed_log_likelihood(margins) == pytest.approx(scripts.log_likelihood(margins), rel=1e-5)
    assert scripts.printed_log_likelihood(np.array([110.0]))[0] == -np.inf
    assert scripts.log_likelihood(np.array([110.0, 1e4])) == pytest.approx([-110.0, -1e4])
    assert scripts.underflow().kind == "corrected"


def test_the_accumulator_forgets_all_but_the_last(monkeypatch: pytest.MonkeyPatch) -> None:
    outputs = np.random.default_rng(1).random((4, 3, 10))
    assert np.array_equal(scripts.printed_average(outputs), outputs[-1])
    assert scripts.accumulator().kind == "corrected"
    monkeypatch.setattr(scripts, "printed_average", lambda outputs: outputs.sum(axis=0))
    assert scripts.accumulator().kind == "upheld"


def test_a_chain_of_ten_thousand_steps_is_650_gigabytes() -> None:
    assert "64.7 MB" in scripts.bytes_of_a_chain().finding and "647 GB" in scripts.bytes_of_a_chain().finding
