"""The posterior of the last layer's weights: its log density and gradient, for many chains in one matrix product.

Notebook 13. With features φ_i ``(k,)``, classes y_i and weights W ``(k, classes)`` it is

    log p(W | y) = Σ_i log softmax(φ_i W)[y_i] − (prior_precision / 2) Σ W²  + a constant,
    gradient     = Σ_i φ_i ⊗ (onehot(y_i) − softmax(φ_i W)) − prior_precision W

(Bishop 2006, equations 4.107 to 4.109). In contrasts D the last logit is 0, and the prior's precision of a row of D is
prior_precision · (I − 11ᵀ/classes): the differences of independent normals share that of the last class.
"""

import warnings
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial

ROWS = 2000
"""Items to a chunk: few enough that their logits stay in the processor's cache until they are used."""


class Rows(NamedTuple):
    """The items in chunks of equal length: features ``(chunks, rows, k)``, classes and, for true items, weight 1."""

    x: jax.Array
    y: jax.Array
    weight: jax.Array


class Items(NamedTuple):
    """The items in chunks, and Σ_i φ_i ⊗ onehot(y_i) ``(k, classes)``, the labels' share of the gradient everywhere."""

    rows: Rows
    of_labels: jax.Array


@dataclass(frozen=True, eq=False)
class SoftmaxRegression:
    """The posterior of weights, given features ``(items, k)`` and labels ``(items,)`` from 0 to classes − 1.

    Every weight has the prior N(0, 1/prior_precision). A precision of 0, the flat prior, is allowed with a warning.
    Raises ValueError for features, labels or a precision that make no model.
    """

    features: np.ndarray
    labels: np.ndarray
    classes: int
    prior_precision: float = 1.0

    def __post_init__(self) -> None:
        features, labels = np.asarray(self.features), np.asarray(self.labels)
        if features.ndim != 2 or 0 in features.shape:
            raise ValueError(f"features have shape {features.shape}; give (items, k), at least one of each")
        if not np.isfinite(features).all():
            i, j = np.argwhere(~np.isfinite(features))[0]
            raise ValueError(f"features[{i}, {j}] is {features[i, j]}; mend that item or leave it out")
        if labels.shape != features.shape[:1]:
            raise ValueError(f"labels have shape {labels.shape}; give one for each of the {len(features)} items")
        if self.classes < 2:
            raise ValueError(f"classes is {self.classes}; a choice needs at least 2")
        if len(bad := np.flatnonzero(~np.isin(labels, np.arange(self.classes)))):
            raise ValueError(f"labels[{bad[0]}] is {labels[bad[0]]}; give whole numbers from 0 to {self.classes - 1}")
        if not 0 <= self.prior_precision < np.inf:
            raise ValueError(f"prior_precision is {self.prior_precision}; give a finite number above 0")
        if self.prior_precision == 0:
            warnings.warn(
                "prior_precision is 0, so the posterior of full weights is improper: a vector added to the weights of "
                f"all classes changes no probability, and chains drift along those {features.shape[1]} directions for "
                "ever; sample contrasts, or give a precision above 0",
                stacklevel=3,
            )
        object.__setattr__(self, "features", features)
        object.__setattr__(self, "labels", labels.astype(int))

    @cached_property
    def in_float64(self) -> np.ndarray:
        """The features in float64, as the search for the mode needs them again and again."""
        return self.features.astype(float, copy=False)

    @cached_property
    def rows(self) -> Rows:
        """The items in float32 and in chunks; the last is filled up with items of weight 0."""
        items, k = self.features.shape
        chunks = -(-items // ROWS)
        length = -(-items // chunks)
        fill = chunks * length - items
        return Rows(
            jnp.asarray(np.pad(self.features, [(0, fill), (0, 0)]).reshape(chunks, length, k), jnp.float32),
            jnp.asarray(np.pad(self.labels, (0, fill)).reshape(chunks, length)),
            jnp.asarray(np.pad(np.ones(items), (0, fill)).reshape(chunks, length), jnp.float32),
        )

    @cached_property
    def items(self) -> Items:
        """The items in chunks, with the sum over them that needs no chunks."""
        onehot = self.labels[:, None] == np.arange(self.classes)
        return Items(self.rows, jnp.asarray(self.in_float64.T @ onehot, jnp.float32))

    @cached_property
    def log_prob(self) -> Partial:
        """A function from points ``(chains, k, classes)`` or ``(chains, k, classes − 1)`` to their log densities.

        The shape says whether points are weights or contrasts; either may come flattened, ``(chains, d)``. It is
        written in JAX, and holds the items as arguments, so that a program compiled around it does not copy them.
        """
        return Partial(jax.jit(partial(_log_prob, self.classes)), self.rows, self.prior_precision)

    @cached_property
    def value_and_grad(self) -> Partial:
        """As `log_prob`, with the gradient in the points, in their shape."""
        return Partial(jax.jit(partial(_value_and_grad, self.classes)), self.items, self.prior_precision)


def _columns(points: jax.Array, k: int, classes: int) -> jax.Array:
    """The points as ``(k, columns, chains)``; ValueError for a shape that is neither weights nor contrasts."""
    count = points[0].size // k
    if count * k != points[0].size or count not in (classes, classes - 1):
        raise ValueError(
            f"points have shape {points.shape}; give (chains, {k}, {classes}) weights or (chains, {k}, {classes - 1}) "
            "contrasts"
        )
    return points.reshape(-1, k, count).transpose(1, 2, 0)


def logits_of(x: jax.Array, w: jax.Array) -> jax.Array:
    """The logits ``(items, columns, chains)``: all chains are columns of one product, ordered (class, chain)."""
    return (x @ w.reshape(len(w), -1)).reshape(-1, *w.shape[1:])


def softmax_parts(logits: jax.Array, classes: int) -> tuple[jax.Array, jax.Array, jax.Array]:
    """Exponentials of logits ``(items, columns, chains)``, the sum of a row's, and its largest logit.

    The largest is subtracted before, so that no exponential overflows: largest + log(sum) is the log-sum-exp. In
    contrasts the last class's logit, 0, is one of the row, though it has no column.
    """
    full = logits.shape[1] == classes
    top = logits.max(axis=1)
    top = top if full else jnp.maximum(top, 0)
    exponentials = jnp.exp(logits - top[:, None])
    total = exponentials.sum(axis=1) + (0 if full else jnp.exp(-top))
    return exponentials, total, top


def _log_likelihood(y: jax.Array, logits: jax.Array, total: jax.Array, top: jax.Array) -> jax.Array:
    """log softmax at the label, ``(items, chains)``; the last class of contrasts has the logit 0, and no column."""
    columns = logits.shape[1]
    of_label = jnp.take_along_axis(logits, jnp.minimum(y, columns - 1)[:, None, None], axis=1)[:, 0]
    return jnp.where((y < columns)[:, None], of_label, 0) - top - jnp.log(total)


def prior(w: jax.Array, classes: int, prior_precision: float | jax.Array) -> tuple[jax.Array, jax.Array]:
    """The log density ``(chains,)`` of the prior, and its gradient."""
    precise = prior_precision * (w if w.shape[1] == classes else w - w.sum(axis=1, keepdims=True) / classes)
    return -0.5 * (w * precise).sum(axis=(0, 1)), -precise


def _log_prob(classes: int, rows: Rows, prior_precision: jax.Array, points: jax.Array) -> jax.Array:
    w = _columns(points, rows.x.shape[2], classes)

    def chunk(so_far: jax.Array, rows: Rows) -> tuple[jax.Array, None]:
        logits = logits_of(rows.x, w)
        _, total, top = softmax_parts(logits, classes)
        return so_far + rows.weight @ _log_likelihood(rows.y, logits, total, top), None

    return jax.lax.scan(chunk, prior(w, classes, prior_precision)[0], rows)[0]


def _value_and_grad(classes: int, items: Items, prior_precision: jax.Array, points: jax.Array) -> tuple[Any, Any]:
    w = _columns(points, items.rows.x.shape[2], classes)

    def chunk(so_far: tuple[jax.Array, jax.Array], rows: Rows) -> tuple[tuple[jax.Array, jax.Array], None]:
        logits = logits_of(rows.x, w)
        exponentials, total, top = softmax_parts(logits, classes)
        value = rows.weight @ _log_likelihood(rows.y, logits, total, top)
        of_classes = rows.x.T @ (exponentials / total[:, None]).reshape(len(rows.x), -1)  # added items have x = 0
        return (so_far[0] + value, so_far[1] - of_classes.reshape(w.shape)), None

    value, grad = prior(w, classes, prior_precision)
    start = value, grad + items.of_labels[:, : w.shape[1], None]
    value, grad = jax.lax.scan(chunk, start, items.rows)[0]
    return value, grad.transpose(2, 0, 1).reshape(points.shape)
