"""The documents' nets by hand in PyTorch, in the fastest form found: its fused optimisers, channels last.

A net is a function from inputs to logits and an optimiser of the weights in it, started from the Keras model's.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional as f

Logits = Callable[[torch.Tensor], torch.Tensor]


def fully_connected(start: list[np.ndarray], rate: float, momentum: float) -> tuple[Logits, torch.optim.Optimizer]:
    """Three linear layers with ReLU between them, and momentum descent."""
    w1, b1, w2, b2, w3, b3 = weights = [torch.tensor(w.T).contiguous().requires_grad_() for w in start]

    def logits(x: torch.Tensor) -> torch.Tensor:
        return f.linear(f.relu(f.linear(f.relu(f.linear(x, w1, b1)), w2, b2)), w3, b3)

    return logits, torch.optim.SGD(weights, rate, momentum=momentum, fused=True)


def convolutional(start: list[np.ndarray], rate: float) -> tuple[Logits, torch.optim.Optimizer]:
    """Two convolutions in time with ReLU and max pooling, two linear layers, and Adam.

    A song ``(segments, features)`` is a picture of one row, ``(features, 1, segments)``, that lies channels last.
    """

    def kernel(w: np.ndarray) -> torch.Tensor:  # from (3, channels, kernels) to (kernels, channels, 1, 3)
        return torch.tensor(w.transpose(2, 1, 0)[:, :, None]).contiguous(memory_format=torch.channels_last)

    weights = [(kernel(w) if w.ndim == 3 else torch.tensor(w.T).contiguous()).requires_grad_() for w in start]
    k1, b1, k2, b2, w3, b3, w4, b4 = weights

    def logits(x: torch.Tensor) -> torch.Tensor:
        z = x.permute(0, 2, 1).unsqueeze(2)  # a view: nothing is copied
        z = f.max_pool2d(f.relu(f.conv2d(z, k1, b1)), (1, 2))
        z = f.max_pool2d(f.relu(f.conv2d(z, k2, b2)), (1, 2))
        z = z.permute(0, 2, 3, 1).flatten(1)  # as it lies in memory
        return f.linear(f.relu(f.linear(z, w3, b3)), w4, b4)

    return logits, torch.optim.Adam(weights, rate, fused=True)


def epoch(
    logits: Logits, optimizer: torch.optim.Optimizer, x: torch.Tensor, y: torch.Tensor, order: np.ndarray, size: int
) -> np.ndarray:
    """One pass over the items in the order given, in batches of `size`: the loss of every batch before its step."""
    losses = []
    for batch in torch.from_numpy(order).split(size):
        optimizer.zero_grad()
        loss = f.cross_entropy(logits(x[batch]), y[batch])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return np.array(losses)
