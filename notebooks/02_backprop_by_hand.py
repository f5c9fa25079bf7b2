# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 2 · Backpropagation by hand
#
# A network has made a mistake; which of its weights is to blame, and by how much?
#
# The answer is one application of the chain rule after another, from the mistake back to the first layer. Document 003, problem 2, does it
# on paper for the smallest network worth the name. We do it again, turn every line into code, and hold the code against two judges that
# know no calculus of ours: automatic differentiation, and small differences. The homework's four gradients are right. Yet two things fail in a computer
# when the network is very sure of itself: the chain multiplied link by link, and the loss as the question writes it. We find out how.
#
# **You will see** the network drawn forward and backward; every derivative in words and in one line of code; how well a gradient can be
# checked, and why not better; a right formula that returns nan; and a training run in which our gradients and the machine's give the
# same weights.
#
# **You need** the chain rule, and matrices as far as $Wx + b$.
#
# **Takes** half an hour to read, a few seconds to run. Nothing is downloaded.
#
# ## The network
#
# $$a_1 = W_1 x + b_1, \qquad z_1 = \sigma(a_1), \qquad a_2 = W_2 z_1 + b_2, \qquad \hat y = \sigma(a_2), \qquad \sigma(a) = \frac{1}{1 + e^{-a}}.$$
#
# - $x$ is one datapoint, a column of $M$ numbers, and $y$ its label, 0 or 1.
# - $W_1$ and $b_1$ are the weights and biases of the first layer, which has $H$ hidden units; $a_1$ and $z_1$ are their values before and
#   after the sigmoid $\sigma$, taken element by element.
# - $W_2$ and $b_2$ are those of the second layer, which has one unit.
# - A superscript is an index, not a power: $W_2^h$ and $z_1^h$ belong to hidden unit $h$, and $W_1^{h,m}$ stands in row $h$ and column $m$.
# - $a_2$ is the **logit**, any real number, and $\hat y$ the predicted probability of $y = 1$.
# - The **loss** is the cross-entropy $L = -\big(y \log \hat y + (1 - y)\log(1 - \hat y)\big)$, small if $\hat y$ is close to $y$.
#
# In code, with $M = 3$ features and $H = 4$ hidden units, the same four equations:

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import make_moons

from secondlook import backprop
from secondlook.backprop import Parameters, sigmoid
from secondlook.claims import table
from secondlook.figures import COLOURS, MARKERS, say, show

jax.config.update("jax_enable_x64", True)  # compare in double precision

M, H = 3, 4
p = backprop.draw_parameters(np.random.default_rng(8), features=M, hidden=H)
W1, b1, W2, b2 = p
x, y = np.array([1.0, -0.5, 2.0]), 1.0

a1 = W1 @ x + b1
z1 = sigmoid(a1)
a2 = W2 @ z1 + b2
yhat = sigmoid(a2)

# %% [markdown]
# The shapes are what make these lines run: $W_1$ has a row per hidden unit and a column per feature, so $W_1 x$ has $H$ numbers. The
# homework gives them correctly except in two letters. It writes $W_1 \in \mathbb{R}^{H \times D}$, where the problem has no $D$ and calls the
# number of features $M$; and $x \in \mathbb{R}^m$, where $m$ is the number of a column, not how many there are.

# %%
shapes = {"x": x, "W_1": W1, "b_1": b1, "a_1": a1, "z_1": z1, "W_2": W2, "b_2": b2, "a_2": a2, r"\hat y": yhat}
assert [np.shape(v) for v in shapes.values()] == [(M,), (H, M), (H,), (H,), (H,), (1, H), (1,), (1,), (1,)]
heads = " | ".join(f"${name}$" for name in shapes)
sizes = " | ".join(" × ".join(map(str, np.shape(v))) for v in shapes.values())
say(f"| symbol | {heads} |\n|:--|{':-:|' * len(shapes)}\n| shape | {sizes} |\n\n" + table("D25"))

