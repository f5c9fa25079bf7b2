"""The last layer of a network as softmax regression on its features: its posterior, and normals close to it.

Features ``(items, k)`` hold a last column of ones, for the biases; weights are ``(k, classes)``. Notebooks 11, 13, 14.
"""

from secondlook.lastlayer.density import SoftmaxRegression
from secondlook.lastlayer.laplace import curvature, laplace_draws
from secondlook.lastlayer.mode import Mode, posterior_mode
from secondlook.lastlayer.parametrisation import contrasts, draw_means, full_weights, probabilities, zero_sum
from secondlook.lastlayer.tiles import InTiles, in_tiles
from secondlook.lastlayer.variational import variational_centre

__all__ = [
    "InTiles",
    "Mode",
    "SoftmaxRegression",
    "contrasts",
    "curvature",
    "draw_means",
    "full_weights",
    "in_tiles",
    "laplace_draws",
    "posterior_mode",
    "probabilities",
    "variational_centre",
    "zero_sum",
]
