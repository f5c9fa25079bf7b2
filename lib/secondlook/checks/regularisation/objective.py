"""What is minimised, against what is printed: equations 1 and 2, and the coefficient 0.01. B09, B10, B18."""

import jax.numpy as jnp
import numpy as np
from scipy.special import log_softmax, softmax

from secondlook import document_001
from secondlook.checks.exact import decide
from secondlook.checks.regularisation import printed
from secondlook.claims import Verdict, check
from secondlook.regularisation import NO_PENALTY, Strengths, penalty
from secondlook.training import cross_entropy

SONGS, DRAWS = 30, 40
L2, L1 = 0.01, 0.001
"""The coefficients as the code of the time takes them: beside a mean over songs, and for L2 with a half."""
L2_ON_ALL, L1_ON_ALL = Strengths(L2, L2, L2), Strengths(L1, L1, L1)

Values = tuple[np.ndarray, np.ndarray, list[np.ndarray]]
"""Logits ``(songs, classes)``, labels ``(songs,)`` and kernels of some network."""


def trained(values: Values, l1: Strengths, l2: Strengths) -> float:
    """The objective that the library trains with."""
    logits, y, kernels = values
    return float(
        cross_entropy(jnp.asarray(logits), jnp.asarray(y)) + penalty([jnp.asarray(w) for w in kernels], l1, l2)
    )


def printed_error(values: Values, strength: float, power: int) -> float:
    """Equation 1 (`power` 2) or 2 (`power` 1): a sum of squared errors over songs, and a sum over weights, no half."""
    logits, y, kernels = values
    error = np.sum((np.eye(printed.CLASSES)[y] - softmax(logits, axis=1)) ** 2)
    return float(error + strength * sum(np.sum(np.abs(w) ** power) for w in kernels))


def mended_error(values: Values, strength: float, power: int) -> float:
    """The same with the logarithmic loss in place of the square: what the trained objective is in this notation."""
    logits, y, kernels = values
    error = -np.sum(log_softmax(logits, axis=1)[np.arange(len(y)), y])
    return float(error + strength * sum(np.sum(np.abs(w) ** power) for w in kernels))


def drawn() -> list[Values]:
    """Networks' outputs and kernels of many sizes."""
    rng = np.random.default_rng(9)
    shapes = ((5, 6), (6, 6), (6, 8), (8, 10))
    return [
        (
            rng.normal(0, rng.uniform(0.2, 3), (SONGS, printed.CLASSES)),
            rng.integers(printed.CLASSES, size=SONGS),
            [rng.normal(0, rng.uniform(0.1, 3), shape) for shape in shapes],
        )
        for _ in range(DRAWS)
    ]


def same_up_to_scale(one: list[float], other: list[float]) -> bool:
    """Whether one is the other times a positive number, so that both have the same minimiser."""
    ratio = np.array(one) / np.array(other)
    return bool(np.ptp(ratio) < 1e-4 * np.abs(ratio).mean() and ratio.mean() > 0)


def in_notation_of_equation_1(strength: float, songs: int) -> float:
    """The coefficient of a plain sum over squared weights that equals `strength`/2 beside a mean over songs."""
    return songs * strength / 2


def prior_sd(coefficient: float) -> float:
    r"""The sd of the normal prior whose −log density is `coefficient` times the squared weight."""
    return 1 / np.sqrt(2 * coefficient)


def least_sum_of_squares(accuracy: np.ndarray, songs: int) -> np.ndarray:
    """No classifier of this accuracy has a smaller sum of squared errors: a mistaken song costs ½ or more.

    There some other class has a probability of at least that of the true one, p: (1 − p)² + p² ≥ ½.
    """
    return songs * (1 - accuracy) / 2


