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
# # 1 · One unknown mean
#
# Fourteen numbers arrive one at a time, and after each of them you must say where the next one will fall, and how sure you are.
#
# A student's homework (document 003, problem 1) answers this three ways: by the best-fitting mean, by the most probable mean, and by
# averaging over every mean there could be. Its method is right, and so are its means. But the variances that it gives to the posterior and to the prediction are
# wrong, and so are both numbers that it arrives at, by the same factor. On the way it makes many smaller slips. We derive everything again, and let the computer mark each line.
#
# **You will see** how a prior and data add up; three predictions that start far apart and end together; a misprinted density that does
# not integrate to 1; why a model can be *too sure* to be believed; and why a problem with $\sigma^2 = 1$ is a bad place to check algebra.
#
# **You need** the normal density, Bayes' rule, and how to complete a square.
#
# **Takes** half an hour to read, a few seconds to run. Nothing is downloaded.
#
# ## The model
#
# $$\mu \sim N(0, \tau^2), \qquad x_i = \mu + \epsilon_i, \qquad \epsilon_i \sim N(0, \sigma^2) \text{ independent}, \qquad i = 1, \dots, n.$$
#
# - $\mu$ is the mean we do not know; before any data we believe it to be near 0, give or take $\tau$.
# - $x_i$ is the $i$-th observation, and $D = (x_1, \dots, x_n)$ is all of them.
# - $\sigma^2$ is the variance of the noise, which is known; here it is 1.
# - $\tau^2$ is the variance of the prior; here it is 5, and 0.1 in a rival model.
# - $N(m, v)$ is the normal distribution with mean $m$ and **variance** $v$. The second place always holds a variance.
# - $S = \sum_i x_i$, $Q = \sum_i x_i^2$ and $\bar x = S/n$ are all that the formulas ever ask of the data.

# %%
from collections import Counter
from functools import reduce

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import multivariate_normal, norm
from scipy.stats import t as student_t

from secondlook import gaussian
from secondlook.claims import table, verdict
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.gaussian import Normal

D = np.array(gaussian.DATA)
s2, t2 = 1.0, 5.0  # sigma squared, tau squared
n, S, Q = len(D), D.sum(), (D**2).sum()

say(f"$n$ = {n}, $S$ = {S:.2f}, $Q$ = {Q:.4f}, $\\bar x$ = {S / n:.7f}.\n\n" + table("D01"))

# %% [markdown]
# The homework's two sums are right. One remark before we go on. At $\sigma^2 = 1$ the numbers
# $\sigma$, $\sigma^2$ and $1/\sigma^2$ are all 1, so a formula can carry any of them in the wrong place and still give the right answer.
# Our checks therefore try every formula at other variances too. A quicker test needs no computer: **units**. If $x$ is in metres, then
# $\sigma^2$ and $\tau^2$ are in square metres, and whoever adds $\sigma^2$ to $1/\tau^2$ adds square metres to something per square metre.
#
# ## What the data say about the mean
#
# Bayes' rule makes the posterior proportional to likelihood times prior. In logarithms products become sums, and everything without
# $\mu$ can go into the constant:
#
# $$\log p(\mu \mid D) = -\frac{1}{2\sigma^2}\sum_i (x_i - \mu)^2 - \frac{\mu^2}{2\tau^2} + \text{const}.$$
#
# Expand the squares. The $\mu^2$ terms are $n$ of $1/\sigma^2$ and one of $1/\tau^2$; the $\mu$ terms are $S/\sigma^2$:
#
# $$\log p(\mu \mid D) = -\frac12 \Big(\underbrace{\frac{n}{\sigma^2} + \frac{1}{\tau^2}}_{A}\Big)\mu^2 + \frac{S}{\sigma^2}\,\mu + \text{const}
# = -\frac{A}{2}\Big(\mu - \frac{S/\sigma^2}{A}\Big)^2 + \text{const}.$$
#
# That is the logarithm of a normal density, so no integral is needed:
#
# $$\mu \mid D \sim N\Big(\frac{S/\sigma^2}{A},\; \frac{1}{A}\Big), \qquad A = \frac{n}{\sigma^2} + \frac{1}{\tau^2}.$$
#
# - $A$ is the **precision** of the posterior, one over its variance. Precisions add: each observation brings $1/\sigma^2$, the prior $1/\tau^2$.
# - The mean is $\bar x$ pulled towards 0 by the share of the precision that the prior holds.
#
# The code says the same in the same order. Beside it stands the slowest method there is, multiplying prior and likelihood at
# thirty thousand values of $\mu$ and adding up; it knows nothing about completing squares, and must agree.

# %%
A = n / s2 + 1 / t2
posterior = Normal(mean=S / s2 / A, variance=1 / A)

mu = np.linspace(-15, 15, 30_001)
joint = np.prod([Normal(x, s2).density(mu) for x in D], axis=0) * Normal(0, t2).density(mu)
mean = np.average(mu, weights=joint)
variance = np.average((mu - mean) ** 2, weights=joint)

