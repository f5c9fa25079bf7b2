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
# # 10 · Priors on weights
#
# The same network, it seems, the same data, the same method; only the bell curve that was put over the weights before any data came is another one.
# With the first it is right on 851 points of a thousand, with the second on 735. Was the second belief wrong, or did the computer never find out
# what follows from it?
#
# That is the question behind the slides that three students showed in 2017 (document 002). They put different priors on the weights of a network,
# let a method called ADVI find the posterior, and compared. But ADVI never returns the posterior. It returns the nearest of a family of simple
# shapes, found by climbing a noisy hill. So before we ask what a prior does, we must know what the method does, on problems where the posterior is
# known. That is the first half of this notebook. The second half asks the question.
#
# **You will see** why the most probable weight depends on how you write it down; one number that splits into two for every guess you make; a
# forgotten term that moves the answer without any error message; uncertainties that are five times too small; and what makes sampling slow, which is
# not the number of input features as such.
#
# **You need** the normal density, Bayes' rule (notebook 1), and what a gradient is (notebook 2).
#
# **Takes** an hour to read, a minute or two to run. Nothing is downloaded.

# %%
import jax
import jax.numpy as jnp
import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import gamma, halfcauchy, halfnorm, norm
from tensorflow_probability.substrates.jax import bijectors as tfb

from secondlook import check, results
from secondlook.checks.priors_on_weights import accuracies, patients, sampling
from secondlook.checks.priors_on_weights.family import NORMAL
from secondlook.claims import table
from secondlook.data import diabetes, small
from secondlook.data import moons as points_of_moons
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.regression import Hierarchical, InverseGamma
from secondlook.samplers import diagnose, metropolis
from secondlook.studies import study
from secondlook.studies.priors import arms, hierarchical, moons, sparsity
from secondlook.uncertainty import entropy
from secondlook.variational.advi import advi, on_real_line
from secondlook.variational.priors import Prior, log_scale_prior

# %% [markdown]
# ## What is asked for
#
# $$P(\theta \mid X) = \frac{P(X \mid \theta)\, P(\theta)}{P(X)}, \qquad P(X) = \int P(X \mid \theta)\, P(\theta)\, d\theta.$$
#
# - $\theta$ are the parameters, here the weights of a model; $X$ is all the data.
# - $P(\theta)$ is the **prior**, what we hold possible before the data.
# - $P(X \mid \theta)$ is the **likelihood**, how probable each $\theta$ makes the data that came.
# - $P(\theta \mid X)$ is the **posterior**, and $P(X)$, the **evidence**, is the number that makes it integrate to one.
# - We write $P$, $X$ and $\ln$ as the slides do, where notebook 0 has $p$, $D$ and $\log$.
#
# The numerator is easy: two products. The denominator is an integral over all parameters at once, and it is the whole difficulty. The first way out
# is not to integrate: take the single most probable $\theta$. That is the MAP estimate, and since $P(X)$ has no $\theta$ in it, it maximises
# $\ln P(X \mid \theta) + \ln P(\theta)$. The slides say so, and it is right. What they do not say is that *most probable* is a property of how the
# parameter is written.
#
# Our example through the next sections has one parameter and a known answer. Buses come at a rate $\theta$ that we do not know. We waited four
# times, 0.3, 1.1, 0.2 and 0.7 hours; a wait has the density $\theta e^{-\theta x}$. A prior $P(\theta) \propto \theta^{2-1} e^{-1\cdot\theta}$, a gamma
# density, gives a posterior of the same form, in which both numbers have grown:
#
# $$P(\theta \mid X) \propto \theta^{2 + 4 - 1}\, e^{-(1 + 2.3)\,\theta}.$$
#
# A bus company would rather think of $\zeta = \ln\theta$. A density of $\zeta$ must hold the same probability in matching intervals, so it is
# $P(\theta \mid X)\, d\theta/d\zeta = P(\theta \mid X)\,\theta$: one more factor $\theta$, and the peak moves.

# %% [markdown]
# **Figure 10.1** *The most probable rate depends on the variable; the mean of the rate is one number, whichever variable it is computed in.* Left: the posterior of the
# rate. Right: the same posterior, of the logarithm of the rate. The dashed line is the peak of each curve, written as a rate; the dotted line is the posterior mean of the
# rate. On the right both are one: for a gamma law, though not in general, the log's peak is the mean of the rate.

# %%
shape, rate = 2 + 4, 1 + 0.3 + 1.1 + 0.2 + 0.7
theta = np.linspace(0.01, 6, 600)
density = gamma.pdf(theta, shape, scale=1 / rate)
peak, peak_of_log, mean = (shape - 1) / rate, shape / rate, shape / rate

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2))
tops = (np.asarray, density, peak), (np.log, density * theta, peak_of_log)
for ax, (at, height, top) in zip(axes, tops, strict=True):
    ax.plot(at(theta), height, color=COLOURS[0])
    ax.axvline(at(top), color=COLOURS[1], linestyle=DASHES[1])
    ax.axvline(at(mean), color=COLOURS[2], linestyle=DASHES[2])
    assert np.isclose(theta[height.argmax()], top, atol=0.02)
for k, (name, at_peak) in enumerate((("peak", (peak, peak_of_log)), ("mean", (mean, mean)))):
    axes[0].text(2.9, 0.52 - 0.06 * k, f"{name}: {at_peak[0]:.2f}", color=COLOURS[k + 1])
    axes[1].text(-1.9, 0.87 - 0.1 * k, f"{name}: rate {at_peak[1]:.2f}", color=COLOURS[k + 1])
axes[0].set(xlabel="rate $\\theta$ (buses an hour)", ylabel="density")
axes[1].set(xlabel="$\\zeta = \\ln\\theta$", xlim=(-2, 2))
alt = "The posterior of the rate peaks at {:.2f}; that of its logarithm at the rate {:.2f}, which is the mean."
show(fig, "10_peaks", alt.format(peak, peak_of_log))
say(table("C02", "C05", "C06"))

