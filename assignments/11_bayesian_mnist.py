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
# # Assignment 11 · The courage to doubt
#
# Three functions, after notebook 11.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Draws of the weights give the classes of one picture probabilities, of shape (draws, classes). Give the mutual
# information of label and weights, in nats: the entropy of the mean prediction less the mean entropy. A probability may be 0, with $0 \log 0 = 0$.


# %% tags=["solution"]
def mutual_information(draws):
    """What knowing the weights would take away of the doubt, in nats."""
    ### BEGIN SOLUTION
    from scipy.special import entr  # -p log p, and 0 at 0

    draws = np.asarray(draws)
    return entr(draws.mean(axis=0)).sum() - entr(draws).sum(axis=1).mean()
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(mutual_information([[0.9, 0.1], [0.1, 0.9]]), 0.3680642, rtol=1e-6)

# %% tags=["hidden"]
from secondlook import uncertainty

rng = np.random.default_rng(0)
for draws in (rng.dirichlet(np.ones(10), 7), np.eye(10)[:5], np.tile([0.2, 0.8, 0.0], (4, 1))):
    assert_allclose(mutual_information(draws), uncertainty.split(draws[:, None]).epistemic[0], atol=1e-12)

# %% [markdown]
# **2.** All of $S$ draws agree. Give the least $S$ for which you may say, with a given confidence, that fewer than a share $\varepsilon$ of all draws would disagree.


# %% tags=["solution"]
def votes(share, confidence):
    """The number of draws that must agree."""
    ### BEGIN SOLUTION
    # If the share disagreed, S draws would all agree with probability (1 - share)^S; that is to be at most 1 - confidence.
    return int(np.ceil(np.log(1 - confidence) / np.log(1 - share)))
    ### END SOLUTION


# %% tags=["test"]
assert votes(0.01, 0.95) == 299

# %% tags=["hidden"]
for share, confidence in ((0.05, 0.95), (0.01, 0.99), (0.3, 0.9)):
    S = votes(share, confidence)
    assert (1 - share) ** S <= 1 - confidence < (1 - share) ** (S - 1)

# %% [markdown]
# **3.** Predictions fall into bins of equal width by their confidence, which lies between 0 and 1 and on no edge. Give the
# calibration error: the mean over predictions of $|\text{share right} - \text{mean confidence}|$ of their bin.


# %% tags=["solution"]
def calibration_error(confidence, right, bins):
    """The expected calibration error, of confidences (items,) and of whether each is right (items,)."""
    ### BEGIN SOLUTION
    confidence, right = np.asarray(confidence), np.asarray(right)
    where = (confidence * bins).astype(int)
    gaps = [abs(np.sum(right[where == b] - confidence[where == b])) for b in range(bins)]
    return sum(gaps) / len(confidence)  # a bin's gap counts once an item
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(calibration_error([0.9, 0.9, 0.6], [1, 0, 1], 2), abs(2 - 2.4) / 3)

# %% tags=["hidden"]
rng = np.random.default_rng(1)
for bins in (1, 5, 15):
    confidence = rng.uniform(0.3, 1, 200)
    right = (rng.random(200) < confidence**2).astype(int)
    error = 0.0
    for low in np.arange(bins) / bins:
        inside = (confidence > low) & (confidence < low + 1 / bins)
        if inside.any():
            error += inside.mean() * abs(right[inside].mean() - confidence[inside].mean())
    assert_allclose(calibration_error(confidence, right, bins), error)
