"""Speed of sampling a softmax layer's posterior, 40,000 × 201 × 10: ours, TFP's, emcee's, NumPyro's and BlackJAX's.

All sides have the same density in the same 1,809 contrasts, whitened about the same normal, and start from points twice
as wide. What a side is worth is the least effective sample size, by ArviZ, of any contrast, of the log density and of
1,000 predictive probabilities, a second of the clock.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import emcee
import jax
import numpy as np
from jax.tree_util import Partial
from peers import matrix_product, nuts, rounds
from scipy.special import log_softmax, softmax

from secondlook.centre import Centre
from secondlook.lastlayer import InTiles, SoftmaxRegression, in_tiles, posterior_mode, probabilities, variational_centre
from secondlook.samplers import (
    Chains,
    Scheme,
    SplitStep,
    crank_nicolson,
    diagnose,
    run_ensemble,
    split_hmc,
    strang,
    walker_chains,
    whitened,
    whitened_hmc,
    whitened_log_prob,
)

ENOUGH = 1000
"""The effective sample size to which total times are given."""


@dataclass(frozen=True)
class Size:
    """Of the problem and of the runs. NUTS, which has no use for many chains at once, gets `few`."""

    items: int = 40_000
    units: int = 200
    classes: int = 10
    held_out: int = 100
    chains: int = 64
    few: int = 4
    draws: int = 200
    warmup: int = 50
    settling: int = 10
    """Draws thrown away where chains have come down already, by the pilot, and steps of four gradients that bring
    walkers down."""
    nuts_draws: int = 150
    walls: int = 3
    """Steps of emcee's own moves, which need an ensemble of twice as many walkers as there are dimensions."""


class Problem(NamedTuple):
    """The posterior, a normal close to it, items held out, and the seconds of the clock to find mode and centre."""

    model: SoftmaxRegression
    centre: Centre
    held_out: np.ndarray
    seconds: dict[str, float]

    def density(self, tiles: bool) -> SoftmaxRegression | InTiles:
        """Of the posterior, by products in float32 or in bfloat16."""
        return in_tiles(self.model, self.centre.mean) if tiles else self.model


def data(size: Size) -> tuple[np.ndarray, np.ndarray]:
    """Features like those of rectified hidden units, and labels, from one seed.

    Inputs u ~ N(0, I) of 40 dimensions; unit j is max(0, 1.5 a_j·u − 0.3) with a_j ~ N(0, I/40), so that units are
    correlated and about half are off; a column of ones; classes from the softmax of weights N(0, 0.2²), by which the
    best guess is right on 62 %, as the document's network is.
    """
    rng = np.random.default_rng(0)
    a = rng.normal(size=(40, size.units)) / np.sqrt(40)
    hidden = np.maximum(1.5 * rng.normal(size=(size.items + size.held_out, 40)) @ a - 0.3, 0)
    features = np.column_stack([hidden, np.ones(len(hidden))])
    p = softmax(features @ rng.normal(scale=0.2, size=(size.units + 1, size.classes)), axis=1)
    return features, (rng.random((len(p), 1)) < p.cumsum(axis=1)).argmax(axis=1)


def problem(size: Size) -> Problem:
    """The posterior of the items not held out, under the prior N(0, 1)."""
    features, labels = data(size)
    model = SoftmaxRegression(features[: size.items], labels[: size.items], size.classes)
    times = [time.perf_counter()]
    mode = posterior_mode(model)
    times.append(time.perf_counter())
    centre = variational_centre(model, mode, seed=0)
    times.append(time.perf_counter())
    return Problem(model, centre, features[size.items :], {"mode": times[1] - times[0], "centre": times[2] - times[1]})


class Rates(NamedTuple):
    """Gradients and log densities a second, of all chains at once."""

    gradients: float
    log_probs: float