assert np.allclose((mean, variance), posterior, rtol=1e-10, atol=0)
assert np.allclose(gaussian.posterior(D, s2, t2), posterior, rtol=1e-14, atol=0)
say(
    f"Posterior mean **{posterior.mean:.7f}**, variance **{posterior.variance:.7f}**, standard deviation "
    f"{posterior.variance**0.5:.3f}. The sum over the grid agrees to ten digits. The prior holds {1 / t2 / A:.1%} of "
    "the precision."
)

# %% [markdown]
# **Figure 1.1** *The data outvote a vague prior.* Together the observations (ticks) carry far more precision than the prior, so the
# posterior sits almost on the likelihood, a little nearer to zero. Each curve is scaled to area 1.

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.4))
at = np.linspace(-4.5, 5, 600)
for k, curve in enumerate([posterior, Normal(S / n, s2 / n), Normal(0, t2)]):
    ax.plot(at, curve.density(at), color=COLOURS[k], linestyle=DASHES[k])
ax.fill_between(at, posterior.density(at), color=COLOURS[0], alpha=0.12)
ax.plot(D, np.full(n, -0.045), "|", color="black", markersize=9)
ax.text(1.75, 1.3, "posterior", color=COLOURS[0], ha="right", fontsize=11)
ax.text(2.5, 1.3, "likelihood", color=COLOURS[1], fontsize=11)
ax.text(-2.2, 0.17, "prior", color=COLOURS[2], ha="right", fontsize=11)
ax.set(xlabel="$\\mu$, and the observations", ylabel="density", ylim=(-0.09, 1.65), yticks=[0, 0.5, 1, 1.5])
alt = "Prior wide around 0, likelihood narrow around {:.2f}; the posterior almost covers the likelihood, nearer to 0."
show(fig, "01_posterior", alt.format(S / n))

# %% [markdown]
# Now the homework's line. It has the mean right, and gives the variance as $1/(\sigma^2 + 1/\tau^2)$, four times. Two things are wrong with
# that, and neither needs data to see: it does not contain $n$, so it promises that a million observations leave us as unsure of $\mu$ as one; and it
# adds a variance to the inverse of a variance. The term that should stand there is $n/\sigma^2$.
#
# The density it then displays has the right precision $A$ in its exponent and the wrong variance $w = 1/(\sigma^2 + 1/\tau^2)$ in front. The
# exponential integrates to $\sqrt{2\pi/A}$, the factor in front is $1/\sqrt{2\pi w}$, so the area under the printed curve is $\sqrt{1/(Aw)}$
# when it should be 1. With $\sigma^2 = 1$ it *is* 1 in a single case, $n = 1$. That may be how the slip survived.
#
# A third slip is a letter. In the integral for the next point the homework writes its density as $N(x \mid \mu, \sigma)$ beside the posterior $N(\mu \mid \mu_n, \sigma_n^2)$: once
# the second place is a standard deviation, once a variance. At $\sigma = 1$ no number can show the difference; at $\sigma = 2$ it halves the variance of the noise.

# %% [markdown]
# **Figure 1.2** *A density that loses its area.* Left: the posterior, and under it the printed function, of the same shape and a fraction of
# the area. Right: the area under the printed function for other numbers of observations. It is right for one observation only, and goes to
# zero as data accumulate.

# %%
w = 1 / (s2 + 1 / t2)
area = np.sqrt(1 / (np.arange(n + 1) / s2 + 1 / t2) / w)
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.2))
at = np.linspace(1, 3.2, 400)
for k, scale in enumerate([1, area[n]]):
    left.plot(at, scale * posterior.density(at), color=COLOURS[k], linestyle=DASHES[k])
    left.fill_between(at, scale * posterior.density(at), color=COLOURS[k], alpha=0.15)
left.text(2.42, 1.2, "posterior\narea 1", color=COLOURS[0])
left.text(1.02, 0.28, f"as printed\narea {area[n]:.2f}", color=COLOURS[1])
left.set(xlabel="$\\mu$", ylabel="value of the function", ylim=(0, 1.65), yticks=[0, 0.5, 1, 1.5])
right.axhline(1, color=COLOURS[0])
right.plot(area, color=COLOURS[1], linestyle=DASHES[1], marker=MARKERS[1])
right.text(14, 1.06, "every density", color=COLOURS[0], ha="right")
right.text(14, 0.6, "the printed function", color=COLOURS[1], ha="right")
right.set(xlabel="observations $n$", ylabel="area under the curve", ylim=(0, 2.6), xticks=[0, 1, 5, 10, 14])
alt = "The printed posterior density has area {:.2f} at {} observations, and area 1 at one observation only."
show(fig, "01_printed_density", alt.format(area[n], n))
say(table("D02", "D03", "D04", "D06"))

