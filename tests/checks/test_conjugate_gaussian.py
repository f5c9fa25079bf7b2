"""The verdicts on document 003, problem 1; and that each follows from what is printed, not from what we expect."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from secondlook import claims, gaussian
from secondlook.checks.conjugate_gaussian import evidence, point_estimates, posterior, predictives
from secondlook.checks.conjugate_gaussian.settings import SETTINGS, by_summation, mode, vertex
from secondlook.claims import Kind, Verdict
from secondlook.gaussian import DATA, Normal

UPHELD = {"D01", "D02", "D07", "D10", "D12", "D15", "D16", "D17", "D20", "D24"}
LOST: dict[str, Kind] = {"D14": "not testable here"}
ALL = [f"D{number:02d}" for number in range(1, 25)]


@pytest.mark.parametrize("claim_id", ALL)
def test_verdict(claim_id: str) -> None:
    found = claims.verdict(claim_id)
    assert found.kind == ("upheld" if claim_id in UPHELD else LOST.get(claim_id, "corrected"))
    assert claim_id in LOST or (found.printed and found.right)
    assert found.finding.endswith(".") and found.finding.count("$") % 2 == 0
    assert "nan" not in found.finding and "np." not in found.finding


def true_variance(s2: float, t2: float) -> float:
    return 1 / (len(DATA) / s2 + 1 / t2)


def true_slope(mu: float, s2: float) -> float:
    return sum(x - mu for x in DATA) / s2


def log_posterior(mu: float, s2: float, t2: float) -> float:
    return -sum((x - mu) ** 2 for x in DATA) / (2 * s2) - mu**2 / (2 * t2)


def last_only(x: Any, s2: float, t2: float, m: float = 0.0) -> Normal:
    return Normal(float(np.asarray(x)[-1]), s2) if len(x) else Normal(m, t2)


# The same check with another thing printed: what was right is put wrong, and what was wrong is put right.
PERTURBED: list[tuple[str, Callable[[], Verdict], Any, str, Any, Kind]] = [
    ("D01 sum", posterior.sums, posterior, "PRINTED_SUM", "29.64", "corrected"),
    ("D01 squares", posterior.sums, posterior, "PRINTED_SUM_OF_SQUARES", "74.8936", "corrected"),
    ("D02", posterior.mean, posterior, "printed_mean", lambda s2, t2: 29.63 / (14 + 1 / t2), "corrected"),
    ("D03", posterior.variance, posterior, "printed_variance", true_variance, "upheld"),
    ("D04", posterior.density, posterior, "printed_variance", true_variance, "upheld"),
    ("D05", predictives.predictive, predictives, "printed_variance", lambda s, t: s + true_variance(s, t), "upheld"),
    ("D06", posterior.second_argument, posterior, "printed_second_argument", lambda s2: s2, "upheld"),
    ("D07", predictives.n_dominates, predictives, "posterior_predictive", lambda x, s, t: Normal(2.0, s), "corrected"),
    ("D08", point_estimates.likelihood_is_not_posterior, point_estimates, "PRIOR_VARIANCE", 1e14, "upheld"),
    ("D09", point_estimates.slope_of_the_log_likelihood, point_estimates, "printed_slope", true_slope, "upheld"),
    ("D10", point_estimates.ml_estimate, point_estimates, "printed_ml_estimate", lambda: 2.1164, "corrected"),
    ("D11", point_estimates.map_objective, point_estimates, "printed_map_objective", log_posterior, "upheld"),
    ("D11 sign", point_estimates.map_objective, point_estimates, "printed_map_objective",
     lambda mu, s2, t2: -log_posterior(mu, s2, t2), "corrected"),
    ("D12", point_estimates.map_estimate, point_estimates, "printed_map_estimate",
     lambda s2, t2: 29.63 / (1 / t2 + 14), "corrected"),
    ("D13", point_estimates.plug_in_variance, point_estimates, "printed_plug_in_variance", lambda s, t: s, "upheld"),
    ("D15", predictives.variance_decreases, predictives, "posterior_predictive", last_only, "corrected"),
    ("D16 mle", predictives.means_approach, predictives, "ml_predictive", lambda x, s: Normal(x[0], s), "corrected"),
    ("D16 map", predictives.means_approach, predictives, "map_predictive", last_only, "corrected"),
    ("D17", predictives.order, predictives, "posterior", last_only, "corrected"),
    ("D18", evidence.expansion, evidence, "printed_expansion",
     lambda mu: 74.8937 - 2 * 29.63 * mu + 14 * mu**2, "upheld"),
    ("D19", evidence.cross_term, evidence, "printed_centre",
     lambda s2, t2: 29.63 / s2 / (14 / s2 + 1 / t2), "upheld"),
    ("D20", evidence.symbols, evidence, "printed_evidence",
     lambda s2, t2: evidence.by_three_routes(s2, t2)[1] * (1 + 1e-8), "corrected"),
    ("D21", evidence.last_factor, evidence, "printed_last_factor",
     lambda t2: np.sqrt(2 * np.pi / (14 + 1 / t2)), "upheld"),
    ("D22", evidence.value, evidence, "PRINTED_EVIDENCE", "4.46287e-10", "upheld"),
    ("D22 digit", evidence.value, evidence, "PRINTED_EVIDENCE", "4.46288e-10", "corrected"),
    ("D23", evidence.sure_value, evidence, "PRINTED_SURE_EVIDENCE", "7.99970e-15", "upheld"),
    ("D23 digit", evidence.sure_value, evidence, "PRINTED_SURE_EVIDENCE", "7.99971e-15", "corrected"),
    ("D24", evidence.comparison, evidence, "PRIOR_VARIANCE", 0.01, "corrected"),
    ("D24 reason", evidence.comparison, evidence, "S", 0.1, "corrected"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("decide", "module", "name", "value", "kind"), [row[1:] for row in PERTURBED], ids=[row[0] for row in PERTURBED]
)
def test_verdict_follows_from_what_is_printed(
    decide: Callable[[], Verdict], module: Any, name: str, value: Any, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, name, value)
    assert decide().kind == kind


def test_every_claim_is_perturbed() -> None:
    assert {row[0][:3] for row in PERTURBED} == set(ALL) - set(LOST)


def test_the_curves_that_there_are_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "44 of the 45 curves exist" in predictives.fifteen_plots().finding
    monkeypatch.setattr(predictives, "FIRST", predictives.FIRST[1:])
    assert "42 of the 42 curves exist" in predictives.fifteen_plots().finding


@pytest.mark.parametrize("at", SETTINGS)
def test_the_oracles_agree_with_the_library(at: tuple[float, float]) -> None:
    summed, belief = by_summation(*at), gaussian.posterior(DATA, *at)
    assert (summed.mean, summed.variance) == pytest.approx(belief, rel=1e-12)
    assert np.log(summed.evidence) == pytest.approx(gaussian.log_evidence(DATA, *at), rel=1e-12)
    assert mode(*at) == pytest.approx(belief.mean, rel=1e-11)
    assert predictives.from_evidence(*at) == pytest.approx(gaussian.posterior_predictive(DATA, *at), rel=1e-11)


def test_vertex_finds_the_stationary_point_of_a_parabola() -> None:
    assert vertex(lambda mu: 3 * (mu - 0.25) ** 2 + 1) == pytest.approx((0.25, 6))
