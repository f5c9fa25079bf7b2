r"""Synthetic songs with two dials, and the exact posterior of the genre: what the best possible model would score.

A song of class :math:`c` is :math:`T` segments of :math:`F` features. Without order signal (derived in notebook 04)

.. math:: x_t = s\,m_c + (b + n_t)/\sqrt2, \qquad b, n_1, \dots, n_T \sim N(0, I) \text{ independent}.

Every feature has variance 1, half of it the song's own (:math:`b`); :math:`s` (``segment_signal``) is the distance of a
class mean from the origin; the :math:`m_c` are orthonormal. Given the class, the segments are exchangeable.

Now the order. Cut the song into consecutive pairs. Play each pair :math:`\{u, v\}` as :math:`(u, v)` with probability
:math:`\sigma(\beta\,d_c\cdot(v-u))`, else as :math:`(v, u)`: class :math:`c` prefers pairs that rise along its own
direction :math:`d_c`, and :math:`\beta` (``order_signal``) says how strongly. Last, taking the song as a loop, start it
at its first or at its last segment, with probability 1/2 each: where pairs begin is unknown. Three facts follow.

1. Only order has changed, so the bag of segments has the law it had before: with :math:`s=0` it is the same for every
   class, and the best classifier of bags scores what the best classifier scores at :math:`\beta=0`.
2. :math:`u` and :math:`v` are exchangeable, so the pair arrives as :math:`(u, v)` with density
   :math:`(p(u,v)+p(v,u))\,\sigma(\beta\,d_c\cdot(v-u)) = 2\,p(u,v)\,\sigma(\beta\,d_c\cdot(v-u))`. Hence

   .. math:: p_c(x) = N_c(x)\ \tfrac12\sum_{o\in\{0,1\}} \prod_{t\equiv o\,(2)} 2\sigma(\beta\,d_c\cdot(x_{t+1}-x_t)),

   with :math:`N_c` the Gaussian density of the first display and :math:`t+1` taken modulo :math:`T`.
3. A segment stands first or second in its pair with equal probability, so each :math:`x_t` alone is exactly
   :math:`N(s\,m_c, I)`: with :math:`s=0` no position alone tells anything about the class.

In :math:`N_c` a feature has covariance :math:`\tfrac12(I+11^\top)` over time, whose inverse is
:math:`2(I-11^\top/(1+T))` and whose determinant is :math:`(1+T)/2^T`. With :math:`S=\sum_t x_t` and orthonormal means

.. math:: \log N_c(x) = -\tfrac F2\bigl(T\log\pi + \log(1+T)\bigr) - \sum_t|x_t|^2
          + \frac{|S|^2 + 2s\,m_c\cdot S - Ts^2}{1+T}.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

import numpy as np
from scipy.special import expit, log_expit, logsumexp, softmax

from secondlook.data.dataset import Dataset, Split

VERSION = 1
"""Raised by hand whenever the same parameters would give other songs."""


@dataclass(frozen=True)
class Songs:
    """A law of songs and genres. Genres are equally probable; `classes` is at most `features`, `segments` is even."""

    segment_signal: float
    order_signal: float
    classes: int = 10
    segments: int = 120
    features: int = 25

    def __post_init__(self) -> None:
        if not 2 <= self.classes <= self.features:
            raise ValueError(f"classes={self.classes}: give 2 to features={self.features}")
        if self.segments < 2 or self.segments % 2:
            raise ValueError(f"segments={self.segments}: give an even number")
        if not (0 <= self.segment_signal < np.inf and 0 <= self.order_signal < np.inf):
            raise ValueError(f"dials {self.segment_signal}, {self.order_signal}: give numbers from 0 on")

    @property
    def means(self) -> np.ndarray:
        """The directions m_c, shape ``(classes, features)``: orthonormal cosines over the features, slow ones first."""
        return _cosines(self.features)[: self.classes]

    @property
    def directions(self) -> np.ndarray:
        """The directions d_c, shape ``(classes, features)``: the same cosines, quick ones first."""
        return _cosines(self.features)[::-1][: self.classes]

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        """`n` songs, float32 of shape ``(n, segments, features)``, and their genres, as evenly filled as `n` allows."""
        y = rng.permutation(np.arange(n) % self.classes)
        x = rng.standard_normal((n, self.segments, self.features), dtype=np.float32)
        x += rng.standard_normal((n, 1, self.features), dtype=np.float32)
        x *= np.float32(np.sqrt(0.5))
        rise = _along(x[:, 1::2] - x[:, 0::2], self.directions[y])
        falls = rng.random(rise.shape) >= expit(self.order_signal * rise)
        x.reshape(n, -1, 2, self.features)[falls] = x.reshape(n, -1, 2, self.features)[falls][:, ::-1]
        late = rng.random(n) < 0.5
        x[late] = np.roll(x[late], 1, axis=1)
        x += (self.segment_signal * self.means[y]).astype(np.float32)[:, None]
        return Split(x, y)

    def log_likelihood(self, x: np.ndarray) -> np.ndarray:
        """log p_c(x) for every class, shape ``(songs, classes)``; x is ``(songs, segments, features)``."""
        songs, T, F = x.shape
        total = x.sum(axis=1, dtype=np.float64)
        square = np.einsum("ntf,ntf->n", x, x, dtype=np.float64)
        free = -0.5 * F * (T * np.log(np.pi) + np.log(1 + T)) - square + (total**2).sum(axis=1) / (1 + T)
        s = self.segment_signal
        segment = (2 * s * total @ self.means.T - T * s**2) / (1 + T)
        height = x @ self.directions.T
        evidence = np.log(2) + log_expit(self.order_signal * (np.roll(height, -1, axis=1) - height))
        phases = evidence.reshape(songs, T // 2, 2, self.classes).sum(axis=1)
        return free[:, None] + segment + logsumexp(phases, axis=1) - np.log(2)

    def posterior(self, x: np.ndarray) -> np.ndarray:
        """p(c | x) for every class, shape ``(songs, classes)``."""
        return softmax(self.log_likelihood(x), axis=1)

    def bayes_accuracy(self, n: int = 20_000, seed: int = 0) -> tuple[float, float]:
        """The accuracy of the best possible classifier, and its standard error.

        The best classifier is right with probability max_c p(c | x). This is averaged over `n` songs, which varies less
        than counting right answers.
        """
        rng = np.random.default_rng(seed)
        sizes = np.diff([*range(0, n, 1000), n])
        best = np.concatenate([self.posterior(self.draw(size, rng).x).max(axis=1) for size in sizes])
        return float(best.mean()), float(best.std(ddof=1) / np.sqrt(n))


def load(law: Songs, sizes: Mapping[str, int], seed: int) -> Dataset:
    """Independent splits of the named `sizes`, for example ``{"train": 40_000, "test": 10_000}``."""
    splits = {name: law.draw(n, np.random.default_rng([seed, k])) for k, (name, n) in enumerate(sizes.items())}
    recipe = json.dumps([VERSION, asdict(law), list(sizes.items()), seed], sort_keys=True)
    names = tuple(f"genre {c}" for c in range(law.classes))
    return Dataset("songs", splits, names, hashlib.sha256(recipe.encode()).hexdigest()[:16])


def shuffle_segments(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The songs with the segments of each in a random order of its own: every bag kept, all order lost."""
    order = rng.random(x.shape[:2]).argsort(axis=1)
    return np.take_along_axis(x, order[:, :, None], axis=1)


def _cosines(n: int) -> np.ndarray:
    """The orthonormal cosine basis (DCT-II) as rows; row k has k half-waves."""
    k, f = np.arange(n)[:, None], np.arange(n)
    basis = np.sqrt(2 / n) * np.cos(np.pi * k * (f + 0.5) / n)
    basis[0] /= np.sqrt(2)
    return basis


def _along(x: np.ndarray, directions: np.ndarray) -> np.ndarray:
    """Each song's segments projected on that song's direction: ``(songs, segments, features)`` to two axes."""
    return (x @ directions.astype(x.dtype)[:, :, None])[:, :, 0]
