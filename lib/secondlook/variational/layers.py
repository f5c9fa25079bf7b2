"""Keras layers whose weights are distributions: mean-field normal posteriors under a `Prior`. Notebook 10.

In training a layer is noisy and adds its KL divergence, in nats, to the model's losses; otherwise it computes with the
means. Every posterior is a pair of trainable variables, ``…_loc`` and ``…_log_sd``.
"""

import dataclasses
from typing import Any, Literal

import numpy as np

from secondlook.networks.backend import keras, layers
from secondlook.variational import estimators
from secondlook.variational.priors import Prior, divergence, log_scale_prior, standard

ops = keras.ops
Estimator = Literal["weights", "local", "flipout"]
LOC, LOG_SD = "_loc", "_log_sd"
RELATIVE_SD = 0.1
"""The standard deviation that a weight starts with, relative to that of the random starting means."""


class Variational(layers.Layer):
    """A linear map, with kernel and bias under one prior, whose noise is drawn by one of the `estimators`.

    Where the prior has a hyperprior the form is non-centred: kernel and bias are those of scale 1, and the outputs are
    multiplied by the layer's scale exp(ζ), of which there is one draw a batch.
    """

    def __init__(
        self,
        units: int,
        prior: Prior,
        estimator: Estimator = "local",
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.units, self.estimator = units, estimator
        self.prior = Prior(**prior) if isinstance(prior, dict) else prior  # a saved layer gives its fields
        self.noise = keras.random.SeedGenerator()

    def linear(self, x: Any, kernel: Any) -> Any:
        """The map without bias: ``(items, …, features)`` to ``(items, …, units)``."""
        raise NotImplementedError

    def kernel_shape(self, features: int) -> tuple[int, ...]:
        """The shape of the kernel for so many input features."""
        raise NotImplementedError

    def build(self, input_shape: tuple[int, ...]) -> None:  # noqa: D102
        shape = self.kernel_shape(input_shape[-1])
        unit = self.prior.scale if self.prior.hyperprior else 1.0
        start = float(np.sqrt(2 / np.prod(shape[:-1]))) / unit  # He et al. (2015)
        self.add_posterior("kernel", shape, keras.initializers.RandomNormal(0.0, start), start)
        self.add_posterior("bias", (self.units,), "zeros", start)
        if self.prior.hyperprior:
            self.add_posterior("log_scale", (), keras.initializers.Constant(np.log(unit)), 1.0)

    def add_posterior(self, name: str, shape: tuple[int, ...], start: Any, spread: float) -> None:
        """Independent normals: their means, begun as `start` says, and the logs of their standard deviations."""
        log_sd = keras.initializers.Constant(np.log(RELATIVE_SD * spread))
        setattr(self, name + LOC, self.add_weight(name=name + LOC, shape=shape, initializer=start))
        setattr(self, name + LOG_SD, self.add_weight(name=name + LOG_SD, shape=shape, initializer=log_sd))

    def mean(self, name: str) -> Any:
        """The posterior means of the kernel, the bias or the log scale."""
        return getattr(self, name + LOC)

    def sd(self, name: str) -> Any:
        """Their posterior standard deviations."""
        return ops.exp(getattr(self, name + LOG_SD))

    def draw(self, name: str) -> Any:
        """One draw of them."""
        return self.mean(name) + self.sd(name) * self.normal(ops.shape(self.mean(name)))

    def normal(self, shape: tuple[int, ...]) -> Any:
        """Standard normal noise."""
        return keras.random.normal(shape, seed=self.noise)

    def call(self, x: Any, training: bool = False) -> Any:  # noqa: D102
        if not training:
            scale = ops.exp(self.mean("log_scale")) if self.prior.hyperprior else 1.0
            return scale * (self.linear(x, self.mean("kernel")) + self.mean("bias"))
        self.add_loss(self.divergence())
        scale = ops.exp(self.draw("log_scale")) if self.prior.hyperprior else 1.0
        return scale * getattr(estimators, self.estimator)(self, x)

    def divergence(self) -> Any:
        """KL(posterior ‖ prior) of kernel, bias and log scale, in nats; from one draw where it has no closed form."""

        def of(name: str, law: Any, unit: float) -> Any:
            loc, log_sd = self.mean(name) / unit, getattr(self, name + LOG_SD) - np.log(unit)
            return divergence(law, ops.convert_to_tensor(loc), log_sd, self.normal)

        return sum(of(*part) for part in self.laws())

    def log_prior(self) -> Any:
        """Log density of the prior at the means, in nats, for samplers, which take the means as the unknowns."""
        return sum(ops.sum(law.log_prob(self.mean(name) / unit) - np.log(unit)) for name, law, unit in self.laws())

    def laws(self) -> list[tuple[str, Any, float]]:
        """What has a prior: its name, the law of its values after division by a unit, and that unit."""
        weights, prior = standard(self.prior.law), self.prior
        if prior.hyperprior:
            return [("kernel", weights, 1.0), ("bias", weights, 1.0), ("log_scale", log_scale_prior(prior), 1.0)]
        return [("kernel", weights, prior.scale), ("bias", weights, prior.scale)]

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        own = {"units": self.units, "prior": dataclasses.asdict(self.prior), "estimator": self.estimator}
        return super().get_config() | own


@keras.saving.register_keras_serializable("secondlook")
class Dense(Variational):
    """A fully connected layer: the map is x·W, with W of shape ``(features, units)``."""

    def kernel_shape(self, features: int) -> tuple[int, ...]:  # noqa: D102
        return features, self.units

    def linear(self, x: Any, kernel: Any) -> Any:  # noqa: D102
        return ops.matmul(x, kernel)


@keras.saving.register_keras_serializable("secondlook")
class Conv1D(Variational):
    """A convolution over time without padding: kernels of `height` segments, ``(height, features, units)``."""

    def __init__(self, units: int, height: int, prior: Prior, **options: Any) -> None:
        super().__init__(units, prior, **options)
        self.height = height

    def kernel_shape(self, features: int) -> tuple[int, ...]:  # noqa: D102
        return self.height, features, self.units

    def linear(self, x: Any, kernel: Any) -> Any:  # noqa: D102
        return ops.conv(x, kernel)

    def get_config(self) -> dict[str, Any]:  # noqa: D102
        return super().get_config() | {"height": self.height}
