"""How comparisons are said: the numbers of a comparison, each in its unit, and no other."""

import pytest

from secondlook.checks import songs
from secondlook.checks.over_seeds import Compared
from secondlook.checks.words import NATS, NUMBER, alone, between, brief, effect, lines, starred, told
from secondlook.compare import Paired
from secondlook.compare_items import Crossed
from secondlook.studies.songs.arms import REAL

UP = Compared(Paired(10, 0.0123, 0.0010, 0.0236, 0.004, 0.005, 0.0110), 0.02)
FLAT = Compared(Paired(5, -0.0040, -0.0100, 0.0020, 0.4, 0.5, 0.0090), 0.80)
AT_THE_LEVEL = Compared(Paired(10, 0.0123, 0.0010, 0.0236, 0.004, 0.005, 0.0110), 0.05)


def test_a_difference_is_said_in_its_unit_with_its_interval_and_what_would_be_seen() -> None:
    assert effect(UP.found) == "+1.23 points"
    assert effect(UP.found, NATS) == "+0.012 nats"
    assert effect(UP.found, NUMBER) == "+0.012"
    assert between(UP.found) == "+1.23 points (+0.10 to +2.36)"
    assert between(Crossed(0.01, 0.015, -0.02, 0.04)) == "+1.00 points (-2.00 to +4.00)"
    assert brief(*UP) == "+1.23 points (+0.10 to +2.36), 10 seeds, p = 0.02, 1.10 would be seen"
    assert brief(FLAT.found, unit=NATS) == "-0.004 nats (-0.010 to +0.002), 5 seeds, 0.009 would be seen"


def test_an_asterisk_marks_what_is_told() -> None:
    assert starred(UP) == "+1.23 points (+0.10 to +2.36)*"
    assert starred(FLAT, NATS) == "-0.004 nats (-0.010 to +0.002)"
    assert starred(AT_THE_LEVEL).endswith(")")


def test_a_line_of_evidence_names_what_is_compared_and_where() -> None:
    assert lines("A minus B", {"here": UP, "there": FLAT}) == (
        "A minus B, here: +1.23 points (+0.10 to +2.36), 10 seeds, p = 0.02, 1.10 would be seen.",
        "A minus B, there: -0.40 points (-1.00 to +0.20), 5 seeds, p = 0.8, 0.90 would be seen.",
    )


@pytest.mark.parametrize(
    ("of", "text"),
    [
        ({"a": UP}, "told from zero on a (+1.2 points)"),
        ({"a": FLAT, "b": FLAT}, "told from zero on no source: a (-0.4 points), b (-0.4)"),
        ({"a": AT_THE_LEVEL}, "told from zero on no source: a (+1.2 points)"),
        (
            {"b": FLAT, "a": UP, "c": UP, "d": FLAT},
            "told from zero on a (+1.2 points) and c (+1.2), not on b (-0.4) or d (-0.4)",
        ),
    ],
)
def test_a_finding_tells_where_a_difference_is_told_from_zero(of: dict[str, Compared], text: str) -> None:
    assert told(of) == text


def test_what_is_told_can_be_of_other_things_than_sources() -> None:
    assert told({"0.1": FLAT}, NATS, "at", "threshold") == "told from zero at no threshold: 0.1 (-0.00 nats)"


def test_one_comparison_alone_says_whether_it_is_told() -> None:
    assert alone(UP) == "+1.23 points (told from zero)"
    assert alone(AT_THE_LEVEL, NATS) == "+0.012 nats (not told from zero)"


def test_what_outlasts_other_songs_is_counted_where_one_set_of_test_songs_serves_all(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    anew = {"gtzan": Crossed(0.02, 0.005, 0.01, 0.03), "codewords": Crossed(0.02, 0.02, -0.02, 0.06)}
    monkeypatch.setattr(songs, "anew", lambda source, a, b: anew[source])
    compared = {(source, "a", b): c for source in REAL for b, c in (("b", UP), ("not told", FLAT))}
    assert songs.outlasting(compared) == {("gtzan", "a", "b"): True, ("codewords", "a", "b"): False}
    assert songs.how_many_outlast(compared) == "Told from zero on these test songs: 2; were songs drawn anew, too: 1."
    found = songs.with_songs_anew("a", "b")
    assert found == "GTZAN, artists kept apart +2.0 (+1.0 to +3.0), MSD codewords +2.0 (-2.0 to +6.0)"
