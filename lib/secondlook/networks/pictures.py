"""Document 003's networks of pictures, started as PyTorch starts them."""

from collections.abc import Sequence
from itertools import pairwise

from secondlook.networks.backend import Model, keras, layers


def uniform_fan_in(fan_in: int) -> keras.initializers.Initializer:
    """Uniform on ±1/√fan_in: how PyTorch starts weights and biases, and so how document 003 did."""
    limit = fan_in**-0.5
    return keras.initializers.RandomUniform(-limit, limit)


def dense(fan_in: int, units: int) -> layers.Dense:
    """A linear layer of `units` outputs, started as PyTorch starts it."""
    return layers.Dense(units, kernel_initializer=uniform_fan_in(fan_in), bias_initializer=uniform_fan_in(fan_in))


def fully_connected(inputs: int, hidden: Sequence[int], classes: int, *, relu_logits: bool = False) -> Model:
    """Linear layers with ReLU between them: ``(items, inputs)`` to logits ``(items, classes)``.

    `relu_logits` puts a ReLU on the logits too, as document 003 does by mistake. Notebook 03.
    """
    widths = [inputs, *hidden, classes]
    stack: list[layers.Layer] = [keras.Input((inputs,))]
    for fan_in, units in pairwise(widths):
        stack += [dense(fan_in, units), layers.ReLU()]
    return keras.Sequential(stack if relu_logits else stack[:-1])


class MaxPool2(layers.Layer):
    """Maximum over non-overlapping 2 × 2 windows of ``(items, rows, columns, channels)``, rows and columns even.

    Written with slices: on a CPU its gradient is several times faster than that of a windowed reduction.
    """

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:  # noqa: D102
        rows = keras.ops.maximum(x[:, ::2], x[:, 1::2])
        return keras.ops.maximum(rows[:, :, ::2], rows[:, :, 1::2])


def small_cnn(hidden: int, classes: int) -> Model:
    """Two 3 × 3 convolutions of 32 and 64 kernels, each with ReLU and 2 × 2 max pooling, then one hidden linear layer.

    Maps ``(items, 32, 32, 3)`` to logits ``(items, classes)``. Notebook 03.
    """

    def convolution(channels: int, kernels: int) -> layers.Conv2D:
        # An initialiser has one seed: shared, it would give the biases the kernel's first numbers.
        kernel, bias = uniform_fan_in(9 * channels), uniform_fan_in(9 * channels)
        return layers.Conv2D(kernels, 3, padding="same", kernel_initializer=kernel, bias_initializer=bias)

    return keras.Sequential(
        [
            keras.Input((32, 32, 3)),
            convolution(3, 32), layers.ReLU(), MaxPool2(),
            convolution(32, 64), layers.ReLU(), MaxPool2(),
            layers.Flatten(),
            dense(4096, hidden), layers.ReLU(),
            dense(hidden, classes),
        ]
    )  # fmt: skip