# %% [markdown]
# ## Two ways to pick one mean
#
# A point estimate replaces the posterior by a single value. There are two natural choices.
#
# **Most likely.** The *maximum-likelihood estimate* (MLE) is the $\mu$ under which the data are most probable. The log likelihood is $L(\mu) = \log p(D \mid \mu) = -\frac{1}{2\sigma^2}\sum_i (x_i - \mu)^2 + \text{const}$. Its slope is
#
# $$\frac{\partial L}{\partial \mu} = \frac{1}{\sigma^2}\sum_i (x_i - \mu) = \frac{S - n\mu}{\sigma^2}, \qquad\text{zero at}\qquad \mu_{MLE} = \bar x.$$
#
# The homework calls this function the log likelihood "of $\mu \mid D$" and sets it equal to $\log p(\mu \mid D)$. It is $\log p(D \mid \mu)$: a
# likelihood has no prior in it, and need not integrate to anything. It then prints the slope as $\frac12 \sum ((x - \mu)/\sigma)^2$, half the sum
# of squares itself, with its minus sign lost, and not differentiated. That expression has no zero unless all observations are equal. The next line of the homework
# follows from the right slope, so the result stands.
#
# **Most probable.** The *maximum a posteriori* estimate (MAP) is the peak of the posterior. Add the log prior, $-\mu^2/(2\tau^2)$, and the slope gains $-\mu/\tau^2$:
#
# $$\frac{S - n\mu}{\sigma^2} - \frac{\mu}{\tau^2} = 0 \qquad\text{at}\qquad \mu_{MAP} = \frac{S}{n + \sigma^2/\tau^2}.$$
#
# A normal density peaks at its mean, so $\mu_{MAP}$ is the posterior mean. Here too the homework reaches the right formula by way of a wrong
# line: it rewrites the function to be maximised as $\sum \frac12 ((x-\mu)/\sigma^2)^2 + \frac12(\mu/\tau)^2$. The minus sign is lost, so that this
# function has a minimum and no maximum, which does no harm where only its slope is set to zero; and $\sigma^2$ inside the square should be $\sigma$.


# %%
def slope(mu: float) -> float:
    return (S - n * mu) / s2 - mu / t2


ml_estimate = S / n
map_estimate = S / (n + s2 / t2)

assert abs(slope(map_estimate)) < 1e-12 and np.isclose(map_estimate, posterior.mean, rtol=1e-14, atol=0)
least = 0.5 * ((D - ml_estimate) ** 2).sum() / s2
say(
    f"$\\mu_{{MLE}}$ = {ml_estimate:.7f} and $\\mu_{{MAP}}$ = {map_estimate:.7f}. The printed slope of the log "
    f"likelihood is nowhere below {least:.4f}.\n\n" + table("D08", "D09", "D10", "D11", "D12")
)

# %% [markdown]
# ## Three ways to predict the next number
#
# A new observation is $x^* = \mu + \epsilon^*$. If $\mu$ were known, $x^*$ would be $N(\mu, \sigma^2)$. It is not known, and there are three
# things to do about it.
#
# 1. **Plug in** $\mu_{MLE}$: predict $N(\bar x,\, \sigma^2)$.
# 2. **Plug in** $\mu_{MAP}$: predict $N(\mu_{MAP},\, \sigma^2)$.
# 3. **Average** such predictions over the posterior, which gives the *full* posterior predictive, as the homework calls it. Given $D$, $\mu$ and $\epsilon^*$ are independent normals, and
#    variances of independent things add:
#
# $$x^* \mid D \sim N\Big(\mu_{MAP},\; \sigma^2 + \frac{1}{A}\Big).$$
#
# Plugging in treats a guess as knowledge. It leaves out the term $1/A$, what we still do not know of $\mu$. Both plug-ins keep the variance of
# the **noise**; the homework says three times that they keep the variance of the *prior*, which is the variance of neither. (It does enter the mean
# $\mu_{MAP}$.)
#
# Averaging can be acted out: draw a mean from the posterior, then an observation around it, many times over. We expect the draws to have
# the mean and the variance of the formula, up to the error of such a simulation; we allow four standard errors.

# %%
three = {
    "MLE plug-in": gaussian.ml_predictive(D, s2),
    "MAP plug-in": gaussian.map_predictive(D, s2, t2),
    "full": gaussian.posterior_predictive(D, s2, t2),
}
mean, variance = three["full"]
rng = np.random.default_rng(3)
draws = rng.normal(rng.normal(posterior.mean, posterior.variance**0.5, 200_000), s2**0.5)

assert abs(draws.mean() - mean) < 4 * (variance / draws.size) ** 0.5
assert abs(draws.var() - variance) < 4 * variance * (2 / draws.size) ** 0.5
rows = "\n".join(f"| {name} | {curve.mean:.7f} | {curve.variance:.7f} |" for name, curve in three.items())
rows += f"\n| full, acted out | {draws.mean():.3f} | {draws.var():.3f} |"
say(f"| prediction | mean | variance |\n|:--|--:|--:|\n{rows}\n\n" + table("D05", "D13"))

# %% [markdown]
# What varies in the next figure: the number of observations, from none to fourteen, in the order given. What is held: $\sigma^2 = 1$ and
# $\tau^2 = 5$. We expect three different answers at the start and nearly one at the end.
#
# With no data the maximum-likelihood estimate does not exist: $\bar x = 0/0$, every $\mu$ is as likely as any other. A program that draws
# *something* there draws a mistake. Ours returns nan, and the curve is missing.

