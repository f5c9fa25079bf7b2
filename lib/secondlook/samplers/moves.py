"""Moves for emcee that know a centre: walkers go by themselves, in its coordinates z. Notebook 14.

emcee's own moves propose from where the other walkers are: the stretch move (Goodman and Weare 2010, Communications
in Applied Mathematics and Computational Science 5) and differential evolution (ter Braak 2006, Statistics and Computing
16). They are ``emcee.moves.StretchMove()`` and ``emcee.moves.DEMove()``.
"""

import emcee
import numpy as np
from jax.tree_util import Partial

from secondlook.samplers.splitting import Point, Scheme, chosen, evaluate, lobatto, trajectory


def crank_nicolson(beta: float) -> emcee.moves.MHMove:
    """The preconditioned Crank–Nicolson proposal: z' = √(1 − β²) z + β ξ with ξ ~ N(0, I).

    It keeps N(0, I) as it is, and reversibly, so that q(z | z') / q(z' | z) = N(z) / N(z'): where the density is
    N(0, I) every proposal is accepted, in any dimension (Cotter, Roberts, Stuart and White 2013, Statistical Science
    28). β = 1 draws from the centre, whatever z was. Raises ValueError for a beta that is not between 0 and 1.
    """
    if not 0 < beta <= 1:
        raise ValueError(f"beta is {beta}; give a share of the way to an independent draw, above 0 and at most 1")

    def propose(z: np.ndarray, random: np.random.RandomState) -> tuple[np.ndarray, np.ndarray]:
        proposed = np.sqrt(1 - beta**2) * z + beta * random.standard_normal(z.shape)
        return proposed, 0.5 * ((proposed**2).sum(axis=1) - (z**2).sum(axis=1))

    return emcee.moves.MHMove(propose)


class SplitStep(emcee.moves.Move):
    """One trajectory of split HMC; `density` gives log densities and gradients at z, as `whitened` does.

    The gradient at the end of a trajectory is kept for the next. It is the same, to the last bit, if it is computed
    anew, so a chain that is taken up again goes on as if it had not been left.
    """

    def __init__(self, density: Partial, scheme: Scheme | None = None) -> None:
        self.density, self.scheme = density, scheme or lobatto()
        self.point: Point | None = None

    def propose(self, model: emcee.model.Model, state: emcee.State) -> tuple[emcee.State, np.ndarray]:
        """As emcee calls it: the ensemble after one step, and which walkers moved."""
        if state.blobs is not None:
            raise ValueError("the split step evaluates no blobs; keep predictions by `keep_ensemble`")
        start = self.point
        if start is None or not np.array_equal(start.z, state.coords):
            start = evaluate(self.density, state.coords.astype(np.float32))
        v = model.random.standard_normal(state.coords.shape).astype(np.float32)
        end, log_ratio = trajectory(self.density, start, v, self.scheme)
        accepted = np.log(model.random.random_sample(len(v))) < np.asarray(log_ratio)
        self.point = chosen(accepted, end, start)
        ends = emcee.State(np.asarray(end.z, float), log_prob=np.asarray(end.log_prob, float))
        return self.update(state, ends, accepted), accepted
