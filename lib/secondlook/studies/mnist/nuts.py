"""Variational inference and NUTS on one posterior: how well they predict after how many gradients. Notebook 11.

The net and the data are small enough for a sampler: one hidden layer, and the digits that come with scikit-learn.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook import samplers
from secondlook.data import digits
from secondlook.data.dataset import Split, by_fingerprint
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.samplers.chains import timed
from secondlook.studies.mnist.pictures import flat
from secondlook.variational.joint import Joint
from secondlook.variational.networks import fully_connected
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer

CHAINS, DRAWS, BATCH_SIZE, LEARNING_RATE = 2, 200, 128, 0.01
"""Chains of NUTS; draws from a variational posterior; pictures of its batches; the rate its Adam starts with."""
SLOWING = 25
"""Epochs after which the rate has fallen by √2."""
CHECKPOINTS = 8
"""Budgets at which predictions are measured: from 1/128 of the whole one, doubling."""
CLASSES, SCALE = 10, 8.0


@dataclass(frozen=True, kw_only=True)
class RaceRun(Config):
    """One method, once: at most so many epochs, or so many draws a chain after so many of warm-up."""

    method: str
    """variational or nuts."""
    hidden: int
    budget: int
    warmup: int


class Pictures(NamedTuple):
    """What is learnt from, and what is predicted; nothing is tuned, so the digits set apart are tested on too."""

    train: Split
    test: Split


class Path(NamedTuple):
    """The mean prediction ``(pictures, classes)`` at each budget, and its cost.

    A gradient is one over all training pictures, which is an epoch of batches; seconds are of processor time.
    """

    mean: list[np.ndarray]
    gradients: list[float]
    seconds: list[float]


@cache
def pictures(fingerprint: str) -> Pictures:
    """The digits, pixels from 0 to 2."""
    small = digits.load()
    data = by_fingerprint(fingerprint, {small.fingerprint: small})
    train, *rest = (Split(flat(data[name].x, SCALE), data[name].y.astype(np.int32)) for name in data.splits)
    return Pictures(train, Split(*(np.concatenate(parts) for parts in zip(*rest, strict=True))))


@cache
def trainer(hidden: int, data: str) -> VariationalTrainer:
    """The compiled training; it serves every seed. The rate falls as 1/√epochs: wherever it ends, it has fallen far."""
    train, _ = pictures(data)
    first = SLOWING * -(-len(train.y) // BATCH_SIZE)

    def build() -> Any:
        return fully_connected(train.x.shape[1], (hidden,), CLASSES, Prior())

    return VariationalTrainer(build, optax.adam(lambda step: LEARNING_RATE / (1 + step / first) ** 0.5), len(train.y))


def variational(config: RaceRun, budgets: list[int]) -> Path:
    """What the posterior says after so many epochs, had the run ended there."""
    data, model, path = pictures(config.data), trainer(config.hidden, config.data), Path([], [], [])
    model.epoch(model.start(config.seed), *data.train, BATCH_SIZE, np.random.default_rng(0))  # compiles the step
    seconds, epochs = 0.0, model.epochs(model.start(config.seed), *data.train, config.budget, BATCH_SIZE, config.seed)
    for epoch in range(1, config.budget + 1):
        (state, _), taken = timed(next, epochs)
        seconds += taken
        if epoch in budgets:
            path.mean.append(model.draws(state, data.test.x, DRAWS, config.seed).mean(axis=0))
            path.gradients.append(epoch)
            path.seconds.append(seconds)
    return path


def nuts(config: RaceRun, budgets: list[int]) -> tuple[Path, float]:
    """What the first so many draws of each chain say, had the run ended there; and the R-hat of the log density.

    Chains start where two variational nets would: at the layers' random starting means.
    """
    data, model = pictures(config.data), trainer(config.hidden, config.data)
    joint = Joint(model.model, *data.train)
    starts = [model.start(CHAINS * config.seed + chain).weights[::2] for chain in range(CHAINS)]
    theta = np.stack([np.concatenate([np.ravel(loc) for loc in of]) for of in starts])
    chains = samplers.nuts(joint.log_prob, theta, config.budget, config.warmup, config.seed)
    x = jnp.asarray(data.test.x)
    predict = jax.jit(jax.vmap(lambda theta: jax.nn.softmax(joint.logits(theta, x))))
    of_draw = np.mean([np.asarray(predict(draws)) for draws in chains.draws], axis=0)  # over chains
    share = [draws / config.budget for draws in budgets]
    path = Path(
        [of_draw[:draws].mean(axis=0) for draws in budgets],
        [chains.warmup_evaluations + part * chains.evaluations for part in share],
        [chains.warmup_seconds + part * chains.seconds for part in share],
    )
    return path, float(samplers.diagnose(chains.log_prob[..., None]).rhat[0])


def run(config: RaceRun) -> Run:
    """Run one method, and measure what it predicts at each budget."""
    y = pictures(config.data).test.y
    budgets = [config.budget >> k for k in reversed(range(CHECKPOINTS))]
    found: dict[str, float] = {}
    if config.method == "variational":
        path = variational(config, budgets)
    else:
        path, found["rhat"] = nuts(config, budgets)
    nll = np.array([-np.log(mean[np.arange(len(y)), y]).mean() for mean in path.mean])
    found |= {"nll": float(nll[-1]), "accuracy": float(np.mean(path.mean[-1].argmax(axis=1) == y))}
    cost = {"gradients": np.array(path.gradients), "seconds": np.array(path.seconds)}
    return Run(found, items={"nll": nll, "probability": path.mean[-1].astype(np.float16), **cost})


def arm(name: str, seeds: int, **settings: Any) -> tuple[RaceRun, ...]:
    """One run a seed."""
    usual = {"hidden": 20, "warmup": 0} | settings
    return tuple(
        RaceRun(study="mnist_nuts", arm=name, seed=seed, data=digits.load().fingerprint, **usual)
        for seed in range(seeds)
    )


STUDY = Study(
    name="mnist_nuts",
    full=(
        *arm("variational", 5, method="variational", budget=3200),
        *arm("nuts", 5, method="nuts", budget=128, warmup=200),
        *arm("nuts, short warm-up", 5, method="nuts", budget=128, warmup=40),
    ),
    toy=arm("toy variational", 1, method="variational", budget=128, hidden=5),
    comparisons=(
        Comparison("mnist_nuts/variational", "mnist_nuts/nuts", frozenset({"method", "budget", "warmup"})),
        Comparison("mnist_nuts/nuts, short warm-up", "mnist_nuts/nuts", frozenset({"warmup"})),
    ),
    run=run,
)
