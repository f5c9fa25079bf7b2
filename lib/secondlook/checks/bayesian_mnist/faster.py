"""Whether variational inference gets near the best predictions sooner than a sampler: C24."""

import numpy as np

from secondlook.checks.bayesian_mnist.family import RACES, family
from secondlook.checks.bayesian_mnist.gradients import GAPS, METHODS, apart, logs, lowest, matched, race, runs
from secondlook.checks.over_seeds import Compared, decide, together
from secondlook.checks.priors_on_weights.sampling import CONVERGED
from secondlook.claims import Verdict, check
from secondlook.compare import paired


def middle(found: np.ndarray) -> float:
    """The median over seeds, those that never get there last."""
    return float(np.median(np.where(np.isnan(found), np.inf, found)))


def median(found: np.ndarray, unit: str, digits: int = 0) -> str:
    """That median in words."""
    return f"{middle(found):,.{digits}f} {unit}" if np.isfinite(middle(found)) else "never"


def near(gap: float) -> str:
    """Gradients and processor seconds until the NLL is within that gap of the best, in words."""
    by = zip(race(gap), race(gap, "seconds"), strict=True)
    variational, nuts = (f"{median(work, 'gradients')} ({median(spent, 's', 2)})" for work, spent in by)
    return f"within {gap:g} nats of the best NLL, {variational} against {nuts}"


def times(compared: Compared) -> str:
    """How many times the cost of variational inference NUTS has, from a difference of common logarithms, in words."""
    found, p = compared
    mean, low, high = (10**-log for log in (found.difference, found.high, found.low))
    return f"{mean:.2g} times (95 % interval {low:.2g} to {high:.2g}; adjusted p = {p:.2g})"


def nearest(method: str) -> str:
    """The smallest of the `GAPS` within which a method gets in the median run, in words."""
    reached = [gap for gap in GAPS if np.isfinite(middle(getattr(race(gap), method)))]
    return f"within {min(reached):g} nats" if reached else f"not within {max(GAPS):g} nats"


@check("C24")
def faster() -> Verdict:
    """Gradients and seconds until predictions are as good as variational inference gets, and near the best."""
    gradients_of_both, seconds_of_both = (family()[(name,)] for name in RACES.values())
    warm = paired(*logs(matched(warmed_up=True)))
    last = ", ".join(f"{name} {of.items['nll'][:, -1].mean():.4f}" for name, of in zip(METHODS, runs(), strict=True))
    ours, floor = apart()
    rhat = max(float(of.scores["rhat"].max()) for of in runs()[1:])
    return Verdict(
        together(decide([gradients_of_both], -1), decide([seconds_of_both], -1)),
        "On small digits, to predict as well as variational inference ever does, NUTS needs "
        f"{times(gradients_of_both)} the gradients, and {times(seconds_of_both)} the processor time, its warm-up "
        f"included. In the median run variational inference comes {nearest('variational')} of the best NLL of all, "
        f"NUTS {nearest('nuts')}. Medians until both are {near(max(GAPS))}.",
        evidence=(
            f"Both have a net of 20 hidden units, one prior and {warm.n} seeds; gradients are over all items.",
            "Nothing is looked at before the end of the warm-up, so that both numbers are upper bounds; without it the "
            f"gradients are {10**-warm.difference:.2g} times as many ({10**-warm.high:.2g} to {10**-warm.low:.2g}, not "
            "adjusted).",
            *(f"Medians, variational inference against NUTS, until they are {near(gap)}." for gap in GAPS),
            f"At the end of all budgets the NLL is {last}; the best of all is {lowest().mean():.4f}.",
            f"Predictions of variational inference lie {ours:.3f} from those of NUTS in total variation, those of NUTS "
            f"from other seeds {floor:.3f}.",
            f"R-hat of NUTS's log density, of two chains, is up to {rhat:.3f}, where C07 asks for {CONVERGED}: that "
            "its predictions of different seeds agree does not show that they are the posterior's.",
        ),
    )
