"""The headline accuracies, and where the comparison curve starts: B51, B52 and B55."""

from itertools import pairwise

import numpy as np

from secondlook import document_001, networks
from secondlook.checks.combining_models import printed
from secondlook.checks.combining_models.family import (
    CONTROL,
    FULLY_CONNECTED,
    STEPS,
    TRAINED_ON,
    across,
    beside,
)
from secondlook.checks.exact import decide as decide_exact
from secondlook.checks.over_seeds import LEVEL, arm, decide, together
from secondlook.checks.songs import POOLED, SAID, place
from secondlook.checks.words import KEY, lines
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL

PLACES = (*REAL, CONTROL)


def best_and_late(source: str, variant: str) -> tuple[float, float]:
    """Of our runs, on ``valid``: the mean of the greatest accuracy, and that of the late epochs."""
    scores = arm(place(source, variant)).scores
    return float(scores["max/valid_accuracy"].mean()), float(scores["late/valid_accuracy"].mean())


def z_of_step(before: float, after: float) -> float:
    """A step between two accuracies on as many songs as the document validates on, in standard errors, unpaired."""
    return (after - before) / float(np.sqrt(sum(a * (1 - a) for a in (before, after)) / printed.VALID_SONGS))


@check("B51")
def fully_connected() -> Verdict:
    """The net's parameters, the greatest and the late accuracies of its curve in figure 13, and ours."""
    figure, drawn = printed.FULLY_CONNECTED_DRAWN
    curve = document_001.curve(figure, drawn)
    holds = round(float(curve.max()), 2) == printed.FULLY_CONNECTED
    parameters = networks.outline(lambda: networks.genre_mlp(10)).count_params()
    test = {source: arm(place(source, FULLY_CONNECTED)).scores["late/test_accuracy"].mean() for source in PLACES}
    ours = (
        f"Ours, {SAID[source]}, means over seeds: on validation songs {100 * best:.1f} % at its greatest and "
        f"{100 * late:.1f} % late; on test songs {100 * test[source]:.1f} % late."
        for source in PLACES
        for best, late in [best_and_late(source, FULLY_CONNECTED)]
    )
    return decide_exact(
        holds,
        f"Its curve in figure {figure}, one run, has the greatest accuracy {curve.max():.4f}, in epoch "
        f"{curve.argmax() + 1} of {len(curve)}, and the mean {curve[-10:].mean():.4f} over the last ten. So "
        f"{printed.FULLY_CONNECTED:.2f} {'is' if holds else 'is not'} its maximum; it ends lower.",
        f"accuracy {printed.FULLY_CONNECTED:.2f}",
        f"{curve.max():.2f} as the greatest of {len(curve)} epochs, {curve[-10:].mean():.3f} at the end",
        (f"The net has {parameters:,} parameters.", *ours),
    )


@check("B52")
def step_by_step() -> Verdict:
    """The five numbers as maxima of one run and as late means, and every step of our five models over seeds."""
    best, late = ({step: of(*printed.DRAWN[step]) for step in STEPS} for of in (printed.greatest, printed.late))
    document = ", ".join(f"{printed.HEADLINES[step]:g} ({best[step]:.4f}; {late[step]:.4f})" for step in STEPS)
    z = ", ".join(f"{z_of_step(late[before], late[after]):.1f}" for before, after in pairwise(STEPS))
    survives = all(late[before] < late[after] for before, after in pairwise(STEPS))
    steps = {f"{after.capitalize()} minus {before}": across(after, before) for before, after in pairwise(STEPS)}
    every = [compared for found in steps.values() for compared in found.values()]
    up, down = (sum(p < LEVEL and found.difference * sign > 0 for found, p in every) for sign in (+1, -1))
    least, most = (100 * end(found.difference for found, _ in every) for end in (min, max))
    optimism = "; ".join(
        f"{SAID[source]} "
        + ", ".join(f"{100 * (greatest - end):.1f}" for greatest, end in (best_and_late(source, s) for s in STEPS))
        for source in REAL
    )
    return Verdict(
        together(*(decide(found.values(), +1) for found in steps.values())),
        "In the document, one run each, by the means of the last ten epochs the order "
        f"{'stays' if survives else 'does not stay'}; the four steps are {z} unpaired standard errors. On our songs, "
        f"over seeds, the same steps lie between {least:+.1f} and {most:+.1f} points of test accuracy; told from "
        f"zero are, of {len(every)} differences, {up} upwards and {down} downwards.",
        evidence=(
            f"Printed (greatest of 100 epochs, one run; mean of the last ten): {document}.",
            f"The standard errors are those on {printed.VALID_SONGS:,} songs, were they other songs for each model.",
            *(line for label, found in steps.items() for line in lines(label, found)),
            "By so many points does the greatest validation accuracy exceed the late one in our five models: "
            f"{optimism}.",
            KEY,
        ),
    )


@check("B55")
def comparison_curve() -> Verdict:
    """Where figure 9's curve of convolution in time starts and ends, against figure 8's; and training on, ours."""
    second, alone = (document_001.curve(*which) for which in (printed.COMPARATOR, printed.ALONE))
    start, end = alone[0], alone[-10:].mean()
    curves = {
        source: [arm(place(source, variant)).curves["valid_accuracy"]["mean"] for variant in (POOLED, TRAINED_ON)]
        for source in REAL
    }
    ours = (
        f"Ours, {SAID[source]}, on validation songs: after one epoch from scratch {100 * first[0]:.1f} %, over the "
        f"last ten {100 * first[-10:].mean():.1f} %, after one epoch more with the optimiser begun anew "
        f"{100 * on[0]:.1f} %."
        for source, (first, on) in curves.items()
    )
    return decide_exact(
        bool(abs(second[0] - start) < abs(second[0] - end)),
        f"In epoch 1 figure 9's curve is at {second[0]:.4f}, figure 8's of the same net at {start:.4f}; figure 8's "
        f"ends at {end:.4f}. A net that learns from scratch does not start where it ends; a trained one that is "
        "trained on does. As a comparator it is the right one: the combiners, too, stand on trained nets.",
        "the learning of the best single model",
        "the best single model, already trained, trained for 100 epochs more",
        (
            f"Figure 9's curve ends at {second[-10:].mean():.4f}; where a curve ends is its mean over the last ten "
            "epochs.",
            *ours,
            beside("What training on adds in test accuracy", TRAINED_ON, POOLED),
        ),
    )
