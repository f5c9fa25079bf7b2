"""Figures: one PNG with its words, closed afterwards; the same vector file each time; one style."""

import base64
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import pytest
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from secondlook import figures
from secondlook.claims import KINDS

ALT = "A straight line that rises from zero to one."
Displayed = list[tuple[dict[str, str], dict[str, Any] | None]]


@pytest.fixture
def displayed(monkeypatch: pytest.MonkeyPatch) -> Displayed:
    """What a notebook would show: the bundles and their metadata."""
    shown: Displayed = []
    monkeypatch.setattr(figures, "display", lambda data, raw, metadata=None: shown.append((data, metadata)))
    monkeypatch.delenv("SECONDLOOK_FIGURES", raising=False)
    return shown


def line() -> Figure:
    fig, ax = plt.subplots()
    ax.plot([0, 1])
    return fig


def test_show_displays_one_png_with_its_words_and_closes(displayed: Displayed) -> None:
    figures.show(line(), "01_line", ALT)
    [(data, metadata)] = displayed
    assert base64.b64decode(data["image/png"]).startswith(b"\x89PNG")
    assert data["text/plain"] == "figures/01_line.svg"
    assert metadata == {"image/png": {"alt": ALT}}
    assert plt.get_fignums() == []


def test_show_is_the_same_bytes_each_time(
    displayed: Displayed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for folder in ("first", "second"):
        monkeypatch.setenv("SECONDLOOK_FIGURES", str(tmp_path / folder))
        figures.show(line(), "01_line", ALT)
    first, second = [(tmp_path / folder / "01_line.svg").read_bytes() for folder in ("first", "second")]
    assert first == second and b"<svg" in first
    assert displayed[0] == displayed[1]
    assert [path.name for path in (tmp_path / "first").iterdir()] == ["01_line.svg"]


@pytest.mark.parametrize("stem", ["line", "1_line", "01", "01_", "01_Line", "01-line", "01_line.svg", "../01_line"])
def test_show_refuses_a_stem_that_names_no_figure(displayed: Displayed, stem: str) -> None:
    with pytest.raises(ValueError, match="is not a figure name"):
        figures.show(line(), stem, ALT)
    plt.close("all")


@pytest.mark.parametrize("alt", ["", "Line.", ALT.removesuffix(".")])
def test_show_refuses_a_figure_without_words(displayed: Displayed, alt: str) -> None:
    with pytest.raises(ValueError, match="describe the figure"):
        figures.show(line(), "01_line", alt)
    plt.close("all")


def test_say_displays_markdown_that_also_reads_as_text(displayed: Displayed) -> None:
    figures.say("The mean is **2.50**.")
    assert displayed == [({"text/markdown": "The mean is **2.50**.", "text/plain": "The mean is **2.50**."}, None)]


def test_no_two_lines_look_alike_without_colour() -> None:
    assert len(set(figures.DASHES)) == len(set(figures.MARKERS)) == len(set(figures.COLOURS)) == len(figures.DASHES)
    assert plt.rcParams["axes.prop_cycle"].by_key() == {
        "color": list(figures.COLOURS),
        "linestyle": list(figures.DASHES),
    }


def test_every_verdict_has_a_sign_and_a_colour_of_its_own() -> None:
    assert tuple(figures.VERDICTS) == KINDS
    signs, faces, _ = zip(*figures.VERDICTS.values(), strict=True)
    assert len(set(signs)) == len(set(faces)) == len(KINDS)


def test_a_tile_holds_the_sign_above_the_id() -> None:
    fig, ax = plt.subplots()
    figures.tile(ax, 2.0, 3.0, "upheld", "D01")
    [patch], (sign, label) = ax.patches, ax.texts
    assert (sign.get_text(), label.get_text()) == ("✓", "D01")
    assert 2.55 < sign.get_position()[1] < label.get_position()[1] < 3.45
    assert isinstance(patch, Rectangle) and patch.get_center() == pytest.approx((2.0, 3.0))
    plt.close(fig)