# %% [markdown]
# ## A number that splits in two
#
# The second way out is to give up the exact posterior for the best of a family that we can handle. Take *any* density $q(\theta)$. Since
# $P(X) = P(X, \theta)/P(\theta \mid X)$ at every $\theta$, we may write $\ln P(X)$ as an average over $q$ of something that is the same everywhere:
#
# $$\ln P(X) = \int q(\theta) \ln \frac{P(X, \theta)}{P(\theta \mid X)}\, d\theta
# = \underbrace{\int q(\theta) \ln \frac{q(\theta)}{P(\theta \mid X)}\, d\theta}_{\mathrm{KL}(q \,\Vert\, P)}
# + \underbrace{\int q(\theta) \ln \frac{P(X, \theta)}{q(\theta)}\, d\theta}_{\mathrm{ELBO}(q)}.$$
#
# - The **KL divergence** is never negative, and zero only if $q$ is the posterior.
# - The **ELBO**, the evidence lower bound, needs only the easy numerator of Bayes' rule. It is below $\ln P(X)$ by exactly the KL.
#
# The left side does not depend on $q$. So whatever raises the ELBO lowers the KL by as much, and we can move towards the posterior without ever
# knowing it. The slides print both integrals rightly. One caution they leave out: the KL is not symmetric. It punishes $q$ for being where the posterior
# is not, and hardly for leaving out where it is. That will come back.

# %% [markdown]
# **Figure 10.2** *Every guess splits the same number.* The guess is $q(\ln\theta) = N(\ln 1.7, \sigma^2)$, for widths $\sigma$ along the axis. The ELBO (below) and the KL
# (from there up to the line) always add up to the log evidence. Both too narrow and too wide a guess cost, and the best width comes close to the line.

# %%
zeta = np.linspace(-14, 8, 20_001)
step = zeta[1] - zeta[0]
log_evidence = 2 * np.log(1) + np.log(120) - shape * np.log(rate)  # ln of Γ(6)/Γ(2) · 1² / 3.3⁶
log_posterior = gamma.logpdf(np.exp(zeta), shape, scale=1 / rate) + zeta  # of ζ: with the factor θ
sigma = np.geomspace(0.1, 1.0, 61)
waits = np.array([[0.3], [1.1], [0.2], [0.7]])
log_joint = np.sum(zeta - np.exp(zeta) * waits, axis=0) + gamma.logpdf(np.exp(zeta), 2) + zeta
log_q = norm.logpdf(zeta, np.log(1.7), sigma[:, None])
kl = np.sum(np.exp(log_q) * (log_q - log_posterior), axis=1) * step
elbo = np.sum(np.exp(log_q) * (log_joint - log_q), axis=1) * step
assert np.allclose(kl + elbo, log_evidence, atol=1e-8)

fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.plot(sigma, elbo, color=COLOURS[0], marker=MARKERS[0], markevery=10)
ax.axhline(log_evidence, color="black", linewidth=1)
ax.fill_between(sigma, elbo, log_evidence, color=COLOURS[1], alpha=0.25, hatch="//", linewidth=0)
ax.text(1.0, log_evidence + 0.03, f"$\\ln P(X)$ = {log_evidence:.3f}", ha="right", va="bottom")
ax.text(0.12, log_evidence - 0.3, "KL", color=COLOURS[1])
ax.text(0.2, np.interp(0.2, sigma, elbo) - 0.2, "ELBO", color=COLOURS[0])
ax.set(xscale="log", xlabel="width $\\sigma$ of the guess", ylabel="nats", ylim=log_evidence + np.array([-1.6, 0.25]))
ax.set_xticks([0.1, 0.2, 0.4, 0.8], labels=["0.1", "0.2", "0.4", "0.8"], minor=False)
alt = "ELBO and KL add up to {:.3f} at every width; the ELBO is highest at width {:.2f}."
show(fig, "10_split", alt.format(log_evidence, sigma[elbo.argmax()]))
say(table("C08", "C09"))

# %% [markdown]
# ## ADVI, and the term one forgets
#
# Automatic differentiation variational inference (Kucukelbir and others 2017) makes a machine of this. Its family, as the slides have it, are normal densities with a diagonal
# covariance, one mean and one width a parameter; the paper has one with a full covariance as well. A normal reaches over all real numbers, and a rate must be positive; so positive parameters are first
# mapped to the real line, $\zeta = T(\theta) = \ln\theta$. The machine climbs
#
# $$\mathrm{ELBO}(\mu, \sigma) = \mathrm{E}_{\zeta \sim N(\mu, \sigma^2)}\big[\ln P(X, e^\zeta) + \ln\lvert d\theta/d\zeta \rvert\big] + \ln\sigma + \text{const}.$$
#
# - $\mu$ and $\sigma$ are the mean and width of $q(\zeta)$; they are what is adjusted.
# - $\ln\lvert d\theta/d\zeta\rvert$, here simply $\zeta$, is the logarithm of the **Jacobian**, the factor of figure 10.1. Of several parameters it is
#   $\ln\lvert\det J\rvert$ with $J$ the matrix of derivatives of $\theta$ in $\zeta$.
# - $\ln\sigma$ is the entropy of $q$ up to a constant: it rewards width.
#
# The slides give the map and the normal, and not the Jacobian. Their integral needs none if one reads it in $\theta$ throughout; who programs it in $\zeta$ and
# puts $e^\zeta$ into the old formula has lost a term, and nothing warns. In our example both optima are known. With $\mathrm{E}\ln\theta = \mu$ and
# $\mathrm{E}\,\theta = e^{\mu + \sigma^2/2}$ the ELBO is $k\mu - 3.3\,e^{\mu+\sigma^2/2} + \ln\sigma$, with $k = 6$, and its slopes are zero where $\mathrm{E}\,\theta = k/3.3$ and $\sigma^2 = 1/k$.
# Without the Jacobian $k$ is 5, so that $q$ has the mean $5/3.3$: the *mode* of the posterior, and the wrong one of the two in figure 10.1.
#
# *What varies*: the Jacobian. *Held*: data, family, optimiser, seed. *We expect* the two numbers just derived. In the code, `on_real_line` adds the term, by a
# bijector of TensorFlow Probability, and `advi` climbs by Adam on draws $\zeta = \mu + \sigma\varepsilon$, $\varepsilon \sim N(0, 1)$.

# %% [markdown]
# **Figure 10.3** *A missing term moves the answer.* The posterior of the rate (black), and what ADVI makes of it with the Jacobian and without. With it, the
# mean of $q$ is that of the posterior. Without it, all of $q$ sits too low.


# %%
def log_joint(theta: jax.Array) -> jax.Array:
    return jnp.sum((shape - 1) * jnp.log(theta) - rate * theta)


