"""Equation 3 as a product of experts, and as one stage of boosting with an offset: B30."""

import jax
import jax.numpy as jnp
import numpy as np
import statsmodels.api as sm
from scipy.optimize import minimize
from scipy.special import softmax

from secondlook import networks
from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check
from secondlook.scores import negative_log_likelihood
from secondlook.training import cross_entropy


def product(o1: np.ndarray, o2: np.ndarray) -> np.ndarray:
    """The product of two experts' probabilities, made to sum to one, from logits ``(items, classes)``."""
    both = softmax(o1, axis=1) * softmax(o2, axis=1)
    return np.asarray(both / both.sum(axis=1, keepdims=True))


def is_product(classes: int, rng: np.random.Generator) -> bool:
    """Whether softmax(o_1 + o_2) is the product of the two experts, at random logits."""
    o1, o2 = rng.normal(0, 3, (2, 50, classes))
    return np.allclose(softmax(o1 + o2, axis=1), product(o1, o2))


def adds(classes: int, rng: np.random.Generator) -> bool:
    """Whether the built network puts out the original's logits plus what it puts out where these are zero."""
    model = networks.outline(lambda: networks.correcting(classes, (4, 3)))
    weights = [0.1 * rng.standard_normal(v.shape, np.float32) for v in model.trainable_variables]
    x, o1 = rng.standard_normal((6, 4, 3), np.float32), rng.standard_normal((6, classes), np.float32)
    of = jax.jit(lambda weights, x, original: model.stateless_call(weights, [], [x, original])[0])
    o2 = np.asarray(of(weights, x, np.zeros_like(o1)))
    return np.allclose(of(weights, x, o1), o1 + o2, atol=1e-5) and bool(np.any(np.abs(o2) > 1e-3))


def starts_at_residual(classes: int, rng: np.random.Generator) -> bool:
    """Whether at o_2 = 0 the loss falls fastest along the residual, one-hot minus p_1: what boosting fits next."""
    o1, y = rng.normal(0, 2, (30, classes)), rng.integers(classes, size=30)
    slope = jax.jit(jax.grad(lambda o2: 30 * cross_entropy(jnp.asarray(o1) + o2, jnp.asarray(y))))(np.zeros(o1.shape))
    return np.allclose(-slope, np.eye(classes)[y] - softmax(o1, axis=1), atol=1e-5)


def songs_of_two_classes(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Features ``(items, 3)``, classes, and the logits of an original that is not quite right, ``(items, 2)``."""
    x, o1 = rng.normal(size=(400, 3)), rng.normal(size=(400, 2))
    margin = 0.7 * (o1[:, 1] - o1[:, 0]) + x @ [0.5, -1, 0.2]
    return x, (rng.random(400) < 1 / (1 + np.exp(-margin))).astype(int), o1


def stage_by_loss(x: np.ndarray, y: np.ndarray, o1: np.ndarray) -> np.ndarray:
    """The linear correction of least NLL of softmax(o_1 + o_2): intercept and slopes of its second logit's lead."""
    design = np.column_stack([np.ones(len(x)), x])

    def loss(w: np.ndarray) -> float:
        return negative_log_likelihood(o1 + design @ w.reshape(-1, 2), y)

    w = minimize(loss, np.zeros(2 * design.shape[1]), jac="3-point", tol=1e-9).x.reshape(-1, 2)
    return np.asarray(w[:, 1] - w[:, 0])


def stage_by_glm(x: np.ndarray, y: np.ndarray, o1: np.ndarray) -> np.ndarray:
    """The same by logistic regression with the original's lead as an offset, as statsmodels fits it."""
    model = sm.GLM(y, sm.add_constant(x), family=sm.families.Binomial(), offset=o1[:, 1] - o1[:, 0])
    return np.asarray(model.fit(tol=1e-12).params)


@check("B30")
def one_stage_of_boosting() -> Verdict:
    """Probabilities against the product, gradient against the residual, and a fit against a GLM with an offset."""
    rng = np.random.default_rng(30)
    found = songs_of_two_classes(rng)
    by_loss, by_glm = stage_by_loss(*found), stage_by_glm(*found)
    sizes = (2, 3, 10, 25)
    exact = all(test(classes, rng) for classes in sizes for test in (is_product, adds, starts_at_residual))
    apart = float(np.abs(by_loss - by_glm).max())
    return decide(
        exact and apart < 1e-5,
        "It is a known model under two names. A product of two experts: softmax(o₁ + o₂) is p₁·p₂, made to sum to one. "
        "And one stage of additive logistic modelling (boosting) with offset o₁: the first step of o₂ goes along the "
        "residual, one-hot minus p₁.",
        "softmax(o₁ + o₂), o₁ fixed",
        "the same, p ∝ p₁·p₂",
        (
            "With two classes and a linear o₂ the minimum is that of logistic regression with an offset, as "
            f"statsmodels fits it, to {apart:.0e}.",
            "The product, the sum that the network builds and the first step are tried with "
            f"{', '.join(map(str, sizes))} classes.",
        ),
    )
