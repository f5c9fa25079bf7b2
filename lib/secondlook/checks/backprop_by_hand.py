"""Checks of notebook 02: document 003, problem 2, a two-layer network's shapes and gradients.

What the document prints stands in ``PRINTED_SHAPES`` and in functions named ``printed_…``; the gradients are held
against automatic differentiation (jax.grad, float64) and against central differences.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.backprop import (
    Parameters,
    central_differences,
    draw_parameters,
    forward,
    loss_from_yhat,
    mean_loss,
    sigmoid,
)
from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check

DEFINED = {"M": 3, "H": 5}  # the letters the problem defines for one datapoint, with a size for each
PRINTED_SHAPES = {"x": "m", "a1": "H", "z1": "H", "b1": "H", "W1": "HD", "W2": "1H", "a2": "", "b2": "", "yhat": ""}
NETWORKS = 20
TOLERANCE = 1e-8


def printed_slopes_in_yhat(yhat: float, y: float) -> tuple[float, ...]:
    """Solution 2(a): dL/dyhat, in the three forms that are set equal."""
    return -(y / yhat + (y - 1) / (1 - yhat)), -y / yhat + (1 - y) / (1 - yhat), (-y + yhat) / (yhat * (1 - yhat))


def printed_gradients(p: Parameters, x: np.ndarray, y: float) -> Parameters:
    """Solutions 2(a) to 2(d), element by element as printed."""
    a1, z1, a2, _ = forward(p, x)
    delta = -y + sigmoid(a2)
    db1 = np.array([delta * p.W2[0, h] * sigmoid(a1[h]) * (1 - sigmoid(a1[h])) for h in range(len(a1))])
    dW1 = np.array([[db1[h] * x[m] for m in range(len(x))] for h in range(len(a1))])
    return Parameters(dW1, db1, np.array([[delta * z1[h] for h in range(len(a1))]]), np.array([delta]))


Case = tuple[Parameters, np.ndarray, float]
"""A network, an input and a label."""


def loss(p: Parameters, x: np.ndarray, y: float) -> jax.Array:
    """The loss of one datapoint as the question gives it, in JAX, which knows nothing of what cancels."""
    yhat = jax.nn.sigmoid(p.W2 @ jax.nn.sigmoid(p.W1 @ x + p.b1) + p.b2)[0]
    return -(y * jnp.log(yhat) + (1 - y) * jnp.log(1 - yhat))


def automatic_gradients(cases: list[Case]) -> list[Parameters]:
    """The same gradients by jax.grad, from the forward pass alone: for many networks, compiled at once."""
    with jax.enable_x64(True):
        found = jax.jit(lambda cases: [jax.grad(loss)(*case) for case in cases])(cases)
    return [Parameters(*map(np.asarray, slopes)) for slopes in found]


def furthest(one: Parameters, other: Parameters) -> float:
    """The largest difference between two gradients, relative where the gradient is above 1."""
    pairs = zip(one, other, strict=True)
    return max(float(np.max(np.abs(a - b) / np.maximum(1, np.abs(b)))) for a, b in pairs)


@check("D25")
def shapes() -> Verdict:
    """The printed shapes in the problem's letters, against the arrays of a forward pass with sizes M and H."""
    features, hidden = DEFINED["M"], DEFINED["H"]
    p = draw_parameters(np.random.default_rng(0), features, hidden)
    x = np.ones(features)
    values = {"x": x, **p._asdict(), "b2": p.b2[0], **forward(p, x)._asdict()}
    sizes = DEFINED | {"1": 1}
    undefined = sorted({letter for letters in PRINTED_SHAPES.values() for letter in letters} - sizes.keys())
    fit = {
        name: np.shape(values[name]) == tuple(sizes.get(letter) for letter in letters)
        for name, letters in PRINTED_SHAPES.items()
    }
    unfit = [name for name, fits in fit.items() if not fits]
    return decide(
        not unfit,
        f"{len(fit) - len(unfit)} of the {len(fit)} shapes fit the forward pass in the letters the problem defines. "
        f"Not so: {', '.join(f'`{name}`' for name in unfit) or 'none'}. "
        f"Letters that are no size there: {', '.join(f'${letter}$' for letter in undefined) or 'none'}. The problem "
        "calls the dimension of the data $M$, and $m$ the number of a column.",
        r"$x \in \mathbb{R}^m$, $W_1 \in \mathbb{R}^{H \times D}$",
        r"$x \in \mathbb{R}^M$, $W_1 \in \mathbb{R}^{H \times M}$",
    )


@check("D26")
def slope_in_yhat() -> Verdict:
    """The three printed forms of dL/dyhat, against central differences of the loss, for both labels."""
    tried = [(yhat, y) for yhat in (0.05, 0.3, 0.5, 0.8, 0.99) for y in (0.0, 1.0)]
    step = 1e-6
    pairs = [
        (form * yhat * (1 - yhat), slope * yhat * (1 - yhat))
        for yhat, y in tried
        for slope in [float(loss_from_yhat(yhat + step, y) - loss_from_yhat(yhat - step, y)) / (2 * step)]
        for form in printed_slopes_in_yhat(yhat, y)
    ]
    agree = same(pairs, TOLERANCE)
    first = printed_slopes_in_yhat(0.8, 1.0)[0]
    return decide(
        agree,
        f"{'All three forms are' if agree else 'Not every form is'} the slope that central differences give, at "
        f"{len(tried)} pairs of $\\hat y$ and $y$; at $\\hat y = 0.8$, $y = 1$ the first form gives {first:.4f}. "
        "The unusual signs of the first form are consistent.",
        r"$(\hat y - y)/(\hat y(1 - \hat y))$",
        "the same",
    )


@check("D27")
def gradients() -> Verdict:
    """All four printed gradients, over random sizes, weights and labels."""
    rng = np.random.default_rng(27)
    cases: list[Case] = []
    for _ in range(NETWORKS):
        features, hidden = (int(size) for size in rng.integers(1, 6, 2))
        p = draw_parameters(rng, features, hidden)
        cases.append((p, rng.standard_normal(features), float(rng.integers(2))))
    agree = 0
    for (p, x, y), automatic in zip(cases, automatic_gradients(cases), strict=True):
        printed = printed_gradients(p, x, y)
        agree += (
            furthest(printed, automatic) < 1e-13
            and furthest(printed, central_differences(partial(mean_loss, x=x, y=np.array(y)), p)) < TOLERANCE
        )
    return decide(
        agree == NETWORKS,
        f"In {agree} of {NETWORKS} networks of random sizes and weights, each with a random datapoint and label, all "
        "four printed gradients lie within $10^{-13}$ of automatic differentiation and within $10^{-8}$ of central "
        "differences, which have an error of their own.",
        "the four gradients",
        "the same",
    )
