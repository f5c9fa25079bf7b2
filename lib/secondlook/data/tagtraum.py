"""Genre annotations of the Million Song Dataset (Schreiber 2015): a track's genre, or two where opinions differ."""

import gzip
import re
from pathlib import Path

from secondlook.data import fetch
from secondlook.data.reading import again, reading

LIMIT = 2**25
TRACK_ID = re.compile(r"TR[A-Z]{5}[0-9A-F]{11}")


def load() -> dict[str, tuple[str, ...]]:
    """From the id of each of 133,676 tracks to its genre or, the majority's first, its two genres."""
    return parse(fetch.path("tagtraum", "msd_tagtraum_cd1.cls.gz"))


def parse(file: Path) -> dict[str, tuple[str, ...]]:
    """The annotations of one gzipped text file of lines ``track TAB genre [TAB minority genre]``.

    Empty lines and lines that begin with ``#`` are skipped. Any fault is a `DataError`.
    """
    genres: dict[str, tuple[str, ...]] = {}
    with reading(file, again("tagtraum")), gzip.open(file) as stream:
        content = stream.read(LIMIT + 1)
        if len(content) > LIMIT:
            raise ValueError(f"holds more than the {LIMIT} bytes allowed")
        for number, line in enumerate(content.decode("utf-8").splitlines(), start=1):
            if not line or line.startswith("#"):
                continue
            track, *labels = line.split("\t")
            if not TRACK_ID.fullmatch(track) or track in genres or not 1 <= len(labels) <= 2 or not all(labels):
                raise ValueError(f"line {number} is not a new track and one or two genres: {line[:60]!r}")
            genres[track] = tuple(labels)
    return genres
