"""R-hat and effective sample sizes on chains whose worth is known."""

import subprocess
import sys

import numpy as np
import pytest

from secondlook.samplers import diagnose


def autoregressive(rho: float, chains: int = 4, draws: int = 20_000) -> np.ndarray:
    """Standard normal draws, each correlated by `rho` with the last."""
    noise = np.random.default_rng(0).normal(size=(chains, draws, 1))
    found = noise.copy()
    for t in range(1, draws):
        found[:, t] = rho * found[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return found


@pytest.mark.parametrize("rho", [0.0, 0.5, 0.9])
def test_the_worth_of_autocorrelated_draws(rho: float) -> None:
    draws = autoregressive(rho)
    expected = draws.size * (1 - rho) / (1 + rho)
    found = diagnose(draws)
    assert found.ess_bulk == pytest.approx(expected, rel=0.15)
    assert found.mcse == pytest.approx(1 / np.sqrt(expected), rel=0.1)
    assert found.ess_tail[0] < draws.size * 1.1
    assert found.rhat == pytest.approx(1, abs=0.01)


def test_chains_in_other_places_or_of_other_widths_disagree() -> None:
    same = autoregressive(0.0, draws=2000)
    shift = np.array([0, 0, 0, 2.0])[:, None, None]
    width = np.array([1, 1, 1, 4.0])[:, None, None]
    rhat = diagnose(np.concatenate([same, same + shift, same * width], axis=2)).rhat
    assert rhat[0] < 1.01
    assert (rhat[1:] > 1.1).all()


def test_a_drift_within_chains_shows_though_all_chains_share_it() -> None:
    same = autoregressive(0.0, draws=2000)
    assert diagnose(same + np.linspace(-1, 1, 2000)[None, :, None]).rhat > 1.1


def test_a_constant_has_no_r_hat_but_chains_that_stand_in_different_places_have_one() -> None:
    moving, still = autoregressive(0.5, draws=2000), np.ones((4, 2000, 1))
    told = diagnose(np.concatenate([moving, still], axis=2))
    assert np.isnan(told.rhat).tolist() == [False, True]
    assert told.largest_rhat == told.rhat[0]
    assert np.isnan(diagnose(still).largest_rhat)
    apart = still * np.arange(4)[:, None, None]
    assert diagnose(np.concatenate([moving, still, apart], axis=2)).largest_rhat > 100


@pytest.mark.parametrize(
    ("draws", "fault"),
    [
        (np.zeros((1, 100, 2)), r"draws have shape \(1, 100, 2\); give \(chains, draws, d\)"),
        (np.zeros((4, 7, 2)), "at least 2 chains of 8 draws"),
        (np.full((2, 10, 1), np.inf), "20 values that are not finite"),
    ],
)
def test_too_little_or_broken_draws_are_refused(draws: np.ndarray, fault: str) -> None:
    with pytest.raises(ValueError, match=fault):
        diagnose(draws)


def test_nothing_is_said_on_import() -> None:
    said = subprocess.run(
        [sys.executable, "-W", "default::FutureWarning", "-c", "import secondlook.samplers.diagnostics"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout + said.stderr == ""
