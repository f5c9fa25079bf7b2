"""Whether combining regularises and reduces underfitting: B27."""

import numpy as np

from secondlook.checks.combining_models import decomposition
from secondlook.checks.combining_models.family import CONTROL, MEAN, across
from secondlook.checks.combining_models.words import KEY, said
from secondlook.checks.over_seeds import arm, decide, together
from secondlook.checks.songs import POOLED, SAID, place
from secondlook.claims import Kind, Verdict, check
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
    """Variance and bias over seeds of the average of three members against each of them; training losses."""
    kinds, reductions = list[Kind](), list[str]()
    for part in decomposition.PARTS:
        over = {member: across(MEAN, member, part) for member in MEMBERS}
        kinds.append(together(*(decide(found.values(), +1) for found in over.values())))
        less = "; ".join(f"than that of {member}, {said(found, part)}" for member, found in over.items())
        reductions.append(f"{part.capitalize()} ({kinds[-1]}) is less {less}")
    sure = [confidence(p) for p in (decomposition.of_member(MEMBERS[-1]), decomposition.of_variant(MEAN))]
    return Verdict(
        together(*kinds),
        "The Brier score of test songs splits, over seeds, into bias and variance. An average must have less of both "
        "than its members have on average; the question is whether it has less than each of them. "
        f"{'. '.join(reductions)} {KEY}. Convolution in time gives the class that it predicts a mean probability of "
        f"{sure[0]:.2f}, the average {sure[1]:.2f}. Training loss in nats, of convolution in time and of the average: "
        f"{', '.join(losses(source) for source in (*REAL, CONTROL))}; where nets know their songs by heart there is no "
        "underfitting to reduce.",
    )