fits = {
    "with the Jacobian": advi(on_real_line(log_joint, tfb.Exp()), d=1, steps=10_000, seed=0),
    "without it": advi(lambda zeta: log_joint(jnp.exp(zeta)), d=1, steps=10_000, seed=0),
}
fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.plot(theta, density, color="black", linewidth=2.4, label=f"posterior, mean {mean:.2f}")
for k, ((name, fit), expected) in enumerate(zip(fits.items(), (6, 5), strict=True)):
    centre = float(np.exp(fit.loc + fit.sd**2 / 2)[0])
    assert np.isclose(centre, expected / rate, rtol=0.02) and np.isclose(fit.sd[0], expected**-0.5, rtol=0.03)
    q = norm.pdf(np.log(theta), fit.loc, fit.sd) / theta
    ax.plot(theta, q, color=COLOURS[k], linestyle=DASHES[k + 1], label=f"ADVI {name}, mean {centre:.2f}")
ax.set(xlabel="rate $\\theta$ (buses an hour)", ylabel="density", xlim=(0, 5))
ax.legend()
alt = "With the Jacobian q follows the posterior, mean {:.2f}; without it, it sits too low, with mean {:.2f}."
show(fig, "10_jacobian", alt.format(mean, 5 / rate))
say(table("C04", "C10"))

# %% [markdown]
# ## What a diagonal covariance cannot hold
#
# With one parameter the family of normals was nearly good enough. With several, a diagonal covariance leaves something out. Take a posterior that is
# itself normal, with mean $m$, covariance $\Sigma$ and **precision** $\Lambda = \Sigma^{-1}$, so that $\ln P(\theta \mid X) = -\frac12 (\theta - m)^\top \Lambda (\theta - m) + \text{const}$.
# For a $q$ with means $\mu_i$ and variances $\sigma_i^2$ the ELBO is
#
# $$\mathrm{ELBO}(\mu, \sigma) = -\tfrac12 (\mu - m)^\top \Lambda (\mu - m) - \tfrac12 \sum_i \Lambda_{ii}\, \sigma_i^2 + \sum_i \ln\sigma_i + \text{const}.$$
#
# Only the diagonal of $\Lambda$ meets the variances, because independent deviations multiply out to zero on average. The slopes are zero at $\mu = m$ and
#
# $$\sigma_i^2 = \frac{1}{\Lambda_{ii}} \;\le\; \Sigma_{ii}.$$
#
# - $\Sigma_{ii}$ is the variance of $\theta_i$ with all other parameters unknown.
# - $1/\Lambda_{ii}$ is its variance with all others *known*, set to their means. Knowing more never widens a normal; the two are equal only if $\theta_i$ is
#   uncorrelated with all others (Bishop 2006, section 10.1.2).
#
# So the means come out right and the widths too small, the more so the stronger the correlations: $q$ must not be where the posterior is not, and leaves out the rest. Real measurements are correlated. We try it on 442
# patients with diabetes, ten measurements each, whose disease a year later is to be predicted by a linear regression $y = Xw + \text{noise}$. With the
# variances of noise and prior given, the posterior is normal and known.
#
# *What varies*: the ten weights differ in how correlated their measurements are. *Held*: data, model, family. *We expect* exact means, and the widths
# $1/\sqrt{\Lambda_{ii}}$. ADVI knows nothing of $\Lambda$; it finds them from noisy gradients.

# %% [markdown]
# **Figure 10.4** *Right means, and widths that ignore what is correlated.* Left: two blood measurements, s1 and s2, whose weights are hard to tell apart. The
# posterior (solid, 50 % and 95 % of its mass) allows them to move together over a wide range; the best independent normal (dashed) knows only the narrow
# direction. Right: width found by ADVI over true width, each weight; crosses are the formula.

# %%
x, y, _ = diabetes.load()
known, fit = patients.exact(), patients.fitted()  # ADVI: 20,000 steps of ten draws
true_sd, formula = np.sqrt(np.diag(known.covariance)), patients.mean_field_sd(known)
assert np.allclose(fit.loc, known.mean, atol=0.05 * true_sd.max()) and np.allclose(fit.sd, formula, rtol=0.05)

fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5), width_ratios=[1, 1.15])
circle = np.stack([np.cos(a := np.linspace(0, 2 * np.pi, 200)), np.sin(a)])
pair = np.ix_([4, 5], [4, 5])
for k, (centre, root) in enumerate(
    ((known.mean[4:6], np.linalg.cholesky(known.covariance[pair])), (fit.loc[4:6], np.diag(fit.sd[4:6])))
):
    for share in (0.5, 0.95):
        edge = centre[:, None] + np.sqrt(-2 * np.log(1 - share)) * root @ circle
        left.plot(*edge, color=COLOURS[k], linestyle=DASHES[k])
left.set(xlabel="weight of s1", ylabel="weight of s2")
order = np.argsort(fit.sd / true_sd)
right.barh(np.arange(10), (fit.sd / true_sd)[order], color=COLOURS[1], alpha=0.5)
right.plot((formula / true_sd)[order], np.arange(10), "x", color="black")
right.axvline(1, color=COLOURS[0])
right.set(yticks=range(10), yticklabels=np.array(diabetes.FEATURES)[order], xlabel="width by ADVI / true width")
alt = (
    "ADVI's normal for s1 and s2 is a small upright ellipse inside a long slanted one; its widths are {:.2f} to {:.2f} "
    "of the true."
)
show(fig, "10_mean_field", alt.format((fit.sd / true_sd).min(), (fit.sd / true_sd).max()))
say(table("C01", "C11"))

# %% [markdown]
# A network's weights are correlated, too. Widths that are too small do not matter to every question: a prediction averages over directions in which
# the weights may move together without changing it. But a width read off a single weight is not to be taken for what is known of it.
#
# ## Four methods on one posterior
#
# Sampling needs no family. A chain of draws moves about so that in the long run it spends its time where the posterior has its mass. The slides name three ways:
#
# - **Metropolis**: propose a random step; take it if it leads uphill, and if it leads downhill, take it with probability equal to the ratio of the densities.
# - **Gibbs**: draw one part of the parameters from its exact law given all the others, then the next part. It needs these laws in closed form.
# - **NUTS**, the no-U-turn sampler (Hoffman and Gelman 2014): give $\theta$ a push and follow it like a ball over the landscape $-\ln P$, until it would turn
#   back. It needs gradients, several for each draw.
#
# Draws of a chain resemble the draws before. How many independent draws they are worth is the **effective sample size**; whether chains from different
# starts agree is told by **R-hat**, which should be below 1.01 (Vehtari and others 2021).
#
# To let all four methods run on one posterior we need a model with closed conditionals and no closed posterior. It is the same regression, with both variances
# unknown, each with an inverse gamma law as in the slides' hierarchical networks:
#
# $$w \mid s^2 \sim N(0, s^2 I), \qquad y \mid w, v \sim N(Xw, v I), \qquad s^2 \sim IG(a, b), \qquad v \sim IG(a', b').$$
#
# - $w$ are the ten weights, $s^2$ the variance of their prior, $v$ that of the noise: twelve parameters, sampled as $(w, \ln s^2, \ln v)$ with both Jacobians.
# - Given the two variances, $w$ is normal. Given $w$, the law of $s^2$ is $IG(a + 10/2,\; b + \sum_i w_i^2/2)$, and that of $v$ is $IG(a' + n/2,\; b' + \sum_i (y_i - x_i^\top w)^2/2)$. This is all
#   that Gibbs needs.
#
# Here two of the samplers run live, from starts far apart.

