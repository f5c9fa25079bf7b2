"""Kernels over several segments, and a third layer of them: B47, B48 and B49."""

from scipy import stats

from secondlook import networks
from secondlook.checks.convolution_in_time.family import across, control
from secondlook.checks.exact import decide as decide_exact
from secondlook.checks.over_seeds import LEVEL, alike, arm, decide, on_common_seeds, together
from secondlook.checks.songs import (
    ACCURACY,
    ANEW,
    BASELINE,
    BESIDE,
    MARGIN,
    PLAIN,
    SAID,
    by_accuracy,
    on_validation,
    place,
    with_songs_anew,
)
from secondlook.checks.words import KEY, lines, told
from secondlook.claims import Verdict, check
from secondlook.compare import equivalent
from secondlook.studies.songs.arms import REAL

HEIGHTS = {1: BASELINE, 3: PLAIN, 5: "kernels of 5", 10: "kernels of 10"}


def of_heights(*heights: int) -> networks.Model:
    """The outline of a net for ten genres with convolutions of these heights, without pooling."""
    return networks.outline(lambda: networks.genre_cnn(10, heights, "none"))


def trend(source: str) -> float:
    """p of Page's test that accuracy rises with the height, over heights 1, 3 and 5 and seeds."""
    by_height = on_common_seeds([arm(place(source, HEIGHTS[height])) for height in (1, 3, 5)], ACCURACY)
    return float(stats.page_trend_test(by_height.T).pvalue)


@check("B47")
def taller_kernels() -> Verdict:
    """Kernels of 3 and of 5 segments against the baseline's of 1; and whether 5 does as well as 3."""
    rises, tall = across(PLAIN, BASELINE), across("kernels of 5", BASELINE)
    same = across("kernels of 5", PLAIN)
    equal = {source: equivalent(found, MARGIN[ACCURACY]) for source, (found, _) in same.items()}
    alike_on = ", ".join(f"{source} {p:.2g}" for source, p in equal.items())
    trends = ", ".join(f"{SAID[source]} {trend(source):.2g}" for source in REAL)
    return Verdict(
        together(decide(rises.values(), +1), decide(tall.values(), +1), alike(same.values(), MARGIN[ACCURACY])),
        f"Height 3 minus height 1 is {told(rises)}; height 5 minus height 1 is {told(tall)}. Heights 5 and 3 are "
        f"shown to be within half a point of one another on {sum(p < LEVEL for p in equal.values())} of {len(equal)} "
        "sources.",
        evidence=(
            *lines("Height 3 minus 1", rises),
            *lines("Height 5 minus 1", tall),
            *lines("Height 5 minus 3", same),
            f"Heights 5 and 3 differ by less than half a point, p of two one-sided tests: {alike_on}.",
            f"Height 3 minus 1. {BESIDE}: {on_validation(PLAIN, BASELINE)}.",
            f"Height 3 minus 1, {ANEW}: {with_songs_anew(PLAIN, BASELINE)}.",
            f"Height 3 minus 1. {by_accuracy(PLAIN, BASELINE)}",
            f"Accuracy rises over heights 1, 3 and 5, p of Page's test: {trends}.",
            f"Height 3 minus 1. {control(PLAIN, BASELINE)}",
            KEY,
        ),
    )


@check("B48")
def fewer_with_height_three() -> Verdict:
    """Parameters of the whole net and of its convolutions, at heights 3 and 5."""
    whole = {h: of_heights(h, h).count_params() for h in (1, 3, 5, 10)}
    early = {h: sum(layer.count_params() for layer in convolutions(h)) for h in whole}
    return decide_exact(
        whole[3] < whole[5],
        "Without padding a taller kernel leaves fewer positions to the fully connected layer: the net of height 3 "
        f"has {whole[3]:,} parameters, that of height 5 {whole[5]:,}, that of height 10 {whole[10]:,}. Only the "
        f"convolutions themselves grow, from {early[3]:,} at height 3 to {early[5]:,} at height 5.",
        "height 3 has fewer degrees of freedom than height 5",
        f"{whole[3]:,} against {whole[5]:,} parameters: height 5 has fewer",
    )


def convolutions(height: int) -> list[networks.keras.layers.Layer]:
    """The convolutional layers of the net of that height."""
    return [layer for layer in of_heights(height, height).layers if isinstance(layer, networks.keras.layers.Conv1D)]


@check("B49")
def third_layer() -> Verdict:
    """Parameters of three layers against two of the same height; accuracy against two of height 3, as in figure 7."""
    pairs = {3: ("three layers of 3", PLAIN), 5: ("three layers of 5", PLAIN)}
    counts = {h: tuple(of_heights(*(h,) * layers).count_params() for layers in (3, 2)) for h in pairs}
    return decide_exact(
        all(three > two for three, two in counts.values()),
        "A third layer takes segments away from the fully connected layer: "
        + ", ".join(f"at height {h} {three:,} parameters against {two:,}" for h, (three, two) in counts.items())
        + ". The verdict is on these. Three layers minus two of height 3 in accuracy: "
        + "; ".join(f"at height {h} {told(across(*pair))}" for h, pair in pairs.items())
        + ".",
        "three layers do not do considerably better, and have more degrees of freedom",
        "three layers have fewer parameters than two",
        (*(line for h, pair in pairs.items() for line in lines(f"Three layers of height {h}", across(*pair))), KEY),
    )
