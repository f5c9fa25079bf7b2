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
# # Assignment 6 · The order of the segments
#
# Three functions, after notebook 6. A song is an array of shape (segments, features).

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Several layers of convolution in time, of given heights, are each followed by a pool of the same size (1 is no pool).
# Give the receptive field: how many consecutive segments one unit sees after the last pool.


# %% tags=["solution"]
def receptive_field(heights, pool):
    """Consecutive segments that one unit sees."""
    ### BEGIN SOLUTION
    # Neighbours in a layer are `step` segments apart; a layer of height h and its pool reach h - 1 + pool - 1 further.
    seen, step = 1, 1
    for height in heights:
        seen += step * (height - 1 + pool - 1)
        step *= pool
    return seen
    ### END SOLUTION


# %% tags=["test"]
assert receptive_field([3], 1) == 3
assert receptive_field([2, 2], 2) == 7

# %% tags=["hidden"]
for heights, pool in (([2, 2, 2], 2), ([5, 3], 1), ([3, 5], 4), ([10, 2, 7], 3)):
    seen = {0}  # the units of a layer that the one unit depends on, from the top down
    for height in reversed(heights):
        seen = {pool * unit + place + row for unit in seen for place in range(pool) for row in range(height)}
    assert receptive_field(heights, pool) == len(seen)

# %% [markdown]
# **2.** A kernel of shape (height, features) slides over the segments of a song, without padding; at each place the products are summed. Give the sums.


# %% tags=["solution"]
def convolve(song, kernel):
    """The outputs of one kernel, (segments - height + 1,)."""
    ### BEGIN SOLUTION
    # As in all networks the kernel is not turned round: it is a correlation.
    song, kernel = np.asarray(song), np.asarray(kernel)
    places = len(song) - len(kernel) + 1
    return np.array([np.sum(song[place : place + len(kernel)] * kernel) for place in range(places)])
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(convolve([[1.0], [2.0], [4.0]], [[1.0], [-1.0]]), [-1.0, -2.0])

# %% tags=["hidden"]
from scipy.signal import correlate2d

rng = np.random.default_rng(0)
for height in (1, 3, 9):
    song, kernel = rng.normal(size=(9, 4)), rng.normal(size=(height, 4))
    assert_allclose(convolve(song, kernel), correlate2d(song, kernel, mode="valid")[:, 0], atol=1e-12)

# %% [markdown]
# **3.** A pool of a given size gives the largest value of each run of so many segments, feature by feature. What is left over at the end is dropped.


# %% tags=["solution"]
def max_pool(song, size):
    """The largest of each run of segments, (segments // size, features)."""
    ### BEGIN SOLUTION
    # Cut off the rest, and give the runs an axis of their own.
    song = np.asarray(song)
    runs = len(song) // size
    return song[: runs * size].reshape(runs, size, -1).max(axis=1)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(max_pool([[1.0, 5.0], [2.0, 4.0], [9.0, 9.0]], 2), [[2.0, 5.0]])

# %% tags=["hidden"]
rng = np.random.default_rng(0)
for segments, size in ((10, 3), (12, 4), (5, 1)):
    song = rng.normal(size=(segments, 2)) - 10
    expected = [[max(song[at : at + size, f]) for f in (0, 1)] for at in range(0, segments - size + 1, size)]
    assert_allclose(max_pool(song, size), expected)