# %%
model = Hierarchical(x, y, InverseGamma(1.0, 0.1), InverseGamma(1.0, 0.5))
starts = np.random.default_rng(0).normal(size=(4, 12))  # four chains
by_gibbs = model.gibbs(starts, draws=4_000, warmup=100, seed=0)
by_walk = metropolis(model.log_joint, starts, draws=20_000, warmup=5_000, seed=0)
gibbs, walk = (diagnose(chains.draws) for chains in (by_gibbs, by_walk))
assert max(gibbs.rhat.max(), walk.rhat.max()) < 1.01
assert gibbs.ess_bulk.min() > 10_000 and 1_500 < walk.ess_bulk.min() < 2_500
apart = np.abs(by_gibbs.draws.mean(axis=(0, 1)) - by_walk.draws.mean(axis=(0, 1))) / np.hypot(gibbs.mcse, walk.mcse)
assert apart.max() < 4
s2, v = np.exp(by_gibbs.draws[..., 10:].astype(float)).mean(axis=(0, 1))
say(
    f"R-hat is below 1.01 for both. Gibbs' {by_gibbs.draws[..., 0].size:,} draws are worth over 10,000 independent "
    f"ones for each of the twelve parameters, Metropolis' {by_walk.draws[..., 0].size:,} are worth about 2,000 for the "
    "slowest. The twelve means of the two differ by less than four of their standard errors. By Gibbs the means of "
    f"$s^2$ and $v$ are {s2:.3f} and {v:.3f}."
)

# %% [markdown]
# The full comparison was run beforehand: four methods, several seeds each, every one against a Gibbs run five times as long as any here. Each method is
# given more and more draws, or steps, from 1/128 of its budget to all of it. The time is that of one processor, without compilation, warm-up included.
#
# *What varies*: the method and its budget. *Held*: model, data, starts, machine. *We expect* each sampler's error, once it is warm, to fall with the root of the time, since errors
# of averages do; and ADVI to stop where its family ends, at an error that no time removes.

# %% [markdown]
# **Figure 10.5** *Samplers keep improving; ADVI stops.* Error of the posterior means (left, in posterior standard deviations) and of the posterior widths (right, of
# their logarithm), root mean square over twelve parameters, against processor time. Lines are means over seeds. On the left an error of 1 is as large as the posterior is wide; on the right an error of 0.7 is a factor of two.

# %%
record = results.load("samplers")
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.8), sharey=True)
for k, method in enumerate(("metropolis", "gibbs", "nuts", "advi")):
    curves, label = record[method].curves, method.upper() if k > 1 else method.title()
    for ax, error in zip(axes, ("mean_error", "sd_error"), strict=True):
        seconds, height = curves["seconds"]["mean"], curves[error]["mean"]
        ax.plot(seconds, height, color=COLOURS[k], linestyle=DASHES[k], marker=MARKERS[k], label=label)
axes[0].set(xscale="log", yscale="log", ylabel="error of means (posterior sd)", xlabel="seconds of one processor")
axes[1].set(xscale="log", ylabel="error of the log of widths", xlabel="seconds of one processor")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
last = {m: record[m].scores["sd_error"].mean() for m in ("metropolis", "gibbs", "nuts", "advi")}
first = {m: record[m].curves["seconds"]["mean"][0] for m in last}
assert min(first, key=first.get) == "gibbs" and first["advi"] < min(first["metropolis"], first["nuts"])
alt = (
    "Errors of four methods against seconds, on log axes; the error of ADVI's widths ends at {:.2f}, that of NUTS at "
    "{:.3f}."
)
show(fig, "10_error_per_second", alt.format(last["advi"], last["nuts"]))
say(table("C07"))

# %% [markdown]
# Read the figure from the left. Gibbs is first, and best at every time: where the conditionals are known, as here, it needs no tuning and no gradient, and there is no reason to approximate.
# Without Gibbs, ADVI is first: it has the means to a tenth of their width in milliseconds, and then nothing more to give. Metropolis and NUTS come later and go on improving; ADVI's widths never come right.
# So whether ADVI is *faster* depends on what is asked. We come back to this when a network is the model, and Gibbs is out (notebook 11).
#
# ## What makes sampling slow?
#
# "Monte Carlo sampling is very slow for high-dimensional data", say the slides. Dimension can mean three things: the number of input features, which is the
# dimension of the data; the number of data; and the number of parameters, which is the dimension of what is sampled. To tell them apart, we vary each alone.
#
# That takes a model in which they *can* be varied alone. Ours is a small convolutional network. Its kernels slide along a series of points, and what they see is
# averaged, so a longer series has more features and the network no more weights. A standard normal density serves as the pure case: no data, only dimension.
#
# *What varies*: in each panel one number. *Held*: the other two, sampler, seeds. *We expect*, from theory, that a draw of Metropolis on a normal is worth $1/d$ of
# what it is in one dimension (Roberts and Rosenthal 2001), and that a gradient of a Hamiltonian sampler loses far less. Worth is counted in effective draws for each gradient,
# or each density for Metropolis: on any machine, and for any method that looks at the data, a longer series makes each of them dearer, and that is not the question.

# %% [markdown]
# **Figure 10.6** *Which number makes a gradient worth less.* Effective draws for each gradient of NUTS (for each density of Metropolis, top left), against the
# dimension of a standard normal, and against each of three numbers of a small network with the other two held. Points are single seeds. The number at each line is its
# slope: −1 means that twice the number halves the worth, 0 that it does not matter. NUTS doubles its trajectories and now and then misses the turn, so its worth
# moves in jumps; on the normal it goes by no power.

