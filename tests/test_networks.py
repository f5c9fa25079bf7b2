"""The documents' networks: their sizes, starting weights, and the shapes that flow through them."""

from collections.abc import Callable
from typing import Literal

import jax
import keras
import numpy as np
import pytest

from secondlook import networks


def weights(model: networks.Model) -> list[np.ndarray]:
    """The model's weights; its own get_weights() calls NumPy in a way that NumPy deprecates."""
    return [np.asarray(v.value) for v in model.weights]


def kernels_and_biases(values: list[np.ndarray]) -> list[tuple[np.ndarray, np.ndarray]]:
    """The kernel and the bias of every layer."""
    return list(zip(values[::2], values[1::2], strict=True))


@pytest.mark.parametrize(("hidden", "parameters"), [((1000, 1000), 4_084_010), ((2000,) * 5, 22_174_010)])
def test_fully_connected_nets_have_the_documents_parameters(hidden: tuple[int, ...], parameters: int) -> None:
    assert networks.fully_connected(3072, hidden, 10).count_params() == parameters


def test_small_cnn_matches_the_three_layer_net_in_parameters() -> None:
    ours, theirs = networks.small_cnn(990, 10).count_params(), 4_084_010
    assert abs(ours / theirs - 1) < 0.0005


def test_logits_have_a_row_an_item_and_a_column_a_class() -> None:
    assert networks.fully_connected(12, (5,), 3)(np.zeros((4, 12), np.float32)).shape == (4, 3)
    assert networks.small_cnn(7, 3)(np.zeros((2, 32, 32, 3), np.float32)).shape == (2, 3)


def test_relu_on_the_logits_is_the_positive_part_of_the_same_net() -> None:
    x = np.random.default_rng(0).normal(size=(64, 12)).astype(np.float32)
    keras.utils.set_random_seed(1)
    plain = np.asarray(networks.fully_connected(12, (5,), 3)(x))
    keras.utils.set_random_seed(1)
    cut = np.asarray(networks.fully_connected(12, (5,), 3, relu_logits=True)(x))
    assert plain.min() < 0
    assert np.array_equal(cut, np.maximum(plain, 0))


def test_weights_and_biases_start_uniform_on_one_over_root_fan_in() -> None:
    keras.utils.set_random_seed(2)
    kernel, bias, *_ = weights(networks.fully_connected(400, (500,), 3))
    for values in (kernel, bias):
        assert np.abs(values).max() <= 0.05
        sd, n = 0.05 / np.sqrt(3), values.size
        assert values.std() == pytest.approx(sd, rel=4 * np.sqrt(0.8 / (4 * n)))  # a uniform's kurtosis is 1.8
        assert abs(values.mean()) < 4 * sd / np.sqrt(n)


def test_convolutions_start_uniform_on_one_over_root_of_their_window() -> None:
    keras.utils.set_random_seed(3)
    kernel = weights(networks.small_cnn(4, 3))[2]
    assert kernel.shape == (3, 3, 32, 64)
    assert 0.99 * 288**-0.5 < np.abs(kernel).max() <= 288**-0.5


def test_convolutions_start_biases_apart_from_their_kernels() -> None:
    keras.utils.set_random_seed(6)
    for kernel, bias in kernels_and_biases(weights(networks.small_cnn(4, 3))):
        assert not np.isin(bias, kernel).any()


def test_max_pool_takes_the_largest_of_each_two_by_two_window() -> None:
    x = np.random.default_rng(4).normal(size=(2, 6, 4, 3)).astype(np.float32)
    expected = x.reshape(2, 3, 2, 2, 2, 3).max(axis=(2, 4))
    assert np.array_equal(np.asarray(networks.MaxPool2()(x)), expected)


def test_genre_cnn_has_the_parameters_of_its_layers() -> None:
    sizes = [kernel.size + bias.size for kernel, bias in kernels_and_biases(weights(networks.genre_cnn(10)))]
    assert sizes == [3_800, 7_550, 280_200, 2_010]
    assert networks.genre_cnn(10).count_params() == 293_560
    assert networks.genre_cnn(25).count_params() == 293_560 + 15 * 201


