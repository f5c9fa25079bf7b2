"""The greatest accuracy over the epochs, against the last epochs and against songs that chose nothing: B36."""

from collections.abc import Iterator, Mapping

import numpy as np

from secondlook import document_001, results
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import SAID
from secondlook.claims import Verdict, check
from secondlook.results import Arm, Record

STUDIES = ("songs_baseline", "songs_regularisation", "songs_convolution", "songs_combining", "songs_correcting")
DRAWN = {
    "correcting model": printed.CORRECTING,
    "linear combiner": (9, "linear combiner"),
    "non linear combiner": (9, "non linear combiner"),
    "unconstrained": (9, "models parameters unconstrained"),
    "convolution in time, trained on": (9, "convolution in time"),
    "not fixed": printed.NOT_FIXED,
}
"""The models that figures 9 and 11 compare."""


def records() -> Iterator[Record]:
    """The records of all studies of ten-genre songs."""
    return (results.load(study) for study in STUDIES)


def source_of(arm: str) -> str | None:
    """The source that an arm's name begins with, if it is one of ours."""
    return max((source for source in SAID if arm.startswith(f"{source} ")), key=len, default=None)


def optimism(arm: Arm) -> tuple[float, float]:
    """The greatest accuracy on ``valid`` minus that of the late epochs, and minus that on ``test``; mean over seeds."""
    over_late, over_test = (
        float(np.mean(arm.scores["max/valid_accuracy"] - arm.scores[f"late/{split}_accuracy"]))
        for split in ("valid", "test")
    )
    return over_late, over_test


def by_source() -> dict[str, np.ndarray]:
    """The optimism of every arm that was trained over epochs, ``(arms, 2)``, by source."""
    found: dict[str, list[tuple[float, float]]] = {source: [] for source in SAID}
    for record in records():
        for name, arm in record.arms.items():
            source = source_of(name)
            if source and "max/valid_accuracy" in arm.scores:
                found[source].append(optimism(record[name]))
    return {source: np.array(values) for source, values in found.items() if values}


def in_words(found: np.ndarray) -> str:
    """Two kinds of optimism over arms: mean and range, in points."""
    mean, low, high = (100 * how(found, axis=0) for how in (np.mean, np.min, np.max))
    over_late, over_test = (f"{m:+.1f} ({a:+.1f} to {b:+.1f})" for m, a, b in zip(mean, low, high, strict=True))
    return f"{over_late} over the late epochs and {over_test} over test songs, {len(found)} arms"


def order(of: Mapping[str, tuple[int, str]], *, greatest: bool) -> list[str]:
    """The models in falling order of the greatest accuracy of their curves, or of the mean of its last ten epochs."""
    curves = {name: document_001.curve(*which) for name, which in of.items()}
    return sorted(of, key=lambda name: -(curves[name].max() if greatest else curves[name][-10:].mean()))


def is_maximum(quoted: float, which: tuple[int, str]) -> bool:
    """Whether a quoted accuracy is the greatest of a curve, to two digits."""
    return round(float(document_001.curve(*which).max()), 2) == quoted


@check("B36")
def maxima() -> Verdict:
    """Whether the quoted accuracies are maxima, what that adds to them, and whether the order of models survives."""
    quoted = {name: is_maximum(*row) for name, row in printed.QUOTED.items()}
    excess = {
        name: 100 * (curve.max() - curve[-10:].mean())
        for name, which in DRAWN.items()
        for curve in [document_001.curve(*which)]
    }
    by_maximum, by_late = (order(DRAWN, greatest=greatest) for greatest in (True, False))
    correcting = document_001.curve(*printed.CORRECTING)
    return Verdict(
        "upheld" if all(quoted.values()) else "not upheld",
        f"{sum(quoted.values())} of {len(quoted)} quoted accuracies are the greatest of 100 epochs of one run, on the "
        "songs by which the models were chosen. The document's greatest exceed its means of the last ten epochs by "
        f"{min(excess.values()):.1f} to {max(excess.values()):.1f} points; by the means the order of its models is "
        f"{'the same' if by_late == by_maximum else 'another one'}.",
        evidence=(
            "The document's greatest less its means of the last ten epochs, in points: "
            f"{', '.join(f'{value:.1f} ({name})' for name, value in excess.items())}.",
            f"By the means the order of the models is {'; '.join(by_late)}.",
            f"Section 8 gives the correcting model {printed.SECTION_8:.3f}: its greatest is {correcting.max():.4f}, "
            f"its mean {correcting[-10:].mean():.4f}.",
            *(
                f"Ours, {SAID[source]}: the greatest validation accuracy, in points, mean over arms and range, "
                f"{in_words(found)}."
                for source, found in by_source().items()
            ),
            "Where validation and test songs differ by artist the excess over test songs also holds that difference; "
            "in cross-validation it does not.",
        ),
    )
