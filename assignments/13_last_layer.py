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
# # Assignment 13 · The last layer
#
# Three functions, after notebook 13. Features `X` are (items, features), weights `W` are (features, classes), labels `y` are whole numbers.
# The prior is $N(0, 1/\lambda)$ on each weight.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give the logarithm of the softmax of a row of logits. It must be finite for logits of a thousand.


# %% tags=["solution"]
def log_softmax(logits):
    """The log probabilities of the classes, (classes,)."""
    ### BEGIN SOLUTION
    # The largest logit is taken off before any exponential, which changes nothing and overflows never.
    shifted = np.asarray(logits) - np.max(logits)
    return shifted - np.log(np.sum(np.exp(shifted)))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(log_softmax([0.0, np.log(3)]), np.log([1 / 4, 3 / 4]))

# %% tags=["hidden"]
from scipy import special

rng = np.random.default_rng(0)
for scale in (1, 1000):
    logits = scale * rng.normal(size=6)
    assert_allclose(log_softmax(logits), special.log_softmax(logits))

# %% [markdown]
# **2.** Give the gradient by $W$ of the log posterior $\sum_i \log p(y_i) - \frac\lambda2 \sum w^2$, in the shape of $W$.


# %% tags=["solution"]
def gradient(W, X, y, precision):
    """The gradient of the log posterior, (features, classes)."""
    ### BEGIN SOLUTION
    # Each item adds its features times (one-hot minus softmax).
    p = np.exp([log_softmax(row) for row in X @ W])
    return X.T @ (np.eye(W.shape[1])[y] - p) - precision * W
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(gradient(np.zeros((1, 2)), np.array([[2.0]]), np.array([0]), 1.0), [[1.0, -1.0]])

# %% tags=["hidden"]
from scipy import special

rng = np.random.default_rng(1)
for items, k, classes, precision in ((6, 3, 4, 0.5), (10, 2, 2, 3.0)):
    W, X, y = rng.normal(size=(k, classes)), rng.normal(size=(items, k)), rng.integers(0, classes, items)

    def log_posterior(W):
        return special.log_softmax(X @ W, axis=1)[np.arange(items), y].sum() - precision / 2 * np.sum(W**2)

    slopes = np.empty_like(W)
    for at in np.ndindex(W.shape):
        step = np.zeros_like(W)
        step[at] = 1e-6
        slopes[at] = (log_posterior(W + step) - log_posterior(W - step)) / 2e-6
    assert_allclose(gradient(W, X, y, precision), slopes, atol=1e-7)

# %% [markdown]
# **3.** Laplace's approximation is a normal whose precision matrix is minus the Hessian of the log posterior. Give that
# matrix; a weight $W_{fc}$ has the row and column $f C + c$, as `W.ravel()` puts it, with $C$ classes.


# %% tags=["solution"]
def precision_matrix(W, X, precision):
    """Minus the Hessian of the log posterior, (features × classes, features × classes)."""
    ### BEGIN SOLUTION
    # Each item adds the product of x x' and diag(p) - p p'. No label enters.
    total = precision * np.eye(W.size)
    for x in X:
        p = np.exp(log_softmax(x @ W))
        total += np.kron(np.outer(x, x), np.diag(p) - np.outer(p, p))
    return total
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(precision_matrix(np.zeros((1, 2)), np.array([[2.0]]), 1.0), [[2.0, -1.0], [-1.0, 2.0]])

# %% tags=["hidden"]
from scipy import special

rng = np.random.default_rng(2)
W, X, precision = rng.normal(size=(2, 3)), rng.normal(size=(5, 2)), 0.7


def minus_slope(flat):
    W = flat.reshape(2, 3)
    return (X.T @ special.softmax(X @ W, axis=1) + precision * W).ravel()  # the labels' part is constant


columns = [(minus_slope(W.ravel() + h) - minus_slope(W.ravel() - h)) / 2e-6 for h in 1e-6 * np.eye(6)]
assert_allclose(precision_matrix(W, X, precision), columns, atol=1e-7)
