"""The catalog, its fingerprints, and files that are not what it says."""

import gzip
import hashlib
import os
import re
from pathlib import Path

import numpy as np
import pytest

from secondlook.data import DataError, catalog, contents, fetch
from secondlook.data.catalog import HOSTS, File
from secondlook.data.contents import digest
from secondlook.data.recipes import RECIPES

TEXT = """
[made]
title = "t"
licence = "l"
citation = "c"
used_for = "u"
mirrors = ["{mirror}"]
files = [
    {{ path = "made/b.bin", size = 1, sha256 = "22" }},
    {{ path = "made/deep/a.bin", size = 2, sha256 = "11", mirrors = ["https://codeload.github.com/x"] }},
]
"""


def test_mirrors_are_prefixes_and_a_files_own_come_first() -> None:
    made = catalog.parse(TEXT.format(mirror="https://www.cs.toronto.edu/x.tar.gz#in/"))["made"]
    assert made["b.bin"].mirrors == ("https://www.cs.toronto.edu/x.tar.gz#in/b.bin",)
    assert made["a.bin"].mirrors[0] == "https://codeload.github.com/x" and len(made["a.bin"].mirrors) == 2
    with pytest.raises(DataError, match=r"made: no file 'c\.bin'; its files are b\.bin, a\.bin"):
        made["c.bin"]


@pytest.mark.parametrize("mirror", [
    "http://www.cs.toronto.edu/", "https://example.org/", "ftp://www.cs.toronto.edu/", "https://www.cs.toronto.edu@evil/",
    "https://www.cs.toronto.edu.evil/", "//www.cs.toronto.edu/", "",
])  # fmt: skip
def test_only_https_and_only_known_hosts(mirror: str) -> None:
    with pytest.raises(DataError, match="not an https address of a known host"):
        catalog.parse(TEXT.format(mirror=mirror))


def test_two_sources_are_laid_out_by_hand() -> None:
    assert [name for name, source in catalog.catalog().items() if not source.published] == ["tracks", "audioset"]


def test_the_real_catalog_is_whole() -> None:
    paths = [file.path for source in catalog.catalog().values() for file in source.files]
    assert len(paths) == len(set(paths)) and len(catalog.catalog()) == 11
    for source in catalog.catalog().values():
        assert source.title and source.licence and source.citation and source.used_for
        assert len({file.name for file in source.files}) == len(source.files)
        for file in source.files:
            assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+", file.path) and ".." not in file.path
            assert re.fullmatch(r"[0-9a-f]{64}", file.sha256) and file.size > 0
            assert all(re.search(r"/[0-9a-f]{40}(/|$)", mirror) for mirror in file.mirrors if "github" in mirror)
        assert bool(source.ingredients) == (source.name in RECIPES) == any(file.content for file in source.files)
        assert not source.ingredients or len(source.files) == 1
    used = {mirror.split("/")[2] for s in catalog.catalog().values() for file in s.files for mirror in file.mirrors}
    assert used <= set(HOSTS)


def test_a_fingerprint_is_of_paths_and_contents_in_any_order(monkeypatch: pytest.MonkeyPatch) -> None:
    made = catalog.parse(TEXT.format(mirror="https://codeload.github.com/"))
    monkeypatch.setattr(catalog, "catalog", lambda: made)
    expected = hashlib.sha256(b"made/b.bin 22\nmade/deep/a.bin 11\n").hexdigest()[:16]
    assert catalog.fingerprint("made") == expected
    other = catalog.parse(TEXT.format(mirror="https://codeload.github.com/").replace('"22"', '"23"'))
    monkeypatch.setattr(catalog, "catalog", lambda: other)
    assert catalog.fingerprint("made") != expected


def test_fingerprints_do_not_drift() -> None:
    assert catalog.fingerprint("cifar10") == "d217ae8aa9ba0b10"
    assert catalog.fingerprint("gtzan") == "7b39ca8d2dfa2898"
    assert len({catalog.fingerprint(name) for name in catalog.catalog()}) == len(catalog.catalog())


