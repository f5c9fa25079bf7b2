"""The last layer's posterior by products in bfloat16: exact to float32, and faster where there are tiles.

A bfloat16 is a float32 without its last 16 bits: the same range, 8 bits of precision. Some processors multiply matrices
of them in tiles, several times as fast as float32, and sum in float32 (Intel's AMX: `lscpu` lists amx_bf16). Others are
slower this way, and no less exact. Two devices give back what the 16 bits held. Notebook 14.

*Departures.* With a point W₀ near the others, δ = W − W₀, and logits φδ + a⁰ where a⁰ = φW₀,

    log p(W) − log p(W₀) = Σ_i [φ_i δ]_{y_i} − (lse(a_i) − lse(a_i⁰))  + the prior's share,
    gradient             = Σ_i φ_i ⊗ (onehot(y_i) − p_i⁰) − Σ_i φ_i ⊗ (p_i − p_i⁰)  + the prior's share ;

lse is the log-sum-exp, p the softmax. What has a ⁰ is found once, in float64; what is rounded is small.

*Two halves.* A float32 is, but for its last 8 bits, the sum of two bfloat16, h and l. Of the product of two such sums
h h + h l + l h is kept, at three times the work; l l is 2⁻¹⁶ of it (Henry, Tang and Heinecke 2019, IEEE 26th Symposium
on Computer Arithmetic). The value is found so. The second product of the gradient is of single bfloat16: its errors
differ from item to item and average out, and a sampler that accepts by the value is exact whatever the force.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax.tree_util import Partial
from scipy.special import logsumexp

from secondlook.lastlayer.density import SoftmaxRegression, prior, softmax_parts

TILE = 32
"""Numbers in a row of a tile: features are filled up with zeros to a multiple of it."""


class Chunks(NamedTuple):
    """The items in chunks of equal length, with probabilities and log-sum-exps at W₀; those added are zero.

    `parts` holds side by side h, h and l of the features and a⁰ in three parts ``(chunks, rows, width)``, `columns` has
    h with items in columns ``(chunks, k, rows)``. They are bits of bfloat16, as whole numbers: of that type, XLA would
    turn what it loops over into float32.
    """

    parts: jax.Array
    columns: jax.Array
    p: jax.Array
    log_total: jax.Array


class Near(NamedTuple):
    """W₀ ``(k, classes − 1)``, the log prior there, and the sums over items of φ ⊗ onehot(y) and φ ⊗ p⁰."""

    point: jax.Array
    log_prior: jax.Array
    of_labels: jax.Array
    of_p: jax.Array


class InTiles(NamedTuple):
    """What `SoftmaxRegression` has of these names, less the log density at W₀."""

    log_prob: Partial
    value_and_grad: Partial


def in_tiles(of: SoftmaxRegression, near: np.ndarray) -> InTiles:
    """The log density of contrasts by products in bfloat16, from the contrasts W₀, flattened or not.

    Raises ValueError where W₀ are no contrasts of this model.
    """
    k = of.features.shape[1]
    if near.size != k * (of.classes - 1):
        raise ValueError(f"near has shape {near.shape}; give contrasts, ({k}, {of.classes - 1})")
    w = np.asarray(near, float).reshape(k, -1)
    x = np.asarray(of.rows.x, float)
    logits = x @ w
    log_total = logsumexp(np.pad(logits, [(0, 0), (0, 0), (0, 1)]), axis=-1)
    p = np.exp(logits - log_total[..., None])
    high, low = _parts(of.rows.x, 2)
    parts = jnp.concatenate([high, high, low, *_parts(jnp.asarray(logits, jnp.float32), 3)], axis=-1)
    chunks = Chunks(
        _bits(_filled(parts, axis=2)),
        _bits(_filled(high.swapaxes(1, 2), axis=1)),
        *(jnp.asarray(a, jnp.float32) for a in (p, log_total)),
    )
    point = jnp.asarray(w, jnp.float32)
    of_p = x.reshape(-1, k).T @ p.reshape(-1, of.classes - 1)
    log_prior = prior(point[..., None], of.classes, of.prior_precision)[0]
    at = Near(point, log_prior, of.items.of_labels[:, :-1], jnp.asarray(of_p, jnp.float32))
    return InTiles(*(Partial(f, chunks, at, of.prior_precision) for f in (_log_prob, _value_and_grad)))


def _bits(a: jax.Array) -> jax.Array:
    """The bits of the bfloat16 nearest to each float32: what XLA's own conversion gives, in less time."""
    of_float32 = jax.lax.bitcast_convert_type(a.astype(jnp.float32), jnp.uint32)
    return ((of_float32 + 0x8000) >> 16).astype(jnp.uint16)


def _bfloat16(bits: jax.Array) -> jax.Array:
    return jax.lax.bitcast_convert_type(bits, jnp.bfloat16)


def _parts(a: jax.Array, count: int) -> list[jax.Array]:
    """So many float32 that are bfloat16, each the nearest to what those before it leave of a."""
    parts = []
    for _ in range(count):
        parts.append(_bfloat16(_bits(a)).astype(jnp.float32))
        a = a - parts[-1]
    return parts


def _filled(a: jax.Array, axis: int) -> jax.Array:
    """With zeros to a whole number of tiles."""
    return jnp.pad(a, [(0, -n % TILE if i == axis else 0) for i, n in enumerate(a.shape)])


def _product(bits: jax.Array, other: jax.Array) -> jax.Array:
    """Of bits of bfloat16 and a float32 rounded to it, summed in float32."""
    return jax.lax.dot(_bfloat16(bits), _bfloat16(_bits(other)), preferred_element_type=jnp.float32)


@jax.jit
def _log_prob(chunks: Chunks, near: Near, prior_precision: jax.Array, points: jax.Array) -> Any:
    return _value_and_grad(chunks, near, prior_precision, points)[0]


@jax.jit
def _value_and_grad(chunks: Chunks, near: Near, prior_precision: jax.Array, points: jax.Array) -> tuple[Any, Any]:
    k, m = near.point.shape
    classes = m + 1
    if points[0].size != k * m:
        raise ValueError(f"points have shape {points.shape}; give contrasts, (chains, {k}, {m})")
    w = points.reshape(-1, k, m).transpose(1, 2, 0)
    high, low = _parts(w - near.point[..., None], 2)
    delta = high + low  # what the product knows of W − W₀; the labels' share must be of the same point
    ones = jnp.broadcast_to(jnp.eye(m)[..., None], (m, *w.shape[1:]))
    of_parts = _filled(jnp.concatenate([high, low, high, ones, ones, ones]).reshape(-1, w[0].size), axis=0)

    def chunk(so_far: tuple[jax.Array, jax.Array], rows: Chunks) -> tuple[tuple[jax.Array, jax.Array], None]:
        logits = _product(rows.parts, of_parts).reshape(-1, *w.shape[1:])
        exponentials, total, top = softmax_parts(logits, classes)
        value = (top + jnp.log(total) - rows.log_total[:, None]).sum(axis=0)
        change = exponentials * (1 / total)[:, None] - rows.p[..., None]
        of_change = _product(rows.columns, change.reshape(len(change), -1))[:k].reshape(delta.shape)
        return (so_far[0] - value, so_far[1] - of_change), None

    value, grad = prior(w, classes, prior_precision)
    start = (
        value - near.log_prior + (delta * near.of_labels[..., None]).sum(axis=(0, 1)),
        grad + (near.of_labels - near.of_p)[..., None],
    )
    value, grad = jax.lax.scan(chunk, start, chunks)[0]
    return value, grad.transpose(2, 0, 1).reshape(points.shape)
