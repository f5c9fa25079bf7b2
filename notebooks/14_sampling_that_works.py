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
# # 14 · Sampling that works
#
# Four thousand walkers set out in a space of two thousand dimensions. After 110 steps they stopped, and where they stood was called the posterior. Nobody had asked how far a walker can
# get in 110 steps.
#
# That is how document 000 sampled the last layer of its network. Notebook 13 asks what was predicted from it. Here we ask what the walkers did: how long they remember where they began, why every
# plot that one usually looks at says that all is well, and what has to be done instead. The cure is one idea. A normal distribution is nearly right, and easy; so let the computer
# do the easy part exactly, and spend its effort on the difference.
#
# **You will see** a power of the dimension that can be derived on half a page and then be found in a record; an ensemble that is wrong by a factor of more than twenty in some directions while its trace is flat; walkers that run away without being
# noticed; a proposal that would always be accepted, in a million dimensions, if the posterior were normal; and samplers that agree with one another, of which, on a small problem, one needs hundreds of times fewer evaluations than another; at the document's size, by extrapolation, some hundred thousand times.
#
# **You need** notebook 13 for the last layer and its posterior, notebook 10 for Markov chains and R-hat, and the normal density in several dimensions.
#
# **Takes** an hour to read, a minute to run. What took hours is read from committed records.

# %%
import warnings

import emcee
import matplotlib.pyplot as plt
import numpy as np

from secondlook.checks.sampling_that_works import memory, shape, start
from secondlook.claims import table
from secondlook.data import digits
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.lastlayer import SoftmaxRegression, posterior_mode
from secondlook.samplers import run_ensemble
from secondlook.studies.last_layer import methods
from secondlook.studies.last_layer.document import STEPS
from secondlook.studies.walkers import DIMENSIONS, DOCUMENT, LARGEST, NARROW, QUANTILES, WIDE, looks

GRADIENTS = (1, 2, 3, 4, 6, 8, 12)
LOOK = {"stretch": (COLOURS[1], MARKERS[1], DASHES[1]), "differential evolution": (COLOURS[0], MARKERS[0], DASHES[0])}
say(
    f"The document's run: {2 * LARGEST + 2:,} walkers, {LARGEST:,} weights, {DOCUMENT} steps, the first ten thrown "
    "away."
)

# %% [markdown]
# ## What a draw is worth
#
# A Markov chain $x_0, x_1, x_2, \dots$ is made so that, if $x_t$ is a draw of the posterior, so is $x_{t+1}$. But it is not an *independent* draw, and if $x_0$ was no draw at all, it takes time
# until $x_t$ is one. Both are told by the correlation $\rho_k$ of a quantity with itself $k$ steps later. The mean of $n$ steps has the variance of
#
# $$n_{\mathrm{eff}} = \frac{n}{\tau} \quad\text{independent draws}, \qquad \tau = 1 + 2 \sum_{k=1}^{\infty} \rho_k .$$
#
# - $\rho_k$ is the correlation between $x_t$ and $x_{t+k}$, in equilibrium.
# - $\tau$ is the **autocorrelation time**: so many steps are worth one independent draw.
# - $n_{\mathrm{eff}}$ is the **effective sample size**.
#
# Often $\rho_k \approx e^{-k/m}$. We call $m$ the **memory**: in $m$ steps the correlation with the start falls by the factor $e$. Then $\tau \approx 2m$. A chain that starts in the wrong place needs several memories before anything that it
# gives counts, and this time does not get shorter by having many walkers. Four thousand walkers at the wrong place are four thousand times the wrong place.
#
# ## Two moves that look at other walkers
#
# emcee keeps an **ensemble** of at least $2d$ walkers in $d$ dimensions. In each step every walker $x$ proposes to go somewhere else, and where is taken from other walkers $y$:
#
# $$\text{stretch:}\quad x' = y + z\,(x - y), \quad \frac{z^{d-1} p(x')}{p(x)} \qquad\qquad \text{differential evolution:}\quad x' = x + \gamma\,(y_1 - y_2), \quad \frac{p(x')}{p(x)} .$$
#
# - $z$ is random, between ½ and 2, with the density $1/\sqrt{2z}$; $\gamma = 2.38/\sqrt{2d}$ is fixed.
# - The proposal is accepted with the probability that stands behind it, or 1 if that is more. The factor $z^{d-1}$ makes up for volumes: a move inwards carries a large region into a small one, so that inward moves are proposed too densely and must be refused more often (Goodman and Weare 2010).
# - No gradient is needed. And both moves are **affine invariant**: whoever stretches space sees the walkers make the same moves in the stretched space. A long narrow valley is, in equilibrium, as easy as a ball. This is their beauty, and
#   the reason why it is enough to study one target, $N(0, I)$.
#
# How far can they go? In many dimensions draws of $N(0, I)$ have length $\sqrt d$, nearly, and any two are at right angles, nearly. Both moves add a multiple $\delta$ of a vector $u$ to $x$, with $u = y_1 - y_2$, $\delta = \gamma$, or $u = x - y$, $\delta = z - 1$. Then
# $|u|^2 \approx 2d$, and the logarithm of $p(x')/p(x)$ is $-\delta\, x \cdot u - \tfrac12 \delta^2 |u|^2$.
#
# - *Differential evolution.* $x \cdot u$ is about normal with mean 0 and variance $2d$. So the logarithm has mean $-\delta^2 d$ and variance $2 \delta^2 d$. With $s^2 = 2 \delta^2 d$ these are $-s^2/2$ and $s^2$, and $s$ is 2.38.
# - *Stretch.* $x \cdot u = |x|^2 - x \cdot y$ has mean $d$ and variance $2d + d$, and there is the factor $z^{d-1}$, whose logarithm is about $d\,(\delta - \tfrac12 \delta^2)$. In the mean, $d\,(\delta - \tfrac12\delta^2) - \delta d - \delta^2 d = -\tfrac32 \delta^2 d$. With $s^2 = 3 \delta^2 d$ mean and variance are again $-s^2/2$ and
#   $s^2$, but now $s = \sqrt{3d}\, |z - 1|$ is another one for each proposal.
#
# A proposal whose logarithm is normal with this mean and variance is accepted with probability $2\,\Phi(-s/2)$ (Roberts, Gelman and Gilks 1997), $\Phi$ being the normal distribution function. For differential evolution that is 23 %, whatever $d$. For the stretch
# move only those $z$ count that are within about $1/\sqrt d$ of 1; with the density $1/\sqrt 2$ of $z$ there, the share accepted is
#
# $$\int \frac{1}{\sqrt 2}\; 2\,\Phi\!\left(-\tfrac12 \sqrt{3d}\,|\delta|\right) d\delta \;=\; \frac{4}{\sqrt{3 \pi d}} .$$
#
# ## The power of the dimension
#
# An accepted move changes $x$ by $\delta u$. A walker's correlation with its start falls, in a step, by about half the mean of $\delta^2 |u|^2/d$ over accepted and refused moves. For differential evolution $\delta^2|u|^2 = s^2$, and the memory is
# $m \approx 2d/(s^2 \cdot 0.23) \approx 1.5\,d$. For the stretch move one thing must be seen first: half of $u = x - y$ is $x$ itself. Along it, a move only takes the walker out or in; since all
# walkers stay at length $\sqrt d$, later moves undo it. What counts is the part along $y$. With $\delta^2$ under the integral, too (from 0 to infinity $\Phi(-t)$ has the integral $1/\sqrt{2\pi}$, and $t^2\,\Phi(-t)$ has $2/(3\sqrt{2\pi})$),
#
# $$m \;\approx\; 1.5\, d \quad\text{(differential evolution)}, \qquad m \;\approx\; \tfrac{9}{16}\sqrt{3\pi}\; d^{3/2} \approx 1.7\, d^{3/2} \quad\text{(stretch)} .$$
#
# For both moves a step is short against $\sqrt d$, hence a factor $d$; for the stretch move it is rare, too, hence another $\sqrt d$. Walkers in equilibrium, one proposal each, suffice to see whether this page of algebra is right; that comes first. Then the record.
#
# *What varies*: the dimension, from 10 to 2,010, and the move. *Held*: the target $N(0, I)$, $2d + 2$ walkers, and the start: exact draws, so that the ensemble is in equilibrium from the first step, which real problems never are.
# *We expect* the two powers 1 and 3/2. The memory is read from the correlation of all coordinates of all walkers with where they began; that is known long before an autocorrelation time could be estimated in the usual way.

