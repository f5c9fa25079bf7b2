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
    family,
    in_each,
)
from secondlook.checks.over_seeds import LEVEL
from secondlook.checks.songs import NLL, by_accuracy, difference
from secondlook.checks.words import KEY, NATS, between, lines, told
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
    best = {source: best_combination(source) for source in REAL}
    nll = "; ".join(f"{SAID[s]} {between(difference(s, MAIN, name, NLL), NATS)}" for s, name in best.items())
    return Verdict(
        over_seeds.decide(compared.values(), +1),
        f"The document's own gain, one run each, is {plotted(printed.CORRECTING, printed.COMBINATION)}. Ours over the "
        f"combination that is best on validation songs is {told(compared)}. One trained model is needed before it, "
        f"three before a combination. {by_accuracy(MAIN, best)}",
        evidence=(
            f"Best on validation songs: {'; '.join(f'{name} ({SAID[source]})' for source, name in best.items())}.",
            *lines("Correcting model minus the best combination", compared),
            f"Correcting model minus the best combination in NLL, where more is worse: {nll}.",
            *lines("Correcting model minus a linear combiner that starts at random", across(f"over {COMBINER}")),
            *(f"Against controls, points of accuracy, {against_controls(source)}." for source in REAL),
            KEY,
        ),
    )


@check("B58")
def original_not_fixed() -> Verdict:
    """The correcting model with nothing fixed, against the fixed one, and against the original trained on alone."""
    compared = across(NOT_FIXED)
    return Verdict(
        over_seeds.decide(compared.values(), -1),
        f"Ours, not fixed minus fixed, is {told(compared)}. In the document's own curves, one run each, it is "
        f"{plotted(printed.NOT_FIXED, printed.CORRECTING)}. {by_accuracy(NOT_FIXED, MAIN)}",
        evidence=(
            *lines("Not fixed minus fixed", compared),
            f"Not fixed minus fixed in NLL, where more is worse: {in_each(NOT_FIXED, MAIN, NLL, NATS)}.",
            f"Not fixed minus the original trained on by itself for as long: {in_each(NOT_FIXED, TRAINED_ON)}.",
            "The document's own curves, not fixed minus figure 9's convolution in time, which was trained on (B55): "
            f"{plotted(printed.NOT_FIXED, (9, 'convolution in time'))}.",
            KEY,
        ),
    )