# %% [markdown]
# **Figure 1.3** *Three predictions, fifteen moments.* Each panel shows the prediction of the next number after $n$ observations (ticks; the
# newest is long). The full prediction (filled) starts wide, with variance $\sigma^2 + \tau^2$, and narrows. The MAP plug-in (dotted) is as narrow at
# $n = 0$ as it will ever be: sure of zero, on no evidence. The MLE plug-in (dashed) is missing at $n = 0$. After a few observations all nearly agree.

# %%
fig, axes = plt.subplots(3, 5, figsize=(7.2, 5.4), sharex=True, sharey=True)
at = np.linspace(-4, 7, 300)
for seen, ax in enumerate(axes.flat):
    x = D[:seen]
    trio = gaussian.posterior_predictive(x, s2, t2), gaussian.ml_predictive(x, s2), gaussian.map_predictive(x, s2, t2)
    for k, curve in enumerate(trio):
        ax.plot(at, curve.density(at), color=COLOURS[k], linestyle=DASHES[k], linewidth=1.4)
    ax.fill_between(at, trio[0].density(at), color=COLOURS[0], alpha=0.18, linewidth=0)
    ax.vlines(x, -0.055, -0.025, color="black", linewidth=0.8)
    ax.vlines(x[-1:], -0.055, 0.03, color="black", linewidth=1.6)
    ax.text(0.03, 0.98, f"$n = {seen}$", transform=ax.transAxes, va="top", fontsize=9)
    ax.set(xticks=[-3, 0, 3, 6], yticks=[0, 0.2, 0.4], ylim=(-0.06, 0.5))
axes[0, 0].text(6.9, 0.36, "no MLE\n(0/0)", color=COLOURS[1], fontsize=8, ha="right")
axes[0, 0].text(2.4, 0.13, "full", color=COLOURS[0], fontsize=8)
axes[0, 0].text(1.1, 0.24, "MAP", color=COLOURS[2], fontsize=8)
axes[0, 1].text(4.5, 0.33, "MLE", color=COLOURS[1], fontsize=8)
fig.supxlabel("the next observation $x^*$", fontsize=10)
fig.supylabel("predicted density", fontsize=10)
alt = (
    "Fifteen panels, n from 0 to 14: three predictive densities start apart and nearly coincide after a few points; no "
    "MLE at 0."
)
show(fig, "01_predictives", alt)

# %% [markdown]
# **Figure 1.4** *Means meet, variances do not start together.* Left: the three predictive means after each observation (rings); MAP and the full
# prediction share theirs, and close in on the sample mean. Right: the variance. The plug-ins stay at $\sigma^2$, whatever they have seen; that of the full prediction falls from
# $\sigma^2 + \tau^2$ towards it. The homework's own formula would hold it at the crosses, at odds with its own (right) words that it decreases.

# %%
steps = np.arange(n + 1)
likely = [gaussian.ml_predictive(D[:k], s2) for k in steps]
full = [gaussian.posterior_predictive(D[:k], s2, t2) for k in steps]
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
left.plot(steps, [f.mean for f in full], color=COLOURS[0], marker=MARKERS[0])
left.plot(steps, [f.mean for f in likely], color=COLOURS[1], linestyle=DASHES[1], marker=MARKERS[1], markersize=4)
left.plot(steps[1:], D, "o", color="black", markerfacecolor="none", markersize=3.5, markeredgewidth=0.7, zorder=3)
left.text(3.6, 3.15, "MLE: the sample mean", color=COLOURS[1])
left.text(1.2, 1.9, "MAP and\nfull", color=COLOURS[0])
left.text(13.6, 0.19, "the observations", color="0.45", ha="right", va="center", fontsize=9)
left.set(xlabel="observations $n$", ylabel="predictive mean", xticks=[0, 5, 10, 14])
right.plot(steps, [f.variance for f in full], color=COLOURS[0], marker=MARKERS[0])
right.plot(steps, [f.variance for f in likely], color=COLOURS[2], linestyle=DASHES[2])
right.plot(steps, np.full(n + 1, s2 + w), "x", color="0.45")
right.text(0.9, 4.3, "full", color=COLOURS[0])
right.text(14.2, 2.1, "full, as printed", color="0.4", ha="right")
right.text(14.2, 0.5, "both plug-ins: the noise", color=COLOURS[2], ha="right")
right.set(xlabel="observations $n$", ylabel="predictive variance", ylim=(0, 6.4), xticks=[0, 5, 10, 14])
alt = (
    "Predictive means converge; the variance of the full prediction falls from {:.0f} to {:.2f} while both plug-ins "
    "stay at {:.0f}."
)
show(fig, "01_means_and_variances", alt.format(full[0].variance, full[n].variance, s2))
say(table("D07", "D14", "D15", "D16"))

# %% [markdown]
# ## Does the order matter?
#
# Learn one observation at a time: today's posterior is tomorrow's prior. Each step adds $1/\sigma^2$ to the precision and $x_i/\sigma^2$ to
# the precision times the mean. Sums do not care about order, so the end cannot either, although the way there can.
#
# What varies: the order, over many random permutations and the two sorted ones. What is held: the fourteen numbers. We expect one end
# point, to rounding.


# %%
def learn(belief: Normal, x: float) -> Normal:
    """Today's posterior from yesterday's and one observation."""
    precision = 1 / belief.variance + 1 / s2
    return Normal((belief.mean / belief.variance + x / s2) / precision, 1 / precision)


