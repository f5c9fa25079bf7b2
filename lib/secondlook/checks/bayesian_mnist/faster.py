"""Whether variational inference gets near the best predictions sooner than a sampler: C24."""

import numpy as np

from secondlook.checks.bayesian_mnist.family import RACES, family
from secondlook.checks.bayesian_mnist.gradients import GAPS, METHODS, Race, apart, logs, lowest, matched, race, runs
from secondlook.checks.over_seeds import Compared, decide, together
from secondlook.checks.priors_on_weights.sampling import CONVERGED
from secondlook.claims import Verdict, check
from secondlook.compare import paired


def median(found: np.ndarray, unit: str) -> str:
    """The median over seeds, those that never get there last, in words."""
    middle = float(np.median(np.where(np.isnan(found), np.inf, found)))
    return f"{middle:,.0f} {unit}" if np.isfinite(middle) else "never"


def row(gap: float) -> tuple[Race, Race]:
    """Gradients and processor seconds until the NLL is within that gap of the best."""
    return race(gap), race(gap, "seconds")


def times(compared: Compared) -> str:
    """How many times the cost of variational inference NUTS has, from a difference of common logarithms, in words."""
    found, p = compared
    middle, low, high = (10**-log for log in (found.difference, found.high, found.low))
    return f"{middle:.2g} times (95 % interval {low:.2g} to {high:.2g}; adjusted p = {p:.2g})"


@check("C24")
def faster() -> Verdict:
    """Gradients and seconds until predictions are as good as variational inference gets, and near the best."""
    gradients_of_both, seconds_of_both = (family()[(name,)] for name in RACES.values())
    warm = paired(*logs(matched(warmed_up=True)))
    told = []
    for gap in GAPS:
        gradients, seconds = row(gap)
        told.append(
            f"within {gap:g} nats, {median(gradients.variational, 'gradients')} "
            f"({median(seconds.variational, 's')}) against {median(gradients.nuts, 'gradients')} "
            f"({median(seconds.nuts, 's')})"
        )
    last = ", ".join(f"{name} {of.items['nll'][:, -1].mean():.4f}" for name, of in zip(METHODS, runs(), strict=True))
    ours, floor = apart()
    rhat = max(float(of.scores["rhat"].max()) for of in runs()[1:])
    return Verdict(
        together(decide([gradients_of_both], -1), decide([seconds_of_both], -1)),
        f"On the digits, 20 hidden units, one prior, {warm.n} seeds. To predict as well as variational inference ever "
        f"does, NUTS needs so many times its gradients over all items: {times(gradients_of_both)}; and its processor "
        f"time: {times(seconds_of_both)}. Both count its warm-up, before the end of which nothing is looked at, and so "
        f"are upper bounds; without it the gradients are {10**-warm.difference:.2g} times as many "
        f"({10**-warm.high:.2g} to {10**-warm.low:.2g}, not adjusted). To come near the best "
        f"NLL of all, {lowest().mean():.4f}, variational inference against NUTS, medians: {'; '.join(told)}. So it is "
        "sooner at a rough answer, and there are better ones that it cannot reach: at the end of all "
        f"budgets the NLL is {last}; predictions of variational inference lie {ours:.3f} from those of NUTS in total "
        f"variation, those of NUTS from other seeds {floor:.3f}. R-hat of NUTS's log density, of two chains, is up to "
        f"{rhat:.3f}, where C07 asks for {CONVERGED}: that its predictions of different seeds agree does not show that "
        "they are the posterior's.",
    )
