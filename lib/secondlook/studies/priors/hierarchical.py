"""Does a learnt scale of the prior suit diverse data better than a fixed one? Five small real sets. Notebook 10.

One hidden layer of 20 tanh units, normal weights; the scale is fixed at one of four values, or learnt, one a layer,
under one of three hyperpriors. Seed 5r + k is repeat r of stratified five-fold cross-validation, fold k the test.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.model_selection import StratifiedKFold

from secondlook.data import small
from secondlook.data.dataset import Dataset, Split
from secondlook.data.standardise import standardise
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.studies.priors.measures import of_test, rates
from secondlook.studies.priors.moons import of_layers
from secondlook.studies.priors.posteriors import small_net, variational
from secondlook.variational.priors import Hyperprior, Prior

FOLDS = 5
OVERLAP = 1 / (FOLDS - 1)
"""Test items over training items, for the paired comparison of seeds."""
HIDDEN = 20
RATE = 0.02


@dataclass(frozen=True, kw_only=True)
class HierarchicalRun(Config):
    """One variational posterior of the net, on one fold of one set."""

    source: str
    hyperprior: Hyperprior | None = None
    """None: the scale is fixed."""
    scale: float = 1.0
    """The fixed scale, or that of the hyperprior."""
    steps: int = 3_000

    @property
    def prior(self) -> Prior:
        """Of both layers."""
        return Prior("normal", self.scale, self.hyperprior)


def load(source: str, seed: int) -> Dataset:
    """The splits ``train`` and ``test`` of a fold, standardised by the training items."""
    x, y = small.load(source)
    repeat, k = divmod(seed, FOLDS)
    train, test = list(StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(x, y))[k]
    splits = {"train": Split(x[train], y[train]), "test": Split(x[test], y[test])}
    return standardise(Dataset(source, splits, tuple(map(str, np.unique(y))), small.fingerprint(source)))


def run(config: HierarchicalRun) -> Run:
    """Fit one net and score it; ``scale 1``, ``size 1`` and so on are those of `moons.of_layers`."""
    data = load(config.source, config.seed)
    train, test = data["train"], data["test"]
    shape = (train.x.shape[1], HIDDEN, len(data.class_names))
    model = small_net(shape, config.prior, len(train.y), config.steps, RATE)
    found = variational(model, model.starts([config.seed]), *train, config.seed)
    fitted, predicted = (model.probabilities(found.theta, split.x) for split in (train, test))
    scores = of_test(predicted, test.y) | rates(fitted, train.y, "train")
    return Run(scores | found.scores | of_layers(model, config.prior, found.theta), found.curves)


PRIORS: dict[str, dict[str, Any]] = {
    **{f"fixed at {scale:g}": {"scale": scale} for scale in (0.1, 0.3, 1.0, 3.0)},
    **{name: {"hyperprior": name} for name in ("half-normal", "half-cauchy", "inverse-gamma")},
}


def arm(source: str, prior: str, seeds: int, name: str, **settings: Any) -> tuple[HierarchicalRun, ...]:
    """One run a seed of a set and a prior."""
    fixed: dict[str, Any] = {"study": "hierarchical", "arm": name, "data": small.fingerprint(source), "source": source}
    return tuple(HierarchicalRun(**fixed, **PRIORS[prior], **settings, seed=seed) for seed in range(seeds))


STUDY = Study(
    name="hierarchical",
    full=tuple(
        run for source in small.NAMES for prior in PRIORS for run in arm(source, prior, 20, f"{source} {prior}")
    ),
    toy=tuple(
        run for prior in ("fixed at 1", "inverse-gamma") for run in arm("iris", prior, 2, f"toy {prior}", steps=300)
    ),
    comparisons=tuple(
        Comparison(
            f"hierarchical/{source} {learnt}", f"hierarchical/{source} {fixed}", frozenset({"hyperprior", "scale"})
        )
        for source in small.NAMES
        for learnt in ("half-normal", "half-cauchy", "inverse-gamma")
        for fixed in ("fixed at 0.1", "fixed at 0.3", "fixed at 3")
    )
    + tuple(
        Comparison(f"hierarchical/{source} {learnt}", f"hierarchical/{source} fixed at 1", frozenset({"hyperprior"}))
        for source in small.NAMES
        for learnt in ("half-normal", "half-cauchy", "inverse-gamma")
    ),
    run=run,
)
