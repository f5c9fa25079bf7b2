"""Training speed: the project's loop and Keras models, beside Keras's own `fit` and the same nets by hand in PyTorch.

All sides start from the same weights, take the same batches in the same order from memory and use the same optimiser;
that their losses agree is checked before anything is timed. Each side is a process of its own, because the threads of
two libraries in one process wait for each other, and they take turns: in a round, one epoch of each.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import optax
from peers import rounds

from secondlook import networks
from secondlook.training import Trainer

N_TRAIN, CLASSES = 10_000, 10
RATE = 0.001
ALIKE = 5e-3
"""How far the losses of the first ten batches may be apart, in nats.

Rounding gives 1e-5 against PyTorch. Keras adds Adam's epsilon before the second moment is corrected for its start,
which gives 2e-3; another order of the batches, or another rate, gives 1e-1.
"""


@dataclass(frozen=True)
class Net:
    """A net of the documents, the shape of its inputs, and how it is trained: optimiser and batch size."""

    title: str
    inputs: tuple[int, ...]
    build: Callable[[], networks.Model]
    momentum: float | None
    """Of momentum descent; Adam where there is none."""
    batch_size: int = 100

    @property
    def optimizer(self) -> optax.GradientTransformation:
        """The optimiser as optax has it."""
        return optax.sgd(RATE, momentum=self.momentum) if self.momentum else optax.adam(RATE)


SONGS = Net(
    "Convolution in time on songs of 120 × 25, Adam",
    (networks.SEGMENTS, networks.FEATURES),
    lambda: networks.genre_cnn(CLASSES),
    momentum=None,
)
NETS = {
    "fully connected": Net(
        "CIFAR-10's 3-layer net, 3072-1000-1000-10, momentum descent",
        (3072,),
        lambda: networks.fully_connected(3072, (1000, 1000), CLASSES),
        momentum=0.9,
    ),
    "convolutional": SONGS,
    "convolutional, small batches": replace(SONGS, batch_size=50),
}


def data(net: Net, n_train: int) -> tuple[np.ndarray, np.ndarray]:
    """Standard normal inputs ``(items, …)`` and random classes: the speed does not depend on their values."""
    rng = np.random.default_rng(0)
    x = rng.standard_normal((n_train, *net.inputs), dtype=np.float32)
    return x, rng.integers(0, CLASSES, n_train, dtype=np.int32)


def ours(name: str, n_train: int) -> Callable[[], np.ndarray]:
    """The project's loop: each call trains one more epoch and gives the loss of every batch."""
    net = NETS[name]
    x, y = data(net, n_train)
    trainer = Trainer(net.build, net.optimizer)
    state, rng = trainer.start(seed=0), np.random.default_rng(1)

    def epoch() -> np.ndarray:
        nonlocal state
        state, losses = trainer.epoch(state, x, y, net.batch_size, rng)
        return losses

    return epoch


def theirs(name: str, n_train: int) -> Callable[[], np.ndarray]:
    """The loop by hand in PyTorch: each call trains one more epoch and gives the loss of every batch."""
    import torch
    from peers import pytorch

    net = NETS[name]
    x, y = (torch.from_numpy(array) for array in data(net, n_train))
    y, rng = y.long(), np.random.default_rng(1)
    start = [np.asarray(w) for w in Trainer(net.build, net.optimizer).start(seed=0).weights]
    if net.momentum:
        logits, optimizer = pytorch.fully_connected(start, RATE, net.momentum)
    else:
        logits, optimizer = pytorch.convolutional(start, RATE)
    return lambda: pytorch.epoch(logits, optimizer, x, y, rng.permutation(n_train), net.batch_size)


def fitted(name: str, n_train: int) -> Callable[[], np.ndarray]:
    """Keras's `fit`: each call trains one more epoch; the first gives every batch's loss, the others the mean."""
    from peers import keras_fit

    net = NETS[name]
    x, y = data(net, n_train)
    networks.keras.utils.set_random_seed(0)
    model = net.build()
    keras_fit.prepare(model, RATE, net.momentum)
    order = np.random.default_rng(1).permutation(n_train)
    losses = keras_fit.losses(model, x[order], y[order], net.batch_size)
    return lambda: next(losses)


SIDES = {"secondlook": ours, "PyTorch": theirs, "Keras fit": fitted}


@cache
def contestant(side: str, name: str) -> Callable[[], np.ndarray]:
    """One side's training of one net, set up once in the process that asks."""
    return SIDES[side](name, N_TRAIN)


def turn(side: str, name: str) -> tuple[float, np.ndarray]:
    """One epoch in the process of one side: its examples a second, and its losses."""
    epoch = contestant(side, name)
    start = time.perf_counter()
    losses = epoch()
    return N_TRAIN / (time.perf_counter() - start), losses


def training_flops(model: networks.Model) -> int:
    """Floating-point operations of one training step for one example, in the matrix products alone.

    A layer applies its kernel at every output position: 2 · positions · kernel size, for a multiplication and an
    addition each. A step does that three times: forward, for the gradient of the kernel, and for that of the input,
    which the first layer does not need. So 3 · (all layers) − (first layer).
    """
    layers = [layer for layer in model.layers if hasattr(layer, "kernel")]
    forward = [2 * int(np.prod(layer.output.shape[1:-1])) * int(np.prod(layer.kernel.shape)) for layer in layers]
    return 3 * sum(forward) - forward[0]


def same(losses: np.ndarray) -> None:
    """Stop where the losses ``(sides, batches)`` of the first batches differ."""
    if (apart := np.ptp(losses, axis=0).max()) > ALIKE:
        raise SystemExit(f"the sides do not compute the same: their losses are up to {apart:.2g} apart")


def main() -> None:
    """All nets."""
    sides = rounds.at_hand({"secondlook": "secondlook", "PyTorch": "torch", "Keras fit": "keras"})
    for name, net in NETS.items():
        title = f"{net.title}: batch {net.batch_size}, {N_TRAIN:,} examples a round"
        rounds.compare(title, name, sides, turn, same, training_flops(net.build()))


if __name__ == "__main__":
    main()
