"""The machine's matrix-product peak: what NumPy and JAX reach on one large float32 product."""

import time
from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np


def peaks(size: int = 2048, times: int = 5) -> dict[str, float]:
    """Floating-point operations a second of a square product, 2 · size³ of them: the best of several, by library."""
    a = np.random.default_rng(2).standard_normal((size, size), dtype=np.float32)
    on_device, product = jnp.asarray(a), jax.jit(jnp.matmul)

    def best(multiply: Callable[[], object]) -> float:
        multiply()
        seconds = []
        for _ in range(times):
            start = time.perf_counter()
            multiply()
            seconds.append(time.perf_counter() - start)
        return 2 * size**3 / min(seconds)

    return {"NumPy": best(lambda: a @ a), "JAX": best(lambda: product(on_device, on_device).block_until_ready())}


def told(peaks: dict[str, float]) -> str:
    """What `peaks` gives, in a line."""
    each = ", ".join(f"{library} {rate / 1e9:.0f}" for library, rate in peaks.items())
    return f"matrix-product peak in float32: {each} GFLOP/s"
