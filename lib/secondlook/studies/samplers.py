"""Metropolis, Gibbs, NUTS and ADVI on one posterior: how fast each comes how close to it. Notebook 10.

The posterior is that of a linear regression whose two variances are unknown: the only small model on which all four can
run. The truth is a much longer Gibbs run from other random numbers.
"""

from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np

from secondlook.data import diabetes
from secondlook.data.dataset import by_fingerprint
from secondlook.regression import Hierarchical, InverseGamma
from secondlook.runs import Comparison, Config, Run, Study
from secondlook.samplers import Chains, diagnose, metropolis, nuts
from secondlook.variational.advi import advi

CHAINS = 4
CHECKPOINTS = 8
"""Budgets at which the error is measured: from 1/128 of all draws, doubling, to all of them."""
REFERENCE_SWEEPS, REFERENCE_SEED = 100_000, 2017


@dataclass(frozen=True, kw_only=True)
class SamplerRun(Config):
    """One method, once: so many draws a chain after so many of warm-up, or so many steps of ADVI."""

    method: str
    """metropolis, gibbs, nuts or advi."""
    draws: int
    warmup: int


class Estimate(NamedTuple):
    """Means and standard deviations of the parameters, ``(d,)``, and the processor seconds they took."""

    mean: np.ndarray
    sd: np.ndarray
    seconds: float


@cache
def model(fingerprint: str) -> Hierarchical:
    """The regression, with weak laws on both variances; outcome and measurements are standardised."""
    found = diabetes.load()
    patients = by_fingerprint(fingerprint, {found.fingerprint: found})
    return Hierarchical(patients.x, patients.y, InverseGamma(1.0, 0.1), InverseGamma(1.0, 0.5))


def starts(d: int, seed: int) -> np.ndarray:
    """Where chains start: N(0, 1), far wider than the posterior, ``(chains, d)``."""
    return np.random.default_rng(seed).normal(size=(CHAINS, d))


@cache
def reference(fingerprint: str) -> Estimate:
    """The truth, to a few thousandths of a standard deviation."""
    of = model(fingerprint)
    chains = of.gibbs(starts(of.x.shape[1] + 2, REFERENCE_SEED), REFERENCE_SWEEPS, 1000, REFERENCE_SEED)
    return summary(chains, REFERENCE_SWEEPS)


def summary(chains: Chains, draws: int) -> Estimate:
    """What the first so many draws of each chain say, had the run ended there."""
    values = chains.draws[:, :draws].astype(float)
    seconds = chains.warmup_seconds + chains.seconds * draws / chains.draws.shape[1]
    return Estimate(values.mean(axis=(0, 1)), values.std(axis=(0, 1)), seconds)


def errors(found: Estimate, truth: Estimate) -> tuple[float, float]:
    """Root mean square over parameters: of the error of the mean in true sds, and of the log ratio of the sds."""
    of_mean, of_sd = (found.mean - truth.mean) / truth.sd, np.log(found.sd / truth.sd)
    return float(np.sqrt(np.mean(of_mean**2))), float(np.sqrt(np.mean(of_sd**2)))


def run(config: SamplerRun) -> Run:
    """Run one method, and hold what it says at each budget against the truth."""
    of, truth = model(config.data), reference(config.data)
    d = len(truth.mean)
    budgets = [config.draws >> k for k in reversed(range(CHECKPOINTS))]
    if config.method == "advi":
        fits = [advi(of.log_joint, d, steps, config.seed) for steps in budgets]
        path = [Estimate(fit.loc, fit.sd, fit.seconds) for fit in fits]
        found = {"evaluations": np.array(fits[-1].evaluations), "seconds": np.array(fits[-1].seconds)}
        agreement = {}
    else:
        chains = sample(of, config, starts(d, config.seed))
        path = [summary(chains, draws) for draws in budgets]
        told = diagnose(chains.draws)
        found = {name: np.array(getattr(chains, name)) for name in ("evaluations", "seconds", "warmup_seconds")}
        found |= {"ess": told.ess_bulk, "ess_tail": told.ess_tail, "rhat": told.rhat}
        agreement = {"rhat": float(told.rhat.max())}
    of_mean, of_sd = np.transpose([errors(at, truth) for at in path])
    return Run(
        {"mean_error": of_mean[-1], "sd_error": of_sd[-1], **agreement},
        {"mean_error": of_mean, "sd_error": of_sd, "seconds": np.array([at.seconds for at in path])},
        found | {"mean": path[-1].mean, "sd": path[-1].sd, "true_mean": truth.mean, "true_sd": truth.sd},
    )


def sample(of: Hierarchical, config: SamplerRun, start: np.ndarray) -> Chains:
    """The chains of one sampler."""
    if config.method == "gibbs":
        return of.gibbs(start, config.draws, config.warmup, config.seed)
    sampler = {"metropolis": metropolis, "nuts": nuts}[config.method]
    return sampler(of.log_joint, start, config.draws, config.warmup, config.seed)


def arms(prefix: str, seeds: int, sizes: dict[str, tuple[int, int]]) -> tuple[SamplerRun, ...]:
    """One run a seed of every method, at its draws and warm-up."""
    return tuple(
        SamplerRun(
            study="samplers",
            arm=prefix + method,
            seed=seed,
            data=diabetes.load().fingerprint,
            method=method,
            draws=draws,
            warmup=warmup,
        )
        for method, (draws, warmup) in sizes.items()
        for seed in range(seeds)
    )


SIZES = {"metropolis": (51_200, 10_000), "gibbs": (20_480, 200), "nuts": (5_120, 1_000), "advi": (20_480, 0)}
TOY_SIZES = {"metropolis": (10_240, 2_000), "gibbs": (5_120, 100), "advi": (5_120, 0)}
"""Draws or steps, and warm-up. The toy has no NUTS, which takes longest to compile; that of `dimensions` has."""
STUDY = Study(
    name="samplers",
    full=arms("", 10, SIZES),
    toy=arms("toy ", 1, TOY_SIZES),
    comparisons=tuple(
        Comparison("samplers/nuts", f"samplers/{other}", frozenset({"method", "draws", "warmup"}))
        for other in ("metropolis", "gibbs", "advi")
    ),
    run=run,
)
