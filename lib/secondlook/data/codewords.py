"""Songs of the Million Song Dataset as sequences of codewords: for each segment, which of 18 clusters its timbre is in.

The songs and their seven genres are those of a public student project (GitHub, Phonicavi/msd-genrecl, 2016), which drew
them, split them at random and clustered the twelve timbre numbers of their segments without using the genres.
"""

from pathlib import Path

import numpy as np

from secondlook.data import fetch, npz
from secondlook.data.catalog import fingerprint
from secondlook.data.dataset import Dataset, Split
from secondlook.data.msd import check_offsets
from secondlook.data.reading import again, reading

CLASS_NAMES = ("Jazz", "Rap", "Rock", "Country", "Blues", "Latin", "Electronic")
CODEWORDS = 18
SEGMENTS = 120
ARRAYS = {
    "label_map": npz.Array("S", (len(CLASS_NAMES),)),
    "k18_codes": npz.Array("u", ("segments",)),
    "k18_offsets": npz.Array("i", ("ends",)),
    "k18_targets": npz.Array("u", ("songs",)),
    "k18_is_test": npz.Array("u", ("songs",)),
}


def load() -> Dataset:
    """Splits ``train`` (1,176 songs) and ``test`` (210); x is uint8 ``(songs, 120)``, codewords 0 to 17.

    The segments are the central 120 of each song. The 14 songs with fewer are left out.
    """
    splits = parse(fetch.path("codewords", "msd_timbre_codewords.npz"))
    return Dataset("codewords", splits, CLASS_NAMES, fingerprint("codewords"))


def parse(file: Path) -> dict[str, Split]:
    """The two splits of the file; any fault is a `DataError`."""
    found = npz.read(file, ARRAYS, again("codewords"))
    codes, ends, targets, is_test = (found[f"k18_{name}"] for name in ("codes", "offsets", "targets", "is_test"))
    with reading(file, again("codewords")):
        names = tuple(np.char.decode(found["label_map"], "ascii"))
        if names != CLASS_NAMES:
            raise ValueError(f"label_map is {', '.join(names)}, not {', '.join(CLASS_NAMES)}")
        check_offsets(ends, len(targets), len(codes))
        for name, array, top in (("codes", codes, CODEWORDS - 1), ("targets", targets, 6), ("is_test", is_test, 1)):
            if array.max(initial=0) > top:
                raise ValueError(f"k18_{name} holds {array.max()}, above {top}")
    lengths = np.diff(ends)
    long = lengths >= SEGMENTS
    first = ends[:-1] + (lengths - SEGMENTS) // 2
    x = codes[first[long, None] + np.arange(SEGMENTS)]
    y, test = targets[long].astype(np.int64), is_test[long].astype(bool)
    return {"train": Split(x[~test], y[~test]), "test": Split(x[test], y[test])}
