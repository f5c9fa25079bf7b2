"""Checks of notebook 13: document 000, but for its sampler."""

from secondlook.checks.last_layer import curved, features, scripts

__all__ = ["curved", "features", "scripts"]
