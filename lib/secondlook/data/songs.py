r"""Synthetic songs with two dials, and the exact posterior of the genre: what the best possible model would score.

A song of class :math:`c` is :math:`T` segments of :math:`F` features (derived in notebook 04):

.. math:: x_t = s\,m_c + A\,e_{k_t} + (b + n_t)/\sqrt2, \qquad b, n_1, \dots, n_T \sim N(0, I) \text{ independent}.

The noise has variance 1 in every feature, half of it the song's own (:math:`b`). Five notes :math:`e_0, \dots, e_4` are
played with volume :math:`A`: :math:`k_t` is the note of segment :math:`t`. The class means :math:`m_c` and the notes
are orthonormal. There are two dials. :math:`s` (``segment_signal``) is how far a class shifts every segment;
:math:`\rho` (``order_signal``) is how often a class decides the order of the notes:

    Cut the song into blocks of five segments. Each block plays every note once. With probability :math:`\rho` it plays
    them in the round of the class, begun at a random note; else in a random order.

A **round** is an order of the notes that goes on from its end at its beginning; there are :math:`4! = 24`, and class
:math:`c` has the :math:`c`-th; a 25th class would have the first again. Three facts follow.

1. Every song plays every note :math:`T/5` times. Only their order differs between classes, so with :math:`s=0` the bag
   of segments has the same law for every class, and no classifier of bags is better than chance.
2. A block that follows a round begins at a random note, so each segment alone plays every note with probability 1/5:
   with :math:`s=0` no position alone tells anything about the class.
3. In the Gaussian density of :math:`x` given the notes, a feature has covariance :math:`\tfrac12(I+11^\top)` over time,
   whose inverse is :math:`2(I-11^\top/(1+T))`. The notes' sum over a song is always the same, so their order enters
   only through :math:`2A\sum_t e_{k_t}\cdot x_t`, a sum over segments. Averaged over the orders of every block,

   .. math:: \log p_c(x) = \text{const} + \frac{2s\,m_c\cdot S - Ts^2}{1+T} + \sum_{\text{blocks}} \log\Bigl(
             \frac\rho5 \sum_{\text{starts of the round}} e^{2A\sum_t e_{k_t}\cdot x_t}
             + \frac{1-\rho}{120} \sum_{\text{all orders}} e^{2A\sum_t e_{k_t}\cdot x_t} \Bigr),

   with :math:`S=\sum_t x_t`, and a constant that no class has in it.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import permutations

import numpy as np
from scipy.special import logsumexp, softmax

from secondlook.data.dataset import Dataset, Split

VERSION = 2
"""Raised by hand whenever the same parameters would give other songs."""
NOTES = 5
VOLUME = 4.0
ORDERS = np.array(list(permutations(range(NOTES))))
"""All orders of the notes, ``(120, 5)``."""
ROUNDS = ORDERS[: len(ORDERS) // NOTES]
"""The rounds, ``(24, 5)``, each begun at note 0."""


@dataclass(frozen=True)
class Songs:
    """A law of songs and genres, all genres equally probable.

    `order_signal` is a probability. `features` has room for a direction of each class and for the five notes;
    `segments` is a multiple of five.
    """

    segment_signal: float
    order_signal: float
    classes: int = 10
    segments: int = 120
    features: int = 25

    def __post_init__(self) -> None:
        most = self.features - NOTES
        if not 2 <= self.classes <= most:
            raise ValueError(f"classes={self.classes}: give 2 to {most} for {self.features} features")
        if self.segments < NOTES or self.segments % NOTES:
            raise ValueError(f"segments={self.segments}: give a multiple of {NOTES}")
        if not 0 <= self.segment_signal < np.inf:
            raise ValueError(f"segment_signal={self.segment_signal}: give a number from 0 on")
        if not 0 <= self.order_signal <= 1:
            raise ValueError(f"order_signal={self.order_signal}: give a probability, from 0 to 1")

    @property
    def means(self) -> np.ndarray:
        """The directions m_c, shape ``(classes, features)``: orthonormal cosines over the features, slow ones first."""
        return _cosines(self.features)[: self.classes]

    @property
    def notes(self) -> np.ndarray:
        """The directions e_k, shape ``(5, features)``: the quickest of the same cosines."""
        return _cosines(self.features)[-NOTES:]

    def draw(self, n: int, rng: np.random.Generator) -> Split:
        """`n` songs, float32 of shape ``(n, segments, features)``, and their genres, as evenly filled as `n` allows."""
        y = rng.permutation(np.arange(n) % self.classes)
        blocks = (n, self.segments // NOTES)
        free = ORDERS[rng.integers(len(ORDERS), size=blocks)]
        turn = (rng.integers(NOTES, size=(*blocks, 1)) + np.arange(NOTES)) % NOTES
        rounds = ROUNDS[y % len(ROUNDS)]
        round_of_class = np.take_along_axis(np.broadcast_to(rounds[:, None], free.shape), turn, axis=2)
        played = np.where(rng.random((*blocks, 1)) < self.order_signal, round_of_class, free)
        x = rng.standard_normal((n, self.segments, self.features), dtype=np.float32)
        x += rng.standard_normal((n, 1, self.features), dtype=np.float32)
        x *= np.float32(np.sqrt(0.5))
        x += (VOLUME * self.notes).astype(np.float32)[played.reshape(n, -1)]
        x += (self.segment_signal * self.means[y]).astype(np.float32)[:, None]
        return Split(x, y)

    def log_likelihood(self, x: np.ndarray) -> np.ndarray:
        """log p_c(x) for every class, shape ``(songs, classes)``; x is ``(songs, segments, features)``."""
        songs, T, F = x.shape
        s, A = self.segment_signal, VOLUME
        total = x.sum(axis=1, dtype=np.float64)
        rest = total - A * (T / NOTES) * self.notes.sum(axis=0)  # the noise's sum, and T s m_c
        square = np.einsum("ntf,ntf->n", x, x, dtype=np.float64) + T * A**2
        free = -0.5 * F * (T * np.log(np.pi) + np.log(1 + T)) - square + (rest**2).sum(axis=1) / (1 + T)
        segment = (2 * s * rest @ self.means.T - T * s**2) / (1 + T)
        match = 2 * A * (x @ self.notes.T.astype(x.dtype)).reshape(songs, T // NOTES, NOTES, NOTES)
        any_order = logsumexp(match[:, :, np.arange(NOTES), ORDERS].sum(axis=-1), axis=-1) - np.log(len(ORDERS))
        turns = (np.arange(NOTES)[:, None] + np.arange(NOTES)) % NOTES
        of_class = match[:, :, np.arange(NOTES), ROUNDS[np.arange(self.classes) % len(ROUNDS)][:, turns]].sum(axis=-1)
        in_round = logsumexp(of_class, axis=-1) - np.log(NOTES)
        with np.errstate(divide="ignore"):
            mixed = np.logaddexp(
                np.log(self.order_signal) + in_round, np.log1p(-self.order_signal) + any_order[..., None]
            )
        return free[:, None] + segment + mixed.sum(axis=1)

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
    names = tuple(f"genre {c}" for c in range(law.classes))
    return Dataset("songs", splits, names, fingerprint(law, sizes, seed))


def fingerprint(law: Songs, sizes: Mapping[str, int], seed: int) -> str:
    """The fingerprint that `load` gives with these arguments, without drawing a song."""
    recipe = json.dumps([VERSION, asdict(law), list(sizes.items()), seed], sort_keys=True)
    return hashlib.sha256(recipe.encode()).hexdigest()[:16]


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