# %%
d, count, rng = 400, 10_000, np.random.default_rng(0)
x, y, y2 = (rng.standard_normal((count, d)) for _ in range(3))


def log_p(x):
    return -0.5 * (x**2).sum(axis=1)


z = (rng.random(count) + 1) ** 2 / 2  # has the density 1/√(2z)
stretched, evolved = y + z[:, None] * (x - y), x + 2.38 / np.sqrt(2 * d) * (y - y2)
log_ratio = {"stretch": (d - 1) * np.log(z) + log_p(stretched), "differential evolution": log_p(evolved)}
useful = {"stretch": (1 - z) ** 2 * (y**2).sum(axis=1), "differential evolution": ((evolved - x) ** 2).sum(axis=1)}
told = []
for move, ratio in log_ratio.items():
    rate = np.minimum(np.exp(ratio - log_p(x)), 1)
    forgets = 2 * d / np.mean(rate * useful[move])
    assert np.isclose(rate.mean(), memory.acceptance(move, d), rtol=0.1)
    assert np.isclose(forgets, memory.derived(move, d), rtol=0.15)
    derived = f"(derived {memory.acceptance(move, d):.1%} and {memory.derived(move, d):,.0f})"
    told.append(f"{move} accepts {rate.mean():.1%} and has a memory of {forgets:,.0f} steps {derived}")
say(f"In {d} dimensions {'; '.join(told)}.")

# %% [markdown]
# **Figure 14.1** *How long walkers remember.* Left: memory against dimension, three ensembles each. Filled: the correlation had fallen below 0.3, and the memory is known. Open: it had not, and the memory is at least this. Lines are the
# derivation. The horizontal line is the document's run. Right: the share of proposals accepted, and its derivation.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8), width_ratios=[1.5, 1])
for move, (colour, marker, dash) in LOOK.items():
    for d, arm in memory.of_normals(move).items():
        face = colour if memory.has_forgotten(arm) else "white"
        left.plot([d] * len(arm.seeds), arm.scores["memory"], marker, color=colour, mfc=face, alpha=0.8)
        right.plot([d] * len(arm.seeds), arm.scores["moved"], marker, color=colour, alpha=0.8)
    left.plot([*DIMENSIONS], [memory.derived(move, d) for d in DIMENSIONS], color=colour, linestyle=dash, label=move)
    right.plot([*DIMENSIONS], [memory.acceptance(move, d) for d in DIMENSIONS], color=colour, linestyle=dash)
left.axhline(DOCUMENT, color="black", linewidth=1)
left.text(LARGEST, DOCUMENT * 0.93, "the document's run", ha="right", va="top", fontsize=9)
left.set(xscale="log", yscale="log", xlabel="dimension", ylabel="memory (steps)")
right.set(xscale="log", yscale="log", xlabel="dimension", ylabel="accepted")
right.set_yticks([0.03, 0.1, 0.3], labels=["3 %", "10 %", "30 %"])
right.minorticks_off()
fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2)
told = "; ".join(f"{move} {memory.power(move).mean:.2f}" for move in LOOK)
show(fig, "14_memory", f"Memory of walkers against dimension on log scales for two moves; fitted powers: {told}.")
said = "; ".join(f"{m} by {' and '.join(f'{100 * memory.excess(m, d):.0f}' for d in (100, 200))} %" for m in LOOK)
rho, at = memory.of_normals("stretch")[LARGEST].curves["correlation"]["mean"], looks(DIMENSIONS[LARGEST])
early, late = (-at[i] / np.log(rho[i]) for i in (1, -1))
assert early < late
say(
    f"Fitted powers of the dimension, where the memory is known: {told}. In 100 and 200 dimensions it is longer than "
    f"derived: {said}.\n\nThat later moves undo the outward half of a stretch can be seen in {LARGEST:,} dimensions. "
    f"From the first {at[1]} steps alone the memory would be {early:,.0f} steps, for both halves count; by step "
    f"{at[-1]:,} it is {late:,.0f}. So open markers are indeed lower bounds.\n\n" + table("A12")
)

# %% [markdown]
# The powers are right, the factors somewhat too small. The derivation takes the other walkers from $N(0, I)$, anew in each step. emcee's come from the other half of the ensemble: $d + 1$ of them do not fill $d$ dimensions evenly, and hardly change
# from step to step. With 400 walkers instead of 102 in 50 dimensions, differential evolution has the memory that is derived (a test of the library holds this).
#
# ## A trace that is flat, and an ensemble that is wrong
#
# Few people start from exact draws. They start from a ball, look at the log density step by step, and wait until its trace is flat. Then the chain is said to have converged. Here is what such a trace sees. For a normal
# target with standard deviations $\sigma_i$, minus twice the mean log density of the ensemble, over $d$, is up to a constant
#
# $$h = \frac1d \sum_{i=1}^{d} \frac{\langle x_i^2 \rangle}{\sigma_i^2} .$$
#
# - $\langle x_i^2 \rangle$ is the mean over walkers: in equilibrium $\sigma_i^2$, so that $h = 1$.
# - $\langle x_i^2 \rangle / \sigma_i^2$ is the squared **ratio** of the ensemble's width to the target's in direction $i$ (for an ensemble about 0).
#
# The height $h$ is one number, the *average* of squared ratios. An ensemble that is too wide along some directions and too narrow along all others can have $h = 1$. And this is where ensembles go: half of each stretch is along the
# walker's own position, so that all walkers quickly find the distance from the middle at which the density is what it should be. That is one direction of two thousand. Huijser, Goodman and Brewer (2015)
# found this on other targets.
#
# *What varies*: nothing but time; both moves are shown. *Held*: the dimension, 2,010, and a target with independent coordinates whose standard deviations run from 0.03 to 3, evenly on a log scale; the start is a ball, $N(0, I)$.
# *We expect* from the stretch move a height of 1 soon, and widths that are not those of the target; from differential evolution, whose moves have no part along the walker's own position, a trace that falls as slowly as the widths change.

# %% [markdown]
# **Figure 14.2** *What the trace shows, and what it does not.* Left: the height, 1 in equilibrium (horizontal line). Right: the ratio of the ensemble's standard deviation to the target's: the median over
# directions (line), and from the 5 % to the 95 % quantile (shaded). The vertical line is the last step of the document's run. With differential evolution even the median moves away from 1 meanwhile: only both quantiles together tell.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.7))
for move, (colour, _, dash) in LOOK.items():
    arm = shape.deceiving(move)
    at, curves = looks(arm.config["steps"]), {name: curve["mean"] for name, curve in arm.curves.items()}
    low, middle, high = (curves[f"ratio {q}"] for q in QUANTILES)
    left.plot(at, curves["height"], color=colour, linestyle=dash, label=move)
    right.plot(at, middle, color=colour, linestyle=dash)
    right.fill_between(at, low, high, color=colour, alpha=0.2, linewidth=0)
for ax in (left, right):
    ax.axhline(1, color="black", linewidth=1)
    ax.axvline(DOCUMENT, color="grey", linewidth=1, linestyle=":")
    ax.set(xscale="log", xlabel="step")
left.set(yscale="log", ylabel="height")
left.set_yticks([1, 3, 10, 30, 100], labels=["1", "3", "10", "30", "100"])
left.minorticks_off()
right.set(yscale="log", ylabel="width of ensemble / of target")
right.set_yticks([0.03, 0.1, 0.3, 1, 3, 10, 30], labels=["0.03", "0.1", "0.3", "1", "3", "10", "30"])
right.minorticks_off()
fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2)
arm = shape.deceiving()
told = [arm.curves[name]["mean"][memory.document_look(arm)] for name in ("height", *shape.NAMES)]
alt = (
    "At step 110 of the stretch move the height is {:.2f}, and widths are {:.2f}, {:.2f} and {:.2f} times the target's."
)
show(fig, "14_flat_trace", alt.format(*told))

