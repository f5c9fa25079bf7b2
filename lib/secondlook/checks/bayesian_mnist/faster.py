"""Whether variational inference gets near the best predictions sooner than a sampler: C24."""

import numpy as np

from secondlook.checks.bayesian_mnist.family import RACE, family
from secondlook.checks.bayesian_mnist.gradients import GAPS, METHODS, Race, apart, lowest, race, runs
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
    """Gradients over all items until predictions are as good as variational inference gets, and near the best."""
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
    rhat = max(float(of.scores["rhat"].max()) for of in runs()[1:])
    return Verdict(
        decide([compared], -1),
        f"On the digits, 20 hidden units, one prior, {found.n} seeds. To predict as well as variational inference ever "
        f"does, NUTS needs {10**-found.difference:,.0f} times the gradients over all items (95 % interval "
        f"{10**-found.high:,.0f} to {10**-found.low:,.0f}; adjusted p = {p:.2g}), which decides. To come near the best "
        f"NLL of all, {lowest().mean():.4f}, variational inference against NUTS, medians: {'; '.join(told)}. So it is "
        "sooner at what it can reach, and there is more that it cannot: at the end of all "
        f"budgets the NLL is {last}; predictions of variational inference lie {ours:.3f} from those of NUTS in total "
        f"variation, those of NUTS from other seeds {floor:.3f}. R-hat of NUTS's log density, of two chains, is up to "
        f"{rhat:.3f}, where C07 asks for 1.01: that its predictions of different seeds agree does not show that they "
        "are the posterior's.",
    )
