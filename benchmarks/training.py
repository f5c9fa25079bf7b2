"""Training speed: the project's loop and Keras models, beside Keras's own `fit` and the same nets by hand in PyTorch.

All sides start from the same weights, take the same batches in the same order from memory and use the same optimiser;
that their losses agree is checked before anything is timed. Each side is a process of its own, because the threads of
two libraries in one process wait for each other, and they take turns: in a round, one epoch of each.
"""

import os
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from importlib.util import find_spec
from multiprocessing import get_context

import numpy as np
import optax
from peers import matrix_product

from secondlook import networks
from secondlook.training import Trainer

N_TRAIN, ROUNDS, CLASSES = 10_000, 9, 10
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


def spread(values: np.ndarray, form: str) -> str:
    """Median, least and largest."""
    return f"{np.median(values):{form}} [{values.min():{form}}, {values.max():{form}}]"


def compare(name: str, sides: list[str]) -> None:
    """Let the sides take turns at one net, and print speeds, ratios and shares of the machine's peak."""
    print(f"\n{NETS[name].title}: batch {NETS[name].batch_size}, {N_TRAIN:,} examples a round, {os.cpu_count()} cores")
    processes = {side: ProcessPoolExecutor(1, get_context("spawn")) for side in [*sides, "peak"]}
    first = [processes[side].submit(turn, side, name).result()[1][:10] for side in sides]  # compiles, and warms up
    if (apart := np.ptp(first, axis=0).max()) > ALIKE:
        raise SystemExit(f"the sides do not compute the same: their losses are up to {apart:.2g} apart")
    print("   round" + "".join(f"{side:>12}" for side in sides) + "   ratio" * (len(sides) > 1) + "    load")
    speeds, peaks = np.zeros((ROUNDS, len(sides))), []
    for i in range(ROUNDS):
        peaks.append(processes["peak"].submit(matrix_product.peaks).result())
        speeds[i] = [processes[side].submit(turn, side, name).result()[0] for side in sides]
        columns = [f"{speed:12,.0f}" for speed in speeds[i]] + [f"{speeds[i, 0] / s:8.2f}" for s in speeds[i, 1:]]
        print(f"{i + 1:8}{''.join(columns)}{os.getloadavg()[0]:8.1f}", flush=True)
    for process in processes.values():
        process.shutdown()
    best = {library: max(peak[library] for peak in peaks) for library in peaks[0]}
    flops = training_flops(NETS[name].build())
    print(f"matrix-product peak: {', '.join(f'{library} {p / 1e9:.0f}' for library, p in best.items())} GFLOP/s")
    for side, speed in zip(sides, speeds.T, strict=True):
        share = np.median(speed) * flops / max(best.values())
        print(f"{side}: {spread(speed, ',.0f')} examples/s, {share:.0%} of the peak at {flops / 1e6:.2f} MFLOP each")
    for peer, speed in zip(sides[1:], speeds.T[1:], strict=True):
        print(f"{sides[0]} / {peer}, round by round: {spread(speeds[:, 0] / speed, '.2f')}")


def main() -> None:
    """All nets."""
    sides = list(SIDES)
    if find_spec("torch") is None:
        sides.remove("PyTorch")
        print("PyTorch is missing, so only this project's half is timed; for the other: pip install torch")
    for name in NETS:
        compare(name, sides)


if __name__ == "__main__":
    main()
