"""What a penalty on the output layer does to its weights: B17."""

from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import arm, together
from secondlook.checks.regularisation.family import ALL_LAYERS, family, place
from secondlook.checks.words import KEY, NUMBER, alone, brief
from secondlook.claims import Verdict, check
from secondlook.networks.songs import HIDDEN

MUCH = 0.01
"""A rise of the largest term's share by less than a point is not what is meant by hanging on one hidden unit."""


@check("B17")
def one_hidden_unit() -> Verdict:
    """Whether without the penalty the output's weights are larger, and a class hangs more on its largest term."""
    weights, share = family()["output weights"], family()["top share"]
    hangs_more = over_seeds.OPPOSITE[over_seeds.no_gain([share], MUCH)]
    of = {name: arm(place(name)).scores for name in ("baseline", ALL_LAYERS)}
    shares = [100 * of[name]["top_share"].mean() for name in of]
    sizes = [of[name]["rms/output"].mean() for name in of]
    return Verdict(
        together(over_seeds.decide([weights], +1), hangs_more),
        f"On GTZAN's songs the output layer's weights have root mean square {sizes[0]:.3f} without a penalty on it and "
        f"{sizes[1]:.3f} with one: {alone(weights, NUMBER)}. The largest of the {HIDDEN} terms of the predicted class "
        f"makes {shares[0]:.1f} % of the sum of their sizes against {shares[1]:.1f} %: {alone(share)}. A rise that "
        f"surely stays below {100 * MUCH:g} point counts as none.",
        evidence=(
            f"Size of the output's weights, without the penalty minus with it: {brief(*weights, NUMBER)}.",
            f"Share of the largest term, without the penalty minus with it: {brief(*share)}.",
            f"An even spread over the terms would give the largest {100 / HIDDEN:g} %, one unit alone 100 %.",
            KEY,
        ),
    )
