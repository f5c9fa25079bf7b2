"""Two moons and a 2-5-5-2 tanh net under three laws of its weights and four of their scale. Notebook 10.

Seed k draws its own sample of the moons, and the random start; all arms share both. How a posterior is found is told by
a method.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from secondlook import uncertainty
from secondlook.data import moons
from secondlook.data.dataset import Dataset
from secondlook.runs import Config, Run
from secondlook.studies.priors.measures import LEAST, of_test, rates
from secondlook.studies.priors.posteriors import Posterior, at, mode, sampled, small_net, variational
from secondlook.training import State
from secondlook.variational.full_batch import FullBatch
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Hyperprior, Law, Prior

SHAPE = (2, 5, 5, 2)
RATE = 0.02
FURTHER = 1_000
"""Between the seeds of the starts of one run."""
GRID = 24
SIDES = ((-1.8, 2.8), (-1.4, 1.9))
"""Where the maps end: horizontally, vertically."""
KEPT = 500
"""Test items whose predictions are kept."""


@dataclass(frozen=True, kw_only=True)
class MoonsRun(Config):
    """One posterior of the net, and its predictions."""

    method: str
    law: Law = "normal"
    hyperprior: Hyperprior | None = None
    """None: the scale is fixed."""
    scale: float = 1.0
    """The fixed scale, or that of the hyperprior."""
    n_train: int = 200
    n_test: int = 2_000
    starts: int = 1
    """Of which the highest is taken; of a sampler, its chains."""
    steps: int = 5_000
    """Of the climb; of a sampler, the draws of a chain, and as many before them that are thrown away."""

    @property
    def prior(self) -> Prior:
        """Of every layer."""
        return Prior(self.law, self.scale, self.hyperprior)


@dataclass(frozen=True)
class Task:
    """What a method works with."""

    run: MoonsRun
    data: Dataset
    model: FullBatch
    joint: Joint

    def starts(self) -> State:
        """As many as the run asks for; the first is that of the seed."""
        return self.model.starts([self.run.seed + FURTHER * i for i in range(self.run.starts)])

    def climb(self, starts: State) -> Posterior:
        """The highest ELBO from these starts."""
        return variational(self.model, starts, *self.data["train"], self.run.seed)

    def from_the_mode(self) -> Posterior:
        """The ELBO climbed from the highest of the modes that the starts lead to."""
        starts = self.starts()
        return self.climb(at(self.model, mode(self.model, self.joint, starts).theta, starts))

    def sample(self) -> Posterior:
        """The posterior itself."""
        run = self.run
        watched = self.data["test"].x[:100]
        return sampled(self.model, self.joint, run.prior, run.starts, run.steps, run.seed, watched)


METHODS: Mapping[str, Callable[[Task], Posterior]] = {
    "variational": lambda task: task.climb(task.starts()),
    "variational from the mode": Task.from_the_mode,
    "mode": lambda task: mode(task.model, task.joint, task.starts()),
    "sampled": Task.sample,
}


def grid() -> np.ndarray:
    """The points of the maps, ``(GRID², 2)``, row by row from below."""
    across, up = (np.linspace(*side, GRID, dtype=np.float32) for side in SIDES)
    return np.stack(np.meshgrid(across, up), axis=-1).reshape(-1, 2)


def straight_line(data: Dataset) -> Callable[[np.ndarray], np.ndarray]:
    """Logistic regression on the two coordinates."""
    return LogisticRegression().fit(*data["train"]).predict_proba


REFERENCES: Mapping[str, Callable[[Dataset], Callable[[np.ndarray], np.ndarray]]] = {
    "law of the data": lambda data: moons.probability,
    "straight line": straight_line,
}
"""Predictions ``(items, 2)`` that no net makes, for comparison."""


def of_layers(model: FullBatch, prior: Prior, theta: np.ndarray) -> dict[str, float]:
    """Posterior medians: of each layer's scale, and of the sizes of the weights in its kernel, scale and all."""
    kernels = model.parts(theta, "kernel")
    learnt = [np.exp(of) for of in model.parts(theta, "log_scale")]
    if prior.hyperprior:
        kernels = [kernel * scale[:, None, None] for kernel, scale in zip(kernels, learnt, strict=True)]
    found = {f"size {layer}": float(np.median(np.abs(kernel))) for layer, kernel in enumerate(kernels, 1)}
    return found | {f"scale {layer}": float(np.median(scale)) for layer, scale in enumerate(learnt, 1)}


def run(config: MoonsRun) -> Run:
    """Find one posterior, and score its predictions.

    ``scale 1`` to ``scale 3`` and ``size 1`` to ``size 3`` are those of `of_layers`; ``log_likelihood`` is the mean
    over draws of that of all training items, in nats. The maps are, on the `grid`, of the mean probability of class 1
    and of the epistemic part of its entropy.
    """
    data = moons.load(config.n_train, config.n_test, config.seed)
    if config.method in REFERENCES:
        reference = REFERENCES[config.method](data)
        return scored(lambda x: reference(x)[None], data)
    model = small_net(SHAPE, config.prior, config.n_train, config.steps, RATE)
    task = Task(config, data, model, Joint(model.model, *data["train"]))
    found = METHODS[config.method](task)
    run = scored(lambda x: model.probabilities(found.theta, x), data)
    scores = run.scores | found.scores | of_layers(model, config.prior, found.theta)
    return Run(scores, found.curves, run.items | found.items)


def scored(predict: Callable[[np.ndarray], np.ndarray], data: Dataset) -> Run:
    """The scores and maps of predictions, which are given for points ``(items, 2)`` as ``(draws, items, 2)``."""
    (x, y), test = data["train"], data["test"]
    every = predict(np.concatenate([x, test.x, grid()]))  # at once: another number of points is compiled anew
    fitted, predicted, maps = np.split(every, [len(y), len(y) + len(test.y)], axis=1)
    log_likelihood = np.log(np.maximum(fitted[:, np.arange(len(y)), y], LEAST)).sum(axis=1).mean()
    items = {
        "test_probability": predicted.mean(axis=0)[:KEPT, 1].astype(np.float16),
        "map_probability": maps.mean(axis=0)[:, 1].round(2).astype(np.float16),
        "map_epistemic": uncertainty.split(maps).epistemic.round(2).astype(np.float16),
    }
    scores = of_test(predicted, test.y) | rates(fitted, y, "train") | {"log_likelihood": float(log_likelihood)}
    return Run(scores, items=items)
