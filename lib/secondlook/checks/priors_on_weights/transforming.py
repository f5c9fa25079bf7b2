"""A positive parameter on the real line: C10.

With exponential waiting times and a gamma prior on their rate θ, the posterior is gamma. With ζ = ln θ and
q(ζ) = N(μ, σ²), every part of the ELBO is known: E ln θ = μ and E θ = exp(μ + σ²/2).
"""

import math

import numpy as np
from scipy.optimize import minimize
from scipy.stats import gamma, norm

from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check

SETTINGS = ((2.0, 1.0, (0.3, 1.1, 0.2, 0.7)), (0.5, 0.2, (4.0, 2.5)), (3.0, 6.0, (0.1,) * 20))
"""Shape and rate of the prior, and the waiting times."""
GRID = np.linspace(-14, 8, 20_001)
"""Values of ζ."""
STEP = GRID[1] - GRID[0]


def known(shape: float, rate: float, waits: tuple[float, ...]) -> tuple[float, float]:
    """Shape and rate of the posterior."""
    return shape + len(waits), rate + sum(waits)


def printed_elbo(mu: float, sd: float, shape: float, rate: float) -> float:
    """The slides' integral ∫ q(θ) ln p(X, θ)/q(θ) dθ, up to ln p(X), with the q(θ) that a normal q(ζ) implies."""
    theta = np.exp(GRID)
    log_q = norm.logpdf(GRID, mu, sd) - GRID
    return float(np.sum(np.exp(log_q) * (gamma.logpdf(theta, shape, scale=1 / rate) - log_q) * theta) * STEP)


def elbo(mu: float, sd: float, shape: float, rate: float, jacobian: bool) -> float:
    """E_q[ln p(X, e^ζ)] (+ E_q[ζ], the log-Jacobian) plus the entropy of q(ζ), up to a constant, in closed form."""
    return (shape - 1 + jacobian) * mu - rate * math.exp(mu + sd**2 / 2) + math.log(sd)


def best(shape: float, rate: float, jacobian: bool) -> tuple[float, float]:
    """μ and σ where its slopes are zero: E θ = k/rate and σ² = 1/k, k = shape with the Jacobian, shape − 1 without."""
    k = shape - 1 + jacobian
    return math.log(k / rate) - 1 / (2 * k), 1 / math.sqrt(k)


def moments(mu: float, sd: float) -> tuple[float, float]:
    """Mean and standard deviation of θ under a normal q(ζ)."""
    mean = math.exp(mu + sd**2 / 2)
    return mean, mean * math.sqrt(math.expm1(sd**2))


def climbed(shape: float, rate: float) -> tuple[float, float]:
    """μ and σ of the highest printed ELBO, by search."""
    start = np.array([math.log(shape / rate), -0.5 * math.log(shape)])

    def depth(at: np.ndarray) -> float:
        return -printed_elbo(at[0], math.exp(at[1]), shape, rate)

    mu, log_sd = minimize(depth, start, method="Nelder-Mead", options={"xatol": 1e-8, "fatol": 1e-13}).x
    return float(mu), math.exp(log_sd)


@check("C10")
def positive() -> Verdict:
    """The optimum of the slides' ELBO by quadrature and search, against the closed forms with and without Jacobian."""
    posteriors = [known(*setting) for setting in SETTINGS]
    agree = [np.allclose(climbed(*p), best(*p, jacobian=True), atol=1e-5) for p in posteriors]
    shape, rate = posteriors[0]
    (mean, sd), (wrong, wrong_sd) = (moments(*best(shape, rate, jacobian)) for jacobian in (True, False))
    return decide(
        all(agree),
        f"For a rate whose posterior is gamma with mean {shape / rate:.4f}, the ELBO of the slides, for the q(θ) that "
        f"the normal q(ζ) implies, is highest where q has mean {mean:.4f}. The slides do not say what this takes in "
        r"terms of ζ: $\ln p(X, e^\zeta) + \ln \lvert d\theta/d\zeta \rvert$, here with $+\,\zeta$. Whoever leaves the "
        f"second term out finds mean {wrong:.4f}, which is the mode of the posterior.",
        r"$\zeta = \log\theta$, $q(\zeta) = N(\mu, \Sigma)$, maximise ELBO(q)",
        r"the same, with $\ln p(X, T^{-1}(\zeta)) + \ln \lvert\det J_{T^{-1}}(\zeta)\rvert$ as log joint of $\zeta$",
        (
            f"The posterior has standard deviation {math.sqrt(shape) / rate:.4f}, the best q {sd:.4f}, and the best q "
            f"without the second term {wrong_sd:.4f}.",
            "Without the second term there is no optimum at all where the posterior has shape 1 or less.",
            "A search for the highest ELBO of the slides ends at the closed form with the second term in "
            f"{sum(agree)} of {len(agree)} settings of prior and waiting times.",
        ),
    )
