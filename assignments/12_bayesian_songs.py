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
# # Assignment 12 · The songs left unanswered
#
# Three functions, after notebook 12.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** A right answer earns 1, a wrong one costs $c$, silence earns nothing. Each song's answer is right with probability $p$. Say for each song whether to answer.


# %% tags=["solution"]
def answer(p, c):
    """Whether to answer, for each of the probabilities (songs,)."""
    ### BEGIN SOLUTION
    # p - c (1 - p) > 0.
    return np.asarray(p) > c / (1 + c)
    ### END SOLUTION


# %% tags=["test"]
assert list(answer([0.4, 0.6], 1.0)) == [False, True]

# %% tags=["hidden"]
p = np.random.default_rng(0).random(200)
for c in (0.2, 2.0, 9.0):
    assert list(answer(p, c)) == list(p - c * (1 - p) > 0)

# %% [markdown]
# **2.** The answer to be given first is the most confident one. Give, as one more song is answered, the share of right answers so far.


# %% tags=["solution"]
def right_so_far(confidence, right):
    """The share of right ones among the 1, 2, … most confident answers, (songs,)."""
    ### BEGIN SOLUTION
    order = np.argsort(confidence)[::-1]
    return np.cumsum(np.asarray(right)[order]) / np.arange(1, len(order) + 1)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(right_so_far([0.5, 0.9, 0.7], [1, 1, 0]), [1, 1 / 2, 2 / 3])

# %% tags=["hidden"]
rng = np.random.default_rng(1)
for songs in (5, 40):
    confidence, right = rng.random(songs), rng.integers(0, 2, songs)
    lowest_first = np.sort(confidence)
    expected = [right[confidence >= limit].mean() for limit in lowest_first[::-1]]
    assert_allclose(right_so_far(confidence, right), expected)

# %% [markdown]
# **3.** The posterior of a weight is $N(m, v)$, the approximation $q$ is $N(\mu, e^{2\rho})$, and a draw is $w = \mu + e^\rho \varepsilon$. Give the
# gradient by $\mu$ and by $\rho$ of $\log N(w; m, v) + \rho$, the part of the ELBO that moves, for one $\varepsilon$.


# %% tags=["solution"]
def reparametrised_gradient(mu, rho, epsilon, m, v):
    """The derivatives by mu and by rho, at one draw."""
    ### BEGIN SOLUTION
    # dw/dmu = 1 and dw/drho = e^rho epsilon; the entropy of q adds 1 to the second.
    slope = -(mu + np.exp(rho) * epsilon - m) / v
    return slope, slope * np.exp(rho) * epsilon + 1
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(reparametrised_gradient(0.0, 0.0, 1.0, 2.0, 1.0), [1.0, 2.0])

# %% tags=["hidden"]
from scipy.stats import norm

for mu, rho, epsilon, m, v in ((0.5, -1.0, 0.3, 0.1, 2.0), (-2.0, 0.7, -1.4, 1.0, 0.5)):
    bound = lambda mu, rho: norm.logpdf(mu + np.exp(rho) * epsilon, m, v**0.5) + rho
    h = 1e-5
    slopes = [bound(mu + h, rho) - bound(mu - h, rho), bound(mu, rho + h) - bound(mu, rho - h)]
    assert_allclose(reparametrised_gradient(mu, rho, epsilon, m, v), np.divide(slopes, 2 * h), rtol=1e-6)
