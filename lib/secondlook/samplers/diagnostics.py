"""Whether chains agree, and what their draws are worth: R-hat and effective sample sizes, by ArviZ. Notebook 10."""

import warnings
from dataclasses import dataclass

import numpy as np

with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # arviz 0.23 announces 1.0, which needs Python 3.12
    import arviz

FEWEST_DRAWS = 8


@dataclass(frozen=True)
class Diagnostics:
    """For each parameter, ``(d,)``: how well chains agree, what their draws are worth, and the error of their mean.

    `rhat` is the larger of the rank-normalised split R-hats of the draws and of their distances from the median; above
    1.01 the chains do not agree. `ess_bulk` says how many independent draws the mean and the median are worth,
    `ess_tail` the 5 % and 95 % quantiles: the least for which these diagnostics can be trusted is 400 over four chains.
    `mcse` is the Monte Carlo standard error of the mean. Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021),
    Bayesian Analysis 16, sections 3 and 4. Of a quantity that is the same in every draw of every chain, such as a
    probability that rounds to 1, R-hat is 0/0 and NaN.
    """

    rhat: np.ndarray
    ess_bulk: np.ndarray
    ess_tail: np.ndarray
    mcse: np.ndarray

    @property
    def largest_rhat(self) -> float:
        """Of the quantities that vary; NaN where none does."""
        varying = self.rhat[~np.isnan(self.rhat)]
        return float(varying.max()) if varying.size else float("nan")


def diagnose(draws: np.ndarray) -> Diagnostics:
    """The diagnostics of draws of shape ``(chains, draws, d)``.

    Raises ValueError for fewer than two chains or eight draws, and for draws that are not finite.
    """
    draws = np.asarray(draws, float)
    if draws.ndim != 3 or len(draws) < 2 or draws.shape[1] < FEWEST_DRAWS:
        raise ValueError(
            f"draws have shape {draws.shape}; give (chains, draws, d) with at least 2 chains of {FEWEST_DRAWS} draws"
        )
    if not np.isfinite(draws).all():
        raise ValueError(f"draws hold {np.sum(~np.isfinite(draws))} values that are not finite; find out why first")
    data = arviz.convert_to_dataset({"x": draws})
    with np.errstate(divide="ignore", invalid="ignore"):  # of chains that stand still
        rhat = arviz.rhat(data, method="rank")["x"].values
    return Diagnostics(
        rhat=rhat,
        ess_bulk=arviz.ess(data, method="bulk")["x"].values,
        ess_tail=arviz.ess(data, method="tail")["x"].values,
        mcse=arviz.mcse(data, method="mean")["x"].values,
    )
