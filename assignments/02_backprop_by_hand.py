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
# # Assignment 2 · Backpropagation by hand
#
# Three functions, after notebook 2. For one datapoint $x$ the network computes $a_1 = W_1 x + b_1$, $z_1 = s(a_1)$,
# $a_2 = W_2 z_1 + b_2$ and $\hat y = s(a_2)$, where $s$ is the sigmoid. The loss is the cross-entropy of $\hat y$ and the label $y$.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** Give $\partial L / \partial a_2$ as a function of the logit $a_2$ and the label.


# %% tags=["solution"]
def delta_output(a2, y):
    """The derivative of the cross-entropy by the logit."""
    ### BEGIN SOLUTION
    # dL/dyhat = (yhat - y) / (yhat (1 - yhat)) and dyhat/da2 = yhat (1 - yhat): the slope of the sigmoid cancels.
    return 1 / (1 + np.exp(-a2)) - y
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(delta_output(0.0, 1), -0.5)

# %% tags=["hidden"]
for a2, y in ((1.5, 0), (-2.0, 1), (3.0, 1), (-0.7, 0)):
    loss = lambda a: np.log1p(np.exp(-a)) if y else np.log1p(np.exp(a))
    assert_allclose(delta_output(a2, y), (loss(a2 + 1e-6) - loss(a2 - 1e-6)) / 2e-6, rtol=1e-6)

# %% [markdown]
# **2.** Give the gradients of the loss by all parameters, each in the shape of its parameter: $W_1$ has a row a hidden unit,
# and $W_2$ is one row.


# %% tags=["solution"]
def backward(W1, b1, W2, b2, x, y):
    """The gradients by W1, b1, W2 and b2, for one datapoint."""
    ### BEGIN SOLUTION
    # Forward, then the chain rule backwards: delta1 = delta2 W2 * s'(a1), and s' = z (1 - z).
    z1 = 1 / (1 + np.exp(-(W1 @ x + b1)))
    delta2 = delta_output(W2 @ z1 + b2, y)
    delta1 = delta2 * W2[0] * z1 * (1 - z1)
    return np.outer(delta1, x), delta1, np.outer(delta2, z1), delta2
    ### END SOLUTION


# %% tags=["test"]
found = backward(np.zeros((2, 1)), np.zeros(2), np.array([[1.0, -1.0]]), np.zeros(1), np.array([2.0]), 1)
for gradient, expected in zip(found, ([[-0.25], [0.25]], [-0.125, 0.125], [[-0.25, -0.25]], [-0.5]), strict=True):
    assert np.shape(gradient) == np.shape(expected)
    assert_allclose(gradient, expected)

# %% tags=["hidden"]
from secondlook import backprop

rng = np.random.default_rng(1)
for y in (0, 1):
    parameters, x = backprop.draw_parameters(rng, 3, 4), rng.normal(size=3)
    loss = lambda p: backprop.mean_loss(p, x[None], np.array([y]))
    slopes = backprop.central_differences(loss, parameters)
    for gradient, expected in zip(backward(*parameters, x, y), slopes, strict=True):
        assert_allclose(np.asarray(gradient), expected, atol=1e-7)

# %% [markdown]
# **3.** Replace the loss by $\frac12 (\hat y - y)^2$. Give its derivative by the logit $a_2$.


# %% tags=["solution"]
def delta_squares(a2, y):
    """The derivative of half the squared error by the logit."""
    ### BEGIN SOLUTION
    # Nothing cancels the slope of the sigmoid, which is nearly zero where the network is certain.
    yhat = 1 / (1 + np.exp(-a2))
    return (yhat - y) * yhat * (1 - yhat)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(delta_squares(0.0, 1), -0.125)

# %% tags=["hidden"]
for a2, y in ((1.5, 0), (-2.0, 1), (10.0, 0), (-0.7, 0)):
    loss = lambda a: (1 / (1 + np.exp(-a)) - y) ** 2 / 2
    assert_allclose(delta_squares(a2, y), (loss(a2 + 1e-5) - loss(a2 - 1e-5)) / 2e-5, rtol=1e-5)
