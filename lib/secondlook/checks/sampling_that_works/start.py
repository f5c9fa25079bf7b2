"""Where document 000's walkers start, and how far they come back, from ensembles that are run as it ran them."""

from typing import NamedTuple

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval, around, over, short
from secondlook.claims import Kind
from secondlook.results import Arm
from secondlook.studies.last_layer.study import NAME, place

ITEMS = {"songs": 40_000, "gtzan": 442, "mnist": 55_000}
"""Training items of each source."""
SAID = {"songs": "40,000 synthetic songs", "gtzan": "GTZAN's 442 songs", "mnist": "55,000 digits of MNIST"}
TYPICAL = 3
"""Standard deviations of the log density: draws of the posterior lie within so many of its mean."""


class Heights(NamedTuple):
    """Log likelihoods below that of the most probable weights, in nats, and what a draw of the posterior has."""

    at_start: Interval
    """Mean of the finite walkers."""
    at_end: Interval
    of_best: Interval
    """The best walker at the end; this one is known seed by seed."""
    typical: Interval
    spread: float
    """The standard deviation of the log density from draw to draw of the posterior."""


def layer(source: str, method: str) -> Arm:
    """One way to the weights of the last layer of one source."""
    return over_seeds.arm(f"{NAME}/{place(source, method)}")


def at_mode(source: str) -> np.ndarray:
    """The log likelihood of the most probable weights, ``(seeds,)``."""
    of = over_seeds.on_common_seeds([layer(source, "mode"), layer(source, "document")], "train_nll")
    return -ITEMS[source] * of[0]


def below_mode(source: str, step: int) -> Interval:
    """How far the walkers' mean is below it; not seed by seed, as a record keeps mean and spread of curves alone."""
    curve, level = layer(source, "document").curves["log_likelihood"], at_mode(source)
    spread = float(np.hypot(level.std(ddof=1), curve["sd"][step]))
    return around(level.mean() - curve["mean"][step], spread, len(level))


def heights(source: str) -> Heights:
    """How far below the log likelihood of the most probable weights the walkers are, and draws of the posterior.

    Of draws it is the mean loss in log density, which for a normal of d dimensions is d/2, with a standard deviation of
    √(d/2).
    """
    drawn = layer(source, "hmc")
    mode, mean = over_seeds.on_common_seeds([layer(source, "mode"), drawn], "log_prob")
    spread = float(drawn.scores["log_prob_sd"].mean())
    of_best = at_mode(source) - layer(source, "document").scores["best_log_likelihood"]
    return Heights(below_mode(source, 0), below_mode(source, -1), over(of_best), over(mode - mean), spread)


def fit(source: str) -> float:
    """The log likelihood of the trained weights, about which the walkers start, a mean over seeds."""
    return -ITEMS[source] * float(layer(source, "point").scores["train_nll"].mean())


def regained(source: str) -> float:
    """The share of what the noise cost, from the fitted weights to the start, that is regained at the last step."""
    curve = layer(source, "document").curves["log_likelihood"]["mean"]
    return float((curve[-1] - curve[0]) / (fit(source) - curve[0]))


def finite(source: str, step: int) -> float:
    """The share of the walkers whose log likelihood is finite, a mean over seeds."""
    return float(layer(source, "document").curves["finite"]["mean"][step])


def typical_limit(of: Heights) -> float:
    """How far below the most probable weights all but a few draws of the posterior are at most."""
    return of.typical.mean + TYPICAL * of.spread


def decide(of: Heights) -> Kind:
    """Whether the walkers have come to where draws of the posterior are, after the last step."""
    limit = typical_limit(of)
    if max(of.at_end.low, of.of_best.low) > limit:
        return "not upheld"
    return "upheld" if of.at_end.high < limit else "inconclusive"


def separable(source: str) -> bool:
    """Whether some weights put every training item right: then larger ones are always more probable, and a flat prior
    has no posterior."""
    return bool((layer(source, "mode").scores["train_accuracy"] == 1).all())


def enough(source: str) -> float:
    """How far below the most probable weights walkers may end: as the trained ones, or as draws if these are lower.

    Draws are of a posterior with a prior; where a flat one has no posterior, they set no limit.
    """
    trained = at_mode(source).mean() - fit(source)
    return trained if separable(source) else max(trained, typical_limit(heights(source)))


def harmless(source: str) -> Kind:
    """Whether the walkers have come back to the height of the trained weights, or of draws if these are lower.

    From minus infinity they have not. Whether they have come to the posterior is another question: `decide`.
    """
    at_end, limit = heights(source).at_end, enough(source)
    if finite(source, -1) < 1 or at_end.low > limit:
        return "not upheld"
    return "upheld" if at_end.high < limit else "inconclusive"


def draws(of: Heights) -> str:
    """How far below the most probable weights draws of the posterior are, in words."""
    return f"draws of the posterior are {short(of.typical.mean)} below, with a standard deviation of {short(of.spread)}"


def share(of: float) -> str:
    """A share in per cent, 0 and 100 only where it is none and all."""
    return f"{100 * of:.0f} %" if of in (0, 1) or 0.01 <= of <= 0.99 else f"{100 * of:.4g} %"
