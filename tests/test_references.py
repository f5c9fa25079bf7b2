"""The bibliography parses, says who, what, when and where, and is cited; and every citation has its entry."""

import re
from functools import cache
from pathlib import Path
from unicodedata import combining, normalize

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "report/references.bib").read_text(encoding="utf-8")
ENTRY = re.compile(r"^@(?P<type>\w+)\{(?P<key>[^,\s]+),\n(?P<body>(?:  .*\n)+)\}$", re.MULTILINE)
FIELD = re.compile(r"^  (\w+)\s*= \{(.*)\},$")
VENUE = {
    "article": {"journal", "volume", "pages"},
    "inproceedings": {"booktitle"},
    "incollection": {"booktitle", "publisher"},
    "techreport": {"institution"},
    "book": {"publisher"},
    "misc": set(),
}
PATTERNS = {
    "year": r"(19|20)\d\d",
    "pages": r"\w+(--\w+)?",
    "doi": r"10\.\d{4,9}/\S+",
    "eprint": r"\d{4}\.\d{4,5}",
    "url": r"https?://\S+",
}

ENTRIES = {entry["key"]: entry for entry in ENTRY.finditer(TEXT)}
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.py"))
each_entry = pytest.mark.parametrize("key", ENTRIES)


def fields(key: str) -> dict[str, str]:
    lines = ENTRIES[key]["body"].splitlines()
    matches = [FIELD.match(line) for line in lines]
    assert all(matches), f"not a field: {[line for line, match in zip(lines, matches, strict=True) if not match]}"
    pairs = [(match[1], match[2]) for match in matches if match]
    assert len(pairs) == len(dict(pairs)), "a field is given twice"
    return dict(pairs)


def test_nothing_but_entries_and_comments_and_keys_in_order() -> None:
    rest = [line for line in ENTRY.sub("", TEXT).splitlines() if line]
    assert all(line.startswith("%") for line in rest), rest
    keys = [entry["key"] for entry in ENTRY.finditer(TEXT)]
    assert len(keys) == TEXT.count("\n@")
    assert keys == sorted(set(keys))


@each_entry
def test_braces_are_balanced_and_letters_plain(key: str) -> None:
    for value in fields(key).values():
        depth = 0
        for character in value:
            depth += {"{": 1, "}": -1}.get(character, 0)
            assert depth >= 0
        assert depth == 0
        assert "\\" not in value.replace("\\&", ""), "write accents as letters"


@each_entry
def test_the_required_fields_are_there_and_well_formed(key: str) -> None:
    entry = fields(key)
    assert {"author", "title", "year"} | VENUE[ENTRIES[key]["type"]] <= set(entry)
    assert all(value == value.strip() != "" for value in entry.values())
    for field in PATTERNS.keys() & entry.keys():
        assert re.fullmatch(PATTERNS[field], entry[field]), f"{field} = {entry[field]}"
    if ENTRIES[key]["type"] == "misc":
        assert entry.keys() & {"url", "howpublished"}, "nowhere to find it"
    assert ("eprint" in entry) == ("archiveprefix" in entry)


@each_entry
def test_the_key_is_first_author_year_and_a_word_of_the_title(key: str) -> None:
    entry = fields(key)
    surname = entry["author"].split(",")[0].lower()
    letters = re.sub(r"[^a-z-]", "", normalize("NFKD", surname))  # š counts as s
    match = re.fullmatch(rf"{letters}{entry['year']}([a-z0-9-]+)", key)
    assert match, f"{key}: expected {letters}{entry['year']} and a word"
    assert match[1] in re.sub(r"[{}]", "", entry["title"]).lower()


def plain(text: str) -> str:
    """In small letters without accents, and on one line."""
    letters = normalize("NFKD", re.sub(r"\n# *|\s+", " ", text)).lower()
    return "".join(letter for letter in letters if not combining(letter))


def surname(key: str) -> str:
    return plain(fields(key)["author"].split(",")[0])


@cache
def everything() -> str:
    """What is written in the notebooks, the code and the report."""
    files = [*NOTEBOOKS, *(ROOT / "lib").rglob("*.py"), *(ROOT / "lib").rglob("*.toml"), ROOT / "report/report.typ"]
    return plain(" ".join(file.read_text(encoding="utf-8") for file in files))


@each_entry
def test_every_entry_is_cited_by_key_or_by_author_and_year(key: str) -> None:
    by_name = rf"\b{re.escape(surname(key))}\b.{{0,200}}?{fields(key)['year']}"
    assert key in everything() or re.search(by_name, everything())


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_work_among_a_notebook_s_sources_has_its_entry(notebook: Path) -> None:
    sources = notebook.read_text(encoding="utf-8").partition("# ## Sources\n")[2].partition("\n# %%")[0]
    known = [(surname(key), fields(key)["year"]) for key in ENTRIES]
    lost = [
        f"{year} in {item[:60]!r}"
        for item in map(plain, sources.split("\n# - "))
        for year in re.findall(r"\((\d{4})\)", item)
        if not any(year == when and re.search(rf"\b{re.escape(who)}\b", item) for who, when in known)
    ]
    assert sources
    assert lost == []
