"""What document 001 prints of the correcting model, and under which names it plots its arms."""

import numpy as np

CHANCE = 0.10
"""What the correction alone is right on, in words: about 10 per cent."""
VALID_SONGS = 10_000
CORRECTING = (11, "correcting model")
AGAIN = (12, "correcting model")
COMBINATION = (11, "model combination")
NOT_FIXED = (11, "varying original model")
ALONE = (13, "correcting model")
TRAINED_ALONE = (13, "trained separately")
QUOTED = {
    "fully connected": (0.50, TRAINED_ALONE),
    "baseline": (0.58, (6, "baseline kernel height=1")),
    "convolution in time": (0.63, (8, "max pooling size=2")),
    "combination": (0.64, COMBINATION),
}
"""Accuracies that sections 5.1 and 5.2 quote, and the curves of these models."""
SECTION_8 = 0.645
"""The correcting model's accuracy in section 8."""


def combiner(classes: int) -> np.ndarray:
    """The kernel of the linear combiner that is to be the correcting model: all weights one (section 8)."""
    return np.ones((2 * classes, classes))
