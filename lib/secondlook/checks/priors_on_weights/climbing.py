"""Stochastic climbing of the ELBO with the reparametrisation trick: C11."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np

from secondlook.checks.priors_on_weights import patients
from secondlook.claims import Verdict, check
from secondlook.variational.advi import START_SD, LogProb

DRAWS = 10_000
"""Draws over which the variance of a gradient is estimated."""
NEAR = 0.05
"""In units of the sd, and of the logarithm of the sd."""


def gradients(log_prob: LogProb, loc: jax.Array, sd: jax.Array) -> tuple[np.ndarray, np.ndarray]:
    """The gradient of the ELBO in the means, from each of many single draws, by two unbiased estimates, (draws, d).

    Reparametrised: the slope of ln p(X, loc + sd ε). Score function (Ranganath, Gerrish and Blei 2014, equation 3):
    ln p(X, θ)/q(θ) times the slope of ln q(θ) in loc.
    """
    by_path, by_score = both(log_prob, loc, sd, jax.random.normal(jax.random.key(0), (DRAWS, len(loc))))
    return np.asarray(by_path, float), np.asarray(by_score, float)


@partial(jax.jit, static_argnums=0)
def both(log_prob: LogProb, loc: jax.Array, sd: jax.Array, noise: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The two estimates, in JAX."""
    theta = loc + sd * noise
    log_ratio = jax.vmap(log_prob)(theta) + 0.5 * (noise**2).sum(axis=1)
    return jax.vmap(jax.grad(log_prob))(theta), (log_ratio - log_ratio.mean())[:, None] * noise / sd


@check("C11")
def climb() -> Verdict:
    """Where ADVI ends against the best mean-field normal in closed form, and the spread of two gradient estimates."""
    known, fit = patients.exact(), patients.fitted()
    best, sd = patients.mean_field_sd(known), np.sqrt(np.diag(known.covariance))
    off, wide = abs((fit.loc - known.mean) / sd).max(), abs(np.log(fit.sd / best)).max()
    target = patients.log_joint()
    by_path, by_score = gradients(target, jnp.asarray(fit.loc), jnp.asarray(fit.sd))
    apart = by_path - by_score  # from the same draws
    agree = apart.mean(axis=0) / apart.std(axis=0)
    noisier = by_score.var(axis=0) / by_path.var(axis=0)
    path_early, score_early = gradients(target, jnp.zeros(len(sd)), jnp.full(len(sd), START_SD))
    early = score_early.var(axis=0) / path_early.var(axis=0)
    return Verdict(
        "upheld" if max(off, wide) < NEAR and noisier.min() > 1 else "not upheld",
        f"On the regression with {len(best)} weights, {patients.STEPS:,} steps of Adam end with means within {off:.3f} "
        f"posterior standard deviations of the exact ones, and with standard deviations within {wide:.1%} of the best "
        "that a diagonal covariance can do. There a gradient from one draw has "
        f"{noisier.min():.1f} to {noisier.max():.1f} times the variance if it is the score-function estimate, which "
        "multiplies the slope of log q by log p − log q, in place of the reparametrisation trick.",
        evidence=(
            r"The best standard deviations are $1/\sqrt{\Lambda_{ii}}$, where $\Lambda$ is the precision of the "
            f"posterior: {(best / sd).min():.2f} to {(best / sd).max():.2f} of the exact ones, never more.",
            "At the optimum the two estimates of the gradient agree within "
            f"{abs(agree).max() * np.sqrt(DRAWS):.1f} standard errors.",
            f"Where the climb starts, with one draw again, the score-function estimate has {early.min():,.0f} to "
            f"{early.max():,.0f} times the variance of the other.",
            "At both places the mean of log p − log q over the draws is taken off first, which lowers its variance.",
        ),
    )
