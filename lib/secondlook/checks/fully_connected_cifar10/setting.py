"""What the answers say of PyTorch, of the layers and of the training loop: D28 to D31, D33, D36, D42."""

from itertools import pairwise

import numpy as np
from scipy import optimize, stats

from secondlook import networks, results
from secondlook.checks.exact import decide
from secondlook.checks.fully_connected_cifar10 import printed
from secondlook.claims import Verdict, check
from secondlook.networks import pictures

SMALL, LARGE = (1000, 1000), (2000,) * 5


def parameters(widths: tuple[int, ...]) -> int:
    """Weights and biases of linear layers between these widths."""
    return sum((a + 1) * b for a, b in pairwise(widths))


@check("D28")
def optimisers() -> Verdict:
    """Whether any optimiser needs gradients: one that is given none finds a minimum all the same."""

    def bowl(w: np.ndarray) -> float:
        return float(np.sum(np.array([1, 4, 9]) * w**2))

    found = optimize.minimize(bowl, np.ones(3), method="Nelder-Mead", options={"xatol": 1e-8})
    without_gradient = bool(found.fun < 1e-12) and "jac" not in found
    return decide(
        not without_gradient,
        f"All of torch.optim takes gradients, and there the answer is right. Not every optimiser does: Nelder–Mead "
        f"brings a quadratic of three weights below 1e-12 by {found.nfev} values and no gradient. Momentum also "
        "needs its velocity. The sentence is the exercise's own, which speaks of torch.optim.",
        "any optimiser always needs the weights and their gradients",
        "every gradient method needs the weights and their gradients, and some need more",
    )


@check("D29")
def three_weights() -> Verdict:
    """A linear layer from three inputs to one output."""
    layer = pictures.dense(3, 1)
    layer.build((None, 3))
    weights, all_of_them = int(np.prod(layer.kernel.shape)), layer.count_params()
    return decide(
        weights == 3,
        f"A linear layer from 3 inputs to 1 output holds {weights} weights; with its bias it has {all_of_them} "
        "parameters, which is what an optimiser updates.",
        "3 weights",
        f"{weights} weights, {all_of_them} parameters",
    )


@check("D30")
def fully_connected_layer() -> Verdict:
    """Every output of a linear layer depends on every input; the weight's shape holds both widths."""
    layer = pictures.dense(5, 4)
    layer.build((None, 5))
    kernel = np.asarray(layer.kernel.value)
    moved = np.asarray(layer(np.eye(5, dtype=np.float32))) - np.asarray(layer(np.zeros((5, 5), np.float32)))
    return decide(
        kernel.shape == (5, 4) and bool(np.all(moved != 0)),
        f"Moving any one of {kernel.shape[0]} inputs moves all {kernel.shape[1]} outputs; the weight has as many "
        "rows and columns as the two layers have nodes.",
        "all nodes are joined to all nodes; nn.Linear(nodes of this layer, nodes of the next)",
        "the same; the second number counts the layer's own outputs",
    )


@check("D31")
def small_network() -> Verdict:
    """The three layers as printed fit one another and the pictures."""
    model = networks.outline(lambda: networks.fully_connected(3 * 32 * 32, SMALL, printed.CLASSES))
    counted, by_formula = model.count_params(), parameters((3072, *SMALL, 10))
    return decide(
        counted == by_formula == parameters((3 * 32 * 32, 1000, 1000, printed.CLASSES)),
        f"A picture has 3 × 32 × 32 = 3,072 numbers and there are {printed.CLASSES} classes, so the layers fit. "
        f"The net has {counted:,} parameters.",
        "layers of 3072, 1000, 1000 and 10",
        f"the same, {counted:,} parameters",
    )


@check("D42")
def large_network() -> Verdict:
    """Twice the layers, twice the width: and the parameters."""
    small, large = parameters((3072, *SMALL, 10)), parameters((3072, *LARGE, 10))
    twice = len(LARGE) + 1 == 2 * (len(SMALL) + 1) and set(LARGE) == {2 * width for width in SMALL}
    return decide(
        twice,
        f"Six linear layers against three, hidden layers of 2,000 against 1,000: {large:,} parameters against "
        f"{small:,}, {large / small:.2f} times as many.",
        "double the layers, double the nodes",
        f"the same, {large:,} parameters",
    )


@check("D33")
def training_as_printed() -> Verdict:
    """Whether the printed test accuracy is one that these settings give: inside the 95 % interval for one more run."""
    arm = results.load("cifar10")["as written"]
    ours = arm.scores["at_10/test_accuracy"]
    n = len(ours)
    reach = stats.t.ppf(0.975, n - 1) * ours.std(ddof=1) * np.sqrt(1 + 1 / n)
    theirs = printed.SMALL_TEST.recall.mean()
    inside = bool(abs(theirs - ours.mean()) < reach)
    return decide(
        inside,
        f"{n} runs of the printed code's settings, batches of {printed.BATCH_SIZE}, reach {100 * ours.mean():.2f} % "
        f"on the test pictures; one more run would fall within {100 * (ours.mean() - reach):.2f} to "
        f"{100 * (ours.mean() + reach):.2f} % with 95 % confidence. The document's {100 * theirs:.2f} % "
        f"does{'' if inside else ' not'}.",
        "10 epochs of SGD, learning rate 0.001, momentum 0.9, cross-entropy",
        f"the same settings; one more run of them {'may well' if inside else 'would hardly'} give the printed accuracy",
    )


@check("D36")
def evaluation_mode() -> Verdict:
    """Whether switching to evaluation mode changes what this net computes: it has no layer that could."""
    model = networks.outline(lambda: networks.fully_connected(12, (7, 7), 3, relu_logits=True))
    rng = np.random.default_rng(0)
    x, *weights = (rng.normal(size=s).astype(np.float32) for s in ((20, 12), *(v.shape for v in model.weights)))
    training, evaluation = (model.stateless_call(weights, [], x, training=mode)[0] for mode in (True, False))
    same = np.array_equal(training, evaluation)
    state = len(model.non_trainable_variables)
    return decide(
        same and state == 0,
        "Linear layers and ReLU compute the same in training and in evaluation mode, so the switch is harmless and "
        "without effect here. Gradient recording left on costs memory and time, and changes no number. In the printed "
        "loop neither matters: the model is not run (D35).",
        "evaluation mode on, gradient recording left on",
        "no number depends on either",
    )
