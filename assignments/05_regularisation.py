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
# # Assignment 5 · The price of a weight
#
# Three functions, after notebook 5.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** A penalty $\frac\beta2 w^2$ stands beside the **mean** of the losses of $N$ songs. As a normal prior on the weight, which standard deviation has it?


# %% tags=["solution"]
def prior_sd(beta, songs):
    """The standard deviation of the normal prior that the penalty is."""
    ### BEGIN SOLUTION
    # N times the objective is the minus log posterior: N beta w^2 / 2 = w^2 / (2 sd^2).
    return 1 / np.sqrt(songs * beta)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(prior_sd(0.01, 100), 1.0)

# %% tags=["hidden"]
w = np.linspace(-20, 20, 400_001)
for beta, songs in ((0.1, 40), (0.004, 1000), (2.0, 9)):
    height = np.exp(-songs * beta / 2 * w**2)
    assert_allclose(prior_sd(beta, songs), np.sqrt(np.sum(w**2 * height) / np.sum(height)))

# %% [markdown]
# **2.** The proximal step of L1 gives the $v$ that makes $\frac12 (v - w)^2 + \lambda |v|$ least. Give it, for an array of weights.


# %% tags=["solution"]
def shrink(w, by):
    """Each weight, as the proximal step leaves it."""
    ### BEGIN SOLUTION
    # Where v is not 0 the slope is v - w + by sign(v) = 0; where |w| <= by the corner at 0 is lowest.
    return np.sign(w) * np.maximum(np.abs(w) - by, 0)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(shrink(np.array([2.0, -0.5]), 1.0), [1.0, 0.0])

# %% tags=["hidden"]
v = np.linspace(-4, 4, 800_001)
weights = np.array([-3.2, -0.71, 0.0, 0.1, 0.69, 2.5])
for by in (0.3, 0.7):
    lowest = [v[np.argmin((v - w) ** 2 / 2 + by * abs(v))] for w in weights]
    assert_allclose(shrink(weights, by), lowest, atol=1e-4)

# %% [markdown]
# **3.** Ridge regression makes $\frac12 \lVert y - Xw \rVert^2 + \frac\lambda2 \lVert w \rVert^2$ least. Give $w$.


# %% tags=["solution"]
def ridge(X, y, penalty):
    """The weights of ridge regression, without an intercept."""
    ### BEGIN SOLUTION
    # The gradient X'(Xw - y) + penalty w is zero.
    X, y = np.asarray(X), np.asarray(y)
    return np.linalg.solve(X.T @ X + penalty * np.eye(X.shape[1]), X.T @ y)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(ridge([[1.0], [1.0]], [2.0, 4.0], 1.0), [2.0])

# %% tags=["hidden"]
rng = np.random.default_rng(0)
for items, features, penalty in ((30, 4, 2.0), (5, 8, 0.3)):
    X, y = rng.normal(size=(items, features)), rng.normal(size=items)
    wide = np.vstack([X, penalty**0.5 * np.eye(features)])
    assert_allclose(ridge(X, y, penalty), np.linalg.lstsq(wide, np.append(y, np.zeros(features)))[0])
