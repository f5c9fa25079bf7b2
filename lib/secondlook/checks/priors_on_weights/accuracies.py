"""Two accuracies on synthetic data, and what makes them differ: C13 and C14."""

from collections.abc import Iterator, Mapping

import numpy as np

from secondlook.checks.over_seeds import arm, by_score, decide, matched, together
from secondlook.checks.priors_on_weights.family import ACCURACY, BENT, CAUCHY, GAPS, NORMAL, family
from secondlook.checks.priors_on_weights.sampling import CONVERGED
from secondlook.checks.words import KEY, NUMBER, between, effect, lines
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.priors.arms import SAMPLED_CELLS
from secondlook.studies.priors.moons import MoonsRun

PRINTED = {CAUCHY: 0.735, NORMAL: 0.851}
"""Slides Synthetic data, first and second."""
NONE = 0.01
"""A difference in accuracy that counts as none: less than a tenth of the printed one."""
CLIMB, _, SAMPLED = GAPS


def best_that_end_straight() -> tuple[int, int]:
    """How often the best of ten climbs ends as a straight line, and how often then the climb from the mode bends it and
    has the higher ELBO, over the sampled priors and their seeds."""
    straight = beaten = 0
    for prior in SAMPLED_CELLS:
        ways = (arm(f"priors_nuts/{prior} {way}") for way in ("best of 10", "from the mode"))
        best, start = (of.scores for of in matched(*ways))
        ends = best[ACCURACY] < BENT
        straight += int(ends.sum())
        beaten += int((ends & (start[ACCURACY] > BENT) & (start["elbo"] > best["elbo"])).sum())
    return straight, beaten


def agreement() -> float:
    """The share of the kept test points for which the sampled posteriors of all priors name one class."""
    sampled = (arm(f"priors_nuts/{prior} sampled").items["test_probability"] for prior in SAMPLED_CELLS)
    named = np.array([probability.astype(float) > 0.5 for probability in sampled])
    return float((named == named[0]).all(axis=0).mean())


def bending(ways: Mapping[str, str]) -> Iterator[str]:
    """How many runs bend the line, all priors together; `ways` gives the end of an arm's name for each."""
    for way, ending in ways.items():
        study = "priors_nuts" if ending else "priors"
        reached = np.concatenate([arm(f"{study}/{prior}{ending}").scores[ACCURACY] for prior in SAMPLED_CELLS])
        yield f"{way} in {np.sum(reached > BENT)} of {len(reached)}"


def of_sampled(score: str, scale: float = 1, digits: int = 3) -> str:
    """Means over seeds of a score of the posteriors that were sampled, prior by prior, in words."""
    means = (scale * arm(f"priors_nuts/{prior} sampled").scores[score].mean() for prior in SAMPLED_CELLS)
    return ", ".join(f"{mean:.{digits}f}" for mean in means)


def reached(name: str) -> str:
    """Mean and range over seeds of the accuracy of an arm, in percent."""
    values = 100 * arm(name).scores[ACCURACY]
    return f"{values.mean():.1f} % (least {values.min():.1f}, most {values.max():.1f} of {len(values)} seeds)"


def every_way(prior: str) -> tuple[str, ...]:
    """The accuracy under a prior by each way to its posterior, a line each."""
    return tuple(
        f"Accuracy under {prior}, {MoonsRun.n_train} points, {way}: {reached(f'{study}{prior}{ending}')}."
        for way, (study, ending) in GAPS.items()
    )


@check("C13")
def cauchy() -> Verdict:
    """The accuracy of this prior on our moons, by one climb of the ELBO and by what finds more."""
    climbs = f"priors/{CAUCHY}"
    below = arm(climbs).scores[ACCURACY] <= PRINTED[CAUCHY]
    return Verdict(
        "not testable here",
        f"The slides name neither their data nor the network; one number of one run is {100 * PRINTED[CAUCHY]:.1f} %. "
        f"On our moons one climb of the ELBO reaches {reached(climbs)}; the sampled posterior has "
        f"{reached(f'priors_nuts/{CAUCHY} sampled')}. Of {len(below)} climbs {below.sum()} are at or below the printed "
        "number.",
        evidence=(
            *every_way(CAUCHY),
            f"Accuracy under {CAUCHY}, 1,000 points, {CLIMB}: {reached(f'{climbs}, 1,000 points')}.",
            f"A straight line has {reached('priors_nuts/straight line')}.",
            f"The law of the data has {reached('priors_nuts/law of the data')}.",
        ),
    )


def alike(way: str) -> bool:
    """Whether the 95 % interval of the difference between the priors lies within what counts as none."""
    found = family()[(way,)].found
    return found.low > -NONE and found.high < NONE


def convergence() -> tuple[str, ...]:
    """The worst R-hat and the share of divergent draws of each sampled posterior, over seeds, a line each."""
    scores = {prior: arm(f"priors_nuts/{prior} sampled").scores for prior in SAMPLED_CELLS}
    over = [prior for prior, of in scores.items() if of["rhat"].max() >= CONVERGED]
    verdict = f"missed by {' and '.join(over)}, whose draws are less than a reference" if over else "met by all"
    return (
        *(
            f"Draws under {prior}: worst R-hat {of['rhat'].max():.3f}, largest share of divergent draws "
            f"{of['diverged'].max():.1%}."
            for prior, of in scores.items()
        ),
        f"An R-hat below {CONVERGED} is {verdict}.",
    )


def higher(prior: str) -> str:
    """What ten climbs add to the ELBO of one, and a start at the mode, in nats."""
    gains = [
        by_score(f"priors_nuts/{prior} {way}", "elbo", f"priors/{prior}", "elbo")
        for way in ("best of 10", "from the mode")
    ]
    best, from_mode = (between(gain, NUMBER._replace(digits=1)) for gain in gains)
    return f"Under {prior} the best of ten climbs changes the ELBO by {best} nats, one from the mode by {from_mode}."


@check("C14")
def gap() -> Verdict:
    """Normal minus Cauchy, both with Inverse-Gamma: by the search of the slides, by a longer one, and sampled."""
    same: Kind | None = "not upheld" if alike(SAMPLED) else None
    gaps = {way: family()[(way,)] for way in GAPS}
    return Verdict(
        same or together(*(decide([gaps[way]], +1) for way in (CLIMB, SAMPLED))),
        "The number itself cannot be had again without the data of the slides; what is decided is whether the normal "
        f"prior predicts better than the Cauchy one, by {100 * (PRINTED[NORMAL] - PRINTED[CAUCHY]):.1f} points on the "
        f"slides. On the moons, normal minus Cauchy is {effect(gaps[CLIMB].found)} with {CLIMB} and "
        f"{between(gaps[SAMPLED].found)} {SAMPLED}. A sampled difference within {100 * NONE:.0f} point counts as none; "
        f"this one is {'' if same else 'not '}shown to be within it"
        f"{': on the moons the prior by itself makes none' * bool(same)}.",
        evidence=(
            *lines("Accuracy, normal minus Cauchy", gaps),
            *every_way(NORMAL),
            higher(NORMAL),
            higher(CAUCHY),
            *convergence(),
            KEY,
        ),
    )
