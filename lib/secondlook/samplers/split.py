"""Split Hamiltonian Monte Carlo: from a normal that is nearly right to exact draws, in a gradient or two each.

The trajectories and their derivation are in `splitting`; Casas, Sanz-Serna and Shaw (2022, Statistics and Computing 32)
say why the coordinates must be the centre's. Notebook 14.
"""

import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from typing import Any

import numpy as np
from jax.tree_util import Partial

from secondlook.centre import Centre
from secondlook.samplers.chains import Chains, ValueAndGrad
from secondlook.samplers.splitting import Point, Scheme, chosen, evaluate, lobatto, strang, trajectory
from secondlook.samplers.white import arrays, as_argument, at, whitened

SPREAD = 2.0
"""Chains start this many times wider than the centre, so that R-hat can tell whether they forget it."""
SCHEMES = [lobatto(), *(strang(rotations) for rotations in (2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 128))]
"""What the pilot tries in turn: kicks that cancel the error of the first order, then ever shorter rotations. The last
are seldom chosen, but bring chains down from flanks that are steeper than the posterior is where they come to."""
PILOT = 10
"""Draws by which a scheme is judged, in its later half."""
SETTLED, FEWEST = 0.8, 0.6
"""Acceptance at which chains are taken to have come from their starts, and that a scheme needs to be chosen."""
STUCK = 0.1
"""A chain that accepts less than this has not come from its start, however well the others do."""


def split_hmc(
    value_and_grad: ValueAndGrad,
    centre: Centre,
    chains: int,
    draws: int,
    warmup: int,
    seed: int,
    keep: Callable[[Any], Any] = lambda points: points,
    scheme: Scheme | None = None,
) -> Chains:
    """Draws from the density about a centre; all chains advance together, and depend on the seed alone.

    A pilot goes through `SCHEMES` until all chains have come from their overdispersed starts to where the density is,
    and again to choose one. A chain that stays with probability 1 − a, and else is at an independent draw, has an
    autocorrelation of 1 − a after one step: a draw of it is worth a/(2 − a) independent ones. The scheme with the most
    of that for a gradient is chosen. Then come `warmup` draws that are thrown away. Of each later draw,
    ``keep(points)`` of the points ``(chains, d)`` is kept, such as predictive probabilities in place of weights.

    The gradient may be rough: kicks by it cost acceptance, and the log density decides what is accepted.

    Raises ValueError where the log density is not finite at a start, and for fewer than one chain or draw.
    """
    refuse_none(chains, draws)
    rng = np.random.default_rng(seed)
    density, mean_and_factor = whitened(value_and_grad, centre), arrays(centre)
    point = evaluate(density, SPREAD * rng.standard_normal((chains, len(centre.mean)), np.float32))
    refuse_infinite(np.asarray(point.log_prob))
    keeping = partial(at, as_argument(keep), *mean_and_factor)
    keeping(point.z)  # compiles
    begun, used = time.process_time(), chains
    if scheme is None:
        point, scheme, used = _pilot(density, point, rng)
    walk = _walk(density, point, scheme, rng)
    for _ in islice(walk, warmup):
        pass
    middle, clock = time.process_time(), time.perf_counter()
    kept, log_probs, rates = [], [], []
    for point, rate in islice(walk, draws):
        kept.append(np.asarray(keeping(point.z)))
        log_probs.append(np.asarray(point.log_prob))
        rates.append(rate.mean())
    return Chains(
        draws=np.stack(kept, axis=1),
        log_prob=np.stack(log_probs, axis=1),
        evaluations=chains * draws * scheme.gradients,
        seconds=time.process_time() - middle,
        warmup_seconds=middle - begun,
        warmup_evaluations=used + chains * warmup * scheme.gradients,
        acceptance=float(np.mean(rates)),
        wall_seconds=time.perf_counter() - clock,
    )


def _walk(
    density: Partial, point: Point, scheme: Scheme, rng: np.random.Generator
) -> Iterator[tuple[Point, np.ndarray]]:
    """Draw after draw, and the probability with which each chain accepts; each reuses its first gradient."""
    while True:
        end, log_ratio = trajectory(density, point, rng.standard_normal(point.z.shape, np.float32), scheme)
        ratio = np.exp(np.minimum(np.nan_to_num(np.asarray(log_ratio), nan=-np.inf), 0))
        point = chosen(rng.random(len(ratio)) < ratio, end, point)
        yield point, ratio


def _pilot(density: Partial, point: Point, rng: np.random.Generator) -> tuple[Point, Scheme, int]:
    """Where the chains have come to, the scheme that is worth most for a gradient there, and the gradients it took."""
    used = len(point.z)

    def rate(scheme: Scheme) -> float:
        """Its mean acceptance; 0 if a chain is stuck."""
        nonlocal point, used
        points, rates = zip(*islice(_walk(density, point, scheme, rng), PILOT), strict=True)
        point, used = points[-1], used + len(point.z) * PILOT * scheme.gradients
        of_chains = np.mean(rates[PILOT // 2 :], axis=0)
        return float(of_chains.mean()) if of_chains.min() > STUCK else 0.0

    best = next((scheme for scheme in SCHEMES if rate(scheme) > SETTLED), SCHEMES[-1])
    most = 0.0
    for scheme in SCHEMES:
        if 1 / scheme.gradients <= most:
            break  # even if it were always accepted
        accepted = rate(scheme)
        worth = accepted / (2 - accepted) / scheme.gradients
        if accepted > FEWEST and worth > most:
            best, most = scheme, worth
    return point, best, used


def refuse_none(chains: int, draws: int) -> None:
    """ValueError where there is nothing to draw."""
    if min(chains, draws) < 1:
        raise ValueError(f"{draws} draws of {chains} chains are none; ask for at least 1 of each")


def refuse_infinite(log_prob: np.ndarray) -> None:
    """ValueError where a chain starts at no finite log density ``(chains,)``."""
    if not np.isfinite(log_prob).all():
        chain = int(np.argmin(np.isfinite(log_prob)))
        raise ValueError(
            f"the log density is {log_prob[chain]} at the start of chain {chain}, {SPREAD:g} standard deviations of "
            "the centre wide; give a centre closer to the density"
        )
