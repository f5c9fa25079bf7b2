"""Weights of the last layer that mean the same, in three forms, and the probabilities they give. Notebook 13.

Adding one vector v ``(k,)`` to the weights of every class adds φ·v to every logit of an item, and softmax does not see
it: of the k·classes directions, k are flat for the likelihood, exactly. What the data can tell are differences. In the
form of a *reference class* they are the contrasts D = W[:, :-1] − W[:, -1:], with the last class at zero; in the
*zero-sum* form the classes' weights add up to zero. The rest is the mean over classes, of which only the prior knows.
"""

import jax
import jax.numpy as jnp
import numpy as np


def contrasts(weights: np.ndarray) -> np.ndarray:
    """The weights ``(…, k, classes)`` less those of the last class: ``(…, k, classes − 1)``."""
    return weights[..., :-1] - weights[..., -1:]


def zero_sum(weights: np.ndarray) -> np.ndarray:
    """The weights ``(…, k, classes)`` less their mean over classes: the same contrasts, and the least norm."""
    return weights - weights.mean(axis=-1, keepdims=True)


def full_weights(contrasts: np.ndarray, mean: np.ndarray | float = 0.0) -> np.ndarray:
    """The weights ``(…, k, classes)`` of those contrasts and of that mean over classes, ``(…, k)``.

    With mean 0 they are the zero-sum form.
    """
    reference = np.concatenate([contrasts, np.zeros_like(contrasts[..., :1])], axis=-1)
    return zero_sum(reference) + np.asarray(mean)[..., None]


def draw_means(count: int, k: int, classes: int, prior_precision: float, rng: np.random.Generator) -> np.ndarray:
    """Draws ``(count, k)`` of the mean over classes: given any contrasts, it is N(0, 1/(classes · prior_precision)).

    The likelihood does not depend on it, and in the prior N(0, 1/prior_precision) of each weight the mean over classes
    is independent of all differences: posterior and prior agree on it. ValueError for a flat prior, under which it is
    nothing.
    """
    if prior_precision <= 0:
        raise ValueError(f"prior_precision is {prior_precision}, and under it the mean has no law; keep to contrasts")
    return rng.normal(scale=(classes * prior_precision) ** -0.5, size=(count, k))


def probabilities(features: jax.typing.ArrayLike, points: jax.typing.ArrayLike, classes: int) -> jax.Array:
    """Probabilities ``(draws, items, classes)`` of items with features ``(items, k)`` under draws of the weights.

    The points are weights ``(draws, k, classes)`` or contrasts ``(draws, k, classes − 1)``, or either flattened to
    ``(draws, d)``. Raises ValueError for points of another size.
    """
    x, w = jnp.asarray(features), jnp.asarray(points)
    if w[0].size not in (x.shape[1] * classes, x.shape[1] * (classes - 1)):
        raise ValueError(
            f"points {w.shape} of {x.shape[1]} features and {classes} classes: give weights "
            f"(draws, {x.shape[1]}, {classes}) or contrasts (draws, {x.shape[1]}, {classes - 1})"
        )
    logits = x @ w.reshape(len(w), x.shape[1], -1)
    return jax.nn.softmax(jnp.pad(logits, [(0, 0), (0, 0), (0, classes - logits.shape[2])]))