# %% [markdown]
# **Figure 14.3** *The walkers themselves.* 300 walkers of the stretch move in the narrowest direction and in the widest, in units of the target's standard deviations, at the start, after the document's 110 steps and at
# the end. The solid ring holds 95 % of a normal of the right widths, the dashed one 95 % of the round ball that has the height 1 (exercise 2): after 110 steps the walkers *are* that ball. The horizontal axis is compressed outside −2 and 2.

# %%
shown, steps = arm.items["shown"][0], arm.config["steps"]  # (times, walkers, two directions)
angle = np.linspace(0, 2 * np.pi, 200)
radius = np.sqrt(-2 * np.log(0.05))
ball = np.mean(np.geomspace(NARROW, WIDE, LARGEST) ** -2.0) ** -0.5
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), sharex=True, sharey=True)
for ax, walkers, title in zip(axes, shown, ("start", f"step {DOCUMENT}", f"step {steps:,}"), strict=True):
    ax.plot(walkers[:, 0] / NARROW, walkers[:, 1] / WIDE, ".", color=LOOK["stretch"][0], markersize=3, alpha=0.6)
    for (a, b), dash in (((1, 1), "-"), ((ball / NARROW, ball / WIDE), "--")):
        ax.plot(a * radius * np.cos(angle), b * radius * np.sin(angle), color="black", linewidth=1.2, linestyle=dash)
    ax.set(title=title, ylim=(-4, 4), xlabel="narrowest direction (sd)")
    ax.set_xscale("asinh", linear_width=2)
    ax.set_xticks([-100, -10, -2, 0, 2, 10, 100], labels=["−100", "−10", "−2", "0", "2", "10", "100"])
axes[0].set_ylabel("widest direction (sd)")
narrow, wide = (shown.std(axis=1) / np.array([NARROW, WIDE])).T
alt = (
    "Widths over the target's at start, step 110 and end: narrowest {:.2g}, {:.2g}, {:.2g}; widest {:.2g}, {:.2g}, "
    "{:.2g}."
)
show(fig, "14_walkers", alt.format(*narrow, *wide))
say(table("A13"))

# %% [markdown]
# R-hat over the *walkers* of one ensemble takes them for independent chains, which they are not: where they hardly move, as here, it objects, and where they move together it need not. What helps is to compare several ensembles that were started from different places, each much wider than the target can be, or to know one expectation exactly.
#
# ## Where the document's walkers begin
#
# Now the document's own problem: the last layer on features of songs. Its walkers begin at the fitted weights plus $N(0, 1)$ on every weight. What does this cost? A song's logits are sums over 201 features, so the
# noise on a logit is $N(0, |\phi|^2)$: the longer the feature vector, the more it drowns. And what *should* the cost be? In a normal posterior of $d$ dimensions, $-\ln p$ at a draw is above its least value by half a chi-squared number,
#
# $$\ln p(\text{mode}) - \ln p(\text{draw}) \;=\; \tfrac12 \sum_{i=1}^{d} \xi_i^2 \;\approx\; \frac d2 \pm \sqrt{\frac d2}, \qquad \xi_i \sim N(0, 1).$$
#
# With 1,809 contrasts that is 905 ± 30 nats, for all songs together. Who is far below is not yet at the posterior; who is far above, such as the mode itself, is no typical draw either.
#
# *What varies*: whose features: 40,000 synthetic songs, as many as the document had; 442 real songs of GTZAN; 55,000 digits of MNIST. *Held*: the script's sampler, start, prior and steps. *We expect* a start far below, and no way back in 110 steps.

# %% [markdown]
# **Figure 14.4** *The way back.* Mean log likelihood of the walkers that have a finite one, below that of the most probable weights, in nats per training item, means over seeds. The dot, for the synthetic songs: by how much draws of the posterior
# under the prior $N(0, 1)$ lie below its mode in log density, sampled by split Hamiltonian Monte Carlo. On GTZAN some weights put every song right, so that under the document's flat prior not even the contrasts have a posterior; on MNIST most walkers stay at minus infinity.
# On the synthetic songs the expectation fails: the walkers come back, on average above the trained weights, though not as far as draws of the posterior. On GTZAN and MNIST they do not.

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.9))
told = []
for k, (source, items) in enumerate(start.ITEMS.items()):
    below = (start.at_mode(source).mean() - start.layer(source, "document").curves["log_likelihood"]["mean"]) / items
    lost = 1 - start.finite(source, 0)
    label = start.SAID[source] + (f"; at minus infinity at the start: {start.share(lost)}" if lost else "")
    ax.plot(range(STEPS + 1), below, color=COLOURS[k], linestyle=DASHES[k], label=label)
    if np.isfinite(below).all():
        told.append(f"{source} {below[0]:.3g} at the start, {below[-1]:.3g} at the end")
        if not start.separable(source):
            typical = start.heights(source).typical.mean / items
            ax.plot(STEPS + 3, typical, MARKERS[0], color=COLOURS[k], clip_on=False)
            ax.text(STEPS, typical, "draws of the posterior", color=COLOURS[k], ha="right", va="center", fontsize=9)
ax.set(yscale="log", xlabel="step", ylabel="below the most probable weights\n(nats per item)", xlim=(0, STEPS + 5))
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=1, fontsize=9)
show(
    fig,
    "14_way_back",
    f"Log likelihood per item below the mode against steps: {'; '.join(told)}; on MNIST most walkers stay at minus "
    "infinity.",
)
say(table("A14"))

# %% [markdown]
# ## Walkers that run away unseen
#
# Notebook 13 shows that under a flat prior the posterior of the last layer is no distribution: a vector added to the weights of every class changes no prediction, and nothing holds the walkers back along those directions. Does a trace show that? It cannot: the
# log likelihood does not depend on them.
#
# A small problem will serve for this and for the rest of the notebook: 200 handwritten digits of scikit-learn's set, 8 by 8 pixels, and of each digit five numbers: the ink in its four quarters and in its middle. With a column of ones
# that makes 60 weights, or 54 contrasts.
#
# *What varies*: time, up to 2,000 steps of the stretch move. *Held*: flat prior, 122 walkers, start at the mode plus $N(0, 1)$, nearly as in the document. *We expect* the log likelihood to settle, the spread of contrasts too, and the spread of the **level**, the mean over classes of a feature's
# weights, to grow for ever.

# %%
pictures, labels = digits.load()["train"]


def regression(ink, prior_precision=1.0, items=200):
    """Softmax regression of the digits on standardised numbers `ink` (pictures, features)."""
    features = np.column_stack([(ink - ink.mean(axis=0)) / ink.std(axis=0), np.ones(len(ink))])
    return SoftmaxRegression(features[:items], labels[:items], 10, prior_precision)


def blocks(n):
    """The mean ink in each of n by n blocks."""
    return pictures.reshape(-1, n, 8 // n, n, 8 // n).mean(axis=(2, 4)).reshape(-1, n * n)


ink = np.column_stack([blocks(2), pictures[:, 2:6, 2:6].mean(axis=(1, 2))])
small = regression(ink)
mode = posterior_mode(small)
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    flat = regression(ink, prior_precision=0.0)
assert mode.contrasts.shape == (6, 9) and len(caught) == 1
say(f"The library allows it, and warns: *{caught[0].message}*.")

# %% [markdown]
# **Figure 14.5** *A trace that settles while walkers drift apart.* Left: mean log likelihood of the walkers on 200 digits under a flat prior. Middle: the standard deviation over walkers of a contrast and of a level, root mean squares. Right: the same
# of the document's ensembles on 40,000 songs, as recorded. At first both shrink together: the walkers follow each other inwards, also where nothing asks them to. Then the level's spread grows in proportion to itself: a stretch is a random factor, and no likelihood pulls back.
# The trace has settled long before step 2,000. The contrasts' spread, against the expectation, has not: in 60 dimensions the derived memory is some 800 steps, the measured one a little longer.

# %%
best = np.pad(posterior_mode(flat).contrasts, [(0, 0), (0, 1)]).ravel()
begin = best + np.random.default_rng(0).standard_normal((122, 60))
run = run_ensemble(flat.log_prob, begin, emcee.moves.StretchMove(), steps=200, seed=0, thin=10)
weights = np.concatenate([begin[None], run.walkers]).reshape(201, 122, 6, 10)
level, contrast = weights.mean(axis=3), weights[..., :-1] - weights[..., -1:]
spread = {"contrast": np.sqrt(contrast.var(axis=1).mean(axis=(1, 2))), "level": np.sqrt(level.var(axis=1).mean(axis=1))}
recorded = start.layer("songs", "document").curves
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.2))
axes[0].plot(10 * np.arange(1, 201), run.log_prob.mean(axis=1), color=COLOURS[2])
axes[0].set(title="log likelihood (nats)", ylim=run.log_prob[30:].mean() + np.array([-40, 20]))
for k, (name, values) in enumerate(spread.items()):
    axes[1].plot(10 * np.arange(201), values, color=COLOURS[k], linestyle=DASHES[k], label=name)
    axes[2].plot(range(STEPS + 1), recorded[name]["mean"], color=COLOURS[k], linestyle=DASHES[k])