# %% [markdown]
# ## From the mistake back to every weight
#
# Take the loss apart from the outside in. Each line below is one link of the chain.
#
# **The loss by the prediction.** Differentiate $-y\log\hat y - (1-y)\log(1-\hat y)$:
#
# $$\frac{\partial L}{\partial \hat y} = -\frac{y}{\hat y} + \frac{1-y}{1-\hat y} = \frac{\hat y - y}{\hat y(1-\hat y)}.$$
#
# The homework begins with $-\big(\frac{y}{\hat y} + \frac{y - 1}{1-\hat y}\big)$. That looks like a sign error and is none: $-(y-1) = 1-y$.
#
# **The prediction by the logit.** The sigmoid has the slope $\sigma'(a) = \frac{e^{-a}}{(1+e^{-a})^2} = \sigma(a)\,(1 - \sigma(a))$, so
# $\partial\hat y/\partial a_2 = \hat y(1-\hat y)$. Multiply the two, and the denominators cancel:
#
# $$\delta_2 := \frac{\partial L}{\partial a_2} = \hat y - y.$$
#
# *Prediction minus label.* This is the one formula to remember. We call $\delta$ the **blame** of a unit: how fast the loss moves with what goes into it. It is so simple because the sigmoid and the cross-entropy are made for each
# other; exercise 3 shows what happens with a loss that is not.
#
# **The second layer.** $a_2 = \sum_h W_2^h z_1^h + b_2$ moves by $z_1^h$ per unit of $W_2^h$ and by 1 per unit of $b_2$:
#
# $$\frac{\partial L}{\partial W_2^h} = \delta_2\, z_1^h, \qquad \frac{\partial L}{\partial b_2} = \delta_2.$$
#
# **Through the hidden unit.** $a_2$ moves by $W_2^h$ per unit of $z_1^h$, and $z_1^h$ by $z_1^h(1 - z_1^h)$ per unit of $a_1^h$:
#
# $$\delta_1^h := \frac{\partial L}{\partial a_1^h} = \delta_2\, W_2^h\, z_1^h(1 - z_1^h).$$
#
# **The first layer.** $a_1^h = \sum_m W_1^{h,m} x_m + b_1^h$, so
#
# $$\frac{\partial L}{\partial W_1^{h,m}} = \delta_1^h\, x_m, \qquad \frac{\partial L}{\partial b_1^h} = \delta_1^h.$$
#
# In each layer the gradient of a weight is *blame above times signal below*. Six equations, six lines:

# %%
delta2 = yhat - y
dW2 = delta2 * z1[None, :]
db2 = delta2
delta1 = delta2 * W2[0] * z1 * (1 - z1)
dW1 = np.outer(delta1, x)
db1 = delta1

by_hand = Parameters(dW1, db1, dW2, db2)
assert [block.shape for block in by_hand] == [block.shape for block in p]
assert all(np.array_equal(*pair) for pair in zip(by_hand, backprop.gradients(p, x, y), strict=True))

# %% [markdown]
# **Figure 2.1** *One pass forward, one pass back.* Left: the datapoint goes in, numbers in the circles are the values of the units, lines are
# weights. Right: the blame comes back, numbers are $\delta_2$ and $\delta_1^h$, lines are the gradients of the same weights. Solid blue is
# positive, dashed orange negative; width is size, within each layer. The label is 1; biases are not drawn. Here the blame shrinks on its way back: it is multiplied by a weight, and by
# the slope of a sigmoid, which is at most 1/4. The inputs still show $x$.


# %%
def draw(ax, layers, weights, title):
    spots = [[(column, (len(layer) - 1) / 2 - row) for row in range(len(layer))] for column, layer in enumerate(layers)]
    for column, block in enumerate(weights):
        for (h, m), value in np.ndenumerate(block):
            ends = np.array([spots[column][m], spots[column + 1][h]])
            width = 0.3 + 4 * abs(value) / np.abs(block).max()
            k = int(value < 0)
            dash = (0, (6 / width, 3 / width)) if value < 0 else "-"  # matplotlib counts dashes in widths of the line
            ax.plot(*ends.T, color=COLOURS[k], linestyle=dash, linewidth=width, zorder=1)
    node = {"boxstyle": "circle,pad=0.3", "facecolor": "white", "edgecolor": "0.3"}
    for layer, places in zip(layers, spots, strict=True):
        for label, place in zip(layer, places, strict=True):
            ax.text(*place, label.replace("-", "−"), ha="center", va="center", fontsize=9, bbox=node, linespacing=1.1)
    ax.set(title=title, xlim=(-0.3, 2.3), ylim=(-2, 2))
    ax.axis("off")


fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 4.2))
names = [[f"$x_{m + 1}$\n{v:.2f}" for m, v in enumerate(x)], [f"$z_1^{h + 1}$\n{v:.2f}" for h, v in enumerate(z1)]]
draw(left, [*names, [f"$\\hat y$\n{yhat[0]:.2f}"]], [W1, W2], "forward: values and weights")
blame = [f"$\\delta_1^{h + 1}$\n{v:.3f}" for h, v in enumerate(delta1)], [f"$\\delta_2$\n{delta2[0]:.3f}"]
draw(right, [names[0], *blame], [dW1, dW2], "backward: blame and gradients")
alt = (
    "A 3-4-1 network twice: weights and unit values forward; blame {:.2f} at the output, at most {:.3f} in the hidden "
    "layer."
)
show(fig, "02_network", alt.format(delta2[0], np.abs(delta1).max()))

# %% [markdown]
# ## Two judges
#
# A gradient derived by hand deserves no trust until something independent agrees. There are two kinds of judge.
#
# **Automatic differentiation** runs the forward pass and applies the chain rule to each elementary operation, in the computer's own
# arithmetic. It needs the loss alone; we write the question's loss in JAX and ask for `jax.grad`. We expect agreement to rounding, about 16 digits.
#
# **Central differences** know only how to evaluate the loss: move one weight by $\pm t$ and divide the change by $2t$. We expect agreement to
# about ten digits; the next section says why not more.
#
# What varies: the weights and the datapoint, drawn at random many times; the label, 0 and 1 in turn; and in some networks the sizes $M$ and $H$.
# What is held: the six lines above, which stand in the library as `backprop.gradients`. A fresh draw each time makes an accidental agreement unlikely.


# %%
def jax_loss(p: Parameters, x: np.ndarray, y: np.ndarray) -> jax.Array:
    z1 = jax.nn.sigmoid(x @ p.W1.T + p.b1)
    yhat = jax.nn.sigmoid((z1 @ p.W2.T + p.b2)[..., 0])
    return -jnp.mean(y * jnp.log(yhat) + (1 - y) * jnp.log(1 - yhat))


def furthest(one: Parameters, other: Parameters) -> float:
    return max(float(np.abs(np.subtract(a, b)).max()) for a, b in zip(one, other, strict=True))


rng = np.random.default_rng(2)
worst_automatic = worst_difference = 0.0
for trial in range(40):
    features, hidden = (M, H) if trial < 35 else rng.integers(1, 9, 2)
    q, u, v = backprop.draw_parameters(rng, features, hidden), rng.standard_normal(features), np.array(float(trial % 2))
    derived = backprop.gradients(q, u, v)
    by_difference = backprop.central_differences(lambda r, u=u, v=v: backprop.mean_loss(r, u, v), q)
    worst_automatic = max(worst_automatic, furthest(derived, jax.grad(jax_loss)(q, u, v)))
    worst_difference = max(worst_difference, furthest(derived, by_difference))

assert worst_automatic < 1e-13 and worst_difference < 1e-9
say(
    "Over 40 draws no gradient is further than $10^{-13}$ from automatic differentiation, or than $10^{-9}$ from "
    "central differences. For a gradient of 1 that is thirteen digits, and nine.\n\n" + table("D26", "D27")
)

# %% [markdown]
# ## How well can a gradient be checked?
#
# The central difference of a smooth loss is $\frac{L(w+t) - L(w-t)}{2t} = L'(w) + \frac{t^2}{6}L'''(w) + \dots$, so a smaller step $t$ is better:
# a tenth of the step, a hundredth of the error. But the computer knows each loss only to a relative error $\varepsilon \approx 10^{-16}$, and dividing by $2t$
# makes of it an error of about $\varepsilon/t$, which grows as $t$ shrinks. The sum $t^2 + \varepsilon/t$ is smallest near $t = \varepsilon^{1/3}$, and there it
# is about $\varepsilon^{2/3}$: ten digits, and no choice of step does much better. The one-sided difference $\frac{L(w+t) - L(w)}{t}$ has an error of order $t$, is
# best at $\varepsilon^{1/2}$, and never has more than about eight.
#
# What varies: the step, over twelve powers of ten, and the kind of difference. What is held: the network and the datapoint of figure 2.1.


