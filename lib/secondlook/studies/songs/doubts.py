"""What is measured of predictions ``(draws, songs, classes)`` of test songs. Notebook 12."""

from collections.abc import Mapping

import numpy as np

from secondlook import scores, uncertainty
from secondlook.runs import Arrays

SHARES = np.arange(1, 21) / 20
"""The shares of songs answered at which accuracy is kept."""


def logs(draws: np.ndarray) -> np.ndarray:
    """Log of the mean probabilities, ``(songs, classes)``."""
    return scores.log_probabilities(draws.mean(axis=0, dtype=np.float64))


def of_mean(p: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """Scores of predictions ``(songs, classes)``.

    `test_auroc/confidence` and `test_auroc/total` say how well 1 − max p and the entropy tell wrong answers from right
    ones; `test_half` is the accuracy on the half of the songs of which the prediction is surest.
    """
    wrong, doubt = p.argmax(axis=1) != y, {"confidence": 1 - p.max(axis=1), "total": uncertainty.entropy(p)}
    answered = uncertainty.abstention(p.max(axis=1), ~wrong)
    return {
        "test_accuracy": float(np.mean(~wrong)),
        "test_nll": scores.negative_log_likelihood(scores.log_probabilities(p), y),
        "test_brier": scores.brier(p, y),
        "test_ece": uncertainty.calibration_error(p, y),
        "test_half": float(answered.accuracy[len(y) // 2 - 1]),
        "test_total": float(doubt["total"].mean()),
    } | {f"test_auroc/{name}": scores.auroc(found, wrong) for name, found in doubt.items()}


def of_draws(draws: np.ndarray, y: np.ndarray) -> tuple[dict[str, float], np.ndarray, Arrays]:
    """Scores of the mean prediction and of its doubt; accuracy at each of `SHARES` answered; and numbers song by song.

    A single draw has no epistemic part.
    """
    p, split = draws.mean(axis=0, dtype=np.float64), uncertainty.split(draws)
    found = of_mean(p, y)
    if len(draws) > 1:
        found["test_aleatoric"] = float(split.aleatoric.mean())
        found["test_epistemic"] = float(split.epistemic.mean())
        found["test_auroc/epistemic"] = scores.auroc(split.epistemic, p.argmax(axis=1) != y)
    answered = uncertainty.abstention(p.max(axis=1), p.argmax(axis=1) == y)
    at = np.ceil(SHARES * len(y)).astype(int) - 1
    items = {"probability": p.astype(np.float16), "epistemic": split.epistemic.astype(np.float16)}
    return found, answered.accuracy[at], items


def divergence(true: np.ndarray, predicted: np.ndarray) -> float:
    """Mean over songs of KL(true ‖ predicted) in nats, both ``(songs, classes)``."""
    ratio = scores.log_probabilities(true) - scores.log_probabilities(predicted)
    return float(np.mean(np.sum(true * ratio, axis=1)))


def named(reading: str, found: Mapping[str, float]) -> dict[str, float]:
    """Scores under the name of the reading of a net that they are of."""
    return {f"{reading}/{name}": value for name, value in found.items()}
