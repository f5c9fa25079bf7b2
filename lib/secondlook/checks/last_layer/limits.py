"""Where averaging over the posterior of the last layer cannot help, and where it stops mattering: A19 and A20.

Both are looked at on synthetic songs, as many as the document's, beside the real features of `averaging`.
"""

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.last_layer.arms import (
    ACCURACY,
    GTZAN,
    HALVES,
    HMC,
    MARGIN,
    MODE,
    NLL,
    SAID,
    SONGS,
    Where,
    deciding,
    difference,
    left_out,
    mixed,
    values,
)
from secondlook.checks.last_layer.averaging import less_overfitting
from secondlook.checks.last_layer.family import FEWER_SONGS, SIMPLE, across, distances, family, gains
from secondlook.checks.over_seeds import together
from secondlook.checks.words import KEY, NATS, alone, between, brief, effect, lines, told
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.last_layer.study import SIZES

FINE = NATS._replace(digits=5)
"""For differences on 40,000 songs, which are small."""


def against_underfitting() -> Kind:
    """Whether averaging lowers the NLL of a model that is too simple, by more than the margin, by 95 % intervals."""
    gains = [difference(where, MODE, HMC, NLL) for where in SIMPLE]
    if any(gain.low > MARGIN[NLL] for gain in gains):
        return "upheld"
    return "not upheld" if all(gain.high < MARGIN[NLL] for gain in gains) else "inconclusive"


def lost(where: Where) -> str:
    """How much NLL a model that is too simple loses."""
    return f"{difference(where, MODE, MODE, NLL, SONGS).difference:.2f}"


def moved(where: Where) -> np.ndarray:
    """How far averaging moves the NLL, either way, ``(seeds,)``."""
    return np.abs(values(where, MODE, NLL) - values(where, HMC, NLL))


@check("A19")
def overfitting_and_underfitting() -> Verdict:
    """Both halves: averaging on real features, and where the layer is given too few hidden units."""
    over, under, nll = less_overfitting(), against_underfitting(), across(HMC, MODE, NLL)
    return Verdict(
        together(over, under),
        f"Against overfitting: {over}, decided as in A01; the NLL of the average less that of the mode is "
        f"{told(nll, NATS)}. Against underfitting: {under}. With {' and '.join(str(w.units) for w in SIMPLE)} of 200 "
        f"hidden units {' and '.join(map(lost, SIMPLE))} nats are lost on 40,000 synthetic songs, and averaging "
        f"changes the NLL by at most {max(moved(w).max() for w in SIMPLE):.5f} nats.{left_out()}",
        evidence=(
            *lines("NLL of test items, average less mode", nll, NATS),
            f"{mixed()}.",
            *(
                f"With {where.units} of 200 hidden units {lost(where)} nats are lost, and averaging changes the NLL by "
                f"at most {moved(where).max():.5f} nats in {len(moved(where))} seeds."
                for where in SIMPLE
            ),
            "A posterior gathers where its own model fits best, and averaging over it moves predictions by the order "
            "of parameters over items; what a model cannot say is missing at any number of items.",
            KEY,
        ),
    )


def few() -> Kind:
    """Whether averaging helps where items are few: GTZAN has fewer songs than the layer has weights."""
    return over_seeds.decide([family()[(w, HMC, MODE, NLL)] for w in deciding() if w == GTZAN], -1)


def close() -> Kind:
    """Whether at the document's number of songs the average has the NLL of the single fit, within the margin."""
    return over_seeds.alike([family()[(SONGS, HMC, MODE, NLL)]], MARGIN[NLL])


def of_half(name: str) -> str:
    """The average with features that were learnt on the same songs, or on others, in words."""
    where = HALVES[name]
    sure = values(where, HMC, "confidence").mean() - values(where, HMC, ACCURACY).mean()
    gain, far = difference(where, MODE, HMC, NLL), where.arm("hmc").scores["distance"].mean()
    return (
        f"Given 20,000 songs, with features learnt on {name}: distance of average and mode {far:.4f}, gain by "
        f"averaging {between(gain, FINE)}, NLL of the average "
        f"{values(where, HMC, NLL).mean():.3f}, confidence above accuracy by {100 * sure:.1f} points."
    )


@check("A20")
def few_songs() -> Verdict:
    """Three parts: a gain where items are few, less of it with more items, and none left at 40,000."""
    more, of_all = family()[(SONGS, MODE, HMC, FEWER_SONGS)], family()[(SONGS, HMC, MODE, NLL)]
    on_gtzan = family()[(GTZAN, HMC, MODE, NLL)]
    gain, less, same = few(), over_seeds.decide([more], +1), close()
    far, gained = distances().mean(axis=1), gains().mean(axis=1)
    return Verdict(
        together(gain, less, same),
        f"A gain on few songs: {gain}; on GTZAN averaging changes the NLL of the mode by "
        f"{alone(on_gtzan, NATS)}. Less with more songs: {less}; given {SIZES[0]} of the synthetic songs, "
        f"averaging lowers the NLL by {gained[0]:.3f} nats, given 40,000 by {gained[-1]:.4f}, a difference of "
        f"{alone(more, NATS)}. Close to one fit, within {MARGIN[NLL]:g} nats: {same}; at 40,000 songs the NLL differs "
        f"by {effect(of_all.found, FINE)}. The document itself never looked at an average (A16).{left_out()}",
        evidence=(
            *lines("NLL, average less mode", {SAID[GTZAN]: on_gtzan}, NATS),
            *lines("NLL, average less mode", {f"40,000 {SAID[SONGS]}": of_all}, FINE),
            f"How much more averaging lowers the NLL given {SIZES[0]} of the synthetic songs than given 40,000: "
            f"{brief(*more, NATS)}.",
            f"The mean total variation between average and mode is {far[0]:.3f} given {SIZES[0]} songs and "
            f"{far[-1]:.4f} given 40,000 at most, sampling error included.",
            f"{mixed()}.",
            "The features were learnt on the very songs that the posterior then counts again.",
            *map(of_half, HALVES),
            KEY,
        ),
    )
