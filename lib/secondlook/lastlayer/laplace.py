"""The curvature of the last layer's log likelihood, and Laplace's approximation. Notebooks 11 and 13.

Features ``(items, k)`` hold a last column of ones, for the biases; weights are ``(k, classes)``.
"""

import numpy as np
from scipy.linalg import solve_triangular

ROWS = 1000
"""Items to a product: few enough that their weighted features stay in the processor's cache until they are used."""


def curvature(features: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Minus the Hessian of the log likelihood in the weights, ``(classes·k, classes·k)``, class by class.

    With probabilities p ``(items, classes)``, the block of classes a and b is Σ over items of p_a (δ_ab − p_b) φ φᵀ
    (Bishop 2006, equation 4.110). Without the last column of p it is that in the contrasts.
    """
    return weighted_squares(features, p[:, :, None] * (np.eye(p.shape[1]) - p[:, None, :]))


def weighted_squares(features: np.ndarray, of_items: np.ndarray) -> np.ndarray:
    """Σ over items of w_ab φ φᵀ for every a and b, ``(m·k, m·k)``, with symmetric weights w ``(items, m, m)``."""
    k, m = features.shape[1], of_items.shape[1]
    whole = np.zeros((m, k, m, k), features.dtype)
    for start in range(0, len(features), ROWS):
        x, w = features[start : start + ROWS], of_items[start : start + ROWS]
        for a in range(m):
            weighted = (x[:, None] * w[:, a, a:, None]).reshape(len(x), -1)
            whole[a, :, a:] += (x.T @ weighted).reshape(k, m - a, k)
    for a in range(m):
        for b in range(a):
            whole[a, :, b] = whole[b, :, a].T
    return whole.reshape(m * k, m * k)


def feature_by_feature(curvature: np.ndarray, k: int) -> np.ndarray:
    """A curvature ``(m·k, m·k)`` in the order of flattened weights ``(k, m)``, whose classes lie side by side."""
    m = len(curvature) // k
    return curvature.reshape(m, k, m, k).transpose(1, 0, 3, 2).reshape(m * k, m * k)


def prior_precision_of_contrasts(k: int, classes: int, prior_precision: float) -> np.ndarray:
    """The prior's precision of flattened contrasts ``(k, classes − 1)``: that of a row is I − 11ᵀ/classes, times it."""
    return prior_precision * np.kron(np.eye(k), np.eye(classes - 1) - 1 / classes)


def laplace_draws(
    weights: np.ndarray, curvature: np.ndarray, precision: float, count: int, rng: np.random.Generator
) -> np.ndarray:
    """Draws ``(draws, k, classes)`` from the normal about the weights that has the posterior's curvature there.

    `precision` is that of the normal prior of every weight, whose mean is 0 (MacKay 1992).
    """
    k, classes = weights.shape
    factor = np.linalg.cholesky(curvature + precision * np.eye(k * classes))
    deviation = solve_triangular(factor, rng.standard_normal((k * classes, count)), lower=True, trans="T")
    return weights + deviation.T.reshape(count, classes, k).swapaxes(1, 2)
