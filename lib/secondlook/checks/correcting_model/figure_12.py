"""The correcting model once more, and with more inputs: B59 and B60."""

import numpy as np

from secondlook import document_001
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import GIVEN_MORE, MAIN, SAID, across, best_combination, in_nll, of
from secondlook.checks.over_seeds import no_gain, said
from secondlook.checks.songs import ACCURACY, MARGIN, difference
from secondlook.claims import Verdict, check
from secondlook.compare import equivalent
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
    same = int(np.sum(first == again))
    greatest = first.max() - combination.max(), abs(again.max() - first.max())
    return Verdict(
        "upheld" if abs(late_again - late) < 2 * noise else "not upheld",
        "By the document's caption it is the same model in another run, and the curves do not speak against it, though "
        f"means this near would not tell it from the combiner either ({100 * abs(late_combination - late_again):.2f} "
        f"points apart): the curves of figures 11 and 12 agree in {same} of {len(first)} epochs, "
        f"and their means over the last ten are {100 * late:.2f} and {100 * late_again:.2f} %. By these "
        f"means figure 11's gain over the combination is {100 * (late - late_combination):.2f} points, and two runs "
        f"are {100 * abs(late_again - late):.2f} apart; by the greatest of 100 epochs it is {100 * greatest[0]:.2f}, "
        f"and they are {100 * greatest[1]:.2f} apart. One pair of runs settles neither. Ours, points between two seeds "
        "(between two folds, each with its own test songs, where cross-validated) and points gained over the best "
        f"combination: {'; '.join(against_noise(source) for source in REAL)}.",
    )


@check("B60")
def given_more() -> Verdict:
    """With the original's 200 hidden units and its output as inputs, minus without."""
    compared = across(GIVEN_MORE)
    margin = MARGIN[ACCURACY]
    tests = ", ".join(f"{where} p = {equivalent(found, margin):.2g}" for where, (found, _) in compared.items())
    more, usual = (
        document_001.curve(*which)[-10:].mean() for which in ((12, "input hiddenunits output"), printed.AGAIN)
    )
    return Verdict(
        no_gain(compared.values(), margin),
        f"The document's curves end {100 * (more - usual):+.2f} points apart (mean of the last ten epochs, one run "
        f"each). Ours, given the original's 200 last hidden units and its output, minus not given: {said(compared)}; "
        f"in NLL, where more is worse, {in_nll(GIVEN_MORE, MAIN)}. Upheld means that every interval ends below half a "
        f"point. Two one-sided tests of no difference within half a point: {tests}.",
    )
