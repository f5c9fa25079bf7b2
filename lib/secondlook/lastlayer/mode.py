"""The most probable weights of the last layer: L-BFGS in coordinates where it needs few steps, then Newton's method.

In contrasts D ``(k, classes − 1)`` minus the log posterior is convex, with curvature Σ_i φ_i φ_iᵀ ⊗ B_i + λ I ⊗ P. Here
B_i = diag(p_i) − p_i p_iᵀ has the item's probabilities, λ is the prior's precision, and P = I − 11ᵀ/classes. With one B
for all items, that of the classes' shares, two small eigenproblems bring it to the diagonal: with Σ φ φᵀ = Q diag(s) Qᵀ
and V such that Vᵀ P V = I and Vᵀ B V = diag(β), it is diag(s_i β_a + λ) in the coordinates A of D = Q A Vᵀ. Dividing A
by the root of that gives coordinates in which all directions are about equally curved. Notebook 13.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh
from scipy.optimize import minimize

from secondlook.centre import Centre
from secondlook.lastlayer.density import SoftmaxRegression
from secondlook.lastlayer.laplace import curvature, feature_by_feature, prior_precision_of_contrasts

GRADIENT = 1e-3
"""L-BFGS ends with the gradient this small in its coordinates, whose unit is about a posterior standard deviation.
From there Newton's method needs two steps, and each costs as much as fifty gradients."""
STEP = 1e-4
"""The last Newton step changes no logit by more; what is left is of the order of its square."""
MOST_STEPS = 20
REMEDY = "give prior_precision above 0"


@dataclass(frozen=True, eq=False)
class Mode:
    """The most probable contrasts ``(k, classes − 1)``, and minus the Hessian of the log posterior there, ``(d, d)``.

    The precision is in the order of the flattened contrasts, d = k (classes − 1), and of the point before the last
    Newton step. `evaluations` counts the gradients, in float64, that it took, and `newton_steps` the Hessians.
    """

    contrasts: np.ndarray
    precision: np.ndarray
    log_prob: float
    evaluations: int
    newton_steps: int

    @property
    def laplace(self) -> Centre:
        """Laplace's approximation of the posterior of the flattened contrasts (MacKay 1992)."""
        return Centre.of_precision(self.contrasts.ravel(), self.precision)


def posterior_mode(of: SoftmaxRegression) -> Mode:
    """The most probable contrasts; the weights of the same are `full_weights(contrasts)`. In float64.

    Under a flat prior there may be none. Where weights W put the right class of every item first, 2 W is more probable
    than W, and so on. A separable direction of any kind shows in Newton's method: along it the loss falls off as
    e^(−t), so do its slope and its curvature, and the step, their ratio, stays 1 for ever; at a true minimum steps fall
    to 0, squared from one to the next. So where 20 steps do not bring the largest change of a logit below 10⁻⁴,
    there is no minimum (Albert and Anderson 1984, Biometrika 71, say when: the classes overlap in no direction).

    Raises ValueError, with the remedy, for a flat prior with separable items or with features that follow from others.
    """
    x, k, m = of.in_float64, of.features.shape[1], of.classes - 1
    axes, sides, scale = _coordinates(x, of)
    prior = prior_precision_of_contrasts(k, of.classes, of.prior_precision)

    def loss(a: np.ndarray) -> tuple[float, np.ndarray]:
        value, grad, _ = minus_log_prob(of, axes @ (a.reshape(k, m) / scale) @ sides.T)
        return value, (axes.T @ grad @ sides / scale).ravel()

    found = minimize(loss, np.zeros(k * m), jac=True, method="L-BFGS-B", options={"gtol": GRADIENT, "ftol": 0})
    d = axes @ (found.x.reshape(k, m) / scale) @ sides.T
    for steps in range(1, MOST_STEPS + 1):
        _, grad, p = minus_log_prob(of, d)
        if of.prior_precision == 0 and (p[np.arange(len(p)), of.labels] > 0.5).all():
            break
        precision = feature_by_feature(curvature(x, p[:, :m]), k) + prior
        try:
            step = cho_solve(cho_factor(precision), grad.ravel()).reshape(k, m)
        except LinAlgError:
            break
        d = d - step
        if abs(x @ step).max() < STEP:
            return Mode(d, precision, -minus_log_prob(of, d)[0], found.nfev + steps + 1, steps)
    what = (
        "prior_precision is 0 and the classes can be separated" if of.prior_precision == 0 else "the prior is too flat"
    )
    raise ValueError(f"{what}: ever larger weights are ever more probable, and there is no most probable one; {REMEDY}")


def minus_log_prob(of: SoftmaxRegression, contrasts: np.ndarray) -> tuple[float, np.ndarray, np.ndarray]:
    """Minus the log posterior of contrasts ``(k, classes − 1)``, its gradient, and the items' probabilities."""
    x, items = of.in_float64, np.arange(len(of.labels))
    logits = np.pad(x @ contrasts, [(0, 0), (0, 1)])
    logits -= logits.max(axis=1, keepdims=True)
    p = np.exp(logits)
    total = p.sum(axis=1, keepdims=True)
    p /= total
    residual = p.copy()
    residual[items, of.labels] -= 1
    precise = of.prior_precision * (contrasts - contrasts.sum(axis=1, keepdims=True) / of.classes)
    value = (np.log(total[:, 0]) - logits[items, of.labels]).sum() + 0.5 * (contrasts * precise).sum()
    return float(value), x.T @ residual[:, :-1] + precise, p


def _coordinates(x: np.ndarray, of: SoftmaxRegression) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Q ``(k, k)``, V ``(m, m)`` and the roots ``(k, m)`` of s_i β_a + λ, as the head of this file has them."""
    squares, axes = eigh(x.T @ x)
    if of.prior_precision == 0 and squares[0] <= squares[-1] * len(squares) * np.finfo(float).eps:
        rank = np.linalg.matrix_rank(x)
        raise ValueError(f"prior_precision is 0 and the {len(squares)} features have rank {rank}: {REMEDY}")
    shares = (np.bincount(of.labels, minlength=of.classes) + 1) / (len(x) + of.classes)  # none is 0
    shares = shares[:-1]
    spread, sides = eigh(np.diag(shares) - np.outer(shares, shares), np.eye(len(shares)) - 1 / of.classes)
    return axes, sides, np.sqrt(np.maximum(squares, 0)[:, None] * spread + of.prior_precision)
