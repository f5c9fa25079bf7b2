"""Ensembles of walkers by emcee, from one seed, and what may be taken for a chain of them. Notebooks 13 and 14.

The walkers of an ensemble that moves by looking at itself, as those of the stretch and the DE move do, are not chains:
each depends on all the others, and they are wrong together. What R-hat may compare are *ensembles*, started apart and
run without knowing of each other. The chain of an ensemble is the average over its walkers, step by step: what is
estimated is the mean of that, and its autocorrelation is what counts (Goodman and Weare 2010, section 2).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import emcee
import numpy as np

from secondlook.samplers.chains import Chains


@dataclass(frozen=True, eq=False)
class Ensemble:
    """The walkers ``(steps, walkers, d)`` after each step that was kept, and their log densities ``(steps, walkers)``.

    `evaluations` counts the log densities of proposals, those of steps that were not kept too; `acceptance` is the
    share of proposals that were accepted; seconds are of processor time, and of the clock.
    """

    walkers: np.ndarray
    log_prob: np.ndarray
    evaluations: int
    acceptance: float
    seconds: float
    wall_seconds: float


def run_ensemble(
    log_prob: Callable[[Any], Any], start: np.ndarray, move: emcee.moves.Move, steps: int, seed: int, thin: int = 1
) -> Ensemble:
    """`steps` steps of emcee that are kept, each after `thin` steps, from walkers at start ``(walkers, d)``.

    `log_prob` takes all walkers at once. The random numbers depend on the seed alone, and NumPy's global ones are left
    as they are. Raises ValueError for walkers from which the move cannot go everywhere.
    """
    sampler = sampler_of(log_prob, start, move)
    begun, clock = time.process_time(), time.perf_counter()
    sampler.run_mcmc(first_state(start, seed), steps, thin_by=thin, skip_initial_state_check=True)
    seconds, wall_seconds = time.process_time() - begun, time.perf_counter() - clock
    accepted = float(sampler.acceptance_fraction.mean())
    evaluations = steps * thin * len(start)
    return Ensemble(sampler.get_chain(), sampler.get_log_prob(), evaluations, accepted, seconds, wall_seconds)


def sampler_of(
    log_prob: Callable[[Any], Any], start: np.ndarray, move: emcee.moves.Move, backend: Any = None
) -> emcee.EnsembleSampler:
    """emcee's sampler for these walkers; ValueError where they are too few, dependent, or of no finite log density."""
    if start.ndim != 2 or 0 in start.shape:
        raise ValueError(f"start has shape {start.shape}; give one row for each walker, (walkers, d)")
    walkers, d = start.shape
    if isinstance(move, emcee.moves.RedBlueMove):
        if walkers < 2 * d:
            raise ValueError(
                f"{walkers} walkers are too few for {type(move).__name__} in {d} dimensions: its proposals never leave "
                f"the plane that half of the walkers span; give at least {2 * d}"
            )
        if not emcee.ensemble.walkers_independent(start):
            raise ValueError(f"the {walkers} walkers start in a plane and never leave it; start them in all directions")

    def of_walkers(points: np.ndarray) -> np.ndarray:
        return np.asarray(log_prob(points.astype(np.float32)), float)

    density = of_walkers(start)
    if not np.isfinite(density).all():
        worst = int(np.argmin(np.isfinite(density)))
        raise ValueError(f"the log density is {density[worst]} at walker {worst}; start where it is finite")
    return emcee.EnsembleSampler(walkers, d, of_walkers, moves=move, vectorize=True, backend=backend)


def first_state(start: np.ndarray, seed: int) -> emcee.State:
    """The start with random numbers of its own: emcee would else take the global ones as they happen to be."""
    return emcee.State(np.array(start, float), random_state=np.random.RandomState(seed).get_state())


def average_chains(ensembles: Sequence[Ensemble], of: Callable[[np.ndarray], np.ndarray] = lambda w: w) -> Chains:
    """Independent ensembles as chains: the averages over walkers of ``of(walkers)``, such as squares, step by step.

    `diagnose` then says whether the ensembles agree, and the Monte Carlo error of the mean; that error, not the
    effective size of the averages, tells what single draws are worth: variance of a draw / error².
    """
    return Chains(
        draws=np.stack([of(ensemble.walkers).mean(axis=1) for ensemble in ensembles]),
        log_prob=np.stack([ensemble.log_prob.mean(axis=1) for ensemble in ensembles]),
        evaluations=sum(ensemble.evaluations for ensemble in ensembles),
        seconds=sum(ensemble.seconds for ensemble in ensembles),
        warmup_seconds=0.0,
        acceptance=float(np.mean([ensemble.acceptance for ensemble in ensembles])),
        wall_seconds=sum(ensemble.wall_seconds for ensemble in ensembles),
    )


def walker_chains(ensemble: Ensemble) -> Chains:
    """Each walker as a chain: right only for moves that look at one walker alone, as those in `moves` do."""
    return Chains(
        draws=ensemble.walkers.swapaxes(0, 1),
        log_prob=ensemble.log_prob.T,
        evaluations=ensemble.evaluations,
        seconds=ensemble.seconds,
        warmup_seconds=0.0,
        acceptance=ensemble.acceptance,
        wall_seconds=ensemble.wall_seconds,
    )
