"""Checks of notebook 08: document 001, section 6, a net that corrects another, and what section 8 says of it."""

from secondlook.checks.correcting_model import (
    alone,
    apart,
    built,
    combiner,
    equation,
    figure_12,
    maxima,
    related,
    stages,
    worth,
)

__all__ = ["alone", "apart", "built", "combiner", "equation", "figure_12", "maxima", "related", "stages", "worth"]
