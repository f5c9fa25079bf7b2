"""Whether combining regularises and reduces underfitting: B27."""

from collections.abc import Mapping

import numpy as np

from secondlook.checks.combining_models import decomposition
from secondlook.checks.combining_models.family import CONTROL, FROM_MEAN, MEAN, across
from secondlook.checks.over_seeds import LEVEL, Compared, arm, decide, together
from secondlook.checks.songs import POOLED, SAID, TRAIN, difference, place
from secondlook.checks.words import KEY, NATS, NUMBER, between, brief
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import Paired
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.combiners import KEPT
from secondlook.studies.songs.members import MEMBERS

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


def fits_better() -> Kind:
    """Whether the combiner fits the training songs better than the single net, wherever that underfits."""
    found = [fit(source) for source in underfitted()]
    if found and all(pair.high < 0 for pair in found):
        return "upheld"
    return "not upheld" if any(pair.low > 0 for pair in found) else "inconclusive"


def underfitting() -> str:
    """How much less loss the combiner has on the training songs, where the single net underfits; in words."""
    fits = {source: fit(source) for source in underfitted()}
    found = ", ".join(f"{between(one, NATS)} on {SAID[of]}, {one.n} seeds, not adjusted" for of, one in fits.items())
    if not found:
        return "convolution in time knows its training songs by heart everywhere, so there is none to reduce"
    return (
        "where convolution in time does not know its training songs by heart, the trained combiner's training loss "
        f"less its own is {found}"
    )


def told_apart(over: Mapping[str, Compared]) -> str:
    """Than which members' part of the error that of the average is told to be less, and than which greater."""
    less, greater = (
        [
            f"{member} (by {abs(pair.difference):.3f})"
            for member, (pair, p) in over.items()
            if p < LEVEL and pair.difference * sign > 0
        ]
        for sign in (+1, -1)
    )
    return f"less than that of {' and '.join(less) or 'none'}" + "".join(f", greater than that of {m}" for m in greater)


@check("B27")
def regularises_and_fits() -> Verdict:
    """Variance and bias over seeds of the average of three members against each of them; training losses."""
    over = {
        part: {member: found for member in MEMBERS for found in across(MEAN, member, part).values()}
        for part in decomposition.PARTS
    }
    kinds = {part: together(*(decide([found], +1) for found in of.values())) for part, of in over.items()}
    sure = [confidence(p) for p in (decomposition.of_member(MEMBERS[-1]), decomposition.of_variant(MEAN))]
    return Verdict(
        together(kinds["variance"], fits_better()),
        f"Variance ({kinds['variance']}): over seeds, the average of three nets would have less than each of them; it "
        f"is told to have {told_apart(over['variance'])}. Underfitting ({fits_better()}): {underfitting()}.",
        evidence=(
            "The Brier score of test songs splits, over seeds, into bias and variance; an average of probabilities "
            "must have less of both than its members have on average, and the question is whether it has less than "
            "each of them.",
            f"Bias ({kinds['bias']}): that of the average is told to be {told_apart(over['bias'])}.",
            "Bias over seeds holds what the draw of the training songs decides, too, so it does not tell underfitting.",
            *(
                f"{part.capitalize()} of {member} less that of the average, {SAID[KEPT]}: {brief(*found, NUMBER)}."
                for part, of in over.items()
                for member, found in of.items()
            ),
            f"Convolution in time gives the class that it predicts a mean probability of {sure[0]:.2f}, the average "
            f"{sure[1]:.2f}.",
            "Training loss in nats, of convolution in time, of the average and of the trained combiner: "
            f"{'; '.join(losses(source) for source in (*REAL, CONTROL))}.",
            "Where nets know their songs by heart there is no underfitting to reduce; convolution in time is taken not "
            f"to know them where it gets more than {100 * LEFT:g} % of its training songs wrong.",
            KEY,
        ),
    )
