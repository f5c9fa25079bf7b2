"""More pictures, larger nets, convolutions: D40, D41, D44, D47 and D48."""

from typing import NamedTuple

import numpy as np

from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import AFTER_TEN, AT_END, by_more_pictures, family
from secondlook.checks.over_seeds import LEVEL, arm, by_score, decide, discordances, item_by_item, together
from secondlook.checks.words import KEY, alone, brief
from secondlook.claims import Kind, Verdict, check


@check("D40")
def more_pictures() -> Verdict:
    """Whether twice the pictures, at as many steps, bring a better test accuracy, twice over; and where most."""
    first, second = (family()[f"pictures: {name}"] for name in ("half - quarter", "full - half"))
    (saved, saved_of_others), (left, left_of_others) = (map(np.mean, of) for of in by_more_pictures())
    in_points, in_shares = (family()[f"pictures: mistakes {what}, alike - others"] for what in ("saved", "left"))
    by_points, by_shares = decide([in_points], +1), decide([in_shares], -1)
    above_all: Kind = by_points if by_points == by_shares else "inconclusive"
    return Verdict(
        together(decide([first], +1), decide([second], +1), above_all),
        f"With as many steps, from 12,500 to 25,000 pictures the test accuracy changes by {alone(first)}, from 25,000 "
        f"to 50,000 by {alone(second)}. Above all for classes that look alike? With four times the pictures, "
        f"confusions among animals and of cars with trucks fall by {100 * saved:.1f} points, all others by "
        f"{100 * saved_of_others:.1f}; as shares, {100 * left:.1f} % of them are left, and "
        f"{100 * left_of_others:.1f} % of all others. Where the two scales disagree this part stays open.",
        evidence=(
            f"Test accuracy with 25,000 pictures minus 12,500: {brief(*first)}.",
            f"Test accuracy with 50,000 pictures minus 25,000: {brief(*second)}.",
            "Confusions of two classes are counted by the share taken for the wrong one, of their pictures that are "
            "taken for one of the two; shares are averaged over pairs of classes.",
            f"Points by which confusions fall, classes that look alike minus others: {brief(*in_points)}.",
            f"Shares of confusions that are left, classes that look alike minus others: {brief(*in_shares)}.",
            KEY,
        ),
    )


def trained_out() -> str:
    """How far the two nets of two layers are trained, in words."""
    nets = [arm(of) for of in ("cifar10/mended", "cifar10_smaller/narrow")]
    wide, narrow = (100 * net.scores["end/train_accuracy"].mean() for net in nets)
    epochs, more = (net.config["epochs"] for net in nets)
    return (
        f"trained until {wide:.0f} % and {narrow:.0f} % of the training pictures are learnt ({epochs}, {more} epochs)"
    )


@check("D41")
def bigger_is_better() -> Verdict:
    """Whether a wider net is better, trained out, and whether one that is deeper, too, is better after ten epochs."""
    wide, large = family()["wide - narrow, converged"], family()["large - small, as written"]
    ten = by_score("cifar10/mended", AFTER_TEN, "cifar10_smaller/narrow", AFTER_TEN)
    return Verdict(
        together(decide([wide], +1), decide([large], +1)),
        f"Wider: two hidden layers of 1,000 units against 250, {trained_out()}, differ in test accuracy by "
        f"{alone(wide)}. Deeper, too: five of 2,000 against two of 1,000, as written, after ten epochs, differ by "
        f"{alone(large)}; D44 has more on these.",
        evidence=(
            f"Wider, trained out: {brief(*wide)}.",
            f"Wider, after ten epochs, not adjusted: {brief(ten)}.",
            f"Wider and deeper, as written, after ten epochs: {brief(*large)}.",
            KEY,
        ),
    )


LARGE_AND_SMALL = "cifar10_larger/as written", "at_10/test_right", "cifar10/as written", "at_10/test_right"


class Gap(NamedTuple):
    """The printed accuracies, small net minus large, with the noise of pictures and the spreads between runs."""

    printed: float
    noise: float
    between: float
    between_large: float


def printed_gap() -> Gap:
    """Noise is the standard error of a difference of accuracies on the same pictures, √(pictures that only one is
    right on) over their number, by the median of our pairs; the spreads are those of our runs of either net.
    """
    small, large = (rates.recall.mean() for rates in (printed.SMALL_TEST, printed.LARGE_TEST))
    pairs = discordances(*LARGE_AND_SMALL)
    only_one = np.median([pair.only_a + pair.only_b for pair in pairs])
    of_small, of_large = (
        arm(f"{study}/as written").scores["at_10/test_accuracy"].std(ddof=1) for study in ("cifar10", "cifar10_larger")
    )
    return Gap(small - large, float(np.sqrt(only_one)) / printed.TEST_IMAGES, of_small, of_large)


