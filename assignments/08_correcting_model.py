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
# # Assignment 8 · The correcting model
#
# Three functions, after notebook 8. An original gives logits $o_1$, a correction adds $o_2$, and the prediction is the softmax of the sum.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give the gradient of the cross-entropy of the prediction by $o_2$, for one song and its label.


# %% tags=["solution"]
def gradient(o1, o2, label):
    """The gradient by the correction's logits, (classes,)."""
    ### BEGIN SOLUTION
    # The original enters as a constant: what the correction learns from is the error that is left.
    total = np.asarray(o1) + np.asarray(o2)
    p = np.exp(total - total.max())
    p /= p.sum()
    p[label] -= 1
    return p
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(gradient([0.0, 1.0], [1.0, 0.0], 0), [-0.5, 0.5])

# %% tags=["hidden"]
from scipy.special import log_softmax

rng = np.random.default_rng(0)
for label in range(3):
    o1, o2 = rng.normal(0, 2, (2, 3))
    loss = lambda o: -log_softmax(o1 + o)[label]
    slopes = [(loss(o2 + step) - loss(o2 - step)) / 2e-6 for step in 1e-6 * np.eye(3)]
    assert_allclose(gradient(o1, o2, label), slopes, atol=1e-8)

# %% [markdown]
# **2.** The original gives a song probabilities $p$, and right would be $q$. Give the correction $o_2$ that turns one into the other, with a sum of zero over classes.


# %% tags=["solution"]
def best_correction(p, q):
    """The logits that correct p to q, (classes,)."""
    ### BEGIN SOLUTION
    # p e^o is to be proportional to q: o = log q - log p up to a constant, which the sum of zero fixes.
    o = np.log(q) - np.log(p)
    return o - o.mean()
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(best_correction([0.5, 0.5], [0.8, 0.2]), [np.log(2), -np.log(2)])

# %% tags=["hidden"]
from scipy.special import softmax

rng = np.random.default_rng(1)
for classes in (2, 3, 10):
    p, q = rng.dirichlet(np.ones(classes), 2)
    found = np.asarray(best_correction(p, q))
    assert_allclose(found.sum(), 0, atol=1e-9)
    assert_allclose(softmax(np.log(p) + found), q)

# %% [markdown]
# **3.** A net is too sure, or not sure enough. Give the factor, between 0.01 and 100, on all its logits that makes the mean cross-entropy least, to a thousandth.


# %% tags=["solution"]
def best_factor(logits, y):
    """The best factor on logits (songs, classes), for labels (songs,)."""
    ### BEGIN SOLUTION
    # The loss is convex in the factor; its logarithm is searched, for a factor is as likely 0.1 as 10.
    from scipy.optimize import minimize_scalar
    from scipy.special import log_softmax

    def loss(log_factor):
        return -np.mean(log_softmax(np.exp(log_factor) * np.asarray(logits), axis=1)[np.arange(len(y)), y])

    return np.exp(minimize_scalar(loss, bounds=np.log([0.01, 100]), method="bounded", options={"xatol": 1e-6}).x)
    ### END SOLUTION


# %% tags=["test"]
log_odds = np.log(3) * np.array([[2.0, 0.0]] * 4)
assert_allclose(best_factor(log_odds, [0, 0, 0, 1]), 0.5, rtol=2e-3)

# %% tags=["hidden"]
from secondlook import scores

rng = np.random.default_rng(2)
for sure in (0.3, 4.0):
    logits = rng.normal(size=(400, 5))
    y = np.array([rng.choice(5, p=np.exp(row) / np.exp(row).sum()) for row in logits])
    assert_allclose(best_factor(sure * logits, y), scores.best_scale(sure * logits, y), rtol=2e-3)
