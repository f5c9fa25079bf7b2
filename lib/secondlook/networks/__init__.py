"""The networks of the documents, as Keras models that end in logits, without a softmax.

Every builder draws its initial weights from Keras's global seed: `keras.utils.set_random_seed` before it fixes them.
"""

from secondlook.networks.backend import Model, keras
from secondlook.networks.combined import (
    correcting,
    correcting_through_combiner,
    linear,
    one_hidden_layer,
    scale_and_shift,
    side_by_side,
    sum_of,
    unconstrained,
)
from secondlook.networks.pictures import MaxPool2, fully_connected, small_cnn
from secondlook.networks.shapes import outline
from secondlook.networks.songs import (
    FEATURES,
    SEGMENTS,
    Pool,
    PoolTime,
    genre_cnn,
    genre_mlp,
    genre_rnn,
    receptive_field,
)

__all__ = [
    "FEATURES",
    "SEGMENTS",
    "MaxPool2",
    "Model",
    "Pool",
    "PoolTime",
    "correcting",
    "correcting_through_combiner",
    "fully_connected",
    "genre_cnn",
    "genre_mlp",
    "genre_rnn",
    "keras",
    "linear",
    "one_hidden_layer",
    "outline",
    "receptive_field",
    "scale_and_shift",
    "side_by_side",
    "small_cnn",
    "sum_of",
    "unconstrained",
]
