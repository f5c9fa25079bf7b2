"""An ensemble whose trace has settled, and whose shape is wrong: A13."""

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval, at, short
from secondlook.checks.sampling_that_works.memory import document_look
from secondlook.claims import Kind, Verdict, check
from secondlook.results import Arm
from secondlook.studies.walkers import DECEIVING, DOCUMENT, LARGEST, NARROW, QUANTILES, WIDE, place

OFF = 1.25
"""A standard deviation that is wrong by more than this factor is not that of the target."""
FLAT = 0.1
"""A trace looks settled when what it still changes is a smaller part of what it has changed."""
NAMES = tuple(f"ratio {q}" for q in QUANTILES)


def deceiving(move: str = "stretch") -> Arm:
    """The ensemble of as many dimensions as the layer has weights, on a target that is not round, from a ball."""
    return over_seeds.arm(f"walkers/{place(move, LARGEST, **DECEIVING)}")


def decide(narrow: Interval, wide: Interval) -> Kind:
    """Whether the ensemble has the target's shape: by the ratios of the 5 % narrowest and of the 5 % widest."""
    if narrow.high < 1 / OFF or wide.low > OFF:
        return "not upheld"
    return "upheld" if narrow.low > 1 / OFF and wide.high < OFF else "inconclusive"


def still_to_come(of: Arm) -> float:
    """What the mean height changes after the document's steps, as a share of what it has changed by then."""
    height, look = of.curves["height"]["mean"], document_look(of)
    return float(abs(height[-1] - height[look]) / abs(height[look] - begun()))


def begun() -> float:
    """The height of a standard normal, from which the ensemble starts."""
    return float(np.mean(np.geomspace(NARROW, WIDE, LARGEST) ** -2.0))


@check("A13")
def converged() -> Verdict:
    """The ensemble's standard deviations over the target's, and the trace, after the document's last step."""
    of = deceiving()
    look, steps = document_look(of), of.config["steps"]
    low, middle, high = (at(of, name, look) for name in NAMES)
    later = [at(of, name, -1).mean for name in NAMES]
    height = of.curves["height"]["mean"]
    kind = decide(low, high)
    deceives = still_to_come(of) < FLAT and kind == "not upheld"
    return Verdict(
        kind,
        f"The same settings on a normal of {LARGEST:,} dimensions, started from N(0, 1) in each. After {DOCUMENT} "
        f"steps the ensemble's standard deviation is at most {short(low.mean)} times the target's in the 5 % of the "
        f"directions where that is least, at least {short(high.mean)} times in the 5 % where it is largest. The mean "
        "of |x/sd|²/d, all that "
        f"a trace of the log density shows, is {height[look]:.2f}, in equilibrium 1: "
        + (
            "a trace that looks settled, and an ensemble that is not the target."
            if deceives
            else "the trace shows whether the ensemble has arrived."
        ),
        evidence=(
            f"The normal's standard deviations run from {NARROW:g} to {WIDE:g}, the ball's is 1; there are "
            f"{len(of.seeds)} seeds.",
            f"The ensemble's standard deviation over the target's, direction by direction, after {DOCUMENT} steps: 5 % "
            f"are below {low}, half below {middle}, 95 % below {high}.",
            f"After {steps:,} steps these three are {', '.join(short(x) for x in later)}.",
            f"The mean of |x/sd|²/d has come from {short(begun())} to {height[look]:.2f} after {DOCUMENT} steps, and "
            f"is {height[-1]:.2f} after {steps:,}.",
        ),
    )
