"""What document 001 prints of combined models: headline accuracies, and the curves from which they come."""

from secondlook import document_001
from secondlook.checks.combining_models.family import CORRECTING, FROM_MEAN
from secondlook.checks.songs import BASELINE, PLAIN, POOLED

VALID_SONGS = 10_000
HEADLINES = {BASELINE: 0.58, PLAIN: 0.61, POOLED: 0.63, FROM_MEAN: 0.64, CORRECTING: 0.645}
"""Sections 5.1, 5.2 and 8. Its combination is a linear combiner; ours of the same kind starts at the mean."""
DRAWN = {
    BASELINE: (8, "baseline"),
    PLAIN: (8, "no pooling"),
    POOLED: (8, "max pooling size=2"),
    FROM_MEAN: (9, "linear combiner"),
    CORRECTING: (11, "correcting model"),
}
"""The figure and the arm in it that show each."""
FULLY_CONNECTED = 0.50
FULLY_CONNECTED_DRAWN = (13, "trained separately")
COMPARATOR = (9, "convolution in time")
"""The comparison curve of figure 9."""
ALONE = DRAWN[POOLED]


def greatest(figure: int, arm: str) -> float:
    """The greatest of a curve's 100 accuracies."""
    return float(document_001.curve(figure, arm).max())


def late(figure: int, arm: str) -> float:
    """The mean of its last ten."""
    return float(document_001.curve(figure, arm)[-10:].mean())
