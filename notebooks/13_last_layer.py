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
# # 13 · The last layer
#
# Four thousand walkers were sent out over the weights of a network, a hundred and ten steps each. Then the program looked at one of them, and called it the average.
#
# Document 000 is one page about five scripts. They take a network of document 001, convolution in time, keep all of it but the last layer, and ask for the *distribution* of that layer's
# 2,010 weights instead of their best values. The idea is good: the last layer alone is a model from a first course in statistics. We go through the scripts one by one, check each step
# against what it should do, and then do it again with a sampler that works: does it help to average over the weights?
#
# **You will see** a network that is exactly a linear model; a likelihood that is flat along 201 directions, and what that does to a flat prior; four thousand walkers whose cloud
# shrinks alike along directions that songs determine and along those that none does; and where averages over the posterior predict better than one fit, where they are the same, and where no average can help.
#
# **You need** notebook 6 for the network, notebook 10 for posteriors and what makes sampling slow, notebook 11 for calibration.
#
# **Takes** an hour to read, half a minute to run. Results at full size are read from committed records; what runs here is small.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import softmax

from secondlook.checks import over_seeds
from secondlook.checks.bayesian_mnist.accuracy import half_width
from secondlook.checks.last_layer import arms, fitted, mixing
from secondlook.checks.last_layer.arms import GTZAN, HMC, LAPLACE, MODE, NLL, POINT, READINGS, SAID, SONGS, values
from secondlook.checks.last_layer.family import SIMPLE, distances, family, gains
from secondlook.checks.last_layer.scripts import printed_average
from secondlook.checks.words import TENTHS, Unit, starred
from secondlook.claims import table
from secondlook.data.dataset import Split
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.lastlayer import SoftmaxRegression, contrasts, full_weights, posterior_mode, variational_centre
from secondlook.samplers import diagnose, split_hmc
from secondlook.studies.last_layer import document, features
from secondlook.studies.last_layer.measures import predicted
from secondlook.studies.last_layer.methods import LOOKS
from secondlook.studies.last_layer.study import SIZES
from secondlook.studies.songs.measures import hidden_units
from secondlook.studies.walkers import DIMENSIONS, looks

LOOK = {name: {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k]} for k, name in enumerate(READINGS)}
say(
    f"GTZAN's features come from {len(arms.GTZAN.every('point').seeds)} networks, each trained from a seed of its own; "
    "the record holds all that follows for each of them."
)

# %% [markdown]
# ## First script: fit
#
# The network is **convolution in time** (notebook 6): two convolutions over the 120 segments of a song, each followed by the ReLU and by the larger of each two neighbours, then 200 hidden units and ten genres. It is trained
# as any network is, and its weights are saved after the last epoch. The file is named after the *best* model. It would be one if some epoch's weights had been compared with others.
#
# Should they have been? Choosing the best of 100 epochs on 10,000 songs, and then reporting its accuracy on the same songs, reports the luck of the draw too. Of $n$ independent normal numbers with
# mean $\mu$ and standard deviation $\sigma$, the largest is to be expected at about
#
# $$\mu + \sigma\, z_n, \qquad z_n = \Phi^{-1}\!\left(\frac{n - 0.375}{n + 0.25}\right).$$
#
# - $\Phi^{-1}$ is the quantile function of the standard normal (Blom 1958); $z_{30}$ is about 2: the best of thirty equal epochs looks better than their mean by two standard deviations.

# %% [markdown]
# **Figure 13.1** *The best of thirty equal epochs stands out too.* Accuracy on the document's 10,000 validation songs after each epoch, from the figure of document 001 (one run). The band is one standard deviation to each side of the mean
# of the last thirty epochs; the dotted line is where the largest of thirty such numbers is to be expected by chance. The curve alone cannot tell a lucky epoch from a better one; other songs could.

# %%
curve = fitted.curve()
late, best = curve[-fitted.SETTLED :], curve.argmax()
fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.plot(np.arange(1, 101), 100 * curve, color="black", linewidth=1.2)
spread = 100 * (late.mean() + late.std(ddof=1) * np.array([-1, 1]))
ax.fill_between([71, 100], *spread, color=COLOURS[5], alpha=0.4, linewidth=0)
by_chance = 100 * fitted.greatest_by_chance(late)
ax.plot([71, 100], [by_chance] * 2, color=COLOURS[0], linestyle=DASHES[2])
ax.text(70, by_chance, "largest by chance", color=COLOURS[0], ha="right", va="bottom", fontsize=9)
for epoch, label, place in ((best, "best", (0, 8)), (99, "saved", (8, -16))):
    ax.plot(epoch + 1, 100 * curve[epoch], "o", color=COLOURS[1])
    ax.annotate(label, (epoch + 1, 100 * curve[epoch]), place, textcoords="offset points", ha="center")
ax.set(xlabel="epoch", ylabel="accuracy (%)", ylim=(45, 66), xlim=(0, 106))
told = f"the best epoch is {best + 1} with {curve[best]:.2%}, the saved one is 100 with {curve[-1]:.2%}"
show(fig, "13_best_epoch", f"Validation accuracy against epochs; {told}.")
say(table("A02", "A10"))

# %% [markdown]
# ## Second script: extract
#
# What does a network do in its last step? It takes the 200 numbers that its hidden units give for a song, adds weights times numbers for each genre, and turns the sums into probabilities:
#
# $$z = W^\top \phi(x), \qquad p_c = \frac{e^{z_c}}{\sum_{c'} e^{z_{c'}}}.$$
#
# - $\phi(x)$ are the **features** of song $x$: its 200 hidden units and a 1, so that the biases are weights like others;
# - $W$ has a column $w_c$ of 201 weights for each of ten genres, 2,010 in all; $z_c = w_c^\top \phi(x)$ is the **logit** of a genre.
#
# If only $W$ changes, $\phi(x)$ stays, and can be computed once and kept. The second script does this. Here a small network learns four genres from 1,000 synthetic songs (notebook 4), now, and we keep its features.