def test_an_unknown_source_is_answered_with_the_known_ones() -> None:
    with pytest.raises(DataError, match="no data source 'minst'; choose from mnist, kmnist"):
        catalog.source("minst")


def entry(content: bytes) -> File:
    return File("made/a.bin", len(content), hashlib.sha256(content).hexdigest(), ())


def test_the_right_file_is_found(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(b"right")
    assert fetch.verified(entry(b"right"), tmp_path, "do this") == tmp_path / "made/a.bin"


@pytest.mark.parametrize(("content", "said"), [
    (b"righ", "has 4 bytes, not 5"), (b"", "has 0 bytes"), (b"wrong", "sha256 is 8810ad581e59…, not 27042f4e6eca…"),
])  # fmt: skip
def test_another_file_is_not_handed_on(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(content)
    with pytest.raises(DataError, match=f"a.bin: {said}.*; do this") as caught:
        fetch.verified(entry(b"right"), tmp_path, "do this")
    assert "\n" not in str(caught.value)


def test_a_file_changed_after_it_was_verified_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(b"right")
    fetch.verified(entry(b"right"), tmp_path, "do this")
    (tmp_path / "made/a.bin").write_bytes(b"wrong")
    os.utime(tmp_path / "made/a.bin", ns=(1, 1))
    with pytest.raises(DataError, match="sha256"):
        fetch.verified(entry(b"right"), tmp_path, "do this")


def test_a_file_is_hashed_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made/a.bin").write_bytes(b"right")
    fetch.verified(entry(b"right"), tmp_path, "do this")
    monkeypatch.delattr(fetch, "sha256")
    fetch.verified(entry(b"right"), tmp_path, "do this")


def test_a_file_packed_otherwise_is_known_by_its_content(tmp_path: Path) -> None:
    x, y = np.arange(6), np.ones(3)
    np.savez(tmp_path / "plain.npz", x=x, y=y)
    np.savez_compressed(tmp_path / "small.npz", y=y, x=x)
    np.savez(tmp_path / "other.npz", x=x, y=y + 1)
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"text", 1))
    (tmp_path / "b.gz").write_bytes(gzip.compress(b"text", 9, mtime=5))
    content = digest(tmp_path / "plain.npz", "a.npz")
    assert content == digest(tmp_path / "small.npz", "a.npz") != digest(tmp_path / "other.npz", "a.npz")
    assert digest(tmp_path / "a.gz", "a.gz") == digest(tmp_path / "b.gz", "a.gz") == hashlib.sha256(b"text").hexdigest()
    for name, right in (("small.npz", True), ("other.npz", False), ("a.gz", False)):
        made = File(name, 1, "0" * 64, (), content)
        assert (fetch.fault(tmp_path / name, made) == "") is right
    assert fetch.fault(tmp_path / "small.npz", File("small.npz", 1, "0" * 64, ())) != ""


def test_a_bomb_has_no_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contents, "LIMIT", 10**6)
    np.savez_compressed(tmp_path / "a.npz", x=np.zeros(10**6))
    (tmp_path / "a.gz").write_bytes(gzip.compress(bytes(10**7)))
    for name in ("a.npz", "a.gz"):
        with pytest.raises(DataError, match="holds more than 1000000 bytes"):
            digest(tmp_path / name, name)


def test_a_missing_file_and_a_folder_in_its_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECONDLOOK_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"test_batch.bin: not there; run `secondlook data cifar10`, or set SECONDLOOK"):
        fetch.path("cifar10", "test_batch.bin")
    (tmp_path / "made/a.bin").mkdir(parents=True)
    with pytest.raises(DataError, match=r"a\.bin: "):
        fetch.verified(entry(b"right"), tmp_path, "do this")


@pytest.mark.realdata("mnist", "kmnist", "notmnist", "cifar10", "gtzan", "msd", "audioset_genre")
def test_every_file_of_a_complete_home_is_right() -> None:
    for name, source in catalog.catalog().items():
        for file in source.files:
            fetch.path(name, file.name)
