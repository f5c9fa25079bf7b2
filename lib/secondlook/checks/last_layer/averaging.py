"""What averaging over the posterior of the last layer is good for: A01, A18, A19 and A20.

Real features decide, where the chains agree. What is claimed of models that are too simple, and of the number of songs,
is looked at on synthetic songs, as many as the document's.
"""

import numpy as np

from secondlook import compare
from secondlook.checks import over_seeds
from secondlook.checks.last_layer.arms import (
    ACCURACY,
    AVERAGE,
    ECE,
    GAP,
    GTZAN,
    HALVES,
    HMC,
    LAPLACE,
    LAST,
    MARGIN,
    MODE,
    NLL,
    POINT,
    REAL,
    SAID,
    SONGS,
    Where,
    deciding,
    difference,
    mixed,
    values,
)
from secondlook.checks.last_layer.family import FEWER_SONGS, SIMPLE, distances, family, gains, in_words
from secondlook.checks.over_seeds import OPPOSITE, Compared, together
from secondlook.checks.statistical import LEVEL, decide_sign
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.last_layer.study import SIZES

DATA = (
    "The document's songs cannot be had; GTZAN's 442 training songs are fewer than the 1,809 numbers that its last "
    "layer can tell, MNIST's 55,000 pictures are many more"
)


def on_real(a: str, b: str, score: str) -> list[Compared]:
    """The comparisons on the real sources that decide."""
    return [family()[(where, a, b, score)] for where in deciding()]


def each(a: str, b: str, score: str) -> str:
    """The comparisons on all real sources, in words."""
    return "; ".join(f"{SAID[where]} {in_words(family()[(where, a, b, score)], score)}" for where in REAL)


def less_overfitting() -> Kind:
    """Whether averaging lowers the NLL of test items, and by more than that of training items."""
    return together(*(over_seeds.decide(on_real(HMC, MODE, score), -1) for score in (NLL, GAP)))


@check("A01")
def less_overfitting_and_more_accurate() -> Verdict:
    """Two parts: that averaging overfits less than the single best weights, and that it raises the accuracy."""
    accuracy = OPPOSITE[over_seeds.no_gain(on_real(HMC, MODE, ACCURACY), MARGIN[ACCURACY])]
    if not deciding():
        accuracy = "inconclusive"
    parts = {"less overfitting": less_overfitting(), "more accuracy": accuracy}
    return Verdict(
        together(*parts.values()),
        f"{DATA}. {mixed()}. The average over the posterior less its mode, both with weights N(0, 1) before the data: "
        f"NLL of test items, {each(HMC, MODE, NLL)}; its excess over that of training items, {each(HMC, MODE, GAP)}; "
        f"accuracy, {each(HMC, MODE, ACCURACY)}. So, part by part: "
        + "; ".join(f"{part}, {kind}" for part, kind in parts.items())
        + ".",
    )


def alike(where: Where) -> Kind:
    """Whether the average performs as the trained layer does: both scores within their margins, or one outside."""
    scores = (over_seeds.alike([family()[(where, HMC, POINT, score)]], margin) for score, margin in MARGIN.items())
    return together(*scores)


def before_and_after() -> str:
    """Accuracy and NLL of the ensemble's average before its first step and after its last, in words."""
    rows = []
    for where in (*REAL, SONGS):
        accuracy, nll = (where.arm("document").curves[f"look_{score}"]["mean"] for score in (ACCURACY, NLL))
        pairs = (f"{100 * accuracy[k]:.1f} % and {nll[k]:.2f} nats" for k in (0, -1))
        rows.append(f"{SAID[where]}, {', then '.join(pairs)}")
    return "; ".join(rows)


@check("A18")
def about_as_well() -> Verdict:
    """Equivalence of the average over the posterior and the trained layer; and what the document's ensemble gives."""
    told = []
    for where in (*REAL, SONGS):
        rows = [
            f"{name} {100 * values(where, name, ACCURACY).mean():.1f} %, {values(where, name, NLL).mean():.2f} nats, "
            f"{100 * values(where, name, ECE).mean():.1f}"
            for name in (POINT, LAST, AVERAGE, LAPLACE, HMC)
        ]
        told.append(f"{SAID[where]}: {'; '.join(rows)}")
    return Verdict(
        together(*(alike(where) for where in deciding())),
        "Equivalence within 0.5 points of accuracy and 0.01 nats of NLL. The average over the posterior less the "
        f"trained layer: accuracy, {each(HMC, POINT, ACCURACY)}; NLL, {each(HMC, POINT, NLL)}. {mixed()}. "
        f"Accuracy, NLL and calibration error in points, means over seeds. {'. '.join(told)}. The last walker is what "
        f"the script printed (A16). Averages over the ensemble before its first step, which is the fit and noise, and "
        f"after its last: {before_and_after()}.",
    )


