"""How good predictions are that come as draws, and of what kind their doubt is."""

import numpy as np

from secondlook import scores, uncertainty

LEAST = float(np.finfo(np.float32).tiny)
"""A probability that is zero for lack of digits counts as this."""


def nll(p: np.ndarray, y: np.ndarray) -> float:
    """Mean over items of −log p(y), in nats, from probabilities ``(items, classes)``."""
    return scores.negative_log_likelihood(np.log(np.maximum(p, LEAST)), y)


def rates(draws: np.ndarray, y: np.ndarray, split: str) -> dict[str, float]:
    """Accuracy and negative log-likelihood of the mean of ``(draws, items, classes)``, under the name of a split."""
    p = draws.mean(axis=0)
    return {f"{split}_accuracy": scores.accuracy(p.argmax(axis=1), y), f"{split}_nll": nll(p, y)}


def of_test(draws: np.ndarray, y: np.ndarray) -> dict[str, float]:
    """The same on test items, with the Brier score, the calibration error and the mean doubt of each kind, in nats."""
    p = draws.mean(axis=0)
    doubt = uncertainty.split(draws)
    return {
        **rates(draws, y, "test"),
        "test_brier": scores.brier(p, y),
        "test_calibration_error": uncertainty.calibration_error(p, y),
        "aleatoric": float(doubt.aleatoric.mean()),
        "epistemic": float(doubt.epistemic.mean()),
    }
