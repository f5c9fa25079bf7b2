"""Three ways to draw the noise of a layer's outputs; the mean of their gradients is the same, the variance is not.

Each maps inputs ``(items, …, features)`` to outputs ``(items, …, units)`` of a `Variational` layer. Notebook 10.
"""

from typing import Any

from secondlook.networks.backend import keras

ops = keras.ops


def weights(layer: Any, x: Any) -> Any:
    """One draw of all weights for the whole batch (Kingma and Welling 2014, section 2.4)."""
    return layer.linear(x, layer.draw("kernel")) + layer.draw("bias")


def local(layer: Any, x: Any) -> Any:
    """One draw of every output, from the normal law that independent weights give it (Kingma et al. 2015, section 2.3).

    Exact where each output has weights of its own item by item, as in a dense layer. The outputs of a convolution share
    weights along a song, and here they are drawn as if they did not: each has the right law, together they have not.
    """
    mean = layer.linear(x, layer.mean("kernel")) + layer.mean("bias")
    variance = layer.linear(x**2, layer.sd("kernel") ** 2) + layer.sd("bias") ** 2
    return mean + ops.sqrt(variance) * layer.normal(ops.shape(mean))


def flipout(layer: Any, x: Any) -> Any:
    """One draw of all weights, whose deviations change signs from item to item (Wen et al. 2018, equation 4).

    An item's deviation is Δ ∘ (s rᵀ), with random signs s for the features and r for the units: it has the law of Δ.
    """
    mean = layer.linear(x, layer.mean("kernel")) + layer.mean("bias")
    deviation = layer.draw("kernel") - layer.mean("kernel")
    one_an_item = (ops.shape(x)[0], *(1 for _ in x.shape[1:-1]))
    s = signs(layer, (*one_an_item, x.shape[-1]))
    r = signs(layer, (*one_an_item, layer.units))
    bias = layer.sd("bias") * layer.normal((*one_an_item, layer.units))
    return mean + layer.linear(x * s, deviation) * r + bias


def signs(layer: Any, shape: tuple[int, ...]) -> Any:
    """Random signs, ±1 with equal chance."""
    return 2.0 * ops.cast(keras.random.uniform(shape, seed=layer.noise) < 0.5, "float32") - 1.0
