"""Parameters of the baseline's layers: B11 to B14 and B16."""

from secondlook import networks
from secondlook.checks.exact import decide
from secondlook.checks.regularisation import printed
from secondlook.claims import Verdict, check
from secondlook.networks.songs import FEATURES, HIDDEN, SEGMENTS


def built() -> dict[str, int]:
    """Parameters of each layer of the baseline, counted from the network as it is built."""
    net = networks.outline(lambda: networks.genre_cnn(printed.CLASSES, (1, 1), "none"))
    layers = [layer for layer in net.layers if layer.weights]
    return {name: layer.count_params() for name, layer in zip(printed.COUNTS, layers, strict=True)}


def by_formula() -> dict[str, int]:
    """The same by arithmetic: (inputs + 1) times outputs."""
    kernels = printed.KERNELS
    inputs = (FEATURES, kernels, SEGMENTS * kernels, HIDDEN)
    outputs = (kernels, kernels, HIDDEN, printed.CLASSES)
    return {name: (a + 1) * b for name, a, b in zip(printed.COUNTS, inputs, outputs, strict=True)}


def layer(name: str, finding: str, counts: dict[str, int] = printed.COUNTS) -> Verdict:
    """Whether the printed count of a layer is that of the layer as built and by arithmetic."""
    right, also = built()[name], by_formula()[name]
    return decide(
        counts[name] == right == also,
        f"As built, the layer has {right:,} parameters, biases included; {finding}",
        f"{counts[name]:,}",
        f"{right:,}",
    )


@check("B11")
def first_convolution() -> Verdict:
    """50 kernels over one segment of 25 features, and their biases."""
    return layer("first convolution", f"{printed.KERNELS} × ({FEATURES} + 1).")


@check("B12")
def second_convolution() -> Verdict:
    """50 kernels over the 50 activations of one segment, and their biases."""
    return layer("second convolution", f"{printed.KERNELS} × ({printed.KERNELS} + 1).")


@check("B13")
def hidden() -> Verdict:
    """200 units, each over all segments of all kernels."""
    inputs, weights = SEGMENTS * printed.KERNELS, printed.COUNTS["second convolution"]
    ratio = built()["hidden"] / printed.COUNTS["hidden"]
    return layer(
        "hidden",
        f"{inputs:,} inputs ({SEGMENTS} segments × {printed.KERNELS} kernels) + 1, × {HIDDEN}: {ratio:.2f} times the "
        f"printed count. The printed {weights:,} inputs are the number of weights of the layer before.",
    )


@check("B14")
def output() -> Verdict:
    """Ten classes over 200 units."""
    return layer("output", f"({HIDDEN} + 1) × {printed.CLASSES}.")


@check("B16")
def same_order() -> Verdict:
    """Whether the counts of the convolutions and of the output layer lie within a factor of ten."""
    of = built()
    convolutions = of["first convolution"] + of["second convolution"]
    ratios = [of[name] / of["output"] for name in ("first convolution", "second convolution")]
    ratios.append(convolutions / of["output"])
    return decide(
        all(0.1 < ratio < 10 for ratio in ratios),
        f"{of['first convolution']:,} and {of['second convolution']:,} parameters in the convolutions, "
        f"{of['output']:,} in the output layer: the ratios to it, of each convolution and of both together, lie "
        f"between {min(ratios):.2f} and {max(ratios):.2f}. Counts that close cannot tell which layer needs a penalty.",
        "the same order of magnitude",
        f"ratios {min(ratios):.2f} to {max(ratios):.2f}",
    )
