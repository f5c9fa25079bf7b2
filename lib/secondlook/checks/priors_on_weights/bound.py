"""The log evidence as a divergence plus a bound: C08 and C09."""

import numpy as np
from scipy.optimize import minimize
from scipy.stats import logistic, norm

from secondlook.checks.exact import decide, same
from secondlook.claims import Verdict, check
from secondlook.gaussian import DATA, Normal, log_evidence, posterior

NOISE, PRIOR = 1.5, 5.0
GRID = np.linspace(-25, 25, 50_001)
"""Values of θ over which integrals are sums."""
STEP = GRID[1] - GRID[0]
KNOWN = posterior(DATA, NOISE, PRIOR)
LOG_EVIDENCE = log_evidence(DATA, NOISE, PRIOR)
LOG_JOINT = np.sum(norm.logpdf(np.array(DATA)[:, None], GRID, NOISE**0.5), axis=0) + norm.logpdf(GRID, 0, PRIOR**0.5)
"""ln p(X, θ), the likelihood of the points times the prior."""
CHOICES = {
    "the posterior": KNOWN.log_density(GRID),
    "a normal too narrow": norm.logpdf(GRID, KNOWN.mean, 0.1),
    "a normal elsewhere": norm.logpdf(GRID, 0.0, 0.7),
    "the prior": norm.logpdf(GRID, 0.0, PRIOR**0.5),
    "a logistic law": logistic.logpdf(GRID, 1.5, 0.4),
    "two normals in equal parts": np.logaddexp(norm.logpdf(GRID, 0, 0.5), norm.logpdf(GRID, 3, 0.2)) - np.log(2),
}
"""The logarithms of several q, over the grid."""


def printed_divergence(log_q: np.ndarray) -> float:
    """Slide Variational Inference, left integral: q ln q/p(θ | X)."""
    return float(np.sum(np.exp(log_q) * (log_q - KNOWN.log_density(GRID))) * STEP)


def printed_bound(log_q: np.ndarray) -> float:
    """Slide Variational Inference, right integral: q ln p(X, θ)/q."""
    return float(np.sum(np.exp(log_q) * (LOG_JOINT - log_q)) * STEP)


def both(log_q: np.ndarray) -> tuple[float, float]:
    """The two integrals."""
    return printed_divergence(log_q), printed_bound(log_q)


@check("C08")
def identity() -> Verdict:
    """The two integrals for several q, and the log evidence in closed form."""
    found = {name: both(log_q) for name, log_q in CHOICES.items()}
    sums = [sum(parts) for parts in found.values()]
    told = "; ".join(f"{name}: {kl:.4f} and {elbo:.4f}" for name, (kl, elbo) in found.items())
    return decide(
        same(((total, LOG_EVIDENCE) for total in sums), tolerance=1e-10),
        f"ln p(X) is {LOG_EVIDENCE:.10f}. The two integrals are, with q = {told}. Each pair adds up to ln p(X), to ten "
        "digits.",
        r"$\ln p(X) = \mathrm{KL}(q \,\Vert\, p) + \mathrm{ELBO}(q)$",
        "the same",
    )


@check("C09")
def equivalence() -> Verdict:
    """Two searches over normal q of one wrong width, and over all normal q; and the sum wherever they look."""
    seen: list[float] = []

    def search(part: int, sign: int, start: list[float], sd: float | None = None) -> np.ndarray:
        def height(at: np.ndarray) -> float:
            q = Normal(at[0], sd**2 if sd else float(np.exp(2 * at[1])))
            parts = both(q.log_density(GRID))
            seen.append(sum(parts))
            return sign * parts[part]

        return minimize(height, start, method="Nelder-Mead", options={"xatol": 1e-7, "fatol": 1e-13}).x

    narrow_start, start = ([1.0], 0.2), ([1.0, -1.0], None)
    pairs = [(search(0, +1, *at), search(1, -1, *at)) for at in (narrow_start, start)]
    (narrow, _), (full, other) = pairs
    holds = all(np.allclose(least, most, atol=1e-5) for least, most in pairs) and np.ptp(seen) < 1e-8
    return decide(
        holds,
        f"Over normal q the KL is least at mean {full[0]:.5f} and sd {np.exp(full[1]):.5f}, the ELBO highest at mean "
        f"{other[0]:.5f} and sd {np.exp(other[1]):.5f} (the posterior has {KNOWN.mean:.5f} and "
        f"{KNOWN.variance**0.5:.5f}); with the sd held at 0.2, both at mean {narrow[0]:.5f}. Wherever the searches "
        "looked, the sum of the two was the same to eight decimals.",
        r"minimise $\mathrm{KL}(q \,\Vert\, p)$ $\Leftrightarrow$ maximise $\mathrm{ELBO}(q)$",
        "the same",
    )