def evaluation_rates(of: Problem, size: Size) -> tuple[Rates, Rates, float]:
    """By products in float32 and in bfloat16, and log densities a second in a NumPy loop over walkers."""
    points = of.centre.draws(size.chains, np.random.default_rng(0))
    x, y, weights = of.model.features, of.model.labels, points[0].reshape(-1, size.classes - 1)

    def rate(count: int, evaluate: Callable[[], object]) -> float:
        jax.block_until_ready(evaluate())
        seconds = []
        for _ in range(5):
            begun = time.perf_counter()
            jax.block_until_ready(evaluate())
            seconds.append(time.perf_counter() - begun)
        return count / min(seconds)

    def by_hand() -> float:
        logits = np.column_stack([x @ weights, np.zeros(len(x))])
        return float(log_softmax(logits, axis=1)[np.arange(len(y)), y].sum())

    small = points.astype(np.float32)

    def at_once(density: SoftmaxRegression | InTiles) -> Rates:
        return Rates(*(rate(len(points), partial(f, small)) for f in (density.value_and_grad, density.log_prob)))

    return at_once(of.density(tiles=False)), at_once(of.density(tiles=True)), rate(1, by_hand)


def gradient_flops(size: Size) -> int:
    """Operations of the two matrix products of one gradient in contrasts."""
    return 2 * 2 * size.items * (size.units + 1) * (size.classes - 1)


def of_z(found: nuts.Found, of: Problem) -> Chains:
    """A peer's draws, in the centre's coordinates, as chains of contrasts."""
    points = of.centre.points(found[0].astype(float)).astype(np.float32)
    log_prob = np.stack([np.asarray(of.model.log_prob(chain)) for chain in points])
    return Chains(points, log_prob, 0, 0.0, 0.0, wall_seconds=found[1])


def by_nuts(peer: Callable[..., nuts.Found]) -> Callable[[Problem, Size], Chains]:
    def sample(of: Problem, size: Size) -> Chains:
        start = 2 * np.random.default_rng(0).standard_normal((size.few, len(of.centre.mean)))
        density = whitened(of.model.value_and_grad, of.centre)
        return of_z(peer(density, start, size.warmup, size.nuts_draws, 0), of)

    return sample


