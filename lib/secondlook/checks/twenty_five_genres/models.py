"""The document's four models in twenty-five genres, and the penalty on their output: B63 and B64."""

import numpy as np
from scipy import stats

from secondlook import document_001
from secondlook.checks import songs
from secondlook.checks.over_seeds import alike, decide, together
from secondlook.checks.twenty_five_genres.family import (
    ACCURACY,
    BASELINE,
    COMBINED,
    CONVOLUTION,
    CORRECTED,
    PENALISED,
    difference,
    family,
)
from secondlook.checks.words import KEY, NATS, alone, brief, lines
from secondlook.claims import Verdict, check
from secondlook.compare import equivalent
from secondlook.studies.songs.twenty_five import UNEVEN

MARGIN = songs.MARGIN[songs.ACCURACY]
VALID_SONGS = 10_000
FIGURE_15 = {BASELINE: "baseline", CONVOLUTION: "convolution in time", COMBINED: "model combination",
             CORRECTED: "correcting model"}  # fmt: skip
"""Our models, and the document's curves of them."""
TEN = {CONVOLUTION: (8, "max pooling size=2"), COMBINED: (9, "linear combiner"), CORRECTED: (11, "correcting model")}
"""Their figures and curves in ten genres."""
FIGURE_14 = {CONVOLUTION: "last layer no regularized", PENALISED: "last layer regularized"}


def best_and_last(figure: int, arm: str) -> tuple[float, float]:
    """The greatest accuracy of a curve of the document, and the mean of its last ten epochs."""
    curve = document_001.curve(figure, arm)
    return float(curve.max()), float(curve[-10:].mean())


def told_apart(a: float, b: float, n: int = VALID_SONGS) -> float:
    """p of two accuracies on n songs each, were they different songs; that they are the same ones is not used."""
    z = (a - b) / np.sqrt((a * (1 - a) + b * (1 - b)) / n)
    return float(2 * stats.norm.sf(abs(z)))


def printed(figure: int, a: str, b: str) -> str:
    """Two curves of the document in words."""
    (best_a, last_a), (best_b, last_b) = best_and_last(figure, a), best_and_last(figure, b)
    return (
        f"{100 * best_a:.2f} and {100 * best_b:.2f} % as the best of 100 epochs of one run, {100 * last_a:.2f} and "
        f"{100 * last_b:.2f} % over its last ten (p = {told_apart(last_a, last_b):.2g}, as if on different songs)"
    )


def behind(label: str, a: str, b: str) -> tuple[str, ...]:
    """A minus b on the clips, in both scores, and on the synthetic songs, line by line."""
    clips = songs.SAID[UNEVEN]
    return (
        *lines(f"{label}, all genres counting alike", {clips: family()[a, b, ACCURACY]}),
        *lines(f"{label} in loss", {clips: family()[a, b, songs.NLL]}, NATS),
        f"{label}, {songs.SAID['25 genres']}: {brief(difference('25 genres', a, b))}.",
    )


def late_gap(model: str, genres: int) -> float:
    """The document's curve of a model minus that of convolution in time, in 10 or 25 genres: means of the last ten."""
    of, convolution = (TEN[m] if genres == 10 else (15, FIGURE_15[m]) for m in (model, CONVOLUTION))
    return best_and_last(*of)[1] - best_and_last(*convolution)[1]


@check("B63")
def output_penalty() -> Verdict:
    """Convolution in time with and without a penalty on its output layer."""
    pair = (CONVOLUTION, PENALISED)
    without, penalised = (best_and_last(14, FIGURE_14[model])[1] for model in pair)
    return Verdict(
        decide([family()[*pair, ACCURACY]], +1),
        f"On {songs.SAID[UNEVEN]}, all genres counting alike, without minus with the penalty is "
        f"{alone(family()[*pair, ACCURACY])}. The document's two runs, without and with, have {100 * without:.2f} and "
        f"{100 * penalised:.2f} % over their last ten epochs.",
        evidence=(
            *behind("Without minus with the penalty", *pair),
            f"The document's two runs, without and with: {printed(14, *(FIGURE_14[model] for model in pair))}.",
            KEY,
        ),
    )


@check("B64")
def four_models() -> Verdict:
    """The combination and the correcting model against convolution in time."""
    same, better = (COMBINED, CONVOLUTION), (CORRECTED, CONVOLUTION)
    return Verdict(
        together(alike([family()[*same, ACCURACY]], MARGIN), decide([family()[*better, ACCURACY]], +1)),
        f"On {songs.SAID[UNEVEN]}, the combination minus convolution in time is {alone(family()[*same, ACCURACY])}; "
        "nearly as well means within half a point. The correcting model minus convolution in time is "
        f"{alone(family()[*better, ACCURACY])}. In the document's last ten epochs with ten genres the combination is "
        f"ahead of convolution by {100 * late_gap(COMBINED, 10):.2f} points and the correcting model by "
        f"{100 * late_gap(CORRECTED, 10):.2f}; with 25 by {100 * late_gap(COMBINED, 25):.2f} and "
        f"{100 * late_gap(CORRECTED, 25):.2f}.",
        evidence=(
            *behind("Combination minus convolution in time", *same),
            "Two one-sided tests that the combination is within half a point of convolution in time: p = "
            f"{equivalent(family()[*same, ACCURACY].found, MARGIN):.2g}.",
            *behind("Correcting model minus convolution in time", *better),
            f"The document's runs, combination and convolution: {printed(15, *(FIGURE_15[model] for model in same))}.",
            "The document's runs, correcting model and convolution: "
            f"{printed(15, *(FIGURE_15[model] for model in better))}.",
            KEY,
        ),
    )
