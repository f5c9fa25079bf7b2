"""The arms of the study of MNIST as checks see them."""

from collections.abc import Mapping

from secondlook.checks import over_seeds
from secondlook.results import Arm

LONG, EARLY = "variational, normal", "variational, normal, stopped early"
"""The document's method under its plainest prior: 60 epochs, and 20."""
VARIATIONAL = (
    LONG,
    EARLY,
    "variational, mixture",
    "variational, mixture, stopped early",
    "variational, flipout, stopped early",
)
POINT, TEMPERATURE = "point estimate", "temperature"
SINGLE, OTHERS = (POINT, TEMPERATURE), ("dropout", "ensemble", "last-layer Laplace")
"""Single fits, the second with one number tuned; and other ways to be unsure."""
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


def best() -> str:
    """The variational arm with the lowest NLL on the pictures set apart, which choose no test picture's score."""
    return min(VARIATIONAL, key=lambda name: float(arm(name).scores["valid_nll"].mean()))
