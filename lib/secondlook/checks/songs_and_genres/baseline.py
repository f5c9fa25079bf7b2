"""The baseline: its activation, its parameters, and what it knows of the order of segments: B06, B07 and B08."""

from collections.abc import Sequence

import numpy as np

from secondlook import networks
from secondlook.checks.exact import decide
from secondlook.checks.over_seeds import arm, said, together
from secondlook.checks.over_seeds import decide as decide_over
from secondlook.checks.songs import BASELINE, BESIDE, on_validation
from secondlook.checks.songs_and_genres import printed
from secondlook.checks.songs_and_genres.family import OTHERS, SOURCES, family
from secondlook.checks.statistical import LEVEL
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import equivalent
from secondlook.networks import FEATURES, SEGMENTS, genre_cnn
from secondlook.studies.songs.baseline import ORDERS

MARGIN = 0.005
"""Accuracies within half a point of one another count as the same."""


def slope(activation: str, x: float) -> float:
    """The slope of an activation at x, by a central difference."""
    at = np.array([x - 0.5, x + 0.5])
    low, high = np.asarray(networks.keras.activations.get(activation)(networks.keras.ops.convert_to_tensor(at)))
    return float(high - low)


@check("B06")
def activations() -> Verdict:
    """The slopes of the ReLU; and the baseline with each activation, on two sets of real songs."""
    exact = slope("relu", 5.0) == 1 and slope("relu", -5.0) == 0
    compared = {other: {source: family()[f"{source}: ReLU - {other}"] for source in SOURCES} for other in OTHERS}
    kinds = {other: decide_over(of.values(), +1) for other, of in compared.items()}
    control = {name: arm(f"songs_baseline/some order {name}").scores for name in ("baseline", *OTHERS)}
    return Verdict(
        together("upheld" if exact else "not upheld", *kinds.values()),
        f"At 5 the slope of the ReLU is {slope('relu', 5.0):g}, that of tanh {slope('tanh', 5.0):.0e}, of the "
        f"sigmoid {slope('sigmoid', 5.0):.0e}; at −5 the ReLU's is {slope('relu', -5.0):g}. Test accuracy, ReLU "
        "less another: "
        + ". ".join(f"{other} ({kinds[other]}): {said(of)}" for other, of in compared.items())
        + f". {BESIDE}: "
        + "; ".join(f"{other}: {on_validation(BASELINE, other, SOURCES)}" for other in OTHERS)
        + ". Loss on the test, ReLU, "
        + ", ".join(OTHERS)
        + ": "
        + "; ".join(f"{source} {losses(source)}" for source in SOURCES)
        + ". Control, 40,000 synthetic songs: "
        + ", ".join(f"{100 * found['late/test_accuracy'].mean():.1f} %" for found in control.values())
        + ". The verdicts are by accuracy; by loss a net that has learnt next to nothing may be ahead of one that is "
        "too sure. On the document's own songs no run is shown.",
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
    compared = {order: {source: family()[f"{source}: {order}"] for source in SOURCES} for order in ORDERS}
    every = [pair for of in compared.values() for pair in of.values()]
    same = {order: [equivalent(found, MARGIN) < LEVEL for found, _ in of.values()] for order, of in compared.items()}
    kind: Kind = (
        "not upheld"
        if any(p < LEVEL for _, p in every)
        else "upheld" if all(all(of) for of in same.values()) else "inconclusive"
    )  # fmt: skip
    return Verdict(
        kind,
        f"One new order for all songs changes nothing if the linear layer's rows move with it (logits agree to "
        f"{symmetry():.0e}); these start as independent draws, so the law of the training is the same. An order for "
        "each song, or at the test alone, is no such symmetry. Change of the test accuracy: "
        + ". ".join(f"{order}: {said(of)}; within ±{100 * MARGIN:g} points on {sum(same[order])} of {len(of)}"
                    for order, of in compared.items())
        + f". {BESIDE}, an order for each song: "
        + on_validation("an order for each song", BASELINE, SOURCES)
        + ". All on our songs, not the document's.",
    )  # fmt: skip
