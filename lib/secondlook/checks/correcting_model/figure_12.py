"""The correcting model once more, and with more inputs: B59 and B60."""

import numpy as np

from secondlook import document_001
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import (
    GIVEN_MORE,
    MAIN,
    SAID,
    TWO_TESTS,
    across,
    best_combination,
    in_each,
    of,
    within_half_a_point,
)
from secondlook.checks.over_seeds import no_gain
from secondlook.checks.songs import ACCURACY, MARGIN, NLL, by_accuracy, difference
from secondlook.checks.words import KEY, NATS, lines, told
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL


def noise_of_songs(accuracy: float, songs: int) -> float:
    """Standard error of the difference between two accuracies, each on that many songs, drawn apart."""
    return float(np.sqrt(2 * accuracy * (1 - accuracy) / songs))


def between_runs(values: np.ndarray) -> float:
    """How far apart two runs that differ by seed alone are, mean over all pairs of seeds, from ``(seeds,)``."""
    n = len(values)
    return float(np.abs(values[:, None] - values).sum() / (n * (n - 1)))


def against_noise(source: str) -> str:
    """On a source: how far apart two runs of the correcting model are, and what it gains over the best combination."""
    runs = between_runs(of(source, MAIN).scores[ACCURACY])
    gain = difference(source, MAIN, best_combination(source)).difference
    return f"{SAID[source]} {100 * runs:.2f} and {100 * gain:+.2f}"


@check("B59")
def once_more() -> Verdict:
    """Whether figure 12's curve can be another run of figure 11's model, and what two runs differ by."""
    first, again, combination = (
        document_001.curve(*which) for which in (printed.CORRECTING, printed.AGAIN, printed.COMBINATION)
    )
    late, late_again, late_combination = (curve[-10:].mean() for curve in (first, again, combination))
    noise = noise_of_songs(late, printed.VALID_SONGS)
    near, near_combination = (abs(late_again - other) < 2 * noise for other in (late, late_combination))
    greatest = first.max() - combination.max(), abs(again.max() - first.max())
    return Verdict(
        "upheld" if near else "not upheld",
        "By the document's caption it is the same model in another run, and the curves "
        f"{'do not speak' if near else 'speak'} against it: their means over the last ten epochs are {100 * late:.2f} "
        f"and {100 * late_again:.2f} %. By these means figure 11's gain over the combination is "
        f"{100 * (late - late_combination):.2f} points, and two runs are {100 * abs(late_again - late):.2f} apart; by "
        f"the greatest of 100 epochs it is {100 * greatest[0]:.2f}, and they are {100 * greatest[1]:.2f} apart. One "
        "pair of runs settles neither.",
        evidence=(
            f"Such means {'would not tell' if near_combination else 'would tell'} it from the combiner, which is "
            f"{100 * abs(late_combination - late_again):.2f} points away by them: two standard errors are "
            f"{200 * noise:.2f} points.",
            f"The curves of figures 11 and 12 agree in {np.sum(first == again)} of {len(first)} epochs.",
            "Ours, points between two seeds and points gained over the best combination: "
            f"{'; '.join(against_noise(source) for source in REAL)}.",
            "Where cross-validated, two seeds are two folds, mostly with other test songs.",
        ),
    )


@check("B60")
def given_more() -> Verdict:
    """With the original's 200 hidden units and its output as inputs, minus without."""
    compared, margin = across(GIVEN_MORE), MARGIN[ACCURACY]
    more, usual = (
        document_001.curve(*which)[-10:].mean() for which in ((12, "input hiddenunits output"), printed.AGAIN)
    )
    equal = ", ".join(f"{where} p = {p:.2g}" for where, p in within_half_a_point(compared).items())
    return Verdict(
        no_gain(compared.values(), margin),
        "Accuracy, given the original's 200 last hidden units and its output, minus not given, is "
        f"{told(compared)}. Upheld means that every interval ends below half a point: "
        f"{sum(found.high < margin for found, _ in compared.values())} of {len(compared)} do. "
        f"{by_accuracy(GIVEN_MORE, MAIN)}",
        evidence=(
            f"The document's curves end {100 * (more - usual):+.2f} points apart (mean of the last ten epochs, one run "
            "each).",
            *lines("Given more minus not given", compared),
            f"In NLL, where more is worse: {in_each(GIVEN_MORE, MAIN, NLL, NATS)}.",
            f"{TWO_TESTS}: {equal}.",
            KEY,
        ),
    )
