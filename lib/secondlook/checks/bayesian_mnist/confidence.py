"""How confident the nets are, deservedly or not, and on which pictures: C20, C21 and C22."""

from functools import cache

import numpy as np

from secondlook import uncertainty
from secondlook.checks.bayesian_mnist.arms import LONG, POINT, VARIATIONAL, arm, best
from secondlook.claims import Kind, Verdict, check
from secondlook.compare_items import exact_share
from secondlook.results import Arm
from secondlook.studies.mnist.config import DRAWS

SURE = 0.9
CLASSES = 10
PRINTED = ((4, 0), (6, 8), (1, 1))
"""The three pictures of lowest confidence: what they are, and what they are taken for. As many errors are unanimous."""


def confidence(of: Arm) -> np.ndarray:
    """The largest probability of every test picture, ``(seeds, pictures)``."""
    return 1 - of.items["expected_error"].astype(np.float64)


def spread(largest: np.ndarray) -> np.ndarray:
    """Probabilities ``(items, classes)`` whose first is the largest one and whose others are equal."""
    rest = (1 - largest) / (CLASSES - 1)
    return np.column_stack([largest, np.repeat(rest[:, None], CLASSES - 1, axis=1)])


def error_by_chance(largest: np.ndarray, draws: int = 100) -> np.ndarray:
    """The calibration errors ``(draws,)`` of made-up answers that are right just as often as the confidence says."""
    rng, p = np.random.default_rng(0), spread(largest)
    return np.array([uncertainty.calibration_error(p, rng.random(len(p)) > largest) for _ in range(draws)])


@cache
def calibration(name: str) -> tuple[float, float, float]:
    """The mean calibration error over seeds, that of chance, and the mean of confidence minus accuracy."""
    of = arm(name)
    largest = confidence(of)
    chance = np.mean([error_by_chance(row).mean() for row in largest])
    return float(of.scores["test_ece"].mean()), float(chance), float(largest.mean() - of.items["right"].mean())


@check("C20")
def not_always_confident() -> Verdict:
    """The share of test pictures without a sure class, and the calibration error against that of chance."""
    unsure = {name: (confidence(arm(name)) < SURE).mean(axis=1) for name in (LONG, POINT)}
    told = []
    for name, share in unsure.items():
        error, chance, over = calibration(name)
        told.append(
            f"{name}: {100 * share.mean():.2f} % of the pictures; calibration error {100 * error:.2f} points, where "
            f"chance alone gives {100 * chance:.2f}; it expects to be right {100 * abs(over):.2f} points "
            f"{'more' if over > 0 else 'less'} often than it is"
        )
    return Verdict(
        "upheld" if unsure[LONG].min() > 0 else "not upheld",
        f"No class has a probability of {SURE:.0%} or more, means over {len(arm(LONG).seeds)} seeds: "
        f"{'. '.join(told)}. A net that is never sure would pass too; what counts is whether its confidence is right.",
    )


@check("C21")
def wrong_without_doubt() -> Verdict:
    """Wrong test pictures on which all draws agree, in every run of every variational arm.

    Upheld if one arm has as many as are printed in each of its runs, not upheld if no run of any has.
    """
    agreed = {name: arm(name).scores["wrong_and_unanimous"].astype(int) for name in VARIATIONAL}
    wrong = arm(LONG).scores["wrong"].astype(int)
    low, high = exact_share(int(agreed[LONG][0]), int(wrong[0]))
    kind: Kind = "inconclusive"
    if any(counts.min() >= len(PRINTED) for counts in agreed.values()):
        kind = "upheld"
    elif all(counts.max() < len(PRINTED) for counts in agreed.values()):
        kind = "not upheld"
    counted = "; ".join(f"{name}: {', '.join(map(str, counts))}" for name, counts in agreed.items())
    return Verdict(
        kind,
        f"Wrong pictures on which all {DRAWS} draws agree, run by run: {counted}. In the first run of the first that "
        f"is {agreed[LONG][0]} of {wrong[0]} wrong ones, {low:.1%} to {high:.1%} by the exact 95 % interval. That "
        f"no draw of {DRAWS} deviates means that fewer than {1 - 0.05 ** (1 / DRAWS):.1%} do, at 95 % confidence, not "
        "that none does. No variance of draws finds these errors; C19 says how well it ranks all errors.",
    )


def least_confident() -> tuple[np.ndarray, np.ndarray]:
    """Of each run's least confident test pictures the class and the class they are taken for, ``(seeds, pictures)``.

    They are those of the chosen variational arm, which notebook 11 shows.
    """
    items = arm(best()).items
    return items["least_confident/class"].astype(int), items["least_confident/probability"].argmax(axis=2)


@check("C22")
def lowest_confidence() -> Verdict:
    """How many of the least confident test pictures are classified right."""
    y, predicted = least_confident()
    right = (y == predicted).sum(axis=1)
    n = y.shape[1]
    low, high = exact_share(int(right[0]), n)
    seen = [f"{a} as {b}" for a, b in PRINTED if np.any((y == a) & (predicted == b))]
    return Verdict(
        "upheld" if right.max() > 0 and right.min() < n else "not upheld",
        "Those very pictures need that very net. What they show, that the least confident pictures are some of them "
        f"wrong and some right, can be tested: of the {n} least confident in each run "
        f"of *{best()}* {', '.join(map(str, right))} are right (in the first {low:.0%} to {high:.0%} by the exact 95 % "
        f"interval). Of the three kinds printed ours hold: {', '.join(seen) or 'none'}. Low confidence is no error, "
        "and should not be: where a net gives its answer a probability of 0.4, it should be right on four in ten.",
    )
