"""The verdicts on document 003, problem 2; and that each follows from what is printed, not from what we expect."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from secondlook import backprop, claims
from secondlook.backprop import Parameters, draw_parameters
from secondlook.checks import backprop_by_hand as checks
from secondlook.claims import Kind, Verdict

PRINTED_GRADIENTS = checks.printed_gradients


@pytest.mark.parametrize(("claim_id", "kind"), [("D25", "corrected"), ("D26", "upheld"), ("D27", "upheld")])
def test_verdict(claim_id: str, kind: Kind) -> None:
    found = claims.verdict(claim_id)
    assert found.kind == kind
    assert found.printed and found.right and found.finding.endswith(".")


def one_gradient_off(name: str) -> Callable[[Parameters, np.ndarray, float], Parameters]:
    def gradients(p: Parameters, x: np.ndarray, y: float) -> Parameters:
        printed = PRINTED_GRADIENTS(p, x, y)
        return printed._replace(**{name: getattr(printed, name) * (1 + 1e-7)})

    return gradients


RIGHT_SHAPES = checks.PRINTED_SHAPES | {"x": "M", "W1": "HM"}
PERTURBED: list[tuple[Callable[[], Verdict], str, Any, Kind]] = [
    (checks.shapes, "PRINTED_SHAPES", RIGHT_SHAPES, "upheld"),
    (checks.slope_in_yhat, "printed_slopes_in_yhat", lambda yhat, y: ((yhat - y) / yhat,), "corrected"),
    (
        checks.slope_in_yhat,
        "printed_slopes_in_yhat",
        lambda yhat, y: (-(y / yhat - (y - 1) / (1 - yhat)),),
        "corrected",
    ),
    *((checks.gradients, "printed_gradients", one_gradient_off(name), "corrected") for name in Parameters._fields),
]


@pytest.mark.parametrize(("decide", "name", "value", "kind"), PERTURBED)
def test_verdict_follows_from_what_is_printed(
    decide: Callable[[], Verdict], name: str, value: Any, kind: Kind, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, name, value)
    assert decide().kind == kind


@pytest.mark.parametrize("swapped", [{"W1": "MH"}, {"W2": "H1"}, {"b1": "M"}, {"yhat": "1"}])
def test_a_wrong_shape_in_defined_letters_is_found_too(
    swapped: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "PRINTED_SHAPES", RIGHT_SHAPES | swapped)
    assert checks.shapes().kind == "corrected"


def test_printed_gradients_are_the_librarys() -> None:
    rng = np.random.default_rng(5)
    p, x = draw_parameters(rng, features=4, hidden=3), rng.standard_normal(4)
    assert checks.furthest(PRINTED_GRADIENTS(p, x, 1.0), backprop.gradients(p, x, 1.0)) < 1e-15
