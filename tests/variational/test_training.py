"""The ELBO's scale, predictions as draws, the joint density, and that one seed fixes everything."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import optax
import pytest
from scipy import stats
from scipy.special import log_softmax

from secondlook.networks import keras
from secondlook.variational.joint import Joint
from secondlook.variational.layers import Dense
from secondlook.variational.networks import fully_connected
from secondlook.variational.priors import Prior
from secondlook.variational.training import VariationalTrainer, elbo, noisy_call

STANDARD = Prior()
RNG = np.random.default_rng(0)
X = RNG.standard_normal((60, 2)).astype(np.float32)
Y = (X[:, 0] + X[:, 1] > 0).astype(np.int32)


def trainer(prior: Prior = STANDARD, n_train: int = 60, estimator: Any = "local") -> VariationalTrainer:
    return VariationalTrainer(lambda: fully_connected(2, (4,), 2, prior, estimator, "tanh"), optax.adam(0.05), n_train)


def by_layer(model: VariationalTrainer) -> float:
    """The divergences of a model's layers at the weights it was built with."""
    return sum(float(layer.divergence()) for layer in model.model.layers if isinstance(layer, Dense))


def test_the_elbo_of_all_items_is_the_mean_over_equal_batches() -> None:
    log_likelihood = jnp.array(RNG.standard_normal(60))
    parts = [elbo(batch, jnp.array(7.0), 60) for batch in log_likelihood.reshape(6, 10)]
    whole = elbo(log_likelihood, jnp.array(7.0), 60)
    assert float(whole) == pytest.approx(float(np.mean(parts)), rel=1e-6)
    assert float(whole) == pytest.approx(float(log_likelihood.sum()) - 7, rel=1e-6)


def test_a_step_minimises_minus_the_elbo_per_item() -> None:
    """At one draw: cross-entropy of the batch plus the whole divergence over n_train, whatever the batch."""
    model = trainer(estimator="weights")
    state = model.at(
        *([v.value for v in of] for of in (model.model.trainable_variables, model.model.non_trainable_variables))
    )
    logits, _, kl = noisy_call(model.model, state.weights, state.others, X[:10])
    found, _ = model.objective(state.weights, state.others, X[:10], jnp.array(Y[:10]))
    cross_entropy = -log_softmax(np.asarray(logits, np.float64), axis=1)[np.arange(10), Y[:10]].mean()
    assert float(found) == pytest.approx(cross_entropy + float(kl) / 60, rel=1e-5)
    assert float(kl) == pytest.approx(by_layer(model), rel=1e-5)


class Stale(set[int]):
    """What a layer remembers of losses that are no more: any object may have the `id` of one, until it is cleared."""

    forgotten = False

    def __contains__(self, of: object) -> bool:
        return super().__contains__(of) or not self.forgotten

    def clear(self) -> None:
        super().clear()
        self.forgotten = True


def test_every_divergence_counts_once_whatever_losses_came_before() -> None:
    model = trainer()
    state = model.start(0)
    _, _, fresh = noisy_call(model.model, state.weights, state.others, X)
    for layer in model.model.layers:
        object.__setattr__(layer, "_loss_ids", Stale())  # Keras would put a copy in its place
    _, _, later = noisy_call(model.model, state.weights, state.others, X)
    assert float(later) == float(fresh) > 0


def test_another_number_of_items_is_refused() -> None:
    model = trainer(n_train=50)
    with pytest.raises(ValueError, match="60 items: the ELBO is scaled to n_train = 50; train on just as many"):
        model.epoch(model.start(0), X, Y, 20, np.random.default_rng(0))


def fitted(seed: int) -> tuple[VariationalTrainer, Any]:
    model = trainer(Prior("laplace", 1.0, "half-normal"))
    *_, (state, _) = model.epochs(model.start(seed), X, Y, 300, 60, seed)
    return model, state


