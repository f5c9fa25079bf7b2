"""Document 001's networks of songs: convolution in time, and what it is compared with.

All map ``(songs, segments, features)`` to logits ``(songs, classes)``. Weights start as Keras does by default: kernels
as Glorot and Bengio (2010), uniform; biases 0. The document does not say how its own start; its author's public code
draws them from a truncated normal of scale 2/√(inputs + outputs), whatever a kernel's height. Notebooks 04 to 06.
"""

from collections.abc import Sequence
from typing import Any, Literal

from secondlook.networks.backend import Model, keras, layers

SEGMENTS, FEATURES = 120, 25
"""A song of document 001: 120 segments, each of 12 chroma and 12 timbre values and a loudness."""
KERNELS, HIDDEN = 50, 200
"""Kernels of every convolution, and units of the linear layer before the output."""

Pool = Literal["none", "max 2", "max 3", "average 2"]


@keras.saving.register_keras_serializable("secondlook")
class PoolTime(layers.Layer):
    """Maximum or average over `size` neighbouring segments of ``(songs, segments, kernels)``, without overlap.

    Segments left over at the end are dropped. Written with slices: on a CPU the gradient of a windowed reduction is
    several times slower.
    """

    def __init__(self, how: Literal["max", "average"], size: int, **options: Any) -> None:
        super().__init__(**options)
        self.how, self.size = how, size

    def call(self, x: keras.KerasTensor) -> keras.KerasTensor:  # noqa: D102
        whole = x.shape[1] // self.size * self.size
        pooled, *others = (x[:, first : whole : self.size] for first in range(self.size))
        for other in others:
            pooled = keras.ops.maximum(pooled, other) if self.how == "max" else pooled + other
        return pooled if self.how == "max" else pooled / self.size

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return super().get_config() | {"how": self.how, "size": self.size}


def genre_cnn(
    classes: int,
    heights: Sequence[int] = (3, 3),
    pool: Pool = "max 2",
    pool_first: bool = False,
    activation: str = "relu",
    inputs: tuple[int, int] = (SEGMENTS, FEATURES),
) -> Model:
    """Convolution in time: one layer of 50 kernels for each of `heights`, then 200 hidden units.

    A kernel of height h sees all features of h consecutive segments, without padding. After each convolution come the
    activation and the pooling, or the pooling first. Document 001's baseline has heights (1, 1) and no pooling; its
    best single model is the default here.
    """
    stack: list[layers.Layer] = [keras.Input(inputs)]
    for height in heights:
        after: list[layers.Layer] = [layers.Activation(activation)]
        if pool != "none":
            how, size = pool.split()
            after.insert(0 if pool_first else 1, PoolTime(how, int(size)))  # type: ignore[arg-type]
        stack += [layers.Conv1D(KERNELS, height), *after]
    stack += [layers.Flatten(), layers.Dense(HIDDEN), layers.Activation(activation), layers.Dense(classes)]
    return keras.Sequential(stack)


def genre_mlp(classes: int, inputs: tuple[int, ...] = (SEGMENTS, FEATURES)) -> Model:
    """Document 001's fully connected net (section 5.1): all segments at once, two hidden layers of 200 ReLU units."""
    hidden = [layer for _ in range(2) for layer in (layers.Dense(HIDDEN), layers.ReLU())]
    return keras.Sequential([keras.Input(inputs), layers.Flatten(), *hidden, layers.Dense(classes)])


def genre_rnn(
    classes: int, cell: Literal["gru", "lstm"], units: int, inputs: tuple[int, int] = (SEGMENTS, FEATURES)
) -> Model:
    """A recurrent layer read at the last segment, then 200 hidden ReLU units: document 001's further work."""
    recurrent = {"gru": layers.GRU, "lstm": layers.LSTM}[cell](units)
    return keras.Sequential(
        [keras.Input(inputs), recurrent, layers.Dense(HIDDEN), layers.ReLU(), layers.Dense(classes)]
    )


def receptive_field(heights: Sequence[int], pool: Pool) -> int:
    """Consecutive segments that one unit sees after the last convolution and pooling."""
    size = 1 if pool == "none" else int(pool.split()[1])
    seen, step = 1, 1
    for height in heights:
        seen += step * (height - 1 + size - 1)
        step *= size
    return seen
