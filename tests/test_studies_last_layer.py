"""The studies of the last layer: on features that are what they are called."""

import numpy as np
import pytest

from secondlook.studies.last_layer import features
from secondlook.studies.last_layer.features import SOURCES, Trained


@pytest.fixture(scope="module")
def net() -> Trained:
    return SOURCES["toy"](0)


def test_a_linear_model_of_the_features_is_the_network(net: Trained) -> None:
    found = features.load("toy", 0)
    assert found.classes == 4 and set(found.splits) == {"train", "valid", "test"}
    for name, split in found.splits.items():
        assert split.x.shape == (len(net.items[name].y), 201) and np.all(split.x[:, -1] == 1)
        assert split.x @ found.weights == pytest.approx(net.model.logits(net.state, net.items[name].x), abs=1e-4)
        assert np.array_equal(split.y, net.items[name].y)


def test_features_of_another_half_are_of_songs_that_the_net_has_not_seen() -> None:
    same, other = (features.of_half("toy segments", 0, other) for other in (False, True))
    assert all(np.array_equal(a, b) for a, b in zip(same.state.weights, other.state.weights, strict=True))
    whole = features.of_songs("toy segments", 0).items["train"].x
    together = np.concatenate([same.items["train"].x, other.items["train"].x])
    assert sorted(map(tuple, together[:, 0])) == sorted(map(tuple, whole[:, 0]))
    assert not {tuple(song) for song in same.items["train"].x[:, 0]} & {
        tuple(song) for song in other.items["train"].x[:, 0]
    }
