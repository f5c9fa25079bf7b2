r"""What a posterior may cost: why a mean-field fit to few songs does best to ignore them. Notebook 12 derives it.

A net that gives every one of C classes the same chance has a bound of −n ln C at almost no divergence. Log likelihoods
are at most 0, so the bound of any posterior q is at most −KL(q ‖ p): one that lies further than n ln C from the prior
is worse, by its own bound, than a posterior that has learnt nothing.
"""

import numpy as np

from secondlook.checks.bayesian_songs.systems import SYSTEMS, arm
from secondlook.results import Arm


def budget(songs: int, classes: int) -> float:
    """n ln C in nats: the most divergence that knowing every song's class could pay for."""
    return float(songs * np.log(classes))


def log_likelihood(of: Arm) -> np.ndarray:
    """The mean log likelihood of a training song under the posterior, in nats, from the objective: ``(seeds,)``."""
    counted = of.config["times"] * of.config["songs"]
    return np.asarray(of.scores["objective"] + of.scores["divergence"] / counted)


def bound(of: Arm) -> np.ndarray:
    """The evidence lower bound of the songs that there are, each counted once, in nats: ``(seeds,)``."""
    return np.asarray(of.config["songs"] * log_likelihood(of) - of.scores["divergence"])


def row(source: str, system: str, classes: int, songs: int | None = None) -> tuple[float, float, float]:
    """Means over seeds of a variational system: its divergence, what could be paid for, and its bound."""
    of = arm(source, SYSTEMS[system].arm, songs)
    return float(of.scores["divergence"].mean()), budget(of.config["songs"], classes), float(bound(of).mean())
