"""Two accuracies on synthetic data, and what makes them differ: C13 and C14."""

from secondlook.checks.over_seeds import arm, by_score, decide, matched, together
from secondlook.checks.priors_on_weights.family import ACCURACY, BENT, CAUCHY, GAPS, NORMAL, family
from secondlook.checks.priors_on_weights.sampling import CONVERGED
from secondlook.checks.statistical import points
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.priors.arms import SAMPLED_CELLS

PRINTED = {CAUCHY: 0.735, NORMAL: 0.851}
"""Slides Synthetic data, first and second."""
NONE = 0.01
"""A difference in accuracy that counts as none: less than a tenth of the printed one."""
CLIMB, BEST, SAMPLED = GAPS


def best_that_end_straight() -> tuple[int, int]:
    """How often the best of ten climbs ends as a straight line, and how often then the climb from the mode bends it and
    has the higher ELBO, over the sampled priors and their seeds."""
    straight = beaten = 0
    for prior in SAMPLED_CELLS:
        best, start = (arm(f"priors_nuts/{prior} {way}") for way in ("best of 10", "from the mode"))
        of_best, of_start = matched(best, start, best.scores[ACCURACY], start.scores[ACCURACY])
        elbo, other = matched(best, start, best.scores["elbo"], start.scores["elbo"])
        ends = of_best < BENT
        straight += int(ends.sum())
        beaten += int((ends & (of_start > BENT) & (other > elbo)).sum())
    return straight, beaten


def of_sampled(score: str, scale: float = 1, digits: int = 3) -> str:
    """Means over seeds of a score of the posteriors that were sampled, prior by prior, in words."""
    means = (scale * arm(f"priors_nuts/{prior} sampled").scores[score].mean() for prior in SAMPLED_CELLS)
    return ", ".join(f"{mean:.{digits}f}" for mean in means)


def reached(name: str) -> str:
    """Mean and range over seeds of the accuracy of an arm, in percent."""
    values = 100 * arm(name).scores[ACCURACY]
    return f"{values.mean():.1f} % ({values.min():.1f} to {values.max():.1f} over {len(values)} seeds)"


def every_way(prior: str) -> str:
    """The accuracy of a prior by each way to its posterior, in words."""
    return ", ".join(f"{way} {reached(f'{study}{prior}{ending}')}" for way, (study, ending) in GAPS.items())


@check("C13")
def cauchy() -> Verdict:
    """The accuracy of this prior on our moons, by one climb of the ELBO and by what finds more."""
    below = arm(f"priors/{CAUCHY}").scores[ACCURACY] <= PRINTED[CAUCHY]
    return Verdict(
        "not testable here",
        f"The slides name neither their data nor the network; one number of one run is {100 * PRINTED[CAUCHY]:.1f} %. "
        f"On 200 points of the moons ours is: {every_way(CAUCHY)}; on 1,000 points, one climb "
        f"{reached(f'priors/{CAUCHY}, 1,000 points')}. A straight line has {reached('priors_nuts/straight line')}, "
        f"the law of the data {reached('priors_nuts/law of the data')}. Of {len(below)} climbs {below.sum()} are at "
        "or below the printed number.",
    )


def alike(way: str) -> bool:
    """Whether the 95 % interval of the difference between the priors lies within what counts as none."""
    found = family()[(way,)].found
    return found.low > -NONE and found.high < NONE


def convergence() -> str:
    """The worst R-hat and the share of divergent draws of each sampled posterior, over seeds, in words."""
    arms = {prior: arm(f"priors_nuts/{prior} sampled") for prior in SAMPLED_CELLS}
    over = [prior for prior, of in arms.items() if of.scores["rhat"].max() >= CONVERGED]
    told = "; ".join(
        f"{prior} {of.scores['rhat'].max():.3f} and {of.scores['diverged'].max():.1%}" for prior, of in arms.items()
    )
    verdict = f"missed by {' and '.join(over)}, whose draws are less than a reference" if over else "met by all"
    return f"Worst R-hat and largest share of divergent draws: {told}; an R-hat below {CONVERGED} is {verdict}."


def higher(prior: str) -> str:
    """What ten climbs add to the ELBO of one, and a start at the mode, in nats."""
    gains = [
        by_score(f"priors_nuts/{prior} {way}", "elbo", f"priors/{prior}", "elbo")
        for way in ("best of 10", "from the mode")
    ]
    return " and ".join(f"{gain.difference:+.1f} ({gain.low:+.1f} to {gain.high:+.1f})" for gain in gains)


@check("C14")
def gap() -> Verdict:
    """Normal minus Cauchy, both with Inverse-Gamma: by the search of the slides, by a longer one, and sampled."""
    same: Kind | None = "not upheld" if alike(SAMPLED) else None
    ways = (decide([family()[(way,)]], +1) for way in (CLIMB, SAMPLED))
    told = "; ".join(f"{way} {points(*family()[(way,)])}" for way in GAPS)
    return Verdict(
        same or together(*ways),
        "The number itself cannot be had again without the data of the slides; what is decided is whether the normal "
        f"prior predicts better than the Cauchy one, by {100 * (PRINTED[NORMAL] - PRINTED[CAUCHY]):.1f} points on the "
        f"slides. On the moons: {told}. A sampled difference within {100 * NONE:.0f} point counts as none, and then "
        f"the prior is not what makes one. Accuracy of the normal prior: {every_way(NORMAL)}. The best of ten climbs, "
        f"and one from the mode, change the ELBO by {higher(NORMAL)} nats under the normal prior and by "
        f"{higher(CAUCHY)} under the Cauchy prior. {convergence()}",
    )