# %%
def loss_at(name: str, block: np.ndarray) -> float:
    return backprop.mean_loss(p._replace(**{name: block}), x, np.array(y))


def differences(step: float, back: int) -> Parameters:
    """Central differences if `back` is 1, one-sided if it is 0."""
    slopes = [np.zeros_like(block) for block in p]
    for name, block, slope in zip(p._fields, p, slopes, strict=True):
        for index in np.ndindex(block.shape):
            up, down = block.copy(), block.copy()
            up[index] += step
            down[index] -= back * step
            slope[index] = (loss_at(name, up) - loss_at(name, down)) / ((1 + back) * step)
    return Parameters(*slopes)


steps = np.geomspace(1e-13, 1e-1, 73)
central = [furthest(by_hand, differences(step, back=1)) for step in steps]
one_sided = [furthest(by_hand, differences(step, back=0)) for step in steps]
theory = np.finfo(float).eps ** (1 / 3)
best = steps[np.argmin(central)]
assert theory / 30 < best < 30 * theory and min(central) < 1e-9 < min(one_sided) < 1e-6

# %% [markdown]
# **Figure 2.2** *Too small a step is as bad as too large.* The largest error over all gradients of the network, against the step. On the right of
# each V the formula is to blame, with slope 2 for central and slope 1 for one-sided differences. On the left it is rounding, with slope $-1$ and
# noise. The dotted line marks $\varepsilon^{1/3}$, where theory puts the best central step.

# %%
fig, ax = plt.subplots(figsize=(7.2, 4))
for k, errors in enumerate([central, one_sided]):
    ax.loglog(steps, errors, color=COLOURS[k], linestyle="-", marker=MARKERS[k], markersize=3.5, linewidth=1)
ax.text(2e-3, 2e-9, "central", color=COLOURS[0], fontsize=11)
ax.text(7e-4, 6e-4, "one-sided", color=COLOURS[1], fontsize=11, ha="right")
ax.text(1.3e-11, 1.2e-7, "rounding", color="0.3", fontsize=11, ha="center")
ax.axvline(theory, color="0.3", linestyle=":")
ax.text(theory * 0.75, 3e-3, "$\\varepsilon^{1/3}$", color="0.3", fontsize=11, ha="right")
ax.set(xlabel="step $t$", ylabel="largest error of the gradient")
lowest = [f"{min(errors):.0e} at a step of {steps[np.argmin(errors)]:.0e}" for errors in (central, one_sided)]
alt = f"Errors of central and one-sided differences against step: two Vs, lowest at {lowest[0]} and at {lowest[1]}."
show(fig, "02_step", alt)

# %% [markdown]
# ## A right formula that returns nan
#
# On paper $\hat y$ is never 0 or 1. In a computer it is: once $e^{-a_2}$ is below $2^{-53}$, in double precision $1 + e^{-a_2}$ rounds to 1,
# and $\hat y$ is exactly 1. The other end is safer: floating point holds numbers near 0 far more finely than numbers near 1, so $\hat y$ is 0 only below a logit of about −710, where $e^{-a_2}$ overflows.
# The homework's four gradients take no harm that matters: they contain $\hat y - y$, in which the denominators have cancelled already.
# What fails is a program that multiplies the links one by one: $\partial L/\partial\hat y$ is $0/0$ for a right prediction, and for a wrong one infinite,
# times $\hat y(1-\hat y) = 0$. The loss as the question gives it is $0 \cdot \log 0$, which is nan, for the datapoint the network gets most certainly *right*.
#
# The cure is the homework's own step: cancel on paper, before the computer sees a number. The loss needs the same step:
#
# $$-\log \hat y = \log(1 + e^{-a_2}), \qquad -\log(1 - \hat y) = \log(1 + e^{a_2}), \qquad \frac{\partial L}{\partial a_2} = \hat y - y.$$
#
# The loss is then a function of the logit, finite for every finite $a_2$. `np.logaddexp(0, a)` computes $\log(1 + e^a)$ without overflow.
# The large libraries offer this form, often under a name with *logits* in it. What varies in the table: how sure the network is that
# $y = 1$, or that it is 0, and whether it is right. We expect the two forms to agree at first, and the one with $\hat y$ to fail when $\hat y$ is 1.

