"""One correction upon another: B67."""

import numpy as np
from scipy import stats

from secondlook.checks.correcting_model.family import SAID, STACKED, brief, family, of, stack
from secondlook.checks.over_seeds import Compared
from secondlook.checks.songs import ACCURACY, MARGIN
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.songs.correcting import SHRINKAGE
from secondlook.studies.songs.corrections import STAGES


def by_stage(source: str, shrinkage: float, score: str) -> np.ndarray:
    """A score after 0 to 8 corrections, ``(stages + 1, seeds)``; after 0 it is the original's."""
    found = of(source, stack(shrinkage)).scores
    return np.array([found[f"stage {m}/{score}"] for m in range(STAGES + 1)])


def falls(source: str, shrinkage: float) -> float:
    """p of Page's test that the test NLL falls with the number of corrections, 1 to 8, over seeds."""
    return float(stats.page_trend_test(-by_stage(source, shrinkage, "test_nll")[1:].T).pvalue)


def some_gain(compared: list[Compared], margin: float) -> Kind:
    """Whether eight corrections help over one with some shrinkage: told from none, or below the margin with all."""
    if any(p < LEVEL and found.difference > 0 for found, p in compared):
        return "upheld"
    return "not upheld" if all(found.high < margin for found, _ in compared) else "inconclusive"


def said(source: str, shrinkage: float) -> str:
    """What eight corrections do on a source, in words."""
    nll, train = (by_stage(source, shrinkage, score).mean(axis=1) for score in ("test_nll", "train_nll"))
    return (
        f"{SAID[source]}, times {shrinkage:g}: {brief(family()[source, stack(shrinkage)])}; NLL with none, one, eight: "
        f"test {nll[0]:.2f}, {nll[1]:.2f}, {nll[-1]:.2f} (least with {nll.argmin()}; Page's p that it falls "
        f"{falls(source, shrinkage):.2g}), training {train[0]:.2f}, {train[1]:.2f}, {train[-1]:.2f}"
    )


@check("B67")
def eight_corrections() -> Verdict:
    """Accuracy with eight corrections, at three shrinkages, minus that with one whole one; NLL along the way."""
    compared = [family()[source, stack(factor)] for source in STACKED for factor in SHRINKAGE]
    return Verdict(
        some_gain(compared, MARGIN[ACCURACY]),
        "Accuracy with eight corrections, each shrunk, minus that with one that is not (95 % interval, adjusted p, "
        "what would be seen with 80 % power before adjustment). "
        + ". ".join(said(source, factor) for source in STACKED for factor in SHRINKAGE)
        + ". Upheld would mean that with some shrinkage eight corrections are told to beat one; not "
        "upheld, that with each the interval ends below half a point.",
    )
