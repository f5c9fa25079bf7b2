"""Five small sets: what they are, and that they differ."""

import numpy as np
import pytest

from secondlook.data import small

SIZES = {
    "iris": (150, 4, 3),
    "wine": (178, 13, 3),
    "breast cancer": (569, 30, 2),
    "diabetes": (442, 10, 2),
    "digits": (1_797, 64, 10),
}


@pytest.mark.parametrize("name", small.NAMES)
def test_a_set_has_its_items_features_and_classes(name: str) -> None:
    x, y = small.load(name)
    items, features, classes = SIZES[name]
    assert x.shape == (items, features)
    assert np.array_equal(np.unique(y), np.arange(classes))


def test_half_of_the_patients_are_above_the_median() -> None:
    assert small.load("diabetes").y.mean() == pytest.approx(0.5, abs=0.01)


def test_each_set_has_a_fingerprint_of_its_own() -> None:
    assert len({small.fingerprint(name) for name in small.NAMES}) == 5
