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
# # Assignment 14 · Sampling that works
#
# Three functions, after notebook 14.

# %% tags=["given"]
import numpy as np
from numpy.testing import assert_allclose

# %% [markdown]
# **1.** A chain has the autocorrelation $\rho^k$ at lag $k$, with $|\rho| < 1$. Give its autocorrelation time, $1 + 2 \sum_{k \ge 1} \rho^k$.


# %% tags=["solution"]
def autocorrelation_time(rho):
    """The integrated autocorrelation time, in steps."""
    ### BEGIN SOLUTION
    # A geometric sum: 1 + 2 rho / (1 - rho).
    return (1 + rho) / (1 - rho)
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(autocorrelation_time(0.5), 3.0)

# %% tags=["hidden"]
for rho in (0.0, 0.9, 0.99, -0.4):
    assert_allclose(autocorrelation_time(rho), 1 + 2 * sum(rho**k for k in range(1, 5000)))

# %% [markdown]
# **2.** Metropolis proposes symmetrically. Give the probability with which it accepts, from the log densities of where the chain is and of what is proposed. They may differ by thousands, in either sense.


# %% tags=["solution"]
def acceptance(log_now, log_proposed):
    """The probability of a move."""
    ### BEGIN SOLUTION
    # min(1, p'/p); the minimum is taken of logarithms, where nothing overflows.
    return np.exp(min(0.0, log_proposed - log_now))
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(acceptance(0.0, np.log(0.25)), 0.25)
assert acceptance(-1.0, 3.0) == 1

# %% tags=["hidden"]
assert acceptance(-5000.0, 0.0) == 1
assert acceptance(0.0, -5000.0) == 0
for a, b in ((-1.0, -2.5), (3.0, 3.2), (-7.0, -7.0)):  # detailed balance
    assert_allclose(np.exp(a) * acceptance(a, b), np.exp(b) * acceptance(b, a))
    assert 0 < acceptance(a, b) <= 1

# %% [markdown]
# **3.** Hamiltonian Monte Carlo follows $\dot q = p$, $\dot p = -\nabla V(q)$. Let $V = \frac12 q^2$. Give position and momentum
# after a number of leapfrog steps of a given size: half a kick, a drift, half a kick.


# %% tags=["solution"]
def leapfrog(q, p, size, steps):
    """Position and momentum after the steps."""
    ### BEGIN SOLUTION
    # The gradient of V is q itself.
    for _ in range(steps):
        p = p - size / 2 * q
        q = q + size * p
        p = p - size / 2 * q
    return q, p
    ### END SOLUTION


# %% tags=["test"]
assert_allclose(leapfrog(1.0, 0.0, 1.0, 1), [0.5, -0.75])

# %% tags=["hidden"]
for q, p, size, steps in ((0.3, -1.2, 0.1, 25), (2.0, 0.5, 0.7, 4), (1.0, 1.0, 1.5, 3)):
    kick, drift = np.array([[1, 0], [-size / 2, 1]]), np.array([[1, size], [0, 1]])
    there = np.linalg.matrix_power(kick @ drift @ kick, steps) @ [q, p]
    assert_allclose(leapfrog(q, p, size, steps), there)
    assert_allclose(leapfrog(there[0], -there[1], size, steps), [q, -p])  # and back
