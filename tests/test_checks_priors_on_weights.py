"""The checks of notebook 10: each verdict turns when what is printed, or what is recorded, turns."""

import math
from collections.abc import Callable, Iterator
from types import ModuleType
from typing import Any

import jax.numpy as jnp
import numpy as np
import pytest

from secondlook import claims
from secondlook.checks.priors_on_weights import bayes, bound, climbing, goals, patients, sampling, transforming
from secondlook.claims import Kind, Verdict
from secondlook.results import Arm
from secondlook.studies.dimensions import NETS, NORMALS, USUAL, net_arm, normal_arm

EXACT: dict[str, Kind] = {
    "C01": "corrected",
    "C02": "inconclusive",
    "C04": "corrected",
    "C05": "upheld",
    "C06": "upheld",
    "C08": "upheld",
    "C09": "upheld",
    "C10": "upheld",
    "C11": "upheld",
}


@pytest.mark.parametrize("claim_id", EXACT)
def test_verdict(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    assert found.kind == EXACT[claim_id]
    for text in (found.finding, *found.evidence):
        assert text.endswith(".") and text.count("$") % 2 == 0
        assert "nan" not in text and "np." not in text


def without_jacobian(mu: float, sd: float, shape: float, rate: float) -> float:
    """Written in ζ, by whoever forgets that a density changes with its variable."""
    return transforming.elbo(mu, sd, shape, rate, jacobian=False)


def narrow(log_q: np.ndarray) -> float:
    """KL the other way round: it has another minimiser."""
    p = np.exp(bound.KNOWN.log_density(bound.GRID))
    return float(np.sum(p * (bound.KNOWN.log_density(bound.GRID) - log_q)) * bound.STEP)


# The same check with another thing printed, or another thing known.
PERTURBED: list[tuple[str, Callable[[], Verdict], ModuleType, str, Any, Kind]] = [
    ("C01", goals.posterior, goals, "CLOSE", 3.0, "upheld"),
    ("C02", goals.promises, goals, "LISTED", {"uncertainty in predictions": "MNIST"}, "upheld"),
    ("C04 author", goals.citation, goals, "PRINTED_AUTHOR", "Kucukelbir", "corrected"),
    ("C05", bayes.bayes, bayes, "printed_posterior", lambda t, e: bayes.likelihood(t) / e, "corrected"),
    ("C06", bayes.mode, bayes, "printed_objective", lambda t: math.log(bayes.likelihood(t)), "corrected"),
    ("C08", bound.identity, bound, "printed_divergence", narrow, "corrected"),
    ("C08 joint", bound.identity, bound, "LOG_JOINT", bound.LOG_JOINT + 1e-8, "corrected"),
    ("C09", bound.equivalence, bound, "printed_divergence", narrow, "corrected"),
    ("C10", transforming.positive, transforming, "printed_elbo", without_jacobian, "corrected"),
    ("C11 goal", climbing.climb, climbing, "NEAR", 0.001, "not upheld"),
    (
        "C11 noise",
        climbing.climb,
        climbing,
        "gradients",
        lambda f, m, s: (np.eye(3)[:, [0] * 10], np.eye(3)[:, [1] * 10]),
        "not upheld",
    ),
]


@pytest.mark.parametrize(("check", "module", "name", "value", "kind"), [row[1:] for row in PERTURBED],
                         ids=[row[0] for row in PERTURBED])  # fmt: skip
def test_a_verdict_follows_from_what_is_printed(
    check: Callable[[], Verdict], module: ModuleType, name: str, value: Any, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, value)
    assert check().kind == kind


def test_the_right_citation_would_stand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(goals, "PRINTED_AUTHOR", "Kucukelbir")
    monkeypatch.setattr(goals, "PRINTED_YEAR", 2016)
    assert goals.citation().kind == "upheld"


# Closed forms that the checks rely on, by other routes.


@pytest.mark.parametrize("jacobian", [True, False])
@pytest.mark.parametrize("setting", transforming.SETTINGS)
def test_the_best_log_normal_is_a_stationary_point_and_a_maximum(
    setting: tuple[float, float, tuple[float, ...]], jacobian: bool
) -> None:
    shape, rate = transforming.known(*setting)
    mu, sd = transforming.best(shape, rate, jacobian)
    top = transforming.elbo(mu, sd, shape, rate, jacobian)
    for step in (1e-4, -1e-4):
        for moved in ((mu + step, sd), (mu, sd + step)):
            assert transforming.elbo(*moved, shape, rate, jacobian) == pytest.approx(top, abs=1e-6 * max(1, shape))
            assert transforming.elbo(*moved, shape, rate, jacobian) < top


def test_the_best_independent_normal_is_no_wider_than_the_posterior() -> None:
    for correlated in (True, False):
        known = patients.exact(correlated)
        ratio = patients.mean_field_sd(known) / np.sqrt(np.diag(known.covariance))
        assert (ratio <= 1 + 1e-12).all()
    assert ratio == pytest.approx(1)
    x, _ = patients.design(correlated=False)
    assert x.T @ x / len(x) == pytest.approx(np.eye(10), abs=1e-10)


def test_the_log_joint_of_the_patients_is_their_posterior_up_to_a_constant() -> None:
    known, target = patients.exact(), patients.log_joint()
    points = known.mean + 0.1 * np.random.default_rng(0).normal(size=(5, 10))
    precision = np.linalg.inv(known.covariance)
    gaps = [float(target(jnp.asarray(w, jnp.float32))) + 0.5 * (w - known.mean) @ precision @ (w - known.mean)
            for w in points]  # fmt: skip
    assert gaps == pytest.approx([gaps[0]] * 5, abs=2e-3)


def test_both_gradients_are_unbiased() -> None:
    """For a normal target the slope of the ELBO in the means is −Λ (loc − mean)."""
    precision = jnp.array([[2.0, 0.5], [0.5, 1.0]])
    loc, sd = jnp.array([0.4, -0.3]), jnp.array([0.7, 0.9])
    expected = -np.asarray(precision @ loc)
    for estimate in climbing.gradients(lambda w: -0.5 * w @ precision @ w, loc, sd):
        error = estimate.std(axis=0) / np.sqrt(len(estimate))
        assert abs((estimate.mean(axis=0) - expected) / error).max() < 4


# Records: made up, so that each trend and each failure shows.


def made(ess: np.ndarray, **items: Any) -> Arm:
    seeds = np.arange(len(ess))
    usual = {"evaluations": np.full(len(seeds), 1e4), "seconds": np.full(len(seeds), 2.0)}
    scores = {"rhat": np.where(seeds == 0, 1.02, 1.001)}
    return Arm({"draws": 1000}, tuple(seeds.tolist()), scores, {}, {"ess": ess} | usual | items, np.zeros(len(seeds)))


def test_a_slope_is_the_power_of_the_number() -> None:
    noise = np.exp(np.random.default_rng(0).normal(0, 0.05, (3, 5)))
    arms = {n: made(50 * n**-0.7 * noise[k]) for k, n in enumerate((2, 8, 32))}
    found = sampling.slope(arms, "evaluations")
    assert found.low < -0.7 < found.high
    assert found.mean == pytest.approx(-0.7, abs=0.05)
    assert sampling.slope(arms, "seconds").mean == pytest.approx(found.mean)
    dearer = {n: made(50 * n**-0.7 * noise[k], seconds=np.full(5, float(n))) for k, n in enumerate((2, 8, 32))}
    assert sampling.slope(dearer, "seconds").mean == pytest.approx(found.mean - 1)


def test_the_worst_quantity_counts() -> None:
    assert sampling.worth(made(np.array([[5.0, 3.0], [7.0, 9.0]])), "seconds") == pytest.approx([1.5, 3.5])


@pytest.fixture
def powers(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, float]]:
    """Records in which the worth of a gradient goes by these powers of the three numbers."""
    power = {"parameters": -0.1, "items": -0.5, "features": 0.0, "seconds": 0.0}

    def arm(name: str) -> Arm:
        seeds = np.exp(np.random.default_rng(sum(map(ord, name))).normal(0, 0.02, 5))
        for what, values in NETS.items():
            for value in (USUAL[what], *values):
                if name == f"dimensions/{net_arm(what, value)}" and value != USUAL[what]:
                    seconds = 2.0 * (value / USUAL[what]) ** power["seconds"]
                    return made(1000 * (value / USUAL[what]) ** power[what] * seeds, seconds=np.full(5, seconds))
        for n in NORMALS:
            if name in (f"dimensions/{normal_arm(method, n)}" for method in ("nuts", "metropolis")):
                return made(1000 / n * seeds)
        assert name == "dimensions/net"
        return made(1000 * seeds)

    monkeypatch.setattr(sampling, "arm", arm)
    yield power


