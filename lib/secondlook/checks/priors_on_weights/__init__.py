"""Checks of notebook 10: document 002 but for its pictures of digits and its conclusions.

What the slides print stands in constants and functions named ``printed_…``; what is right is computed beside them, from
closed forms, quadrature, or the records of the studies.
"""

from secondlook.checks.priors_on_weights import (
    accuracies,
    bayes,
    bound,
    climbing,
    diverse,
    goals,
    panels,
    sampling,
    scales,
    sparse,
    transforming,
)

__all__ = [
    "accuracies",
    "bayes",
    "bound",
    "climbing",
    "diverse",
    "goals",
    "panels",
    "sampling",
    "scales",
    "sparse",
    "transforming",
]