# %%
panels = {
    "dimension of a normal": {"NUTS": sampling.of_normals("nuts"), "Metropolis": sampling.of_normals("metropolis")},
    "parameters of the network": {"NUTS": sampling.of_nets("parameters")},
    "training items of the network": {"NUTS": sampling.of_nets("items")},
    "input features of the network": {"NUTS": sampling.of_nets("features")},
}
fig, axes = plt.subplots(2, 2, figsize=(7.2, 5.6), sharey=True)
alt = "Worth against one number each: "
for ax, (title, lines) in zip(axes.flat, panels.items(), strict=True):
    for k, (name, by_number) in enumerate(lines.items()):
        worth = {number: sampling.worth(arm, "evaluations") for number, arm in by_number.items()}
        power = sampling.slope(by_number, "evaluations").mean
        told = name if (name, title) == ("NUTS", "dimension of a normal") else f"{name}: slope {power:+.2f}"
        alt += f"{told} by {title}, "
        ax.plot(list(worth), [np.exp(np.log(w).mean()) for w in worth.values()], color=COLOURS[k], linestyle=DASHES[k])
        for number, w in worth.items():
            ax.plot(np.full(len(w), number), w, MARKERS[k], color=COLOURS[k], alpha=0.6)
        ax.text(0.03, 0.12 - 0.09 * k, told, color=COLOURS[k], transform=ax.transAxes)
    ax.set(xscale="log", yscale="log", xlabel=title)
    ax.set_xticks(list(worth), labels=[str(n) for n in worth], minor=False)
    ax.minorticks_off()
axes[0, 0].set_ylabel("effective draws an evaluation")
axes[1, 0].set_ylabel("effective draws an evaluation")
show(fig, "10_what_is_slow", alt + "means over seeds.")
say(table("C03"))

# %% [markdown]
# ## Twelve priors on one network
#
# Now the question of the beginning. The data are two moons, half circles that reach into each other and are blurred: 200 points to learn from, 2,000 to test. Since we know how they
# are made, we know the best possible prediction, too. The network has two inputs, two hidden layers of five tanh units and two outputs, 57 weights. A weight of layer $\ell$ is
#
# $$w = s_\ell\, v, \qquad v \sim f, \qquad s_\ell = 1 \;\text{ or }\; s_\ell \sim g.$$
#
# - $f$ is a standard law: normal, Laplace, or Cauchy, whose tails are so heavy that it has no variance.
# - $s_\ell$ is the scale of the layer. It is fixed at 1, or unknown with a **hyperprior** $g$: half-normal or half-Cauchy of scale 1, or inverse gamma of shape 1 and rate 1 (of $s_\ell^2$). The model is then called **hierarchical**.
# - $v$ and $\ln s_\ell$ each have a normal $q$. Writing $w$ as a product, the **non-centred** form, lets $q(v)$ stay the same while the scale moves.
#
# That is three laws by the four ways to a scale that slide *Course of work* lists. The slides name neither their data nor the parameters; these are ours.
#
# *What varies*: law and hyperprior. *Held*: seed by seed the same points and the same start; 5,000 steps of Adam on the ELBO, one climb. *We expect*, after the slides, differences of ten points.
# The last two rows of the figure belong to the next section.

# %% [markdown]
# **Figure 10.7** *One network, one data set, and what is made of twelve priors.* Mean probability of the lower moon (blue) against the upper (red), on the plane of the data, for seed 0; the black line is where it is one
# half, and the number the mean test accuracy over seeds: 20 for one climb, 10 for the best of ten, 5 for the sampled. The first three rows are three laws, each with four ways to a scale, all by one climb of the ELBO. The last two rows are four of these priors again, by the best of ten climbs and
# sampled by NUTS. Dots are a third of the points of training, the lower moon in black. Compare the shapes of the lines before the numbers: if two rows differ for one prior, the method makes the difference.


# %%
def draw_map(ax, values, title, **style):
    """A map on the grid of the moons, with the line where it is one half."""
    square, sides = np.asarray(values, float).reshape(moons.GRID, moons.GRID), np.ravel(moons.SIDES)
    if style["cmap"] == "RdBu" and square.min() < 0.5 < square.max():
        ax.contour(square, [0.5], colors="black", linewidths=1, extent=sides)
    ax.set_title(title, fontsize=8)
    ax.grid(visible=False)
    picture = ax.imshow(square, origin="lower", extent=sides, aspect="auto", **style)
    ax.set(xticks=[], yticks=[])
    return picture


PROBABILITY = {"cmap": "RdBu", "vmin": 0, "vmax": 1}
found = {**results.load("priors").arms, **results.load("priors_nuts").arms}
names = [*arms.CELLS, *(name + way for way in (" best of 10", " sampled") for name in arms.SAMPLED_CELLS)]
accuracy = {name: 100 * found[name].scores["test_accuracy"].mean() for name in names}
points = points_of_moons.load(200, 1, 0)["train"]
fig, axes = plt.subplots(5, 4, figsize=(7.2, 9))
for ax, name in zip(axes.flat, names, strict=True):
    law, hyperprior, *way = name.split(maxsplit=2)
    title = f"{law} {hyperprior}\n{': '.join([*way, f'{accuracy[name]:.1f} %'])}"
    picture = draw_map(ax, found[name].items["map_probability"][0], title, **PROBABILITY)
    for c in (0, 1):
        ax.plot(*points.x[points.y == c][::3].T, ".", color=("white", "black")[c], markersize=2.5)
fig.colorbar(picture, ax=axes, label="probability of the lower moon", shrink=0.5)
show(fig, "10_maps", f"Maps split by lines; accuracies: {', '.join(f'{k} {v:.1f}' for k, v in accuracy.items())} %.")

# %% [markdown]
# ## The prior, or the search?
#
# A low score has three possible culprits. The *prior* may favour wrong networks: then the posterior itself predicts badly. The *family* may be too simple: the best independent normal is far
# from the posterior. Or the *search* has stopped at a poor place, though the family holds a better one. To tell them apart, take them away one by one.
#
# - **Sampled**: eight chains of NUTS draw from the posterior itself. No family, no search. If the score is low here, it is the prior's.
# - **Best of ten**: ten climbs from ten starts, and of these the one with the highest ELBO. Same family, more search. Whatever this gains was the search's.
# - **From the mode**: one climb that begins at the highest of ten modes of the joint density, in the variables $v$ and $\ln s_\ell$ (in others it lies elsewhere). Also the same family.
#
# All ELBOs of one prior and one data set are lower bounds on the same number, so they can be compared: the higher one is nearer to the posterior in the sense of the KL. ELBOs of different priors cannot be read so.
#
# Chains of a network need a word. Two hidden units can change places, and the function is the same, so chains may sit in different copies of one posterior and never meet. We ask R-hat of predicted
# probabilities and not of weights. And under a Cauchy prior we sample in other coordinates, those in which the prior is normal.
#
# *What varies*: the way to the posterior, for four of the twelve priors. *Held*: data, network, prior. *We expect* nothing; this is the experiment that decides.