@pytest.mark.parametrize(
    ("power", "seconds", "kind"),
    [
        (0.0, 0.0, "not upheld"),
        (0.0, 1.0, "corrected"),
        (-1.0, 0.0, "upheld"),
        (-0.25, 0.0, "inconclusive"),
        (0.0, 0.25, "inconclusive"),
    ],
)
def test_c03_is_about_features(powers: dict[str, float], power: float, seconds: float, kind: Kind) -> None:
    powers["features"], powers["seconds"] = power, seconds
    assert sampling.dimension().kind == kind
    evidence = sampling.dimension().evidence
    assert any("items" in line and "-0.50" in line for line in evidence)
    assert any("above 1.01 in 21 of 105 runs, at most 1.020" in line for line in evidence)
    assert any("is worth 0.05, 0.02, 0.01, 0.00 draws at 2, 6, 20, 64 parameters" in line for line in evidence)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> dict[str, Arm]:
    """Records of three samplers that do what they should."""
    rng = np.random.default_rng(0)

    def good() -> Arm:
        mean, sd = np.zeros((4, 12)), np.ones((4, 12))
        found = made(np.full((4, 12), 400.0), mean=rng.normal(0, 0.05, (4, 12)), true_mean=mean, true_sd=sd)
        return Arm(found.config, found.seeds, {"rhat": np.full(4, 1.001), "sd_error": np.full(4, 0.03)}, {},
                   found.items, found.seconds)  # fmt: skip

    arms = {f"samplers/{method}": good() for method in sampling.SAMPLERS}
    monkeypatch.setattr(sampling, "arm", arms.__getitem__)
    return arms


def test_c07_needs_every_chain_to_converge_and_every_mean_to_be_right(runs: dict[str, Arm]) -> None:
    assert sampling.samplers().kind == "upheld"
    nuts = runs["samplers/nuts"]
    nuts.items["mean"][2, 5] += 0.5
    assert sampling.samplers().kind == "not upheld"
    nuts.items["mean"][2, 5] -= 0.5
    runs["samplers/gibbs"].scores["rhat"][0] = 1.02
    assert sampling.samplers().kind == "not upheld"


def test_draws_are_worth_no_more_than_their_number(runs: dict[str, Arm]) -> None:
    runs["samplers/nuts"].items["ess"][:] = 1e9
    apart = sampling.apart("nuts")
    error = np.sqrt(1 / 4000 + 1 / (400 * sampling.REFERENCE_SWEEPS / 1000))
    assert apart == pytest.approx(runs["samplers/nuts"].items["mean"] / error)
