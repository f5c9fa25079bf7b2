"""What document 001 prints in sections 3.1 and 3.2, and under which names it plots its arms."""

L2, L1 = 0.01, 0.001
"""The coefficients that the document calls the best of each kind."""
TRAIN_SONGS, VALID_SONGS, CLASSES = 40_000, 10_000, 10
KERNELS = 50
COUNTS = {"first convolution": 1300, "second convolution": 2550, "hidden": 510_200, "output": 2010}
"""Parameters of each layer as listed in section 3.1."""
BASELINE = (2, "no reg output layer")
"""The document's baseline from section 3.1 on, as figure 2 names it; figure 5 leaves its accuracy out."""
FIGURE_2 = {
    "L2 on all layers": (2, "L2=0.01 all layers"),
    "L2 0 on the convolutions": (2, "no reg conv layers"),
    "baseline": BASELINE,
}
FIGURE_3 = {
    "L2 0 on the convolutions": (3, "no reg"),
    "L1 0.0001 on the convolutions": (3, "L1=0.0001"),
    "L1 0.001 on the convolutions": (3, "L1=0.001"),
    "L1 0.01 on the convolutions": (3, "L1=0.01"),
    "baseline": (3, "L2=0.01"),
}
FIGURE_5 = {
    "convolutions pruned below 0.1": (5, "threshold=0.1"),
    "convolutions pruned below 0.01": (5, "threshold=0.01"),
    "convolutions pruned below 0.001": (5, "threshold=0.001"),
    "baseline": BASELINE,
}
"""Our arms by name, and the document's curve of the same setting: figure and arm."""
