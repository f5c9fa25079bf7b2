"""What document 001 says of its songs, what the notes of its course say, and the publishers of the labels it names.

The notes are the course's notebook 09b, "Music genre classification with the Million Song Dataset" (Machine Learning
Practical, University of Edinburgh, 2017), in the first commit, 83e08b7, of the repository that holds the document.
"""

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

COURSE_LABELS = ("CD2C tagtraum genre annotations", "MSD Allmusic Style Dataset")
"""Where the labels of either task come from."""
COURSE_TRAIN, COURSE_VALID = 40_000, 10_000
"""Songs of either task for training and for validation: 5,000 in all of each of ten genres, 2,000 of each of 25."""
COURSE_SCALING = "training data"
"""Over what each of the 3,000 numbers of a song has its mean and its standard deviation taken."""
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
