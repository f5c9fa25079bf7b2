"""Where the songs of a run come from, each with splits ``train``, ``valid`` and ``test``, and in which order they play.

`valid` decides nothing: document 001 reports its greatest accuracy over the epochs, and ours stands beside the test's.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

import numpy as np
from sklearn.model_selection import StratifiedKFold, train_test_split

from secondlook.data import audioset, catalog, codewords, edinburgh, gtzan, songs
from secondlook.data.dataset import Dataset, Split
from secondlook.data.songs import Songs
from secondlook.data.standardise import standardise

FOLDS = 5
SIZES = {"train": 40_000, "valid": 10_000, "test": 10_000}
"""As many songs as the document had, and a test that it had not."""
TOY_SIZES = {"train": 1_000, "valid": 500, "test": 500}

Order = Literal["as played", "one new order", "an order for each song", "an order for each test song"]


@dataclass(frozen=True)
class Source:
    """The name of the exact data, and how it is loaded for a seed, not yet standardised."""

    fingerprint: str
    load: Callable[[int], Dataset]
    same_songs: bool = True
    """Whether all seeds are trained and tested on the same songs."""


def _synthetic(law: Songs, sizes: Mapping[str, int] = SIZES) -> Source:
    return Source(songs.fingerprint(law, sizes, seed=0), lambda seed: songs.load(law, sizes, seed=0))


def gtzan_fold(seed: int) -> Dataset:
    """Seed 5r + k: repeat r of stratified cross-validation; fold k is the test, the next one `valid`.

    Folds share artists, so their scores are optimistic; what they add is that every song is tested.
    """
    whole = gtzan.load()
    every = gtzan.filtered(whole)
    repeat, k = divmod(seed, FOLDS)
    folds = [rest for _, rest in StratifiedKFold(FOLDS, shuffle=True, random_state=repeat).split(every.x, every.y)]
    valid, test = folds[(k + 1) % FOLDS], folds[k]
    train = np.setdiff1d(np.arange(len(every.y)), np.concatenate([valid, test]))
    parts = {"train": train, "valid": valid, "test": test}
    return replace(whole, splits={name: Split(every.x[of], every.y[of]) for name, of in parts.items()})


def with_part_apart(whole: Dataset, split: str, new: str, size: int) -> dict[str, Split]:
    """The splits, with `size` items of one of them set apart as another: the classes in the same proportions."""
    x, y = whole[split]
    kept, apart = train_test_split(np.arange(len(y)), test_size=size, stratify=y, random_state=0)
    return {**whole.splits, split: Split(x[kept], y[kept]), new: Split(x[apart], y[apart])}


def one_hot_codewords(seed: int) -> Dataset:
    """Each segment as 18 numbers, 1 at its codeword and else 0; a sixth of the training songs set apart as `valid`."""
    whole = codewords.load()
    eye = np.eye(codewords.CODEWORDS, dtype=np.float32)
    parts = with_part_apart(whole, "train", "valid", 200)
    return replace(whole, splits={name: Split(eye[split.x], split.y) for name, split in parts.items()})


def clips(seed: int) -> Dataset:
    """Clips of one of 25 genres; some of the training clips set apart as `valid`."""
    whole = audioset.load()
    return replace(whole, splits=with_part_apart(whole, "train", "valid", 300))


def course_songs(seed: int) -> Dataset:
    """The Edinburgh course's own ten-genre songs, which only those who have them can run."""
    return edinburgh.load(10)


def course_songs_25(seed: int) -> Dataset:
    """Its songs of 25 genres, for which it gave no targets of test songs: half of `valid` serves as `test`."""
    whole = edinburgh.load(25)
    return replace(whole, splits=with_part_apart(whole, "valid", "test", len(whole["valid"].y) // 2))


SOURCES: Mapping[str, Source] = {
    "gtzan": Source(catalog.fingerprint("gtzan"), lambda seed: gtzan.load()),
    "gtzan folds": Source(catalog.fingerprint("gtzan"), gtzan_fold, same_songs=False),
    "codewords": Source(catalog.fingerprint("codewords"), one_hot_codewords),
    "no order": _synthetic(Songs(segment_signal=1, order_signal=0)),
    "some order": _synthetic(Songs(segment_signal=1, order_signal=0.1)),
    "order alone": _synthetic(Songs(segment_signal=0, order_signal=0.2)),
    "audioset": Source(catalog.fingerprint("audioset"), clips),
    "25 genres": _synthetic(Songs(segment_signal=1, order_signal=0.1, classes=25, features=30)),
    "edinburgh": Source("edinburgh", course_songs),
    "edinburgh 25": Source("edinburgh", course_songs_25),
    "toy segments": _synthetic(Songs(segment_signal=1.5, order_signal=0, classes=4), TOY_SIZES),
    "toy order": _synthetic(Songs(segment_signal=0, order_signal=1, classes=4), TOY_SIZES),
}
"""Real songs, three ways; synthetic songs with the order dial off, in the middle, and as all there is; the same for
twenty-five genres; toys."""


def load(source: str, seed: int, order: Order = "as played") -> Dataset:
    """The songs of a source in an order, standardised by the training songs alone.

    `seed` chooses the fold and draws the orders; where there are neither, all seeds have the same songs.
    """
    same = SOURCES[source].same_songs and order == "as played"
    return _load(source, 0 if same else seed, order)


@lru_cache(maxsize=2)
def _load(source: str, seed: int, order: Order) -> Dataset:
    return standardise(reordered(SOURCES[source].load(seed), order, np.random.default_rng(seed)))


def reordered(dataset: Dataset, order: Order, rng: np.random.Generator) -> Dataset:
    """The dataset with the segments of its songs in another order: the same songs to anyone who ignores time."""
    if order == "as played":
        return dataset
    one = rng.permutation(dataset["train"].x.shape[1])
    splits = {}
    for name, (x, y) in dataset.splits.items():
        if order == "one new order":
            splits[name] = Split(x[:, one], y)
        elif order == "an order for each song" or name == "test":
            splits[name] = Split(songs.shuffle_segments(x, rng), y)
        else:
            splits[name] = Split(x, y)
    digest = hashlib.sha256(f"{order} {dataset.fingerprint}".encode()).hexdigest()[:16]
    return Dataset(dataset.name, splits, dataset.class_names, digest)
