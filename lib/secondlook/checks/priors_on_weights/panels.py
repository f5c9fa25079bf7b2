"""What a panel called uncertainty can show: C15."""

import numpy as np

from secondlook import uncertainty
from secondlook.checks.exact import same
from secondlook.checks.over_seeds import arm
from secondlook.checks.priors_on_weights.family import NORMAL
from secondlook.claims import Verdict, check

TRIED = (0.02, 0.2, 0.5, 0.9)
"""Mean probabilities of class 1."""
ALIKE = 0.05
"""Mean probabilities of two places on a map that count as the same."""


def sd_of_labels(draws: np.ndarray) -> float:
    """The standard deviation of the 0/1 labels that draws ``(draws,)`` of the probability predict, by both stages.

    The variance of a label is the mean variance given the weights plus the variance of the mean given the weights.
    """
    return float(np.sqrt(np.mean(draws * (1 - draws)) + np.var(draws)))


def pairs() -> list[tuple[float, float]]:
    """The same for draws that agree, for draws that differ, and for labels all 0 or 1, each beside √(p(1 − p))."""
    found = []
    for p in TRIED:
        half = min(p, 1 - p) / 2
        for draws in (np.full(100, p), p + np.tile([half, -half], 50), (np.arange(100) < 100 * p).astype(float)):
            found.append((sd_of_labels(draws), float(np.sqrt(p * (1 - p)))))
    return found


def epistemic(draws: np.ndarray) -> float:
    """The doubt between draws ``(draws,)`` of the probability of class 1, in nats."""
    return float(uncertainty.split(np.stack([1 - draws, draws], axis=1)[:, None]).epistemic[0])


def range_at_half() -> tuple[float, float]:
    """The least and greatest epistemic entropy on the sampled map of seed 0, where the mean is nearly one half."""
    of = arm(f"priors_nuts/{NORMAL} sampled").items
    doubt = of["map_epistemic"][0][abs(of["map_probability"][0].astype(float) - 0.5) <= ALIKE].astype(float)
    return float(doubt.min()), float(doubt.max())


@check("C15")
def three_panels() -> Verdict:
    """The standard deviation of predicted labels against a function of their mean, and two kinds of doubt."""
    known = pairs()
    none, all_of_it = epistemic(np.full(100, 0.5)), epistemic(np.repeat([0.0, 1.0], 50))
    low, high = range_at_half()
    return Verdict(
        "not testable here" if same(known) else "inconclusive",
        "Without the pictures and the code it cannot be known what the panels show. In the example of PyMC3 whose "
        "list the slides repeat (C02), *uncertainty* is the standard deviation of 0/1 labels drawn from the posterior "
        "predictive, which is $\\sqrt{p(1-p)}$ for any draws of mean p: a map of the mean in other colours, and no "
        "third panel.",
        evidence=(
            f"The formula was tried on {len(known)} sets of draws: that agree, that differ, and of labels all 0 or 1.",
            "The standard deviation cannot tell draws that all say one half from draws that say 0 or 1 in equal parts; "
            f"the epistemic part of the entropy can, with {none:.3f} and {all_of_it:.3f} nats.",
            "On our sampled map (normal prior, Inverse-Gamma, seed 0) the epistemic part is "
            f"{low:.2f} to {high:.2f} nats where the mean is within {ALIKE:g} of one half.",
        ),
    )
