"""What makes sampling slow: the number of parameters, of items or of features, each varied alone. Notebook 10.

Two targets. A standard normal has nothing but its dimension. A small convolutional net on made series has all three
numbers, and they can be chosen apart: its kernels slide along a series and their outputs are averaged over it, so
longer series are more input features and no more parameters; more kernels are more parameters on the same data.
"""

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.runs import Comparison, Config, Run, Study
from secondlook.samplers import diagnose, metropolis, nuts
from secondlook.samplers.chains import LogProb

CHAINS, WIDTH, TEST_ITEMS = 4, 4, 20
"""Chains a run; how many points a kernel sees; series on which the net's draws are looked at."""


@dataclass(frozen=True, kw_only=True)
class DimensionRun(Config):
    """One run of one sampler; a standard normal has neither items nor features. `data` names how series are made."""

    method: str
    """nuts or metropolis."""
    parameters: int
    items: int
    features: int
    """Points of a series."""
    draws: int
    warmup: int


class Series(NamedTuple):
    """What the kernels see of each series, ``(items, places, WIDTH)``, and its class, ``(items,)``."""

    windows: jax.Array
    y: jax.Array


def series(items: int, features: int, rng: np.random.Generator) -> Series:
    """Series of two hidden traits, a level and a smoothness, that together decide the odds of the class.

    x_t = level/2 + e_t, where e_t = ρ e_{t−1} + √(1−ρ²) noise, ρ = 0.9 tanh(smoothness), and both traits are N(0, 1);
    log odds are twice their sum.
    """
    level, smoothness = rng.normal(size=(2, items))
    rho = 0.9 * np.tanh(smoothness)
    x = rng.normal(size=(features, items))
    for t in range(1, features):
        x[t] = rho * x[t - 1] + np.sqrt(1 - rho**2) * x[t]
    windows = np.lib.stride_tricks.sliding_window_view(x.T + level[:, None] / 2, WIDTH, axis=1)
    y = rng.random(items) < 1 / (1 + np.exp(-2 * (level + smoothness)))
    return Series(jnp.asarray(windows, jnp.float32), jnp.asarray(y, jnp.float32))


def logits(theta: jax.Array, windows: jax.Array) -> jax.Array:
    """Log odds ``(items,)``: kernels, tanh, the mean along the series, and a linear layer; θ ~ N(0, I)."""
    kernels = (len(theta) - 1) // (WIDTH + 2)
    weight, bias, out = jnp.split(theta[:-1], [WIDTH * kernels, (WIDTH + 1) * kernels])
    hidden = jnp.tanh(windows @ weight.reshape(WIDTH, kernels) + bias).mean(axis=1)
    return hidden @ out * 4 / np.sqrt(kernels) + theta[-1]


def log_joint(data: Series) -> LogProb:
    """log p(y, θ) of the net, up to a constant."""

    def of(theta: jax.Array) -> jax.Array:
        z = logits(theta, data.windows)
        return jnp.sum(data.y * z - jax.nn.softplus(z)) - 0.5 * theta @ theta

    return of


def run(config: DimensionRun) -> Run:
    """Sample one target; the draws are worth what the worst of the quantities looked at is worth.

    Of the normal these are its parameters, of the net its log odds on new series: kernels may change places without
    any change in what the net says. The log density is looked at in both.
    """
    rng = np.random.default_rng(config.seed)
    net = config.items > 0
    target = log_joint(series(config.items, config.features, rng)) if net else lambda theta: -0.5 * theta @ theta
    sampler = {"nuts": nuts, "metropolis": metropolis}[config.method]
    start = rng.normal(size=(CHAINS, config.parameters))
    chains = sampler(target, start, config.draws, config.warmup, config.seed)
    seen = chains.draws
    if net:
        unseen = series(TEST_ITEMS, config.features, rng).windows
        seen = np.asarray(jax.vmap(jax.vmap(lambda theta: logits(theta, unseen)))(jnp.asarray(chains.draws)))
    told = diagnose(np.concatenate([seen, chains.log_prob[..., None]], axis=2))
    return Run(
        {"rhat": float(told.rhat.max()), "log_prob": float(chains.log_prob.mean())},
        items={
            "ess": np.array(told.ess_bulk.min()),
            "diverged": np.array(chains.diverged),
            **{name: np.array(getattr(chains, name)) for name in ("evaluations", "seconds", "warmup_seconds")},
        },
    )


USUAL = {"parameters": 49, "items": 50, "features": 16}
NETS = {"parameters": (25, 97, 193, 385), "items": (12, 25, 100, 200), "features": (8, 32, 64, 128)}
"""What the net is and has usually, and to what one of the three is changed."""
NORMALS = (2, 6, 20, 64)


def arm(name: str, seeds: int, **settings: int | str) -> tuple[DimensionRun, ...]:
    """One run a seed."""
    fixed = {"study": "dimensions", "arm": name, "data": "made series", "method": "nuts", "draws": 500, "warmup": 600}
    return tuple(DimensionRun(**{**fixed, **settings, "seed": seed}) for seed in range(seeds))  # type: ignore[arg-type]


def net_arm(what: str, value: int) -> str:
    """The name of the arm in which one of the three numbers has that value."""
    return "net" if USUAL[what] == value else f"net {value} {what}"


def normal_arm(method: str, parameters: int) -> str:
    """The name of the arm of a standard normal."""
    return f"normal {method} {parameters} parameters"


STUDY = Study(
    name="dimensions",
    full=(
        *arm("net", 5, **USUAL),
        *(
            config
            for what, values in NETS.items()
            for value in values
            for config in arm(net_arm(what, value), 5, **(USUAL | {what: value}))
        ),
        *(
            config
            for method, draws, warmup in (("nuts", 500, 600), ("metropolis", 20_000, 40_000))
            for n in NORMALS
            for config in arm(
                normal_arm(method, n), 5, method=method, parameters=n, items=0, features=0, draws=draws, warmup=warmup
            )
        ),
    ),
    toy=(
        *arm("toy net", 1, parameters=25, items=20, features=8, draws=400, warmup=400),
        *arm("toy normal", 1, method="metropolis", parameters=8, items=0, features=0, draws=5_000, warmup=2_000),
    ),
    comparisons=tuple(
        Comparison(f"dimensions/{net_arm(what, value)}", "dimensions/net", frozenset({what}))
        for what, values in NETS.items()
        for value in values
    ),
    run=run,
)
