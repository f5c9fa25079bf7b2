"""The baseline: its activation, its parameters, and what it knows of the order of segments: B06, B07 and B08."""

from collections.abc import Sequence

import numpy as np

from secondlook import networks
from secondlook.checks.exact import decide
from secondlook.checks.over_seeds import LEVEL, arm, together
from secondlook.checks.over_seeds import decide as decide_over
from secondlook.checks.songs import (
    ANEW,
    BASELINE,
    BESIDE,
    SAID,
    among,
    asked,
    how_many_outlast,
    on_validation,
    with_songs_anew,
)
from secondlook.checks.songs_and_genres import printed
from secondlook.checks.songs_and_genres.family import OTHERS, SOURCES, family
from secondlook.checks.words import KEY, lines, told
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import equivalent
from secondlook.networks import FEATURES, SEGMENTS, genre_cnn
from secondlook.studies.songs.baseline import ORDERS

MARGIN = 0.005
"""Accuracies within half a point of one another count as the same."""
CHANCE = {"gtzan": 1 / 10, "codewords": 1 / 7}
STARTED = 0.02
"""By how much a net that has begun to learn is ahead of chance, at least."""


def slope(activation: str, x: float) -> float:
    """The slope of an activation at x, by a central difference."""
    at = np.array([x - 0.5, x + 0.5])
    low, high = np.asarray(networks.keras.activations.get(activation)(networks.keras.ops.convert_to_tensor(at)))
    return float(high - low)


def not_started(source: str, name: str) -> str:
    """How many runs of an arm end at guessing, of how many."""
    accuracy = arm(f"songs_baseline/{source} {name}").scores["late/test_accuracy"]
    return f"{np.sum(accuracy < CHANCE[source] + STARTED)} of {len(accuracy)}"


@check("B06")
def activations() -> Verdict:
    """The slopes of the ReLU; and the baseline with each activation, on two sets of real songs."""
    exact = slope("relu", 5.0) == 1 and slope("relu", -5.0) == 0
    compared = {other: asked(family(), BASELINE, other) for other in OTHERS}
    kinds = {other: decide_over(of.values(), +1) for other, of in compared.items()}
    outlast = how_many_outlast(among(family(), *((BASELINE, other) for other in OTHERS)))
    of_control = (arm(f"songs_baseline/some order {name}").scores for name in ("baseline", *OTHERS))
    control = ", ".join(f"{100 * scores['late/test_accuracy'].mean():.1f} %" for scores in of_control)
    named = f"ReLU, {', '.join(OTHERS)}"
    return Verdict(
        together("upheld" if exact else "not upheld", *kinds.values()),
        f"The slope of the ReLU is {slope('relu', 5.0):g} at 5 and {slope('relu', -5.0):g} at −5. In test accuracy "
        + "; ".join(f"ReLU minus {other} ({kinds[other]}) is {told(of)}" for other, of in compared.items())
        + f". {outlast} The sigmoid net ends at guessing in "
        f"{' and '.join(not_started(source, 'sigmoid') for source in SOURCES)} runs. The verdicts are by accuracy.",
        evidence=(
            f"At 5 the slope of tanh is {slope('tanh', 5.0):.0e}, that of the sigmoid {slope('sigmoid', 5.0):.0e}.",
            *(line for other, of in compared.items() for line in lines(f"ReLU minus {other}", of)),
            *(f"ReLU minus {other}, {ANEW}: {with_songs_anew(BASELINE, other)}." for other in OTHERS),
            *(f"{BESIDE}, ReLU minus {other}: {on_validation(BASELINE, other, SOURCES)}." for other in OTHERS),
            *(f"Loss on the test, {named}, {SAID[source]}: {losses(source)}." for source in SOURCES),
            "By loss a net that has learnt next to nothing may be ahead of one that is too sure.",
            "On the document's own songs no run is shown.",
            f"Control, test accuracy on 40,000 {SAID['some order']}, {named}: {control}.",
            KEY,
        ),
    )


def losses(source: str) -> str:
    """Mean test losses of the three activations."""
    names = (f"songs_baseline/{source} {name}" for name in ("baseline", *OTHERS))
    return ", ".join(f"{arm(name).scores['late/test_nll'].mean():.2f}" for name in names) + " nats"


