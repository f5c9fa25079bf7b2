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
# # Assignment 9 · Twenty-five genres
#
# Three functions, after notebook 9.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** The balanced accuracy is the mean over classes of the share of a class's items that are found. Give it; only classes that occur among the labels count.


# %% tags=["solution"]
def balanced_accuracy(predicted, y):
    """The mean recall over the classes of y."""
    ### BEGIN SOLUTION
    predicted, y = np.asarray(predicted), np.asarray(y)
    return np.mean([np.mean(predicted[y == c] == c) for c in np.unique(y)])
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(balanced_accuracy([0, 0, 0, 0], [0, 0, 0, 1]), 0.5)

# %% tags=["hidden"]
from secondlook import scores

rng = np.random.default_rng(0)
for shares in ([0.7, 0.2, 0.1], [0.5, 0.0, 0.5]):
    y, predicted = rng.choice(3, 300, p=shares), rng.choice(3, 300)
    assert_allclose(balanced_accuracy(predicted, y), scores.balanced_accuracy(predicted, y))

# %% [markdown]
# **2.** A classifier always says the genre that is commonest among the training clips (the lowest number, if several are). Give its accuracy on the test clips.


# %% tags=["solution"]
def accuracy_of_the_commonest(train, test):
    """The share of test labels that are the commonest training label."""
    ### BEGIN SOLUTION
    return np.mean(np.asarray(test) == np.bincount(train).argmax())
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(accuracy_of_the_commonest([0, 1, 1, 2], [1, 1, 2, 0]), 0.5)

# %% tags=["hidden"]
from collections import Counter

rng = np.random.default_rng(1)
for train in (rng.integers(0, 25, 100), np.array([3, 3, 7, 7, 9])):
    test = rng.choice(train, 60)
    often = Counter(train.tolist())
    guess = min(genre for genre in often if often[genre] == max(often.values()))
    assert_allclose(accuracy_of_the_commonest(train, test), np.mean(test == guess))

# %% [markdown]
# **3.** Each of $k$ genres has a score. All scores are standard normal, but that of the right genre is shifted by $s$. The
# classifier says the genre with the largest. Give the probability that it is right, $\int \varphi(z - s)\, \Phi(z)^{k-1}\, dz$, to four places.


# %% tags=["solution"]
def best_possible(k, s):
    """The accuracy of the best classifier of k genres."""
    ### BEGIN SOLUTION
    # The right one has the score z, and the k - 1 others are all below it.
    from scipy.integrate import quad
    from scipy.stats import norm

    return quad(lambda z: norm.pdf(z - s) * norm.cdf(z) ** (k - 1), s - 10, s + 10)[0]
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(best_possible(4, 0.0), 0.25, atol=1e-4)

# %% tags=["hidden"]
from scipy.stats import norm

assert_allclose(best_possible(2, 1.3), norm.cdf(1.3 / 2**0.5), atol=1e-4)
rng = np.random.default_rng(0)
for k, s in ((25, 1.0), (5, 2.0)):
    right = s + rng.normal(size=40_000) > rng.normal(size=(k - 1, 40_000)).max(axis=0)
    assert_allclose(best_possible(k, s), right.mean(), atol=0.01)
