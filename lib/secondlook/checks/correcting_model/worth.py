"""The correcting model against combinations of three models, and against the same with nothing fixed: B57 and B58."""

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import (
    COMBINER,
    CONTROLS,
    MAIN,
    NOT_FIXED,
    SAID,
    TRAINED_ON,
    across,
    best_combination,
    brief,
    family,
    in_nll,
    points,
)
from secondlook.checks.over_seeds import said
from secondlook.checks.songs import NLL, difference
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL

BEST = "over the best combination"


def plotted(a: tuple[int, str], b: tuple[int, str]) -> str:
    """Two of the document's curves, a minus b: the greatest accuracies, and the means of the last ten epochs."""
    one, other = (document_001.curve(*which) for which in (a, b))
    return (
        f"{100 * (one.max() - other.max()):+.2f} points by the greatest of 100 epochs, "
        f"{100 * (one[-10:].mean() - other[-10:].mean()):+.2f} by the mean of the last ten"
    )


def against_controls(source: str) -> str:
    """Which controls the correcting model is told to beat, which beat it, and which are not told from it."""
    found: dict[str, list[str]] = {"ahead of": [], "behind": [], "not told from": []}
    for name, called in CONTROLS.items():
        pair, p = family()[source, f"over {name}"]
        how = "not told from" if p >= LEVEL else "ahead of" if pair.difference > 0 else "behind"
        found[how].append(f"{called} ({100 * pair.difference:+.1f})")
    return f"{SAID[source]}: " + ", ".join(f"{how} {', '.join(names)}" for how, names in found.items() if names)


@check("B57")
def better_than_combination() -> Verdict:
    """The correcting model minus the combination that is best on validation songs, and minus each control."""
    compared = across(BEST)
    best = "; ".join(f"{SAID[source]} {best_combination(source)}" for source in REAL)
    linear = "; ".join(f"{where} {brief(pair)}" for where, pair in across(f"over {COMBINER}").items())
    nll = "; ".join(f"{SAID[s]} {difference(s, MAIN, best_combination(s), NLL).difference:+.3f}" for s in REAL)
    return Verdict(
        over_seeds.decide(compared.values(), +1),
        f"The document's own curves, one run each: {plotted(printed.CORRECTING, printed.COMBINATION)}. Ours: the best "
        f"combination on validation songs is {best}. The correcting model minus it: {said(compared)}; in NLL, nats: "
        f"{nll}. Minus the document's own linear combiner: {linear}. Controls, points of "
        f"accuracy: {'. '.join(map(against_controls, REAL))}. One trained model is needed before it, three before a "
        "combination.",
    )


@check("B58")
def original_not_fixed() -> Verdict:
    """The correcting model with nothing fixed, against the fixed one, and against the original trained on alone."""
    compared = across(NOT_FIXED)
    alone = "; ".join(f"{SAID[source]} {points(difference(source, NOT_FIXED, TRAINED_ON))}" for source in REAL)
    return Verdict(
        over_seeds.decide(compared.values(), -1),
        f"The document's own curves: not fixed minus fixed {plotted(printed.NOT_FIXED, printed.CORRECTING)}; not fixed "
        f"minus convolution in time {plotted(printed.NOT_FIXED, (9, 'convolution in time'))}. Ours, not fixed minus "
        f"fixed: {said(compared)}; in NLL {in_nll(NOT_FIXED, MAIN)}. Not fixed minus the original trained on by itself "
        f"for as long: {alone}.",
    )
