"""Scores of class predictions: of the classes, of their probabilities or logits, of a ranking, of counts."""

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from scipy.stats import rankdata

LEAST = float(np.finfo(np.float32).smallest_subnormal)
"""The least probability that float32 holds."""


def accuracy(predicted: np.ndarray, y: np.ndarray) -> float:
    """The share of items whose predicted class ``(items,)`` is the true one."""
    return float(np.mean(predicted == y))


def as_labels(y: np.ndarray, items: int, classes: int) -> np.ndarray:
    """The classes y of so many items; ValueError when there are others, or when one is no number of a class."""
    y = np.asarray(y)
    if y.shape != (items,) or y.dtype.kind not in "iu" or not items:
        raise ValueError(f"classes {y.dtype} {y.shape} of {items} items: give a whole number for each, ({items},)")
    if y.min() < 0 or y.max() >= classes:
        raise ValueError(f"classes from {y.min()} to {y.max()}: give numbers from 0 to {classes - 1}")
    return y


def log_probabilities(p: np.ndarray) -> np.ndarray:
    """log p, finite for a p of 0 too: that one is below what float32 holds, and counts as the least that it does."""
    return np.log(np.maximum(p, LEAST))


def negative_log_likelihood(logits: np.ndarray, y: np.ndarray) -> float:
    """Mean over items of −log p(y), in nats, from logits ``(items, classes)``; ln(classes) is what guessing scores.

    Raises ValueError when y is not the classes ``(items,)`` of these items.
    """
    log_p = log_softmax(np.asarray(logits, np.float64), axis=-1)
    return float(-np.mean(log_p[np.arange(len(log_p)), as_labels(y, *log_p.shape)]))


def as_probabilities(p: np.ndarray, *axes: str) -> np.ndarray:
    """The probabilities p as float64; the last of the `axes` named is the classes, over which they sum to 1.

    Raises ValueError when the axes are others, when p is empty, or when it is not probabilities but, say, logits. Sums
    may be wrong by 0.01, as those of half precision are.
    """
    p = np.asarray(p, np.float64)
    if p.ndim != len(axes) or p.size == 0:
        raise ValueError(f"probabilities of shape {p.shape}: give ({', '.join(axes)}), none of them empty")
    sums = p.sum(axis=-1)
    worst = float(sums.flat[np.argmax(np.abs(sums - 1))])  # argmax takes nan for the largest
    if not (p.min() >= 0 and abs(worst - 1) < 0.01):
        raise ValueError(f"probabilities down to {p.min():.3g} that sum to {worst:.3g}: give the softmax of logits")
    return p


def brier(p: np.ndarray, y: np.ndarray) -> float:
    """Mean over items of Σ_c (p_c − [c = y])², from probabilities ``(items, classes)`` (Brier 1950).

    0 is best, 2 worst; guessing scores 1 − 1/classes. Raises ValueError when p is not probabilities, or y not the
    classes of these items.
    """
    p = as_probabilities(p, "items", "classes")
    return float(np.mean(np.sum((p - np.eye(p.shape[1])[as_labels(y, *p.shape)]) ** 2, axis=1)))


def placements(score: np.ndarray, positive: np.ndarray) -> np.ndarray:
    """For each item, the share of the other group that it is ranked right against, ties counting half: ``(items,)``.

    An item's rank among all less its rank among its own group is the number of the other group below it.
    Raises ValueError when the shapes differ, a score is not a number, or there are no positive or no negative items.
    """
    score, positive = np.asarray(score, np.float64), np.asarray(positive, bool)
    if score.shape != positive.shape or score.ndim != 1 or np.isnan(score).any():
        raise ValueError(f"scores {score.shape} of labels {positive.shape}: give a number for each item, (items,)")
    if positive.all() or not positive.any():
        raise ValueError(f"{positive.sum()} of {len(positive)} items are positive: give both groups")
    below = rankdata(score)
    for group in (positive, ~positive):
        below[group] -= rankdata(score[group])
    return np.where(positive, below / np.sum(~positive), 1 - below / np.sum(positive))


def auroc(score: np.ndarray, positive: np.ndarray) -> float:
    """The probability that a positive item scores higher than a negative one, ties counting half (Hanley, McNeil 1982).

    It is the area under the receiver operating characteristic. Scores and boolean labels are ``(items,)``; raises as
    `placements` does, whose mean over the positive items it is.
    """
    return float(np.mean(placements(score, positive)[np.asarray(positive, bool)]))


def balanced_accuracy(predicted: np.ndarray, y: np.ndarray) -> float:
    """The mean over classes of the share of a class's items that are predicted as it: every class counts alike."""
    return float(np.mean([np.mean(predicted[y == c] == c) for c in np.unique(y)]))


def best_scale(logits: np.ndarray, y: np.ndarray, most: float = 100.0) -> float:
    """The factor on all logits that makes the negative log likelihood least, between 1/`most` and `most`.

    Below 1 the logits are over-confident of these items, above 1 under-confident; it is the inverse of the temperature
    of Guo et al. (2017). Where every item is right the larger factor is always the better one, and it is `most`.
    """
    found = minimize_scalar(
        lambda log_scale: negative_log_likelihood(np.exp(log_scale) * logits, y),
        bounds=(-np.log(most), np.log(most)),
        method="bounded",
    )
    return most if negative_log_likelihood(most * logits, y) <= found.fun else float(np.exp(found.x))


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
    """Counts ``(true class, predicted class)``; rows sum to the items of a class.

    Raises ValueError when y or what is predicted are no classes ``(items,)``.
    """
    counts = np.zeros((classes, classes), dtype=np.int64)
    np.add.at(counts, tuple(as_labels(of, len(y), classes) for of in (y, predicted)), 1)
    return counts


def precision(counts: np.ndarray) -> np.ndarray:
    """Of the items predicted as a class, the share that are it: ``(…, classes)`` from confusion counts."""
    return _share(_right(counts), counts.sum(axis=-2))


def recall(counts: np.ndarray) -> np.ndarray:
    """Of the items of a class, the share predicted as it: ``(…, classes)`` from confusion counts."""
    return _share(_right(counts), counts.sum(axis=-1))


def f1(counts: np.ndarray) -> np.ndarray:
    """The harmonic mean of precision and recall, 2·TP / (true + predicted): ``(…, classes)``."""
    return _share(2 * _right(counts), counts.sum(axis=-1) + counts.sum(axis=-2))


def _right(counts: np.ndarray) -> np.ndarray:
    return np.diagonal(counts, axis1=-2, axis2=-1)


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A share of no items counts as 0, as for a class that is never predicted."""
    return np.divide(part, whole, out=np.zeros(part.shape), where=whole > 0)
