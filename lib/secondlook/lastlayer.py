"""The last layer of a network as softmax regression on its features: the curvature, and Laplace's approximation.

Features ``(items, k)`` hold a last column of ones, for the biases; weights are ``(k, classes)``. Notebooks 11, 13, 14.
"""

import numpy as np
from scipy.linalg import solve_triangular


def curvature(features: np.ndarray, p: np.ndarray) -> np.ndarray:
    """Minus the Hessian of the log likelihood in the weights, ``(classes·k, classes·k)``, class by class.

    With probabilities p ``(items, classes)``, the block of classes a and b is Σ over items of p_a (δ_ab − p_b) φ φᵀ
    (Bishop 2006, equation 4.110).
    """
    k, classes = features.shape[1], p.shape[1]
    whole = np.empty((classes, k, classes, k))
    for a in range(classes):
        for b in range(a, classes):
            of_items = p[:, a] * ((a == b) - p[:, b])
            block = (features * of_items[:, None]).T @ features
            whole[a, :, b], whole[b, :, a] = block, block.T
    return whole.reshape(classes * k, classes * k)


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
