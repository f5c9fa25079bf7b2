"""Weights by fit and weights by input: what a mixture of experts is. B29."""

import numpy as np
from scipy.special import softmax

from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check

EXPERTS = np.array([[0.9, 0.3], [0.4, 0.8]])
"""The probability that each expert gives the right class, ``(experts, inputs)``; both inputs are as frequent."""
CASES = (2, 20, 200)


def by_fit(cases: int) -> np.ndarray:
    """Weights by how well each expert fits so many cases, half of each input: their likelihoods, normalised."""
    return softmax(cases * np.log(EXPERTS).mean(axis=1))


def gates() -> np.ndarray:
    r"""The weights :math:`g_k(x)` of least loss, ``(experts, inputs)``, columns adding to 1.

    At an input the loss :math:`-\log\sum_k g_k p_k` falls with the share of the expert that is better there.
    """
    return (EXPERTS.max(axis=0) == EXPERTS).astype(float)


def loss(weights: np.ndarray) -> float:
    """The mean loss in nats of experts mixed with weights ``(experts,)``, or ``(experts, inputs)`` if gated."""
    mixed = (weights.reshape(len(EXPERTS), -1) * EXPERTS).sum(axis=0)
    return float(-np.log(mixed).mean())


@check("B29")
def mixture_of_experts() -> Verdict:
    """Two experts at two inputs: weighted by their fit, and by a gate that sees the input."""
    fitted, gated = [by_fit(cases) for cases in CASES], gates()
    holds = same((w[k], gated[k, x]) for w in fitted for k in (0, 1) for x in (0, 1))
    right = ", and ".join(f"{first:g} and {second:g}" for first, second in EXPERTS)
    return decide(
        holds,
        "In a mixture of experts (Jacobs and others 1991) a gate gives expert k the weight g_k(x), a function of the "
        "input. Weights by fit are the same at every input. Of two experts and two inputs, weights by fit after "
        f"{CASES[-1]} cases give the first expert {fitted[-1][0]:.3f} at both inputs, at a loss of "
        f"{loss(fitted[-1]):.3f} nats. The best gate gives it {gated[0, 0]:.0f} at the first input and "
        f"{gated[0, 1]:.0f} at the second, at {loss(gated):.3f} nats.",
        "a predictor counts for more the better it fits the data",
        r"$p(y \mid x) = \sum_k g_k(x)\, p_k(y \mid x)$: its weight depends on the input",
        (
            "How well an expert fits a case decides what it learns from it, not what it counts for at a new input.",
            f"The two experts are right with probabilities {right}, at two inputs, both as frequent.",
            f"After {', '.join(map(str, CASES))} cases the first has the weight "
            f"{', '.join(f'{w[0]:.3f}' for w in fitted)} by fit, and the second the rest, so in the end the "
            f"{('first', 'second')[fitted[-1].argmax()]} decides everywhere.",
        ),
    )
