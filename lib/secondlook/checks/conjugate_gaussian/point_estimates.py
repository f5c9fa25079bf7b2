"""The two point estimates, and what a plug-in prediction keeps: D08 to D13."""

from functools import partial

import numpy as np

from secondlook.checks.conjugate_gaussian.settings import (
    SETTINGS,
    N,
    S,
    log_likelihood,
    mode,
    top_of_likelihood,
    vertex,
)
from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import DATA, NOISE_VARIANCE, PRIOR_VARIANCE, map_predictive, ml_predictive, posterior

TRIED = (-1.0, 0.0, 1.0, 2.0, 3.0)  # values of mu at which two functions of mu are compared


def printed_slope(mu: float, s2: float) -> float:
    """Solution 3, the first derivative."""
    return sum((x - mu) ** 2 / s2 for x in DATA) / 2


def printed_ml_estimate() -> float:
    """Solution 3."""
    return S / N


def printed_map_objective(mu: float, s2: float, t2: float) -> float:
    """Solution 3, the expression to differentiate."""
    return sum(((x - mu) / s2) ** 2 for x in DATA) / 2 + mu**2 / t2 / 2


def printed_map_estimate(s2: float, t2: float) -> float:
    """Solution 3."""
    return S / (s2 / t2 + N)


def printed_plug_in_variance(s2: float, t2: float) -> float:
    """Solutions 3, 5 and 6: the variance of the prior."""
    return t2


@check("D08")
def likelihood_is_not_posterior() -> Verdict:
    """Whether log p(mu | D) and log p(D | mu) are the same function of mu, up to a constant."""
    s2, t2 = NOISE_VARIANCE, PRIOR_VARIANCE
    belief = posterior(DATA, s2, t2)
    gaps = [float(belief.log_density(mu) - log_likelihood(mu, s2)) for mu in TRIED]
    return decide(
        same((gap, gaps[0]) for gap in gaps),
        f"The product over the data is the likelihood $p(D \\mid \\mu)$, highest at {top_of_likelihood(s2):.4f}. The "
        f"density $p(\\mu \\mid D)$ has the prior in it too: it is highest at {mode(s2, t2):.4f}, and from $\\mu$ = "
        f"{min(TRIED):g} to {max(TRIED):g} the difference of the two logs varies by {np.ptp(gaps):.2f}.",
        r"$L = \log p(\mu \mid D)$",
        r"$L = \log p(D \mid \mu)$",
    )


@check("D09")
def slope_of_the_log_likelihood() -> Verdict:
    """The printed derivative against central differences, which are exact for a parabola."""
    by_difference = {
        (mu, s2): float(log_likelihood(mu + 0.5, s2) - log_likelihood(mu - 0.5, s2))
        for s2, _ in SETTINGS
        for mu in TRIED
    }
    least = printed_slope(S / N, NOISE_VARIANCE)
    return decide(
        same((printed_slope(mu, s2), slope) for (mu, s2), slope in by_difference.items()),
        f"At $\\mu = 0$ the slope is {by_difference[0.0, NOISE_VARIANCE]:.2f}, which is "
        f"$\\frac{{1}}{{\\sigma^2}}\\sum(x - \\mu)$; the printed sum of squares gives "
        f"{printed_slope(0.0, NOISE_VARIANCE):.3f} and is never below {least:.3f}, so it has no zero. "
        "The document's next line follows from the right slope.",
        r"$\frac{1}{2}\sum((x-\mu)/\sigma)^2$",
        r"$\frac{1}{\sigma^2}\sum(x-\mu)$",
    )


@check("D10")
def ml_estimate() -> Verdict:
    """The top of the log likelihood against the sample mean."""
    tops = [top_of_likelihood(s2) for s2, _ in SETTINGS]
    return decide(
        same((top, printed_ml_estimate()) for top in tops),
        f"The log likelihood is highest at {tops[0]:.7f}, whatever $\\sigma^2$; the sample mean is {S / N:.7f}.",
        r"$\sum x / \lvert D \rvert$",
        f"the same: {S / N:.7f}",
    )


@check("D11")
def map_objective() -> Verdict:
    """Whether the printed function has its maximum, or at least its stationary point, at the mode of the posterior."""
    stationary, curvature = {}, {}
    for s2, t2 in SETTINGS:
        stationary[s2, t2], curvature[s2, t2] = vertex(partial(printed_map_objective, s2=s2, t2=t2))
    at = SETTINGS[2]
    return decide(
        same((stationary[at], mode(*at)) for at in SETTINGS) and all(bend < 0 for bend in curvature.values()),
        f"The printed function has curvature {curvature[SETTINGS[0]]:+.1f}: at $\\sigma^2 = 1$ it is the negative log "
        f"posterior, which has a minimum and no maximum. And $\\sigma$, not $\\sigma^2$, divides $x - \\mu$: at "
        f"$\\sigma^2$ = {at[0]:g} the printed function is stationary at {stationary[at]:.4f}, the mode is "
        f"{mode(*at):.4f}.",
        r"maximise $\sum\frac{1}{2}((x-\mu)/\sigma^2)^2 + \frac{1}{2}(\mu/\tau)^2$",
        r"minimise $\sum\frac{1}{2}((x-\mu)/\sigma)^2 + \frac{1}{2}(\mu/\tau)^2$",
    )


@check("D12")
def map_estimate() -> Verdict:
    """The printed MAP estimate against the top of the log posterior and the posterior mean."""
    pairs = [(printed_map_estimate(*at), mode(*at)) for at in SETTINGS]
    pairs += [(printed_map_estimate(*at), posterior(DATA, *at).mean) for at in SETTINGS]
    printed, top = pairs[0]
    return decide(
        same(pairs),
        f"The printed formula gives {printed:.7f}; the log posterior is highest at {top:.7f}, which is also its mean.",
        r"$\sum x / (\sigma^2/\tau^2 + n)$",
        f"the same: {top:.7f}",
    )


@check("D13")
def plug_in_variance() -> Verdict:
    """Which variance the plug-in predictions keep."""
    kept = {at: (ml_predictive(DATA, at[0]).variance, map_predictive(DATA, *at).variance) for at in SETTINGS}
    (by_ml, by_map), (s2, t2) = kept[SETTINGS[0]], SETTINGS[0]
    return decide(
        same((variance, printed_plug_in_variance(*at)) for at in SETTINGS for variance in kept[at]),
        f"Both keep the variance of the noise: {by_ml:g} and {by_map:g} where $\\sigma^2$ = {s2:g}. The variance of "
        f"the prior is $\\tau^2$ = {t2:g}; it is the variance of neither, and enters the MAP estimate alone.",
        r"$\tau^2$, the variance of the prior",
        r"$\sigma^2$, the variance of the noise",
    )
