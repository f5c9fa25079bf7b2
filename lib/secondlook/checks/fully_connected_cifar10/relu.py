"""The ReLU on the logits: D32."""

import jax
import numpy as np

from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.checks.fully_connected_cifar10.family import family
from secondlook.checks.over_seeds import arm, item_by_item
from secondlook.checks.words import KEY, alone, brief
from secondlook.claims import Verdict, check

DRAWS = 2000


def stuck(draws: int = DRAWS) -> tuple[float, float]:
    """Items whose true class has a negative pre-activation: their least loss, and their largest gradient towards it.

    The logits are the positive parts of random pre-activations; the gradient is JAX's.
    """
    before = np.random.default_rng(0).normal(0, 2, (draws, printed.CLASSES))
    before[:, 0] = -np.abs(before[:, 0])  # class 0 is the true one

    def loss(before: jax.Array) -> jax.Array:
        return -jax.nn.log_softmax(jax.nn.relu(before))[0]

    losses, gradients = jax.vmap(jax.value_and_grad(loss))(before)
    return float(losses.min()), float(abs(gradients[:, 0]).max())


@check("D32")
def relu_on_logits() -> Verdict:
    """What a ReLU on the logits does to an item, and to accuracy over seeds."""
    least_loss, gradient = stuck()
    guessing = np.log(printed.CLASSES)
    found = family()["relu"]
    zero = 100 * arm("cifar10/as written").scores["at_10/true_logit_zero"]
    harmless = gradient > 0 or least_loss < guessing - 1e-6
    return decide(
        harmless,
        "A ReLU turns a negative score into 0. If it does so to the true class, the loss of the picture is at least "
        f"ln {printed.CLASSES} = {guessing:.3f}, that of guessing, and it sends no gradient to that score. After ten "
        f"epochs {np.median(zero):.1f} % of the test pictures are in that state in the median run, and "
        f"{zero.max():.1f} % in the worst of {len(zero)}. Without this ReLU the accuracy differs by {alone(found)}.",
        "ReLU on the output layer too",
        "no activation on the logits: the softmax of the loss takes any real number",
        (
            f"In {DRAWS:,} random cases whose true class has a negative pre-activation the least loss is "
            f"{least_loss:.3f}, and the largest gradient towards that class {gradient:g}.",
            f"Accuracy without the ReLU minus with it, after ten epochs: {brief(*found)}.",
            item_by_item("cifar10/mended", "at_10/test_right", "cifar10/as written", "at_10/test_right")
            + ", first without and second with the ReLU.",
            KEY,
        ),
    )