rng = np.random.default_rng(6)
orders = [D, np.sort(D), np.sort(D)[::-1], *(rng.permutation(D) for _ in range(120))]
paths = [[reduce(learn, order[:k], Normal(0, t2)).mean for k in range(n + 1)] for order in orders]

assert np.allclose([path[-1] for path in paths], posterior.mean, rtol=1e-12, atol=0)

# %% [markdown]
# **Figure 1.5** *Many ways to one conclusion.* Posterior means along random orders of the same data (grey), the order given, and the two
# extremes, smallest first and largest first. What you believe halfway depends on the order. What you believe at the end does not. The order given starts with the
# three largest, and so stays near the upper edge.

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.6))
ax.plot(np.array(paths[3:]).T, color="0.8", linewidth=0.6, linestyle="-")
for k, path in enumerate(paths[:3]):
    ax.plot(path, color=COLOURS[k], linestyle=DASHES[k], marker=MARKERS[k], markersize=4)
plain = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
ax.text(1.15, 1.6, f"{len(paths) - 3} random orders", color="0.35", bbox=plain)
ax.text(6.1, 2.24, "order given", color=COLOURS[0], bbox=plain)
ax.text(4.6, 0.82, "smallest first", color=COLOURS[1])
ax.text(6.2, 3.02, "largest first", color=COLOURS[2])
ax.text(14.25, posterior.mean, f"{posterior.mean:.4f}", va="center", fontsize=11)
ax.set(xlabel="observations learnt", ylabel="posterior mean of $\\mu$", xlim=(0, 15.7), xticks=[0, 5, 10, 14])
alt = (
    "Posterior means for {} orders of the data spread widely on the way and all meet in one point, {:.4f}, at the end."
)
show(fig, "01_order", alt.format(len(paths), posterior.mean))
say(table("D17"))

# %% [markdown]
# ## How probable was all this?
#
# The **evidence**, or marginal likelihood, is the density the model gave to the data before seeing them, with $\mu$ integrated out:
#
# $$p(D) = \int p(D \mid \mu)\, p(\mu)\, d\mu
# = \frac{1}{(\sigma\sqrt{2\pi})^n\,\tau\sqrt{2\pi}} \int \exp\Big\{-\frac{Q - 2\mu S + n\mu^2}{2\sigma^2} - \frac{\mu^2}{2\tau^2}\Big\}\, d\mu.$$
#
# The exponent is $-\frac{A}{2}\big(\mu - \frac{S/\sigma^2}{A}\big)^2 + \frac{(S/\sigma^2)^2}{2A} - \frac{Q}{2\sigma^2}$, by the square completed above, with the constant that was dropped there, and the
# bell integrates to $\sqrt{2\pi/A}$. Therefore
#
# $$p(D) = \frac{e^{-Q/(2\sigma^2)}}{(\sigma\sqrt{2\pi})^n\,\tau\sqrt{2\pi}}\; e^{(S/\sigma^2)^2/(2A)}\; \sqrt{\frac{2\pi}{A}}.$$
#
# The homework derives the same formula, with two slips on the way that mend themselves. It expands $\sum (x_i - \mu)^2$ without the term
# $n\mu^2$, which is back one line later. And it writes the cross term as $S/(n + 1/\tau^2)$, which lacks the $\sigma^2$'s and is right
# only at $\sigma^2 = 1$. A third slip stays. With numbers put in, $\sqrt{2\pi}/\sqrt{A}$ becomes $\sqrt{2\pi}/\sqrt{2(14 + 1/5)}$. We can only
# guess where the 2 comes from: the exponent one factor earlier has $2A$ in its denominator. It makes the printed evidence too small by
# a factor $\sqrt 2$, in both models.
#
# How can we be sure? By routes that share as few steps as possible:
#
# - the formula above;
# - the sum over the grid of $\mu$ made earlier;
# - the observation that $D$ is one draw from a normal in $n$ dimensions, where each $x_i$ has variance $\sigma^2 + \tau^2$ and each pair
#   covariance $\tau^2$, because all share one $\mu$;
# - the chain rule: the product of the densities that the posterior predictive gave to each number just before it came. It uses the posterior,
#   but no formula for the evidence.


# %%
def evidence(s2: float, t2: float) -> float:
    A = n / s2 + 1 / t2
    front = np.exp(-Q / (2 * s2)) / ((2 * np.pi * s2) ** (n / 2) * np.sqrt(2 * np.pi * t2))
    return front * np.exp((S / s2) ** 2 / (2 * A)) * np.sqrt(2 * np.pi / A)


by_formula = evidence(s2, t2)
by_summation = joint.sum() * (mu[1] - mu[0])
by_joint_normal = multivariate_normal(np.zeros(n), s2 * np.eye(n) + t2).pdf(D)
by_prediction = np.prod([gaussian.posterior_predictive(D[:k], s2, t2).density(D[k]) for k in range(n)])