@check("B09")
def squared_error_and_l2() -> Verdict:
    """Equation 1 against the objective that is trained, on random networks; and against what the document plots."""
    nets = drawn()
    ours = [trained(values, NO_PENALTY, L2_ON_ALL) for values in nets]
    holds = same_up_to_scale([printed_error(values, printed.L2, 2) for values in nets], ours)
    right = in_notation_of_equation_1(L2, SONGS)
    mended = same_up_to_scale([mended_error(values, right, 2) for values in nets], ours)
    figure, name = printed.BASELINE
    plotted, accuracy = (document_001.curve(figure, name, q)[-1] for q in ("objective", "accuracy"))
    least = least_sum_of_squares(accuracy, printed.VALID_SONGS)
    return decide(
        holds,
        f"Trained is the mean cross-entropy plus {L2:g}/2 times the sum of squared weights, biases left out. On "
        f"{DRAWS} random networks equation 1 is {'' if holds else 'not '}that up to scale; with −log softmax for the "
        f"square and Nβ/2 for λ it is{'' if mended else ' not'}.",
        r"$\sum_n (y - f)^2 + \lambda \sum_k w_k^2$",
        r"$\frac1N \sum_n -\log f_{y_n} + \frac{\beta}{2} \sum_k w_k^2$, weights only",
        (
            "Section 2 names softmax_cross_entropy_with_logits for the data term; the half is that of tf.nn.l2_loss.",
            f"Nor is the sum of squares what is plotted: at an accuracy of {accuracy:.3f} it would be {least:,.0f} or "
            f"more over {printed.VALID_SONGS:,} songs, and {plotted:.2f} is drawn.",
        ),
    )


@check("B10")
def coefficient() -> Verdict:
    """The trained coefficient in the notation of equation 1, and the normal prior that each implies."""
    right = in_notation_of_equation_1(L2, printed.TRAIN_SONGS)
    w = [jnp.full((2, 3), 1.7)] * 4
    slope = printed.TRAIN_SONGS * float(penalty(w, NO_PENALTY, L2_ON_ALL)) / float(sum(jnp.sum(k**2) for k in w))
    agree = np.isclose(slope, right, rtol=1e-5)
    return decide(
        bool(np.isclose(printed.L2, right)),
        f"The code adds 0.01/2 times the sum of squares to the mean loss of {printed.TRAIN_SONGS:,} songs. Beside the "
        f"sum of equation 1 that is {right:g} times the sum of squares ({'as' if agree else 'not as'} the penalty of "
        f"the code gives it), {right / printed.L2:,.0f} times the printed coefficient. As a normal prior on a weight "
        f"it has sd {prior_sd(right):.3f}; the print would mean {prior_sd(printed.L2):.2f}, hardly a penalty.",
        f"λ = {printed.L2:g}",
        f"λ = {right:g} in equation 1, prior sd {prior_sd(right):.2f}",
    )


@check("B18")
def squared_error_and_l1() -> Verdict:
    """Equation 2 against the objective that is trained with an L1 penalty, on random networks."""
    nets = drawn()
    ours = [trained(values, L1_ON_ALL, NO_PENALTY) for values in nets]
    holds = same_up_to_scale([printed_error(values, printed.L1, 1) for values in nets], ours)
    right = 2 * in_notation_of_equation_1(L1, SONGS)
    mended = same_up_to_scale([mended_error(values, right, 1) for values in nets], ours)
    return decide(
        holds,
        f"As for equation 1, the trained data term is a mean cross-entropy: on {DRAWS} random networks equation 2 is "
        f"{'' if holds else 'not '}the trained objective up to scale, and with −log softmax and Nβ for λ it is"
        f"{'' if mended else ' not'}. Nor does the sum run over all weights: in figure 3 the L1 penalty is on the "
        "convolutions alone, and the hidden layer keeps its L2.",
        r"$\sum_n (y - f)^2 + \lambda \sum_k \lvert w_k \rvert$",
        r"$\frac1N \sum_n -\log f_{y_n} + \beta \sum_k \lvert w_k \rvert$ over the convolutions, L2 elsewhere",
        (
            f"Beside a sum over {printed.TRAIN_SONGS:,} songs the coefficient {printed.L1:g} becomes Nβ = "
            f"{printed.TRAIN_SONGS * printed.L1:g}.",
        ),
    )
