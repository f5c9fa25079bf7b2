"""The printed accuracies, precisions and recalls, and what is said of them: D37, D38, D43, D45, D46."""

from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import ALIKE, family
from secondlook.checks.fully_connected_cifar10.printed import CAR, CAT, DOG, TRUCK, Rates
from secondlook.checks.over_seeds import arm, together
from secondlook.checks.over_seeds import decide as decide_over
from secondlook.checks.words import KEY, alone, lines, told
from secondlook.claims import Verdict, check
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


@check("D45")
def harder_classes() -> Verdict:
    """How well the classes named are told apart, large net minus small, over seeds; and what printed rates can say."""
    small, large = counts(printed.SMALL_TEST), counts(printed.LARGE_TEST)
    named = {"cats": CAT, "dogs": DOG, "cars": CAR, "trucks": TRUCK}
    over_seeds = {name: family()[f"apart: {name}"] for name in ALIKE}
    return Verdict(
        together(*(decide_over([one], -1) for one in over_seeds.values())),
        "From the small net to the large, the change in how well classes are told apart is "
        f"{told(over_seeds, at='for', what='group')}. The printed rates cannot say it: the large net calls "
        f"{large.predicted[CAT]:,} pictures cats where the small one calls {small.predicted[CAT]:,}, which raises "
        "recall and lowers precision, whatever becomes of cats and dogs.",
        evidence=(
            "How well classes are told apart is, of their pictures that are taken for one of them, the share taken for "
            "the right one.",
            *lines("Change of the share taken rightly", over_seeds),
            "The printed rates change F1 by "
            + ", ".join(f"{large.f1[of] - small.f1[of]:+.3f} for {name}" for name, of in named.items())
            + ".",
            KEY,
        ),
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
        f"mean test precision rises ({small.precision.mean():.4f} to {large.precision.mean():.4f}). Over our seeds "
        f"the larger net's precision differs by {alone(ours['precision'])} and its recall by {alone(ours['recall'])}.",
        "precision and recall are worse as well",
        f"worse but for the test precision: {precision:+.4f}, recall {recall:+.4f}",
        (
            f"On the training pictures both printed means fall, recall from {seen.recall.mean():.4f} to "
            f"{seen_large.recall.mean():.4f} and precision from {seen.precision.mean():.4f} to "
            f"{seen_large.precision.mean():.4f}.",
            *lines("Larger net minus smaller, mean over classes", ours),
            "Recall, averaged over classes of one size, is the accuracy.",
            f"The precision of a class that is never predicted, as in {never.sum()} of {len(never)} runs of the larger "
            "net, counts as 0.",
            KEY,
        ),
    )
