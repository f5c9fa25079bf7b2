"""Keras's own training loop, `Model.fit`, on the project's models."""

from collections.abc import Iterator

import numpy as np

from secondlook.networks import Model, keras


def prepare(model: Model, rate: float, momentum: float | None) -> None:
    """Compile the model with momentum descent, or with Adam if there is no momentum, as optax has them."""
    sgd = keras.optimizers.SGD(rate, momentum=momentum or 0.0)
    optimizer = sgd if momentum else keras.optimizers.Adam(rate, epsilon=1e-8)
    model.compile(optimizer, keras.losses.SparseCategoricalCrossentropy(from_logits=True))


class Losses(keras.callbacks.Callback):
    """The loss of every batch, from the running mean that `fit` reports."""

    def on_train_begin(self, logs: dict | None = None) -> None:
        """Start with no batch."""
        self.means: list[float] = []

    def on_train_batch_end(self, batch: int, logs: dict | None = None) -> None:
        """Keep the mean of the losses so far."""
        self.means.append(float((logs or {})["loss"]))

    def of_batches(self) -> np.ndarray:
        """Each batch's own loss: the sum so far less the sum before."""
        sums = np.array(self.means) * np.arange(1, len(self.means) + 1)
        return np.diff(sums, prepend=0.0)


def losses(model: Model, x: np.ndarray, y: np.ndarray, size: int) -> Iterator[np.ndarray]:
    """One epoch after another: the first in the order given, with every batch's loss; then as fast as `fit` goes."""
    watch = Losses()
    model.fit(x, y, size, epochs=1, shuffle=False, verbose=0, callbacks=[watch])
    yield watch.of_batches()
    while True:
        yield np.array(model.fit(x, y, size, epochs=1, verbose=0).history["loss"])
