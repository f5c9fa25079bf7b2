"""A normal distribution that is close to a posterior: where samplers start, and the coordinates they work in.

Notebooks 13 and 14.
"""

from dataclasses import dataclass

import numpy as np
from scipy.linalg import cholesky, solve_triangular


@dataclass(frozen=True, eq=False)
class Centre:
    """N(mean, L Lᵀ): its mean ``(d,)``, and any factor L ``(d, d)`` of its covariance.

    In the coordinates z of a point θ = mean + L z it is N(0, I).
    """

    mean: np.ndarray
    factor: np.ndarray

    @classmethod
    def of_precision(cls, mean: np.ndarray, precision: np.ndarray) -> "Centre":
        """N(mean, precision⁻¹): with precision = R Rᵀ, R lower triangular, L is R⁻ᵀ.

        Raises ValueError where the precision ``(d, d)`` is not positive definite.
        """
        try:
            root = cholesky(precision, lower=True)
        except np.linalg.LinAlgError:
            least = np.linalg.eigvalsh(precision)[0]
            raise ValueError(
                f"the precision has an eigenvalue of {least:.3g}, and no normal has that: give the prior a "
                "precision above 0, or leave out features that follow from others"
            ) from None
        return cls(np.asarray(mean, float), solve_triangular(root, np.eye(len(root)), lower=True).T)

    def points(self, z: np.ndarray) -> np.ndarray:
        """The points ``(…, d)`` of coordinates z ``(…, d)``."""
        return self.mean + z @ self.factor.T

    def draws(self, count: int, rng: np.random.Generator, spread: float = 1.0) -> np.ndarray:
        """Draws ``(count, d)`` of the normal whose standard deviations are `spread` times its own."""
        return self.points(spread * rng.standard_normal((count, len(self.mean))))
