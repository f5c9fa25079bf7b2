"""What a step costs: of a point fit, of variational inference and of a sampler, for nets of all sizes. Notebook 11.

A fit steps on a batch; a Hamiltonian sampler needs the gradient over all items for every leap. Pictures are made up:
they do not change what is computed.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook.networks import fully_connected
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.studies.mnist.config import BATCH_SIZE, LEARNING_RATE
from secondlook.training import Trainer
from secondlook.variational import networks
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer

PIXELS, CLASSES = 784, 10
LEAP = 1e-4
"""Step size of a leap, which does not change its cost."""
SECONDS = 1.0
"""Of processor time for which a step is repeated: its clock may be too coarse for a single one."""
Method = Literal["point estimate", "variational", "leap"]


@dataclass(frozen=True, kw_only=True)
class CostRun(Config):
    """One step of one method on a net of two hidden layers of this width; a leap sees so many items at once."""

    method: Method
    width: int
    items: int = BATCH_SIZE


def step(config: CostRun, x: np.ndarray, y: jax.Array) -> tuple[Callable[..., Any], tuple[Any, ...], int]:
    """One step as a function of what it changes, a value of that, and the parameters of the net."""
    hidden, adam = (config.width, config.width), optax.adam(LEARNING_RATE)
    if config.method == "point estimate":
        point = Trainer(lambda: fully_connected(PIXELS, hidden, CLASSES), adam)
        return lambda state: point.update(state, x, y), (point.start(config.seed),), point.model.count_params()
    model = VariationalTrainer(lambda: networks.fully_connected(PIXELS, hidden, CLASSES, Prior()), adam, len(y))
    joint = Joint(model.model, x, np.asarray(y))
    if config.method == "variational":
        return lambda state: model.update(state, x, y), (model.start(config.seed),), len(joint.start)

    def leap(theta: jax.Array, momentum: jax.Array) -> tuple[jax.Array, jax.Array]:
        momentum = momentum + LEAP * jax.grad(joint.log_prob)(theta)
        return theta + LEAP * momentum, momentum

    return leap, (joint.start, np.zeros_like(joint.start)), len(joint.start)


def run(config: CostRun) -> Run:
    """Compile one step; count its operations and its bytes, and time it.

    Bytes are those of what goes in, of what comes out and of all between that must be kept at once, without the items.
    """
    rng = np.random.default_rng(config.seed)
    x = rng.random((config.items, PIXELS), dtype=np.float32)
    y = jnp.asarray(rng.integers(CLASSES, size=config.items), jnp.int32)
    function, state, parameters = step(config, x, y)
    compiled = jax.jit(function).lower(*state).compile()
    told, count = compiled.memory_analysis(), compiled.cost_analysis()
    assert told is not None and count is not None  # every backend of a CPU tells them
    steps, begin = 0, time.process_time()
    while steps < 3 or time.process_time() - begin < SECONDS:
        jax.block_until_ready(compiled(*state))
        steps += 1
    taken = time.process_time() - begin
    size = told.argument_size_in_bytes + told.output_size_in_bytes + told.temp_size_in_bytes
    return Run(
        {"parameters": float(parameters), "operations": float(count["flops"])},
        items={"seconds": np.array(taken / steps), "bytes": np.array(size)},
    )


def arm(name: str, seeds: int, **settings: Any) -> tuple[CostRun, ...]:
    """One run a seed, which is a repetition."""
    return tuple(
        CostRun(study="mnist_cost", arm=name, data="made up", version=2, seed=seed, **settings) for seed in range(seeds)
    )


WIDTHS = (25, 50, 100, 200, 400, 800)
METHODS: dict[Method, dict[str, Any]] = {"point estimate": {}, "variational": {}, "leap": {"items": 5_000}}
"""Methods, and the items of a step where it is not a batch of training: MNIST has eleven times 5,000 to learn from."""


def place(method: Method, width: int) -> str:
    """The name of the arm."""
    return f"{method}, {width} wide"


STUDY = Study(
    name="mnist_cost",
    full=tuple(
        one
        for method, how in METHODS.items()
        for width in WIDTHS
        for one in arm(place(method, width), 3, method=method, width=width, **how)
    ),
    toy=tuple(one for method in METHODS for one in arm(f"toy {place(method, 25)}", 1, method=method, width=25)),
    comparisons=tuple(
        Comparison(
            f"mnist_cost/{place(method, width)}",
            f"mnist_cost/{place('point estimate', width)}",
            frozenset({"method", *how}),
        )
        for method, how in METHODS.items()
        if method != "point estimate"
        for width in WIDTHS
    ),
    run=run,
)
