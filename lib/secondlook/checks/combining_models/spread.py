"""Whether combining regularises and reduces underfitting: B27."""

import numpy as np

from secondlook.checks.combining_models import decomposition
from secondlook.checks.combining_models.family import CONTROL, FROM_MEAN, MEAN, across
from secondlook.checks.combining_models.words import KEY, said
from secondlook.checks.over_seeds import arm, decide, together
from secondlook.checks.songs import POOLED, SAID, difference, place
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import Paired
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.members import MEMBERS

TRAIN = "end/train_nll"
LEFT = 0.05
"""The share of its training songs that a net which underfits gets wrong, at least."""


def confidence(p: np.ndarray) -> float:
    """The mean probability of the class that is predicted."""
    return float(p.max(axis=2).mean())


def losses(source: str) -> str:
    """Training losses of the best single net, of the average and of the trained combiner, in words."""
    found = (arm(place(source, variant)).scores[TRAIN].mean() for variant in (POOLED, MEAN, FROM_MEAN))
    return f"{SAID[source]} {', '.join(f'{loss:.3f}' for loss in found)}"


def underfitted() -> list[str]:
    """The sources on which convolution in time gets more than `LEFT` of its own training songs wrong."""
    right = {s: arm(place(s, POOLED)).scores["end/train_accuracy"].mean() for s in (*REAL, CONTROL)}
    return [source for source, accuracy in right.items() if accuracy < 1 - LEFT]


def fit(source: str) -> Paired:
    """The training loss of the trained combiner less that of convolution in time."""
    return difference(source, FROM_MEAN, POOLED, TRAIN)


def gap(source: str) -> str:
    """That difference in words."""
    found = fit(source)
    return f"{SAID[source]} {found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def fits_better() -> Kind:
    """Whether the combiner fits the training songs better than the single net, wherever that underfits."""
    found = [fit(source) for source in underfitted()]
    if found and all(pair.high < 0 for pair in found):
        return "upheld"
    return "not upheld" if any(pair.low > 0 for pair in found) else "inconclusive"


@check("B27")
def regularises_and_fits() -> Verdict:
    """Variance and bias over seeds of the average of three members against each of them; training losses."""
    kinds, reductions = dict[str, Kind](), list[str]()
    for part in decomposition.PARTS:
        over = {member: across(MEAN, member, part) for member in MEMBERS}
        kinds[part] = together(*(decide(found.values(), +1) for found in over.values()))
        less = "; ".join(f"than that of {member}, {said(found, part)}" for member, found in over.items())
        reductions.append(f"{part.capitalize()} ({kinds[part]}) is less {less}")
    sure = [confidence(p) for p in (decomposition.of_member(MEMBERS[-1]), decomposition.of_variant(MEAN))]
    return Verdict(
        together(kinds["variance"], fits_better()),
        "The Brier score of test songs splits, over seeds, into bias and variance. An average of probabilities must "
        "have less of both than its members have on average; the question is whether it has less than each of them. "
        "Bias over seeds holds what the draw of the training songs decides, too, so it does not tell underfitting. "
        f"{'. '.join(reductions)} {KEY}. Convolution in time gives the class that it predicts a mean probability of "
        f"{sure[0]:.2f}, the average {sure[1]:.2f}. Training loss in nats, of convolution in time, of the average and "
        f"of the trained combiner: {'; '.join(losses(source) for source in (*REAL, CONTROL))}. Where nets know their "
        "songs by heart there is no underfitting to reduce; where they do not, the combiner's less that of the single "
        f"net: {', '.join(map(gap, underfitted())) or 'nowhere'} ({fits_better()}).",
    )
