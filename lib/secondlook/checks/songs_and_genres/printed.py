"""What document 001 says of its songs, and what the publishers say of the labels it names."""

from typing import NamedTuple

SONG = (120, 25)
"""Segments and features."""
PARTS = {"chroma": 12, "timbre": 12, "loudness": 1}


class Task(NamedTuple):
    """A classification task of the document, and the figures that plot accuracies on its validation songs."""

    genres: int
    songs_of_each: int
    figures: tuple[int, ...]


TEN = Task(10, 5000, (2, 3, 5, 6, 7, 8, 9))
TWENTY_FIVE = Task(25, 2000, (14, 15))

TEN_GENRES = ("Rap", "Rock", "RnB", "Electronic", "Metal", "Blues", "Pop", "Jazz", "Country", "Reggae")
"""As the course's own notes list them."""
CD1_TRACKS = 133_676
CD2C_TRACKS = 191_401
"""Tracks with a genre in the two annotations, as their publisher gives them (tagtraum.com, Schreiber 2015)."""
MASD_STYLES = 25
"""Styles of the MSD Allmusic Style Dataset (Schindler, Mayer and Rauber 2012)."""

KERNELS, HIDDEN = 50, 200
GOODFELLOW = "a variety of state of the art neural networks never encounter any significant obstacles"
"""From the abstract of the work cited as [9]."""
