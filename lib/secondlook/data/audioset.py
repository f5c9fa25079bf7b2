"""AudioSet (Gemmeke et al. 2017): ten-second clips of 25 genres of music, each as ten steps of 128 features.

The features are VGGish embeddings, in 256 levels from -2 to 2, of a network trained on the sound of other videos. Their
mean over time already tells most of the genre, so they say little about order in time.
"""

from pathlib import Path

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.catalog import fingerprint
from secondlook.data.dataset import Dataset, Split
from secondlook.data.reading import again, reading

STEPS, FEATURES, GENRES = 10, 128, 25
ARRAYS = {
    "embedding": npz.Array("u", ("clips", STEPS, FEATURES)),
    "n_frames": npz.Array("u", ("clips",)),
    "genre_multi_hot": npz.Array("u", ("clips", GENRES)),
    "genre_names": npz.Array("S", (GENRES,)),
    "is_eval": npz.Array("b", ("clips",)),
}


def load() -> Dataset:
    """The clips of one genre only; splits ``train`` (the balanced training part) and ``test`` (the evaluation part).

    x is uint8 of shape ``(clips, 10, 128)``. Three clips with fewer than ten steps are left out: 3,644 remain.
    """
    splits, names = parse(fetch.path("audioset", "audioset_vggish_genre.npz"))
    return Dataset("audioset", splits, names, fingerprint("audioset"))


def parse(file: Path) -> tuple[dict[str, Split], tuple[str, ...]]:
    """The two splits of the file and the names of the genres; any fault is a `DataError`."""
    found = npz.read(file, ARRAYS, again("audioset"))
    genres = found["genre_multi_hot"]
    with reading(file, again("audioset")):
        if genres.max(initial=0) > 1:
            raise ValueError(f"genre_multi_hot holds {genres.max()}, above 1")
        names = tuple(np.char.decode(found["genre_names"], "ascii").tolist())
    chosen = (genres.sum(axis=1) == 1) & (found["n_frames"] == STEPS)
    x, y, test = found["embedding"][chosen], genres[chosen].argmax(axis=1), found["is_eval"][chosen]
    return {"train": Split(x[~test], y[~test]), "test": Split(x[test], y[test])}, names
