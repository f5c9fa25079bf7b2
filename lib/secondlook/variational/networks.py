"""Networks whose weights are distributions: the nets of the other documents, in `Variational` layers."""

from collections.abc import Sequence

from secondlook.networks import FEATURES, SEGMENTS, Model, PoolTime, keras
from secondlook.networks.backend import layers
from secondlook.networks.songs import HIDDEN, KERNELS
from secondlook.variational.layers import Conv1D, Dense, Estimator
from secondlook.variational.priors import Prior


def fully_connected(
    inputs: int,
    hidden: Sequence[int],
    classes: int,
    prior: Prior,
    estimator: Estimator = "local",
    activation: str = "relu",
) -> Model:
    """Dense layers under one prior: ``(items, inputs)`` to logits ``(items, classes)``. Notebooks 10 and 11."""
    stack: list[layers.Layer] = [keras.Input((inputs,))]
    for units in hidden:
        stack += [Dense(units, prior, estimator), layers.Activation(activation)]
    return keras.Sequential([*stack, Dense(classes, prior, estimator)])


def genre_cnn(
    classes: int, prior: Prior, estimator: Estimator = "flipout", inputs: tuple[int, int] = (SEGMENTS, FEATURES)
) -> Model:
    """Document 001's best single net: two convolutions of height 3 with pooling, then 200 hidden units. Notebook 12."""
    stack: list[layers.Layer] = [keras.Input(inputs)]
    for _ in range(2):
        stack += [Conv1D(KERNELS, 3, prior, estimator=estimator), layers.ReLU(), PoolTime("max", 2)]
    return keras.Sequential(
        [*stack, layers.Flatten(), Dense(HIDDEN, prior, estimator), layers.ReLU(), Dense(classes, prior, estimator)]
    )
