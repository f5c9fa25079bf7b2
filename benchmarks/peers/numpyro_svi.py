"""The same variational net in NumPyro: AutoNormal guide, exact divergence, an epoch as one compiled scan."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
import numpyro
import numpyro.distributions as dist
from numpyro.infer import SVI, TraceMeanField_ELBO
from numpyro.infer.autoguide import AutoNormal
from numpyro.infer.initialization import init_to_value


def epochs(
    loc: list[np.ndarray], sd: float, x: np.ndarray, y: np.ndarray, batch_size: int, rate: float
) -> Callable[[], np.ndarray]:
    """A function that trains one more epoch and gives the objective of every batch, in nats per item."""
    n_train = len(y)

    def model(x: jax.Array, y: jax.Array) -> None:
        w = [numpyro.sample(f"w{i}", dist.Normal(0, 1).expand(of.shape).to_event(of.ndim)) for i, of in enumerate(loc)]
        for kernel, bias in zip(w[:-2:2], w[1:-2:2], strict=True):
            x = jax.nn.relu(x @ kernel + bias)
        with numpyro.plate("items", n_train, subsample_size=batch_size):
            numpyro.sample("y", dist.Categorical(logits=x @ w[-2] + w[-1]), obs=y)

    values = {f"w{i}": jnp.array(of) for i, of in enumerate(loc)}
    guide = AutoNormal(model, init_loc_fn=init_to_value(values=values), init_scale=sd)
    svi = SVI(model, guide, numpyro.optim.Adam(rate), TraceMeanField_ELBO())
    state = svi.init(jax.random.key(0), x[:batch_size], y[:batch_size])
    rng = np.random.default_rng(1)

    @jax.jit
    def run(state, x, y):  # type: ignore[no-untyped-def]
        return jax.lax.scan(lambda state, batch: svi.update(state, *batch), state, (x, y))

    def epoch() -> np.ndarray:
        nonlocal state
        order = rng.permutation(n_train)
        batches = (x[order].reshape(-1, batch_size, x.shape[1]), y[order].reshape(-1, batch_size))
        state, losses = run(state, *batches)
        return np.asarray(losses) / n_train

    return epoch