# %%
net = features.SOURCES["toy"](0)


def extract(songs):
    return np.column_stack([hidden_units(net.model, net.state, songs), np.ones(len(songs), np.float32)])


train, test = (Split(extract(net.items[name].x), net.items[name].y) for name in ("train", "test"))
phi, W = test.x, np.vstack([np.asarray(w) for w in net.state.weights[-2:]])
z = phi @ W
p = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)
work = mixing.multiply_adds()
trained = np.mean(p.argmax(axis=1) == test.y)
assert phi.shape == (500, 201) and W.shape == (201, 4) and np.allclose(p.sum(axis=1), 1) and 0.75 < trained < 0.87
say(
    "The small network is right on about four in five of 500 new songs. In the document's network a song takes "
    f"{sum(work):,} multiplications, of which the last layer has {work[-1]:,}: with features stored, "
    f"{sum(work) / work[-1]:.0f} times fewer.\n\n" + table("A05")
)

# %% [markdown]
# ## Third script: check
#
# A step that should change nothing is worth a check. The third script prints one accuracy of the linear model on stored features, to be held against the network's. A sharper check goes song by song: the linear model must give the same probabilities as the network, for any
# $W$ and not only for the trained one. That is what makes the last layer a **softmax regression** on $\phi$, also called multinomial logistic regression. The document's accuracy of about 62 per cent
# is what document 001's figure shows for this network.

# %%
rng = np.random.default_rng(0)
other = rng.normal(size=W.shape).astype(np.float32)
songs, below = net.items["test"].x, net.state.weights[:-2]
for last in (W, other):
    state = net.model.at([*below, last[:-1], last[-1]], net.state.others)
    logits = net.model.logits(state, songs)
    assert np.allclose(phi @ last, logits, rtol=1e-4, atol=1e-3)
say(
    "On all 500 songs the linear model has the logits of the network, with the trained last layer and with a random "
    "one.\n\n" + table("A06", "A11")
)

# %% [markdown]
# ## Fourth script: infer
#
# Now the distribution of the weights. The songs and their genres $y$ give each $W$ a log likelihood, and a prior makes it a posterior:
#
# $$\ell(W) = \sum_{i=1}^{n} \Bigl( w_{y_i}^\top \phi_i - \ln \sum_c e^{w_c^\top \phi_i} \Bigr), \qquad \ln p(W \mid y) = \ell(W) + \ln p(W) + \text{a constant}.$$
#
# - $\phi_i$ are the features of training song $i$, of $n$; $p(W)$ is the prior density of the weights.
#
# Two facts decide how this can be sampled. **It is curved one way.** Move all weights along a direction $V$, of as many rows and columns as $W$. The second derivative of $-\ell$ is
#
# $$\sum_{i=1}^{n} u_i^\top \bigl( \mathrm{diag}\, p_i - p_i\, p_i^\top \bigr)\, u_i \quad\text{with}\quad u_i = V^\top \phi_i .$$
#
# - $p_i$ are the ten probabilities of song $i$, and $u_i$ is by how much its ten logits move.
#
# Each term is the variance of an entry of $u_i$ that is drawn with the probabilities $p_i$: never negative. So the cost is convex, and no second optimum hides anywhere. **It is flat somewhere.** Add
# one vector $v$ to the weights of every genre. Each logit of song $i$ grows by $v^\top \phi_i$, and so does the logarithm of the sum:
#
# $$\ell(w_1 + v, \dots, w_{10} + v) = \ell(w_1, \dots, w_{10}).$$
#
# - $v$ has 201 entries, so there are 201 such directions. What the songs can tell is the other 1,809: differences between genres, the **contrasts** $w_c - w_{10}$.
#
# A third fact is about numbers. The script takes the softmax first and then its logarithm, in single precision. There the least number above zero is $2^{-149}$, and what is below half of it is rounded to zero. So once the right genre's logit is $150 \ln 2 \approx 104$ below another, its probability is zero and the
# logarithm minus infinity. Written as in $\ell$, and with the largest logit taken out of the sum before, the same number has no such limit.


# %% [markdown]
# **Figure 13.2** *Concave along one direction, flat along another.* The log likelihood of the small network's last layer, through the trained weights, along two random directions. The dashed line goes on for ever, at the same height: under a flat prior
# all of it is equally probable.


# %%
def log_likelihood(W, x, y):
    z = x @ W
    return (z[np.arange(len(y)), y] - np.log(np.exp(z).sum(axis=1))).sum()


x, y = train.x.astype(float), train.y
v, other = rng.normal(size=(201, 1)), rng.normal(size=W.shape)
assert np.isclose(log_likelihood(W + v, x, y), log_likelihood(W, x, y), rtol=1e-9)
assert np.allclose(contrasts(W + v), contrasts(W))
along = np.linspace(-1, 1, 81)
flat, curved = (np.array([log_likelihood(W + t * u, x, y) for t in along]) for u in (v, other))
assert (np.diff(curved, 2) < 0).all()
fig, ax = plt.subplots(figsize=(7.2, 3.0))
for k, (label, line) in enumerate((("different by genre", curved), ("the same for every genre", flat))):
    ax.plot(along, line, color=COLOURS[k], linestyle=DASHES[k], label=label)