assert np.allclose([by_summation, by_joint_normal, by_prediction], by_formula, rtol=1e-10, atol=0)
assert np.isclose(np.log(by_formula), gaussian.log_evidence(D, s2, t2), rtol=1e-12, atol=0)
printed = 3.15573e-10
say(
    f"All four give $p(D)$ = **{by_formula:.5e}**, to ten digits. The homework prints {printed:.5e}, which is "
    f"{printed / by_formula:.5f} of it.\n\n" + table("D18", "D19", "D20", "D21", "D22", "D23")
)

# %% [markdown]
# ## A prior can be too sure
#
# The rival model has $\tau^2 = 0.1$: it is nearly certain that $\mu$ is near zero. To see what the evidence thinks of it, split the data into
# their mean and the rest. Given $\bar x$, the deviations $x_i - \bar x$ are pure noise and do not involve $\tau^2$. So the prior is judged by
# $\bar x$ alone, and before the data $\bar x \sim N(0, v)$ with $v = \tau^2 + \sigma^2/n$:
#
# $$\log p(D) = -\frac12 \log v - \frac{\bar x^2}{2v} + \text{terms without } \tau^2.$$
#
# The first term is the price of width: a prior that allows everything gives little to each. The second is the price of surprise. Their sum is
# highest where its slope $-\frac{1}{2v} + \frac{\bar x^2}{2v^2}$ is zero, at $v = \bar x^2$, that is
#
# $$\hat\tau^2 = \bar x^2 - \frac{\sigma^2}{n} \quad\text{if positive, and } 0 \text{ otherwise}.$$
#
# In words: the best prior is as wide as the mean is far from zero, less what noise alone explains. Choosing $\tau^2$ so uses the data
# twice, and is called *empirical Bayes*; with a single mean to learn it from, take it as a description, not as advice.

# %%
best = gaussian.best_prior_variance(D, s2)
log_odds = np.log(evidence(s2, 5.0) / evidence(s2, 0.1))

assert np.isclose(best, (S / n) ** 2 - s2 / n)
assert all(gaussian.log_evidence(D, s2, best) > gaussian.log_evidence(D, s2, best * factor) for factor in (0.99, 1.01))
say(
    f"$\\hat\\tau^2$ = **{best:.4f}**, where the log evidence is {gaussian.log_evidence(D, s2, best):.5f}; at $\\tau^2 "
    f"= 5$ it is {gaussian.log_evidence(D, s2, 5):.5f}, at 0.1 it is {gaussian.log_evidence(D, s2, 0.1):.5f}. The data "
    f"favour 5 over 0.1 by a factor $e^{{{log_odds:.3f}}}$, about {np.exp(log_odds):,.0f} to one."
)

# %% [markdown]
# **Figure 1.6** *What each model expected, and how wide a prior should be.* Left: the density each model gave to the sample mean. The sure
# model put it far out in its tail. Right: log evidence against $\tau^2$. It falls steeply towards certainty and gently towards vagueness, and
# is highest close to the homework's choice of 5. Here, too sure costs more than too vague: for $\tau^2 = 0$ the curve ends far below the frame, while towards the right it falls
# for ever, but by only $\tfrac{1}{2}\ln 10 \approx 1.15$ for each factor of ten.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
at = np.linspace(-4, 4, 500)
for k, t in enumerate([5.0, 0.1]):
    model = Normal(0, t + s2 / n)
    left.plot(at, model.density(at), color=COLOURS[k], linestyle=DASHES[k])
    left.plot(S / n, model.density(S / n), MARKERS[k], color=COLOURS[k], markersize=7, clip_on=False)
    right.plot(t, gaussian.log_evidence(D, s2, t), MARKERS[k], color=COLOURS[k], markersize=7)
left.axvline(S / n, color="black", linestyle="-", linewidth=1, zorder=1)
left.text(S / n + 0.12, 0.95, f"$\\bar x$ = {S / n:.2f}", va="top")
left.text(-3.9, 0.14, "$\\tau^2 = 5$", color=COLOURS[0])
left.text(-0.5, 0.8, "$\\tau^2 = 0.1$", color=COLOURS[1], ha="right")
left.set(xlabel="sample mean of 14 observations", ylabel="density before the data", ylim=(0, 1))
grid = np.geomspace(0.03, 3000, 300)
right.plot(grid, [gaussian.log_evidence(D, s2, t) for t in grid], color="0.35", linestyle="-", zorder=1)
right.axvline(best, color=COLOURS[2], linestyle=DASHES[2], zorder=1)
right.text(8, -21.3, "5", color=COLOURS[0])
right.text(0.15, -33.3, "0.1", color=COLOURS[1])
right.text(5.5, -39, f"highest at {best:.2f}", color=COLOURS[2])
right.set(xscale="log", xlabel="prior variance $\\tau^2$", ylabel="log evidence (natural log)", ylim=(-40, -19))
right.set_yticks(range(-40, -19, 5))
alt = "The sample mean {:.2f} is far out under prior variance 0.1; the log evidence peaks at {:.2f}, close to 5."
show(fig, "01_evidence", alt.format(S / n, best))