@check("B07")
def layers() -> Verdict:
    """The layers of the model as built, and their parameters against the formula."""
    model = networks.outline(lambda: genre_cnn(printed.TEN.genres, heights=(1, 1), pool="none"))
    built = [layer for layer in model.layers if layer.count_params()]
    K, H, C = printed.KERNELS, printed.HIDDEN, printed.TEN.genres
    shapes = [tuple(layer.output.shape[1:]) for layer in built]
    counts = [layer.count_params() for layer in built]
    formula = [(FEATURES + 1) * K, (K + 1) * K, (SEGMENTS * K + 1) * H, (H + 1) * C]
    return decide(
        shapes == [(SEGMENTS, K), (SEGMENTS, K), (H,), (C,)] and counts == formula,
        f"As built, the layers give {', '.join(' × '.join(map(str, shape)) for shape in shapes)} numbers and have "
        f"{', '.join(f'{n:,}' for n in counts)} parameters, {sum(counts):,} in all; {counts[2] / sum(counts):.1%} of "
        "them lie in the linear layer, which sees every segment at its own place.",
        "two convolutions of 50 kernels of one segment, 200 units, 10 outputs",
        f"the same, {sum(counts):,} parameters",
    )


def in_new_order(weights: Sequence[np.ndarray], order: np.ndarray) -> list[np.ndarray]:
    """The baseline's weights with the rows of its linear layer, a block a segment, put in an order of segments."""
    *before, dense, hidden_bias, kernel, bias = weights
    blocks = np.asarray(dense).reshape(len(order), -1, dense.shape[1])
    return [*before, blocks[order].reshape(dense.shape), hidden_bias, kernel, bias]


def symmetry() -> float:
    """The greatest change of a small baseline's logits when songs and linear layer take the same new order."""
    rng = np.random.default_rng(0)
    model = networks.outline(lambda: genre_cnn(3, (1, 1), "none", inputs=(6, 4)))
    x, order = rng.normal(size=(20, 6, 4)).astype(np.float32), rng.permutation(6)
    weights = [rng.normal(size=v.shape).astype(np.float32) for v in model.trainable_variables]
    logits = model.stateless_call(weights, [], x)[0]
    moved = model.stateless_call(in_new_order(weights, order), [], x[:, order])[0]
    return float(np.abs(np.asarray(logits) - np.asarray(moved)).max() / np.abs(np.asarray(logits)).max())


@check("B08")
def shuffled() -> Verdict:
    """Three ways to shuffle, on two sets of real songs: told from the baseline, or the same within the margin."""
    compared = {order: asked(family(), order, BASELINE) for order in ORDERS}
    every = [pair for of in compared.values() for pair in of.values()]
    same = {order: [equivalent(found, MARGIN) < LEVEL for found, _ in of.values()] for order, of in compared.items()}
    kind: Kind = (
        "not upheld"
        if any(p < LEVEL for _, p in every)
        else "upheld" if all(all(of) for of in same.values()) else "inconclusive"
    )  # fmt: skip
    fixed, *others = ORDERS
    seen = sum(p < LEVEL for _, p in compared[fixed].values())
    return Verdict(
        kind,
        f"One new order for all songs, an exact symmetry of the training, is told from zero on {seen} of "
        f"{len(SOURCES)} sources. The change of the test accuracy "
        + "; ".join(f"by {order} is {told(compared[order])}" for order in others)
        + f". {how_many_outlast(among(family(), *((order, BASELINE) for order in ORDERS)))}",
        evidence=(
            "One new order for all songs changes nothing if the linear layer's rows move with it: logits agree to "
            f"{10 ** np.ceil(np.log10(symmetry())):.0e} of the largest.",
            "These rows start as independent draws, so the law of the training is the same.",
            "An order for each song, or at the test alone, is no such symmetry.",
            *(line for order, of in compared.items() for line in lines(f"Change by {order}", of)),
            *(
                f"Change by {order}: shown to be within ±{100 * MARGIN:g} points on {sum(of)} of {len(of)} sources."
                for order, of in same.items()
            ),
            *(f"Change by {order}, {ANEW}: {with_songs_anew(order, BASELINE)}." for order in same),
            f"{BESIDE}, an order for each song: {on_validation('an order for each song', BASELINE, SOURCES)}.",
            "All are our songs, not the document's.",
            KEY,
        ),
    )