ax.set(xlabel="how far along the direction", ylabel="log likelihood (nats)")
ax.legend()
told = f"flat along one, along the other between {curved.min():,.0f} and {curved.max():,.0f}"
show(fig, "13_flat_and_concave", f"Log likelihood along two directions: {told}.")
say(table("A03", "A07", "A15"))

# %% [markdown]
# ### A prior that is none
#
# The document takes a flat prior, "assuming nothing about the weights". Then the posterior is the likelihood over its integral, and the integral along a flat direction is infinite, whatever the songs are. There is no such distribution, and nothing to draw from.
# With $N(0, 1)$ on every weight instead there is one: the contrasts get a posterior, and the mean over genres keeps its prior, of which songs can say nothing.
#
# What does a chain do where there is no distribution? We let the document's own sampler run on five of the small network's hidden units, those that vary most, and the ones: 24 weights, 50 walkers. *Varies*: the number of steps. *Held*: the songs, and the start around the most
# probable weights. *We expect* the walkers' spread in the contrasts to settle, and their spread along the flat directions, the **level**, to grow without end.
#
# The sampler is the **stretch move** (Goodman and Weare 2010). A walker at $W$ picks another one at $W'$ and proposes a point on the line through both,
#
# $$W' + s\,(W - W'), \qquad \text{accepted with probability } \min\Bigl(1,\; s^{\,d-1}\, \frac{p(W' + s\,(W - W') \mid y)}{p(W \mid y)}\Bigr).$$
#
# - $s$ is random between ½ and 2, with a density proportional to $1/\sqrt{s}$; $d$ is the number of weights.
#
# What should the spread be? Under the proper prior we can say. Start from the **mode**, the single most probable weights. **Laplace's approximation** is the normal about it that has the inverse Hessian there as its
# covariance (MacKay 1992). **Split HMC** starts from a normal like that and corrects it to exact draws (notebook 14 derives it). With 1,000 songs for 18 contrasts the two should nearly agree.

# %%
kept = [*np.argsort(-train.x[:, :200].var(axis=0))[:5], 200]
small = Split(train.x[:, kept], train.y)
posterior = SoftmaxRegression(small.x, small.y, 4)
mode = posterior_mode(posterior)
STEPS = 2_000
levels, spreads = [], []
for now in document.sample(small, full_weights(mode.contrasts), seed=0, steps=STEPS):
    levels.append(np.sqrt(now.walkers.mean(axis=2).var(axis=0).mean()))
    spreads.append(np.sqrt(contrasts(now.walkers).var(axis=0).mean()))
centre = variational_centre(posterior, mode, seed=0)
chains = split_hmc(posterior.value_and_grad, centre, chains=8, draws=500, warmup=50, seed=0)
told, exact = diagnose(chains.draws), chains.draws.reshape(-1, 18)
normal = mode.laplace.draws(4_000, rng)
apart = abs(exact.mean(axis=0) - normal.mean(axis=0)) / exact.std(axis=0)
settled, of_normal = (np.sqrt(of.var(axis=0).mean()) for of in (exact, normal))
assert told.rhat.max() < 1.02 and told.ess_bulk.min() > 400 and apart.mean() < 0.25
assert abs(of_normal / settled - 1) < 0.1 and levels[-1] > 1_000 * spreads[-1]
assert min(spreads) < 0.75 * settled and np.mean(spreads[STEPS // 2 :]) > 1.25 * settled
say(
    "HMC's R-hat is below 1.02, and its means differ from those of Laplace's normal by less than a quarter of a "
    f"standard deviation on average. The standard deviation of a contrast is {settled:.1f} by HMC, {of_normal:.1f} by "
    "Laplace (root mean squares); the walkers', under no prior, falls below three quarters of HMC's, comes back above "
    f"it, and is more than a quarter wider over the last thousand steps. After {STEPS:,} steps they are spread along "
    "the flat directions more than a thousand times as widely as in the contrasts."
)

# %% [markdown]
# **Figure 13.3** *The level wanders off, the contrasts settle.* The walkers' standard deviation against their steps, on log scales, in 24 dimensions: along the flat directions (solid) and in the contrasts (dashed). The grey line is the standard deviation of both under
# the proper prior (about a half: the contrasts' by HMC, the level's $1/\sqrt 4$); without a prior the contrasts end wider. The vertical line marks the document's 110 steps.

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.6))
at = np.unique(np.geomspace(1, STEPS, 200).astype(int))
for k, (label, of) in enumerate((("level", levels), ("contrasts", spreads))):
    ax.plot(at, np.array(of)[at], color=COLOURS[k], linestyle=DASHES[k], label=label)
ax.axhline(settled, color="grey", linewidth=1)
ax.axvline(110, color="black", linewidth=0.8)
ax.set(xscale="log", yscale="log", xlabel="steps", ylabel="standard deviation of the walkers")
ax.legend()
alt = (
    "Spread of the walkers against steps: the contrasts' settles near {:.1f}, the level's grows to {:,.0f} and goes on."
)
show(fig, "13_level_and_contrasts", alt.format(spreads[-1], levels[-1]))
say(table("A09"))

# %% [markdown]
# ### At full size
#
# Now the document's own: 2,010 weights, 4,022 walkers, started at the trained weights plus standard normal noise on every weight, 10 steps and then 100. We ran it on 40,000 synthetic songs, as many as it had, on GTZAN's 442, and on MNIST.
#
# At the start the level has a standard deviation of $1/\sqrt{10}$, the mean of ten independent noises, and a contrast has $\sqrt 2$, that of the difference of two. If the songs taught the walkers anything, these two would part: the contrasts would become narrow where songs determine them, and the level,
# which no song determines, would not. *We expect* after 110 steps, from what notebook 10 says of random walks, little of that.
#
# Shape is one thing, place another. The log likelihood is concave, so that at the centre of the walkers it is at least as high as on average over them: if that average is above the trained weights, the centre has moved uphill.

