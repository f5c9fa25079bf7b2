"""Two citations, and the two-step fit on a problem whose true weights are known: B20, B21."""

from typing import NamedTuple

import numpy as np
from sklearn.linear_model import Lasso, Ridge

from secondlook.checks.words import KEY, NUMBER, brief
from secondlook.claims import Verdict, check
from secondlook.compare import paired

ITEMS, WEIGHTS, PROBLEMS = 100, 50, 100
TRUE = np.concatenate([np.tile([1.0, -1.0], 5), np.zeros(WEIGHTS - 10)])
"""Ten weights of size 1 among fifty; the noise has sd 1."""
STRENGTH, MILD = 0.2, 1.0
"""Of the lasso, and of the ridge after it (on the sum of squared errors, so mild)."""


class Fit(NamedTuple):
    """One problem fitted in one step and in two, each ``(weights,)``."""

    one_step: np.ndarray
    two_steps: np.ndarray


def fit(seed: int) -> Fit:
    """Find weights by L1, then fit those that are not zero again by a mild L2."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(ITEMS, WEIGHTS))
    y = x @ TRUE + rng.normal(size=ITEMS)
    one = Lasso(STRENGTH, fit_intercept=False).fit(x, y).coef_
    two = np.zeros(WEIGHTS)
    two[one != 0] = Ridge(MILD, fit_intercept=False).fit(x[:, one != 0], y).coef_
    return Fit(one, two)


def bias(weights: np.ndarray) -> float:
    """How far the kept true weights lie outwards of their true size, on average; negative is shrunk."""
    kept = (weights != 0) & (TRUE != 0)
    return float(np.mean(np.sign(TRUE[kept]) * (weights[kept] - TRUE[kept])))


@check("B20")
def kernels_that_are_no_filters() -> Verdict:
    """What reference 7 is about."""
    return Verdict(
        "miscited",
        "Cortes, Mohri and Rostamizadeh (2009) learn a kernel *function* for ridge regression, a sum of given Mercer "
        "kernels, with an L2 bound on the coefficients of the sum. They find L2 better than L1 when many kernels are "
        "summed. Such a kernel compares two items; it is not the filter of a convolution. About convolutional layers "
        "the paper says nothing.",
        "L2 works well in convolutional layers with many kernels",
        "L2 works well for learning sums of many Mercer kernels",
    )


@check("B21")
def two_steps() -> Verdict:
    """The bias of kept weights after one step and after two, over made-up problems."""
    fits = [fit(seed) for seed in range(PROBLEMS)]
    one, two = (np.array([bias(weights) for weights in of]) for of in zip(*fits, strict=True))
    shrinks, cured = paired(one, np.zeros(PROBLEMS)), paired(np.abs(one), np.abs(two))
    errors = [np.mean([np.sum((weights - TRUE) ** 2) for weights in of]) for of in zip(*fits, strict=True)]
    holds = shrinks.high < 0 and cured.low > 0
    return Verdict(
        "upheld" if holds else "not upheld",
        f"On {PROBLEMS} made-up problems with ten true weights of size 1 among {WEIGHTS}, the kept ones are off by "
        f"{one.mean():+.3f} after L1 alone and by {two.mean():+.3f} after a second fit with a mild L2. Demir-Kavuk and "
        "others (2011), the document's [8], do the same two steps: L1 selects features of a linear model, a "
        "milder L2 fits them again.",
        evidence=(
            f"Bias of the kept weights after L1 alone, a problem a seed: {brief(shrinks, unit=NUMBER)}.",
            f"Size of the bias, after L1 alone minus after the second fit: {brief(cured, unit=NUMBER)}.",
            f"The squared error of all weights is {errors[0]:.2f} after L1 alone and {errors[1]:.2f} after the second "
            "fit.",
            "The two steps are the idea of the relaxed lasso (Meinshausen 2007).",
            KEY,
        ),
    )
