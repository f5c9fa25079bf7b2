"""Checks of notebook 11: document 002 on MNIST, and its conclusions."""

from secondlook.checks.bayesian_mnist import accuracy, advantages, confidence, costs, faster, variance

__all__ = ["accuracy", "advantages", "confidence", "costs", "faster", "variance"]
