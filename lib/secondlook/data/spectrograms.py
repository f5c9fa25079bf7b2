"""Read a log-spectrogram back out of its picture, and make a song of 120 segments and 25 features of it.

The pictures were drawn by ``scipy.signal.spectrogram`` (22,050 Hz, 256 samples a window) and matplotlib's
``pcolormesh`` with the colour map viridis. Its 256 colours in eight bits are all different, but for two pairs of
neighbours, so a pixel gives back its index: log power, from the song's own least (0) to its greatest (255). The 496
columns are instants about 60 ms apart; the 370 rows are 128 bins of frequency, 86.1 Hz wide. In 38 pictures of jazz the
highest of 129 bins was drawn too: read at the same rows, they are off by up to one bin.
"""

import io
import warnings
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np

from secondlook.data.reading import again, reading

SIZE = (515, 389)
INNER = (slice(9, 379), slice(10, 506))
BINS = 128
ROW_EDGES = (np.arange(BINS + 1) * 369.6 / BINS).astype(int)
"""Counted from the bottom: the drawing is 369.6 pixels high, and bin k begins at row edge k."""
BAND_EDGES = (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 14, 16, 19, 22, 26, 31, 37, 44, 52, 62, 74, 88, 106, 128)
"""Band k is the bins from edge k up to, not including, edge k + 1. Bin 0, the mean, is left out."""


def recover(file: Path) -> np.ndarray:
    """The spectrogram in a picture, uint8 of shape ``(496 instants, 128 bins)``, low frequencies first; silence is 0.

    A picture of another size, or with a colour that is neither viridis nor white (silence), is a `DataError`.
    """
    from PIL import Image

    with reading(file, again("gtzan_pictures")), warnings.catch_warnings():
        warnings.simplefilter("error")
        content = io.BytesIO(file.read_bytes())  # takes no memory for what a chunk only declares, as a file does
        try:
            with Image.open(content, formats=["PNG"]) as picture:
                if picture.size != SIZE or picture.mode != "RGBA":
                    raise ValueError(f"a picture of {picture.size} pixels, {picture.mode}, not {SIZE}, RGBA")
                red, green, blue, _ = np.asarray(picture).astype(np.int64)[INNER].transpose(2, 0, 1)
        except Image.DecompressionBombError as fault:  # it declares far too many pixels
            raise ValueError(fault) from None
        index = _index_of_colour()[_as_number(red, green, blue)]
        if (index < 0).any():
            raise ValueError(f"{np.count_nonzero(index < 0)} pixels have a colour that is not in the colour map")
    middle_rows = (ROW_EDGES[:-1] + ROW_EDGES[1:]) // 2
    return index[::-1][middle_rows].T.astype(np.uint8)


def to_song(spectrogram: np.ndarray) -> np.ndarray:
    """120 segments of 25 features, float32, from the central 480 of 496 instants.

    A segment is the mean of those of its four instants that are not silent (0 if all are). Its features are the means
    over 24 bands that widen with frequency, then the mean over all bins but the lowest.
    """
    start = (len(spectrogram) - 480) // 2
    instants = spectrogram[start : start + 480].reshape(120, 4, BINS).astype(float)
    heard = np.count_nonzero(instants.any(axis=2), axis=1)
    segments = instants.sum(axis=1) / np.maximum(heard, 1)[:, None]
    bands = [segments[:, low:high].mean(axis=1) for low, high in pairwise(BAND_EDGES)]
    return np.stack([*bands, segments[:, 1:].mean(axis=1)], axis=1).astype(np.float32)


@cache
def _index_of_colour() -> np.ndarray:
    """From a colour to its place in viridis; from white, which stands for log 0, to 0; from any other to -1."""
    from matplotlib import colormaps

    index = np.full(2**24, -1, np.int16)
    index[0xFFFFFF] = 0
    colours = (255 * colormaps["viridis"](np.arange(256))[:, :3]).round().astype(np.int64)
    index[_as_number(*colours.T)] = np.arange(256)
    return index


def _as_number(red: np.ndarray, green: np.ndarray, blue: np.ndarray) -> np.ndarray:
    return (red << 16) | (green << 8) | blue
