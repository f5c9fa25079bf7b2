"""Document 001's networks made of networks: combiners, the correcting model, and several nets side by side.

A part that is already trained and stays as it is needs no place in the network: what it puts out is an input. The
networks of parts that go on learning are built of the parts. Notebooks 07 to 09.
"""

from collections.abc import Sequence

from secondlook.networks.backend import Model, keras, layers
from secondlook.networks.songs import HIDDEN, genre_mlp


def linear(inputs: int, classes: int) -> Model:
    """One linear layer, ``(items, inputs)`` to logits: a linear combiner, or an output layer by itself."""
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(classes)])


def one_hidden_layer(inputs: int, classes: int) -> Model:
    """The same with a hidden layer of 200 ReLU units before it."""
    return keras.Sequential([keras.Input((inputs,)), layers.Dense(HIDDEN), layers.ReLU(), layers.Dense(classes)])


def unconstrained(members: Sequence[Model], head: Model) -> Model:
    """Members and their combiner as one network of songs, all of whose weights learn: members' weights come first."""
    x = keras.Input(members[0].input_shape[1:])
    return Model(x, head(layers.Concatenate()([member(x) for member in members])))


def side_by_side(members: Sequence[Model]) -> Model:
    """Members as one network that puts out the logits of each, ``(songs, members, classes)``."""
    x = keras.Input(members[0].input_shape[1:])
    return Model(x, keras.ops.stack([member(x) for member in members], axis=1))


def correcting(classes: int, inputs: tuple[int, ...]) -> Model:
    """The correcting model with a fixed original: ``(x, o_1)`` to :math:`o_1 + o_2(x)` (equation 3).

    The correction :math:`o_2` is the document's fully connected net.
    """
    x, original = keras.Input(inputs), keras.Input((classes,))
    return Model([x, original], original + genre_mlp(classes, inputs)(x))


def correcting_through_combiner(classes: int, inputs: tuple[int, ...]) -> Model:
    """``(x, o_1)`` to a linear layer on o_1 and o_2(x) together: the two outputs in a linear combiner."""
    x, original = keras.Input(inputs), keras.Input((classes,))
    second = genre_mlp(classes, inputs)(x)
    return Model([x, original], layers.Dense(classes)(layers.Concatenate()([original, second])))


def sum_of(original: Model, correction: Model) -> Model:
    """The correcting model with nothing fixed: the original's weights come first."""
    x = keras.Input(original.input_shape[1:])
    return Model(x, original(x) + correction(x))


class ScaleAndShift(layers.Layer):
    """A shift of the logit of each class, and with `scale` one factor for all logits: one weight more than classes."""

    def __init__(self, *, scale: bool) -> None:
        super().__init__()
        self.scale = scale

    def build(self, shape: tuple[int | None, int]) -> None:  # noqa: D102
        self.shift = self.add_weight(shape=(shape[1],), initializer="zeros", name="shift")
        self.factor = self.add_weight(shape=(), initializer="ones", name="factor", trainable=self.scale)

    def call(self, logits: keras.KerasTensor) -> keras.KerasTensor:  # noqa: D102
        return self.factor * logits + self.shift


def scale_and_shift(classes: int, *, scale: bool = True) -> Model:
    """Logits to logits: a bias for each class, and a temperature if `scale`."""
    return keras.Sequential([keras.Input((classes,)), ScaleAndShift(scale=scale)])
