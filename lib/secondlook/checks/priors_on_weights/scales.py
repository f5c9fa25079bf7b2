"""A scale of the prior that is fixed, or learnt under a hyperprior, on the moons: C12 and C16."""

from collections.abc import Mapping

from secondlook.checks.over_seeds import LEVEL, Compared, arm, decide
from secondlook.checks.priors_on_weights.family import ACCURACY, BENT, LEARNT, NLL, family
from secondlook.checks.words import KEY, NATS, effect, lines
from secondlook.claims import Verdict, check
from secondlook.studies.priors.arms import CELLS, LAWS
from secondlook.studies.priors.moons import MoonsRun

LISTED: Mapping[str, str | None] = {
    "fixed values": "Hierarchical modelling",
    "Half-Normal": None,
    "Half-Cauchy": None,
    "Inverse-Gamma": "Hierarchical modelling",
}
"""What slide Course of work sets side by side, and a slide that shows a result of it."""
SLIDES = "inverse-gamma"
"""The hyperprior whose results the slides show."""


def spread(score: str, factor: float = 1) -> str:
    """The least and the greatest mean of a score over the twelve priors, in words."""
    means = {name: factor * arm(f"priors/{name}").scores[score].mean() for name in CELLS}
    low, high = min(means, key=means.__getitem__), max(means, key=means.__getitem__)
    digits = 1 if factor == 100 else 3
    return f"from {means[low]:.{digits}f} ({low}) to {means[high]:.{digits}f} ({high})"


@check("C12")
def compared() -> Verdict:
    """Which of the four have a result on the slides; and ours, with every law."""
    missing = [name for name, slide in LISTED.items() if not slide]
    told = {score: sum(family()[law, h, score].p < LEVEL for law in LAWS for h in LEARNT) for score in (ACCURACY, NLL)}
    pairs, seeds = len(LAWS) * len(LEARNT), len(arm("priors/normal fixed").seeds)
    none = f"show a result for {len(LISTED) - len(missing)} of the {len(LISTED)}"
    return Verdict(
        "not testable here" if missing else "upheld",
        f"The slides {none}" + (f" and none for {' and '.join(missing)}" if missing else "") + ". Data, network, fixed "
        "values and parameters of the hyperpriors, which they do not give, would be needed to run theirs again. In "
        f"ours, on the moons, of the {pairs} pairs of a learnt scale and the fixed one {told[ACCURACY]} are told apart "
        f"in accuracy and {told[NLL]} in negative log-likelihood.",
        evidence=(
            f"Ours are {len(LAWS)} laws by these {len(LISTED)} on {MoonsRun.n_train} points of the moons, each found "
            f"by one climb of the ELBO, from {seeds} seeds.",
            f"Mean test accuracies go {spread(ACCURACY, 100)} %.",
            f"Mean test negative log-likelihoods go {spread(NLL)} nats.",
        ),
    )


def scales(name: str) -> str:
    """Posterior medians of a prior's three scales, from the first layer on: means over the seeds of either heap."""
    of = arm(f"priors/{name}").scores
    bent, told = of[ACCURACY] > BENT, []
    for heap, end in ((~bent, "end as a straight line"), (bent, "bend it")):
        if heap.any():
            means = ", ".join(f"{of[f'scale {layer}'][heap].mean():.2f}" for layer in (1, 2, 3))
            told.append(f"{means} in the {heap.sum()} nets that {end}")
    return " and ".join(told)


def by_law(score: str) -> dict[str, Compared]:
    """The hyperprior of the slides less the fixed scale, in a score, under each law."""
    return {law: family()[law, SLIDES, score] for law in LAWS}


@check("C16")
def learnt() -> Verdict:
    """The hyperprior of the slides against the fixed scale under each law: fit, accuracy and the scales found."""
    of_nll, of_accuracy = by_law(NLL), by_law(ACCURACY)
    gains = ", ".join(f"{effect(found, NATS)} ({law})" for law, (found, _) in of_nll.items())
    return Verdict(
        decide(of_nll.values(), -1),
        "The slide does not say which panel is better; what is decided is whether the learnt scale predicts better on "
        "the moons, found by one climb of the ELBO. Inverse-Gamma minus a scale fixed at 1 is, in test negative "
        f"log-likelihood, {gains}. Told from zero: {sum(p < LEVEL for _, p in of_nll.values())} of {len(of_nll)}.",
        evidence=(
            *lines("Test negative log-likelihood, learnt minus fixed", of_nll, NATS),
            *lines("Test accuracy, learnt minus fixed", of_accuracy),
            *(f"Scales learnt for the three layers, {law}: {scales(f'{law} {SLIDES}')}." for law in LAWS),
            KEY,
        ),
    )
