"""What the posterior of a last layer predicts, beside one fit, and beside what the document did. Notebook 13."""

from typing import Any

import numpy as np

from secondlook.data import catalog
from secondlook.data.dataset import Split
from secondlook.lastlayer import SoftmaxRegression, full_weights, posterior_mode
from secondlook.runs import Comparison, Run, Study
from secondlook.studies.last_layer import features
from secondlook.studies.last_layer.config import LastLayerRun
from secondlook.studies.last_layer.features import Features
from secondlook.studies.last_layer.measures import distance, of_foreign, of_mean, predicted
from secondlook.studies.last_layer.methods import METHODS, Problem
from secondlook.studies.songs import sources

NAME = "last_layer"
SEEDS = {"songs": 5, "gtzan": 10, "mnist": 3, "songs, the half learnt from": 5, "songs, the other half": 5}
VERSIONS = {"gtzan": 2, "mnist": 2}
"""Split HMC's variational centre takes 32 steps there, and took nine in version 1.

All arms of a source go together: they are paired by the net that they share, and another processor, which rounds
otherwise, trains another net from the same seed.
"""
SIZES = (250, 1_000, 4_000, 16_000)
"""Fewer songs for the last layer than for the net below it."""
UNITS = (5, 20)
"""Fewer hidden units for the last layer than there are: a model that is too simple."""
POSTERIOR = ("mode", "hmc")
HALVES = ("songs, the half learnt from", "songs, the other half")
DATA = {
    **{name: sources.SOURCES["some order"].fingerprint for name in ("songs", *HALVES)},
    "gtzan": sources.SOURCES["gtzan"].fingerprint,
    "mnist": catalog.fingerprint("mnist"),
    "toy": sources.SOURCES["toy segments"].fingerprint,
}


def place(source: str, method: str, items: int | None = None, units: int | None = None) -> str:
    """The name of an arm."""
    return f"{source} {method}" + (f", {items:,} songs" if items else "") + (f", {units} units" if units else "")


def arm(source: str, method: str, seeds: int, **settings: Any) -> tuple[LastLayerRun, ...]:
    """One run a seed."""
    name, version = place(source, method, **settings), VERSIONS.get(source, 1)
    fixed: dict[str, Any] = {"study": NAME, "arm": name, "data": DATA[source], "version": version}
    return tuple(
        LastLayerRun(**fixed, source=source, method=method, **settings, seed=seed)  # type: ignore[arg-type]
        for seed in range(seeds)
    )


def beside_the_mode(source: str, method: str, settings: dict[str, int]) -> Comparison:
    """An arm compared with the mode of the same posterior."""
    arm, mode = place(source, method, **settings), place(source, "mode", **settings)
    return Comparison(f"{NAME}/{arm}", f"{NAME}/{mode}", frozenset({"method"}))


def given(config: LastLayerRun) -> Features:
    """The features that a config's last layer is given: some units, and of the training items some."""
    whole = features.load(config.source, config.seed)
    kept = slice(None) if config.units is None else [*range(config.units), -1]  # the last is the column of ones
    splits = {name: Split(of.x[:, kept], of.y) for name, of in whole.splits.items()}
    x, y = splits["train"]
    splits["train"] = Split(x[: config.items], y[: config.items])
    return Features(splits, {name: x[:, kept] for name, x in whole.foreign.items()}, whole.weights[kept])


def run(config: LastLayerRun) -> Run:
    """Find the weights by the method of a config, and measure what their draws predict."""
    data = given(config)
    train, test = data.splits["train"], data.splits["test"]
    posterior = SoftmaxRegression(train.x, train.y, data.classes)
    best = posterior_mode(posterior)
    found = METHODS[config.method](Problem(posterior, best, data.weights, test, config.seed))
    p, classes = predicted(test.x, found.draws)
    at_mode, _ = predicted(test.x, full_weights(best.contrasts)[None])
    told = of_mean(p, test.y, "test") | of_mean(predicted(train.x, found.draws).mean, train.y, "train")
    told |= of_foreign(p, {name: predicted(x, found.draws).mean for name, x in data.foreign.items()})
    told |= {"one_draw_accuracy": float(np.mean(classes == test.y)), "distance": distance(p, at_mode)}
    return Run(told | found.scores, found.curves, {"test_right": p.argmax(axis=1) == test.y})


ALL = tuple(METHODS)
WHERE: tuple[tuple[str, str, dict[str, int]], ...] = (
    *(("songs", method, {}) for method in ALL),
    *(("songs", method, {"items": items}) for items in SIZES for method in POSTERIOR),
    *(("songs", method, {"units": units}) for units in UNITS for method in POSTERIOR),
    *((half, method, {}) for half in HALVES for method in POSTERIOR),
    *((source, method, {}) for source in ("gtzan", "mnist") for method in ALL),
)
ARMS = tuple(arm(source, method, SEEDS[source], **settings) for source, method, settings in WHERE)
TOYS = ("point", "mode", "laplace")
STUDY = Study(
    name=NAME,
    full=tuple(config for seed in range(max(SEEDS.values())) for of in ARMS for config in of if config.seed == seed),
    toy=tuple(config for method in TOYS for config in arm("toy", method, 1)),
    comparisons=tuple(beside_the_mode(*where) for where in WHERE if where[1] != "mode"),
    run=run,
)
"""Seed by seed and net by net, so that one process trains each net once for all that build on it."""