# %% [markdown]
# **Figure 13.4** *The cloud changes its size and keeps its shape.* Left: by how much the walkers' mean log likelihood on 40,000 songs lies below the log density of HMC's draws, which counts their prior too, so that the true distance is larger. Middle: the walkers' spread over that of the start, for the level (lines) and the contrasts
# (black dots upon them). Right: accuracy of the average over the walkers on synthetic songs, from the start on; the grey lines are the trained layer and the mode. Means over seeds; steps on a log scale, shifted by 1.

# %%
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.3))
curves = {where: where.arm("document").curves for where in (SONGS, GTZAN)}
steps, ratios = np.arange(1, 112), []
height = SONGS.arm("hmc").scores["log_prob"].mean() - curves[SONGS]["log_likelihood"]["mean"]
axes[0].plot(steps, height, color=COLOURS[0])
for k, (where, of) in enumerate(curves.items()):
    level, contrast = (of[name]["mean"] / of[name]["mean"][0] for name in ("level", "contrast"))
    ratios.append(f"{SAID[where]}, {(contrast / level).min():.2f} to {(contrast / level).max():.2f}")
    axes[1].plot(steps, level, color=COLOURS[k], linestyle=DASHES[k], label=SAID[where])
    axes[1].plot(steps, contrast, color="black", linestyle=DASHES[6], linewidth=1.2)
axes[0].set(title="nats below HMC", yscale="log")
axes[0].text(105, height[-1], f"{height[-1]:,.0f}", ha="right", va="top", color=COLOURS[0], fontsize=9)
axes[1].set(title="spread / spread at start", ylim=(0, 1.1))
axes[1].legend(fontsize=8, loc="upper right")
reached = 100 * curves[SONGS]["look_accuracy"]["mean"]
fits = {name: 100 * values(SONGS, name, arms.ACCURACY).mean() for name in (POINT, MODE)}
axes[2].plot(np.array(LOOKS) + 1, reached, "o-", color=COLOURS[0])
for (name, at), (side, off) in zip(fits.items(), (("top", -3), ("bottom", 2)), strict=True):
    axes[2].axhline(at, color="grey")
    axes[2].annotate(name, (111, at), (0, off), color="grey", ha="right", va=side, textcoords="offset points", size=9)
axes[2].set(title="accuracy of average (%)", ylim=(reached.min() - 2, reached.max() + 2))
plt.setp(axes, xscale="log", xlabel="step", xticks=[1, 11, 111], xticklabels=[0, 10, 110])
show(
    fig,
    "13_document_ensemble",
    f"Height, spread and accuracy of the document's ensemble; at the end, on synthetic songs, {height[-1]:,.0f} nats "
    f"below HMC's draws and right on {reached[-1]:.1f} %; on GTZAN with {level[-1]:.2f} of its spread at the start.",
)
say(
    f"Contrasts over level, both as multiples of their start, over all steps: {'; '.join(ratios)}. One would be a "
    "cloud that only changes its size. The centre moves: after the last step the walkers' mean log likelihood is "
    f"{curves[SONGS]['log_likelihood']['mean'][-1] + 40_000 * values(SONGS, POINT, 'train_nll').mean():,.0f} nats "
    "above that of the trained weights (the walkers have no prior to answer to). Before the first step, when the "
    f"walkers are the fit plus noise, their average is right on {reached[0]:.1f} % of the synthetic songs, after the "
    f"last on {reached[-1]:.1f} %; the trained layer on {fits[POINT]:.1f} %."
)

# %% [markdown]
# ### What dimension costs
#
# Why does the shape stay? A stretch multiplies a walker's distance from another by one factor, the same along all directions. So a cloud that is too wide shrinks alike everywhere, and only many more steps could shape it. How many? On a normal distribution, whose log density is as concave as can be, we can measure how long an ensemble remembers. It starts from exact draws, so that it is in equilibrium at once, and the correlation of coordinates with their own start
# falls about as $e^{-t/m}$:
#
# - $t$ is the number of steps, and $m$, the **memory**, is how many of them it takes to forget by the factor $e$; an independent draw of a walker takes about $2m$.
#
# The stretch move does not notice a linear change of coordinates, so one normal stands for all of its dimension. *Varies*: the dimension, up to the document's. *Held*: the move, and twice as many walkers as dimensions, and two. *We expect* the memory to grow with the dimension; how fast is the question.

# %% [markdown]
# **Figure 13.5** *One mode, and still a memory far longer than the run.* Left: the memory of an ensemble of stretching walkers against the dimension, on log scales, for each of the seeds, the line of the power that fits the filled markers, and the document's 110 steps. Open markers: the ensemble was not followed until the correlation fell below 0.3, and the
# memory is at least this. Right: the correlation with the start against steps, for three dimensions, means over seeds.

# %%
from secondlook.checks.sampling_that_works import memory

fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.4))
remembered = {d: mixing.memory(d) for d in DIMENSIONS}
for d, taus in remembered.items():
    known = memory.has_forgotten(over_seeds.arm(f"walkers/stretch {d}"))
    axes[0].plot(
        [d] * len(taus), taus, MARKERS[0], color=COLOURS[0], mfc=COLOURS[0] if known else "white", markersize=4
    )
