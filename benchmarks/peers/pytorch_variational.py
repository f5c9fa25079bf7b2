"""The same variational net by hand in PyTorch: exact divergence, fused Adam."""

from collections.abc import Callable

import numpy as np
import torch
from torch.nn import functional as f


def epochs(
    loc: list[np.ndarray],
    sd: float,
    x: np.ndarray,
    y: np.ndarray,
    batch_size: int,
    rate: float,
    local: bool,
) -> Callable[[], np.ndarray]:
    """A function that trains one more epoch and gives the objective of every batch, in nats per item."""
    means = [torch.tensor(w.T).contiguous().requires_grad_() for w in loc]
    log_sds = [torch.full_like(m, np.log(sd)).requires_grad_() for m in means]
    optimizer = torch.optim.Adam([*means, *log_sds], rate, fused=True)
    pictures, classes = torch.from_numpy(x), torch.from_numpy(y).long()
    rng = np.random.default_rng(1)

    def layer(x: torch.Tensor, i: int, sds: list[torch.Tensor]) -> torch.Tensor:
        if local:
            mean = f.linear(x, means[i], means[i + 1])
            variance = f.linear(x**2, sds[i] ** 2, sds[i + 1] ** 2)
            return mean + variance.sqrt() * torch.randn_like(mean)
        kernel, bias = (means[j] + sds[j] * torch.randn_like(means[j]) for j in (i, i + 1))
        return f.linear(x, kernel, bias)

    def objective(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
        sds = [w.exp() for w in log_sds]
        for i in range(0, len(means) - 2, 2):
            x = f.relu(layer(x, i, sds))
        logits = layer(x, len(means) - 2, sds)
        parts = zip(means, sds, log_sds, strict=True)
        divergence = sum((0.5 * (m**2 + s**2 - 1) - log_s).sum() for m, s, log_s in parts)
        return f.cross_entropy(logits, y) + divergence / len(classes)

    def epoch() -> np.ndarray:
        losses = []
        for batch in torch.from_numpy(rng.permutation(len(y))).split(batch_size):
            optimizer.zero_grad()
            loss = objective(pictures[batch], classes[batch])
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        return np.array(losses)

    return epoch
