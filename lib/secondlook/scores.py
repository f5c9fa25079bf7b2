"""Scores of class predictions: accuracy, negative log likelihood, confusion, precision, recall and F1."""

import numpy as np
from scipy.special import log_softmax


def accuracy(predicted: np.ndarray, y: np.ndarray) -> float:
    """The share of items whose predicted class ``(items,)`` is the true one."""
    return float(np.mean(predicted == y))


def negative_log_likelihood(logits: np.ndarray, y: np.ndarray) -> float:
    """Mean over items of −log p(y), in nats, from logits ``(items, classes)``; ln(classes) is what guessing scores."""
    log_p = log_softmax(np.asarray(logits, np.float64), axis=-1)
    return float(-np.mean(log_p[np.arange(len(y)), y]))


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
