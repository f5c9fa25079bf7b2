"""Whether averaging over the posterior of the last layer overfits less and is more accurate: A01 and A18.

Real features decide, where the chains agree.
"""

from secondlook.checks import over_seeds
from secondlook.checks.last_layer.arms import (
    ACCURACY,
    AVERAGE,
    ECE,
    GAP,
    HMC,
    LAPLACE,
    LAST,
    MARGIN,
    MODE,
    NLL,
    POINT,
    SAID,
    Where,
    deciding,
    left_out,
    mixed,
    values,
)
from secondlook.checks.last_layer.family import across, family
from secondlook.checks.over_seeds import OPPOSITE, Compared, together
from secondlook.checks.words import KEY, NATS, lines, told
from secondlook.claims import Kind, Verdict, check


def on_real(a: str, b: str, score: str) -> list[Compared]:
    """The comparisons on the real sources that decide."""
    return [family()[(where, a, b, score)] for where in deciding()]


def less_overfitting() -> Kind:
    """Whether averaging lowers the NLL of test items, and by more than that of training items."""
    return together(*(over_seeds.decide(on_real(HMC, MODE, score), -1) for score in (NLL, GAP)))


def accuracy_gains() -> Kind:
    """Whether averaging raises the accuracy by more than the margin; open where nothing decides."""
    if not deciding():
        return "inconclusive"
    return OPPOSITE[over_seeds.no_gain(on_real(HMC, MODE, ACCURACY), MARGIN[ACCURACY])]


@check("A01")
def less_overfitting_and_more_accurate() -> Verdict:
    """Two parts: that averaging overfits less than the single best weights, and that it raises the accuracy."""
    less, more = less_overfitting(), accuracy_gains()
    nll, gap, accuracy = (across(HMC, MODE, score) for score in (NLL, GAP, ACCURACY))
    return Verdict(
        together(less, more),
        "The average over the posterior is held against its mode, the most probable weights. Less overfitting is "
        f"{less}: the difference in NLL of test items is {told(nll, NATS)}; in the gap to training items it is "
        f"{told(gap, NATS)}. More accuracy is {more}: the difference is {told(accuracy)}.{left_out()}",
        evidence=(
            *lines("NLL of test items, average less mode", nll, NATS),
            *lines("Gap, the NLL of test items less that of training items, average less mode", gap, NATS),
            *lines("Accuracy, average less mode", accuracy),
            "Average and mode are of one posterior, with weights N(0, 1) before the data.",
            "The document's songs cannot be had; GTZAN's 442 training songs are fewer than the 1,809 numbers that its "
            "last layer can tell, MNIST's 55,000 pictures are many more.",
            f"{mixed()}.",
            KEY,
        ),
    )


def alike(where: Where) -> Kind:
    """Whether the average performs as the trained layer does: both scores within their margins, or one outside."""
    scores = (over_seeds.alike([family()[(where, HMC, POINT, score)]], margin) for score, margin in MARGIN.items())
    return together(*scores)


def before_and_after(where: Where) -> str:
    """Accuracy and NLL of the ensemble's average before its first step and after its last, in words."""
    accuracy, nll = (where.arm("document").curves[f"look_{score}"]["mean"] for score in (ACCURACY, NLL))
    before, after = (f"{100 * accuracy[k]:.1f} % and {nll[k]:.2f} nats" for k in (0, -1))
    return (
        f"The average over the document's ensemble before its first step, which is the fit and noise, and after its "
        f"last, {SAID[where]}: {before}, then {after}."
    )


def scores(where: Where) -> str:
    """Accuracy, NLL and calibration error of five readings, in words."""
    rows = [
        f"{name} {100 * values(where, name, ACCURACY).mean():.1f} %, {values(where, name, NLL).mean():.2f} nats, "
        f"{100 * values(where, name, ECE).mean():.1f}"
        for name in (POINT, LAST, AVERAGE, LAPLACE, HMC)
    ]
    return f"Accuracy, NLL and calibration error in points, means over seeds, {SAID[where]}: {'; '.join(rows)}."


@check("A18")
def about_as_well() -> Verdict:
    """Equivalence of the average over the posterior and the trained layer; and what the document's ensemble gives."""
    found = [alike(where) for where in deciding()]
    accuracy, nll = (across(HMC, POINT, score) for score in (ACCURACY, NLL))
    return Verdict(
        together(*found),
        f"As well means within {100 * MARGIN[ACCURACY]:g} points of accuracy and {MARGIN[NLL]:g} nats of NLL. That the "
        f"average over the posterior is so close to the trained layer is shown on {found.count('upheld')} of "
        f"{len(found)} real sources. The difference in accuracy is {told(accuracy)}; in NLL it is "
        f"{told(nll, NATS)}.{left_out()}",
        evidence=(
            *lines("Accuracy, average over the posterior less trained layer", accuracy),
            *lines("NLL, average over the posterior less trained layer", nll, NATS),
            *(scores(where) for where in SAID),
            "The last walker is what the script printed (A16).",
            *(before_and_after(where) for where in SAID),
            f"{mixed()}.",
            KEY,
        ),
    )