# %%
rows = []
with np.errstate(all="ignore"):
    for logit in np.array([-40.0, 5.0, 20.0, 40.0, 800.0]):
        sure = sigmoid(logit)
        for label in (1.0, 0.0):
            chain = (sure - label) / (sure * (1 - sure)) * (sure * (1 - sure))
            printed, stable = backprop.loss_from_yhat(sure, label), backprop.loss_from_logit(logit, label)
            rows.append(f"| {logit:g} | {label:g} | {printed:.3e} | {stable:.3e} | {chain:.3e} | {sure - label:.3e} |")

assert "nan" in rows[6] and "inf" in rows[7] and sigmoid(-709.0) > 0 == sigmoid(-710.0)
say(
    "| logit | label | loss from $\\hat y$ | loss from the logit | chain, link by link | $\\hat y - y$ "
    "|\n|--:|--:|--:|--:|--:|--:|\n" + "\n".join(rows) + "\n\nAt a logit of −40 the form with $\\hat y$ fails too, "
    "unnoticed: $1 - \\hat y$ rounds to 1, and a small loss is told as none."
)

# %% [markdown]
# **Figure 2.3** *The loss runs out of digits before it runs out of range.* Left: the loss of a confident mistake ($y = 0$) just before saturation.
# The form with $\hat y$ climbs in stairs, because $1 + e^{-a_2}$ is rounded to a multiple of $2^{-52}$, and then is infinite. Right: its relative error
# grows like $e^{a_2}$ all the way; each 2.3 units of logit cost a digit. The dashed line is what half a rounding step in $1 + e^{-a_2}$ does to the loss. The form
# with the logit keeps all digits.

# %%
logits = np.linspace(0, 45, 1801)
from_yhat = backprop.loss_from_yhat(sigmoid(logits), 0.0)
from_logit = backprop.loss_from_logit(logits, 0.0)
top = logits[np.isfinite(from_yhat)].max()
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5))
near = logits > 33
left.plot(logits[near], from_logit[near], color=COLOURS[0])
left.plot(logits[near], np.where(np.isfinite(from_yhat), from_yhat, np.nan)[near], color=COLOURS[1], linestyle="-")
left.axvspan(top, 40, color=COLOURS[1], alpha=0.1, linewidth=0)
left.text(37.6, 38.4, "from\nthe logit", color=COLOURS[0], ha="right")
left.text(39.8, 33.3, "from $\\hat y$:\ninfinite here", color=COLOURS[1], ha="right")
left.set(xlabel="logit $a_2$", ylabel="loss, if $y = 0$", xlim=(33, 40), ylim=(33, 40))
error = np.abs(from_yhat / from_logit - 1)
some = np.isfinite(error) & (error > 0)
right.semilogy(logits[some], error[some], ".", color=COLOURS[1], markersize=2)
finite = logits <= top
right.semilogy(
    logits[finite], 2.0**-53 * np.exp(logits[finite]) / from_logit[finite], color="0.3", linestyle="--", linewidth=1
)
right.text(9, 1e-8, "$2^{-53}\\, e^{a_2} / L$", color="0.3", ha="center")
right.set(xlabel="logit $a_2$", ylabel="relative error, from $\\hat y$", xlim=(0, 45), ylim=(1e-17, 10))
alt = (
    "Loss from yhat climbs in stairs near logit 36 and is infinite beyond {:.1f}; its relative error grows "
    "exponentially."
)
show(fig, "02_saturation", alt.format(top))

# %%
limits = {name: -np.log(half_gap) for name, half_gap in {"double": 2.0**-53, "single": 2.0**-24}.items()}
assert abs(limits["double"] - top) < 0.1
say(
    f"$\\hat y$ is exactly 1 above a logit of {limits['double']:.1f} in double and {limits['single']:.1f} in single "
    "precision."
)