axes[1].set(title="spread, digits", yscale="log")
axes[2].set(title="spread, songs", yscale="log")
for ax, ticks in zip(axes[1:], ((0.1, 0.3, 1, 3), (0.03, 0.1, 0.3, 1)), strict=True):
    ax.set_yticks(ticks, labels=map(str, ticks))
    ax.minorticks_off()
for ax in axes:
    ax.set(xlabel="step")
axes[1].legend(fontsize=9)
late = spread["level"][[20, 200]]
assert late[1] > 1.5 * late[0]
alt = "Log likelihood settles; the level's spread on digits grows from {:.2f} at step 200 to {:.2f} at step 2,000."
show(fig, "14_running_away", alt.format(*late))

# %% [markdown]
# ## A Gaussian that is nearly right
#
# We know much about this posterior that emcee's walkers must find out by looking at each other. Its mode takes a few Newton steps. The curvature there is a matrix that we can write down (notebook 13), and with many songs the posterior is close to the normal
# that has them, Laplace's approximation. Nearly right, and easy to draw from, but not right. Let $N(m, LL^\top)$ be this **centre**, and measure everything in its coordinates:
#
# $$\theta = m + L z, \qquad -\ln p(\theta) = U(z) = \tfrac12 |z|^2 + V(z).$$
#
# - $z$ are coordinates in which the centre is $N(0, I)$: all directions are alike, narrow or wide.
# - $V$ is what the centre leaves out. Where the centre is right, $V$ is constant. Its slope is $r(z) = \nabla U(z) - z$, the **residual gradient**.
#
# A better centre than Laplace's is the **variational** one: among all normals, the one with the least divergence from the posterior. It averages the gradient and the curvature over itself instead of taking them at one point, and is where
#
# $$\operatorname{E}[r(z)] = 0, \qquad \operatorname{E}[\nabla r(z)] = 0, \qquad z \sim N(0, I).$$
#
# In words: no slope and no curvature is left in $V$, on average. The first thing left is of third order (Opper and Archambeau 2009). Finding it takes two steps, each with the gradients of 256 draws.
#
# ## A proposal that a million dimensions do not slow down
#
# The usual random walk proposes $z + \beta\xi$, $\xi \sim N(0, I)$. In many dimensions this goes outwards, always: $|z + \beta \xi|^2 \approx |z|^2 + \beta^2 d$. The log density falls by $\beta^2 d/2$, which for $\beta = \tfrac12$ in a million dimensions is 125,000, and the proposal is refused unless $\beta$ is about $1/\sqrt d$. The **preconditioned Crank–Nicolson** proposal (Cotter and others 2013) shrinks before it steps:
#
# $$z' = \sqrt{1 - \beta^2}\; z + \beta\, \xi .$$
#
# - $\beta$, from 0 to 1, is how much is new. At $\beta = 1$ the proposal is a fresh draw of the centre.
# - If $z$ is $N(0, I)$, then so is $z'$, and $(z, z')$ and $(z', z)$ have the same law: coordinate by coordinate both are normal pairs with correlation $\sqrt{1 - \beta^2}$. So with $\varphi$ the density of $N(0, I)$ and $q$ that of the proposal, $\varphi(z)\, q(z' \mid z) = \varphi(z')\, q(z \mid z')$.
#
# Metropolis and Hastings accept with the probability $\min(1, R)$, where
#
# $$R = \frac{p(z')\, q(z \mid z')}{p(z)\, q(z' \mid z)} = \frac{p(z') / \varphi(z')}{p(z) / \varphi(z)} = e^{V(z) - V(z')} .$$
#
# The Gaussian part has gone. If the centre is exact, every proposal is accepted, in any dimension. And where it is not, only what it leaves out is paid for. No gradient is needed: for emcee this is a move of four lines, and walkers need not look at each other, so
# that 16 will do where the stretch move needs 108.
#
# *What varies*, once the move works: $\beta$, and the centre. *Held*: 16 walkers, 300 steps, the digits; starts are draws of the centre. *We expect* longer steps to be refused more often, and the better centre to allow them.

# %%
from secondlook.lastlayer import variational_centre
from secondlook.samplers import crank_nicolson, diagnose, walker_chains, whitened_log_prob

centres = {"Laplace": mode.laplace, "variational": variational_centre(small, mode, seed=0)}
centre = centres["variational"]
log_prob = whitened_log_prob(small.log_prob, centre)


def crank_nicolson_step(z, beta, rng):
    proposed = np.sqrt(1 - beta**2) * z + beta * rng.standard_normal(z.shape)
    v, v_proposed = (-np.asarray(log_prob(a.astype(np.float32))) - 0.5 * (a**2).sum(axis=1) for a in (z, proposed))
    accepted = np.log(rng.random(len(z))) < v - v_proposed
    return np.where(accepted[:, None], proposed, z), accepted


rng, share = np.random.default_rng(0), []
z = rng.standard_normal((200, 54))
for _ in range(60):
    z, accepted = crank_nicolson_step(z, 0.5, rng)
    share.append(accepted.mean())
by_library = run_ensemble(log_prob, z, crank_nicolson(0.5), steps=60, seed=2).acceptance
assert abs(np.mean(share) - by_library) < 0.02
say(
    f"With β = ½, {100 * np.mean(share):.0f} % are accepted on the digits by these lines, {100 * by_library:.0f} % by "
    "the library's move."
)

# %% [markdown]
# **Figure 14.6** *The better the centre, the bolder the step.* Left: share of proposals accepted, against $\beta$. Right: effective draws for each evaluation of the density, worst contrast. With Laplace's centre bold walkers now and then reach a place from
# which nearly all proposals are refused; with the variational centre the boldest, a fresh draw each time, is worth most.

# %%
betas = (0.1, 0.3, 0.6, 1.0)
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.3))
best_worth = {}
for k, (name, of) in enumerate(centres.items()):
    density, z = whitened_log_prob(small.log_prob, of), np.random.default_rng(0).standard_normal((16, 54))
    runs = [run_ensemble(density, z, crank_nicolson(beta), steps=300, seed=1) for beta in betas]
    worth = [diagnose(of.points(walker_chains(run).draws[:, 50:])).ess_bulk.min() / (16 * 250) for run in runs]
    style = {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k]}
    left.plot(betas, [100 * run.acceptance for run in runs], **style, label=f"{name} centre")
    right.plot(betas, worth, **style)
    best_worth[name] = max(worth)
left.set(xlabel="$\\beta$", ylabel="accepted (%)", ylim=(0, 100))
right.set(xlabel="$\\beta$", ylabel="effective draws an evaluation", yscale="log")
fig.legend(*left.get_legend_handles_labels(), loc="outside upper center", ncols=2)
told = "; ".join(f"{name} centre {value:.2g}" for name, value in best_worth.items())
assert best_worth["variational"] > best_worth["Laplace"]
show(
    fig,
    "14_crank_nicolson",
    f"Acceptance and worth against beta for two centres; most effective draws an evaluation: {told}.",
)

