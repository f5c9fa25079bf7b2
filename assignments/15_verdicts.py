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
# # Assignment 15 · What became of the claims
#
# Three functions, after notebook 15.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** None of $n$ independent comparisons has a true effect. Give the probability that at least one has a $p$-value below a level.


# %% tags=["solution"]
def any_false(n, level):
    """The probability of at least one false finding."""
    ### BEGIN SOLUTION
    # All stay silent with probability (1 - level)^n.
    return 1 - (1 - level) ** n
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(any_false(2, 0.5), 0.75)

# %% tags=["hidden"]
from scipy.stats import binom

for n, level in ((40, 0.05), (1, 0.3), (161, 0.01)):
    assert_allclose(any_false(n, level), binom.sf(0, n, level))

# %% [markdown]
# **2.** Give $p$-values as Holm adjusts them: sorted, the $i$-th smallest of $n$ is multiplied by $n - i + 1$, none may be smaller than one before it, and none larger than 1. The order of the family is kept.


# %% tags=["solution"]
def holm(p):
    """The adjusted p-values, in the order of p."""
    ### BEGIN SOLUTION
    p = np.asarray(p)
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1)))
    return adjusted
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(holm([0.04, 0.01]), [0.04, 0.02])

# %% tags=["hidden"]
from secondlook import compare

rng = np.random.default_rng(0)
for size in (1, 6, 20):
    p = rng.random(size) ** 3
    assert_allclose(holm(p), compare.holm(p))
assert_allclose(holm([0.02, 0.021, 0.9]), [0.06, 0.06, 0.9])

# %% [markdown]
# **3.** Two classifiers differ on some items: $b$ only the first gets right, $c$ only the second. If they are equally good, each of
# these is a fair coin. Give McNemar's exact two-sided $p$: the probability of a split at least as uneven.


# %% tags=["solution"]
def mcnemar(b, c):
    """The exact two-sided p-value."""
    ### BEGIN SOLUTION
    # Both tails of a binomial with probability one half; an even split has p = 1.
    from scipy.stats import binom

    return min(1.0, 2 * binom.cdf(min(b, c), b + c, 0.5))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(mcnemar(0, 3), 0.25)

# %% tags=["hidden"]
from math import comb

for b, c in ((10, 2), (7, 7), (30, 45), (0, 12)):
    n = b + c
    uneven = sum(comb(n, k) for k in range(n + 1) if abs(2 * k - n) >= abs(b - c)) / 2**n
    assert_allclose(mcnemar(b, c), uneven)
