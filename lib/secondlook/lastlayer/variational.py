"""The normal closest to the posterior of the last layer, with a full covariance: the variational centre.

Of all q = N(m, C) the one with the least divergence KL(q, posterior) maximises E_q[log p(θ)] + ½ log |C|. As
∇_m E_q[f] = E_q[∇f] and ∇_C E_q[f] = ½ E_q[∇²f] (by parts; Opper and Archambeau 2009, Neural Computation 21),
it is where

    E_q[∇ log p(θ)] = 0    and    C⁻¹ = E_q[−∇² log p(θ)] :

the mode and the curvature there, as Laplace has them, but both averaged over q itself. With the averages at the present
q on the right-hand sides, Newton's method for the first and substitution for the second are

    C⁻¹ ← (1 − ρ) C⁻¹ + ρ E_q[−∇² log p],    m ← m + ρ C E_q[∇ log p] ,

which is a step ρ along the natural gradient (Khan and Rue 2023, JMLR 24). The Hessian depends on a draw only through
each item's p_a (δ_ab − p_b): these are averaged over the draws, and one weighted sum of φ φᵀ does for all.
Notebook 14.
"""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.centre import Centre
from secondlook.lastlayer.density import Rows, SoftmaxRegression, logits_of, softmax_parts
from secondlook.lastlayer.laplace import feature_by_feature, prior_precision_of_contrasts, weighted_squares
from secondlook.lastlayer.mode import Mode

DRAWS, BATCH = 256, 64
"""Draws of q to a step, and how many of them make one matrix product."""
FAIR = (1.0, 1.0)
POOR = (*[0.5] * 24, *(1 / t for t in range(3, 11)))
"""The steps ρ, by how Laplace's approximation is."""


def variational_centre(of: SoftmaxRegression, mode: Mode, seed: int) -> Centre:
    """The normal that is closest to the posterior of the flattened contrasts, found from Laplace's at the mode.

    Averages are over antithetic pairs of draws m ± L ξ, of which those of odd functions are exact. Two steps of ρ = 1
    bring a fair start almost there. A poor one is where over its own draws the log density departs from it by more than
    what the density itself varies, which is by √(d/2). From there they overshoot and swing: 24 of ρ = ½ go the long
    way, and eight of ρ = 1/3, 1/4, … weigh all their draws alike, which averages the noise out. The Hessians are in
    float32, as their sampling noise is larger than its rounding.
    """
    rng = np.random.default_rng(seed)
    k, m = mode.contrasts.shape
    mean, precision, q = mode.contrasts.ravel(), mode.precision, mode.laplace
    prior = prior_precision_of_contrasts(k, of.classes, of.prior_precision)
    features, d = of.features.astype(np.float32), k * m
    rates: tuple[float, ...] = FAIR
    step = 0
    while step < len(rates):
        z = rng.standard_normal((DRAWS // 2, d))
        z = np.concatenate([z, -z])
        log_prob, grad, of_items = _averages(of, q.points(z).reshape(-1, k, m))
        if step == 0 and np.std(log_prob + 0.5 * (z**2).sum(axis=1)) > np.sqrt(d / 2):
            rates = POOR
        rate = rates[step]
        seen = feature_by_feature(weighted_squares(features, of_items), k) + prior
        precision = (1 - rate) * precision + rate * seen
        q = Centre.of_precision(mean, precision)
        mean = mean + rate * q.factor @ (q.factor.T @ grad)
        q, step = Centre(mean, q.factor), step + 1
    return q


def _averages(of: SoftmaxRegression, points: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The log densities ``(draws,)``, the mean gradient ``(d,)`` and the items' mean weights ``(items, m, m)``."""
    parts = []
    for batch in np.split(points.astype(np.float32), len(points) // BATCH):
        value, grad = of.value_and_grad(batch)
        weights = _mean_weights(of.classes, of.rows, batch)[: len(of.features)]
        parts.append((np.asarray(value, float), np.asarray(grad, float).mean(axis=0).ravel(), np.asarray(weights)))
    values, grads, weights_of = zip(*parts, strict=True)
    return np.concatenate(values), np.mean(grads, axis=0), np.mean(weights_of, axis=0)


@partial(jax.jit, static_argnums=0)
def _mean_weights(classes: int, rows: Rows, points: jax.Array) -> jax.Array:
    """The mean over draws ``(draws, k, classes − 1)`` of each item's p_a (δ_ab − p_b), ``(items, m, m)``."""
    w = points.transpose(1, 2, 0)

    def chunk(carry: None, rows: Rows) -> tuple[None, jax.Array]:
        exponentials, total, _ = softmax_parts(logits_of(rows.x, w), classes)
        p = exponentials / total[:, None]
        both = jnp.einsum("iac,ibc->iab", p, p) / p.shape[2]
        return carry, jnp.eye(w.shape[1]) * p.mean(axis=2)[:, :, None] - both

    return jax.lax.scan(chunk, None, rows)[1].reshape(-1, w.shape[1], w.shape[1])
