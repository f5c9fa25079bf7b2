"""L1, exact zeros and pruned weights: B19, B22, B44, B45, B46, B65."""

from scipy import stats
from scipy.optimize import minimize_scalar

from secondlook.checks import over_seeds
from secondlook.checks.over_seeds import OPPOSITE, arm, decide, some_better, together
from secondlook.checks.regularisation import printed
from secondlook.checks.regularisation.family import (
    L1,
    L1_USUAL,
    MARGIN,
    NLL,
    NO_CONVOLUTIONS,
    PROXIMAL,
    SPARSE,
    SPARSE_HIDDEN,
    THRESHOLDS,
    family,
    place,
)
from secondlook.checks.regularisation.variants import (
    RULE,
    anew_lines,
    gain_lines,
    gained,
    gains,
    number,
    shown,
    told_at,
)
from secondlook.checks.words import KEY, alone, brief
from secondlook.claims import Kind, Verdict, check
from secondlook.regularisation import shrunk
from secondlook.studies.songs.measures import SMALL


def mean_of(name: str, score: str) -> float:
    """The mean over seeds of a score on GTZAN."""
    return float(arm(place(name)).scores[score].mean())


def switches_off() -> bool:
    """In one dimension: L1 puts the weights up to λ in size at zero, L2 none; above 2λ₁/λ₂ L2's penalty is larger."""
    strength = 0.3
    for pull in (-1.0, -0.31, -0.2, 0.1, 0.29, 0.5, 2.0):
        best = minimize_scalar(lambda w, a=pull: (w - a) ** 2 / 2 + strength * abs(w), bounds=(-3, 3))
        l1, l2 = float(shrunk(pull, strength)), pull / (1 + strength)
        if abs(best.x - l1) > 1e-4 or (l1 == 0) != (abs(pull) <= strength) or not 0 < abs(l2) < abs(pull):
            return False
    equal = 2 * printed.L1 / printed.L2
    return all((printed.L2 / 2 * w**2 > printed.L1 * w) == (w > equal) for w in (0.5 * equal, 1.5 * equal))


@check("B19")
def l1_switches_off() -> Verdict:
    """In one dimension exactly; in the network by exact zeros, which L1's proximal steps leave and L2 does not."""
    zeros, of_l2 = (arm(place(name)).scores["zero/convolutions"] for name in (PROXIMAL, "baseline"))
    kind: Kind = "inconclusive"
    if zeros.min() > 0 and of_l2.max() == 0 and switches_off():
        kind = "upheld"
    elif zeros.max() == 0 or not switches_off():
        kind = "not upheld"
    exact = {name: mean_of(name, "zero/convolutions") for name in ("baseline", L1_USUAL, PROXIMAL)}
    small = {name: mean_of(name, "small/convolutions") for name in exact}
    return Verdict(
        kind,
        "In one dimension L1 sets every weight whose pull is at most λ to exactly zero, L2 divides all by 1 + λ; "
        f"above 2λ₁/λ₂ = {2 * printed.L1 / printed.L2:g} L2 costs more. Trained on GTZAN's songs, the share of exact "
        f"zeros in the convolutions is {exact[PROXIMAL]:.2%} with L1 by proximal steps, {exact[L1_USUAL]:.2%} with L1 "
        f"by gradient steps, {exact['baseline']:.2%} with L2.",
        evidence=(
            f"Over {len(zeros)} seeds proximal steps leave {zeros.min():.1%} to {zeros.max():.1%} exact zeros, L2 at "
            f"most {of_l2.max():.1%}.",
            f"Smaller than {SMALL:g} are {small[PROXIMAL]:.1%} of the weights with L1 by proximal steps, "
            f"{small[L1_USUAL]:.1%} with L1 by gradient steps, {small['baseline']:.1%} with L2.",
            f"Gradient steps let weights hover about zero{' and put none there' if not exact[L1_USUAL] else ''}.",
        ),
    )


@check("B44")
def no_l1_beats_l2() -> Verdict:
    """Whether any of the document's L1 coefficients is better than the baseline's L2, in accuracy or in NLL."""
    tried = tuple(name for name in L1 if name in printed.FIGURE_3)
    of, between = gains(*tried), gains(*(name for name in L1 if name not in tried))
    return Verdict(
        OPPOSITE[some_better(of, MARGIN)],
        f"On GTZAN's songs, by L1 in place of L2 {printed.L2:g}, {shown(of, 'coefficient')}. In accuracy the gain is "
        f"{told_at(of, 'accuracy', 'coefficient')}. In NLL it is {told_at(of, 'nll', 'coefficient')}.",
        evidence=(
            *gain_lines(of),
            *anew_lines(of),
            f"Not tried by the document are {' and '.join(map(number, between))}, which decide nothing.",
            *gain_lines(between),
            RULE,
            KEY,
        ),
    )