# %%
kinds = Counter(verdict(f"D{number:02d}").kind for number in range(1, 25))
place = np.corrcoef(np.arange(n), D)[0, 1]
shuffled = [np.corrcoef(np.arange(n), rng.permutation(D))[0, 1] for _ in range(20_000)]
say(
    table("D24") + f"\n\nOf the homework's {kinds.total()} claims in this notebook, {kinds['upheld']} are upheld and "
    f"{kinds['corrected']} corrected.\n\nOne thing in the data speaks against the model itself. In the order given the "
    f"numbers fall: their correlation with their place is {place:.2f}, and of 20,000 random orders only "
    f"{np.mean(np.abs(shuffled) >= abs(place)):.1%} have one as large, up or down."
)

# %% [markdown]
# Limits. All of this takes $\sigma^2$ as known, the noise as normal, and the observations as independent, so that no order matters. The order given falls; we looked only after seeing
# figure 1.5, so this is a hint and no test. The evidence compares models by their *priors* as much as by their fit:
# let $\tau^2$ grow without bound and the evidence goes to zero, though the predictions hardly change. A Bayes factor between a vague and a
# sharp model is therefore never more meaningful than the vague prior itself.
#
# ## Takeaways
#
# - Precisions add, one $1/\sigma^2$ for each observation. A posterior variance without $n$ in it cannot be right.
# - A plug-in prediction keeps the noise and forgets what is unknown of the mean; averaging adds the two. With fourteen observations
#   the difference is small. With one it is nearly as large as the noise.
# - The evidence judges the prior through the sample mean alone. Being sure of the wrong thing costs far more than being vague.
# - Some slips are of the kind that $\sigma^2 = 1$ hides. Check the units of a formula, and check it at a second value.
# - Compute an important number by several routes that share as few steps as possible.

# %% [markdown]
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *How many observations is the prior worth?* Predict first: for $\tau^2 = 5$ and for $\tau^2 = 0.1$, how many observations equal to zero,
# added to the data with no prior at all, would give the same $\mu_{MAP}$? Then compute $\mu_{MAP}$ for the sure prior, and the prior's weight in it.
#
# **2.** *Centimetres.* Multiply every $x$ by 100, and $\sigma^2$, $\tau^2$ by $100^2$. Means must grow by 100 and variances by $100^2$.
# Predict which of the homework's printed formulas pass: the posterior mean (D02), the posterior variance (D03), the predictive variance (D05),
# the MAP estimate (D12), the centre of the square (D19). Then test them.
#
# **3.** *The noise unknown.* Suppose nobody tells you $\sigma^2$. Take $\sigma^2 \sim IG(a, b)$, the inverse gamma with density proportional to
# $v^{-a-1} e^{-b/v}$, and $\mu \mid \sigma^2 \sim N(m, \sigma^2/k)$. Show by completing the square once more that the posterior has the same form,
# with $k_n = k + n$, $m_n = (km + S)/k_n$, $a_n = a + n/2$ and $b_n = b + \frac12\sum (x_i - \bar x)^2 + \frac{kn}{2k_n}(\bar x - m)^2$, and that the next
# observation follows a Student-t with $2a_n$ degrees of freedom. Take $m = 0$, $k = 1/5$ (the prior is again worth a fifth of an observation) and $a = b = 1$. Predict: after the first three observations (3.3, 3.5, 3.1), is this prediction
# wider or narrower than that with $\sigma^2 = 1$ known? And after all fourteen?

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# $\mu_{MAP} = S/(n + \sigma^2/\tau^2)$: the prior acts like $\sigma^2/\tau^2$ observations at zero, a fifth of one for
# $\tau^2 = 5$, and ten for $\tau^2 = 0.1$.
#
# </details>

# %% tags=["solution"]
for t in (5.0, 0.1):
    worth = s2 / t
    estimate, weight = S / (n + worth), worth / (n + worth)
    assert np.isclose(gaussian.map_predictive(D, s2, t).mean, estimate)
    say(f"$\\tau^2$ = {t:g}: worth {worth:g} observations, weight {weight:.1%}, $\\mu_{{MAP}}$ = {estimate:.4f}.")

# %% [markdown]
# <details><summary>Solution 2</summary>
#
# The formulas whose terms have equal units pass: D02 and D12. The other three add things of different kinds, and fail at once.
# No data, no derivation and no second opinion were needed.
#
# </details>

# %% tags=["solution"]
printed = {
    "D02 posterior mean": (1, lambda S, s2, t2: S / (s2 * (n / s2 + 1 / t2))),
    "D03 posterior variance": (2, lambda S, s2, t2: 1 / (s2 + 1 / t2)),
    "D05 predictive variance": (2, lambda S, s2, t2: s2 + 1 / (s2 + 1 / t2)),
    "D12 MAP estimate": (1, lambda S, s2, t2: S / (s2 / t2 + n)),
    "D19 centre of the square": (1, lambda S, s2, t2: S / (n + 1 / t2)),
}
passes = {
    name: np.isclose(formula(100 * S, 100**2 * s2, 100**2 * t2), 100**power * formula(S, s2, t2))
    for name, (power, formula) in printed.items()
}
assert [name[:3] for name in printed if passes[name]] == ["D02", "D12"]
say("\n".join(f"- {name}: {'passes' if passes[name] else 'fails'}" for name in printed))

