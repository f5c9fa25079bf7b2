"""Checks of notebook 14: what document 000's sampler did in the steps that it was given."""

from secondlook.checks.sampling_that_works import ball, memory, sampled, shape, start

__all__ = ["ball", "memory", "sampled", "shape", "start"]
