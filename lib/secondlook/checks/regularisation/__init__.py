"""Checks of notebook 05: document 001, sections 3.1 and 3.2, penalties on the baseline's weights."""

from secondlook.checks.regularisation import counts, objective, output, penalties, relaxed, sparse, strengths

__all__ = ["counts", "objective", "output", "penalties", "relaxed", "sparse", "strengths"]
