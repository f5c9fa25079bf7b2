"""The document's plotted curves: that they are what the document says of them."""

import numpy as np
import pytest

from secondlook import document_001

SAID = {  # what the text and the legends give as the greatest accuracy of an arm
    (2, "no reg output layer"): 0.58,
    (8, "max pooling size=2"): 0.63,
    (9, "linear combiner"): 0.64,
}


@pytest.mark.parametrize(("place", "said"), SAID.items())
def test_the_greatest_accuracies_are_those_of_the_text(place: tuple[int, str], said: float) -> None:
    assert document_001.curve(*place).max() == pytest.approx(said, abs=0.005)


def test_accuracies_are_counts_of_ten_thousand_songs() -> None:
    for (_, _, quantity), values in document_001.curves().items():
        assert values.shape == (100,) and np.all(np.isfinite(values))
        if quantity == "accuracy":
            assert np.array_equal(np.round(values, 4), values) and values.max() < 0.65


def test_one_run_is_drawn_in_several_figures() -> None:
    baseline = document_001.curve(2, "no reg output layer")
    for figure, arm in ((3, "L2=0.01"), (6, "baseline kernel height=1"), (8, "baseline")):
        assert np.array_equal(document_001.curve(figure, arm), baseline)


def test_a_figure_has_its_arms_in_order_and_a_wrong_one_is_named() -> None:
    assert document_001.arms(8) == (
        "avg pooling size=2", "baseline", "max pooling size=2", "max pooling size=3", "no pooling"
    )  # fmt: skip
    with pytest.raises(KeyError, match=r"figure 8, 'sum pooling', accuracy: no such curve; arms: avg pooling"):
        document_001.curve(8, "sum pooling")
