"""A network of two layers and its gradients by hand, in float64. Derived in notebooks/02_backprop_by_hand.

For one datapoint x: a1 = W1 x + b1, z1 = s(a1), a2 = W2 z1 + b2, yhat = s(a2), where s is the sigmoid. The loss is the
binary cross-entropy of yhat and the label y. The equations are those of document 003, problem 2; the names too.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit as sigmoid

Numbers = np.ndarray | float


class Parameters(NamedTuple):
    """Weights and biases: W1 ``(hidden, features)``, b1 ``(hidden,)``, W2 ``(1, hidden)``, b2 ``(1,)``."""

    W1: np.ndarray
    b1: np.ndarray
    W2: np.ndarray
    b2: np.ndarray


class Forward(NamedTuple):
    """What the network computes on the way: a1 and z1 ``(..., hidden)``, a2 (the logit) and yhat ``(...)``."""

    a1: np.ndarray
    z1: np.ndarray
    a2: np.ndarray
    yhat: np.ndarray


def draw_parameters(rng: np.random.Generator, features: int, hidden: int, scale: float = 1.0) -> Parameters:
    """Parameters drawn from N(0, scale²), in the order W1, b1, W2, b2."""
    shapes = (hidden, features), (hidden,), (1, hidden), (1,)
    return Parameters(*(scale * rng.standard_normal(shape) for shape in shapes))


def forward(p: Parameters, x: np.ndarray) -> Forward:
    """Run the network on one datapoint ``(features,)`` or on a batch ``(n, features)``.

    Raises ValueError if x has not as many features as W1 has columns.
    """
    features = p.W1.shape[1]
    if x.ndim not in (1, 2) or x.shape[-1] != features:
        raise ValueError(f"x has shape {x.shape}; give ({features},) or (n, {features}), for W1 has {features} columns")
    a1 = x @ p.W1.T + p.b1
    z1 = sigmoid(a1)
    a2 = (z1 @ p.W2.T + p.b2)[..., 0]
    return Forward(a1, z1, a2, sigmoid(a2))


def loss_from_yhat(yhat: Numbers, y: Numbers) -> Numbers:
    """The cross-entropy as the document prints it: nan or infinite once yhat rounds to 0 or to 1."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return -(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))


def loss_from_logit(a2: Numbers, y: Numbers) -> Numbers:
    """The same cross-entropy from the logit: -log s(a) is log(1 + exp(-a)), finite and accurate for every finite a."""
    return y * np.logaddexp(0, -a2) + (1 - y) * np.logaddexp(0, a2)


def mean_loss(p: Parameters, x: np.ndarray, y: np.ndarray) -> float:
    """The mean cross-entropy over a batch, x ``(n, features)`` and y ``(n,)``. ValueError if y does not fit x."""
    _labels(x, y)
    return float(np.mean(loss_from_logit(forward(p, x).a2, y)))


def gradients(p: Parameters, x: np.ndarray, y: float) -> Parameters:
    """The gradient of the loss of one datapoint, x ``(features,)`` and y a number, in the shapes of the parameters.

    ValueError for a batch, which is for `mean_gradients`, and if y is no label.
    """
    if x.ndim != 1:
        raise ValueError(f"x has shape {x.shape}; give one datapoint, (features,), or use mean_gradients")
    _labels(x, y)
    _, z1, _, yhat = forward(p, x)
    delta2 = yhat - y  # dL/da2
    delta1 = delta2 * p.W2[0] * z1 * (1 - z1)  # dL/da1, shape (hidden,)
    return Parameters(W1=np.outer(delta1, x), b1=delta1, W2=delta2 * z1[None, :], b2=np.array([delta2]))


def mean_gradients(p: Parameters, x: np.ndarray, y: np.ndarray) -> Parameters:
    """The gradient of the mean loss over a batch, x ``(n, features)``, y ``(n,)``. ValueError if y does not fit x."""
    if x.ndim != 2:
        raise ValueError(f"x has shape {x.shape}; give a batch, (n, features), or use gradients")
    _labels(x, y)
    _, z1, _, yhat = forward(p, x)
    delta2 = (yhat - y)[:, None] / len(x)  # (n, 1)
    delta1 = delta2 * p.W2 * z1 * (1 - z1)  # (n, hidden)
    return Parameters(W1=delta1.T @ x, b1=delta1.sum(axis=0), W2=delta2.T @ z1, b2=delta2.sum(axis=0))


STEP = 6e-6
"""Of central differences: the cube root of the rounding unit balances their two errors."""


def central_differences(loss: Callable[[Parameters], float], p: Parameters) -> Parameters:
    """The gradient of any loss by central differences: two losses per number in p.

    The error is of order step², plus rounding of order 1e-16 / step.
    """
    p = Parameters(*(block.astype(float) for block in p))
    slopes = Parameters(*(np.zeros_like(block) for block in p))
    for name, block in p._asdict().items():
        for index in np.ndindex(block.shape):
            up, down = block.copy(), block.copy()
            up[index] += STEP
            down[index] -= STEP
            rise = loss(p._replace(**{name: up})) - loss(p._replace(**{name: down}))
            getattr(slopes, name)[index] = rise / (up[index] - down[index])
    return slopes


def step_downhill(p: Parameters, gradient: Parameters, learning_rate: float) -> Parameters:
    """One step of gradient descent."""
    return Parameters(*(block - learning_rate * slope for block, slope in zip(p, gradient, strict=True)))


def _labels(x: np.ndarray, y: ArrayLike) -> None:
    labels = np.asarray(y)
    if labels.shape != x.shape[:-1] or labels.size == 0:
        raise ValueError(f"y has shape {labels.shape}; x of shape {x.shape} needs a label per datapoint, at least one")
    if not ((labels >= 0) & (labels <= 1)).all():
        raise ValueError(f"y runs from {labels.min()} to {labels.max()}; a label is 0 or 1 (or a probability between)")
