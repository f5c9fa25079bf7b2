"""How features hang together, across the vector and over time: B25 and B35."""

import numpy as np

from secondlook.checks import words
from secondlook.checks.over_seeds import LEVEL, Compared, alike, arm
from secondlook.checks.songs import BASELINE, BESIDE, PLAIN, SAID, difference, on_validation
from secondlook.checks.songs_and_genres.family import (
    HEIGHTS,
    MEASURED,
    SOURCES,
    correlation_length,
    family,
    nearest,
    of_height,
)
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import Paired
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
    compared = {group: family()[group, "adjacent", "others"] for group in ("chroma", "timbre")}
    found = arm("songs_pictures/tracks").items
    chroma, timbre = (found[f"{group} by distance"][0].mean(axis=0) for group in compared)
    differences = " and ".join(
        f"{words.effect(pair.found, words.NUMBER)} for {group} "
        + ("(it depends on distance)" if depends(pair) else f"(no dependence above the margin of ±{MARGIN:g})")
        for group, pair in compared.items()
    )
    return Verdict(
        alike(compared.values(), MARGIN),
        "The mean correlation of features side by side, less that of features further apart, over "
        f"{compared['chroma'].found.n} tracks, is {differences}. Accuracy with kernels over some of the features is "
        "not measured.",
        evidence=(
            "The mean correlation of two chroma values, 1 to 6 semitones apart round the octave, is "
            f"{', '.join(f'{r:.2f}' for r in chroma)}.",
            f"That of two timbre values, without sign, lies between {timbre.min():.2f} and {timbre.max():.2f} at "
            f"distances 1 to {len(timbre)}.",
            *(
                f"Side by side less further apart, with a 95 % interval over tracks, {group}: "
                f"{words.between(pair, words.NUMBER)}, adjusted p = {p:.2g}."
                for group, (pair, p) in compared.items()
            ),
        ),
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


def measured() -> tuple[str, ...]:
    """How long features stay correlated within a song and over all songs, and how far kernels see."""
    lengths = " and ".join(f"{correlation_length(source):g} ({SAID[source]})" for source in SOURCES)
    lasting = [arm(f"songs_pictures/{of}").curves["all together"]["mean"][-1] for of in MEASURED.values()]
    fields = ", ".join(f"{receptive_field((h, h), 'none')}" for h in HEIGHTS)
    return (
        f"Within a song the autocorrelation falls below 1/e after {lengths} segments, medians over songs; for the "
        "codewords it is measured on the timbre of tracks.",
        f"Over all songs it is still {' and '.join(f'{r:.2f}' for r in lasting)} sixty segments apart, since songs "
        "differ.",
        f"Two layers of height {', '.join(map(str, HEIGHTS))} see {fields} segments.",
    )


@check("B35")
def kernel_height() -> Verdict:
    """The best height against the measured length on real songs; two laws of one autocorrelation; receptive fields."""
    compared = {
        source: {h: family()[source, of_height(h), of_height(nearest(source))] for h in HEIGHTS if h != nearest(source)}
        for source in SOURCES
    }
    told = [found.difference for of in compared.values() for found, p in of.values() if p < LEVEL]
    better, others = sum(difference > 0 for difference in told), sum(map(len, compared.values()))
    agrees = not better and len(told) == others
    alike, (without, some) = counterexample(), three_over_one()
    kind: Kind = (
        "not upheld" if better or (alike and not agrees) else "upheld" if agrees and not alike else "inconclusive"
    )
    laws = (
        "Two laws of synthetic songs have the same autocovariance, and in one a class now and then decides the order "
        f"of notes. There height 3 gains {words.between(some)} over height 1, in the other {words.effect(without)}: "
        f"the length does not fix the height that is enough{'' if agrees else ', and the verdict rests on that'}. "
    )
    return Verdict(
        kind,
        f"{laws * alike}On real songs the height nearest to the measured length (by ratio) is told from another in "
        f"{len(told)} of {others} comparisons of accuracy; {better} of the others are better.",
        evidence=(
            *measured(),
            "The autocovariance that the two laws of synthetic songs share is summed over features.",
            f"Height 3 minus 1, on 40,000 {SAID['no order']}: {words.brief(without)}.",
            f"Height 3 minus 1, on 40,000 {SAID['some order']}: {words.brief(some)}.",
            *(
                line
                for source, of in compared.items()
                for height, found in of.items()
                for line in words.lines(f"Height {height} minus {nearest(source)}", {SAID[source]: found})
            ),
            f"{BESIDE}, height 10 minus 1: {on_validation('kernels of 10', BASELINE, SOURCES)}.",
            "How the best height moves with a length set by hand is not measured.",
            words.KEY,
        ),
    )
