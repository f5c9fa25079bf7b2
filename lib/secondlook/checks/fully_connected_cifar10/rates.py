"""The printed accuracies, precisions and recalls, and what is said of them: D37 to D39, D43, D45, D46."""

import numpy as np

from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import ALIKE, family
from secondlook.checks.fully_connected_cifar10.printed import CAR, CAT, DOG, TRUCK, Rates
from secondlook.checks.over_seeds import arm, together
from secondlook.checks.statistical import decide_sign, points
from secondlook.claims import Kind, Verdict, check
from secondlook.compare import paired
from secondlook.reconstruct import Counts, whole_counts

PRINTED = (printed.SMALL_TRAIN, printed.SMALL_TEST, printed.LARGE_TRAIN, printed.LARGE_TEST)


def counts(rates: Rates) -> Counts:
    """The whole numbers of pictures behind printed rates."""
    return whole_counts(rates.precision, rates.recall, rates.items // printed.CLASSES)


def accuracies(train: Rates, test: Rates, ours: str) -> Verdict:
    """Whether the two printed whole per cents are the rounded accuracies, which the printed recalls give exactly."""
    exact = [counts(rates).right.sum() / rates.items for rates in (train, test)]
    rounded = all(round(100 * share) == rates.accuracy for share, rates in zip(exact, (train, test), strict=True))
    of_ours = arm(ours).scores
    return decide(
        rounded,
        f"The printed recalls give {100 * exact[0]:.2f} % and {100 * exact[1]:.2f} % exactly; the document cuts the "
        f"decimals off where rounding gives {100 * exact[0]:.0f} and {100 * exact[1]:.0f}. Our "
        f"{len(arm(ours).seeds)} runs of the same settings reach {100 * of_ours['at_10/train_accuracy'].mean():.1f} % "
        f"and {100 * of_ours['at_10/test_accuracy'].mean():.1f} %.",
        f"{train.accuracy} % and {test.accuracy} %",
        f"{100 * exact[0]:.2f} % and {100 * exact[1]:.2f} %",
    )


@check("D37")
def small_net() -> Verdict:
    """The 3-layer net's accuracies."""
    return accuracies(printed.SMALL_TRAIN, printed.SMALL_TEST, "cifar10/as written")


@check("D43")
def large_net() -> Verdict:
    """The 6-layer net's accuracies."""
    return accuracies(printed.LARGE_TRAIN, printed.LARGE_TEST, "cifar10_larger/as written")


@check("D38")
def eighty_numbers() -> Verdict:
    """Whether whole pictures reproduce all printed rates, and the predicted counts add up to the set."""
    adds_up = all(counts(rates).predicted.sum() == rates.items for rates in PRINTED)
    small, large = counts(printed.SMALL_TEST), counts(printed.LARGE_TEST)
    return decide(
        adds_up,
        "Whole numbers of pictures reproduce all 80 numbers to the last digit, and the pictures predicted per class "
        f"add up to 50,000 and 10,000. Averaged over classes, test precision, recall and F1 are "
        f"{small.precision.mean():.4f}, {small.recall.mean():.4f} and {small.f1.mean():.4f} for the small net, "
        f"{large.precision.mean():.4f}, {large.recall.mean():.4f} and {large.f1.mean():.4f} for the large one.",
        "80 rates to eight decimals",
        "all 80 are consistent",
    )


def mistaken(confusion: np.ndarray, true: int, predicted: int) -> np.ndarray:
    """The share of a class's pictures taken for another class, ``(seeds,)``."""
    return confusion[:, true, predicted] / confusion[:, true].sum(axis=-1)


@check("D39")
def mistakes() -> Verdict:
    """Cats for dogs, few trucks for cars, more of them in the test, and cars for trucks too."""
    items = arm("cifar10/as written").items
    train, test = items["at_10/train_confusion"], items["at_10/test_confusion"]
    off = ~np.eye(printed.CLASSES, dtype=bool)
    taken_for = np.where(off, train, 0)  # (seeds, true, predicted), mistakes alone
    dogs_first = taken_for[:, CAT].argmax(axis=1) == DOG
    cars_first = taken_for[:, TRUCK].argmax(axis=1) == CAR
    mean = taken_for.mean(axis=0)
    few_of_trucks = mean[TRUCK].argmax() != CAR
    fewer_than_cats = paired(mistaken(train, CAT, DOG), mistaken(train, TRUCK, CAR))
    few: Kind = "upheld" if few_of_trucks and fewer_than_cats.low > 0 else "inconclusive"
    if not few_of_trucks and fewer_than_cats.high < 0:
        few = "not upheld"
    up = {
        "trucks taken for cars": paired(mistaken(test, TRUCK, CAR), mistaken(train, TRUCK, CAR)),
        "cars taken for trucks": paired(mistaken(test, CAR, TRUCK), mistaken(train, CAR, TRUCK)),
    }
    share = [(c / c.sum(axis=2, keepdims=True)).mean(axis=0) for c in (train, test)]
    alike = float(np.corrcoef(share[0][off], share[1][off])[0, 1])
    holds = mean[CAT].argmax() == DOG and all(found.low > 0 for found in up.values()) and alike > 0.9
    others = counts(printed.SMALL_TRAIN)
    called = int(others.predicted[CAR] - others.right[CAR])
    return Verdict(
        together("upheld" if holds else "not upheld", few),
        f"Dogs are what cats are taken for most, on average and in {dogs_first.sum()} of our {len(test)} runs. Few "
        f"trucks taken for cars in training? {100 * mistaken(train, TRUCK, CAR).mean():.1f} % of them are; cats are "
        f"taken for dogs oftener, by {points(fewer_than_cats)}; and in {cars_first.sum()} of the runs cars are what "
        f"trucks are taken for most. In the document's own run, by its printed rates, {called:,} pictures of all other "
        f"classes were called cars, in ours {taken_for[:, :, CAR].sum(axis=1).mean():,.0f}. From training to test, "
        + "; ".join(f"{name}: {points(found)}" for name, found in up.items())
        + f". The two sets' tables of mistakes have correlation {alike:.2f}: the same mistakes, oftener.",
    )


@check("D45")
def harder_classes() -> Verdict:
    """How well the classes named are told apart, large net minus small, over seeds; and what printed rates can say."""
    small, large = counts(printed.SMALL_TEST), counts(printed.LARGE_TEST)
    named = {"cats": CAT, "dogs": DOG, "cars": CAR, "trucks": TRUCK}
    over_seeds = {name: family()[f"apart: {name}"] for name in ALIKE}
    return Verdict(
        together(*(decide_sign(found, p, -1) for found, p in over_seeds.values())),
        "Of the pictures of the classes named that are taken for one of them, the share taken rightly changes "
        + "; ".join(f"for {name} by {points(found, p)}" for name, (found, p) in over_seeds.items())
        + ". The printed rates cannot say it: F1 changes by "
        + ", ".join(f"{large.f1[of] - small.f1[of]:+.3f} for {name}" for name, of in named.items())
        + f", but the larger net calls {large.predicted[CAT]:,} pictures cats where the small one calls "
        f"{small.predicted[CAT]:,}, which raises recall and lowers precision, whatever becomes of cats and dogs.",
    )


@check("D46")
def worse_rates() -> Verdict:
    """Precision and recall averaged over classes: as printed, and over seeds."""
    small, large = counts(printed.SMALL_TEST), counts(printed.LARGE_TEST)
    precision = large.precision.mean() - small.precision.mean()
    recall = large.recall.mean() - small.recall.mean()
    seen, seen_large = counts(printed.SMALL_TRAIN), counts(printed.LARGE_TRAIN)
    ours = {"precision": family()["mean precision"], "recall": family()["large - small, as written"]}
    never = (arm("cifar10_larger/as written").items["at_10/test_confusion"].sum(axis=1) == 0).any(axis=1)
    return decide(
        precision < 0 and recall < 0,
        f"By the printed vectors mean test recall falls ({small.recall.mean():.4f} to {large.recall.mean():.4f}) but "
        f"mean test precision rises ({small.precision.mean():.4f} to {large.precision.mean():.4f}); on the training "
        f"pictures both fall ({seen.recall.mean():.4f} to {seen_large.recall.mean():.4f} and "
        f"{seen.precision.mean():.4f} to {seen_large.precision.mean():.4f}). Over our seeds "
        + " and ".join(f"{rate} changes by {points(found, p)}" for rate, (found, p) in ours.items())
        + " (recall, averaged over classes of one size, is the accuracy). The precision of a class that is never "
        f"predicted, as in {never.sum()} of {len(never)} runs of the larger net, counts as 0.",
        "precision and recall are worse as well",
        f"worse but for the test precision: {precision:+.4f}, recall {recall:+.4f}",
    )
