"""The layers: three estimators of one law, exact Bayesian linear regression, a saved model that keeps its numbers."""

from itertools import product
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest

from secondlook.networks import keras
from secondlook.variational.layers import Conv1D, Dense
from secondlook.variational.networks import fully_connected, genre_cnn
from secondlook.variational.priors import Prior
from secondlook.variational.training import elbo

ESTIMATORS = ("weights", "local", "flipout")
RNG = np.random.default_rng(0)


def values(model: keras.Model) -> tuple[list[jax.Array], list[jax.Array]]:
    return [v.value for v in model.trainable_variables], [v.value for v in model.non_trainable_variables]


def widened(model: keras.Model) -> keras.Model:
    """The model with posteriors as wide as their means are large, so that noise can be measured."""
    rng = np.random.default_rng(1)
    for v in model.trainable_variables:
        v.assign(rng.uniform(-0.7, 0.2, v.shape) if v.name.endswith("_log_sd") else rng.standard_normal(v.shape))
    return model


def outputs(model: keras.Model, x: np.ndarray, draws: int) -> np.ndarray:
    """Noisy outputs ``(draws, …)``."""
    weights, others = values(model)

    def one(others: list[jax.Array], _: None) -> tuple[list[jax.Array], jax.Array]:
        found, others = model.stateless_call(weights, others, x, training=True)
        return others, found

    return np.asarray(jax.lax.scan(one, others, None, length=draws)[1])


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_outputs_of_a_dense_layer_have_the_law_that_its_weights_give_them(estimator: Any) -> None:
    keras.utils.set_random_seed(0)
    layer, draws = Dense(3, Prior(), estimator), 20_000
    model = widened(keras.Sequential([keras.Input((4,)), layer]))
    x = RNG.standard_normal((2, 4)).astype(np.float32)
    found = outputs(model, x, draws)
    mean = x @ layer.mean("kernel") + layer.mean("bias")
    variance = x**2 @ layer.sd("kernel") ** 2 + layer.sd("bias") ** 2
    np.testing.assert_array_less(np.abs(found.mean(axis=0) - mean), 4.5 * np.sqrt(variance / draws))
    np.testing.assert_allclose(found.var(axis=0), variance, rtol=4.5 * np.sqrt(2 / draws))
    shared = np.einsum("f,fu->u", x[0] * x[1], layer.sd("kernel") ** 2) + layer.sd("bias") ** 2
    covariance = np.mean((found - mean)[:, 0] * (found - mean)[:, 1], axis=0)
    error = 4.5 * np.sqrt((np.prod(variance, axis=0) + shared**2) / draws)
    assert np.all(np.abs(covariance - (shared if estimator == "weights" else 0)) < error)


@pytest.mark.parametrize("estimator", ESTIMATORS)
def test_outputs_of_a_convolution_depend_on_each_other_as_shared_weights_make_them(estimator: Any) -> None:
    keras.utils.set_random_seed(0)
    layer, draws = Conv1D(2, 2, Prior(), estimator=estimator), 20_000
    model = widened(keras.Sequential([keras.Input((4, 3)), layer]))
    x = RNG.standard_normal((1, 4, 3)).astype(np.float32)
    found = outputs(model, x, draws)[:, 0]
    windows = np.stack([x[0, t : t + 2] for t in range(3)])  # (positions, height, features)
    mean = np.einsum("thf,hfu->tu", windows, layer.mean("kernel")) + layer.mean("bias")
    exact = np.einsum("shf,thf,hfu->stu", windows, windows, layer.sd("kernel") ** 2) + layer.sd("bias") ** 2
    if estimator == "local":
        exact = exact * np.eye(3)[:, :, None]
    d = found - mean
    np.testing.assert_allclose(d.mean(axis=0), 0, atol=4.5 * np.sqrt(exact.max() / draws))
    np.testing.assert_allclose(
        np.einsum("dsu,dtu->stu", d, d) / draws, exact, atol=4.5 * exact.max() * 2**0.5 / draws**0.5
    )