ends = [min(DIMENSIONS), max(DIMENSIONS)]
axes[0].plot(ends, [memory.extended("stretch", d).mean for d in ends], color=COLOURS[0], linewidth=1)
axes[0].axhline(110, color="black", linewidth=0.8)
axes[0].text(2010, 125, "110 steps", ha="right", va="bottom", fontsize=9)
axes[0].set(xscale="log", yscale="log", xlabel="dimension", ylabel="memory (steps)")
for k, n in enumerate((10, 100, 2010)):
    correlation = over_seeds.arm(f"walkers/stretch {n}").curves["correlation"]["mean"]
    axes[1].plot(looks(DIMENSIONS[n]), correlation, color=COLOURS[k], linestyle=DASHES[k], label=f"{n:,} dimensions")
axes[1].axvline(110, color="black", linewidth=0.8)
axes[1].set(xscale="log", xlabel="steps", ylabel="correlation with the start")
axes[1].legend(fontsize=8)
told = f"in 10 dimensions {remembered[10].mean():,.0f} steps, in 2,010 by the line {memory.extended('stretch', 2010)}"
show(
    fig,
    "13_memory",
    f"Memory of the stretch move against dimension: {told}; and correlation with the start against steps.",
)
say(table("A04", "A08", "A17"))

# %% [markdown]
# ## Fifth script: predict
#
# The genre of a new song should come from the average of the predictions of all draws,
#
# $$\bar p_c = \frac1S \sum_{s=1}^{S} p_c(W_s),$$
#
# - $W_s$ are the $S$ draws of the weights; $p_c(W_s)$ is the probability of genre $c$ with these weights. Probabilities are averaged, not logits and not weights.
#
# The fifth script has an accumulator that starts at zero. For each walker it makes a *new* sum of that zero and the walker's probabilities, gives it the accumulator's name, and never puts it back. What is left at the end is zero plus the last walker. Here it is with three walkers and one song. (What would it take to keep all steps, and not the last alone? Walkers times weights times eight bytes, a step.)

# %%
three = np.array([[[0.7, 0.2, 0.1]], [[0.5, 0.4, 0.1]], [[0.1, 0.6, 0.3]]])
assert np.array_equal(printed_average(three), three[-1])
say(
    f"The mean over the walkers is {np.round(three.mean(axis=0)[0], 2).tolist()}, which names the first genre; the "
    f"script has {printed_average(three)[0].tolist()}, which names the second.\n\n" + table("A16", "A21")
)

# %% [markdown]
# ### What averages bring
#
# So the document's result was one walker's. What would the others have been? Six predictions from the same features:
#
# - the **trained layer**, as training left it; **the last walker**, which is what the script used; **the walkers' average**, which is what the text says;
# - the **mode** under $N(0, 1)$; the average over **Laplace's** normal; the average over **HMC**'s draws of the same posterior.
#
# *Varies*: where the weights come from. *Held*: the features, the songs. Three sources: **GTZAN**, ten genres, where 442 songs face 1,809 contrasts; **MNIST**, 55,000 digits, hardly any of which its ReLU net gets wrong; and 40,000 **synthetic songs**, as many as the document's.
# *We expect* accuracies alike wherever weights scatter evenly about one fit, and differences in how sure predictions are, the larger the fewer songs there are for a weight. NLL is the mean of $-\ln \bar p_y$ over test items; the calibration error compares confidence with the share of right answers (notebook 11).

# %% [markdown]
# **Figure 13.6** *Look at NLL, not at accuracy.* Accuracy, NLL and calibration error on test items of six ways to the last layer's weights, on three sets of features; means and 95 % intervals over seeds. Scales differ from panel to panel; a number at the edge is a mean that lies beyond it.

# %%
SHOWN = {arms.ACCURACY: (100, "accuracy (%)"), NLL: (1, "NLL (nats)"), arms.ECE: (100, "calibration error (points)")}
fig, axes = plt.subplots(3, 3, figsize=(7.2, 6.4), sharey=True)
for row, where in zip(axes, SAID, strict=True):
    for ax, (score, (scale, label)) in zip(row, SHOWN.items(), strict=True):
        for height, name in enumerate(READINGS):
            found = scale * values(where, name, score)
            ax.errorbar(found.mean(), height, xerr=half_width(found), **LOOK[name] | {"linestyle": ""}, capsize=2)
        ax.set(yticks=range(len(READINGS)), yticklabels=READINGS, title=SAID[where] if score == arms.ACCURACY else None)
        ax.locator_params(axis="x", nbins=3)
        if where == arms.MNIST and score != arms.ECE:  # the last walker is far off
            ends = {arms.ACCURACY: (96.5, 99.2), NLL: (0, 1.6)}[score]
            last = scale * values(where, arms.LAST, score).mean()
            ax.set_xlim(*ends)
            at, side = (ends[1], "right") if last > ends[1] else (ends[0], "left")
            ax.annotate(f"{last:.0f}", (at, list(READINGS).index(arms.LAST)), fontsize=8, va="center", ha=side)
        if where == SONGS:
            ax.set_xlabel(label)
axes[0, 0].invert_yaxis()
told = "; ".join(
    f"{name} {100 * values(GTZAN, name, arms.ACCURACY).mean():.0f} % and {values(GTZAN, name, NLL).mean():.2f} nats"
    for name in READINGS
)
show(
    fig,
    "13_six_predictions",
    f"Accuracy, NLL and calibration error of six predictions on three sources; on GTZAN: {told}.",
)

