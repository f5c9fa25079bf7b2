"""One correction upon another: B67."""

import numpy as np
from scipy import stats

from secondlook.checks.correcting_model.family import SAID, STACKED, family, of, stack
from secondlook.checks.over_seeds import LEVEL, Compared
from secondlook.checks.songs import ACCURACY, MARGIN
from secondlook.checks.words import KEY, effect, lines
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


def loss(source: str, shrinkage: float) -> str:
    """What corrections do to the loss on a source, in words."""
    test, train = (by_stage(source, shrinkage, score).mean(axis=1) for score in ("test_nll", "train_nll"))
    return (
        f"NLL with none, one and eight corrections, {SAID[source]}, times {shrinkage:g}: test {test[0]:.2f}, "
        f"{test[1]:.2f}, {test[-1]:.2f} (least with {test.argmin()}; Page's p, by ranks, that it falls from one to "
        f"eight {falls(source, shrinkage):.2g}), training {train[0]:.2f}, {train[1]:.2f}, {train[-1]:.2f}."
    )


@check("B67")
def eight_corrections() -> Verdict:
    """Accuracy with eight corrections, at three shrinkages, minus that with one whole one; NLL along the way."""
    cases = [(source, factor) for source in STACKED for factor in SHRINKAGE]
    compared = {f"{SAID[source]}, times {factor:g}": family()[source, stack(factor)] for source, factor in cases}
    margin, gains = MARGIN[ACCURACY], sorted((found for found, _ in compared.values()), key=lambda f: f.difference)
    return Verdict(
        some_gain(list(compared.values()), margin),
        f"Eight corrections, each times one of {', '.join(f'{factor:g}' for factor in SHRINKAGE)}, against one that is "
        f"not shrunk, on {' and on '.join(SAID[source] for source in STACKED)}: told to be better in "
        f"{sum(p < LEVEL and found.difference > 0 for found, p in compared.values())} of {len(cases)} cases, with "
        f"differences in accuracy from {effect(gains[0])} to {effect(gains[-1])}. The interval ends below half a point "
        f"in {sum(found.high < margin for found in gains)}.",
        evidence=(
            *lines("Accuracy with eight corrections minus one that is not shrunk", compared),
            *(loss(source, factor) for source, factor in cases),
            "Upheld would mean that with some shrinkage eight corrections are told to beat one; not upheld, that with "
            "each the interval ends below half a point.",
            KEY,
        ),
    )
