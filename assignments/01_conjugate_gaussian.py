# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Assignment 1 · One unknown mean
#
# Three functions, after notebook 1. The data $x_1, \dots, x_n$ are $N(\mu, \sigma^2)$ with $\sigma^2$ known, and the prior is $\mu \sim N(0, \tau^2)$.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** The posterior of $\mu$ is normal. Give its mean and its variance.


# %% tags=["solution"]
def posterior(x, sigma2, tau2):
    """Mean and variance of the posterior of the mean."""
    ### BEGIN SOLUTION
    # Precisions add: n/sigma2 from the data, 1/tau2 from the prior. The mean is weighted by them.
    precision = len(x) / sigma2 + 1 / tau2
    return np.sum(x) / sigma2 / precision, 1 / precision
    ### END SOLUTION


# %% tags=["test"]
mean, variance = posterior([1.0, 3.0], 1.0, 0.5)
assert_allclose([mean, variance], [1.0, 0.25])

# %% tags=["hidden"]
from secondlook import gaussian

for x, sigma2, tau2 in ((np.array([0.5, 2.5, -1.0, 4.0]), 2.5, 3.0), (np.array([7.0]), 0.3, 0.1)):
    assert_allclose(posterior(x, sigma2, tau2), gaussian.posterior(x, sigma2, tau2)[:2])

# %% [markdown]
# **2.** The next observation $x^*$ is normal too. Give its mean and its variance under the posterior predictive distribution.


# %% tags=["solution"]
def predictive(x, sigma2, tau2):
    """Mean and variance of the next observation, given those before."""
    ### BEGIN SOLUTION
    # x* = mu + noise: the means add, and so do the variances, as the two are independent given the data.
    mean, variance = posterior(x, sigma2, tau2)
    return mean, variance + sigma2
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(predictive([1.0, 3.0], 1.0, 0.5), [1.0, 1.25])

# %% tags=["hidden"]
rng = np.random.default_rng(0)
x, sigma2, tau2 = np.array([0.5, 2.5, 3.0]), 2.0, 4.0
mu = rng.normal(0, tau2**0.5, 2_000_000)
weight = np.exp(-((x[:, None] - mu) ** 2).sum(axis=0) / (2 * sigma2))
centre = np.average(mu, weights=weight)
spread = np.average((mu - centre) ** 2, weights=weight) + sigma2
assert_allclose(predictive(x, sigma2, tau2), [centre, spread], rtol=0.01)

# %% [markdown]
# **3.** The evidence $p(x_1, \dots, x_n)$ is the density of the data with $\mu$ integrated out. Give its logarithm.


# %% tags=["solution"]
def log_evidence(x, sigma2, tau2):
    """Logarithm of the marginal likelihood."""
    ### BEGIN SOLUTION
    # p(D) = p(D | mu) p(mu) / p(mu | D) at any mu; take mu = 0, where the quadratic forms are shortest.
    n, x = len(x), np.asarray(x)
    mean, variance = posterior(x, sigma2, tau2)
    log_likelihood = -n / 2 * np.log(2 * np.pi * sigma2) - np.sum(x**2) / (2 * sigma2)
    return log_likelihood + np.log(variance / tau2) / 2 + mean**2 / (2 * variance)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(log_evidence([0.0], 1.0, 1.0), -np.log(4 * np.pi) / 2)

# %% tags=["hidden"]
from scipy.stats import multivariate_normal

for x, sigma2, tau2 in ((np.array([0.5, 2.5, -1.0, 4.0]), 2.5, 3.0), (np.array([3.3, 3.5, 3.1]), 1.0, 0.1)):
    covariance = sigma2 * np.eye(len(x)) + tau2
    assert_allclose(log_evidence(x, sigma2, tau2), multivariate_normal(cov=covariance).logpdf(x))