# %%
HUNDREDTHS = Unit("", 1, 2)
rows = [
    "| less the trained layer | accuracy, GTZAN (points) | NLL, GTZAN | accuracy, MNIST | NLL, MNIST |",
    "|:--|--:|--:|--:|--:|",
]
for name in (arms.LAST, arms.AVERAGE, LAPLACE, HMC):
    cells = [
        starred(family()[(where, name, POINT, score)], unit)
        for where in (GTZAN, arms.MNIST)
        for score, unit in ((arms.ACCURACY, TENTHS), (NLL, HUNDREDTHS))
    ]
    rows.append(f"| {name} | " + " | ".join(cells) + " |")
one = {
    name: GTZAN.arm(READINGS[name].method).scores["one_draw_accuracy"].mean() for name in (arms.AVERAGE, LAPLACE, HMC)
}
told = "; ".join(f"{name} {of:.0%}" for name, of in one.items())
say(
    "\n".join(rows)
    + "\n\nWith 95 % intervals over seeds; an asterisk where the difference is told from zero among the "
    f"{len(family())} comparisons of this notebook. {arms.mixed()}. A single draw of what is averaged, on GTZAN, is "
    f"right on: {told}. The less, the more its predictions scatter. Seeds: GTZAN {len(GTZAN.arm('hmc').seeds)}, MNIST "
    f"{len(arms.MNIST.arm('hmc').seeds)}, synthetic songs {len(SONGS.arm('hmc').seeds)}; with three or fewer hardly "
    "any adjusted p can be small.\n\n" + table("A01", "A18")
)
ensemble = GTZAN.arm("document").curves["contrast"]["mean"]
assert ensemble[-1] < 0.8 * ensemble[0]
say(
    f"On GTZAN the walkers' contrasts end with {ensemble[-1] / ensemble[0]:.2f} of the standard deviation that they "
    "started with, √2, which is the prior's. How wide HMC's draws are was not recorded. Their log density does not "
    "tell: it lies d/2 below the mode's, for d contrasts, however wide a normal is."
)

# %% [markdown]
# Two of the six are not what they are called. The walkers have not converged: their average is over a shrunken cloud of noise, whose centre has gone part of the way from the fit. And Laplace's normal is not the posterior where weights can put every training item right, since it goes on evenly to both sides where the posterior falls off steeply on one. On GTZAN the predictions of both scatter more than those of the posterior, and both averages predict better. That is not because they are closer to it. The walkers' cloud is not a wide one: it has shrunk to about half of the prior. What it lacks is the
# shape. The posterior is narrow in those combinations of weights that put the training songs right; noise is not. The right conclusion is about the posterior: with $N(0, 1)$ on every weight, and features that separate the training songs because they were learnt from them, it is too sure. Predictions that scatter more, like a temperature (notebook 12), repair
# this by accident. MNIST shows the other side: its training digits are separable, too, but the networks are right on new ones, and on its digits Laplace's width only takes certainty away. On the synthetic songs all that is gained over the trained layer is gained by fitting it again: the mode has it too, and the average adds next to nothing, as the next section measures.
#
# ### Where averages stop mattering
#
# By how much should an average differ from one fit? Write the contrasts as the mode plus a deviation $\delta$ with covariance $C$, and expand a prediction to second order:
#
# $$\bar p - p(\hat W) \approx \nabla p^\top \operatorname{E}[\delta] + \tfrac12 \operatorname{E}\bigl[\delta^\top\, \nabla^2 p\; \delta\bigr] \quad\text{with}\quad C \approx \frac1n\, H^{-1}.$$
#
# - $\hat W$ is the mode, in contrasts; $\nabla p$ and $\nabla^2 p$ are the first and second derivatives of a prediction in them; $H$ is the mean curvature of the cost that one song adds, which has an inverse where the songs determine every contrast. A posterior that is not symmetric about its mode has a mean deviation, also of the order $1/n$.
#
# So, where classes overlap, the true difference falls as $1/n$, once $n$ is large against the number of contrasts. (Where weights can put every item right, as on MNIST, curvature does not grow with $n$, and nothing of this holds.) An average over $S$ draws has a sampling error, too: the standard deviation of a prediction, of the order $1/\sqrt n$, over $\sqrt S$. It falls more slowly, so at some $n$ the measured distance is nothing else. On average over draws, NLL is not touched by it to first order.
#
# *Varies*: how many of the 40,000 songs the last layer is given. *Held*: the features, learnt on all 40,000; the test songs; a thousand draws. *We expect* a gain in NLL where songs are fewer than contrasts, and next to none at 40,000.

# %% [markdown]
# **Figure 13.7** *With 40,000 songs next to nothing is left to average over.* Left: the mean **total variation** between the average over a thousand of HMC's draws and the prediction of the mode (half the sum of $|p_c - q_c|$ over genres, a mean over test songs; *distance* below), sampling error included, against the number of songs that the last layer is given, for each seed; the lines have the slopes $-\tfrac{1}{2}$ (dashed) and $-1$ (dotted). Right: by how much the average
# lowers the NLL of test songs, means and 95 % intervals over seeds. On the left, from 4,000 songs on, the slope is about $-\tfrac{1}{2}$, as of sampling error; where there are fewer songs than the 1,809 contrasts (vertical line), neither line is to be expected.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.5))
sizes, far, gained = np.array([*SIZES, 40_000]), distances(), gains()
axes[0].plot(sizes, far, MARKERS[0], color=COLOURS[0], mfc="none", markersize=4)
for power, dash in ((-0.5, DASHES[1]), (-1, DASHES[2])):
    axes[0].plot(sizes, far[0].mean() * (sizes / sizes[0]) ** power, color="black", linestyle=dash, linewidth=1)