# %% [markdown]
# Networks are mostly trained in single precision. How near to that limit does ordinary training come?
#
# ## The same weights, twice
#
# A gradient that is right once is not yet a training run that is right. So we train one network twice from the same start, with our
# gradients in NumPy and with `jax.grad`, on two interleaved half-moons: 200 points in the plane that no straight line separates.
# For a batch of $N$ datapoints, the rows of $X$, the loss is the mean, so the gradient is the mean of the single gradients. The sums over
# datapoints become matrix products:
#
# $$\Delta_2 = \tfrac1N(\hat y - y), \qquad \frac{\partial L}{\partial W_2} = \Delta_2^\top Z_1, \qquad
# \Delta_1 = (\Delta_2 W_2) \circ Z_1 \circ (1 - Z_1), \qquad \frac{\partial L}{\partial W_1} = \Delta_1^\top X.$$
#
# - $Z_1$ holds the hidden values, $\hat y$ and $y$ are columns, a row or a number for each datapoint; $\circ$ multiplies element by element.
# - The gradients of the biases are the sums of the columns of $\Delta_2$ and $\Delta_1$.
#
# What varies: who computes the gradient. What is held: data, start, learning rate, number of steps. We expect the same weights to rounding,
# step after step. If rounding errors fed on themselves, the two runs would part: so this tests the training as well as the derivation.

# %%
X, Y = make_moons(200, noise=0.2, random_state=2)
Y = Y.astype(float)
LEARNING_RATE, STEPS = 3.0, 3000
start = backprop.draw_parameters(np.random.default_rng(0), features=2, hidden=8)

jax_pass = jax.jit(jax.value_and_grad(jax_loss))
hand = machine = start
history, jax_history, gaps, seen = [], [], [], {}
for step in range(STEPS + 1):
    history.append(backprop.mean_loss(hand, X, Y))
    jax_value, jax_slope = jax_pass(machine, X, Y)
    jax_history.append(float(jax_value))
    gaps.append(furthest(hand, machine))
    if step in (0, 30, 300, STEPS):
        seen[step] = hand
    hand = backprop.step_downhill(hand, backprop.mean_gradients(hand, X, Y), LEARNING_RATE)
    machine = backprop.step_downhill(machine, jax_slope, LEARNING_RATE)

assert all(np.allclose(a, b, rtol=1e-10, atol=0) for a, b in zip(hand, machine, strict=True)) and max(gaps) < 1e-11
accuracy = np.mean((backprop.forward(seen[STEPS], X).a2 > 0) == (Y == 1))
say(
    f"After {STEPS:,} steps the loss is {history[-1]:.4f}, down from {history[0]:.4f}, and {accuracy:.1%} of the "
    "points are on their side. All weights of the two runs agree to ten digits. The largest logit is "
    f"{backprop.forward(seen[STEPS], X).a2.max():.0f}: not far from the limit of single precision, "
    f"{limits['single']:.1f}."
)

# %% [markdown]
# **Figure 2.4** *A boundary learns to bend.* Predicted probability at four moments of the training by hand (dark: 0, bright: 1; circles are points
# with label 0, triangles with label 1; the axes are the two features; the line is one half, which at step 0 lies outside the picture: there every prediction is below one half). The network first finds a nearly
# straight cut, and stays with it for a while. Then it folds it around the moons.

# %%
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.5), sharex=True, sharey=True)
side = np.linspace(-1.7, 2.7, 120), np.linspace(-1.3, 1.7, 90)
plane = np.stack(np.meshgrid(*side), axis=-1)
for ax, (step, q) in zip(axes, seen.items(), strict=True):
    probability = backprop.forward(q, plane.reshape(-1, 2)).yhat.reshape(plane.shape[:2])
    ax.imshow(probability, extent=(-1.7, 2.7, -1.3, 1.7), origin="lower", vmin=0, vmax=1, alpha=0.75, aspect="auto")
    ax.contour(*side, probability, [0.5], colors="black", linewidths=1.6)
    for label, (marker, face) in enumerate([("o", "white"), ("^", "black")]):
        ax.scatter(*X[label == Y].T, s=9, marker=marker, facecolor=face, edgecolor="black", linewidth=0.5)
    ax.set(title=f"step {step:,}\nloss {history[step]:.3f}", xticks=[], yticks=[])
    ax.grid(False)
