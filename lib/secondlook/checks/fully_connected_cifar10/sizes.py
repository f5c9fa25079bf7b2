"""The ReLU on the logits, more pictures, larger nets, convolutions: D32, D40, D41, D44, D47 and D48."""

from typing import NamedTuple

import jax
import numpy as np

from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import AFTER_TEN, AT_END, family, left_by_more_pictures
from secondlook.checks.over_seeds import arm, by_score, discordances, item_by_item, together
from secondlook.checks.statistical import decide_sign, points
from secondlook.claims import Verdict, check


def stuck(draws: int = 2000) -> tuple[float, float]:
    """Items whose true class has a negative pre-activation: their least loss, and their largest gradient towards it.

    The logits are the positive parts of random pre-activations; the gradient is JAX's.
    """
    before = np.random.default_rng(0).normal(0, 2, (draws, printed.CLASSES))
    before[:, 0] = -np.abs(before[:, 0])  # class 0 is the true one

    def loss(before: jax.Array) -> jax.Array:
        return -jax.nn.log_softmax(jax.nn.relu(before))[0]

    losses, gradients = jax.vmap(jax.value_and_grad(loss))(before)
    return float(losses.min()), float(abs(gradients[:, 0]).max())


@check("D32")
def relu_on_logits() -> Verdict:
    """What a ReLU on the logits does to an item, and to accuracy over seeds."""
    least_loss, gradient = stuck()
    guessing = np.log(printed.CLASSES)
    found, p = family()["relu"]
    zero = 100 * arm("cifar10/as written").scores["at_10/true_logit_zero"]
    harmless = gradient > 0 or least_loss < guessing - 1e-6
    return decide(
        harmless,
        f"When the true class's pre-activation is negative its logit is 0: the loss is at least ln 10 = {guessing:.3f} "
        f"(the least of 2,000 random cases is {least_loss:.3f}), and no gradient reaches it. After ten epochs "
        f"{np.median(zero):.1f} % of the test pictures are in that state in the median run, and {zero.max():.1f} % in "
        f"the worst of {len(zero)}. Without that ReLU the accuracy changes by {points(found, p)}. "
        + item_by_item("cifar10/mended", "at_10/test_right", "cifar10/as written", "at_10/test_right")
        + ", first without and second with the ReLU.",
        "ReLU on the output layer too",
        "no activation on the logits: the softmax of the loss takes any real number",
    )


@check("D40")
def more_pictures() -> Verdict:
    """Whether twice the pictures, at as many steps, bring a better test accuracy, twice over; and where most."""
    steps = {name: family()[f"pictures: {name}"] for name in ("half - quarter", "full - half")}
    alike, others = (left.mean() for left in left_by_more_pictures())
    gap, p_gap = family()["pictures: mistakes left, alike - others"]
    return Verdict(
        together(*(decide_sign(found, p, +1) for found, p in steps.values()), decide_sign(gap, p_gap, -1)),
        "With as many steps, from 12,500 to 25,000 pictures the test accuracy changes by "
        f"{points(*steps['half - quarter'])}; from 25,000 to 50,000 by {points(*steps['full - half'])}. Above all for "
        "classes that look alike? Of two classes' pictures that are taken for one of the two, some are taken for the "
        "wrong one. With four times the pictures that share shrinks, on average over pairs of animals and cars with "
        f"trucks, to {alike:.1%} of what it was, over all other pairs to {others:.1%}; the difference is "
        f"{points(gap, p_gap)}.",
    )


def trained_out() -> str:
    """How far the two nets of two layers are trained, in words."""
    wide, narrow = (arm(of).scores["end/train_accuracy"].mean() for of in ("cifar10/mended", "cifar10_smaller/narrow"))
    return f"trained until {100 * wide:.0f} % and {100 * narrow:.0f} % of the training pictures are learnt"


@check("D41")
def bigger_is_better() -> Verdict:
    """Whether a wider net is better, trained out, and whether one that is deeper, too, is better after ten epochs."""
    wide, large = family()["wide - narrow, converged"], family()["large - small, as written"]
    ten = by_score("cifar10/mended", AFTER_TEN, "cifar10_smaller/narrow", AFTER_TEN)
    return Verdict(
        together(decide_sign(*wide, +1), decide_sign(*large, +1)),
        f"Wider: two hidden layers of 1,000 units against 250, {trained_out()}, differ in test accuracy by "
        f"{points(*wide)}; after ten epochs by {100 * ten.difference:+.2f} ({100 * ten.low:+.2f} to "
        f"{100 * ten.high:+.2f}, not adjusted). Deeper, too: five of 2,000 against two of 1,000, as written, after "
        f"ten epochs, by {points(*large)} (D44).",
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
    found, p = family()["large - small, as written"]
    worse = sum(pair.only_a < pair.only_b for pair in discordances(*LARGE_AND_SMALL))
    gap, noise, between, between_large = printed_gap()
    train = [
        arm(f"{study}/as written").scores["at_10/train_accuracy"].mean() for study in ("cifar10", "cifar10_larger")
    ]
    return Verdict(
        decide_sign(found, p, -1),
        f"The printed difference is {100 * gap:.2f} points on {printed.TEST_IMAGES:,} pictures. By the number "
        f"on which our pairs disagree its noise is {100 * noise:.2f} points, so that the two fits may well differ. But "
        f"runs of one net that differ by the seed alone have a standard deviation of {100 * between:.2f} points (the "
        f"small) and {100 * between_large:.2f} (the large): one pair of runs shows nothing about the nets. "
        f"Over seeds, as written, after ten epochs, the larger net's test accuracy differs by "
        f"{points(found, p)}, and is lower in {worse} of {found.n} pairs; its training accuracy is "
        f"{100 * train[1]:.1f} % against {100 * train[0]:.1f} %. "
        + item_by_item(*LARGE_AND_SMALL)
        + ", first the larger. A longer training of it was not run.",
    )


@check("D47")
def fewer_nodes_prune() -> Verdict:
    """If fewer nodes gave more telling features, the narrower net would be better once both are trained out."""
    found, p = family()["wide - narrow, converged"]
    return Verdict(
        decide_sign(found, p, -1),
        f"Two hidden layers of 1,000 units against 250, {trained_out()}, differ in test accuracy by "
        f"{points(found, p)}. If fewer nodes passed on more telling features, the narrow net would win. More layers, "
        "and more than 1,000 units, are not tested so: at the document's own sizes no difference is told (D44).",
    )


@check("D48")
def convolutions_are_better() -> Verdict:
    """A small convolutional net with as many parameters, trained alike, against the fully connected net."""
    found, p = family()["convolutional - fully connected"]
    conv, linear = arm("cifar10_convolutional/convolutional"), arm("cifar10/mended")
    longer = "longer" if np.median(linear.seconds) > np.median(conv.seconds) else "not so long"
    return Verdict(
        decide_sign(found, p, +1),
        f"Two convolutions and as many parameters, trained alike for ten epochs, reach "
        f"{100 * conv.scores[AFTER_TEN].mean():.1f} % on the test pictures: {points(found, p)} against the fully "
        f"connected net. That one's forty epochs took {longer}, and end at "
        f"{100 * linear.scores[AT_END].mean():.1f} %. "
        + item_by_item("cifar10_convolutional/convolutional", "at_10/test_right", "cifar10/mended", "at_10/test_right")
        + ", first the convolutional. A ceiling of fully connected nets is not tested; published ones are as good as "
        "this convolutional net or better: Lin, Memisevic and Konda (2015) report about 70 %, with special training, "
        "and almost 78 % with deformed pictures besides.",
    )
