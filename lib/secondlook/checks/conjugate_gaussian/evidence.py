"""The marginal likelihood, symbol by symbol and number by number: D18 to D24."""

import math

import numpy as np
from scipy.stats import multivariate_normal

from secondlook.checks.conjugate_gaussian.settings import SETTINGS, N, Q, S, by_summation, mode
from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import (
    DATA,
    NOISE_VARIANCE,
    PRIOR_VARIANCE,
    SURE_PRIOR_VARIANCE,
    best_prior_variance,
    log_evidence,
)

PRINTED_EVIDENCE = "3.15573e-10"
PRINTED_SURE_EVIDENCE = "5.65665e-15"


def printed_expansion(mu: float) -> float:
    """Solution 7, the expansion of the sum of squares."""
    return Q - 2 * mu * S


def printed_centre(s2: float, t2: float) -> float:
    """Solution 7, the fraction in the cross term."""
    return S / (N + 1 / t2)


def printed_evidence(s2: float, t2: float) -> float:
    """Solution 7, the last line in symbols."""
    precision = N / s2 + 1 / t2
    front = math.exp(-Q / (2 * s2)) / (math.sqrt(2 * math.pi * s2) ** N * math.sqrt(2 * math.pi * t2))
    return front * math.exp((S / s2) ** 2 / (2 * precision)) * math.sqrt(2 * math.pi / precision)


def printed_last_factor(t2: float) -> float:
    """Solutions 7 and 8, the last factor with numbers put in."""
    return math.sqrt(2 * math.pi) / math.sqrt(2 * (N + 1 / t2))


def by_three_routes(s2: float, t2: float) -> tuple[float, float, float]:
    """The evidence in closed form, as a sum over mu, and as the density of N(0, s2 I + t2 11') at the data."""
    joint_normal = multivariate_normal(np.zeros(N), s2 * np.eye(N) + t2)
    return math.exp(log_evidence(DATA, s2, t2)), by_summation(s2, t2).evidence, float(joint_normal.pdf(DATA))


def tex(value: float) -> str:
    """A small number as TeX, six digits: 4.46287 · 10^-10."""
    digits, power = f"{value:.5e}".split("e")
    return rf"{digits} \cdot 10^{{{int(power)}}}"


@check("D18")
def expansion() -> Verdict:
    """The sum of squared deviations against its printed expansion."""
    full = {mu: sum((x - mu) ** 2 for x in DATA) for mu in (0.0, 1.0, 2.0)}
    return decide(
        same((printed_expansion(mu), value) for mu, value in full.items()),
        f"At $\\mu = 1$ the sum is {full[1.0]:.4f} and the printed expansion {printed_expansion(1.0):.4f}; at "
        f"$\\mu = 2$, {full[2.0]:.4f} and {printed_expansion(2.0):.4f}. The difference is $n\\mu^2$, dropped here and "
        "back in the document's next line.",
        r"$\sum x_i^2 - 2\mu\sum x_i$",
        r"$\sum x_i^2 - 2\mu\sum x_i + n\mu^2$",
    )


@check("D19")
def cross_term() -> Verdict:
    """Where the square is centred: the stationary point of the exponent."""
    centres = {at: mode(*at) for at in SETTINGS}
    at = SETTINGS[2]
    return decide(
        same((printed_centre(*at), centre) for at, centre in centres.items()),
        f"The square is centred on $(S/\\sigma^2)/(n/\\sigma^2 + 1/\\tau^2)$. The printed fraction is equal to it at "
        f"$\\sigma^2 = 1$ ({printed_centre(*SETTINGS[0]):.4f} and {centres[SETTINGS[0]]:.4f}) and not elsewhere: at "
        f"$\\sigma^2$ = {at[0]:g}, {printed_centre(*at):.4f} against {centres[at]:.4f}.",
        r"$\sum x_i/(n + 1/\tau^2)$",
        r"$\frac{1}{\sigma^2}\sum x_i/(n/\sigma^2 + 1/\tau^2)$",
    )