@check("B45")
def l1_switches_off_more() -> Verdict:
    """Share of the convolutions' weights below 0.001, L1 by gradient steps minus L2."""
    more = family()["small"]
    small = [mean_of(name, "small/convolutions") for name in (L1_USUAL, "baseline")]
    return Verdict(
        decide([more], +1),
        f"On GTZAN's songs {small[0]:.1%} of the convolutions' weights are below {SMALL:g} in size under L1, "
        f"{small[1]:.1%} under L2: {alone(more)}.",
        evidence=(f"Share of small weights, L1 minus L2: {brief(*more)}.", KEY),
    )


@check("B46")
def sparser_is_worse() -> Verdict:
    """Whether a pruned network beats the baseline, and whether accuracy falls from threshold to threshold."""
    of, slope = gains(*SPARSE, scores=("accuracy",)), family()["trend"]
    shares = ", ".join(f"{mean_of(name, 'zero/convolutions'):.0%}" for name in SPARSE)
    return Verdict(
        together(OPPOSITE[some_better(of, MARGIN)], decide([slope], -1)),
        f"On GTZAN's songs thresholds {', '.join(THRESHOLDS)} set {shares} of the convolutions' weights to zero. "
        f"In accuracy {shown(of, 'threshold')}. From the baseline to the highest threshold the accuracy "
        f"changes by {alone(slope)} a step.",
        evidence=(*gain_lines(of), *anew_lines(of), f"Change of the accuracy a step: {brief(*slope)}.", RULE, KEY),
    )


@check("B22")
def size_not_number() -> Verdict:
    """Whether smaller convolutional weights (L2) improve the test scores while fewer of them (pruning) do not."""
    without, fewer = gains(NO_CONVOLUTIONS), gains(*SPARSE)
    size, number = over_seeds.decide(without[NO_CONVOLUTIONS].values(), -1), some_better(fewer, MARGIN)
    sizes = [mean_of(name, "rms/convolutions") for name in (NO_CONVOLUTIONS, "baseline")]
    arms = ("baseline", NO_CONVOLUTIONS, *(f"L2 {value} on the convolutions" for value in (0.001, 0.1)), *L1)
    norm = stats.spearmanr([mean_of(name, "rms/convolutions") for name in arms], [mean_of(name, NLL) for name in arms])
    return Verdict(
        together(size, OPPOSITE[number]),
        f"On GTZAN's songs the convolutions' weights have root mean square {sizes[0]:.3f} without their penalty and "
        f"{sizes[1]:.3f} with it. Without, the network gains {gained(NO_CONVOLUTIONS)}; positive is better. By a cut "
        f"of small weights, at the same penalty, {shown(fewer, 'threshold')}.",
        evidence=(
            *gain_lines(without),
            *gain_lines(fewer),
            f"Over {len(arms)} arms of which no weight is cut, on the same seeds, the mean size of the weights and "
            f"mean test NLL have rank correlation {norm.statistic:.2f}: the smaller the weights, the "
            f"{'higher' if norm.statistic < 0 else 'lower'} the NLL.",
            "That describes these arms; the verdict is by the one penalty that the document names.",
            RULE,
            KEY,
        ),
    )


@check("B65")
def sparse_hidden_layer() -> Verdict:
    """Whether the network with its hidden layer pruned is better than the baseline, in NLL or accuracy."""
    of = gains(*SPARSE_HIDDEN)
    shares = ", ".join(f"{mean_of(name, 'zero/hidden'):.2%}" for name in SPARSE_HIDDEN)
    return Verdict(
        some_better(of, MARGIN),
        f"Not run by the document. On GTZAN's songs thresholds {', '.join(THRESHOLDS)} set {shares} of the hidden "
        f"layer's weights to zero: {shown(of, 'threshold')}. In accuracy the gain is "
        f"{told_at(of, 'accuracy', 'threshold')}. In NLL it is {told_at(of, 'nll', 'threshold')}.",
        evidence=(
            *gain_lines(of),
            *anew_lines(of),
            f"The first training has the L1 of {L1_USUAL.removeprefix('L1 ')}; a milder one was not tried.",
            RULE,
            KEY,
        ),
    )