axes[0].set(yscale="log", ylabel="mean total variation", ylim=(far.min() / 2, 2 * far.max()))
widths = [half_width(of) for of in gained]
axes[1].errorbar(sizes, gained.mean(axis=1), yerr=widths, **LOOK[HMC] | {"linestyle": "-"}, capsize=2)
axes[1].axhline(0, color="black", linewidth=0.8)
axes[1].set(ylabel="NLL: mode less average (nats)")
for ax in axes:
    ax.axvline(9 * 201, color="grey", linewidth=0.8)
    ax.set(xscale="log", xlabel="thousand songs for the last layer")
    ax.set_xticks(sizes, labels=[f"{n / 1000:g}" for n in sizes])
    ax.minorticks_off()
told = "; ".join(f"{n:,} songs {value:.4f}" for n, value in zip(sizes, gained.mean(axis=1), strict=True))
show(
    fig,
    "13_fewer_songs",
    f"Distance between average and mode, and gain in NLL, against the number of songs; gains: {told}.",
)
falls = np.all(np.diff(gained, axis=0) < 0, axis=0)
say(
    f"In {falls.sum()} of {len(falls)} seeds the gain shrinks with every step; A20, below, has its fall, and what is "
    "left of it at 40,000 songs, with intervals. The left panel bounds the distance from above."
)

# %% [markdown]
# There is a catch in this, and in the document. The features were *learnt* on the very songs from which the last layer's posterior is then taken: their answers are counted twice. With features from other songs the training songs look as hard as new ones. *We expect* a fit that is less sure.
# We let a network learn from one half of the synthetic songs, and gave its last layer either the same half or the other one, 20,000 songs each time. The price of the other half: 20,000 songs more.

# %%
rows = [
    "| last layer given | training NLL | test NLL | confidence less accuracy (points) | distance | gain by averaging "
    "(nats) |",
    "|:--|--:|--:|--:|--:|--:|",
]
for name, where in arms.HALVES.items():
    inner, outer = (values(where, HMC, score).mean() for score in ("train_nll", NLL))
    over = 100 * (values(where, HMC, "confidence") - values(where, HMC, arms.ACCURACY)).mean()
    gain = arms.difference(where, MODE, HMC, NLL)
    apart = where.arm("hmc").scores["distance"].mean()
    rows.append(
        f"| {name} | {inner:.3f} | {outer:.3f} | {over:+.1f} | {apart:.4f} | {gain.difference:+.5f} ({gain.low:+.5f} "
        f"to {gain.high:+.5f}) |"
    )
say(
    "\n".join(rows)
    + "\n\nHMC, means over seeds; the gain with its 95 % interval. With other songs the fit is nearly calibrated, "
    "and better on the test. Distances, which are mostly sampling error, and gains are alike: an average over the last "
    "layer's weights does not mend what counting twice has done.\n\n" + table("A20")
)

# %% [markdown]
# ### Where no average helps, and where any does
#
# The document says that averaging serves against underfitting, too. Suppose the model is too simple. Its posterior gathers about the weights that are best *within the model*, and with more songs it gathers more closely: by the expansion above, what averaging changes goes as $1/n$, and what the model lacks does not go at all. *Varies*: how many of the 200
# hidden units the last layer is given. *Held*: 40,000 synthetic songs. *We expect* a large loss with five units, and no difference between average and mode.
#
# The opposite case is that of pictures of no digit at all, given to a layer that knows digits only. They have no right answer, and a good prediction is unsure. *We expect*, from notebook 11, that averages are.

# %% [markdown]
# **Figure 13.8** *Left: an average over a model that is too simple is as wrong as the model. Right: any average, right or wrong, tells foreign pictures better than one fit.* Left: NLL of test songs with 5, 20 and 200 hidden units, for mode and average; the markers lie side by side for the eye. Right: how well $1 - \max_c \bar p_c$ tells the pictures of two
# foreign sets from MNIST's test digits, as the area under the ROC curve; means and 95 % intervals over seeds.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.6), width_ratios=(4, 5))
for shift, name in ((-0.08, MODE), (0.08, HMC)):
    runs = [values(where, name, NLL) for where in (*SIMPLE, SONGS)]
    mean, half = [r.mean() for r in runs], [half_width(r) for r in runs]
    axes[0].errorbar(np.arange(3) + shift, mean, yerr=half, **LOOK[name] | {"linestyle": ""}, capsize=2, label=name)
axes[0].set(xticks=range(3), xticklabels=[5, 20, 200], xlabel="hidden units", ylabel="NLL (nats)", xlim=(-0.5, 2.5))
KNOWN = (POINT, arms.AVERAGE, MODE, LAPLACE, HMC)
for k, (foreign, title) in enumerate((("kmnist", "Kuzushiji-MNIST"), ("notmnist", "notMNIST"))):
    areas = [100 * arms.MNIST.arm(READINGS[name].method).scores[f"foreign/{foreign}"] for name in KNOWN]
    style = {"color": COLOURS[k], "marker": MARKERS[k], "linestyle": "", "capsize": 2, "label": title}
    mean, half = [a.mean() for a in areas], [half_width(a) for a in areas]
    axes[1].errorbar(mean, np.arange(len(KNOWN)) + 0.2 * k - 0.1, xerr=half, **style)
axes[1].set(yticks=range(len(KNOWN)), yticklabels=KNOWN, xlabel="area under the ROC curve (%)")
axes[1].invert_yaxis()
for ax in axes:
    ax.legend(fontsize=8, ncols=2, loc="lower center", bbox_to_anchor=(0.5, 1))
