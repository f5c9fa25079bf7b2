"""The one look of figures and verdicts, and the two ways a notebook speaks: `show` a figure, `say` a sentence.

The style is applied when this module is imported. Colours are those of Okabe and Ito (2008, "Color Universal Design"),
without the yellow, which is too pale on white; each comes with a dash pattern and a marker as a second cue.
"""

import base64
import io
import os
import re
from pathlib import Path

import matplotlib.pyplot as plt
from cycler import cycler
from IPython.display import display
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from secondlook.atomic import write_atomically

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (9, 3)), (0, (3, 1, 1, 1, 1, 1)), (0, (2, 4)))
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

STYLE = {
    "figure.figsize": (7.2, 4.0),  # inches; 792 by 440 pixels, the width of a notebook's column
    "figure.dpi": 110,
    "savefig.dpi": "figure",
    "figure.constrained_layout.use": True,
    "font.family": "DejaVu Sans",  # comes with matplotlib, so that every machine draws the same letters
    "mathtext.fontset": "dejavusans",
    "font.size": 10,
    "axes.titlesize": 11,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.prop_cycle": cycler(color=COLOURS, linestyle=DASHES),
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.6,
    "lines.linewidth": 1.8,
    "lines.markersize": 5,
    "legend.edgecolor": "none",
    "image.cmap": "cividis",
    "svg.fonttype": "path",
    "svg.hashsalt": "secondlook",  # element names that do not change from one run to the next
}
plt.style.use(["default", STYLE])

VERDICTS = {  # the sign, the colour of the tile, and that of what is written on it
    "upheld": ("✓", COLOURS[0], "white"),
    "corrected": ("✎", COLOURS[1], "white"),
    "not upheld": ("✗", COLOURS[6], "white"),
    "inconclusive": ("?", COLOURS[4], "black"),
    "miscited": ("§", COLOURS[5], "black"),
    "not testable here": ("–", "0.85", "black"),
    "not yet examined": ("", "white", "0.45"),
}

STEM = re.compile(r"\d\d_[a-z0-9]+(_[a-z0-9]+)*")
SHORTEST_ALT = 30


def show(fig: Figure, stem: str, alt: str) -> None:
    """Display `fig` as one PNG that carries its alternative text, and close it.

    `stem` is the figure's name: its notebook's number and a few words, ``"01_predictives"``. `alt` says in a sentence
    what is to be seen, for a reader who cannot see it. While `secondlook notebooks` runs (it names a folder in
    SECONDLOOK_FIGURES), the figure is also written to ``<stem>.svg`` there, the same bytes each time.

    Raises ValueError if the stem or the text is not of this form.
    """
    if not STEM.fullmatch(stem):
        raise ValueError(f'stem {stem!r} is not a figure name: write NN_words in small letters, as "01_predictives"')
    if len(alt) < SHORTEST_ALT or not alt.endswith("."):
        raise ValueError(f"alt text {alt!r} is too short or unfinished: describe the figure in a whole sentence")
    bundle = {"image/png": base64.b64encode(_png(fig)).decode("ascii"), "text/plain": f"figures/{stem}.svg"}
    display(bundle, raw=True, metadata={"image/png": {"alt": alt}})
    if folder := os.environ.get("SECONDLOOK_FIGURES"):
        undated = {"Date": None, "Creator": None}
        write_atomically(Path(folder) / f"{stem}.svg", lambda part: fig.savefig(part, format="svg", metadata=undated))
    plt.close(fig)


def tile(ax: Axes, x: float, y: float, kind: str, label: str = "") -> None:
    """Draw a claim as a tile about a point: the sign and colours of its verdict, and its id under the sign."""
    sign, face, ink = VERDICTS[kind]
    edge = "0.8" if face == "white" else face
    ax.add_patch(plt.Rectangle((x - 0.45, y - 0.45), 0.9, 0.9, facecolor=face, edgecolor=edge, linewidth=0.7))
    ax.text(x, y - 0.13 * bool(label), sign, color=ink, fontsize=9, ha="center", va="center", fontweight="bold")
    ax.text(x, y + 0.3 * bool(sign), label, color=ink, fontsize=4.6, ha="center", va="center")


def say(text: str) -> None:
    """Display Markdown: a sentence whose numbers are computed, ``say(f"The mean is {mean:.2f}.")``, or a table."""
    display({"text/markdown": text, "text/plain": text}, raw=True)


def _png(fig: Figure) -> bytes:
    """The figure in the 256 colours that suit it best, which takes two fifths of the bytes of all its colours."""
    full, small = io.BytesIO(), io.BytesIO()
    fig.savefig(full, format="png")
    Image.open(full).convert("RGB").quantize(256).save(small, format="png", optimize=True)
    return small.getvalue()
