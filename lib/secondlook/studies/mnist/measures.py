"""What is measured of predictions ``(draws, pictures, classes)``."""

import numpy as np

from secondlook import scores, uncertainty

SHOWN = 12
"""Pictures kept for each of two figures."""


def doubts(draws: np.ndarray) -> dict[str, np.ndarray]:
    """Measures of doubt, each ``(pictures,)``: the smaller the surer.

    ``expected_error`` is one minus the largest mean probability, the rate of error that the model expects; ``total``
    and ``epistemic`` are entropies in nats; ``sd`` is the standard deviation over draws of the predicted class's
    probability.
    """
    mean = draws.mean(axis=0)
    split = uncertainty.split(draws)
    predicted = draws[:, np.arange(draws.shape[1]), mean.argmax(axis=1)]
    found = {"expected_error": 1 - mean.max(axis=1), "total": split.total}
    return found | ({"epistemic": split.epistemic, "sd": predicted.std(axis=0)} if len(draws) > 1 else {})


def nll(draws: np.ndarray, y: np.ndarray) -> float:
    """The mean negative log-likelihood of the mean prediction, in nats a picture."""
    mean = draws.mean(axis=0).astype(np.float64)[np.arange(len(y)), y]
    return float(-np.mean(np.log(np.maximum(mean, 1e-12))))


def of_test(draws: np.ndarray, y: np.ndarray) -> tuple[dict[str, float], dict[str, np.ndarray]]:
    """Scores of the mean prediction on the test pictures, and what is kept picture by picture."""
    mean = draws.mean(axis=0).astype(np.float64)
    right = mean.argmax(axis=1) == y
    found = {
        "test_accuracy": float(right.mean()),
        "test_nll": nll(draws, y),
        "test_brier": scores.brier(mean, y),
        "test_ece": uncertainty.calibration_error(mean, y),
        "wrong": float(np.sum(~right)),
    }
    of = doubts(draws)
    found |= {f"error/{name}": scores.auroc(doubt, ~right) for name, doubt in of.items()}
    found |= {f"mean_{name}/{who}": float(of[name][which].mean()) for name in of for who, which in
              (("right", right), ("wrong", ~right))}  # fmt: skip
    if len(draws) > 1:
        each = draws.argmax(axis=2)
        found["one_draw_accuracy"] = float(np.mean(each == y))
        found["wrong_and_unanimous"] = float(np.sum(uncertainty.all_agree(draws) & ~right))
    items = {"right": right} | {
        name: of[name].astype(np.float16) for name in ("expected_error", "epistemic") if name in of
    }
    return found, items


def of_foreign(draws: np.ndarray, test: np.ndarray, name: str) -> dict[str, float]:
    """How well each measure of doubt tells foreign pictures from test pictures (area under the ROC curve)."""
    theirs, ours = doubts(draws), doubts(test)
    is_foreign = np.repeat([False, True], [test.shape[1], draws.shape[1]])
    return {
        f"foreign/{name}/{doubt}": scores.auroc(np.concatenate([ours[doubt], theirs[doubt]]), is_foreign)
        for doubt in ours
    } | {f"mean_expected_error/{name}": float(theirs["expected_error"].mean())}


def shown(draws: np.ndarray, y: np.ndarray, pixels: np.ndarray) -> dict[str, np.ndarray]:
    """The least confident test pictures and the surest errors: pixels, class, probabilities, and the votes of draws."""
    mean, votes = draws.mean(axis=0), draws.argmax(axis=2)
    doubt, right = 1 - mean.max(axis=1), mean.argmax(axis=1) == y
    chosen = {
        "least_confident": np.argsort(-doubt, kind="stable")[:SHOWN],
        "surest_errors": np.argsort(np.where(right, np.inf, doubt), kind="stable")[:SHOWN],
    }
    found: dict[str, np.ndarray] = {}
    for name, at in chosen.items():
        share = np.stack([(votes[:, at] == c).mean(axis=0) for c in range(draws.shape[2])], axis=1)
        found |= {
            f"{name}/pixels": pixels[at],
            f"{name}/class": y[at].astype(np.uint8),
            f"{name}/probability": mean[at].astype(np.float16),
            f"{name}/votes": share.astype(np.float16),
        }
    return found
