"""The accuracy of a variational net on MNIST: C18."""

import numpy as np

from secondlook.checks import intervals
from secondlook.checks.bayesian_mnist.arms import LONG, POINT, VARIATIONAL, arm
from secondlook.claims import Verdict, check
from secondlook.results import Arm

PRINTED, TEST_PICTURES = 0.977, 10_000


def half_width(values: np.ndarray) -> float:
    """Half the 95 % t-interval of a mean over seeds."""
    return intervals.half_width(values.std(ddof=1), len(values))


def rate(values: np.ndarray) -> str:
    """A mean rate over seeds in per cent, with its interval."""
    return f"{100 * values.mean():.2f} ± {100 * half_width(values):.2f} %"


def epochs_as_printed(of: Arm) -> str:
    """After how many epochs the mean accuracy on the pictures set apart is as printed or higher, in words."""
    accuracy = of.curves["valid_accuracy"]["mean"]
    reached = np.flatnonzero(accuracy >= PRINTED) + 1
    enough = f"{100 * PRINTED:.1f} % or more"
    if not len(reached):
        return f"{enough} after no epoch"
    between = f"first after epoch {reached[0]}, last after {reached[-1]}"
    return f"{enough} after {len(reached)} of {len(accuracy)} epochs, {between}"


@check("C18")
def accuracy() -> Verdict:
    """Test accuracy of variational nets over seeds, and when in training they pass what is printed."""
    error = float(np.sqrt(PRINTED * (1 - PRINTED) / TEST_PICTURES))
    found = {name: arm(name) for name in VARIATIONAL}
    reached = sorted((of.scores["test_accuracy"] for of in found.values()), key=np.mean)
    return Verdict(
        "upheld" if reached[-1].mean() > PRINTED - 2 * error else "not upheld",
        "Which net, prior and training the slides had is not known; what is tested is whether a variational net gets "
        f"there. With two layers of 400 units, {len(found)} such nets that differ in prior or training reach "
        f"{rate(reached[0])} to {rate(reached[-1])}, means and 95 % intervals over {len(found[LONG].seeds)} seeds. On "
        f"{TEST_PICTURES:,} pictures {100 * PRINTED:.1f} % has a standard error of {100 * error:.2f} points.",
        evidence=(
            *(
                f"{name.capitalize()}: {rate(of.scores['test_accuracy'])}; on the pictures set apart, "
                f"{epochs_as_printed(of)}."
                for name, of in found.items()
            ),
            f"A point estimate of the same net reaches {rate(arm(POINT).scores['test_accuracy'])}.",
            "Accuracies are means over seeds with 95 % intervals, on the test pictures unless said otherwise.",
        ),
    )
