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
# # Assignment 0 · A difference and its doubt
#
# Three functions, after notebook 0. Two methods, $a$ and $b$, were each run with the same seeds; higher scores are better.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give the 95 % interval of the mean difference $a - b$, paired by seed: $\bar d \pm t_{0.975,\,n-1}\, s / \sqrt n$.


# %% tags=["solution"]
def interval(a, b):
    """Lower and upper end of the 95 % t-interval of the mean of a - b."""
    ### BEGIN SOLUTION
    # A pair shares its seed, so only the differences matter; s is their standard deviation, over n - 1.
    from scipy.stats import t

    d = np.asarray(a) - np.asarray(b)
    half = t.ppf(0.975, len(d) - 1) * d.std(ddof=1) / np.sqrt(len(d))
    return d.mean() - half, d.mean() + half
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(interval([3.0, 5.0], [1.0, 1.0]), [3 - 12.7062, 3 + 12.7062], rtol=1e-5)

# %% tags=["hidden"]
from scipy.stats import ttest_rel

rng = np.random.default_rng(0)
for seeds in (5, 12):
    a, b = rng.normal(0.7, 0.02, seeds), rng.normal(0.69, 0.03, seeds)
    assert_allclose(interval(a, b), ttest_rel(a, b).confidence_interval())

# %% [markdown]
# **2.** How many seeds show a true difference $d$ four times in five, at the 5 % level? Take the $z$-test: a difference
# of $z_{0.975} + z_{0.8}$ standard errors is found with that power. Give the smallest whole number.


# %% tags=["solution"]
def seeds_needed(sd, difference):
    """The number of pairs that shows a difference with 80 % power, for differences with standard deviation sd."""
    ### BEGIN SOLUTION
    # difference = (z_0.975 + z_0.8) sd / sqrt(n), solved for n.
    from scipy.stats import norm

    return int(np.ceil(((norm.ppf(0.975) + norm.ppf(0.8)) * sd / difference) ** 2))
    ### END SOLUTION


# %% tags=["test"]
assert seeds_needed(1.0, 1.0) == 8

# %% tags=["hidden"]
from scipy.stats import norm

for sd, difference in ((2.0, 0.5), (0.3, 0.25), (1.0, 0.1)):
    n = seeds_needed(sd, difference)
    power = norm.cdf(difference * np.sqrt([n - 1, n]) / sd - norm.ppf(0.975))
    assert power[0] < 0.8 <= power[1] + 1e-9

# %% [markdown]
# **3.** A document claims that $a$ is better. The claim is `"upheld"` if the whole interval lies above zero, else
# `"not upheld"` if the whole interval lies below the least difference that would matter, else `"inconclusive"`.


# %% tags=["solution"]
def verdict(low, high, matters):
    """The verdict, from the ends of the interval and the least difference that matters."""
    ### BEGIN SOLUTION
    # Inconclusive is not a no: it says that the interval holds both zero and differences that matter.
    if low > 0:
        return "upheld"
    return "not upheld" if high < matters else "inconclusive"
    ### END SOLUTION


# %% tags=["test"]
assert verdict(0.2, 0.9, 0.5) == "upheld"
assert verdict(-0.2, 0.9, 0.5) == "inconclusive"

# %% tags=["hidden"]
assert verdict(-0.9, -0.2, 0.5) == "not upheld"
assert verdict(-0.1, 0.4, 0.5) == "not upheld"
assert verdict(0.1, 0.4, 0.5) == "upheld"
assert verdict(-3.0, 3.0, 2.0) == "inconclusive"
