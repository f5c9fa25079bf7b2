"""How confident the nets are, deservedly or not, and on which pictures: C20, C21 and C22."""

from functools import cache

import numpy as np

from secondlook import uncertainty
from secondlook.checks.bayesian_mnist.arms import LONG, POINT, VARIATIONAL, arm, best
from secondlook.claims import Verdict, check
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
    share, share_of_point = (100 * values.mean() for values in unsure.values())
    (error, chance, _), (error_of_point, chance_of_point, _) = map(calibration, unsure)
    return Verdict(
        "upheld" if unsure[LONG].min() > 0 else "not upheld",
        f"On {share:.2f} % of the test pictures the variational net gives no class a probability of "
        f"{100 * SURE:.0f} % or more, a point estimate on {share_of_point:.2f} %. A net that is never sure would pass "
        "too; what counts is whether its confidence is right. The calibration error of the variational net is "
        f"{100 * error:.2f} points, where chance alone gives {100 * chance:.2f}; that of a point estimate "
        f"{100 * error_of_point:.2f}, where chance gives {100 * chance_of_point:.2f}.",
        evidence=(
            *(
                f"{name.capitalize()}: it expects to be right {100 * abs(over):.2f} points "
                f"{'more' if over > 0 else 'less'} often than it is."
                for name, (_, _, over) in ((name, calibration(name)) for name in unsure)
            ),
            f"All numbers are means over {len(arm(LONG).seeds)} seeds; the variational net is *{LONG}*.",
        ),
    )


@check("C21")
def wrong_without_doubt() -> Verdict:
    """Wrong test pictures on which all draws agree, in every run of every variational arm.

    Upheld if one arm has as many as are printed in each of its runs, not upheld if no run of any has.
    """
    agreed = {name: arm(name).scores["wrong_and_unanimous"].astype(int) for name in VARIATIONAL}
    wrong = arm(LONG).scores["wrong"].astype(int)
    low, high = exact_share(int(agreed[LONG][0]), int(wrong[0]))
    always, ever = (sum(enough(counts >= len(PRINTED)) for counts in agreed.values()) for enough in (np.all, np.any))
    return Verdict(
        "upheld" if always else "inconclusive" if ever else "not upheld",
        f"As many as are printed, {len(PRINTED)} wrong pictures or more on which all {DRAWS} draws agree, are found in "
        f"every run of {always} of our {len(agreed)} variational nets, and in some run of {ever}. No variance of draws "
        f"finds these errors; C19 says how well it ranks all errors. That no draw of {DRAWS} deviates means that fewer "
        f"than {100 * (1 - 0.05 ** (1 / DRAWS)):.1f} % do, at 95 % confidence, not that none does.",
        evidence=(
            *(
                f"Wrong pictures on which all draws agree, run by run, {name}: {', '.join(map(str, counts))}."
                for name, counts in agreed.items()
            ),
            f"In the first run of *{LONG}* that is {agreed[LONG][0]} of {wrong[0]} wrong ones, {100 * low:.1f} to "
            f"{100 * high:.1f} % by the exact 95 % interval.",
        ),
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
        "not testable here",
        "Those very pictures need that very net. What they show, that the least confident pictures are some of them "
        f"wrong and some right, is nothing special: of the {n} least confident in each run of *{best()}* "
        f"{', '.join(map(str, right))} are right. Low confidence is no error, and should not be: where a net gives its "
        "answer a probability of 0.4, it should be right on four in ten.",
        evidence=(
            f"In the first run {right[0]} of {n} are right, {100 * low:.0f} to {100 * high:.0f} % by the exact 95 % "
            "interval.",
            f"Of the three kinds printed ours hold: {', '.join(seen) or 'none'}.",
        ),
    )
