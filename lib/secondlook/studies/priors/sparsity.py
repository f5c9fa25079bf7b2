"""Does a Laplace prior make weights sparse? Softmax regression on digits, under Laplace and normal priors. Notebook 10.

Both priors have the same variance. The mode is found by scikit-learn, whose solver SAGA sets weights to zero exactly
(Defazio et al. 2014); the variational posterior and the draws of NUTS are of the same joint density. Seed k draws
the pictures for training; all others are the test.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split

from secondlook.data import small
from secondlook.data.dataset import Split
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.studies.priors.measures import of_test
from secondlook.studies.priors.posteriors import Posterior, sampled, small_net, variational
from secondlook.variational.full_batch import FullBatch
from secondlook.variational.joint import Joint
from secondlook.variational.priors import Law, Prior

PIXELS, CLASSES = 64, 10
RATE = 0.02
THRESHOLDS = np.array([0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0])
"""Below which a weight counts as near zero, in standard deviations of the prior."""
KEPT = np.array([1.0, 0.8, 0.6, 0.4, 0.3, 0.2, 0.1, 0.05, 0.02])
"""The share of weights that pruning leaves."""


@dataclass(frozen=True, kw_only=True)
class SparsityRun(Config):
    """One posterior of the 640 weights and 10 biases."""

    law: Law
    method: str
    """mode, variational or sampled."""
    sd: float = 1.0
    """Of the prior."""
    n_train: int = 500
    steps: int = 5_000
    """Of the climb; of the sampler, draws of a chain, and as many before them that are thrown away."""

    @property
    def prior(self) -> Prior:
        """A Laplace law of scale 1 has variance 2."""
        return Prior(self.law, self.sd / np.sqrt(2) if self.law == "laplace" else self.sd)


def load(seed: int, n_train: int) -> tuple[Split, Split]:
    """Training and test digits, ``(pictures, 64)``: each pixel less its mean in training, in units of half the range.

    A pixel that is the same in all training pictures is zero there, and its weights have the prior for a posterior.
    """
    x, y = small.load("digits")
    x_train, x_test, y_train, y_test = train_test_split(x, y, train_size=n_train, stratify=y, random_state=seed)
    mean = x_train.mean(axis=0)
    train, test = (((of - mean) / 8).astype(np.float32) for of in (x_train, x_test))
    return Split(train, y_train), Split(test, y_test)


def mode(config: SparsityRun, model: FullBatch, train: Split) -> Posterior:
    """The highest posterior density: penalised maximum likelihood, its bias penalised as the weights are."""
    x = np.column_stack([train.x.astype(float), np.ones(len(train.y))])
    scale = config.prior.scale
    penalty: dict[str, Any] = {"C": scale**2}
    if config.law == "laplace":
        penalty = {"l1_ratio": 1.0, "C": scale, "solver": "saga", "random_state": config.seed}
    fitted = LogisticRegression(fit_intercept=False, tol=1e-6, max_iter=50_000, **penalty).fit(x, train.y)
    return Posterior(fitted.coef_.T.reshape(1, -1).astype(np.float32), {}, {}, {})  # the last row is the bias


def climbed(config: SparsityRun, model: FullBatch, train: Split) -> Posterior:
    """The variational posterior."""
    return variational(model, model.starts([config.seed]), *train, config.seed)


def drawn(config: SparsityRun, model: FullBatch, train: Split) -> Posterior:
    """Draws of the posterior itself, of four chains."""
    joint = Joint(model.model, *train)
    return sampled(model, joint, config.prior, 4, config.steps, config.seed, train.x[:100])


METHODS: Mapping[str, Callable[[SparsityRun, FullBatch, Split], Posterior]] = {
    "mode": mode,
    "variational": climbed,
    "sampled": drawn,
}


def near_zero(w: np.ndarray, sd: float) -> np.ndarray:
    """The share of numbers within each of the `THRESHOLDS` of zero: ``(thresholds,)``."""
    return np.array([np.mean(np.abs(w) < threshold * sd) for threshold in THRESHOLDS])


def pruned(theta: np.ndarray, worth: np.ndarray, share: float) -> np.ndarray:
    """Draws ``(draws, d)`` whose weights are zero but for that share of them which is worth most; biases stay.

    `worth` is ``(weights,)``, of the weights, which stand before the biases.
    """
    dropped = np.argsort(worth)[: round((1 - share) * len(worth))]
    left = theta.copy()
    left[:, dropped] = 0
    return left


def run(config: SparsityRun) -> Run:
    """Find one posterior; how many weights are near zero, in the mean and in draws; and what pruning costs.

    Shares are over the weights of pixels that vary in training. Pruning by ``size`` keeps the weights with the largest
    |mean|, by ``ratio`` those with the largest |mean| / standard deviation, which a mode has not.
    """
    train, test = load(config.seed, config.n_train)
    model = small_net((PIXELS, CLASSES), config.prior, config.n_train, config.steps, RATE)
    found = METHODS[config.method](config, model, train)
    weights = found.theta[:, : PIXELS * CLASSES]
    varies = np.repeat(train.x.std(axis=0) > 0, CLASSES)
    mean, sd = weights.mean(axis=0), weights.std(axis=0)
    scores = of_test(model.probabilities(found.theta, test.x), test.y) | found.scores
    scores |= {"zero": float(np.mean(weights[:, varies] == 0)), "zero_means": float(np.mean(mean[varies] == 0))}
    items = {"near_zero": near_zero(weights[:, varies], config.sd), "means": near_zero(mean[varies], config.sd)}
    orders = {"size": np.abs(mean)} | ({"ratio": np.abs(mean) / sd} if len(weights) > 1 else {})
    for name, worth in orders.items():
        rest = [of_test(model.probabilities(pruned(found.theta, worth, k), test.x), test.y) for k in KEPT]
        items |= {f"{name}/{score}": np.array([of[score] for of in rest]) for score in ("test_accuracy", "test_nll")}
    return Run(scores, found.curves, items)


def arm(name: str, seeds: int, **settings: Any) -> tuple[SparsityRun, ...]:
    """One run a seed of a law and a method, named so."""
    law, method = name.split()[-2:]
    fixed: dict[str, Any] = {
        "study": "sparsity",
        "arm": name,
        "data": small.fingerprint("digits"),
        "law": law,
        "method": method,
    }
    return tuple(SparsityRun(**fixed, **settings, seed=seed) for seed in range(seeds))


LAWS = ("laplace", "normal")
FULL: Mapping[str, dict[str, Any]] = {"mode": {}, "variational": {}, "sampled": {"steps": 1_000}}
TOY: Mapping[str, dict[str, Any]] = {  # a sampler of so few draws would differ with the least difference in rounding
    "laplace mode": {"n_train": 100},
    "normal mode": {"n_train": 100},
    "laplace variational": {"n_train": 100, "steps": 300},
}
STUDY = Study(
    name="sparsity",
    full=tuple(run for law in LAWS for how in FULL for run in arm(f"{law} {how}", 10, **FULL[how])),
    toy=tuple(run for name in TOY for run in arm(f"toy {name}", 1, **TOY[name])),
    comparisons=(
        *(Comparison(f"sparsity/laplace {how}", f"sparsity/normal {how}", frozenset({"law"})) for how in FULL),
        *(Comparison(f"sparsity/{law} variational", f"sparsity/{law} mode", frozenset({"method"})) for law in LAWS),
        *(
            Comparison(f"sparsity/{law} sampled", f"sparsity/{law} {how}", frozenset({"method", "steps"}))
            for law in LAWS
            for how in ("mode", "variational")
        ),
    ),
    run=run,
)
