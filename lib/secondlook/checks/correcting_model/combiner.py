"""The correcting model as a linear combiner of two outputs: B31 and B32."""

import jax
import jax.numpy as jnp
import numpy as np
from scipy.special import softmax

from secondlook import networks
from secondlook.checks.correcting_model import printed
from secondlook.checks.correcting_model.family import (
    FROM_RANDOM,
    MAIN,
    THROUGH_COMBINER,
    TWO_TESTS,
    across,
    in_each,
    within_half_a_point,
)
from secondlook.checks.exact import decide
from secondlook.checks.over_seeds import LEVEL, alike, together
from secondlook.checks.songs import ACCURACY, MARGIN, NLL, by_accuracy
from secondlook.checks.words import KEY, NATS, lines, told
from secondlook.claims import Kind, Verdict, check


def combined(o1: np.ndarray, o2: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Probabilities from a linear combiner without bias, as the network of notebook 07 has it."""
    combiner = networks.linear(2 * o1.shape[1], o1.shape[1])
    combiner.set_weights([kernel, np.zeros(o1.shape[1])])
    return softmax(np.asarray(combiner(np.hstack([o1, o2])), np.float64), axis=1)


def sum_as_combiner(classes: int) -> np.ndarray:
    """The kernel that adds the two outputs class by class: two identity matrices, one below the other."""
    return np.tile(np.eye(classes), (2, 1))


def reproduces(kernel: np.ndarray) -> bool:
    """Whether the combiner with this kernel gives softmax(o_1 + o_2), at random logits."""
    o1, o2 = np.random.default_rng(32).normal(0, 2, (2, 40, kernel.shape[1]))
    return np.allclose(combined(o1, o2, kernel), softmax(o1 + o2, axis=1), atol=1e-5)


def is_uniform(kernel: np.ndarray) -> bool:
    """Whether all classes get the same probability, whatever the two models say."""
    o1, o2 = np.random.default_rng(33).normal(0, 2, (2, 40, kernel.shape[1]))
    return np.allclose(combined(o1, o2, kernel), 1 / kernel.shape[1], atol=1e-5)


@check("B32")
def all_weights_one() -> Verdict:
    """Probabilities with every weight one, and with ones only where a class meets itself."""
    right = sum_as_combiner(10)
    ones, zeros = int(np.sum(right == 1)), int(np.sum(right == 0))
    return decide(
        reproduces(printed.combiner(10)),
        f"With every weight one, all logits are the sum of both models' logits over the classes, the same for each "
        f"class, and {'all classes get 1/10' if is_uniform(printed.combiner(10)) else 'the classes still differ'}. The "
        f"sum o₁ + o₂ is the combiner of two identity matrices, bias 0: {ones} weights are one, {zeros} are zero.",
        "all weights of the combiner one",
        f"[I I], bias 0: {ones} ones and {zeros} zeros",
    )


def rank_of_outputs(classes: int, hidden: int, *, combine: bool, of_probabilities: bool = False) -> int:
    """In how many directions the outputs on many random songs move with the top layers' weights.

    The top layers are the second model's output layer and, with `combine`, a linear combiner of both outputs after it.
    """
    rng = np.random.default_rng(31)
    songs = 8 * (hidden + classes)
    o1, h = jnp.asarray(rng.normal(size=(songs, classes))), jnp.asarray(rng.normal(size=(songs, hidden)))
    sizes = {"V": (hidden, classes), "c": (classes,)}
    sizes |= {"A": (classes, classes), "B": (classes, classes), "b": (classes,)} if combine else {}

    def outputs(w: dict[str, jax.Array]) -> jax.Array:
        o2 = h @ w["V"] + w["c"]
        return o1 @ w["A"] + o2 @ w["B"] + w["b"] if combine else o1 + o2

    at = {name: jnp.asarray(rng.normal(size=size)) for name, size in sizes.items()}
    logits, slopes = jax.jit(lambda w: (outputs(w), jax.jacobian(outputs)(w)))(at)
    slope = np.concatenate([np.reshape(s, (songs, classes, -1)) for s in slopes.values()], axis=2)
    if of_probabilities:  # the slope of log softmax takes off its mean under softmax
        slope = slope - np.sum(softmax(logits, axis=1)[:, :, None] * slope, axis=1, keepdims=True)
    return int(np.linalg.matrix_rank(slope.reshape(songs * classes, -1), 1e-4))


def added(classes: int, hidden: int = 6, *, of_probabilities: bool = False) -> int:
    """How many degrees of freedom a linear combiner adds to the sum of the outputs."""
    with_it, without = (
        rank_of_outputs(classes, hidden, combine=combine, of_probabilities=of_probabilities)
        for combine in (True, False)
    )
    return with_it - without


@check("B31")
def through_a_combiner() -> Verdict:
    """Which parameters of the combiner are new, and whether it makes a difference on test songs."""
    sizes = (2, 3, 4)
    new = all(added(c) == c**2 and added(c, of_probabilities=True) == c * (c - 1) for c in sizes)
    whole, block = networks.outline(lambda: networks.linear(20, 10)).count_params(), 10 * 10
    corrected = networks.outline(lambda: networks.correcting(10, (120, 25)))
    none_added = corrected.count_params() == networks.outline(lambda: networks.genre_mlp(10)).count_params()
    exact: Kind = "upheld" if new and none_added else "not upheld"
    compared = across(THROUGH_COMBINER)
    equal = within_half_a_point(compared)
    return Verdict(
        together(exact, alike(compared.values(), MARGIN[ACCURACY])),
        f"The combiner has {whole} parameters. Its block on the second output and its bias, {whole - block} in all, "
        f"do nothing that the second model's own output layer cannot do; the block on the first output, {block}, is "
        f"new. Accuracy with the combiner minus without is {told(compared)}. Shown to be within half a point: "
        f"{sum(p < LEVEL for p in equal.values())} of {len(equal)}. {by_accuracy(THROUGH_COMBINER, MAIN)}",
        evidence=(
            f"Of the {block} new parameters {block - 10} move probabilities: the ranks of the outputs' slopes at "
            f"{', '.join(map(str, sizes))} classes {'say so' if new else 'do not say so'}.",
            *lines("With the combiner minus without", compared),
            f"{TWO_TESTS}: {', '.join(f'{where} p = {p:.2g}' for where, p in equal.items())}.",
            f"With the combiner minus without in NLL: {in_each(THROUGH_COMBINER, MAIN, NLL, NATS)}; more is worse.",
            "This combiner begins as the sum; one that starts at random, as the document's seems to, has to learn to "
            "add, for which a few hundred songs give it about a thousand steps.",
            f"The combiner that starts at random minus none: {in_each(FROM_RANDOM, MAIN)}.",
            KEY,
        ),
    )