@check("D44")
def larger_is_worse() -> Verdict:
    """The printed difference with its own uncertainty, and the difference over seeds after ten epochs."""
    compared = family()["large - small, as written"]
    pairs = discordances(*LARGE_AND_SMALL)
    worse = sum(pair.only_a < pair.only_b for pair in pairs)
    gap, noise, between, between_large = printed_gap()
    well = "well " if gap > 2 * noise else ""
    large, small = (
        100 * arm(f"{study}/as written").scores["at_10/train_accuracy"].mean()
        for study in ("cifar10_larger", "cifar10")
    )
    return Verdict(
        decide([compared], -1),
        f"The document prints one run of each net; their accuracies are {100 * gap:.2f} points apart. But the random "
        f"seed alone moves an accuracy, too: between our runs its standard deviation is {100 * between:.2f} points for "
        f"the small net and {100 * between_large:.2f} for the large. Over {len(pairs)} pairs of runs, as written, "
        f"after ten epochs, the large net's test accuracy differs by {alone(compared)}; it is lower in {worse} of "
        "them. A longer training of it was not run.",
        evidence=(
            f"Test accuracy of the larger net minus that of the smaller: {brief(*compared)}.",
            f"By the number of the {printed.TEST_IMAGES:,} pictures on which our pairs disagree, the printed "
            f"difference has a noise of {100 * noise:.2f} points, so that the two fits may {well}differ.",
            "By the seeds alone the difference between one run of either net has a standard deviation of "
            f"{100 * np.hypot(between, between_large):.2f} points: one pair of runs shows nothing about nets that "
            "differ by less.",
            f"Training accuracy of the larger net is {large:.1f} %, of the smaller {small:.1f} %.",
            f"{item_by_item(*LARGE_AND_SMALL)}, first the larger.",
            KEY,
        ),
    )


@check("D47")
def fewer_nodes_prune() -> Verdict:
    """If fewer nodes gave more telling features, the narrower net would be better once both are trained out."""
    compared = family()["wide - narrow, converged"]
    own = "a" if family()["large - small, as written"].p < LEVEL else "no"
    return Verdict(
        decide([compared], -1),
        "If fewer nodes passed on more telling features, the narrow net would win. Two hidden layers of 1,000 units "
        f"against 250, {trained_out()}, differ in test accuracy by {alone(compared)}. More layers, and more than 1,000 "
        f"units, are not tested so: at the document's own sizes {own} difference is told (D44).",
        evidence=(f"Test accuracy with 1,000 units minus 250: {brief(*compared)}.", KEY),
    )


@check("D48")
def convolutions_are_better() -> Verdict:
    """A small convolutional net with as many parameters, trained alike, against the fully connected net."""
    compared = family()["convolutional - fully connected"]
    conv, linear = arm("cifar10_convolutional/convolutional"), arm("cifar10/mended")
    longer = "longer" if np.median(linear.seconds) > np.median(conv.seconds) else "not so long"
    return Verdict(
        decide([compared], +1),
        "A net with two convolutions and as many parameters, trained alike for ten epochs, is right on "
        f"{100 * conv.scores[AFTER_TEN].mean():.1f} % of the test pictures: {alone(compared)} against the fully "
        f"connected net's {100 * linear.scores[AFTER_TEN].mean():.1f} % (both without the last ReLU), which after "
        f"forty epochs is at {100 * linear.scores[AT_END].mean():.1f} %. Whether fully connected nets have a ceiling "
        "is not tested; published ones reach about 70 % with special training, and more with deformed pictures.",
        evidence=(
            f"Test accuracy of the convolutional net minus that of the fully connected one: {brief(*compared)}.",
            f"The forty epochs of the fully connected net took {longer} than the ten of the convolutional one.",
            item_by_item(
                "cifar10_convolutional/convolutional", "at_10/test_right", "cifar10/mended", "at_10/test_right"
            )
            + ", first the convolutional.",
            "Published fully connected nets are as good as this convolutional net or better: Lin, Memisevic and Konda "
            "(2015) report about 70 %, with special training, and almost 78 % with deformed pictures besides.",
            KEY,
        ),
    )