alt = (
    "Four maps of the prediction on two half-moons: below one half everywhere at step 0, a nearly straight cut, then a "
    "boundary bent around the moons."
)
show(fig, "02_moons", alt)

# %% [markdown]
# **Figure 2.5** *The two runs never part.* Left: the loss along both runs; the dashes of the automatic one lie on the line of ours. It rises for two steps, since
# the first steps, at a learning rate of 3, go too far. Right: the
# largest difference between a weight of one run and the same weight of the other, on a logarithmic scale. It stays at the level of rounding, far below the weights themselves.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
left.loglog(np.arange(1, STEPS + 2), history, color=COLOURS[5], linestyle="-", linewidth=5)
left.loglog(np.arange(1, STEPS + 2), jax_history, color="black", linestyle="--", linewidth=1.2)
left.text(70, 0.42, "by hand (thick)\nautomatic (dashed)", color="0.2", fontsize=9)
left.set(xlabel="step + 1", ylabel="mean loss")
left.set_yticks([0.1, 0.2, 0.4, 0.8], ["0.1", "0.2", "0.4", "0.8"])
left.minorticks_off()
right.semilogy(np.arange(1, STEPS + 1), np.maximum(gaps[1:], 1e-17), color=COLOURS[0], linestyle="-", linewidth=1)
right.axhline(max(np.abs(block).max() for block in hand), color="0.3", linestyle="--")
right.text(STEPS, 2, "the largest weight at the end", color="0.3", ha="right", va="top")
right.text(STEPS, 3e-13, "largest difference\nbetween the runs", color=COLOURS[0], ha="right", va="bottom")
right.set(xlabel="step", ylabel="absolute value", ylim=(1e-17, 1e3))
show(
    fig,
    "02_two_runs",
    "Two loss curves coincide; the weights of the two runs differ by less than 1e-11 during all 3,000 steps.",
)

# %% [markdown]
# Limits. One datapoint's worth of algebra is all there is here: no other activation, no deeper network, no stochastic batches. The agreement over
# thousands of steps holds because this training is stable; with a learning rate at the edge of divergence, rounding would be amplified and two
# right programs would part. And the accuracy is measured on the points trained on; it says that the network fits, not that it generalises.
#
# ## Takeaways
#
# - With sigmoid and cross-entropy the blame at the output is prediction minus label; every other gradient is blame above times signal below.
# - The homework's gradients are right, all four; its only slips are two letters in the shapes.
# - Check a gradient with automatic differentiation where you can, and with central differences at a step near $\varepsilon^{1/3}$ where you cannot.
#   About ten digits are all that central differences of two points can give.
# - Cancel on paper what would be $0/0$ in the computer: give the loss the logit, not the probability.

# %% [markdown]
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *Equal starts.* Set all entries of $W_1$ to one number, and all of $W_2$ to another, with zero biases, and train on the moons as above.
# Predict from the formula for $\delta_1^h$ how the eight hidden units will differ after 3,000 steps, and what the boundary can look like.
#
# **2.** *A difference without a difference.* For a function that can take complex numbers, $L(w + it) = L(w) + it L'(w) - \frac{t^2}{2}L''(w) - \dots$, so
# the imaginary part divided by $t$ is the slope, and nothing is subtracted. Predict the error at $t = 10^{-6}$ and at $t = 10^{-200}$.
# Then try it on the weights of the first layer of figure 2.1, with the loss written in `np.exp` and `np.log`.
#
# **3.** *The wrong loss.* Replace the cross-entropy by $L = \frac12(\hat y - y)^2$. Derive $\delta_2$. Predict what happens to a network that
# is certain and wrong ($a_2 = 10$, $y = 0$). By what factor is its gradient smaller than with the cross-entropy?

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# $\delta_1^h = \delta_2 W_2^h z_1^h(1 - z_1^h)$ depends on $h$ through $W_2^h$ and $z_1^h$ alone. If they start equal, all gradients are equal, and
# the units stay copies of each other for ever: eight units that are one. One sigmoid of a linear function can only cut straight.
# Random starts are there to break this symmetry.
#
# </details>

