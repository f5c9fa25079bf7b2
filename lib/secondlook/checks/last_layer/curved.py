"""The cost at full size, 200 hidden units and 10 genres: how many parameters, and how it is curved: A02, A03, A07."""

from functools import cache

import numpy as np
from scipy.special import softmax

from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check
from secondlook.lastlayer import curvature
from secondlook.networks import genre_cnn, outline

HIDDEN, CLASSES = 200, 10
PRINTED = 2010
"""Parameters of the last layer (reason 1)."""
ITEMS = 2_000
"""More than the parameters of a class: features in general position leave out no direction."""
ZERO = 1e-9
"""An eigenvalue is zero if it is so small a part of the largest."""


def sizes() -> list[int]:
    """Parameters of each layer of the network, from the first on, that has any."""
    layers = outline(lambda: genre_cnn(CLASSES)).layers
    return [count for layer in layers if (count := layer.count_params())]


@cache
def eigenvalues() -> np.ndarray:
    """Of the Hessian of the cost at random weights, over the largest: features as rectified normals, and the ones."""
    rng = np.random.default_rng(0)
    features = np.column_stack([np.maximum(rng.normal(size=(ITEMS, HIDDEN)), 0), np.ones(ITEMS)])
    p = softmax(features @ rng.normal(scale=0.2, size=(HIDDEN + 1, CLASSES)), axis=1)
    found = np.linalg.eigvalsh(curvature(features, p))
    return found / found[-1]


@check("A02")
def whole() -> Verdict:
    """The parameters of the network, layer by layer."""
    count = sum(sizes())
    told = " + ".join(f"{size:,}" for size in sizes())
    return decide(
        10**5 <= count < 10**6,
        f"Two convolutions in time, max pooling by 2, 200 hidden units and the output: {told} = {count:,}.",
        "hundreds of thousands",
        f"{count:,}",
    )


@check("A03")
def last() -> Verdict:
    """The parameters of the last layer, and the rank of the Hessian, which is that of the map to predictions."""
    count, rank = sizes()[-1], int(np.sum(eigenvalues() > ZERO))
    return decide(
        count == PRINTED,
        f"{HIDDEN} · {CLASSES} weights and {CLASSES} biases: {count:,}. Predictions depend on {rank:,} of them: adding "
        f"the same vector to the weights of every genre changes nothing, which leaves {CLASSES - 1} · {HIDDEN + 1}.",
        f"{PRINTED}",
        f"{count}",
    )


@check("A07")
def convex() -> Verdict:
    """The smallest eigenvalue of the Hessian at random weights, and how many are zero."""
    found = eigenvalues()
    below, flat = int(np.sum(found < -ZERO)), int(np.sum(abs(found) <= ZERO))
    return decide(
        below == 0,
        r"The Hessian of the cost is a sum of $(\mathrm{diag}\,p - p\,p^\top) \otimes \phi\,\phi^\top$, none of which "
        f"has a negative eigenvalue, so the cost is convex: of {len(found):,} eigenvalues at random weights {below} "
        f"are below zero. But it is not strictly convex: {flat} are zero, the cost is flat along as many directions, "
        "and the best weights are a whole plane, not one point.",
        "the cost is convex",
        "the same",
        (
            f"Eigenvalues are those of the Hessian in all {len(found):,} parameters, at random weights and {ITEMS:,} "
            f"random features; those within {ZERO:.0e} of the largest count as zero.",
            f"The smallest of the eigenvalues that are not zero is {found[abs(found) > ZERO].min():.1e} of the "
            "largest.",
        ),
    )
