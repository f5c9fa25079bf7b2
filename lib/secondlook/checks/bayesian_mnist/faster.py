"""Whether variational inference gets near the best predictions sooner than a sampler: C24."""

import numpy as np

from secondlook.checks.bayesian_mnist.family import RACE, family
from secondlook.checks.bayesian_mnist.gradients import DECISIVE, GAPS, METHODS, Race, apart, lowest, race, runs
from secondlook.checks.over_seeds import decide
from secondlook.claims import Verdict, check


def median(found: np.ndarray, unit: str) -> str:
    """The median over seeds, those that never get there last, in words."""
    middle = float(np.median(np.where(np.isnan(found), np.inf, found)))
    return f"{middle:,.0f} {unit}" if np.isfinite(middle) else "never"


def row(gap: float) -> tuple[Race, Race]:
    """Gradients and processor seconds until the NLL is within that gap of the best."""
    return race(gap), race(gap, "seconds")


@check("C24")
def faster() -> Verdict:
    """Gradients over all items until the NLL of the mean prediction is within a gap of the best."""
    compared = family()[(RACE,)]
    found, p = compared
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
    return Verdict(
        decide([compared], -1),
        f"On the digits, 20 hidden units, one prior, {found.n} seeds: the best NLL is {lowest().mean():.4f}; "
        f"variational inference against NUTS, medians: {'; '.join(told)}. Decided at {DECISIVE:g} nats: NUTS needs "
        f"{10**-found.difference:,.0f} times the gradients (95 % interval {10**-found.high:,.0f} to "
        f"{10**-found.low:,.0f}; adjusted p = {p:.2g}). The approximation is not the posterior: at the end of all "
        f"budgets the NLL is {last}; predictions of variational inference lie {ours:.3f} from those of NUTS in total "
        f"variation, those of NUTS from other seeds {floor:.3f}.",
    )
