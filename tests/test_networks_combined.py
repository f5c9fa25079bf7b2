"""Networks made of networks: what they compute, from what their parts compute, and the order of their weights."""

import numpy as np
import pytest

from secondlook import networks
from secondlook.networks import Model, keras

SHAPE, CLASSES = (12, 4), 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(6, *SHAPE)).astype(np.float32)
ORIGINAL = RNG.normal(size=(6, CLASSES)).astype(np.float32)


def members() -> list[Model]:
    keras.utils.set_random_seed(1)
    return [networks.genre_mlp(CLASSES, SHAPE), networks.genre_cnn(CLASSES, (1, 1), "none", inputs=SHAPE)]


def out(model: Model, *inputs: np.ndarray) -> np.ndarray:
    return np.asarray(model(list(inputs) if len(inputs) > 1 else inputs[0]))


def values(model: Model) -> list[np.ndarray]:
    return [np.asarray(v.value) for v in model.trainable_variables]


def layer(model: Model, kind: type) -> Model:
    """The only part of that kind."""
    (found,) = [part for part in model.layers if type(part) is kind]
    return found


def test_a_linear_combiner_has_a_weight_for_every_pair_of_logits_and_a_bias_a_class() -> None:
    assert networks.linear(20, 10).count_params() == 210
    assert networks.linear(30, 10).count_params() == 310
    assert networks.one_hidden_layer(30, 10).count_params() == 30 * 200 + 200 + 200 * 10 + 10


def test_an_unconstrained_combination_is_the_head_of_the_members_logits() -> None:
    parts, head = members(), networks.linear(2 * CLASSES, CLASSES)
    whole = networks.unconstrained(parts, head)
    side = np.hstack([out(part, X) for part in parts])
    assert out(whole, X) == pytest.approx(out(head, side), abs=1e-5)
    for found, expected in zip(values(whole), [*values(parts[0]), *values(parts[1]), *values(head)], strict=True):
        assert np.array_equal(found, expected)


def test_members_side_by_side_put_out_the_logits_of_each() -> None:
    parts = members()
    whole = networks.side_by_side(parts)
    assert out(whole, X) == pytest.approx(np.stack([out(part, X) for part in parts], axis=1), abs=1e-5)
    for found, expected in zip(values(whole), [*values(parts[0]), *values(parts[1])], strict=True):
        assert np.array_equal(found, expected)


def test_the_correcting_model_adds_its_correction_to_the_original() -> None:
    whole = networks.correcting(CLASSES, SHAPE)
    correction = layer(whole, keras.Sequential)
    assert out(whole, X, ORIGINAL) == pytest.approx(ORIGINAL + out(correction, X), abs=1e-5)
    assert whole.count_params() == networks.genre_mlp(CLASSES, SHAPE).count_params()


def test_through_a_combiner_the_correction_s_weights_come_first() -> None:
    whole = networks.correcting_through_combiner(CLASSES, SHAPE)
    correction, head = layer(whole, keras.Sequential), layer(whole, keras.layers.Dense)
    side = np.hstack([ORIGINAL, out(correction, X)])
    assert out(whole, X, ORIGINAL) == pytest.approx(side @ values(head)[0] + values(head)[1], abs=1e-5)
    for found, expected in zip(values(whole), [*values(correction), *values(head)], strict=True):
        assert np.array_equal(found, expected)


def test_the_combiner_that_adds_is_two_identities_side_by_side() -> None:
    whole = networks.correcting_through_combiner(CLASSES, SHAPE)
    correction, head = layer(whole, keras.Sequential), layer(whole, keras.layers.Dense)
    head.kernel.assign(np.tile(np.eye(CLASSES), (2, 1)))
    assert out(whole, X, ORIGINAL) == pytest.approx(ORIGINAL + out(correction, X), abs=1e-5)
    head.kernel.assign(np.ones((2 * CLASSES, CLASSES)))
    same = out(whole, X, ORIGINAL)
    assert same == pytest.approx(np.repeat(same[:, :1], CLASSES, axis=1), abs=1e-5)


def test_the_sum_of_two_nets_has_the_original_s_weights_first() -> None:
    correction, original = members()
    whole = networks.sum_of(original, correction)
    assert out(whole, X) == pytest.approx(out(original, X) + out(correction, X), abs=1e-5)
    for found, expected in zip(values(whole), [*values(original), *values(correction)], strict=True):
        assert np.array_equal(found, expected)


@pytest.mark.parametrize(("scale", "weights"), [(True, CLASSES + 1), (False, CLASSES)])
def test_scale_and_shift_start_as_the_identity(scale: bool, weights: int) -> None:
    whole = networks.scale_and_shift(CLASSES, scale=scale)
    assert np.array_equal(out(whole, ORIGINAL), ORIGINAL)
    assert sum(v.size for v in values(whole)) == weights
    (part,) = whole.layers
    part.shift.assign([1.0, 2.0, 3.0])
    part.factor.assign(2.0)
    assert out(whole, ORIGINAL) == pytest.approx(2 * ORIGINAL + np.array([1, 2, 3]), abs=1e-6)
