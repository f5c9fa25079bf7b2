"""The arms of the study of MNIST as checks see them."""

from collections.abc import Mapping

from secondlook.checks import over_seeds
from secondlook.results import Arm

SETTLED, EARLY = "variational, normal", "variational, normal, stopped early"
"""The document's method under its plainest prior: until its bound has settled, and until its predictions are best."""
POINT, TEMPERATURE = "point estimate", "temperature"
RIVALS = (POINT, TEMPERATURE, "dropout", "ensemble", "last-layer Laplace")
SCORES: Mapping[str, int] = {
    "test_accuracy": +1,
    "test_nll": -1,
    "test_ece": -1,
    "error/expected_error": +1,
    "foreign/kmnist/expected_error": +1,
    "foreign/notmnist/expected_error": +1,
}
"""What methods are compared by, and whether more of it is better."""
SAID: Mapping[str, str] = {
    "test_accuracy": "accuracy",
    "test_nll": "NLL",
    "test_ece": "calibration error",
    "error/expected_error": "detection of errors",
    "foreign/kmnist/expected_error": "detection of Kuzushiji-MNIST",
    "foreign/notmnist/expected_error": "detection of notMNIST",
}
"""What a score is called in a sentence."""


def arm(name: str) -> Arm:
    """An arm of the study of MNIST."""
    return over_seeds.arm(f"mnist/{name}")