# %% [markdown]
# **Figure 10.8** *Scores by the way they were found.* Left: test accuracy, one point for each seed, four priors and four ways; the dotted line is the law of the data and the dashed
# one a straight line fitted to the points, both means over seeds. Each seed has its own test points, so a point may lie right of the dotted line and not beat the law on them. Right: the ELBO of ten climbs of the same net on the same data, less the best of the ten; a point for each climb. Climbs that end lower have stopped at a
# poorer place. The scores fall in two heaps with nothing between: nets that end as a straight line, and nets that bend it.

# %%
WAYS = {"one climb": "", "best of 10": " best of 10", "from the mode": " from the mode", "NUTS": " sampled"}
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 4.2), width_ratios=[1.3, 1])
for y, prior in enumerate(arms.SAMPLED_CELLS):
    for k, (way, ending) in enumerate(WAYS.items()):
        values = 100 * found[prior + ending].scores["test_accuracy"]
        style = {"color": COLOURS[k], "alpha": 0.6, "markersize": 4, "label": None if y else way}
        left.plot(values, np.full(len(values), y + 0.18 * (k - 1.5)), MARKERS[k], **style)
    below = found[f"{prior} best of 10"].items["elbos"]
    below = below - below.max(axis=1, keepdims=True)
    right.plot(below.ravel(), y + 0.3 * np.linspace(-1, 1, below.size), ".", color=COLOURS[0], alpha=0.5)
for name, dash in (("law of the data", ":"), ("straight line", "--")):
    left.axvline(100 * found[name].scores["test_accuracy"].mean(), color="black", linestyle=dash, linewidth=1)
left.set(xlabel="test accuracy (%)", yticks=range(4), yticklabels=[p.replace(" ", "\n") for p in arms.SAMPLED_CELLS])
right.set(xlabel="ELBO less the best of ten (nats)", yticks=range(4), yticklabels=[])
fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=4)
mean = {way: 100 * found[NORMAL + ending].scores["test_accuracy"].mean() for way, ending in WAYS.items()}
alt = "Accuracies by prior and way, and ELBOs of ten climbs; normal prior with Inverse-Gamma, mean accuracies: {}."
show(fig, "10_search", alt.format(", ".join(f"{way} {value:.1f} %" for way, value in mean.items())))
straight, beaten = accuracies.best_that_end_straight()
say(
    f"Of {len(arms.SAMPLED_CELLS)} priors on ten data sets each, the best of ten climbs ends as a straight line "
    f"{straight} times. In {beaten} of these the climb from the mode bends the line and has the higher ELBO: the "
    "family held a better place, and ten starts missed it. In the others it does not accuse the search. Sampled, all "
    f"four priors name the same class for {accuracies.agreement():.1%} of the test points that are kept, with mean "
    f"accuracies of {accuracies.of_sampled('test_accuracy', 100, 1)} %. Their doubt differs: its epistemic part is "
    f"{accuracies.of_sampled('epistemic')} nats, its aleatoric part {accuracies.of_sampled('aleatoric')} (in the order "
    "of figure 10.8, from below).\n\nSo the answer to the question of the beginning. A net that bends the line is one "
    f"with an accuracy above {100 * accuracies.BENT:.0f} %. All four priors together, such are found by "
    f"{', '.join(accuracies.bending(WAYS))}. Changing the prior moves the accuracy of the sampled posterior by tenths "
    "of a point; changing the search decides between two heaps. On our moons the prior is not to blame. What happened "
    "on the slides cannot be known.\n\n" + table("C12", "C13", "C14")
)

# %% [markdown]
# ## Three panels, or two
#
# The slides show the synthetic data in three panels: posterior, uncertainty, probability. In the example of PyMC3 whose list they repeat (C02), the model predicts a *label*, 0 or 1, for each draw of the weights. The mean of
# the labels is called probability; their standard deviation is called uncertainty. But a label $y$ is 0 or 1, so $y^2 = y$, and with $p = \mathrm{E}\,y$
#
# $$\mathrm{Var}\, y = \mathrm{E}\,y^2 - (\mathrm{E}\,y)^2 = p - p^2 = p\,(1 - p).$$
#
# Whatever the weights do, the standard deviation is $\sqrt{p(1-p)}$, a function of the panel beside it. It cannot tell a place where every network says one half from a place where half of them say 0 and half say 1.
# The entropy can, when it is taken apart. With $p_w$ the probability under the weights $w$ and $H$ the entropy of a probability,
#
# $$\underbrace{H\big[\mathrm{E}_w\, p_w\big]}_{\text{total}} = \underbrace{\mathrm{E}_w\, H[p_w]}_{\text{aleatoric}} + \underbrace{I(y; w)}_{\text{epistemic}}.$$
#
# - The **aleatoric** part is what would be left if the weights were known to be those of a draw. Where the model is right it is the noise of the labels, which more data do not remove.
# - The **epistemic** part, the mutual information of label and weights, is what the networks disagree about. Notebook 11 derives both.
#
# *What varies*: the quantity. *Held*: one sampled posterior. *We expect* aleatoric doubt where the moons overlap, and epistemic doubt where there are few data and networks differ.

# %% [markdown]
# **Figure 10.9** *The spread of labels is a map of the mean; doubt about the weights is not.* A posterior sampled by NUTS (normal prior, inverse gamma, seed 0). From left to right: the mean probability; the standard
# deviation of labels, which is the first panel in other colours; the aleatoric and the epistemic part of the entropy, in nats. The probabilities are
# kept to a hundredth: hence the steps in the dark corners.

# %%
of = found[f"{NORMAL} sampled"].items
p, epistemic = of["map_probability"][0].astype(float), of["map_epistemic"][0].astype(float)
labels = np.random.default_rng(0).random((4_000, len(p))) < p
assert np.allclose(labels.std(axis=0), np.sqrt(p * (1 - p)), atol=0.05)
aleatoric = np.maximum(entropy(np.stack([1 - p, p], axis=1)) - epistemic, 0)
panels = {"mean": p, "sd of labels": np.sqrt(p * (1 - p)), "aleatoric": aleatoric, "epistemic": epistemic}
fig, axes = plt.subplots(1, 4, figsize=(7.2, 2.6))
for ax, (title, values) in zip(axes, panels.items(), strict=True):
    style = PROBABILITY if title == "mean" else {"cmap": "viridis", "vmin": 0}
    picture = draw_map(ax, values, title, **style)
    fig.colorbar(picture, ax=ax, location="bottom", shrink=0.9, label="nats" if "ic" in title else "probability")