# %% [markdown]
# <details><summary>Solution 3</summary>
#
# With $v$ for $\sigma^2$, the joint density is $v^{-1/2} e^{-k(\mu-m)^2/2v} \cdot v^{-a-1}e^{-b/v} \cdot v^{-n/2} e^{-\sum(x_i-\mu)^2/2v}$.
# Write $\sum (x_i-\mu)^2 = \sum(x_i-\bar x)^2 + n(\bar x-\mu)^2$, and complete the square:
#
# $$k(\mu-m)^2 + n(\bar x-\mu)^2 = k_n(\mu-m_n)^2 + \frac{kn}{k_n}(\bar x-m)^2.$$
#
# The part with $\mu$ is normal with variance $v/k_n$; what is left in $v$ is an inverse gamma with $a_n, b_n$. Given $v$, the
# next observation is $N(m_n, v(1 + 1/k_n))$; mixed over $v$, with $d = x^* - m_n$ and $c = 1 + 1/k_n$, its density is
#
# $$\int_0^\infty v^{-1/2} e^{-d^2/(2cv)}\; v^{-a_n-1} e^{-b_n/v}\, dv \;\propto\; \Big(b_n + \frac{d^2}{2c}\Big)^{-(a_n + 1/2)}
# \;\propto\; \Big(1 + \frac{1}{2a_n} \cdot \frac{d^2}{c\, b_n/a_n}\Big)^{-(2a_n+1)/2}\!,$$
#
# a Student-t with $2a_n$ degrees of freedom and squared scale $\frac{b_n}{a_n}(1 + \frac{1}{k_n})$.
#
# </details>

# %% tags=["solution"]
prior = gaussian.NormalInverseGamma(mean=0.0, strength=s2 / t2, shape=1.0, scale=1.0)


def update(x: np.ndarray, m: float, k: float, a: float, b: float) -> gaussian.NormalInverseGamma:
    n, within, gap = len(x), ((x - x.mean()) ** 2).sum(), x.mean() - m
    scale = b + within / 2 + k * n / (k + n) * gap**2 / 2
    return gaussian.NormalInverseGamma((k * m + x.sum()) / (k + n), k + n, a + n / 2, scale)


for x in (D[:3], D):
    belief = update(x, *prior)
    assert np.allclose(belief, gaussian.unknown_variance_posterior(x, prior), rtol=1e-12, atol=0)
    known, unknown = gaussian.posterior_predictive(x, s2, t2), gaussian.unknown_variance_predictive(belief)
    sure = [norm.ppf((1 + level) / 2) * known.variance**0.5 for level in (0.5, 0.99)]
    open_ = [student_t.ppf((1 + level) / 2, unknown.freedom) * unknown.scale2**0.5 for level in (0.5, 0.99)]
    say(
        f"After {len(x)} observations the central half of the prediction reaches {open_[0]:.2f} to either side, and "
        f"{sure[0]:.2f} with $\\sigma^2 = 1$ known; the central 99 % reaches {open_[1]:.2f}, and {sure[1]:.2f}."
    )

# %% [markdown]
# **Figure 1.7** *Data speak about the noise too.* Three observations that lie close together suggest little noise, but they lie far from the prior
# mean, which counts as noise. The prediction is a little narrower in the middle, with far heavier tails, for so few observations may mislead. After fourteen the two predictions almost agree in the
# middle: the data look as if $\sigma^2$ were 1. The tails remain heavier.

# %% tags=["solution"]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
at = np.linspace(-4, 9, 400)
for ax, x in zip(axes, (D[:3], D), strict=True):
    unknown = gaussian.unknown_variance_predictive(update(x, *prior))
    ax.semilogy(at, gaussian.posterior_predictive(x, s2, t2).density(at), color=COLOURS[0])
    ax.semilogy(at, unknown.density(at), color=COLOURS[1], linestyle=DASHES[1])
    ax.vlines(x, 1.1e-5, 2e-5, color="black", linewidth=0.8)
    ax.set(ylim=(1e-5, 1), xlabel="the next observation $x^*$", title=f"after {len(x)} observations")
axes[0].set_ylabel("predicted density (log scale)")
axes[0].text(5.4, 2.5e-4, "$\\sigma^2 = 1$\nknown", color=COLOURS[0], ha="right", fontsize=9)
axes[0].text(5.9, 4.5e-2, "$\\sigma^2$ unknown", color=COLOURS[1], fontsize=9)
alt = (
    "Log densities: after 3 close observations the Student-t has much heavier tails; after 14 it is close to the "
    "normal."
)
show(fig, "01_unknown_noise", alt)

# %% [markdown]
# ## Sources
#
# - Document 003, homework 3 of a course on machine learning, problem 1: questions, solutions, and the fourteen numbers.
# - K. P. Murphy (2007), *Conjugate Bayesian analysis of the Gaussian distribution*: sections 2 (mean unknown) and 6 (mean and variance unknown).
# - D. J. C. MacKay (2003), *Information Theory, Inference, and Learning Algorithms*, chapter 28: why evidence punishes width.
# - `secondlook.gaussian` holds the formulas, `secondlook.checks.conjugate_gaussian` the checks, and their tests the identities used here.