# %% [markdown]
# ## Rotate exactly, kick by the rest
#
# With gradients, more can be had. Hamiltonian Monte Carlo gives each walker a momentum $v \sim N(0, I)$ and lets it roll. The energy, in the centre's coordinates, is
#
# $$H(z, v) = \underbrace{\tfrac12 |z|^2 + \tfrac12 |v|^2}_{\text{easy}} + \underbrace{V(z)}_{\text{small}} .$$
#
# Each part alone can be solved exactly. Under the easy part $\dot z = v$, $\dot v = -z$: a rotation. Under $V$ alone $z$ stays, and $v$ changes by $-t\,r(z)$: a kick. The usual leapfrog splits elsewhere, into $\frac12|v|^2$ and all of $U$, and needs short steps to follow what is just a
# rotation. We alternate rotations by an angle $\alpha$ with kicks of weights $w_0, w_1, \dots, w_n$ (Neal 2011; Beskos and others 2011; Shahbaba and others 2014):
#
# $$v \leftarrow v - w_j\, r(z), \qquad \begin{pmatrix} z \\ v \end{pmatrix} \leftarrow \begin{pmatrix} \cos\alpha & \sin\alpha \\ -\sin\alpha & \cos\alpha \end{pmatrix} \begin{pmatrix} z \\ v \end{pmatrix} .$$
#
# - A quarter turn in all, $n\alpha = \pi/2$, brings $z$ to where $v$ was: to an independent draw.
# - Rotations and kicks keep volume, and if the weights are symmetric the way back is the same way. So accepting the end with probability $\min(1, e^{-\Delta H})$ is exact.
#
# Which weights? On its way the energy changes by kicks that stand for an integral, $\Delta H \approx \int g\,dt - \sum_j w_j\, g(t_j)$ with $g = r(z) \cdot v$ along the rotation. If $V$ is a polynomial of third degree without quadratic part, $g$ is made of waves of the frequencies 1 and 3. **Strang**'s weights are
# the trapezium's, $\alpha/2, \alpha, \dots, \alpha, \alpha/2$. **Lobatto**'s are two rotations and three kicks that make both frequencies exact:
#
# $$w_1 + 2 w_0 \cos \alpha = 2 \sin \alpha, \qquad w_1 + 2 w_0 \cos 3\alpha = \tfrac23 \sin 3\alpha \quad\Longrightarrow\quad w_0 = \tfrac13 \tan\alpha, \; w_1 = \tfrac43 \sin\alpha .$$
#
# For a quarter turn, $\alpha = \pi/4$, they are $\tfrac13$ and $\tfrac23\sqrt2$. Third order is just what the variational centre leaves first. The last gradient of one trajectory is the first of the next, so this costs two gradients. With $n$ items the posterior is narrower by $\sqrt n$; in the centre's coordinates terms of third degree in $z$ go as
# $1/\sqrt n$; those of fourth degree, and the products of two kicks that the formula for $\Delta H$ leaves out, as $1/n$. So Strang's energy error should fall as $1/\sqrt n$, and Lobatto's as $1/n$.
#
# The leapfrog fits the same lines of code, with straight steps in place of rotations, and the whole gradient in place of $r$.
#
# *What varies*: the way of splitting, the number of gradients to a trajectory of a quarter turn, and the number of digits, 200 or 1,000. *Held*: the variational centre of each; starts are draws of the posterior. *We expect* errors in proportion to the square of a step, and Lobatto's below those of
# the others with as few gradients where there are many digits. The error of energy is $\Delta H$ from start to end. For a picture of the way there, one dimension and $V = 0.15\,z^3$.


# %%
def rotate(z, v, t):
    return np.cos(t) * z + np.sin(t) * v, np.cos(t) * v - np.sin(t) * z


def straight(z, v, t):
    return z + t * v, v


def trajectory(force, move, z, v, alpha, w):
    for w_j in w[:-1]:
        v = v - w_j * force(z)
        z, v = move(z, v, alpha)
    return z, v - w[-1] * force(z)


def way(force, move):
    """The points on two steps of π/4 with half kicks at both ends, from z = 0.2 and v = 1.4."""
    points = [(0.2, 1.4)]
    for _ in range(2):
        start_of, v = points[-1][0], points[-1][1] - np.pi / 8 * force(points[-1][0])
        points += [move(start_of, v, t) for t in np.linspace(0, np.pi / 4, 30)]
        points.append((points[-1][0], points[-1][1] - np.pi / 8 * force(points[-1][0])))
    return np.array(points)


# %%
from secondlook.samplers import lobatto, split_hmc, splitting, strang, whitened


def energy_errors(model, centre):
    """Root mean squares of ΔH over draws of the posterior, by the name of the split and the gradients it takes."""
    density = whitened(model.value_and_grad, centre)
    draws = split_hmc(model.value_and_grad, centre, chains=16, draws=100, warmup=50, seed=0).draws[:, ::25]
    z = np.linalg.solve(centre.factor, (draws.reshape(-1, 54) - centre.mean).T).T.astype(np.float32)
    v = np.random.default_rng(3).standard_normal(z.shape, np.float32)
    slope, residual = (lambda z: -np.asarray(density(z)[1])), (lambda z: -np.asarray(density(z)[1]) - z)
    ends = {("leapfrog", n): trajectory(slope, straight, z, v, *strang(n)) for n in GRADIENTS}
    ends |= {("Strang", n): trajectory(residual, rotate, z, v, *strang(n)) for n in GRADIENTS}
    ends["Lobatto", 2] = trajectory(residual, rotate, z, v, *lobatto())
    library = splitting.trajectory(density, splitting.evaluate(density, z), v, lobatto())[0]
    assert np.allclose(ends["Lobatto", 2][0], library.z, atol=1e-3)
    energy = lambda z, v: 0.5 * (v**2).sum(axis=1) - np.asarray(density(z)[0])
    return {of: np.sqrt(np.mean((energy(*end) - energy(z, v)) ** 2)) for of, end in ends.items()}


more = regression(ink, items=1_000)
errors = {
    200: energy_errors(small, centre),
    1_000: energy_errors(more, variational_centre(more, posterior_mode(more), 0)),
}

# %% [markdown]
# **Figure 14.7** *Two gradients are enough for a quarter turn.* Left: position and momentum in one dimension, from the dot; thin lines are levels of the energy, along which an exact trajectory runs. The leapfrog makes straight steps, the split makes arcs; kicks are vertical, and both
# take two gradients. Right: the energy error against gradients for a trajectory, with 200 digits (filled) and with 1,000 (open). Five times the digits divide Strang's error by somewhat more than two and Lobatto's by about four, where $\sqrt 5$ and 5 are expected for many digits; the leapfrog's, which comes from the Gaussian part, stays, from two gradients on. One gradient is too few for either law.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.7))
grid = np.meshgrid(np.linspace(-0.4, 2.0, 200), np.linspace(-0.9, 1.7, 200))
left.contour(*grid, 0.5 * grid[0] ** 2 + 0.5 * grid[1] ** 2 + 0.15 * grid[0] ** 3, 14, colors="grey", linewidths=0.5)
ways = {"leapfrog": way(lambda z: z + 0.45 * z**2, straight), "Strang": way(lambda z: 0.45 * z**2, rotate)}
for k, name in enumerate(("leapfrog", "Strang", "Lobatto")):
    style = {"color": COLOURS[k], "linestyle": DASHES[(1, 0, 2)[k]], "marker": MARKERS[k]}
    for items, face in ((200, COLOURS[k]), (1_000, "white")):
        by = {n: error for (of, n), error in errors[items].items() if of == name}
        right.plot(by.keys(), by.values(), **style, mfc=face, label=name if items == 200 else None, markersize=6 + k)
    if name in ways:
        left.plot(*ways[name].T, **style | {"marker": ""})