alt = "Four maps; aleatoric doubt reaches {:.2f} nats, epistemic doubt {:.2f}."
show(fig, "10_two_doubts", alt.format(aleatoric.max(), epistemic.max()))
say(table("C15"))

# %% [markdown]
# ## Does a Laplace prior make weights sparse?
#
# The Laplace density $e^{-|w|/b}/2b$ has a corner at zero. Take one weight, with a likelihood that is normal about $\hat w$ with variance $\sigma^2$. The log posterior is
# $-(w - \hat w)^2/2\sigma^2 - |w|/b$, and its peak is at $w = 0$ exactly, as long as $|\hat w| \le \sigma^2/b$: there, the corner is steeper than the slope of the likelihood. So the *mode* is sparse. But the
# posterior is a density, and a density gives any single value probability zero. Draws of it are never zero, and neither are draws of a normal $q$, nor their means. (The slide has a title,
# *Laplace sparsity*, and pictures without numbers; we read the title as the claim.)
#
# *What varies*: the law, and the way to the weights (mode, variational, NUTS). *Held*: softmax regression on 8 by 8 digits, 500 of them, and the variance of the prior. *We expect* zeros in the mode under Laplace and nowhere
# else. A version with 100 digits runs in the cell of the figure, to see the zeros come; the full one is recorded.

# %% [markdown]
# **Figure 10.10** *Zeros belong to the mode; small means can be pruned from any.* Left: the share of weights whose posterior mean (or mode) is within a threshold of zero, in standard deviations of the prior. Right: test
# accuracy when only a share of the weights is kept, those with the largest means, or (dotted, Laplace prior) with the largest ratio of mean to standard deviation. Means over seeds.

# %%
toys = [float(run.scores["zero"]) for run in check.again("sparsity").values()]
assert toys[0] > 0.1 and toys[1:] == [0, 0]
record = results.load("sparsity")
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8))
for k, method in enumerate(sparsity.FULL):
    for law, dash in (("laplace", "-"), ("normal", "--")):
        of = record[f"{law} {method}"].items
        style = {"color": COLOURS[k], "linestyle": dash, "marker": MARKERS[k], "markersize": 4}
        left.plot(sparsity.THRESHOLDS, of["means"].mean(axis=0), **style)
        right.plot(sparsity.KEPT, 100 * of["size/test_accuracy"].mean(axis=0), label=f"{law} {method}", **style)
        if law == "laplace" and "ratio/test_accuracy" in of:
            right.plot(sparsity.KEPT, 100 * of["ratio/test_accuracy"].mean(axis=0), ":", color=COLOURS[k])
left.set(xscale="log", xlabel="threshold (prior sd)", ylabel="share of weights below")
right.set(xscale="log", xlabel="share of weights kept", ylabel="test accuracy (%)")
right.set_xticks([0.02, 0.1, 1], labels=["2 %", "10 %", "100 %"])
fig.legend(*right.get_legend_handles_labels(), loc="outside upper center", ncols=3)
zero = {m: record[f"laplace {m}"].scores["zero"].mean() for m in sparsity.FULL}
alt = (
    "Shares near zero, and accuracy after pruning. Zero under Laplace: "
    f"{', '.join(f'{m} {z:.0%}' for m, z in zero.items())}."
)
show(fig, "10_sparse", alt)
say(
    f"With 100 digits, run here, {toys[0]:.0%} of the weights of the Laplace mode are zero, else none.\n\n"
    + table("C17")
)

# %% [markdown]
# ## Scales that are learnt
#
# Who fixes a scale at 1 says how large weights are before seeing any. Who puts a hyperprior on it lets the data have a say, layer by layer. "Hierarchical models better adapt to diverse datasets", the slides conclude, from one data
# set. There are two questions in this. What do the data say of a scale? And does it help, on data that are diverse?
#
# For the second we need several data sets. Scikit-learn ships five small real ones with classes: flowers, wines, tumours, patients with diabetes (worse than the median or not) and digits. On each, a network with 20 tanh units under a
# normal prior, with the scale fixed at one of four values, or learnt under one of three hyperpriors.
#
# *What varies*: what is known of the scale, and on the moons the law. *Held*: network, method, seeds; on the five sets the folds of cross-validation in five parts, repeated. Folds share training items, and the intervals are widened for it (Nadeau and Bengio
# 2003). *We expect* smaller scales for laws with heavier tails, since these reach large weights without a large scale; and that a fixed scale suits some sets and not others. To adapt *better* means more: to predict better, over all sets, than
# every scale that one could have fixed.

# %% [markdown]
# **Figure 10.11** *What the data make of a scale, and what each prior loses.* Left: posterior medians of the scales of the three layers on the moons, by one climb of the ELBO, one point a seed; in each column the three hyperpriors side by side, from
# half-normal to inverse gamma; the upper heap in layer 1 is of nets that bend the line. Right: mean test negative log-likelihood on five sets, less that of the best of the seven priors on the same set. A prior that adapts is near zero on every set; one that suits some sets only is near zero on a few. The half-normal's line lies under the half-Cauchy's.

