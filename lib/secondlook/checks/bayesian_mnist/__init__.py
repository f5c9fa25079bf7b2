"""Checks of notebook 11: what document 002 finds on MNIST, and what it concludes."""

from secondlook.checks.bayesian_mnist import accuracy, advantages, confidence, costs, faster, variance

__all__ = ["accuracy", "advantages", "confidence", "costs", "faster", "variance"]
