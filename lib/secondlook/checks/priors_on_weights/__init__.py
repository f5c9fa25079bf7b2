"""Checks of notebook 10: document 002 but for its pictures of digits and its conclusions.

What the slides print stands in constants and functions named ``printed_…``; what is right is computed beside them, from
closed forms, quadrature, or the records of the studies.
"""

from secondlook.checks.priors_on_weights import bayes, bound, climbing, goals, sampling, transforming

__all__ = ["bayes", "bound", "climbing", "goals", "sampling", "transforming"]