# %%
record = results.load("hierarchical")
every = list(hierarchical.PRIORS)
nll = np.array([[record[f"{s} {prior}"].scores["test_nll"].mean() for s in small.NAMES] for prior in every])
loss = nll - nll.min(axis=0)
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 4.4), width_ratios=[1, 1.2])
for column, (law, layer) in enumerate((law, layer) for law in arms.LAWS for layer in (1, 2, 3)):
    for k, hyperprior in enumerate(arms.HYPERPRIORS[1:]):
        values = found[arms.cell(law, hyperprior)].scores[f"scale {layer}"]
        left.plot(
            np.full(len(values), column + column // 3 + 0.25 * k), values, MARKERS[k], color=COLOURS[k], alpha=0.5
        )
left.set(yscale="log", ylabel="scale", xlabel="layers 1, 2 and 3 under each law")
left.set_xticks([1.25, 5.25, 9.25], labels=arms.LAWS)
for k, (prior, row) in enumerate(sorted(zip(every, loss, strict=True), key=lambda pair: pair[0].startswith("fixed"))):
    style = {"linestyle": ":" if prior.startswith("fixed") else "-", "marker": MARKERS[k], "markersize": 5}
    right.plot(row, range(5), color=COLOURS[k], label=prior, **style)
right.set(xlabel="loss to the best (nats an item)", yticks=range(5), yticklabels=small.NAMES)
right.set_xscale("symlog", linthresh=0.01)
right.set_xlim(-0.002, None)
right.set_xticks([0, 0.01, 0.1, 1], labels=["0", "0.01", "0.1", "1"])
fig.legend(*right.get_legend_handles_labels(), loc="outside upper center", ncols=4, fontsize=9)
worst = ", ".join(f"{k} {v:.3f}" for k, v in zip(every, loss.max(axis=1), strict=True))
alt = f"Learnt scales of three layers under three laws, and losses of seven priors on five sets; the worst: {worst}."
show(fig, "10_scales", alt)
say(table("C16", "C25"))

# %% [markdown]
# ## Takeaways
#
# - The most probable parameter depends on how the parameter is written; quantiles move with it. The mean of the rate can be computed in any variable, but the mean of the log rate is another rate.
# - Every $q$ splits the same number. Whatever raises the ELBO lowers the KL, so one can approach a posterior without knowing it.
# - On the real line a density carries the Jacobian. Leave it out, and the optimum moves without a warning.
# - A diagonal covariance gets the means of a normal posterior right and its widths too small: $1/\Lambda_{ii} \le \Sigma_{ii}$.
# - On our network a gradient of NUTS is worth less with more parameters, and its worth falls faster with the number of training items. More features make each gradient dearer, not worth less.
# - Before a prior is blamed for a score, take the search away: climb from several starts, and sample where that is possible.
# - The standard deviation of 0/1 labels is a function of their mean. Doubt about the weights must be measured on the probabilities.
# - A Laplace prior makes the mode sparse, not the posterior.
#
# *Limits.* One law of synthetic data with two inputs, small networks, and full batches; the settings of the slides are not known. Posteriors are sampled on few seeds, and where R-hat or divergences say that chains have not mixed the numbers behind
# the verdict say so too. The fixed scales are four values, the hyperpriors have one setting each, which we chose. Negative log-likelihoods of five small sets are averaged with equal weight.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *A second start.* On 60 points of the moons, with 300 steps, take the better of two starts in place of one. Can the ELBO be lower? Must the test accuracy be higher?
#
# **2.** *A corner in one dimension.* One weight, likelihood normal about $\hat w = 0.8$ with variance 1, Laplace prior with $b = 1$. Where is the mode, and is the posterior mean zero, or 0.8, or between?
#
# **3.** *Which hyperprior can switch a layer off?* Under which of the three is a scale below 0.1 met now and then, and under which next to never?

# %% tags=["solution"]
one, two = (
    moons.run(next(config for config in study(name).toy if config.arm == arm))
    for name, arm in (("priors", "toy normal inverse-gamma"), ("priors_nuts", "toy best of 2"))
)
assert two.scores["elbo"] >= one.scores["elbo"] - 0.01
w = np.linspace(-15, 15, 300_001)
height = np.exp(-((w - 0.8) ** 2) / 2 - np.abs(w))
mode, average = w[height.argmax()], np.sum(w * height) / np.sum(height)
assert abs(mode) < 1e-9 and 0 < average < 0.8
exact = {"half-normal": halfnorm.cdf(0.1), "half-cauchy": halfcauchy.cdf(0.1), "inverse-gamma": np.exp(-100)}
for hyperprior, below in exact.items():
    log_scale = log_scale_prior(Prior("normal", 1.0, hyperprior)).sample(20_000, jax.random.key(0))
    assert abs(np.mean(np.asarray(log_scale) < np.log(0.1)) - below) < 4 * np.sqrt(below / 20_000)
elbos, shares = ([of.scores[name] for of in (one, two)] for name in ("elbo", "test_accuracy"))
same = " (here the first start was the better, so that the two fits are one)" if np.isclose(*elbos, atol=0.01) else ""
say(
    f"**1.** From one start the ELBO ends at {elbos[0]:.1f} nats, from the better of two at {elbos[1]:.1f}; it is "
    f"never lower{same}. "
    f"The accuracies are {shares[0]:.0%} and {shares[1]:.0%}, and nothing forces the second up: the ELBO is of the "
    f"training points. **2.** The mode is zero, since $0.8 \\le \\sigma^2/b = 1$; the mean is {average:.3f}, for more "
    f"mass lies on the side of $\\hat w$. **3.** Below 0.1 lie {exact['half-normal']:.1%} under the half-normal, "
    f"{exact['half-cauchy']:.1%} under the half-Cauchy. Under the inverse gamma $P(s^2 < t) = e^{{-1/t}}$, which is "
    "$e^{-100}$ at $t = 0.01$: it forbids small scales."
)

# %% [markdown]
# ## Sources
#
# - Document 002, slides of a course project on Bayesian neural networks, 2017.
# - T. Wiecki (2016), *Bayesian Deep Learning*, blog post of 1 June 2016, later an example in the documentation of PyMC3: whose list the slides repeat.
# - A. Kucukelbir, D. Tran, R. Ranganath, A. Gelman and D. M. Blei (2017), *Automatic differentiation variational inference*, Journal of Machine Learning Research 18(14).
# - C. M. Bishop (2006), *Pattern Recognition and Machine Learning*, sections 3.3 and 10.1.2: Bayesian linear regression, and what independent factors do to a normal.
# - M. D. Hoffman and A. Gelman (2014), *The No-U-Turn sampler*, Journal of Machine Learning Research 15; H. Haario, E. Saksman and J. Tamminen (2001), *An adaptive Metropolis algorithm*, Bernoulli 7;
#   G. O. Roberts and J. S. Rosenthal (2001), *Optimal scaling for various Metropolis-Hastings algorithms*, Statistical Science 16; S. Geman and D. Geman (1984) on Gibbs sampling.
# - A. Vehtari and others (2021), *Rank-normalization, folding, and localization: an improved R-hat*, Bayesian Analysis 16.
# - R. Ranganath, S. Gerrish and D. M. Blei (2014), *Black box variational inference*: the score-function estimator of C11.
# - P. Izmailov and others (2021), *What are Bayesian neural network posteriors really like?*: predictions of sampled posteriors change little with the prior.
# - R. Tibshirani (1996), *Regression shrinkage and selection via the lasso*; T. Park and G. Casella (2008), *The Bayesian lasso*: the mode under a Laplace prior, and its posterior.
# - N. Houlsby and others (2011) and S. Depeweg and others (2018) on taking the entropy apart; C. Nadeau and Y. Bengio (2003) on folds that overlap.
# - B. Efron and others (2004), *Least angle regression*, Annals of Statistics 32: the diabetes data. They and the other four sets come with scikit-learn.
# - The studies are `secondlook.studies.priors`; `secondlook run priors`, and so on for `priors_nuts`, `sparsity` and `hierarchical`, train all of it again.