def gradients(estimator: Any, hyperprior: Any, draws: int) -> np.ndarray:
    """Gradients ``(draws, parameters)`` of −ELBO of a small net on a batch, at one place."""
    keras.utils.set_random_seed(0)
    model = widened(fully_connected(2, (3,), 2, Prior("normal", 1.0, hyperprior), estimator, "tanh"))
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((20, 2)).astype(np.float32), rng.integers(0, 2, 20)
    weights, others = values(model)

    def loss(weights: list[jax.Array], others: list[jax.Array]) -> tuple[jax.Array, list[jax.Array]]:
        logits, others, kl = model.stateless_call(weights, others, x, training=True, return_losses=True)
        fit = -optax.losses.softmax_cross_entropy_with_integer_labels(logits, y)
        return -elbo(fit, sum(kl), 20), others

    def one(others: list[jax.Array], _: None) -> tuple[list[jax.Array], jax.Array]:
        gradient, others = jax.grad(loss, has_aux=True)(weights, others)
        return others, jnp.concatenate([g.ravel() for g in gradient])

    return np.asarray(jax.lax.scan(one, others, None, length=draws)[1], np.float64)


def test_the_estimators_agree_in_the_mean_of_the_gradient_and_not_in_its_variance() -> None:
    draws = 5_000
    of = {estimator: gradients(estimator, None, draws) for estimator in ESTIMATORS}
    for a, b in product(ESTIMATORS, ESTIMATORS):
        error = np.sqrt((of[a].var(axis=0) + of[b].var(axis=0)) / draws)
        assert np.all(np.abs(of[a].mean(axis=0) - of[b].mean(axis=0)) < 5 * error + 1e-6)
    spread = {estimator: g.var(axis=0).sum() for estimator, g in of.items()}
    assert spread["local"] < spread["flipout"] < spread["weights"]  # Kingma et al. 2015, Wen et al. 2018


def test_with_a_learnt_scale_they_agree_too() -> None:
    draws = 5_000
    a, b = gradients("weights", "half-cauchy", draws), gradients("local", "half-cauchy", draws)
    error = np.sqrt((a.var(axis=0) + b.var(axis=0)) / draws)
    assert np.all(np.abs(a.mean(axis=0) - b.mean(axis=0)) < 5 * error + 1e-6)


