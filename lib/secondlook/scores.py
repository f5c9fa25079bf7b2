"""Scores of class predictions: accuracy, negative log likelihood, confidence, confusion, precision, recall and F1."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax


def accuracy(predicted: np.ndarray, y: np.ndarray) -> float:
    """The share of items whose predicted class ``(items,)`` is the true one."""
    return float(np.mean(predicted == y))


def negative_log_likelihood(logits: np.ndarray, y: np.ndarray) -> float:
    """Mean over items of −log p(y), in nats, from logits ``(items, classes)``; ln(classes) is what guessing scores."""
    log_p = log_softmax(np.asarray(logits, np.float64), axis=-1)
    return float(-np.mean(log_p[np.arange(len(y)), y]))


def balanced_accuracy(predicted: np.ndarray, y: np.ndarray) -> float:
    """The mean over classes of the share of a class's items that are predicted as it: every class counts alike."""
    return float(np.mean([np.mean(predicted[y == c] == c) for c in np.unique(y)]))


def best_scale(logits: np.ndarray, y: np.ndarray, most: float = 100.0) -> float:
    """The factor on all logits that makes the negative log likelihood least, between 1/`most` and `most`.

    Below 1 the logits are over-confident of these items, above 1 under-confident; it is the inverse of the temperature
    of Guo et al. (2017). Where every item is right the larger factor is always the better one, and it is `most`.
    """
    if negative_log_likelihood(most * logits, y) <= negative_log_likelihood(most / 2 * logits, y):
        return most  # the loss is convex in the factor
    found = minimize_scalar(
        lambda log_scale: negative_log_likelihood(np.exp(log_scale) * logits, y),
        bounds=(-np.log(most), np.log(most)),
        method="bounded",
    )
    return float(np.exp(found.x))


def information(predicted: np.ndarray, y: np.ndarray, classes: int) -> float:
    """Mutual information of the predicted and the true class, in nats, less what chance alone would show.

    Of r true and s predicted classes that occur, the plug-in estimate is too large by about (r − 1)(s − 1) / (2 items)
    (Miller 1955), which is taken off; so it may fall below 0. One class for all items has no information.
    """
    counts = confusion(predicted, y, classes).astype(float)
    n = counts.sum()
    r, s = np.count_nonzero(counts.sum(axis=1)), np.count_nonzero(counts.sum(axis=0))
    expected = np.outer(counts.sum(axis=1), counts.sum(axis=0)) / n
    seen = counts > 0
    return float((counts[seen] * np.log(counts[seen] / expected[seen])).sum() / n - (r - 1) * (s - 1) / (2 * n))


def confusion(predicted: np.ndarray, y: np.ndarray, classes: int) -> np.ndarray:
    """Counts ``(true class, predicted class)``; rows sum to the items of a class."""
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, (y, predicted), 1)
    return counts


def precision(counts: np.ndarray) -> np.ndarray:
    """Of the items predicted as a class, the share that are it, 0 if none: ``(…, classes)`` from confusion counts."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    predicted = counts.sum(axis=-2)
    return np.divide(right, predicted, out=np.zeros(right.shape), where=predicted > 0)


def recall(counts: np.ndarray) -> np.ndarray:
    """Of the items of a class, the share predicted as it: ``(…, classes)`` from confusion counts."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    return right / counts.sum(axis=-1)


def f1(counts: np.ndarray) -> np.ndarray:
    """The harmonic mean of precision and recall, 2·TP / (true + predicted): ``(…, classes)``."""
    right = np.diagonal(counts, axis1=-2, axis2=-1)
    return 2 * right / (counts.sum(axis=-1) + counts.sum(axis=-2))
