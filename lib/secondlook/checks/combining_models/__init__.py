"""Checks of notebook 07: document 001, section 5, combining models."""

from secondlook.checks.combining_models import bagging, combiners, dissimilarity, experts, headlines, spread

__all__ = ["bagging", "combiners", "dissimilarity", "experts", "headlines", "spread"]
