"""Which strength of the L2 penalty suits each layer: B15."""

import numpy as np

from secondlook.checks.over_seeds import arm
from secondlook.checks.regularisation.family import NLL, place
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


def test_nll() -> np.ndarray:
    """Test NLL ``(parts, strengths, seeds)`` over the seeds that all arms share."""
    arms = [[arm(place(arm_of(part, strength))) for strength in STRENGTHS] for part in PARTS]
    common = [seed for seed in arms[0][0].seeds if all(seed in a.seeds for row in arms for a in row)]
    return np.array([[[a.scores[NLL][a.seeds.index(seed)] for seed in common] for a in row] for row in arms])


def best(nll: np.ndarray) -> np.ndarray:
    """The strength with the least mean NLL for each part."""
    return np.array(STRENGTHS)[nll.mean(axis=2).argmin(axis=1)]


def hidden_needs_most(nll: np.ndarray) -> float:
    """In what share of bootstrap samples of the seeds the hidden layer's best strength is above both others'."""
    rng = np.random.default_rng(15)
    seeds = nll.shape[2]
    found = [best(nll[:, :, rng.integers(seeds, size=seeds)]) for _ in range(DRAWS)]
    return float(np.mean([hidden > max(convolutions, output) for convolutions, hidden, output in found]))


@check("B15")
def more_parameters_more_penalty() -> Verdict:
    """Whether the hidden layer, which has most parameters, is best off with a stronger penalty than the others."""
    nll = test_nll()
    at, share = best(nll), hidden_needs_most(nll)
    kind: Kind = "upheld" if share >= SURE else "not upheld" if share <= 1 - SURE else "inconclusive"
    rows = "; ".join(
        f"{part}: best at {strength:g} ({row.mean(axis=1).min():.3f} nats, without {row[0].mean():.3f})"
        for part, strength, row in zip(PARTS, at, nll, strict=True)
    )
    return Verdict(
        kind,
        f"On GTZAN's songs, over {nll.shape[2]} seeds and the strengths {', '.join(f'{s:g}' for s in STRENGTHS)} of "
        f"one layer's L2, the others at the baseline's: {rows}. In {100 * share:.0f} % of bootstrap samples of "
        "the seeds "
        "the hidden layer's best strength is above both others'. A count of parameters does not set the strength: the "
        "document's own figure 2 has the convolutions, with 3,850 of them, need it.",
    )