@check("D20")
def symbols() -> Verdict:
    """The printed closed form against three routes at every setting."""
    pairs = [(printed_evidence(*at) / route, 1.0) for at in SETTINGS for route in by_three_routes(*at)]
    found = printed_evidence(*SETTINGS[0])
    return decide(
        same(pairs),
        f"The printed expression, evaluated as it stands, gives ${tex(found)}$ at $\\sigma^2 = 1$, $\\tau^2 = 5$. It "
        f"{'agrees' if same(pairs) else 'disagrees'} with summation over $\\mu$ and with the density of "
        r"$N(0, \sigma^2 I + \tau^2 1 1^\top)$ "
        f"at all {len(SETTINGS)} pairs of variances tried.",
        "the closed form",
        "the same",
    )


@check("D21")
def last_factor() -> Verdict:
    """The last factor as substituted, against the symbol it stands for."""
    right = {t2: math.sqrt(2 * math.pi / (N / s2 + 1 / t2)) for s2, t2 in SETTINGS[:2]}
    printed = {t2: printed_last_factor(t2) for t2 in right}
    a, b = PRIOR_VARIANCE, SURE_PRIOR_VARIANCE
    return decide(
        same((printed[t2], right[t2]) for t2 in right),
        f"The symbol is {right[a]:.5f} for $\\tau^2$ = {a:g} and {right[b]:.5f} for $\\tau^2$ = {b:g}; the printed "
        f"numbers give {printed[a]:.5f} and {printed[b]:.5f}, smaller by a factor {right[a] / printed[a]:.5f}, the "
        "root of a stray 2.",
        r"$\sqrt{2\pi}/\sqrt{2(14 + 1/5)}$",
        r"$\sqrt{2\pi}/\sqrt{14 + 1/5}$",
    )


def evidence_value(printed: str, t2: float) -> Verdict:
    """A printed evidence, to all its digits, against three routes that must agree."""
    closed, summed, joint = by_three_routes(NOISE_VARIANCE, t2)
    three_agree = same([(closed / summed, 1.0), (closed / joint, 1.0)])
    return decide(
        three_agree and f"{closed:.5e}" == f"{float(printed):.5e}",
        f"${tex(closed)}$ by closed form, by summation over $\\mu$ and as a multivariate normal density (log "
        f"{math.log(closed):.5f}). The printed value is {float(printed) / closed:.5f} of it; "
        rf"$1/\sqrt{{2}}$ = {math.sqrt(0.5):.5f}.",
        f"${tex(float(printed))}$",
        f"${tex(closed)}$",
    )


@check("D22")
def value() -> Verdict:
    """The evidence of the document's first model."""
    return evidence_value(PRINTED_EVIDENCE, PRIOR_VARIANCE)


@check("D23")
def sure_value() -> Verdict:
    """The evidence of the model that is sure of zero."""
    return evidence_value(PRINTED_SURE_EVIDENCE, SURE_PRIOR_VARIANCE)


@check("D24")
def comparison() -> Verdict:
    """The log Bayes factor, split into what the fit gains and what the spread of the prior costs."""
    wide, sure = PRIOR_VARIANCE, SURE_PRIOR_VARIANCE
    log_factor = log_evidence(DATA, NOISE_VARIANCE, wide) - log_evidence(DATA, NOISE_VARIANCE, sure)
    variance_of_mean = {t2: t2 + NOISE_VARIANCE / N for t2 in (wide, sure)}
    z = {t2: abs(S / N) / math.sqrt(v) for t2, v in variance_of_mean.items()}
    gain = (z[sure] ** 2 - z[wide] ** 2) / 2
    cost = math.log(variance_of_mean[wide] / variance_of_mean[sure]) / 2
    return decide(
        log_factor > 0 and gain > cost,
        f"The Bayes factor is {math.exp(log_factor):,.0f} (log {log_factor:.3f}); the stray factor of D21 cancels in "
        f"it. The sample mean lies {z[sure]:.1f} standard deviations from zero under $\\tau^2$ = {sure:g} and "
        f"{z[wide]:.2f} under $\\tau^2$ = {wide:g}: the wider prior gains {gain:.2f} in log and pays {cost:.2f} for "
        f"its width. The evidence is highest at $\\tau^2$ = {best_prior_variance(DATA, NOISE_VARIANCE):.4f}.",
        r"$\tau^2 = 5$ is preferred",
        f"the same, by a factor {math.exp(log_factor):,.0f}",
    )
