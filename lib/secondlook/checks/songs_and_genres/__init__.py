"""Checks of notebook 04: document 001, sections 1 to 3: its data, its methods and its baseline."""

from secondlook.checks.songs_and_genres import baseline, features, methods, songs

__all__ = ["baseline", "features", "methods", "songs"]
