"""One net, or one ensemble, that says how sure it is of its songs: its settings, and what a run does. Notebook 12.

Every fit gives three **readings**: its ``end``; ``stopped``, the point on its way that predicted the songs of ``valid``
best; and ``scaled``, the log probabilities of the end times the factor that suits ``valid`` best (Guo et al. 2017).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import softmax
from sklearn.model_selection import train_test_split

from secondlook import networks, scores
from secondlook.data import songs
from secondlook.data.dataset import Dataset, Split
from secondlook.data.songs import Songs
from secondlook.data.standardise import standardise
from secondlook.runs import Config, Run
from secondlook.studies.songs import doubts, sources
from secondlook.studies.songs.doubting import Counted, Dropout, Point, variational
from secondlook.studies.songs.run import BATCH_SIZE
from secondlook.training import State

Method = Literal["point", "dropout", "ensemble", "variational"]
MEMBERS, APART = 5, 1000
"""Nets of an ensemble, and how far their seeds are apart; the first is the point estimate of the same seed."""
DRAWS, FEW = 50, 10
"""Of the weights: for the readings, and on the way."""
CHECKPOINTS = 20
"""Where a fit is looked at on its way: after one epoch, after all, and between them ever more rarely."""


class Law(NamedTuple):
    """Synthetic songs whose exact posterior is known, and how many there are of each split."""

    songs: Songs
    sizes: Mapping[str, int]


LAWS: Mapping[str, Law] = {
    "some order": Law(Songs(segment_signal=1, order_signal=0.1), {"train": 8_000, "valid": 500, "test": 2_000}),
    "toy segments": Law(Songs(segment_signal=1.5, order_signal=0, classes=4), sources.TOY_SIZES),
}


@dataclass(frozen=True, kw_only=True)
class BayesianRun(Config):
    """One fit of document 001's convolution in time by one method, of at most `steps` whole epochs' steps."""

    source: str
    method: Method
    steps: int
    songs: int
    """How many of the training songs the seed draws to learn from, the classes in their proportions."""
    times: int = 1
    """How often a song counts in the variational objective."""
    before: int = 0
    """How often a song counts in a first fit of as many steps, which this one continues; 0 for no such fit."""


class Data(NamedTuple):
    """Songs of three splits, standardised by the training songs; of the test songs, if it is known, p(class | song)."""

    splits: Dataset
    true: np.ndarray | None


def load(config: BayesianRun) -> Data:
    """The songs of a run."""
    whole, true = _source(config.source)
    x, y = whole["train"]
    if config.songs < len(y):
        kept, _ = train_test_split(np.arange(len(y)), train_size=config.songs, stratify=y, random_state=config.seed)
        whole = standardise(replace(whole, splits={**whole.splits, "train": Split(x[kept], y[kept])}))
    return Data(whole, true)


@cache
def _source(source: str) -> Data:
    if source not in LAWS:
        return Data(sources.load(source, 0), None)
    law, sizes = LAWS[source]
    raw = songs.load(law, sizes, seed=0)
    return Data(standardise(raw), law.posterior(raw["test"].x))


@cache
def compiled(settings: BayesianRun, classes: int, inputs: tuple[int, int]) -> Point | Counted:
    """The training of a config without its names and seed."""
    if settings.method == "variational":
        continued = settings.before > 0
        return variational(classes, inputs, settings.songs, settings.times, settings.steps, continued)
    return (Dropout if settings.method == "dropout" else Point)(lambda: networks.genre_cnn(classes, inputs=inputs))


def trainer(config: BayesianRun, data: Dataset) -> Point | Counted:
    """The training of a config, which serves every seed."""
    settings = replace(config, study="", arm="", source="", seed=0, data="", version=0)
    return compiled(settings, len(data.class_names), data["train"].x.shape[1:])


class Fit(NamedTuple):
    """The end of a fit, the point on its way that predicted ``valid`` best, and numbers at each checkpoint."""

    end: State
    stopped: State
    curves: dict[str, np.ndarray]


def start(config: BayesianRun, data: Dataset, seed: int) -> State:
    """The state that a fit starts from: a fresh net, or the end of the fit before it."""
    model = trainer(config, data)
    if not config.before:
        return model.start(seed)
    weights, others, _ = fit(replace(config, times=config.before, before=0), data, seed).end
    return model.at(weights, others)


def fit(config: BayesianRun, data: Dataset, seed: int) -> Fit:
    """Train from a seed. The curves are steps done, −objective in nats per song, and the NLL of ``valid``."""
    model, (x, y), valid = trainer(config, data), data["train"], data["valid"]
    batches = -(-len(y) // BATCH_SIZE)
    epochs = config.steps // batches
    looks = set(np.geomspace(1, epochs, CHECKPOINTS).round().astype(int).tolist())
    state, rng = start(config, data, seed), np.random.default_rng(seed)
    rows, stopped, best = [], state, np.inf
    for epoch in range(1, epochs + 1):
        state, objective = model.epoch(state, x, y, BATCH_SIZE, rng)
        if epoch in looks:
            nll = scores.negative_log_likelihood(doubts.logs(model.draws(state, valid.x, FEW, seed)), valid.y)
            rows.append((epoch * batches, -objective.mean(), nll))
            if nll < best:  # the next step overwrites the state
                best, stopped = nll, jax.tree.map(jnp.array, state._replace(optimizer=None))
    curves = zip(("steps", "objective", "valid_nll"), np.array(rows, np.float64).T, strict=True)
    return Fit(state, stopped, dict(curves))


def run(config: BayesianRun) -> Run:
    """Fit one net, or the members of an ensemble, and measure three readings of it on the test songs."""
    data, true = load(config)
    model, (x, y) = trainer(config, data), data["test"]
    items = dict[str, np.ndarray]()
    seeds = [config.seed + APART * m for m in range(MEMBERS if config.method == "ensemble" else 1)]
    fits = [fit(config, data, seed) for seed in seeds]
    found, curves = dict[str, float](), fits[0].curves

    def draws(reading: str, x: np.ndarray) -> np.ndarray:
        return np.concatenate([model.draws(getattr(f, reading), x, DRAWS, config.seed) for f in fits])

    predicted = {reading: draws(reading, x) for reading in ("end", "stopped")}
    for reading, p in predicted.items():
        measured, answered, songs_one_by_one = doubts.of_draws(p, y)
        found |= doubts.named(reading, measured)
        curves |= {f"{reading}/answered": answered}
        items |= {f"{reading}/{name}": values for name, values in songs_one_by_one.items()}
    valid = doubts.logs(draws("end", data["valid"].x))
    scale = scores.best_scale(valid, data["valid"].y)
    scaled = softmax(scale * doubts.logs(predicted["end"]), axis=1)
    found |= doubts.named("scaled", doubts.of_mean(scaled, y))
    found |= {"scale": scale, "valid_nll": scores.negative_log_likelihood(valid, data["valid"].y)}
    found |= {"objective": float(curves["objective"][-1])}
    if true is not None:
        means = {"scaled": scaled} | {reading: p.mean(axis=0) for reading, p in predicted.items()}
        found |= {f"{reading}/test_kl": doubts.divergence(true, p) for reading, p in means.items()}
    if isinstance(model, Counted):
        found["divergence"] = model.divergence(fits[0].end, x)
    return Run(found, curves, items if config.source == "gtzan" else {})
