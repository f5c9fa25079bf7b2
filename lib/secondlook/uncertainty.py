r"""How sure predictions are, of what kind their doubt is, and whether it is deserved.

Predictions come as draws, ``(draws, items, classes)``: for each draw of the weights :math:`w` the probabilities
:math:`p_w(c)` of an item's classes. With the entropy :math:`H[p] = -\sum_c p(c) \log p(c)`, the doubt of their mean is
the doubt within the draws, which would be left if one of them were known to be right, and that between the draws:

.. math:: H\bigl[\operatorname{E}_w p_w\bigr] = \operatorname{E}_w H[p_w] + I(y; w).

The last, the mutual information of label and weights, is never negative, as H is concave (Houlsby et al. 2011; Depeweg
et al. 2018, who call the parts aleatoric and epistemic). Notebook 11 derives it.
"""

from typing import NamedTuple

import numpy as np
from scipy.special import entr

from secondlook.scores import as_probabilities


class Uncertainty(NamedTuple):
    """The entropy of the mean prediction, in nats, and its two parts, which add up to it: each ``(items,)``."""

    total: np.ndarray
    aleatoric: np.ndarray
    epistemic: np.ndarray


class Reliability(NamedTuple):
    """Of the items in each bin the mean confidence, the share that is right, and their number: each ``(bins,)``."""

    confidence: np.ndarray
    accuracy: np.ndarray
    items: np.ndarray


class Abstention(NamedTuple):
    """The share of items answered, and the share of those that is right, as one more is answered: each ``(items,)``."""

    share: np.ndarray
    accuracy: np.ndarray


def entropy(p: np.ndarray) -> np.ndarray:
    """H[p] in nats, with 0·log 0 = 0, of probabilities ``(…, classes)``; ln(classes) is that of guessing."""
    return np.asarray(entr(np.asarray(p, np.float64)).sum(axis=-1))


def split(draws: np.ndarray) -> Uncertainty:
    """The doubt of the mean prediction, and what of it lies within and between ``(draws, items, classes)``.

    From K draws the part between them is at most ln K, and on average too small. Raises ValueError when the draws are
    not probabilities.
    """
    draws = as_probabilities(draws, "draws", "items", "classes")
    total = entropy(draws.mean(axis=0))
    aleatoric = entropy(draws).mean(axis=0)
    return Uncertainty(total, aleatoric, total - aleatoric)


def all_agree(draws: np.ndarray) -> np.ndarray:
    """Whether every draw predicts the same class, boolean ``(items,)``, from ``(draws, items, classes)``."""
    predicted = np.argmax(draws, axis=2)
    return np.all(predicted == predicted[0], axis=0)


def reliability(p: np.ndarray, y: np.ndarray, bins: int = 15) -> Reliability:
    """How often predictions ``(items, classes)`` are right, by confidence: the probability of the likeliest class.

    The bins lie between quantiles of the confidence, so that each has as many items (Nguyen and O'Connor 2015). Items
    of one confidence share a bin; where many do, bins are fewer. Raises ValueError when p is not probabilities.
    """
    p = as_probabilities(p, "items", "classes")
    confidence, right = p.max(axis=1), p.argmax(axis=1) == y
    edges = np.quantile(confidence, np.arange(1, bins) / bins)
    _, bin_of, count = np.unique(np.searchsorted(edges, confidence, "right"), return_inverse=True, return_counts=True)
    return Reliability(np.bincount(bin_of, confidence) / count, np.bincount(bin_of, right) / count, count)


def calibration_error(p: np.ndarray, y: np.ndarray, bins: int = 15) -> float:
    """The expected calibration error: the mean over items of the gap of accuracy and confidence in their bin.

    Bins are those of `reliability` (Guo et al. 2017 have bins of equal width). It is too large by chance alone: of
    calibrated predictions, by about √(bins / (2π·items)) where half are right.
    """
    found = reliability(p, y, bins)
    return float(np.average(np.abs(found.accuracy - found.confidence), weights=found.items))


def abstention(confidence: np.ndarray, right: np.ndarray) -> Abstention:
    """How accurate the answers are when only the m most confident items are answered, m from 1 to all of them.

    Confidence and right are ``(items,)``. Among items of one confidence any order is as good: the accuracy is the mean
    over their orders. Raises ValueError when the shapes differ or a confidence is not a number.
    """
    confidence, right = np.asarray(confidence, np.float64), np.asarray(right, np.float64)
    if confidence.shape != right.shape or confidence.ndim != 1 or np.isnan(confidence).any():
        raise ValueError(f"confidence {confidence.shape} of {right.shape} answers: give a number for each, (items,)")
    _, tie, count = np.unique(-confidence, return_inverse=True, return_counts=True)
    mean_of_tie = np.bincount(tie, right) / count
    answered = np.arange(1, len(right) + 1)
    return Abstention(answered / len(right), np.cumsum(np.repeat(mean_of_tie, count)) / answered)