def against_underfitting() -> Kind:
    """Whether averaging lowers the NLL of a model that is too simple, by more than the margin, by 95 % intervals."""
    gains = [difference(where, MODE, HMC, NLL) for where in SIMPLE]
    if any(gain.low > MARGIN[NLL] for gain in gains):
        return "upheld"
    return "not upheld" if all(gain.high < MARGIN[NLL] for gain in gains) else "inconclusive"


@check("A19")
def overfitting_and_underfitting() -> Verdict:
    """Both halves: averaging on real features, and where the layer is given too few hidden units."""
    told = []
    for where in SIMPLE:
        lost = difference(where, MODE, MODE, NLL, SONGS)
        gained = values(where, MODE, NLL) - values(where, HMC, NLL)
        told.append(
            f"with {where.units} of 200 hidden units {lost.difference:.2f} nats are lost, and averaging changes the "
            f"NLL by at most {np.abs(gained).max():.5f} nats in {len(gained)} seeds"
        )
    parts = {"overfitting": less_overfitting(), "underfitting": against_underfitting()}
    return Verdict(
        together(*parts.values()),
        f"{'; '.join(f'Against {part}: {kind}' for part, kind in parts.items())}. Overfitting is decided as in A01: "
        f"NLL of the average less that of the mode, {each(HMC, MODE, NLL)}. {mixed()}. Underfitting is decided on "
        f"40,000 synthetic songs: {'; '.join(told)}. A posterior gathers where its own model fits best, and averaging "
        "over it moves predictions by the order of parameters over items; what a model cannot say is missing at any "
        "number of items.",
    )


def few() -> Kind:
    """Whether averaging helps where items are few: GTZAN has fewer songs than the layer has weights."""
    return over_seeds.decide([family()[(w, HMC, MODE, NLL)] for w in deciding() if w == GTZAN], -1)


def close() -> Kind:
    """Whether at the document's number of songs the average has the NLL of the single fit, within the margin."""
    found, p = family()[(SONGS, HMC, MODE, NLL)]
    if p < LEVEL and (found.low > MARGIN[NLL] or found.high < -MARGIN[NLL]):
        return "not upheld"
    return "upheld" if compare.equivalent(found, MARGIN[NLL]) < LEVEL else "inconclusive"


def of_halves() -> str:
    """Averages with features that were learnt on the same songs, and on others, in words."""
    rows = []
    for name, where in HALVES.items():
        p = values(where, HMC, "confidence").mean() - values(where, HMC, ACCURACY).mean()
        gain, far = difference(where, MODE, HMC, NLL), where.arm("hmc").scores["distance"].mean()
        rows.append(
            f"on {name}, distance {far:.4f}, gain {gain.difference:+.4f} nats ({gain.low:+.4f} to {gain.high:+.4f}), "
            f"NLL {values(where, HMC, NLL).mean():.3f}, confidence above accuracy by {100 * p:.1f} points"
        )
    return "; ".join(rows)


@check("A20")
def few_songs() -> Verdict:
    """Three parts: a gain where items are few, less of it with more items, and none left at 40,000."""
    fewer, p = family()[(SONGS, MODE, HMC, FEWER_SONGS)]
    parts = {"a gain on few songs": few(), "less with more": decide_sign(fewer, p, +1), "close to one fit": close()}
    far, gained = distances().mean(axis=1), gains().mean(axis=1)
    return Verdict(
        together(*parts.values()),
        f"{'; '.join(f'{part.capitalize()}: {kind}' for part, kind in parts.items())}. On GTZAN the NLL of the "
        f"average less the mode's is {in_words(family()[(GTZAN, HMC, MODE, NLL)], NLL)}. Given fewer of the synthetic "
        f"songs, the average lowers the NLL by {gained[0]:.3f} nats at {SIZES[0]} songs and by {gained[-1]:.4f} at "
        f"40,000, {in_words(Compared(fewer, p), NLL)} more; the mean total variation between average and mode is "
        f"{far[0]:.3f} and {far[-1]:.4f} at most, sampling error included. At 40,000 songs the NLL differs by "
        f"{in_words(family()[(SONGS, HMC, MODE, NLL)], NLL, 5)}. {mixed()}. The features were learnt on the very songs "
        f"that the posterior then counts again. Given 20,000 songs, the average {of_halves()}. The document itself "
        "never looked at an average (A16).",
    )