def test_one_seed_fixes_training_and_draws() -> None:
    (model, state), (_, again) = fitted(3), fitted(3)
    for a, b in zip(state.weights, again.weights, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(model.draws(state, X, 3, 5), model.draws(state, X, 3, 5))
    assert np.abs(model.draws(state, X, 3, 5) - model.draws(state, X, 3, 6)).max() > 1e-3
    one, other = model.draws(state, X, 2, 5)
    assert np.abs(one - other).max() > 1e-3


def test_a_fitted_net_predicts() -> None:
    model, state = fitted(0)
    p = model.draws(state, X, 50, 0).mean(axis=0)
    np.testing.assert_allclose(p.sum(axis=1), 1, rtol=1e-5)
    assert np.mean(p.argmax(axis=1) == Y) > 0.85


def test_draws_have_the_posterior_s_mean_and_spread() -> None:
    """Without hidden layers the difference of two logits is linear in the weights, so its law is known."""
    model = VariationalTrainer(lambda: fully_connected(2, (), 2, Prior()), optax.adam(0.01), 60)
    state = model.start(1)
    for v, at in zip(model.model.trainable_variables, range(4), strict=True):
        state.weights[at] = jnp.full(v.shape, np.log(0.2)) if v.name.endswith("log_sd") else state.weights[at]
    count, x = 1_000, X[:5]
    p = model.draws(state, x, count, 0).astype(np.float64)
    log_odds = np.log(p[..., 1] / p[..., 0])
    kernel, bias = state.weights[0], state.weights[2]
    mean = x @ (kernel[:, 1] - kernel[:, 0]) + bias[1] - bias[0]
    sd = np.sqrt(2 * 0.2**2 * (np.square(x).sum(axis=1) + 1))
    assert np.all(np.abs(log_odds.mean(axis=0) - mean) < 4.5 * sd / np.sqrt(count))
    np.testing.assert_allclose(log_odds.std(axis=0), sd, rtol=4.5 / np.sqrt(2 * count))
    correlation = np.corrcoef(log_odds[:, :2].T)[0, 1]  # one draw of the weights serves all items
    assert correlation == pytest.approx((x[0] @ x[1] + 1) * 2 * 0.04 / (sd[0] * sd[1]), abs=4.5 / np.sqrt(count))


@pytest.mark.parametrize("hyperprior", [None, "half-cauchy"])
def test_the_joint_density_is_the_prior_times_the_likelihood(hyperprior: Any) -> None:
    keras.utils.set_random_seed(0)
    scale = 0.7
    joint = Joint(fully_connected(2, (3,), 2, Prior("laplace", scale, hyperprior), activation="tanh"), X, Y)
    theta = np.random.default_rng(5).standard_normal(len(joint.start)).astype(np.float32)
    sizes = [6, 3, *([1] if hyperprior else []), 6, 2, *([1] if hyperprior else [])]
    parts = np.split(theta.astype(float), np.cumsum(sizes)[:-1])
    if hyperprior:
        w1, b1, z1, w2, b2, z2 = parts
        s1, s2 = np.exp(z1), np.exp(z2)
        prior = stats.laplace.logpdf(np.concatenate([w1, b1, w2, b2])).sum()
        prior += sum(stats.halfcauchy.logpdf(np.exp(z), scale=scale).item() + z.item() for z in (z1, z2))
    else:
        w1, b1, w2, b2 = parts
        s1 = s2 = np.ones(1)
        prior = stats.laplace.logpdf(theta, scale=scale).sum()
    logits = s2 * (np.tanh(s1 * (X @ w1.reshape(2, 3) + b1)) @ w2.reshape(3, 2) + b2)
    likelihood = log_softmax(logits, axis=1)[np.arange(60), Y].sum()
    assert float(jax.jit(joint.log_prior)(theta)) == pytest.approx(prior, rel=1e-5)
    assert float(jax.jit(joint.log_likelihood)(theta)) == pytest.approx(likelihood, rel=1e-5)
    assert float(jax.jit(joint.log_prob)(theta)) == pytest.approx(prior + likelihood, rel=1e-5)
    np.testing.assert_allclose(jax.jit(joint.logits)(theta, X[:4]), logits[:4], rtol=1e-4, atol=1e-5)
    assert np.all(np.isfinite(jax.jit(jax.grad(joint.log_prob))(theta)))
