"""Which strength of the L2 penalty suits each layer: B15."""

import numpy as np

from secondlook.checks.over_seeds import arm, on_common_seeds
from secondlook.checks.regularisation import printed
from secondlook.checks.regularisation.family import ACCURACY, NLL, place
from secondlook.claims import Kind, Verdict, check

PARTS = {"convolutions": 0.01, "hidden": 0.01, "output": 0.0}
"""The parts of the network, and the baseline's penalty on each."""
STRENGTHS = (0.0, 0.001, 0.01, 0.1)
DRAWS, SURE = 2000, 0.95


def arm_of(part: str, strength: float) -> str:
    """The arm with this penalty on one part, the baseline's on the others."""
    if strength == PARTS[part]:
        return "baseline"
    return "L2 on all layers" if (part, strength) == ("output", 0.01) else f"L2 {strength:g} on the {part}"


def over_grid(score: str) -> np.ndarray:
    """A score ``(parts, strengths, seeds)`` over the seeds that all arms share."""
    arms = [arm(place(arm_of(part, strength))) for part in PARTS for strength in STRENGTHS]
    values = on_common_seeds(arms, score)
    return values.reshape(len(PARTS), len(STRENGTHS), values.shape[1])


def best(loss: np.ndarray) -> np.ndarray:
    """The strength with the least mean loss for each part; loss ``(parts, strengths, seeds)``."""
    return np.array(STRENGTHS)[loss.mean(axis=2).argmin(axis=1)]


def hidden_needs(loss: np.ndarray) -> tuple[float, float]:
    """In what share of bootstrap samples of the seeds the hidden layer's best strength is above both others', and in
    what share it is below one of them; in the rest it is tied with the higher, at the end of the grid for instance."""
    rng = np.random.default_rng(15)
    seeds = loss.shape[2]
    found = [best(loss[:, :, rng.integers(seeds, size=seeds)]) for _ in range(DRAWS)]
    above = np.array([np.sign(hidden - max(convolutions, output)) for convolutions, hidden, output in found])
    return float(np.mean(above > 0)), float(np.mean(above < 0))


def kind_of(most: float, less: float) -> Kind:
    """What such shares of bootstrap samples say of the claim."""
    return "upheld" if most >= SURE else "not upheld" if less >= SURE else "inconclusive"


@check("B15")
def more_parameters_more_penalty() -> Verdict:
    """Whether the hidden layer, with most parameters, is best off with the strongest penalty, by NLL and by
    accuracy."""
    losses = {"NLL": over_grid(NLL), "accuracy": -over_grid(ACCURACY)}
    shares = [hidden_needs(loss) for loss in losses.values()]
    kinds = {kind_of(*share) for share in shares}
    (nll_above, nll_below), (accuracy_above, accuracy_below) = shares
    convolutions = sum(printed.COUNTS[f"{which} convolution"] for which in ("first", "second"))
    return Verdict(
        kinds.pop() if len(kinds) == 1 else "inconclusive",
        "On GTZAN's songs the best L2 strength of the hidden layer is above those of both other parts in "
        f"{100 * nll_above:.0f} % (by NLL) and {100 * accuracy_above:.0f} % (by accuracy) of bootstrap samples of the "
        f"seeds; a verdict takes {100 * SURE:.0f} % of both. That the count of parameters is the reason is another "
        f"matter: in the document's own figure 2 the convolutions, with {convolutions:,} of them, need theirs.",
        evidence=(
            f"Tried are {', '.join(f'{s:g}' for s in STRENGTHS)} on one part, the others at the baseline's, over "
            f"{losses['NLL'].shape[2]} seeds.",
            *(
                f"Best by {score}: "
                + ", ".join(f"{at:g} on {part}" for part, at in zip(PARTS, best(loss), strict=True))
                + "."
                for score, loss in losses.items()
            ),
            f"The hidden layer's best is below one of the others' in {100 * nll_below:.0f} % (NLL) and "
            f"{100 * accuracy_below:.0f} % (accuracy) of the samples; else it ties with the higher, as at the end of "
            "the grid.",
        ),
    )
