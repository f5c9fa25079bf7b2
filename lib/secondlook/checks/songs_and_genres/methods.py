"""The optimiser, and what makes nets hard to optimise: B04 and B05."""

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax

from secondlook.checks.exact import decide
from secondlook.checks.songs_and_genres import printed
from secondlook.claims import Verdict, check

STEPS = 4000
WARM = STEPS // 4
"""Steps before which running means have not filled; rates are compared after them."""
GRADIENTS: Mapping[str, np.ndarray] = {
    "stays": np.ones(STEPS),
    "shrinks": np.geomspace(1, 0.1, STEPS),
    "grows": np.geomspace(0.1, 1, STEPS),
}
OPTIMISERS: Mapping[str, optax.GradientTransformation] = {
    "AdaGrad": optax.adagrad(1.0, initial_accumulator_value=0.0),
    "RMSProp": optax.rmsprop(1.0),
    "Adam": optax.adam(1.0, b1=0.0),
}
"""Each with learning rate 1; Adam without its momentum, which is looked at by itself."""


def changes(optimiser: optax.GradientTransformation, gradients: np.ndarray) -> np.ndarray:
    """What an optimiser adds to one weight at every step, ``(steps,)``, given its gradients."""

    def step(state: Any, gradient: jax.Array) -> tuple[Any, jax.Array]:
        change, state = optimiser.update(gradient, state)
        return state, change

    return np.asarray(jax.lax.scan(step, optimiser.init(np.float32(0)), jnp.asarray(gradients, jnp.float32))[1])


def rates(optimiser: optax.GradientTransformation, gradients: np.ndarray) -> np.ndarray:
    """The effective learning rate, step over gradient."""
    return -changes(optimiser, gradients) / gradients


def trend(rate: np.ndarray) -> str:
    """Whether a rate falls, rises or stays (to 1 %) from the end of the warm-up to the last step."""
    ratio = rate[-1] / rate[WARM]
    return "falls" if ratio < 0.99 else "rises" if ratio > 1.01 else "stays"


def trends() -> dict[str, dict[str, str]]:
    """The trend of every optimiser's effective rate, by what the gradient does."""
    return {name: {how: trend(rates(opt, g)) for how, g in GRADIENTS.items()} for name, opt in OPTIMISERS.items()}


def goes_on(optimiser: optax.GradientTransformation) -> bool:
    """Whether the weight still moves once the gradient is zero: momentum."""
    return bool(changes(optimiser, np.repeat([1.0, 0.0], 10))[10] != 0)


@check("B04")
def many_optima() -> Verdict:
    """What the cited work reports: the opposite of what it is cited for."""
    contradicted = "never encounter" in printed.GOODFELLOW
    return Verdict(
        "miscited" if contradicted else "upheld",
        "The cited work, Goodfellow, Vinyals and Saxe (arXiv 1412.6544, ICLR 2015), follows the straight line from the "
        f"first weights to the trained ones and reports that “{printed.GOODFELLOW}”. It does not say that large nets "
        "are usually hard to optimise, nor that local optima are in the way.",
        "many local optima, usually hard to optimise, by [9]",
        "no significant obstacles found, by [9]",
    )


@check("B05")
def adam() -> Verdict:
    """Whether the effective learning rates fall whatever the gradients do, and whether there is momentum."""
    found = trends()
    decreasing = all(trend == "falls" for name in ("RMSProp", "Adam") for trend in found[name].values())
    momentum = goes_on(optax.adam(1.0)) and not goes_on(OPTIMISERS["RMSProp"])
    return decide(
        decreasing and momentum,
        "The effective rate is the learning rate over the root of a running mean of squared gradients. "
        f"Where the gradient {', '.join(GRADIENTS)}, in this order, the rate of "
        + "; of ".join(f"{name} {', '.join(of.values())}" for name, of in found.items())
        + ". A rate that only ever falls is AdaGrad's. That Adam has momentum "
        + ("is right." if momentum else "is not found."),
        "a decreasing learning rate, as RMSProp's, and momentum",
        "a learning rate that adapts, up or down, and momentum",
    )
