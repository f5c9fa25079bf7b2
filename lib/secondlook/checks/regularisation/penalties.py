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
    place,
)
from secondlook.checks.regularisation.variants import gain_lines, gained, gains
from secondlook.checks.words import KEY, NATS, alone, brief
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
        f"{ON} taking the penalty off the convolutions gains {gained(NO_CONVOLUTIONS)}; positive is better. The "
        f"gap in NLL from training to test songs changes by {alone(gap, NATS)}.",
        evidence=(
            *gain_lines(of),
            f"Excess of the NLL on test songs over that on training songs, beyond the baseline's: {brief(*gap, NATS)}.",
            f"Training accuracy is {100 * train[1]:.1f} % without the penalty and {100 * train[0]:.1f} % with it.",
            f"Gain in NLL on 40,000 synthetic songs: {brief(control, unit=NATS)}.",
            KEY,
        ),
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
        "To decide it takes the document's own songs, which cannot be had. The plotted curve ends at "
        f"{100 * accuracy[-10:].mean():.2f} %. The same network and penalty reach "
        f"{100 * ours[ACCURACY].mean():.1f} % on GTZAN's test songs and {100 * control.mean():.1f} % on 40,000 "
        "synthetic ones: other songs, so other numbers.",
        evidence=(
            f"The plotted curve's end is the mean of its last ten epochs, of one run; its greatest value is "
            f"{100 * accuracy.max():.2f} %, at epoch {accuracy.argmax() + 1}.",
            f"On GTZAN's test songs the accuracy is {100 * ours[ACCURACY].mean():.1f} ± "
            f"{100 * ours[ACCURACY].std(ddof=1):.1f} % (mean and sd over {len(ours[ACCURACY])} seeds), the NLL "
            f"{ours[NLL].mean():.3f} nats.",
        ),
    )


@check("B43")
def output_without_penalty() -> Verdict:
    """Whether a penalty on the output layer too makes test accuracy and NLL worse."""
    of = gains(ALL_LAYERS)
    objective = [document_001.curve(*printed.FIGURE_2[name], "objective")[-1] for name in (ALL_LAYERS, "baseline")]
    control = gain("accuracy", ALL_LAYERS, CONTROL)
    return Verdict(
        over_seeds.decide(of[ALL_LAYERS].values(), -1),
        f"{ON} a penalty on the output layer as well gains {gained(ALL_LAYERS)}, the penalties left out of the score; "
        f"positive is better. The errors that the document plots, {objective[0]:.3f} with and {objective[1]:.3f} "
        "without, hold different penalties and cannot be compared.",
        evidence=(*gain_lines(of), f"Gain in accuracy on 40,000 synthetic songs: {brief(control)}.", KEY),
    )