def by_emcee(
    gentle: Callable[[Partial], emcee.moves.Move],
    move: Callable[[Partial], emcee.moves.Move],
    cost: int,
    patience: int = 1,
    tiles: bool = False,
) -> Callable[[Problem, Size], Chains]:
    """emcee with a move that looks at one walker alone, which costs so many gradients or densities a step.

    Walkers that start twice too wide settle by a gentler move, as those of split HMC do in its pilot: bold proposals
    from out there are hardly ever accepted. They get so many times the evaluations that the split step needs for it.
    """

    def sample(of: Problem, size: Size) -> Chains:
        start = 2 * np.random.default_rng(0).standard_normal((size.chains, len(of.centre.mean)))
        by = of.density(tiles)
        log_prob, density = whitened_log_prob(by.log_prob, of.centre), whitened(by.value_and_grad, of.centre)
        settled = run_ensemble(log_prob, start, gentle(density), patience * size.settling * 4 // cost, seed=1)
        run = run_ensemble(log_prob, settled.walkers[-1], move(density), size.draws * 4 // cost, seed=0)
        chains = walker_chains(run)
        return from_the_centre(replace(chains, draws=of.centre.points(chains.draws).astype(np.float32)), of, tiles)

    return sample


def from_the_centre(chains: Chains, of: Problem, tiles: bool) -> Chains:
    """With the log density whole: in tiles, it is less that at the centre."""
    there = float(of.model.log_prob(of.centre.mean[None])[0]) if tiles else 0
    return replace(chains, log_prob=chains.log_prob + there)


def split(of: Problem, size: Size, scheme: Scheme | None = None, tiles: bool = False) -> Chains:
    warmup = size.settling if scheme is None else size.warmup  # without a pilot chains have yet to come down
    density = of.density(tiles).value_and_grad
    found = split_hmc(density, of.centre, size.chains, size.draws, warmup, 0, scheme=scheme)
    return from_the_centre(found, of, tiles)


def tfp_hmc(of: Problem, size: Size) -> Chains:
    return whitened_hmc(of.model.value_and_grad, of.centre, size.chains, size.draws, size.warmup, 0)


GENTLE_SPLIT = partial(SplitStep, scheme=strang(6))

SIDES: dict[str, tuple[str, Callable[[Problem, Size], Chains]]] = {
    "split HMC, by pilot": ("secondlook", split),
    "split HMC, Strang by 2": ("secondlook", partial(split, scheme=strang(2))),
    "split HMC, in tiles": ("secondlook", partial(split, tiles=True)),
    "TFP HMC, whitened": ("tensorflow_probability", tfp_hmc),
    "emcee, our split step": ("emcee", by_emcee(GENTLE_SPLIT, SplitStep, cost=4)),
    "emcee, split step in tiles": ("emcee", by_emcee(GENTLE_SPLIT, SplitStep, cost=4, tiles=True)),
    "emcee, our Crank-Nicolson": (
        "emcee",
        by_emcee(lambda _: crank_nicolson(0.3), lambda _: crank_nicolson(0.6), cost=1, patience=4),
    ),
    "TFP NUTS": ("tensorflow_probability", by_nuts(nuts.tfp)),
    "NumPyro NUTS": ("numpyro", by_nuts(nuts.numpyro)),
    "BlackJAX NUTS": ("blackjax", by_nuts(nuts.blackjax)),
}


class Worth(NamedTuple):
    """Least effective sample sizes, of contrasts, the log density and predictive probabilities, and the worst R-hat."""

    contrasts: float
    log_prob: float
    predictive: float
    rhat: float

    @property
    def least(self) -> float:
        return min(self[:3])


def worth(chains: Chains, of: Problem) -> Worth:
    """What the draws are worth."""
    p = [probabilities(of.held_out, chain, of.model.classes).reshape(len(chain), -1) for chain in chains.draws]
    told = [diagnose(draws) for draws in (chains.draws, chains.log_prob[..., None], np.stack(p))]
    contrasts, log_prob, predictive = (float(found.ess_bulk.min()) for found in told)
    return Worth(contrasts, log_prob, predictive, max(found.largest_rhat for found in told))


def stock(of: Problem, size: Size) -> Iterator[str]:
    """Seconds a step of emcee's own moves. A few hundred thousand steps are one autocorrelation time (notebook 14)."""
    log_prob = whitened_log_prob(of.model.log_prob, of.centre)
    start = np.random.default_rng(0).standard_normal((2 * len(of.centre.mean), len(of.centre.mean)))
    for move in (emcee.moves.StretchMove(), emcee.moves.DEMove()):
        run_ensemble(log_prob, start, move, 1, seed=0)  # compiles
        found = run_ensemble(log_prob, start, move, size.walls, seed=0)
        each = found.wall_seconds / size.walls
        name = type(move).__name__
        yield f"emcee {name}: {len(start):,} walkers, {each:.2f} s a step, {found.acceptance:.1%} accepted"


def main(size: Size = Size()) -> None:
    """Rates first, then every side in turn."""
    of = problem(size)
    peak = matrix_product.peaks()
    print(f"{size.items:,} items, {size.units + 1} features, {size.classes} classes, {len(of.centre.mean):,} contrasts")
    print(f"mode {of.seconds['mode']:.1f} s, variational centre {of.seconds['centre']:.1f} s")
    print(matrix_product.told(peak))
    by_float32, by_tiles, by_hand = evaluation_rates(of, size)
    print(f"{size.chains} chains at once:")
    for name, by in (("float32", by_float32), ("tiles of bfloat16", by_tiles)):
        share = by.gradients * gradient_flops(size) / max(peak.values())
        print(f"by {name}: {by.gradients:,.0f} gradients/s, {share:.0%} of the peak", end="; ")
        print(f"{by.log_probs:,.0f} log densities/s, ", end="")
        print(f"{by.log_probs / by_hand:.0f} times a loop in NumPy's float64")
    print(f"\n{'':28}{'ESS/s contrasts':>16}{'log density':>13}{'predictive':>12}{'R-hat':>8}{'accepted':>10}", end="")
    print(f"{f's to {ENOUGH:,}':>12}{'load':>7}")
    for side in rounds.at_hand({side: library for side, (library, _) in SIDES.items()}):
        begun = time.perf_counter()
        chains = SIDES[side][1](of, size)
        before = sum(of.seconds.values()) + time.perf_counter() - begun - chains.wall_seconds
        found = worth(chains, of)
        rates = [each / chains.wall_seconds for each in found[:3]]
        total = before + ENOUGH / min(rates)
        load = rounds.os.getloadavg()[0]
        print(f"{side:28}{rates[0]:16.1f}{rates[1]:13.1f}{rates[2]:12.1f}{found.rhat:8.3f}", end="")
        print(f"{chains.acceptance:10.1%}{total:12.1f}{load:7.1f}", flush=True)
    print()
    for line in stock(of, size):
        print(line, flush=True)


if __name__ == "__main__":
    main()
