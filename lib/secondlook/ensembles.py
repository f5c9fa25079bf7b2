r"""Several models of the same items made one: averages, how much the models differ, and a loss that asks them to.

A **member** gives logits :math:`o_k(x)`. Write :math:`\bar o` for the mean of the members' logits, and
:math:`\bar p \propto e^{\bar o}`. The mean cross-entropy of the members is the cross-entropy of :math:`\bar p` plus the
**ambiguity**, which has no label in it and is never negative (Krogh and Vedelsby 1995, for squared errors):

.. math:: \frac1M \sum_k \mathrm{CE}(o_k) = \mathrm{CE}(\bar o) + A, \qquad
          A = \frac1M \sum_k \mathrm{KL}(\bar p \,\|\, p_k) = \frac1M \sum_k \mathrm{lse}(o_k) - \mathrm{lse}(\bar o),

with :math:`\mathrm{lse}(o) = \log \sum_c e^{o_c}`. Notebook 07 derives it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import log_softmax, logsumexp

from secondlook.training import Loss, cross_entropy


class EnsembleError(ValueError):
    """Members that cannot be combined. One line names the member, the fault and the remedy."""


class Member(NamedTuple):
    """What a trained model says of some items: logits ``(items, classes)``, and the items' names in that order."""

    name: str
    logits: np.ndarray
    items: np.ndarray


def stacked(members: Sequence[Member]) -> np.ndarray:
    """The logits of all members, ``(items, members, classes)``; EnsembleError if they are not of the same items.

    Every member must have finite logits, as many classes as the first one, and the same items in the same order.
    """
    if not members:
        raise EnsembleError("no members: give at least one")
    first = members[0]
    for name, logits, items in members:
        if logits.ndim != 2 or len(logits) != len(items):
            raise EnsembleError(
                f"member {name!r}: logits of shape {logits.shape} for {len(items)} items; give (items, classes)"
            )
        if not np.all(np.isfinite(logits)):
            item, c = np.argwhere(~np.isfinite(logits))[0]
            raise EnsembleError(
                f"member {name!r}: the logit of item {items[item]}, class {c}, is {logits[item, c]}; train it again"
            )
        if logits.shape[1] != first.logits.shape[1]:
            raise EnsembleError(
                f"member {name!r}: {logits.shape[1]} classes, but {first.name!r} has {first.logits.shape[1]}; "
                "combine models of one task"
            )
        if len(items) != len(first.items):
            raise EnsembleError(
                f"member {name!r}: {len(items)} items, but {first.name!r} has {len(first.items)}; "
                "give all members the same items"
            )
        if np.any(items != first.items):
            at = np.flatnonzero(items != first.items)[0]
            raise EnsembleError(
                f"member {name!r}: item {items[at]} stands where {first.name!r} has {first.items[at]}; "
                "give all members the items in the same order"
            )
    return np.stack([member.logits for member in members], axis=1)


def mean_of_logits(logits: np.ndarray) -> np.ndarray:
    """Logits of the normalised geometric mean of the members' probabilities, from ``(items, members, classes)``."""
    return np.asarray(logits, np.float64).mean(axis=1)


def mean_of_probabilities(logits: np.ndarray) -> np.ndarray:
    """Logarithms of the arithmetic mean of the members' probabilities, from logits ``(items, members, classes)``."""
    log_p = log_softmax(np.asarray(logits, np.float64), axis=2)
    return np.asarray(logsumexp(log_p, axis=1) - np.log(logits.shape[1]))


def ambiguity(logits: np.ndarray) -> np.ndarray:
    """How much the members differ, in nats, ``(items,)``: the A above, from logits ``(items, members, classes)``."""
    return np.asarray(logsumexp(logits, axis=2).mean(axis=1) - logsumexp(np.mean(logits, axis=1), axis=1))


def negative_correlation(dissimilarity: float) -> Loss:
    r"""The loss :math:`\frac1M \sum_k \mathrm{CE}(o_k) - \lambda A` of members trained together.

    It asks them to be right and, with the weight :math:`\lambda` of `dissimilarity`, to differ: 0 trains each by
    itself, 1 the mean of their logits alone (Liu and Yao 1999, for squared errors; Webb et al. 2020). The model puts
    out logits ``(items, members, classes)``.
    """

    def loss(logits: jax.Array, y: jax.Array) -> jax.Array:
        each = cross_entropy(logits, jnp.broadcast_to(y[:, None], logits.shape[:2]))
        return (1 - dissimilarity) * each + dissimilarity * cross_entropy(logits.mean(axis=1), y)

    return loss
