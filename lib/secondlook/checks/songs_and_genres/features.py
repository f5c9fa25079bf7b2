"""How features hang together, across the vector and over time: B25 and B35."""

import numpy as np

from secondlook.checks.over_seeds import Compared, arm
from secondlook.checks.songs import BASELINE, BESIDE, PLAIN, difference, on_validation
from secondlook.checks.songs_and_genres.family import (
    HEIGHTS,
    MEASURED,
    SOURCES,
    correlation_length,
    family,
    nearest,
)
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import Paired, equivalent
from secondlook.data.songs import NOTES, ORDERS, ROUNDS
from secondlook.networks.songs import receptive_field

MARGIN = 0.05
"""Mean correlations within this of one another count as the same."""


NEEDED = 0.01
"""A gain of a point in accuracy, above which a taller kernel counts as needed."""


def depends(compared: Compared) -> bool:
    """Whether features side by side differ in correlation from those further apart, and by more than the margin."""
    found, p = compared
    return p < LEVEL and (found.low > MARGIN or found.high < -MARGIN)


@check("B25")
def distance() -> Verdict:
    """Features side by side against those further apart, round the octave for chroma, in the vector for timbre."""
    compared = {group: family()[f"distance: {group}"] for group in ("chroma", "timbre")}
    same = all(equivalent(found, MARGIN) < LEVEL for found, _ in compared.values())
    kind: Kind = "not upheld" if any(map(depends, compared.values())) else "upheld" if same else "inconclusive"
    found = arm("songs_pictures/tracks").items
    chroma, timbre = (found[f"{group} by distance"][0].mean(axis=0) for group in compared)
    return Verdict(
        kind,
        f"Over {compared['chroma'].found.n} tracks the mean correlation of two chroma values, 1 to 6 semitones apart "
        f"round the octave, is {', '.join(f'{r:.2f}' for r in chroma)}; that of two timbre values, without sign, lies "
        f"between {timbre.min():.2f} and {timbre.max():.2f} at distances 1 to {len(timbre)}. Side by side less further "
        "apart: "
        + "; ".join(
            f"{group} {pair.difference:+.3f} ({pair.low:+.3f} to {pair.high:+.3f}, adjusted p = {p:.2g}): "
            + ("it depends on distance" if depends(compared[group]) else "no dependence above the margin")
            for group, (pair, p) in compared.items()
        )
        + f". The margin is ±{MARGIN:g}. Accuracy with kernels over some of the features is not measured.",
    )


def same_note(orders: np.ndarray) -> np.ndarray:
    """How probable it is that segments 0 to 5 apart play the same note, ``(6,)``; blocks are in one of the orders."""
    pairs = np.stack(np.broadcast_arrays(orders[:, None], orders[None]), axis=2).reshape(-1, 2 * NOTES)
    return np.array([np.mean(pairs[:, :NOTES] == pairs[:, lag : lag + NOTES]) for lag in range(NOTES + 1)])


def turns(of_class: int) -> np.ndarray:
    """The round of a class, begun at every note, ``(5, 5)``."""
    return np.array([np.roll(ROUNDS[of_class], -start) for start in range(NOTES)])


def three_over_one() -> tuple[Paired, Paired]:
    """What height 3 gains over height 1 on two laws of songs that differ in how often a class decides the order."""
    without, some = (difference(source, PLAIN, BASELINE) for source in ("no order", "some order"))
    return without, some


def counterexample() -> bool:
    """Two laws with the same autocorrelation, of which one needs kernels of several segments and the other does not."""
    alike = all(np.allclose(same_note(turns(c)), same_note(ORDERS)) for c in range(len(ROUNDS)))
    without, some = three_over_one()
    return bool(alike and without.high < NEEDED < some.low)


def brief(height: int, compared: Compared) -> str:
    """A difference in accuracy in points, with its interval and its adjusted p."""
    found, p = compared
    low, high = 100 * found.low, 100 * found.high
    said = f"{100 * found.difference:+.2f} points ({low:+.2f} to {high:+.2f}, {found.n} seeds, p = {p:.2g})"
    return f"height {height} {said}"


@check("B35")
def kernel_height() -> Verdict:
    """The best height against the measured length on real songs; two laws of one autocorrelation; receptive fields."""
    compared = {
        source: {h: family()[f"{source}: height {h}"] for h in HEIGHTS if h != nearest(source)} for source in SOURCES
    }
    told = [(found.difference, p < LEVEL) for of in compared.values() for found, p in of.values()]
    beaten = any(difference > 0 and seen for difference, seen in told)
    agrees = not beaten and all(seen for _, seen in told)
    alike, (without, some) = counterexample(), three_over_one()
    kind: Kind = (
        "not upheld" if beaten or (alike and not agrees) else "upheld" if agrees and not alike else "inconclusive"
    )
    fields = ", ".join(f"{receptive_field((h, h), 'none')}" for h in HEIGHTS)
    lasting = {name: arm(f"songs_pictures/{of}").curves["all together"]["mean"][-1] for name, of in MEASURED.items()}
    return Verdict(
        kind,
        "Within a song the autocorrelation falls below 1/e after "
        + ", ".join(f"{correlation_length(source):g} ({source})" for source in SOURCES)
        + " segments, the median (for codewords that of the tracks' timbre); over all songs it is still "
        + ", ".join(f"{r:.2f}" for r in lasting.values())
        + " sixty segments apart, since songs differ. "
        f"Two layers of height {', '.join(map(str, HEIGHTS))} see {fields}. "
        + (
            "Two laws of synthetic songs have the same autocovariance (summed over features), and in one a class now "
            "and then decides the order of the notes. On 40,000 songs height 3 gains "
            f"{100 * without.difference:+.1f} points over height 1 ({100 * without.low:+.1f} to "
            f"{100 * without.high:+.1f}, {without.n} seeds) in the law without, {100 * some.difference:+.1f} "
            f"({100 * some.low:+.1f} to {100 * some.high:+.1f}) in the law with: the length does not fix the height "
            "that is enough, and the verdict rests on that. "
            if alike
            else ""
        )
        + "Test accuracy against the height nearest to the length, with 95 % intervals and adjusted p: "
        + "; ".join(
            f"{source}, against {nearest(source)}: {', '.join(brief(h, pair) for h, pair in of.items())}"
            for source, of in compared.items()
        )
        + f". {BESIDE}, height 10 less height 1: "
        + on_validation("kernels of 10", BASELINE, SOURCES)
        + ". How the best height moves with a length set by hand is not measured.",
    )  # fmt: skip
