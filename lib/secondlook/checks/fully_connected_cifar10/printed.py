"""What document 003 prints in problem 3: losses per epoch, accuracies, and precision and recall of every class."""

from typing import NamedTuple

import numpy as np

TRAIN_LOSSES = (0.061, 0.051, 0.047, 0.044, 0.042, 0.040, 0.038, 0.036, 0.034, 0.033)
TEST_LOSSES = (0.053, 0.056, 0.042, 0.026, 0.039, 0.041, 0.036, 0.070, 0.030, 0.030)
TRAIN_IMAGES, TEST_IMAGES, BATCH_SIZE, CLASSES = 50_000, 10_000, 32, 10
TRAIN_BATCHES, TEST_BATCHES = -(-TRAIN_IMAGES // BATCH_SIZE), -(-TEST_IMAGES // BATCH_SIZE)
AIRPLANE, CAR, BIRD, CAT, DEER, DOG, FROG, HORSE, SHIP, TRUCK = range(CLASSES)
ANIMALS = (BIRD, CAT, DEER, DOG, FROG, HORSE)


class Rates(NamedTuple):
    """Precision and recall per class, ``(classes,)``, and the accuracy in per cent, as printed for one set."""

    precision: np.ndarray
    recall: np.ndarray
    accuracy: int
    items: int


def _rates(accuracy: int, items: int, precision: str, recall: str) -> Rates:
    return Rates(np.array(precision.split(), float), np.array(recall.split(), float), accuracy, items)


SMALL_TRAIN = _rates(
    67,
    TRAIN_IMAGES,
    "0.70503876 0.81568228 0.53122172 0.60341151 0.60975104 0.54714384 0.69519833 0.6999824 0.78943073 0.75186056",
    "0.7276 0.801 0.587 0.3396 0.5878 0.636 0.7326 0.7956 0.7738 0.7678",
)
SMALL_TEST = _rates(
    54,
    TEST_IMAGES,
    "0.62154433 0.68831169 0.43470149 0.38979964 0.46865365 0.43500425 0.58760891 0.55611814 0.65875371 0.58519961",
    "0.652 0.636 0.466 0.214 0.456 0.512 0.607 0.659 0.666 0.601",
)
LARGE_TRAIN = _rates(
    64,
    TRAIN_IMAGES,
    "0.69671653 0.76795367 0.59251031 0.42045099 0.54684299 0.51610954 0.61956354 0.82261072 0.75475285 0.8591029",
    "0.7172 0.7956 0.3734 0.537 0.5872 0.5126 0.8006 0.7058 0.794 0.6512",
)
LARGE_TEST = _rates(
    53,
    TEST_IMAGES,
    "0.60309777 0.67255717 0.49917628 0.33111111 0.45352113 0.42745098 0.52187029 0.67105263 0.63619744 0.68882603",
    "0.623 0.647 0.303 0.447 0.483 0.436 0.692 0.561 0.696 0.487",
)
