"""Checks of notebook 06: document 001, section 4, convolution in time and pooling."""

from secondlook.checks.convolution_in_time import heights, pooling, recurrent

__all__ = ["heights", "pooling", "recurrent"]
