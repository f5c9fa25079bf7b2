"""What is known of every file before it is read: where it lies, its size, its sha256, and who publishes it.

The facts are in ``catalog.toml``, one table a source. A mirror there is an https prefix; the file's name is put after
it. A ``#`` in a mirror separates an archive from the folder inside it.
"""

import hashlib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from urllib.parse import urlsplit

from secondlook.data.dataset import DataError

HOSTS = (
    "www.cs.toronto.edu",
    "storage.googleapis.com",
    "ossci-datasets.s3.amazonaws.com",
    "codh.rois.ac.jp",
    "raw.githubusercontent.com",
    "codeload.github.com",
)
"""The only hosts a catalog may name, and by https alone."""


@dataclass(frozen=True)
class File:
    """One file: `path` relative to the data home, `size` in bytes, `mirrors` complete addresses in the order to try.

    A file made by a recipe is also known by its `content` (see `contents.digest`), for packing may differ. An
    ingredient without a `sha256` is known only by what is made of it.
    """

    path: str
    size: int
    sha256: str
    mirrors: tuple[str, ...]
    content: str = ""

    @property
    def name(self) -> str:
        """The last part of `path`; unique within a source."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True)
class Source:
    """One published data set: its title, licence, citation and the notebooks that use it, and its files.

    Where there are `ingredients`, a recipe makes the one file of them.
    """

    name: str
    title: str
    licence: str
    citation: str
    used_for: str
    files: tuple[File, ...]
    ingredients: tuple[File, ...] = ()

    @property
    def published(self) -> bool:
        """Whether a public copy is known, of its files or of what they are made of."""
        return bool(self.ingredients) or any(file.mirrors for file in self.files)

    def __getitem__(self, file: str) -> File:
        """The file of this name."""
        for candidate in self.files:
            if candidate.name == file:
                return candidate
        raise DataError(f"{self.name}: no file {file!r}; its files are {', '.join(f.name for f in self.files)}")


def parse(text: str) -> Mapping[str, Source]:
    """The sources described by the text of a catalog, by name."""
    sources = {}
    for name, table in tomllib.loads(text).items():
        listed = tuple(_file(entry, table.get("mirrors", [])) for entry in table["files"])
        ingredients = tuple(_file(entry, []) for entry in table.get("ingredients", []))
        facts = {fact: table[fact] for fact in ("title", "licence", "citation", "used_for")}
        sources[name] = Source(name, files=listed, ingredients=ingredients, **facts)
    return MappingProxyType(sources)


def _file(entry: dict, prefixes: list[str]) -> File:
    name = entry["path"].rpartition("/")[2]
    mirrors = (*entry.get("mirrors", []), *(prefix + name for prefix in prefixes))
    for mirror in mirrors:
        address = urlsplit(mirror)
        if address.scheme != "https" or address.netloc not in HOSTS:
            raise DataError(f"{mirror}: not an https address of a known host; correct the catalog")
    return File(entry["path"], entry["size"], entry["sha256"], mirrors, entry.get("content", ""))


@cache
def catalog() -> Mapping[str, Source]:
    """The project's own catalog."""
    return parse(files("secondlook.data").joinpath("catalog.toml").read_text("utf-8"))


def source(name: str) -> Source:
    """The source of this name; a name not in the catalog is a `DataError`."""
    try:
        return catalog()[name]
    except KeyError:
        raise DataError(f"no data source {name!r}; choose from {', '.join(catalog())}") from None


def fingerprint(name: str) -> str:
    """Sixteen hex digits naming the exact bytes of a source, known without reading them.

    They are the beginning of the sha256 over the sorted lines ``path sha256``.
    """
    lines = sorted(f"{file.path} {file.sha256}\n" for file in source(name).files)
    return hashlib.sha256("".join(lines).encode()).hexdigest()[:16]