told = "; ".join(
    f"{where.units or 200} units {values(where, MODE, NLL).mean():.2f} and {values(where, HMC, NLL).mean():.2f}"
    for where in (*SIMPLE, SONGS)
)
seen = "; ".join(
    f"{name} {100 * arms.MNIST.arm(READINGS[name].method).scores['foreign/notmnist'].mean():.0f} %" for name in KNOWN
)
show(fig, "13_too_simple_and_foreign", f"NLL of mode and average by hidden units: {told}. Areas for notMNIST: {seen}.")
say(f"Area under the ROC curve for notMNIST, means over seeds: {seen}.\n\n" + table("A19"))

# %% [markdown]
# All averages find foreign pictures better than the mode does. So does that of the document's ensemble, which is a cloud about the fit and no posterior: here the width of a cloud counts, not that it is right. What is left undetected may be pictures that the layers below map onto a digit's features: of those, every
# draw of the last layer sees a digit, and no average over it can find them. We have not looked. Notebook 11 asks the same of networks whose every weight has a posterior.
#
# ## Takeaways
#
# - The last layer alone is a softmax regression on stored features, exactly. That makes it cheap, convex, and a good place to learn how posteriors behave.
# - Count the directions that no data can see, before you choose a prior. Here there are 201 of them, and a flat prior leaves no posterior at all.
# - Convex means one mode. It says nothing about how long a sampler takes to walk around it; that grows with the dimension, and a run of 110 steps has to be held against it.
# - Test an average by averaging something whose mean you know. A name that is bound to a new value is not a sum.
# - Accuracy is blind to most of what a posterior changes. Compare NLL, and compare with one well-fitted point, not only with no Bayes.
# - Where there are many items for each weight and the classes overlap, the average over the posterior predicts such items as its mode does. On MNIST, which can be separated, no difference between these two is told on digits either, and the average over Laplace's normal is worse there in NLL; on foreign pictures averages help. What a model cannot say, no average over it can.
#
# *Limits.* The document's own songs cannot be had: GTZAN, MNIST and synthetic songs stand in. Intervals are over seeds of the network, on the same songs; the synthetic songs have five seeds, where an interval is 2.8 standard errors to each side, and MNIST three, where it is 4.3. One prior, $N(0, 1)$ on every weight, for HMC, Laplace and mode; the networks' hidden layers stay as they were trained.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *An average of noise.* Take the small network's trained weights, add standard normal noise to each, and average the predictions of 1, 10 and 1,000 such draws. Predict the accuracies. What does this say about a sampler that is judged by the accuracy of its average?
#
# **2.** *Another number of genres.* Document 001 also has 25 genres. How many weights does the last layer have then, along how many directions is the likelihood flat, and how many contrasts are left?
#
# **3.** *Underflow.* In single precision, the logarithm of a softmax fails from a margin of about 104 on. Predict the margin in double precision.

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# The noise of a song's logits is centred and has the same variance $|\phi|^2$ for every genre, so that none is favoured: the exact average keeps the ranks of the fit, and with many draws its accuracy is about the fit's. An accuracy that equals the fit's is no evidence that anything was sampled.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# $201 \cdot 25 = 5{,}025$ weights, 201 flat directions, since $v$ has one entry a feature whatever the number of genres, and $201 \cdot 24 = 4{,}824$ contrasts.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# The least positive number in double precision is $2^{-1074}$, so the margin is $1074 \ln 2$, about 744, and a little more, as numbers below half of it are rounded to zero.
#
# </details>

# %% tags=["solution"]
noisy = W + np.random.default_rng(1).normal(size=(1_000, *W.shape))
right = {n: np.mean(predicted(phi, noisy[:n]).mean.argmax(axis=1) == test.y) for n in (1, 10, 1_000)}
assert right[1] < 1 / 3 and 0.45 < right[10] < 0.7
assert right[10] <= right[1_000] + 0.02 and abs(right[1_000] - trained) < 0.05
margins = np.arange(700, 800, 0.1)
with np.errstate(divide="ignore"):
    logs = np.log(softmax(np.column_stack([np.zeros_like(margins), margins]), axis=1)[:, 0])
lost = margins[np.isinf(logs)][0]
assert abs(lost - 1074 * np.log(2)) < 1.5
say(
    "One draw is right on fewer than a third of the songs, of which guessing has a quarter; the average over ten draws "
    "on fewer than 70 %; that over a thousand on as many as the fit, within five points. In double precision the "
    f"logarithm is lost from a margin of {lost:.0f} on."
)

# %% [markdown]
# ## Sources
#
# - Document 000, and the scripts that it explains, in the repository that the ledger names; document 001 for the network.
# - Goodman and Weare (2010), "Ensemble samplers with affine invariance", Communications in Applied Mathematics and Computational Science; Foreman-Mackey, Hogg, Lang and Goodman (2013), "emcee: the MCMC hammer"; Huijser, Goodman and Brewer (2015), "Properties of the affine invariant ensemble sampler in high dimensions".
# - MacKay (1992), "A practical Bayesian framework for backpropagation networks"; Bishop (2006), *Pattern Recognition and Machine Learning*, section 4.3.4, for softmax regression and its Hessian.
# - Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), "Rank-normalization, folding, and localization: an improved R-hat"; Blom (1958), *Statistical Estimates and Transformed Beta-Variables*, for the largest of many normals.
# - The studies are `secondlook.studies.last_layer` and `secondlook.studies.walkers`; `secondlook run last_layer` and `secondlook run walkers` do all of it again.
