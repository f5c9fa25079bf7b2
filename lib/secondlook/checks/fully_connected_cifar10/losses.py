"""The printed losses: D34 and D35."""

import numpy as np

from secondlook import results
from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.claims import Verdict, check

PER_IMAGE = printed.TRAIN_BATCHES / printed.TRAIN_IMAGES
"""The printed scale: a sum of batch means, divided by the number of images instead of the number of batches."""


def mean_cross_entropy(printed_loss: float) -> float:
    """The mean loss of an image behind a printed training loss."""
    return printed_loss / PER_IMAGE


def printed_test_loss(last_training_loss: float, test_batches: list[np.ndarray]) -> float:
    """The printed loop, line by line: it goes through the test batches and adds the loss it last had in training."""
    running_test_loss = 0.0
    for _ in test_batches:
        running_test_loss += last_training_loss
    return running_test_loss / printed.TEST_IMAGES


def behind_test_loss(printed_loss: float) -> float:
    """The loss of the last training batch behind a printed test loss."""
    return printed_loss * printed.TEST_IMAGES / printed.TEST_BATCHES


@check("D34")
def losses_on_training_pictures() -> Verdict:
    """The factor between what is printed and the mean cross-entropy; and whether our runs agree on that scale."""
    first, last = mean_cross_entropy(printed.TRAIN_LOSSES[0]), mean_cross_entropy(printed.TRAIN_LOSSES[-1])
    guessing = np.log(printed.CLASSES)
    ours = results.load("cifar10")["as written"].curves["train_loss"]["mean"]
    return decide(
        bool(np.isclose(PER_IMAGE, 1)),
        f"The numbers are sums of {printed.TRAIN_BATCHES:,} batch means divided by {printed.TRAIN_IMAGES:,} images, "
        f"{1 / PER_IMAGE:.2f} times too small: on this scale guessing scores {guessing * PER_IMAGE:.3f}, not "
        f"ln 10 = {guessing:.3f}. The mean loss falls from {first:.2f} to {last:.2f}; ours from {ours[0]:.2f} "
        f"to {ours[printed_epochs() - 1]:.2f}.",
        f"{printed.TRAIN_LOSSES[0]} to {printed.TRAIN_LOSSES[-1]}",
        f"{first:.2f} to {last:.2f} nats an image",
    )


def printed_epochs() -> int:
    """How many epochs the document trains for."""
    return len(printed.TRAIN_LOSSES)


@check("D35")
def losses_on_test_pictures() -> Verdict:
    """Whether the printed loop notices its test pictures; the loss that the model has on them."""
    pictures, others = ([np.full((printed.BATCH_SIZE, 3072), value)] * printed.TEST_BATCHES for value in (0.0, 1.0))
    notices = printed_test_loss(1.0, pictures) != printed_test_loss(1.0, others)
    implied = [behind_test_loss(loss) for loss in printed.TEST_LOSSES]
    arm = results.load("cifar10")["as written"]
    true, stray = arm.scores["at_10/test_nll"], arm.curves["last_batch_loss"]
    left = printed.TRAIN_IMAGES % printed.BATCH_SIZE
    return decide(
        notices,
        f"The loop never runs the model: it adds the last training batch's loss {printed.TEST_BATCHES} times, whatever "
        f"the test pictures are. Behind the numbers are losses of {left} training pictures, from {min(implied):.2f} to "
        f"{max(implied):.2f}. Over our seeds that stray loss lies between {stray['min'].min():.2f} and "
        f"{stray['max'].max():.2f}; the true test loss after ten epochs is {true.mean():.3f} ± {true.std(ddof=1):.3f}.",
        f"{printed.TEST_LOSSES[0]} to {printed.TEST_LOSSES[-1]}",
        f"{true.mean():.2f} nats an image after ten epochs",
    )