left.plot(0.2, 1.4, "o", color="black")
left.set(xlabel="position z", ylabel="momentum v", aspect="equal")
left.grid(visible=False)
right.set(xscale="log", yscale="log", xlabel="gradients", ylabel="energy error, root mean square (nats)")
right.set_xticks(GRADIENTS, labels=map(str, GRADIENTS))
right.minorticks_off()
fig.legend(*right.get_legend_handles_labels(), loc="outside upper center", ncols=3)
lobatto_fell, strang_fell = (errors[200][of, 2] / errors[1_000][of, 2] for of in ("Lobatto", "Strang"))
assert 0.8 < errors[200]["leapfrog", 6] / errors[1_000]["leapfrog", 6] < 1.25
assert 3.5 < lobatto_fell < 8 and 1.5 < strang_fell < 3 < errors[200]["Strang", 6] / errors[200]["Strang", 12] < 5
alt = (
    "Arcs follow the energy where straight steps leave it; from 200 to 1,000 digits Lobatto's error falls by {:.1f}, "
    "Strang's by {:.1f}."
)
show(fig, "14_split", alt.format(lobatto_fell, strang_fell))

# %% [markdown]
# ## Do they agree?
#
# A sampler that is fast and wrong is worth nothing. Six samplers now draw from the posterior of the digits: emcee's own two moves, Crank–Nicolson, Hamiltonian Monte Carlo by leapfrog in the centre's coordinates (TensorFlow Probability's), and the split, once as a loop of our own and once as a move
# for emcee. They share the density and the coordinates, those of the fitted centre, in which emcee's two moves also start; the rest is their own. Compared are 109 means: 54 contrasts, their 54 squares, and the log density. The tests of the library hold the same samplers against the No-U-Turn sampler of notebook 10.
#
# What is an agreement? Each mean has a Monte Carlo error, its standard deviation over the root of its effective sample size, and the difference of two means has both. In units of it, differences should look like draws of $N(0, 1)$: of 109, the largest is usually below 3.5, and hardly ever above 4.5. Walkers that look at each
# other are no independent chains; there the error comes from the memory $m$ of the ensemble, measured as in figure 14.1. With correlation $e^{-t/m}$ the mean of one walker over $T$ steps has the variance of a single draw times $\tfrac{2m}{T}\bigl(1 - \tfrac mT(1 - e^{-T/m})\bigr)$.
#
# *What varies*: the sampler. *Held*: the posterior. Crank–Nicolson takes $\beta = \tfrac12$: from starts twice too wide, bolder walkers often find no way back. *We expect* no difference of means, and very different worth, counted in effective draws for each evaluation of density or gradient. A gradient takes about twice the work of a density.


# %%
def functions(points, log_prob):
    """What is compared, (…, 109): contrasts and squares, from the mode, and the log density."""
    apart = points - mode.contrasts.ravel()
    return np.concatenate([apart, apart**2, (log_prob - mode.log_prob)[..., None]], axis=-1)


def of_chains(points, log_prob, evaluations):
    """Means, their errors, and the effective draws of the worst quantity for each evaluation."""
    values = functions(points, log_prob)
    told = diagnose(values)
    assert told.rhat.max() < 1.05
    return values.mean(axis=(0, 1)), told.mcse, told.ess_bulk.min() / evaluations


