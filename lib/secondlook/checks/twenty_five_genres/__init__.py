"""Checks of notebook 09: document 001, section 7, twenty-five genres, and a citation of section 8."""

from secondlook.checks.twenty_five_genres import cited, models

__all__ = ["cited", "models"]
