"""Whether combining regularises and reduces underfitting: B27."""

import numpy as np

from secondlook.checks.combining_models import decomposition
from secondlook.checks.combining_models.family import CONTROL, MEAN, across
from secondlook.checks.combining_models.words import KEY, said
from secondlook.checks.over_seeds import arm, decide, together
from secondlook.checks.songs import POOLED, SAID, place
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.members import MEMBERS


def confidence(p: np.ndarray) -> float:
    """The mean probability of the class that is predicted."""
    return float(p.max(axis=2).mean())


def losses(source: str) -> str:
    """Training losses of the best single net and of the average, in words."""
    single, average = (arm(place(source, variant)).scores["end/train_nll"].mean() for variant in (POOLED, MEAN))
    return f"{SAID[source]} {single:.3f} and {average:.3f}"


@check("B27")
def regularises_and_fits() -> Verdict:
    """Variance and bias over seeds of the average of three members against the best of them; training losses."""
    kinds = {part: decide(across(MEAN, POOLED, part).values(), +1) for part in decomposition.PARTS}
    reductions = ", ".join(
        f"{part} ({kinds[part]}) is less by {said(across(MEAN, POOLED, part), part)}" for part in decomposition.PARTS
    )
    sure = [confidence(p) for p in (decomposition.of_member(MEMBERS[-1]), decomposition.of_variant(MEAN))]
    return Verdict(
        together(*kinds.values()),
        "The Brier score of test songs splits, over seeds, into bias and variance. In the average of the members, "
        f"against convolution in time alone {KEY}, {reductions}. The class that is predicted has a mean probability of "
        f"{sure[0]:.2f} alone and {sure[1]:.2f} averaged. Training loss in nats, alone and averaged: "
        f"{', '.join(losses(source) for source in (*REAL, CONTROL))}; where a net knows its songs by heart there is no "
        "underfitting to reduce. An average must have less of both parts than its members have on average, not less "
        "than the best of them.",
    )