@pytest.mark.parametrize("estimator", ESTIMATORS)
@pytest.mark.parametrize("orthogonal", [False, True])
def test_bayesian_linear_regression_is_found(estimator: Any, orthogonal: bool) -> None:
    """Mean-field q has the exact mean and variances 1/Λ_ii (Bishop 2006, section 10.1.2); the bound falls short of the
    evidence by KL(q ‖ posterior) = ½ (Σ log Λ_ii − log det Λ), which is nothing where Λ is diagonal."""
    n, features, scale, noise = 40, 3, 0.8, 0.5
    rng = np.random.default_rng(3)
    x = rng.standard_normal((n, features)) @ np.array([[1, 0.8, 0], [0, 1, 0.5], [0, 0, 1]])
    if orthogonal:
        x = np.linalg.qr(x - x.mean(axis=0))[0] * np.sqrt(n)  # orthogonal to the bias, too
    y = x @ rng.standard_normal(features) + noise * rng.standard_normal(n)
    design = np.column_stack([x, np.ones(n)])
    precision = design.T @ design / noise**2 + np.eye(features + 1) / scale**2
    mean = np.linalg.solve(precision, design.T @ y) / noise**2
    log_evidence = -0.5 * (
        y @ np.linalg.solve(scale**2 * design @ design.T + noise**2 * np.eye(n), y)
        + np.linalg.slogdet(2 * np.pi * (scale**2 * design @ design.T + noise**2 * np.eye(n)))[1]
    )

    keras.utils.set_random_seed(0)
    layer = Dense(1, Prior("normal", scale), estimator)
    model = keras.Sequential([keras.Input((features,)), layer])
    weights, others = values(model)
    x32, y32 = jnp.array(x, jnp.float32), jnp.array(y, jnp.float32)

    def loss(weights: list[jax.Array], others: list[jax.Array]) -> tuple[jax.Array, list[jax.Array]]:
        found, others, kl = model.stateless_call(weights, others, x32, training=True, return_losses=True)
        fit = -0.5 * ((y32 - found[:, 0]) / noise) ** 2 - np.log(noise * np.sqrt(2 * np.pi))
        return -elbo(fit, sum(kl), n), others

    steps = 8_000
    optimizer = optax.adam(optax.cosine_decay_schedule(0.02, steps))

    def step(carry: Any, _: None) -> tuple[Any, jax.Array]:
        weights, others, state = carry
        (value, others), gradient = jax.value_and_grad(loss, has_aux=True)(weights, others)
        change, state = optimizer.update(gradient, state, weights)
        return (optax.apply_updates(weights, change), others, state), value

    (weights, others, _), _ = jax.lax.scan(step, (weights, others, optimizer.init(weights)), None, length=steps)
    kernel, kernel_log_sd, bias, bias_log_sd = weights
    found_sd = np.exp(np.append(kernel_log_sd[:, 0], bias_log_sd))
    np.testing.assert_allclose(np.append(kernel[:, 0], bias), mean, atol=0.2 * found_sd.max())
    np.testing.assert_allclose(found_sd**2, 1 / np.diag(precision), rtol=0.2)
    assert np.all(1 / np.diag(precision) <= np.diag(np.linalg.inv(precision)) * (1 + 1e-9))
    _, bounds = jax.lax.scan(lambda others, _: loss(weights, others)[::-1], others, None, length=2_000)
    error = np.std(bounds) / np.sqrt(len(bounds))
    gap = log_evidence + np.mean(bounds)
    divergence = 0.5 * (np.log(np.diag(precision)).sum() - np.linalg.slogdet(precision)[1])
    assert abs(gap - divergence) < 4.5 * error + 0.05
    assert (divergence < 1e-9) == orthogonal


@pytest.mark.parametrize("hyperprior", [None, "inverse-gamma"])
def test_a_saved_model_keeps_every_number(hyperprior: Any, tmp_path: Path) -> None:
    keras.utils.set_random_seed(0)
    model = widened(genre_cnn(4, Prior("laplace", 0.3, hyperprior), "weights", (20, 5)))
    x = RNG.standard_normal((3, 20, 5)).astype(np.float32)
    model.save(tmp_path / "net.keras")
    again = keras.saving.load_model(tmp_path / "net.keras")
    for u, v in zip(values(model)[0], values(again)[0], strict=True):
        np.testing.assert_array_equal(u, v)
    np.testing.assert_array_equal(model(x), again(x))
    assert [layer.get_config() for layer in model.layers] == [layer.get_config() for layer in again.layers]


def test_without_training_a_layer_is_its_mean_and_adds_no_loss() -> None:
    layer = Dense(2, Prior("cauchy", 0.5, "half-normal"))
    model = widened(keras.Sequential([keras.Input((3,)), layer]))
    x = RNG.standard_normal((5, 3)).astype(np.float32)
    by_hand = np.exp(layer.mean("log_scale")) * (x @ layer.mean("kernel") + layer.mean("bias"))
    np.testing.assert_allclose(model(x), by_hand, rtol=1e-5)
    assert model.losses == []


def test_keras_fit_sees_the_divergence() -> None:
    keras.utils.set_random_seed(0)
    layer = Dense(2, Prior())
    model = keras.Sequential([keras.Input((3,)), layer])
    model(np.zeros((1, 3), np.float32), training=True)
    (added,) = model.losses
    assert float(added) == pytest.approx(float(layer.divergence()), rel=1e-6)
