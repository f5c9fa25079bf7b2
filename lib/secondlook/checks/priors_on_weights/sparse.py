"""Whether a Laplace prior makes weights sparse: C17, from the records of softmax regression on digits."""

import numpy as np

from secondlook.checks.over_seeds import arm, together
from secondlook.checks.priors_on_weights.family import ACCURACY, METHODS, NEAR, family
from secondlook.checks.words import KEY, lines
from secondlook.claims import Kind, Verdict, check
from secondlook.results import Arm
from secondlook.studies.priors.sparsity import KEPT, SparsityRun

SPARSE = 0.1
"""With this share of weights at zero exactly, and more, they are sparse."""
LOST = 0.01
"""A loss of accuracy that pruning may cost."""


def zeros(law: str, method: str) -> float:
    """Mean over seeds of the share of weights that are zero exactly: of the mode, or of draws."""
    return float(arm(f"sparsity/{law} {method}").scores["zero"].mean())


def least_kept(of: Arm, order: str) -> float:
    """The smallest share of weights left by pruning at which mean accuracy is within `LOST` of that of all weights."""
    accuracy = of.items[f"{order}/{ACCURACY}"].mean(axis=0)
    enough = accuracy >= of.scores[ACCURACY].mean() - LOST
    return float(KEPT[: len(enough) if enough.all() else int(np.argmin(enough))].min())


def prunable(law: str, method: str) -> str:
    """How many weights may go, in words, by each order that the posterior has."""
    of = arm(f"sparsity/{law} {method}")
    orders = [order for order in ("size", "ratio") if f"{order}/{ACCURACY}" in of.items]
    left = ", ".join(f"{least_kept(of, order):.0%} by {order}" for order in orders)
    return f"Weights that must be left to lose at most {100 * LOST:.0f} point of accuracy, {law} {method}: {left}."


@check("C17")
def laplace() -> Verdict:
    """Exact zeros of three ways to the weights; weights near zero under two laws; what pruning costs."""
    kinds: list[Kind] = ["upheld" if zeros("laplace", m) >= SPARSE else "not upheld" for m in METHODS]
    exact = ", ".join(f"{method} {zeros('laplace', method):.1%}" for method in METHODS)
    return Verdict(
        together(*kinds),
        f"Softmax regression on {SparsityRun.n_train} digits under a Laplace prior. Weights that are zero exactly: "
        f"{exact}. The density of the prior has a corner at zero, which holds the mode there; a posterior with a "
        "density gives the one value zero no probability, whatever the data. The slides estimate a posterior, so the "
        "mode alone does not decide.",
        evidence=(
            *(
                f"Weights that are zero exactly, {method}: {zeros('laplace', method):.1%} under a Laplace prior, "
                f"{zeros('normal', method):.1%} under a normal one of the same variance."
                for method in METHODS
            ),
            "A normal q gives the one value zero no probability either.",
            *lines(
                f"Means within {NEAR:g} prior standard deviations of zero, Laplace minus normal",
                {method: family()["near zero", method] for method in METHODS},
            ),
            *(prunable(law, method) for method in METHODS for law in ("laplace", "normal")),
            "Those are left whose mean is largest (by size), or whose mean over standard deviation is (by ratio).",
            KEY,
        ),
    )
