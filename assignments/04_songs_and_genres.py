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
# # Assignment 4 · Three thousand numbers a song
#
# Three functions, after notebook 4. Songs are arrays of shape (songs, segments, features).

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Scale songs so that each feature has mean 0 and standard deviation 1 over all segments of the **training** songs. The
# other songs are scaled by the same numbers, for a test song must not tell how it is scaled.


# %% tags=["solution"]
def standardise(train, others):
    """The other songs, scaled as the training songs ask."""
    ### BEGIN SOLUTION
    # One mean and one deviation a feature, over songs and segments, and of the training songs alone.
    train, others = np.asarray(train), np.asarray(others)
    return (others - train.mean(axis=(0, 1))) / train.std(axis=(0, 1))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(standardise([[[0.0], [2.0]]], [[[1.0], [3.0]]]), [[[0.0], [2.0]]])

# %% tags=["hidden"]
rng = np.random.default_rng(0)
train, others = rng.normal([1, -5, 3], [1, 10, 0.1], (20, 6, 3)), rng.normal([0, 2, 3], [2, 1, 1], (7, 6, 3))
scaled = np.asarray(standardise(train, train)).reshape(-1, 3)
assert_allclose(scaled.mean(axis=0), 0, atol=1e-12)
assert_allclose(scaled.std(axis=0), 1)
for feature in range(3):
    column = train[:, :, feature].ravel()
    expected = (others[:, :, feature] - np.mean(column)) / np.std(column)
    assert_allclose(standardise(train, others)[:, :, feature], expected)

# %% [markdown]
# **2.** The twelve pitch classes of chroma stand in a circle: from B it is one step to C. Give the number of steps between
# pitch classes $i$ and $j$, the shorter way round, for whole numbers from 0 to 11.


# %% tags=["solution"]
def steps(i, j):
    """Steps between two pitch classes, from 0 to 6."""
    ### BEGIN SOLUTION
    # Up from i to j it is (j - i) modulo 12, and down it is the rest of the circle.
    up = (j - i) % 12
    return min(up, 12 - up)
    ### END SOLUTION


# %% tags=["test"]
assert steps(0, 11) == 1
assert steps(2, 5) == 3

# %% tags=["hidden"]
points = np.exp(2j * np.pi * np.arange(12) / 12)
for i, j in ((0, 6), (11, 3), (3, 11), (4, 4), (1, 8), (9, 2), (10, 0)):
    angle = abs(np.angle(points[i] / points[j]))
    assert steps(i, j) == round(12 * angle / (2 * np.pi))

# %% [markdown]
# **3.** Two genres differ in one feature: its mean is $-g/2$ in one and $+g/2$ in the other. A song adds noise of variance
# $v_s$ of its own, and each of its $T$ segments noise of variance $v_t$. Give the accuracy of the best classifier, which sees the mean over segments.


# %% tags=["solution"]
def best_accuracy(gap, song_variance, segment_variance, segments):
    """The probability that the best classifier is right."""
    ### BEGIN SOLUTION
    # The mean over segments has variance v_s + v_t / T; the best classifier looks at its sign.
    from scipy.stats import norm

    return norm.cdf(gap / 2 / np.sqrt(song_variance + segment_variance / segments))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(best_accuracy(2.0, 1.0, 0.0, 5), 0.8413447, rtol=1e-6)

# %% tags=["hidden"]
rng = np.random.default_rng(0)
for gap, v_s, v_t, T in ((1.0, 0.5, 0.5, 4), (0.6, 0.1, 2.0, 20)):
    songs = gap / 2 + rng.normal(0, v_s**0.5, 100_000) + rng.normal(0, v_t**0.5, (T, 100_000)).mean(axis=0)
    assert_allclose(best_accuracy(gap, v_s, v_t, T), np.mean(songs > 0), atol=0.006)
