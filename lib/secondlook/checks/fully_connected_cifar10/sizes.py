"""The ReLU on the logits, more pictures, larger nets, convolutions: D32, D40, D41, D44, D47 and D48."""

import numpy as np
from scipy import stats
from scipy.special import softmax

from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import family
from secondlook.checks.over_seeds import arm, item_by_item
from secondlook.checks.statistical import decide_sign, points
from secondlook.claims import Verdict, check


def stuck(draws: int = 2000) -> tuple[float, float]:
    """Items whose true class has a negative pre-activation: their least loss, and their largest gradient towards it.

    The logits are the positive parts of random pre-activations. In the true class's pre-activation the loss has the
    gradient softmax − 1, times the slope of the ReLU there.
    """
    before = np.random.default_rng(0).normal(0, 2, (draws, printed.CLASSES))
    before[:, 0] = -np.abs(before[:, 0])  # class 0 is the true one
    p_true = softmax(np.maximum(before, 0), axis=1)[:, 0]
    return float(-np.log(p_true).max()), float(np.abs((p_true - 1) * (before[:, 0] > 0)).max())


@check("D32")
def relu_on_logits() -> Verdict:
    """What a ReLU on the logits does to an item, and to accuracy over seeds."""
    least_loss, gradient = stuck()
    guessing = np.log(printed.CLASSES)
    found, p = family()["relu"]
    zero = 100 * arm("cifar10/as written").scores["at_10/true_logit_zero"]
    harmless = gradient > 0 or least_loss < guessing - 1e-12
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
    """Whether twice the pictures, at as many steps, bring a better test accuracy, twice over."""
    steps = {name: family()[f"pictures: {name}"] for name in ("half - quarter", "full - half")}
    kinds = {decide_sign(found, p, +1) for found, p in steps.values()}
    return Verdict(
        kinds.pop() if len(kinds) == 1 else "inconclusive",
        "With as many steps, from 12,500 to 25,000 pictures the test accuracy changes by "
        f"{points(*steps['half - quarter'])}; from 25,000 to 50,000 by {points(*steps['full - half'])}. That the "
        "mistakes themselves point to it is not shown.",
    )


@check("D41")
def bigger_is_better() -> Verdict:
    """Whether a wider net is better, when both have learnt their training pictures."""
    found, p = family()["wide - narrow, converged"]
    return Verdict(
        decide_sign(found, p, +1),
        "Hidden layers of 1,000 units against 250, both trained until the training pictures are learnt: the test "
        f"accuracy differs by {points(found, p)}. What six layers do is D44.",
    )


@check("D44")
def larger_is_worse() -> Verdict:
    """The printed difference with its own uncertainty, and the difference over seeds after ten epochs."""
    small, large = (rates.recall.mean() for rates in (printed.SMALL_TEST, printed.LARGE_TEST))
    z = (small - large) / np.sqrt((small * (1 - small) + large * (1 - large)) / printed.TEST_IMAGES)
    found, p = family()["large - small, as written"]
    train = [
        arm(f"{study}/as written").scores["at_10/train_accuracy"].mean() for study in ("cifar10", "cifar10_larger")
    ]
    return Verdict(
        decide_sign(found, p, -1),
        f"The printed difference, {100 * (small - large):.2f} points on {printed.TEST_IMAGES:,} pictures, has "
        f"z = {z:.2f} and p = {2 * stats.norm.sf(z):.2f}: one pair shows nothing. Over seeds, as written, after "
        f"ten epochs, the larger net's test accuracy differs by {points(found, p)}; its training accuracy is "
        f"{100 * train[1]:.1f} % against {100 * train[0]:.1f} %. "
        + item_by_item("cifar10_larger/as written", "at_10/test_right", "cifar10/as written", "at_10/test_right")
        + ", first the larger.",
    )


@check("D47")
def fewer_nodes_prune() -> Verdict:
    """If fewer nodes gave more telling features, the narrower net would be better once both are trained out."""
    found, p = family()["wide - narrow, converged"]
    return Verdict(
        decide_sign(found, p, -1),
        "Trained until the training pictures are learnt, hidden layers of 1,000 units against 250 differ in test "
        f"accuracy by {points(found, p)}. If fewer nodes passed on more telling features, the narrow net would win.",
    )


@check("D48")
def convolutions_are_better() -> Verdict:
    """A small convolutional net with as many parameters, trained alike, against the fully connected net."""
    found, p = family()["convolutional - fully connected"]
    conv = arm("cifar10_convolutional/convolutional").scores["at_10/test_accuracy"]
    return Verdict(
        decide_sign(found, p, +1),
        f"Two convolutions and as many parameters, trained alike for ten epochs, reach {100 * conv.mean():.1f} % on "
        f"the test pictures: {points(found, p)} against the fully connected net. "
        + item_by_item("cifar10_convolutional/convolutional", "at_10/test_right", "cifar10/mended", "at_10/test_right")
        + ", first the convolutional. A ceiling of fully connected nets is another matter: Lin, Memisevic and Konda "
        "(2015) report about 70 %, with special training.",
    )
