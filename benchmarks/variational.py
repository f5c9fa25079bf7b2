"""Speed of training a variational net, MNIST's 784-400-400-10: the project's, NumPyro's SVI, and by hand in PyTorch.

All sides have the same posterior (independent normals), the same prior N(0, 1), the same exact divergence, the same
start and Adam. "weights" draws all weights once a batch, as NumPyro does; "local" draws every unit's input. The noise
differs, so what is checked is that the objectives of the first batches agree within its spread.
"""

import time
from collections.abc import Callable
from functools import cache
from itertools import pairwise

import numpy as np
import optax
from peers import rounds

from secondlook.variational.layers import Estimator
from secondlook.variational.networks import fully_connected
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer

N_TRAIN, BATCH_SIZE, RATE = 12_800, 128, 0.001
WIDTHS = (784, 400, 400, 10)
START_SD = 0.005
ALIKE = 0.02
"""How far the mean objectives of the first ten batches may be apart, relative to their size."""


def data(n_train: int) -> tuple[np.ndarray, np.ndarray]:
    """Inputs between 0 and 1 and random classes: the speed does not depend on their values."""
    rng = np.random.default_rng(0)
    return rng.random((n_train, WIDTHS[0]), dtype=np.float32), rng.integers(0, WIDTHS[-1], n_train, dtype=np.int32)


def trainer(estimator: Estimator, n_train: int) -> VariationalTrainer:
    """The project's training of the net."""
    inputs, *hidden, classes = WIDTHS
    return VariationalTrainer(
        lambda: fully_connected(inputs, hidden, classes, Prior(), estimator), optax.adam(RATE), n_train
    )


def start(n_train: int) -> list[np.ndarray]:
    """The means that every side starts from: kernel and bias of each layer in turn."""
    return [np.asarray(w) for w in trainer("local", n_train).start(seed=0).weights[::2]]


def ours(estimator: Estimator, n_train: int) -> Callable[[], np.ndarray]:
    """The project's loop: each call trains one more epoch and gives the objective of every batch, in nats per item."""
    x, y = data(n_train)
    model = trainer(estimator, n_train)
    begun = model.start(seed=0)
    state = model.at([w for of in start(n_train) for w in (of, np.full_like(of, np.log(START_SD)))], begun.others)
    rng = np.random.default_rng(1)

    def epoch() -> np.ndarray:
        nonlocal state
        state, objectives = model.epoch(state, x, y, BATCH_SIZE, rng)
        return objectives

    return epoch


def numpyro(n_train: int) -> Callable[[], np.ndarray]:
    """NumPyro's stochastic variational inference, an epoch as one compiled loop."""
    from peers import numpyro_svi

    return numpyro_svi.epochs(start(n_train), START_SD, *data(n_train), BATCH_SIZE, RATE)


def pytorch(local: bool, n_train: int) -> Callable[[], np.ndarray]:
    """By hand in PyTorch, with its fused Adam."""
    from peers import pytorch_variational

    return pytorch_variational.epochs(start(n_train), START_SD, *data(n_train), BATCH_SIZE, RATE, local)


SIDES: dict[str, tuple[str, Callable[[int], Callable[[], np.ndarray]]]] = {
    "secondlook weights": ("secondlook", lambda n: ours("weights", n)),
    "secondlook local": ("secondlook", lambda n: ours("local", n)),
    "NumPyro weights": ("numpyro", numpyro),
    "PyTorch weights": ("torch", lambda n: pytorch(False, n)),
    "PyTorch local": ("torch", lambda n: pytorch(True, n)),
}


@cache
def contestant(side: str) -> Callable[[], np.ndarray]:
    """One side's training, set up once in the process that asks."""
    return SIDES[side][1](N_TRAIN)


def turn(side: str, name: str) -> tuple[float, np.ndarray]:
    """One epoch in the process of one side: its examples a second, and its objectives."""
    epoch = contestant(side)
    begun = time.perf_counter()
    objectives = epoch()
    return N_TRAIN / (time.perf_counter() - begun), objectives


def same(objectives: np.ndarray) -> None:
    """Stop where the mean objectives ``(sides, batches)`` of the first batches differ."""
    means = objectives.mean(axis=1)
    if (apart := np.ptp(means) / means.mean()) > ALIKE:
        raise SystemExit(f"the sides do not compute the same: their objectives are {apart:.1%} apart")


def flops(local: bool) -> int:
    """Operations of the matrix products of a step for one example: as `training`'s, twice over if local."""
    products = [2 * a * b for a, b in pairwise(WIDTHS)]
    return (3 * sum(products) - products[0]) * (2 if local else 1)


def main() -> None:
    """Both estimators: the first side of each is ours."""
    there = rounds.at_hand({side: library for side, (library, _) in SIDES.items()})
    for how in ("weights", "local"):
        of = [side for side in there if side.endswith(how) or (how == "local" and "NumPyro" in side)]
        of.sort(key=lambda side: not side.startswith("secondlook"))
        title = f"784-400-400-10, draws of {how}: batch {BATCH_SIZE}, {N_TRAIN:,} examples a round"
        rounds.compare(title, "", of, turn, same, flops(how == "local"))


if __name__ == "__main__":
    main()