# %% tags=["solution"]
same = Parameters(np.full((8, 2), 0.5), np.zeros(8), np.full((1, 8), 0.5), np.zeros(1))
for _ in range(STEPS):
    same = backprop.step_downhill(same, backprop.mean_gradients(same, X, Y), LEARNING_RATE)

assert np.allclose(same.W1, same.W1[0], rtol=1e-12, atol=0) and np.allclose(same.W2, same.W2[0, 0], rtol=1e-12, atol=0)
straight = np.mean((backprop.forward(same, X).a2 > 0) == (Y == 1))
say(
    f"All eight rows of $W_1$ are still equal. Loss {backprop.mean_loss(same, X, Y):.4f} against {history[-1]:.4f}; "
    f"{straight:.1%} of the points on their side against {accuracy:.1%}."
)

# %% [markdown]
# <details><summary>Solution 2</summary>
#
# The error is of order $t^2$, so at $10^{-6}$ it is $10^{-12}$, and from $10^{-8}$ down it is below rounding. At $10^{-200}$
# nothing goes wrong, since no two nearly equal numbers are subtracted. The price: every function on the way must accept complex numbers, and
# still one evaluation per weight. With $y = 1$ the loss is $\log(1 + e^{-a_2})$.
#
# </details>


# %% tags=["solution"]
def complex_step(t: float) -> np.ndarray:
    slopes = np.zeros_like(W1)
    for index in np.ndindex(W1.shape):
        nudged = W1.astype(complex)
        nudged[index] += 1j * t
        logit = W2 @ (1 / (1 + np.exp(-(nudged @ x + b1)))) + b2
        slopes[index] = np.log(1 + np.exp(-logit))[0].imag / t
    return slopes


errors = {t: np.abs(complex_step(t) - dW1).max() for t in (1e-6, 1e-200)}
assert errors[1e-6] < 1e-12 and errors[1e-200] < 1e-15
say("The error is below $10^{-12}$ at $t = 10^{-6}$ and below $10^{-15}$ at $t = 10^{-200}$.")

# %% [markdown]
# <details><summary>Solution 3</summary>
#
# $\partial L/\partial\hat y = \hat y - y$, times $\hat y(1-\hat y)$ from the sigmoid: $\delta_2 = (\hat y - y)\,\hat y(1-\hat y)$. Nothing
# cancels the slope of the sigmoid, which is nearly zero where the network is certain. For $y = 0$ it is $\hat y^2(1 - \hat y)$, which grows until $\hat y = 2/3$ and then
# falls to zero: beyond that, the surer the network is of its mistake, the less it learns from it.
#
# </details>

# %% tags=["solution"]
certain, label = sigmoid(10.0), 0.0
cross_entropy, squared = certain - label, (certain - label) * certain * (1 - certain)
slope = (0.5 * (sigmoid(10.0 + 1e-5) - label) ** 2 - 0.5 * (sigmoid(10.0 - 1e-5) - label) ** 2) / 2e-5
assert np.isclose(squared, slope, rtol=1e-5)
say(
    f"$\\delta_2$ is {cross_entropy:.5f} with cross-entropy and {squared:.2e} with squares: "
    f"{cross_entropy / squared:,.0f} times smaller."
)

# %% [markdown]
# ## Sources
#
# - Document 003, homework 3 of a course on machine learning, problem 2: the network, the questions, the gradients.
# - D. E. Rumelhart, G. E. Hinton, R. J. Williams (1986), *Learning representations by back-propagating errors*, Nature 323, 533–536.
# - N. J. Higham (2002), *Accuracy and Stability of Numerical Algorithms*, second edition, chapter 1: rounding and cancellation.
# - W. Squire, G. Trapp (1998), *Using complex variables to estimate derivatives of real functions*, SIAM Review 40, 110–112: exercise 2.
# - `secondlook.backprop` holds the formulas, `secondlook.checks.backprop_by_hand` the checks, and their tests the identities used here.
