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
# # Assignment 7 · Three nets and one answer
#
# Three functions, after notebook 7. Several members each give the classes of an item probabilities: `p` has the shape (members, classes).

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give the normalised geometric mean of the members, $\bar p_c \propto \prod_k p_{kc}^{1/M}$. It must hold for a thousand members too, where the product underflows.


# %% tags=["solution"]
def geometric_mean(p):
    """The geometric mean of the members' probabilities, normalised: (classes,)."""
    ### BEGIN SOLUTION
    # The mean of logarithms; what is taken off before the exponential cancels when it is normalised.
    log_p = np.log(p).mean(axis=0)
    mean = np.exp(log_p - log_p.max())
    return mean / mean.sum()
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(geometric_mean([[0.8, 0.2], [0.2, 0.8]]), [0.5, 0.5])

# %% tags=["hidden"]
from scipy.stats import gmean

rng = np.random.default_rng(0)
for members, classes in ((2, 2), (5, 10), (1000, 3)):
    p = rng.dirichlet(np.ones(classes), members)
    expected = gmean(p, axis=0)
    assert_allclose(geometric_mean(p), expected / expected.sum())

# %% [markdown]
# **2.** The ambiguity of the members is $A = \frac1M \sum_k \mathrm{KL}(\bar p \,\|\, p_k)$, with $\bar p$ of exercise 1. Give it in nats.


# %% tags=["solution"]
def ambiguity(p):
    """How much the members differ from their geometric mean, in nats."""
    ### BEGIN SOLUTION
    mean = geometric_mean(p)
    return np.mean(np.sum(mean * (np.log(mean) - np.log(p)), axis=1))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(ambiguity([[0.8, 0.2], [0.2, 0.8]]), np.log(1.25))

# %% tags=["hidden"]
# The mean cross-entropy of the members is that of their geometric mean plus the ambiguity, whatever the label.
rng = np.random.default_rng(1)
for members in (2, 3, 7):
    p = rng.dirichlet(np.ones(4), members)
    mean = np.exp(np.log(p).mean(axis=0))
    mean /= mean.sum()
    for label in range(4):
        assert_allclose(ambiguity(p), -np.log(p[:, label]).mean() + np.log(mean[label]))

# %% [markdown]
# **3.** Members predict a number without bias, and their errors have the covariance $C$. Give the weights, which sum to one,
# of the combination $\sum_k w_k f_k$ whose error has the least variance. They may be negative.


# %% tags=["solution"]
def best_weights(C):
    """The weights of the best unbiased linear combination, (members,)."""
    ### BEGIN SOLUTION
    # w'Cw is least with sum w = 1 where Cw is the same number for every member (Lagrange): w is C^-1 1, normalised.
    w = np.linalg.solve(C, np.ones(len(C)))
    return w / w.sum()
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(best_weights([[1.0, 0.0], [0.0, 3.0]]), [0.75, 0.25])

# %% tags=["hidden"]
rng = np.random.default_rng(2)
half = rng.normal(size=(4, 7))
for C in (np.array([[1.0, 1.5], [1.5, 4.0]]), half @ half.T):  # the first asks for a negative weight
    w = np.asarray(best_weights(C))
    assert_allclose(w.sum(), 1)
    for aside in rng.normal(size=(50, len(C))):
        other = w + aside - aside.mean()
        assert other @ C @ other > w @ C @ w