def of_ensemble(move, steps):
    """The same for 110 walkers that look at each other, every tenth step; the later half counts."""
    run = run_ensemble(log_prob, np.random.default_rng(0).standard_normal((110, 54)), move, steps // 10, 0, thin=10)
    z, late_log_prob = run.walkers[steps // 20 :], run.log_prob[steps // 20 :]
    correlation = (z * z[0]).mean(axis=(1, 2)) / np.sqrt((z**2).mean(axis=(1, 2)) * (z[0] ** 2).mean())
    forgets = np.argmax(correlation < 0.5)
    memory = -10 * forgets / np.log(correlation[forgets])
    values, share = functions(centre.points(z), late_log_prob), 2 * memory / steps  # of the later half that is m
    effective = 110 / (2 * share * (1 - share * (1 - np.exp(-1 / share))))
    return values.mean(axis=(0, 1)), values.std(axis=(0, 1)) / np.sqrt(effective), 1 / (2 * memory)


# %%
from secondlook.samplers import SplitStep, whitened_hmc

emcees = {"stretch": (emcee.moves.StretchMove(), 2_000), "differential evolution": (emcee.moves.DEMove(), 600)}
found = {name: of_ensemble(*given) for name, given in emcees.items()}
density = whitened(small.value_and_grad, centre)
wide = 2 * np.random.default_rng(0).standard_normal((16, 54))
for name, move, cost in (("Crank–Nicolson", crank_nicolson(0.5), 1), ("split, in emcee", SplitStep(density), 2)):
    walked = walker_chains(run_ensemble(log_prob, wide, move, 1_800 // cost, seed=0))
    points = centre.points(walked.draws[:, 100:])
    found[name] = of_chains(points, walked.log_prob[:, 100:], cost * points[..., 0].size)
chains = split_hmc(small.value_and_grad, centre, chains=16, draws=700, warmup=50, seed=0)
leaping = whitened_hmc(small.value_and_grad, centre, chains=16, draws=500, warmup=100, seed=0)
found["HMC by leapfrog"] = of_chains(leaping.draws, leaping.log_prob, leaping.evaluations)
found["split"] = of_chains(chains.draws, chains.log_prob, chains.evaluations)
mean, mcse, _ = found["split"]
apart = {name: (of[0] - mean) / np.hypot(of[1], mcse) for name, of in found.items() if name != "split"}
assert all(abs(z).max() < 4.5 for z in apart.values())
worth = {name: of[2] for name, of in found.items()}
say(f"Of {len(mean)} means, none by any of the {len(apart)} other samplers is 4.5 Monte Carlo errors from the split's.")

# %% [markdown]
# **Figure 14.8** *They agree, and are worth very different amounts.* Left: differences of 109 means from those of the split, in Monte Carlo errors; within the shaded band lie 95 % of $N(0, 1)$. The rows share the error of the split's own means, so they lean alike; the row of the stretch move is narrow, since its squares forget faster than the coordinates from which its errors are taken. Right: effective draws for each evaluation. Filled: on the digits, 54 contrasts. Open: at the size of the document's layer. For emcee's moves these are from
# the memory in figure 14.1, extended to 2,010 dimensions; for the split, from the recorded chains on 40,000 songs, counting two gradients a draw. For emcee's own moves it is the memory of coordinates that counts, for the others the worst of the 109 quantities; for the split's open marker, the worst of the 1,809 contrasts, the log density and the probabilities of 50 test songs.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8), sharey=True, width_ratios=[1, 1.2])
left.axvspan(-1.96, 1.96, color="#DDDDDD", linewidth=0)
for row, name in enumerate(found):
    if name in apart:
        left.plot(apart[name], row + np.linspace(-0.3, 0.3, 109), ".", color=COLOURS[0], markersize=3)
    right.plot(worth[name], row, MARKERS[0], color=COLOURS[0])
large = {move: 1 / (2 * memory.extended(move, LARGEST).mean) for move in LOOK}
large["split"] = start.layer("songs", "hmc").scores["ess"].mean() / (2 * methods.CHAINS * methods.STEPS)
for name, value in large.items():
    right.plot(value, list(found).index(name), MARKERS[0], color=COLOURS[0], mfc="white")
left.set(yticks=range(len(found)), yticklabels=found, xlabel="difference (errors)", xlim=(-5, 5))
right.set(xscale="log", xlabel="effective draws an evaluation", xlim=(1e-6, 2))
left.invert_yaxis()
told = "; ".join(f"{name} {value:.1g}" for name, value in worth.items())
show(fig, "14_agreement", f"Six samplers agree within Monte Carlo errors; effective draws an evaluation: {told}.")

# %% [markdown]
# ## Sixteen bits in the right place
#
# Nearly all the time of a trajectory goes into matrix products. Many recent processors multiply numbers of 16 bits several times as fast as those of 32. The usual kind, **bfloat16**, keeps 8 binary places, so that one third becomes 0.334. Can a posterior be drawn with such numbers?
#
# Go through the proof once more. That kicks keep volume, and that the way back is the same way, holds for *any* function of $z$ in the place of $r$. That $r$ is the slope of $V$ only makes $\Delta H$ small. So a rough force costs acceptance, and nothing else. The log density is another matter: of it we need differences of order one, and
# with 40,000 songs it is some tens of thousands, of which 8 places leave steps of 256. Two devices make it exact again:
#
# - *Departures.* With $\theta = m + \delta$ the logits of features $\phi$ are $\phi m + \phi \delta$. The first part is found once, in 64 bits. What is rounded is the second, which is small.
# - *Halves.* A number of 32 bits is nearly the sum of two of 16, $x \approx h_x + l_x$: the one nearest to it, and the one nearest to what that leaves. So $x\delta \approx h_x h_\delta + h_x l_\delta + l_x h_\delta$: three products instead of one, and an error of about $2^{-16}$ instead of $2^{-8}$ (Henry, Tang and Heinecke 2019).
#
# The library's `in_tiles` finds the log density so, and the second product of the gradient with plain bfloat16; processors load such numbers in small square tiles. With one of that kind the samplers of this notebook take less time at the document's size, and `secondlook bench lastlayer` says how much less; with others they take more. Exercise 6 asks how rough a
# force may be.
#
# ## Where it fails, and what to do then
#
# All this rests on a centre that is nearly right. It is not where there are few items for many weights, or where the classes can nearly be separated: then only the prior holds the weights back on one side, and the posterior has a steep flank and a long tail. No normal has that.
#
# What the library does is decided by a pilot. It tries the schemes in turn, passing over those that accept less than 60 %, Lobatto first, then Strang with 2, 3, 4, … rotations, and counts what each is worth. A chain that stays where it is with probability $1 - a$ and is at an independent draw otherwise has $\rho_k = (1-a)^k$, so $\tau = (2-a)/a$: of a scheme that accepts a
# share $a$ of its trajectories, each with $n$ gradients, a gradient is worth
#
# $$\frac{a}{2 - a} \cdot \frac 1n .$$
#
# The variational centre looks at itself, too: where over draws of Laplace's normal the log density departs from it by more than a log density of $d$ dimensions varies at all, $\sqrt{d/2}$, it takes 32 careful steps instead of two bold ones.
#
# *What varies*: the features, the five numbers of above or sixteen, the ink in 4 by 4 blocks, from which a linear model can tell nearly all of the 200 digits; the centre; and whether the pilot may choose. *Held*: pictures, prior, 16 chains of 200 draws, starts twice too wide. *We expect* Lobatto to do well on five features and to
# fail on sixteen.

# %%
poor = regression(blocks(4))
poor_mode = posterior_mode(poor)
rows = [
    "| features | centre | fresh draws accepted | scheme | gradients a draw | accepted | R-hat | effective draws a "
    "gradient |",
    "|--:|:--|--:|:--|--:|--:|--:|--:|",
]
rhat = {}
for model, at_mode in ((small, mode), (poor, poor_mode)):
    units, d = model.features.shape[1] - 1, at_mode.contrasts.size
    for name, of in (("Laplace", at_mode.laplace), ("variational", variational_centre(model, at_mode, seed=0))):
        z = np.random.default_rng(0).standard_normal((64, d))
        fresh = run_ensemble(whitened_log_prob(model.log_prob, of), z, crank_nicolson(1.0), 100, seed=0).acceptance
        for way, scheme in (("Lobatto", lobatto()), ("the pilot's", None)):
            drawn = split_hmc(model.value_and_grad, of, chains=16, draws=200, warmup=50, seed=0, scheme=scheme)
            told, cost = diagnose(drawn.draws), drawn.evaluations / (16 * 200)
            rhat[units, name, way] = told.rhat.max()
            cells = (units, name, f"{100 * fresh:.0f} %", way, f"{cost:.0f}", f"{100 * drawn.acceptance:.0f} %")
            worth_now = told.ess_bulk.min() / drawn.evaluations
            rows.append("| " + " | ".join(map(str, cells)) + f" | {told.rhat.max():.2f} | {worth_now:.2g} |")
assert rhat[16, "Laplace", "Lobatto"] > 1.1 and max(rhat[16, name, "the pilot's"] for name in centres) < 1.05
largest = []
for source, words in start.SAID.items():
    worst = start.layer(source, "hmc").scores["rhat"].max()
    largest.append(f"{words} {worst:.3f}" if np.isfinite(worst) else f"{words} none, as chains stood still")
say("\n".join(rows) + f"\n\nThe recorded chains, largest R-hat of any run: {'; '.join(largest)}.")

# %% [markdown]
# The pilot pays for exactness with gradients. It passes over a scheme by which any one chain accepts less than a tenth: such a chain stands where the energy error is hopeless, far out on the steep flank, and waits. The mean acceptance of sixteen
# chains would hide it, as it lowers that by six points only. But no pilot sees everything: it looks at ten draws, and a chain can come to such a place later, or never go there. This is why chains start twice too wide: if they all began near the centre,
# none would ever be found to be stuck, and nobody would know that the posterior goes out there. And this is why R-hat is asked, always; below the table stands what it says of the recorded chains at full size.
#
# Where R-hat objects, the remedies are, in this order: more draws; shorter rotations, asked for by `scheme=strang(n)`; a stronger prior, if one believes in it; and fewer features. What does not help is to leave out the chain that disagrees.
#
# ## A chain that survives its computer
#
# Long chains get killed: by a time limit, a full disc, a colleague. emcee can write every step into a file, but a file that is being written when the process dies may be lost with everything in it. `keep_ensemble` adds a block of steps to a copy, which then takes the place of the file in one move, so that what lies on the disc is
# always a whole number of good blocks. The state of the random numbers lies there too. So a chain that was stopped and taken up again is the chain that was never stopped: not like it, but equal, number for number.
#
# *What varies*: one run makes 60 steps without a pause; the other is stopped after 37, and is then taken up. (The tests of the library kill the process itself.) *Held*: seed, start, move. *We expect* equality. And a file of another run must not be taken for this one's: with another seed we expect a refusal, in words.


# %%
from pathlib import Path
from tempfile import TemporaryDirectory

from secondlook.samplers import keep_ensemble

given = {"log_prob": log_prob, "start": wide, "move": crank_nicolson(0.9), "settings": {"data": "digits"}, "block": 10}
with TemporaryDirectory() as folder:
    whole = keep_ensemble(Path(folder, "whole.h5"), steps=60, seed=1, **given).get_chain()
    stopped = keep_ensemble(Path(folder, "chain.h5"), steps=37, seed=1, **given).iteration
    resumed = keep_ensemble(Path(folder, "chain.h5"), steps=60, seed=1, **given).get_chain()
    try:
        keep_ensemble(Path(folder, "chain.h5"), steps=60, seed=2, **given)
    except ValueError as fault:
        refusal = str(fault).partition("chain.h5: ")[2]
assert np.array_equal(whole, resumed) and stopped == 37
say(
    f"Stopped after {stopped} steps, taken up, and equal to the unbroken chain in all {whole.size:,} numbers. With "
    f"another seed: *{refusal}.*"
)

# %% [markdown]
# ## What to do, in ten lines
#
# Features of a network's last hidden layer, with a column of ones; labels; the number of classes. This is complete but for imports, and runs here on sixteen features of 1,000 digits, with 78 others to be predicted.

# %%
from secondlook.lastlayer import probabilities

known = blocks(4)[:1000]
features = np.column_stack([(blocks(4) - known.mean(axis=0)) / known.std(axis=0), np.ones(len(labels))])
posterior = SoftmaxRegression(features[:1000], labels[:1000], classes=10, prior_precision=1.0)
mode = posterior_mode(posterior)
centre = variational_centre(posterior, mode, seed=0)
chains = split_hmc(posterior.value_and_grad, centre, chains=16, draws=300, warmup=100, seed=0)
predicted = np.stack([probabilities(features[1000:], points, 10) for points in chains.draws])
told = [diagnose(values) for values in (chains.draws, predicted[:, :, :10].reshape(16, 300, -1))]
assert max(of.rhat.max() for of in told) < 1.02 and min(of.ess_bulk.min() for of in told) > 400
p = predicted.mean(axis=(0, 1))
right = np.mean(p.argmax(axis=1) == labels[1000:])
say(
    f"{100 * right:.0f} % of {len(p)} digits right; mean probability of the digit that was drawn "
    f"{p[np.arange(len(p)), labels[1000:]].mean():.2f}."
)

# %% [markdown]
# Five habits are in these lines. Say what the prior is. Sample contrasts, or anything that the data can tell, and not all weights. Start chains wider than the posterior can be. Ask R-hat and effective sizes of the very numbers that will be reported, here probabilities, and stop if they object. Average probabilities, not weights.
#
# ## Takeaways
#
# - In $N(0, I)$ of $d$ dimensions the stretch move's memory grows as $d^{3/2}$, that of differential evolution as $d$. Both can be derived from one formula for the share of proposals that are accepted.
# - A run as long as document 000's is a small part of one memory. Started from exact draws, its walkers would end about where they began; started from a ball, they end where the ball has shrunk to.
# - A flat trace of the log density is one number of two thousand. Ensembles find the right height before they find the right shape, and under a flat prior there is no shape to find.
# - A normal that is nearly right is worth much more as coordinates than as an answer. Proposals that keep it exactly are refused only for what it leaves out.
# - Rotating exactly and kicking by the residual gradient makes a nearly independent draw in two gradients. The weights of the kicks follow from which frequencies shall be exact.
# - The force may be rough, as it decides only how often a proposal is accepted; the energy may not.
# - Where the normal is poor, the same samplers stay exact and get slower, or stuck. Only chains that start wide, and R-hat, tell.
# - Limits: the derivations are for round normals of many dimensions, in equilibrium; worth is counted in evaluations on one machine's arithmetic, not in seconds. `secondlook bench lastlayer` measures those.
#
# ## Exercises
#
# 1. *Predict first.* emcee mixes moves: each step may use the stretch move or differential evolution, half the time each. What is the memory in $N(0, I)$ of 2,010 dimensions?
# 2. A round ball of the right size has the height 1 on the target of figure 14.2. Which size, and how wrong are its widths?
# 3. A rotation by a total angle of $\pi$ instead of $\pi/2$: where does a trajectory end if $V = 0$, and what does R-hat say then?
# 4. Derive $w_0 = \tfrac13\tan\alpha$ and $w_1 = \tfrac43\sin\alpha$. What happens to them, and to a trajectory, as the total angle $2\alpha$ goes to $\pi$?
# 5. Show that the pilot's formula gives $\tau = (2 - a)/a$. At which acceptance does Strang with three rotations beat Lobatto?
# 6. *Predict first.* On the 200 digits, keep of the gradient only 2 binary places, or of the log density 4. Which of the two costs more acceptance? Do the means change?
#
# ## Sources
#
# - J. Goodman and J. Weare (2010), *Ensemble samplers with affine invariance*, Communications in Applied Mathematics and Computational Science 5; D. Foreman-Mackey, D. W. Hogg, D. Lang and J. Goodman (2013), *emcee: The MCMC Hammer*; C. J. F. ter Braak (2006), *A Markov chain Monte Carlo version of the genetic algorithm
#   differential evolution*, Statistics and Computing 16.
# - G. O. Roberts, A. Gelman and W. R. Gilks (1997), *Weak convergence and optimal scaling of random walk Metropolis algorithms*, Annals of Applied Probability 7: the acceptance 2 Φ(−s/2).
# - D. Huijser, J. Goodman and B. J. Brewer (2015), *Properties of the affine invariant ensemble sampler in high dimensions*: false convergence of the stretch move.
# - S. L. Cotter, G. O. Roberts, A. M. Stuart and D. White (2013), *MCMC methods for functions*, Statistical Science 28: preconditioned Crank–Nicolson.
# - R. M. Neal (2011), *MCMC using Hamiltonian dynamics*; A. Beskos, F. J. Pinski, J. M. Sanz-Serna and A. M. Stuart (2011), *Hybrid Monte Carlo on Hilbert spaces*; B. Shahbaba, S. Lan, W. O. Johnson and R. M. Neal (2014), *Split Hamiltonian Monte Carlo*; F. Casas, J. M. Sanz-Serna and L. Shaw (2022), *Split Hamiltonian Monte Carlo revisited*.
# - G. Henry, P. T. P. Tang and A. Heinecke (2019), *Leveraging the bfloat16 artificial intelligence datatype for higher-precision computations*, IEEE 26th Symposium on Computer Arithmetic.
# - M. Opper and C. Archambeau (2009), *The variational Gaussian approximation revisited*, Neural Computation 21: the conditions of the variational centre.
# - A. Vehtari and others (2021), *Rank-normalization, folding, and localization: an improved R-hat*, Bayesian Analysis 16.
# - The studies are `secondlook.studies.walkers` and `secondlook.studies.last_layer`; `secondlook run walkers` makes the first again.

# %% tags=["solution"]
from jax import numpy as jnp
from jax.tree_util import Partial

from secondlook.lastlayer import in_tiles


def rough(places, points):
    parts = [(*jnp.frexp(a), kept) for a, kept in zip(small.value_and_grad(points), places, strict=True)]
    return tuple(jnp.ldexp(jnp.round(of_one * 2.0**kept), power - kept) for of_one, power, kept in parts)


about = centres["variational"]
ways = [Partial(rough, places) for places in ((24, 24), (24, 2), (4, 24))]
ways.append(in_tiles(small, about.mean).value_and_grad)
runs = [split_hmc(way, about, 16, 500, 50, seed=k, scheme=lobatto()) for k, way in enumerate(ways)]
whole, few_of_force, few_of_energy, by_tiles = (of.acceptance for of in runs)
means, errors = zip(*((of.draws.mean(axis=(0, 1)), diagnose(of.draws).mcse) for of in runs), strict=True)
largest = [abs((means[i] - means[0]) / np.hypot(errors[i], errors[0])).max() for i in (1, 3)]
assert max(largest) < 4.5 and few_of_energy < 1 / 7 and 0.4 < few_of_force < 0.6
assert 0.85 < whole < 0.9 and by_tiles > 0.85 and abs(by_tiles - whole) < 0.02
memories = [memory.derived(move, LARGEST) for move in LOOK]
mixed = 2 / sum(1 / m for m in memories)
assert memories[1] < mixed < 2.1 * memories[1]
z = np.random.default_rng(0).standard_normal((5, 3))
half_turn, _ = trajectory(np.zeros_like, rotate, z, z[::-1], *strang(2, np.pi))
alpha = np.linspace(0.1, 1.4, 50)
kicks = np.array([lobatto(2 * a).kicks for a in alpha])
assert np.allclose(half_turn, -z) and np.allclose(kicks[:, :2].T, (np.tan(alpha) / 3, 4 / 3 * np.sin(alpha)))
say(
    f"1. Losses of correlation add, so rates 1/m are averaged: {mixed:,.0f} steps, nearly twice that of differential "
    f"evolution alone.\n2. Standard deviation {ball:.3f}: {ball / NARROW:.1f} times that of the narrowest direction, "
    f"{ball / WIDE:.2f} times that of the widest. Compare figure 14.3.\n3. At −z, exactly: the chain jumps between two "
    "points. Its means look perfect, its squares never change, and R-hat of the distances from the median, which ArviZ "
    "takes with the other, says so.\n4. From the two equations, $2w_0(\\cos\\alpha - \\cos 3\\alpha) = "
    "\\tfrac83\\sin^3\\alpha$, and $\\cos\\alpha - \\cos 3\\alpha = 4\\sin^2\\alpha\\cos\\alpha$. At half a turn the "
    "end kicks grow without bound: no weights can make both frequencies exact there, and what is not cancelled is made "
    "larger.\n5. With $\\rho_k = (1-a)^k$ the sum is geometric: $\\tau = 1 + 2(1-a)/a$. If Strang with three rotations "
    "is always accepted, its gradient is worth 1/3; Lobatto's is worth less if $a/(2-a) < 2/3$, that is, $a < 0.8$."
    "\n6. With 2 places of the gradient about half are accepted, instead of almost nine in ten; of 54 mean contrasts "
    "none is more than 4.5 Monte Carlo errors away. With 4 places of the log density, fewer than one in seven: where "
    "it is above 128 these are steps of 16, and a proposal that is a step worse is all but lost. The library's "
    "products in bfloat16 accept as many as those in float32, and agree as well."
)
