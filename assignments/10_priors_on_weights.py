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
# # Assignment 10 · Priors on weights
#
# Three functions, after notebook 10.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give the divergence $\mathrm{KL}\bigl(N(m_1, s_1^2) \,\|\, N(m_2, s_2^2)\bigr)$ of two normal distributions, in nats.


# %% tags=["solution"]
def kl_normal(m1, s1, m2, s2):
    """KL divergence of the first normal from the second; s are standard deviations."""
    ### BEGIN SOLUTION
    # E[log q1 - log q2] under the first, where E[(w - m2)^2] = s1^2 + (m1 - m2)^2.
    return np.log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - 0.5
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(kl_normal(1.0, 1.0, 0.0, 1.0), 0.5)

# %% tags=["hidden"]
from scipy.stats import norm

for m1, s1, m2, s2 in ((0.3, 0.5, -1.0, 2.0), (2.0, 3.0, 1.0, 0.7)):
    w = np.linspace(m1 - 12 * s1, m1 + 12 * s1, 200_001)
    q = norm.pdf(w, m1, s1)
    height = q * (norm.logpdf(w, m1, s1) - norm.logpdf(w, m2, s2))
    assert_allclose(kl_normal(m1, s1, m2, s2), np.sum(height) * (w[1] - w[0]), rtol=1e-6)

# %% [markdown]
# **2.** A weight is $w \mid s^2 \sim N(0, s^2)$, and $s^2$ has the inverse-gamma density $\frac{b^a}{\Gamma(a)} v^{-a-1} e^{-b/v}$. Give the logarithm of the density of $w$ with $s^2$ integrated out.


# %% tags=["solution"]
def log_marginal(w, a, b):
    """The log density of a weight whose variance is unknown."""
    ### BEGIN SOLUTION
    # It is a Student-t with 2a degrees of freedom and squared scale b / a.
    from scipy.stats import t

    return t.logpdf(w, 2 * a, scale=np.sqrt(b / a))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(log_marginal(0.0, 0.5, 0.5), -np.log(np.pi))

# %% tags=["hidden"]
from scipy.integrate import quad
from scipy.stats import invgamma, norm

for w, a, b in ((0.7, 2.0, 3.0), (-2.5, 1.0, 0.4), (0.1, 5.0, 1.0)):
    density = quad(lambda v: norm.pdf(w, 0, v**0.5) * invgamma.pdf(v, a, scale=b), 0, np.inf)[0]
    assert_allclose(log_marginal(w, a, b), np.log(density), rtol=1e-5)

# %% [markdown]
# **3.** Linear regression: $y \mid w \sim N(Xw, \sigma^2 I)$ and $w \sim N(0, \tau^2 I)$. Give the mean and the covariance of the posterior of $w$.


# %% tags=["solution"]
def posterior(X, y, sigma2, tau2):
    """Mean (features,) and covariance (features, features)."""
    ### BEGIN SOLUTION
    # Precisions add: X'X / sigma2 from the data, and 1 / tau2 a weight.
    X, y = np.asarray(X), np.asarray(y)
    covariance = np.linalg.inv(X.T @ X / sigma2 + np.eye(X.shape[1]) / tau2)
    return covariance @ X.T @ y / sigma2, covariance
    ### END SOLUTION


# %% tags=["test"]
mean, covariance = posterior([[1.0], [1.0]], [2.0, 4.0], 1.0, 1.0)
assert_allclose(mean, [2.0])
assert_allclose(covariance, [[1 / 3]])

# %% tags=["hidden"]
rng = np.random.default_rng(0)
for items, features, sigma2, tau2 in ((10, 3, 0.5, 2.0), (2, 4, 1.5, 0.3)):
    X, y = rng.normal(size=(items, features)), rng.normal(size=items)
    gain = tau2 * X.T @ np.linalg.inv(tau2 * X @ X.T + sigma2 * np.eye(items))  # w and y are jointly normal
    mean, covariance = posterior(X, y, sigma2, tau2)
    assert_allclose(mean, gain @ y)
    assert_allclose(covariance, tau2 * (np.eye(features) - gain @ X), atol=1e-12)
