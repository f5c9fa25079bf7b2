"""The networks of the documents, as Keras models that end in logits, without a softmax.

Every builder draws its initial weights from Keras's global seed: `keras.utils.set_random_seed` before it fixes them.
"""

from secondlook.networks.backend import Model, keras
from secondlook.networks.pictures import MaxPool2, fully_connected, small_cnn
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
    "fully_connected",
    "genre_cnn",
    "genre_mlp",
    "genre_rnn",
    "keras",
    "receptive_field",
    "small_cnn",
]