@pytest.mark.parametrize("segments", [6, 7, 8])
@pytest.mark.parametrize("size", [2, 3])
def test_pooling_in_time_reduces_whole_windows_and_drops_what_is_left(segments: int, size: int) -> None:
    x = np.random.default_rng(5).normal(size=(2, segments, 3)).astype(np.float32)
    windows = x[:, : segments // size * size].reshape(2, segments // size, size, 3)
    assert np.array_equal(np.asarray(networks.PoolTime("max", size)(x)), windows.max(axis=2))
    assert np.asarray(networks.PoolTime("average", size)(x)) == pytest.approx(windows.mean(axis=2), abs=1e-6)


@pytest.mark.parametrize(
    ("heights", "pool", "parameters"),
    [
        ((1, 1), "none", 1_206_060),
        ((3, 3), "none", 1_173_560),
        ((5, 5), "none", 1_141_060),
        ((10, 10), "none", 1_059_810),
        ((3, 3, 3), "none", 1_161_110),
    ],
)
def test_genre_cnn_without_padding_has_fewer_parameters_the_taller_its_kernels(
    heights: tuple[int, ...], pool: networks.Pool, parameters: int
) -> None:
    assert networks.genre_cnn(10, heights, pool).count_params() == parameters


def test_pooling_before_relu_differs_for_averages_and_not_for_maxima() -> None:
    x = np.random.default_rng(8).normal(size=(4, 24, 5)).astype(np.float32)

    def logits(pool: networks.Pool, pool_first: bool) -> np.ndarray:
        keras.utils.set_random_seed(9)
        return np.asarray(networks.genre_cnn(3, (3, 3), pool, pool_first, inputs=(24, 5))(x))

    assert np.allclose(logits("max 2", True), logits("max 2", False), atol=1e-6)
    assert not np.allclose(logits("average 2", True), logits("average 2", False), atol=1e-2)


def test_the_activation_stands_after_every_layer_but_the_last() -> None:
    keras.utils.set_random_seed(10)
    net = networks.genre_cnn(3, (1,), "none", activation="tanh", inputs=(4, 2))
    (k1, b1), (w2, b2), (w3, b3) = kernels_and_biases(weights(net))
    x = np.random.default_rng(11).normal(size=(5, 4, 2)).astype(np.float32)
    hidden = np.tanh(np.tanh(x @ k1[0] + b1).reshape(5, -1) @ w2 + b2)
    assert np.asarray(net(x)) == pytest.approx(hidden @ w3 + b3, abs=1e-5)


def test_the_fully_connected_net_of_songs_sees_all_segments_at_once() -> None:
    net = networks.genre_mlp(10)
    assert net.count_params() == 642_410
    assert [kernel.shape for kernel, _ in kernels_and_biases(weights(net))] == [(3000, 200), (200, 200), (200, 10)]


@pytest.mark.parametrize(("cell", "units", "parameters"), [("gru", 268, 292_990), ("lstm", 234, 292_370)])
def test_the_wide_recurrent_nets_match_convolution_in_time_in_parameters(
    cell: Literal["gru", "lstm"], units: int, parameters: int
) -> None:
    assert networks.genre_rnn(10, cell, units).count_params() == parameters
    assert abs(parameters / networks.genre_cnn(10).count_params() - 1) < 0.005


def test_a_recurrent_net_reads_the_whole_song_in_order() -> None:
    keras.utils.set_random_seed(12)
    net = networks.genre_rnn(3, "gru", 4, inputs=(6, 2))
    x = np.random.default_rng(13).normal(size=(1, 6, 2)).astype(np.float32)
    first, back = x.copy(), x[:, ::-1]
    first[0, 0] += 1
    assert not np.allclose(net(x), net(first), atol=1e-6)
    assert not np.allclose(net(x), net(back), atol=1e-6)


@pytest.mark.parametrize(
    ("heights", "pool"), [((1, 1), "none"), ((3, 3), "none"), ((3, 3), "max 2"), ((3, 3), "max 3"), ((5, 5, 5), "none")]
)
def test_the_receptive_field_is_where_a_unit_s_gradient_is_not_zero(
    heights: tuple[int, ...], pool: networks.Pool
) -> None:
    """Average pooling and linear units stand in: with positive kernels every segment a unit sees moves it."""
    stack = [keras.Input((60, 1))]
    for height in heights:
        stack.append(keras.layers.Conv1D(1, height, kernel_initializer="ones"))
        if pool != "none":
            stack.append(networks.PoolTime("average", int(pool[-1])))
    net = keras.Sequential(stack)
    seen = sum(not np.allclose(np.asarray(net(np.eye(60)[None, [t]].transpose(0, 2, 1)))[0, 0], 0) for t in range(60))
    assert seen == networks.receptive_field(heights, pool)


def test_genre_cnn_is_two_convolutions_in_time_and_two_linear_layers_by_hand() -> None:
    keras.utils.set_random_seed(6)
    net = networks.genre_cnn(10)
    for v in net.weights[1::2]:  # biases that are not zero, so that losing one is seen
        v.assign(np.linspace(-0.2, 0.2, v.shape[0]))
    (k1, b1), (k2, b2), (w3, b3), (w4, b4) = kernels_and_biases(weights(net))
    x = np.random.default_rng(7).normal(size=(3, 120, 25)).astype(np.float32)
    z = x
    for kernel, bias in ((k1, b1), (k2, b2)):
        windows = np.lib.stride_tricks.sliding_window_view(z, 3, axis=1)  # (songs, positions, channels, 3)
        z = np.maximum(np.einsum("npck,kcj->npj", windows, kernel) + bias, 0)
        z = z[:, : len(z[0]) // 2 * 2].reshape(3, -1, 2, 50).max(axis=2)
    assert z.shape == (3, 28, 50)
    expected = np.maximum(z.reshape(3, 1400) @ w3 + b3, 0) @ w4 + b4
    assert np.asarray(net(x)) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(
    "build", [lambda: networks.genre_cnn(3, inputs=(20, 4)), lambda: networks.genre_rnn(3, "gru", 5)]
)
def test_an_outline_has_the_layers_of_the_network_and_none_of_its_weights(build: Callable[[], networks.Model]) -> None:
    model, outline = build(), networks.outline(build)
    assert [layer.count_params() for layer in outline.layers] == [layer.count_params() for layer in model.layers]
    assert [v.shape for v in outline.weights] == [v.shape for v in model.weights]
    x = np.random.default_rng(0).standard_normal((2, *model.input_shape[1:]), np.float32)
    given, others = ([v.value for v in group] for group in (model.trainable_variables, model.non_trainable_variables))
    assert np.allclose(outline.stateless_call(given, others, x)[0], model(x), atol=1e-6)
    with pytest.raises(jax.errors.UnexpectedTracerError):
        outline(x)
