"""Checks of notebook 13: document 000, but for its sampler."""

from secondlook.checks.last_layer import averaging, curved, features, fitted, flat, limits, mixing, scripts

__all__ = ["averaging", "curved", "features", "fitted", "flat", "limits", "mixing", "scripts"]
