"""Checks of notebook 01: document 003, problem 1.

The document computes at noise variance 1, where a variance, its root and its inverse are the same number. So each
formula is also tried at the other `SETTINGS`, where a misplaced noise variance shows. What the document prints stands
in functions and constants named ``printed_…``; what is right is computed beside them.
"""

from secondlook.checks.conjugate_gaussian import evidence, point_estimates, posterior, predictives

__all__ = ["evidence", "point_estimates", "posterior", "predictives"]
