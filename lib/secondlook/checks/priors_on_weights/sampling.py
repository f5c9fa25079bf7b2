"""Three samplers on one posterior, and what makes one slow: C03 and C07, from the records of two studies."""

from collections.abc import Mapping

import numpy as np

from secondlook.checks.intervals import Interval, over
from secondlook.checks.over_seeds import arm, matched
from secondlook.claims import Kind, Verdict, check
from secondlook.results import Arm
from secondlook.studies.dimensions import NETS, NORMALS, USUAL, net_arm, normal_arm
from secondlook.studies.samplers import CHAINS, REFERENCE_SWEEPS

SAMPLERS = ("metropolis", "gibbs", "nuts")
CONVERGED = 1.01
FAR = 4.5
"""In Monte Carlo errors: of all means of all runs, one in hundreds of thousands would lie so far by chance."""
MARGIN = 0.25
"""A slope that counts as none: with twice as many features, a gradient is worth at least 0.84 of what it was."""
COSTS = ("evaluations", "seconds")


def worth(of: Arm, cost: str) -> np.ndarray:
    """Effective draws of the worst quantity for each unit of a cost, ``(seeds,)``."""
    ess = of.items["ess"].reshape(len(of.seeds), -1).min(axis=1)
    return ess / of.items[cost]


def slope(arms: dict[int, Arm], cost: str) -> Interval:
    """The slope of log worth against log number, over arms at different numbers, one fit a seed."""
    worths = np.log([worth(of, cost) for of in matched(*arms.values())])
    slopes, _ = np.polyfit(np.log(list(arms)), worths, 1)
    return over(slopes)


def of_nets(what: str) -> dict[int, Arm]:
    """The arms of the net in which one number varies, by that number, ascending."""
    return {value: arm(f"dimensions/{net_arm(what, value)}") for value in sorted((USUAL[what], *NETS[what]))}


def of_normals(method: str) -> dict[int, Arm]:
    """The arms of a standard normal, by its dimension."""
    return {value: arm(f"dimensions/{normal_arm(method, value)}") for value in NORMALS}


def every() -> list[Arm]:
    """All arms of the study of dimensions, each once."""
    nets = {net_arm(what, value): of for what in NETS for value, of in of_nets(what).items()}
    return [*nets.values(), *of_normals("metropolis").values(), *of_normals("nuts").values()]


def decide(by_features: Mapping[str, Interval]) -> Kind:
    """Whether sampling is slower for data of more features, in seconds, and because it needs more gradients.

    Corrected if a second brings less and a gradient does not: then it is the gradients that are dearer.
    """
    gradient, second = by_features["evaluations"], by_features["seconds"]
    if gradient.high < -MARGIN:
        return "upheld"
    if gradient.low < -MARGIN or second.low < -MARGIN < second.high:
        return "inconclusive"
    return "corrected" if second.high < -MARGIN else "not upheld"


def turns() -> str:
    """What a gradient of NUTS is worth on standard normals of more and more parameters, in words."""
    return ", ".join(f"{worth(of, 'evaluations').mean():.2f}" for of in of_normals("nuts").values())


@check("C03")
def dimension() -> Verdict:
    """How the worth of a gradient, and of a second, goes with each of three numbers while the other two stay."""
    powers = {what: {cost: slope(of_nets(what), cost) for cost in COSTS} for what in NETS}
    features = powers["features"]
    seeds = len(arm(f"dimensions/{net_arm('features', USUAL['features'])}").seeds)
    walk = slope(of_normals("metropolis"), "evaluations")
    rhat = np.concatenate([of.scores["rhat"] for of in every()])
    return Verdict(
        decide(features),
        "We vary the features of a small convolutional net and hold its parameters and items. The effective draws that "
        f"a gradient of NUTS brings go by the power {features['evaluations']:+.2f} of the number of features, those of "
        f"a second by {features['seconds']:+.2f}; at the power -1 twice the number brings half. More features make "
        "each gradient dearer, for this as for any method that reads the data.",
        "very slow for data of high dimension",
        "dearer for each gradient, as is any method that reads the data; it does not need more of them",
        (
            "One number of the net varies and the other two stay; a power is that of the effective draws of the worst "
            f"quantity, the mean over {seeds} seeds, with its 95 % interval.",
            *(
                f"Power of the number of {what} ({min(of_nets(what))} to {max(of_nets(what))}): "
                f"{by['evaluations']:+.2f} for a gradient, {by['seconds']:+.2f} for a second."
                for what, by in powers.items()
            ),
            "Where a power lies below zero with its interval, more of that number makes a gradient bring fewer draws.",
            f"On a standard normal of {NORMALS[0]} to {NORMALS[-1]} parameters the effective draws of an evaluation by "
            f"random-walk Metropolis go by the power {walk:+.2f} of the number of parameters.",
            f"A gradient of NUTS there, which goes by no power, is worth {turns()} draws at "
            f"{', '.join(map(str, NORMALS))} parameters.",
            f"R-hat is above {CONVERGED} in {np.sum(rhat > CONVERGED)} of {len(rhat)} runs, at most {rhat.max():.3f}.",
            "The blog post that has the slide's list (C02) says models of high dimension, not data.",
        ),
    )


def apart(method: str) -> np.ndarray:
    """Means of every run and parameter less the reference's, in Monte Carlo errors, ``(seeds, d)``.

    Draws of NUTS alternate around the mean and look worth more than their number, which is not relied on here.
    """
    of, long = arm(f"samplers/{method}"), arm("samplers/gibbs")
    ess = np.minimum(of.items["ess"], CHAINS * of.config["draws"])
    reference = long.items["ess"].mean(axis=0) * REFERENCE_SWEEPS / long.config["draws"]
    error = of.items["true_sd"] * np.sqrt(1 / ess + 1 / reference)
    return (of.items["mean"] - of.items["true_mean"]) / error


@check("C07")
def samplers() -> Verdict:
    """R-hat and moments of each sampler over seeds, against one long run; and what each second and evaluation bring."""
    arms = {method: arm(f"samplers/{method}") for method in SAMPLERS}
    rhat = max(of.scores["rhat"].max() for of in arms.values())
    far = max(abs(apart(method)).max() for method in SAMPLERS)
    spread = max(of.scores["sd_error"].max() for of in arms.values())
    rates = (
        f"Effective draws of the worst parameter by {method}, medians over seeds: "
        f"{np.median(worth(of, 'seconds')):,.0f} a second, {np.median(worth(of, 'evaluations')):.3f} an evaluation."
        for method, of in arms.items()
    )
    seeds, parameters = arms["nuts"].items["mean"].shape
    return Verdict(
        "upheld" if rhat < CONVERGED and far < FAR else "not upheld",
        "All three sample the regression of the diabetes data with unknown variances: over "
        f"{seeds} seeds the largest R-hat is {rhat:.4f}, and the farthest mean lies {far:.1f} Monte Carlo errors from "
        "that of a long run. The list is not complete: Langevin methods, sequential Monte Carlo and "
        "stochastic-gradient samplers were in use by 2017.",
        evidence=(
            f"The posterior has {parameters} parameters; standard deviations are off by {spread:.1%} at most (root "
            "mean square over parameters).",
            *rates,
            "An evaluation is a density for Metropolis, a gradient for NUTS, a sweep for Gibbs.",
            "A sweep of Gibbs needs the law of each part given the others: a linear model has them, the weights of a "
            "network do not.",
        ),
    )
