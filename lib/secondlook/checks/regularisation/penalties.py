"""What the L2 penalty on a part of the network does: B41, B42, B43."""

from secondlook import document_001
from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import arm, together
from secondlook.checks.regularisation import printed
from secondlook.checks.regularisation.family import (
    ACCURACY,
    ALL_LAYERS,
    NLL,
    NO_CONVOLUTIONS,
    family,
    gain,
    gains,
    place,
)
from secondlook.checks.regularisation.words import KEY, numbers, one
from secondlook.checks.statistical import points
from secondlook.claims import Verdict, check

ON = "On GTZAN's real songs, not the document's,"
CONTROL = "some order"


@check("B41")
def overfitting() -> Verdict:
    """Whether without the penalty on the convolutions the test scores are worse and the gap in NLL wider."""
    of, gap = gains(NO_CONVOLUTIONS), family()["gap"]
    train = [arm(place(name)).scores["end/train_accuracy"].mean() for name in ("baseline", NO_CONVOLUTIONS)]
    control = gain("nll", NO_CONVOLUTIONS, CONTROL)
    return Verdict(
        together(over_seeds.decide(of[NO_CONVOLUTIONS].values(), -1), over_seeds.decide([gap], +1)),
        f"{ON} taking the penalty off the convolutions gains {one(of[NO_CONVOLUTIONS])} on the test {KEY}; the "
        "NLL on test "
        "songs exceeds "
        f"that on training songs by a further {numbers(*gap)}. Training accuracy {100 * train[1]:.1f} % against "
        f"{100 * train[0]:.1f} %. On 40,000 synthetic songs the gain is {numbers(control)}.",
    )


@check("B42")
def reference_curve() -> Verdict:
    """The plotted curve beside ours; without the document's songs the two cannot be the same."""
    figure, name = printed.FIGURE_2[ALL_LAYERS]
    accuracy = document_001.curve(figure, name)
    ours = arm(place(ALL_LAYERS)).scores
    control = arm(place(ALL_LAYERS, CONTROL)).scores[ACCURACY]
    return Verdict(
        "not testable here",
        f"The plotted curve ends at {100 * accuracy[-10:].mean():.2f} % (mean of the last ten epochs, one run), its "
        f"greatest value is {100 * accuracy.max():.2f} %, at epoch {accuracy.argmax() + 1}. The same network and "
        f"penalty reach {100 * ours[ACCURACY].mean():.1f} ± {100 * ours[ACCURACY].std(ddof=1):.1f} % and "
        f"{ours[NLL].mean():.3f} nats on GTZAN's test songs, {100 * control.mean():.1f} % on 40,000 synthetic "
        "ones: other "
        "songs, so other numbers. To decide it takes the document's own songs, which cannot be had.",
    )


@check("B43")
def output_without_penalty() -> Verdict:
    """Whether a penalty on the output layer too makes test accuracy and NLL worse."""
    of = gains(ALL_LAYERS)
    objective = [document_001.curve(*printed.FIGURE_2[name], "objective")[-1] for name in (ALL_LAYERS, "baseline")]
    control = gain("accuracy", ALL_LAYERS, CONTROL)
    return Verdict(
        over_seeds.decide(of[ALL_LAYERS].values(), -1),
        f"{ON} a penalty on the output layer as well gains {one(of[ALL_LAYERS])} {KEY}, penalties left out of the "
        "score. "
        "On 40,000 "
        f"synthetic songs: {points(control)}. The errors that the document plots, {objective[0]:.3f} with and "
        f"{objective[1]:.3f} without, hold different penalties and cannot be compared.",
    )
