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
# # Assignment 3 · A net, its weights and its mistakes
#
# Three functions, after notebook 3: what a fully connected network counts, what a ReLU on its logits does, and what a table of mistakes says.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** A fully connected network has the widths `[3072, 512, 10]`: inputs, hidden units, classes. Give the number of its
# parameters, weights and biases, for a list of widths of any length.


# %% tags=["solution"]
def parameters(widths):
    """The number of weights and biases of a fully connected network."""
    ### BEGIN SOLUTION
    # A layer has a weight for each input of each unit, and a bias for each unit.
    from itertools import pairwise

    return sum((inputs + 1) * units for inputs, units in pairwise(widths))
    ### END SOLUTION


# %% tags=["test"]
assert parameters([2, 3]) == 9

# %% tags=["hidden"]
from itertools import pairwise

for widths in ([3072, 512, 10], [3072, 1024, 512, 10], [4, 1]):
    layers = [(np.empty((a, b)), np.empty(b)) for a, b in pairwise(widths)]
    assert parameters(widths) == sum(weights.size + biases.size for weights, biases in layers)

# %% [markdown]
# **2.** The document applies a ReLU to the output layer too: the logits are $o = \max(a, 0)$, and the loss is the cross-entropy
# of their softmax. Give its gradient by $a$; at $a_c = 0$ let the slope of the ReLU be 0.


# %% tags=["solution"]
def gradient(a, label):
    """The gradient of the cross-entropy by the pre-activations, (classes,)."""
    ### BEGIN SOLUTION
    # Softmax minus one-hot, where the ReLU lets it through. A class with a negative pre-activation learns nothing.
    a = np.asarray(a)
    o = np.maximum(a, 0)
    p = np.exp(o - o.max())
    p /= p.sum()
    p[label] -= 1
    return np.where(a > 0, p, 0)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(gradient([1.0, 1.0], 0), [-0.5, 0.5])
assert_allclose(gradient([-1.0, 1.0], 0)[0], 0)

# %% tags=["hidden"]
from scipy.special import logsumexp

rng = np.random.default_rng(0)
for label in range(4):
    a = rng.normal(0, 2, 4)
    loss = lambda a: logsumexp(np.maximum(a, 0)) - np.maximum(a, 0)[label]
    slopes = [(loss(a + step) - loss(a - step)) / 2e-6 for step in 1e-6 * np.eye(4)]
    assert_allclose(gradient(a, label), slopes, atol=1e-8)

# %% [markdown]
# **3.** A table counts items: `counts[i, j]` are of class $i$ and were taken for class $j$. Give for each class its recall, the
# share of its items that are found, and its precision, the share of right ones among those taken for it. Each class occurs, in both ways.


# %% tags=["solution"]
def recall_and_precision(counts):
    """Recall and precision, each (classes,)."""
    ### BEGIN SOLUTION
    # Rows are the truth and columns the predictions, so recall divides by rows' sums and precision by columns'.
    counts = np.asarray(counts)
    return np.diag(counts) / counts.sum(axis=1), np.diag(counts) / counts.sum(axis=0)
    ### END SOLUTION


# %% tags=["test"]
recall, precision = recall_and_precision([[3, 1], [2, 4]])
assert_allclose(recall, [3 / 4, 4 / 6])
assert_allclose(precision, [3 / 5, 4 / 5])

# %% tags=["hidden"]
rng = np.random.default_rng(2)
truth, taken = np.repeat(np.arange(5), 40), rng.integers(0, 5, 200)
counts = np.array([[np.sum((truth == i) & (taken == j)) for j in range(5)] for i in range(5)])
recall, precision = recall_and_precision(counts)
assert_allclose(recall, [np.mean(taken[truth == c] == c) for c in range(5)])
assert_allclose(precision, [np.mean(truth[taken == c] == c) for c in range(5)])
