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
# # 8 · The correcting model
#
# One network has learnt all it will; a second is trained to say only by how much the first is wrong. Asked on its own for the genre of a song,
# the second does no better than a throw of dice. Does it know nothing?
#
# Document 001, section 6, adds such a second network to its best one, and reports the highest accuracy of its coursework. It is an old idea
# with a good theory, and the theory answers the riddle.
#
# **You will see** the diagram of the pair, drawn from its layers; why the pair is a product of two experts and one stage of boosting; what a linear
# combiner adds to it; the document's figures 11, 12 and 13 beside ours; the correction against seven other things that might do as much;
# an original that is made too sure or not sure enough, and what the correction of it then knows; and eight corrections, one upon another.
#
# **You need** notebook 6 for the best single network, notebook 7 for the combinations, notebook 0 for paired comparisons.
#
# **Takes** forty-five minutes to read, half a minute to run. The full-size numbers are read from committed records; what runs here are small nets
# on synthetic songs.

# %% [markdown]
# ## One network corrects another
#
# Let $o_1(x)$ be the ten logits that the first network, the **original**, gives for a song $x$. Equation 3 of the document is
#
# $$p(y \mid x) = \mathrm{softmax}\bigl(o_1(x) + o_2(x)\bigr)_y, \qquad o_1 \text{ fixed}.$$
#
# - $o_2(x)$ are the ten logits of the second network, the **correction**; it sees the same song.
# - $p(y \mid x)$ is the probability of genre $y$. The training minimises $-\log p(y \mid x)$ over the training songs, by the weights of $o_2$ alone.
#
# In the document the original is its best net, with convolution in time and max pooling, and the correction is a fully connected net of two hidden
# layers of 200 units. Since the original does not change, its logits can be computed once, and enter as numbers:

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch
from scipy import stats
from scipy.special import log_softmax, softmax

from secondlook import check, document_001, networks, scores
from secondlook.checks.correcting_model import alone, built, combiner, equation, family, printed, stages
from secondlook.checks.correcting_model.family import MAIN, of
from secondlook.checks.songs import ACCURACY, NLL, OBJECTIVE, TRAIN, difference
from secondlook.checks.words import between
from secondlook.claims import table
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.studies.songs import correcting, corrections
from secondlook.studies.songs.arms import REAL

original, correction = networks.genre_cnn(10), networks.genre_mlp(10)
model = networks.correcting(10, (120, 25))
model.set_weights(correction.get_weights())
x = np.random.default_rng(0).standard_normal((5, 120, 25), dtype=np.float32)
o1, o2 = (np.asarray(net(x)) for net in (original, correction))
assert np.allclose(softmax(model([x, o1]), axis=1), softmax(o1 + o2, axis=1), atol=1e-6)
say(
    f"The original has {original.count_params():,} parameters, all fixed; the correction "
    f"{correction.count_params():,}, all of which learn."
)

# %% [markdown]
# **Figure 8.1** *The document's figure 10: the song goes into both networks, their outputs are added, and only the lower one learns.* Layers and shapes are
# read from the two networks. Grey is fixed, blue is trained; layers without weights have a thin frame.


# %%
def row(ax, net, y, colour):
    """A network's layers from left to right: name and output shape, without the number of songs."""
    kept = [layer for layer in net.layers if layer.__class__.__name__ not in ("Activation", "ReLU")]
    for at, layer in zip(np.linspace(1.5, 9.0, len(kept)), kept, strict=True):
        shape = " × ".join(map(str, layer.output.shape[1:]))
        style = {"edgecolor": colour, "facecolor": "white", "linewidth": 2 if layer.weights else 0.7}
        ax.add_patch(FancyBboxPatch((at - 0.47, y - 0.42), 0.94, 0.84, boxstyle="round,pad=0.02", **style))
        ax.text(at, y, f"{layer.__class__.__name__}\n{shape}", ha="center", va="center", fontsize=8, color=colour)
    ax.annotate("", (9.95, 1.5 + 0.2 * np.sign(y - 1.5)), (9.5, y), arrowprops={"arrowstyle": "->", "color": colour})
    ax.annotate("", (1.0, y), (0.5, 1.5 + 0.2 * np.sign(y - 1.5)), arrowprops={"arrowstyle": "->", "color": "black"})


fig, ax = plt.subplots(figsize=(7.2, 2.9))
row(ax, original, 2.4, "dimgrey")
row(ax, correction, 0.6, COLOURS[0])
for at, text in ((-0.1, "song\n120 × 25"), (10.1, "+"), (10.9, "softmax\n10")):
    ax.text(at, 1.5, text, ha="center", va="center", fontsize=16 if text == "+" else 8)
ax.text(5.2, 3.1, "original: trained first, then fixed", ha="center", color="dimgrey", fontsize=9)
ax.text(5.2, -0.15, "correction: trained second", ha="center", color=COLOURS[0], fontsize=9)
ax.set(xlim=(-0.5, 11.4), ylim=(-0.4, 3.4))
ax.axis("off")
layers = " then ".join(layer.__class__.__name__ for layer in original.layers if layer.weights)
show(fig, "08_diagram", f"Two rows of boxes from a song to a sum: above the original ({layers}), below the correction.")

# %% [markdown]
# ## Which weights change
#
# A diagram is a promise; does the code keep it? On toy songs we train an original, then its correction, and compare every array of weights with what it
# was before. The cell repeats the toy runs of the study, holds them against the record, and compares the weights.
#
# *We expect* the original's arrays unchanged to the last bit, all of the correction's changed, and a lower loss on the training songs.

# %%
check.again("songs_correcting")
(fixed, _), (learnt, arrays), (before, after) = built.second_model()
assert fixed == 0 and learnt == arrays and after < before
say(table("B62"))

# %% [markdown]
# ## A product of experts
#
# Write $p_1 = \mathrm{softmax}(o_1)$ and $p_2 = \mathrm{softmax}(o_2)$ for what each network would say alone. Since $e^{a + b} = e^a e^b$,
#
# $$p(y \mid x) = \frac{e^{o_{1,y} + o_{2,y}}}{\sum_c e^{o_{1,c} + o_{2,c}}} = \frac{p_1(y \mid x)\, p_2(y \mid x)}{\sum_c p_1(c \mid x)\, p_2(c \mid x)}.$$
#
# - Each expert can *veto*: a genre to which either gives no probability has none in the product.
#
# This is a **product of experts** (Hinton 2002). The *arithmetic* mean of the two (notebook 7) is another thing: there a genre survives if one of them likes it; the geometric mean is the root of this product, made to add to 1.
#
# ## One stage of boosting
#
# The loss of one song of genre $y$ is $\ell(o_2) = -\log \mathrm{softmax}(o_1 + o_2)_y$. Its slope at $o_2 = 0$, where there is no correction, is
#
# $$-\frac{\partial \ell}{\partial o_{2,c}}\Big|_{o_2 = 0} = \mathbf 1[c = y] - p_1(c \mid x).$$
#
# - $\mathbf 1[c = y]$ is 1 for the true genre and else 0.
#
# That is the **residual**: what the original has left over. To add one model after another, each fitted to the loss of the sum so far with all earlier
# ones fixed, is additive logistic modelling, the statistician's reading of **boosting** (Friedman, Hastie and Tibshirani 2000; Friedman 2001). The earlier
# sum is called the **offset**. So equation 3 is one stage of boosting.
#
# There is an oracle that shares no code with ours. With two classes and a linear $o_2$, only the lead of one logit over the other matters, and the fit is a
# logistic regression with an offset, which statsmodels knows. The next cell draws songs with three features, and compares.

# %%
found = equation.songs_of_two_classes(np.random.default_rng(1))
ours, oracle = equation.stage_by_loss(*found), equation.stage_by_glm(*found)
assert np.allclose(ours, oracle, atol=1e-5)
assert np.allclose(equation.product(o1, o2), softmax(o1 + o2, axis=1), atol=1e-6)
numbers = ", ".join(f"{value:.4f}" for value in ours)
say(f"Intercept and slopes by the loss of equation 3 and by statsmodels agree: {numbers}.\n\n" + table("B30", "B38"))

# %% [markdown]
# ## What had been written
#
# The document found no related work on training in sequence or on making models specialise. There was plenty, some of it decades old.
#
# - *In sequence.* Cascade-correlation adds one unit after another, with those before held fixed (Fahlman and Lebiere 1990). Boosting as additive logistic modelling and
#   gradient boosting are equation 3, stage by stage (Friedman, Hastie and Tibshirani 2000; Friedman 2001), and have been done with neural networks (Schwenk and Bengio
#   2000). Stacking, used with one model, is described by its author as estimating and then correcting that model's errors (Wolpert 1992).
# - *Each its own region.* Mixtures of experts share out the inputs (Jacobs and others 1991), products of experts let each veto (Hinton 2002), and negative-correlation
#   learning is the penalty on similarity that the document proposes as further work (Liu and Yao 1999); notebook 7 tries it.
# - *Sums inside a network.* Residual networks add a correction to what comes in, a hundred layers deep, and train all of it at once (He and others 2016).
#
# ## What a linear combiner would add
#
# A **linear combiner** of the two outputs has a $20 \times 10$ kernel $W$ and a bias $b$: it gives $W^\top (o_1, o_2) + b$. Cut the kernel into two square
# blocks, $A$ for the first output and $B$ for the second, and let $o_2 = V^\top h + c$ be the last layer of the correction, on its hidden units $h$:
#
# $$A^\top o_1 + B^\top (V^\top h + c) + b = A^\top o_1 + (V B)^\top h + (B^\top c + b).$$
#
# - $V B$ is just another kernel on $h$, and $B^\top c + b$ another bias: a correction that learns has them already.
# - $A$ is new. The correcting model has $A = I$.
#
# So of the combiner's parameters only the block $A$ is new, and a part of it moves all logits of a song alike, which changes no probability. The document says that the correcting model is the combiner *with all
# weights set to one*. That cannot be: then every genre would receive the same sum.

# %%
sum_of_outputs, ones = combiner.sum_as_combiner(10), np.ones((20, 10))
assert np.allclose(combiner.combined(o1, o2, sum_of_outputs), softmax(o1 + o2, axis=1), atol=1e-5)
assert np.allclose(combiner.combined(o1, o2, ones), 0.1, atol=1e-5)
say(
    f"The kernel that adds the two outputs has {np.sum(sum_of_outputs == 1):.0f} ones and "
    f"{np.sum(sum_of_outputs == 0):.0f} zeros. With ones everywhere each of ten genres has probability 0.1, whatever "
    "the song.\n\n" + table("B31", "B32")
)

# %% [markdown]
# ## Is it worth it?
#
# The document compares the correcting model with its best combination, and with itself when the original's weights are let go. Their curves
# are left; ours, on the songs of notebook 6, right.
#
# *What varies*: what is done with the trained original. *Held*: the seed, and so the original (up to rounding: where it differs, between processors or now and then between runs on one, training makes another net of the same seed, which widens intervals and favours neither side); the order of the songs; penalties, Adam, and as many epochs
# again. *We expect*, after the document, the correcting model ahead by a little, and the one with nothing fixed where the original was.


# %%
def beside(figure, pairs):
    """The document's curves of a figure, and ours on GTZAN: mean over seeds, band of one standard deviation."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.7), sharex=True)
    at, ends = np.arange(1, 101), []
    for k, (theirs, (name, label, quantity)) in enumerate(pairs.items()):
        style = {"color": COLOURS[k], "linestyle": DASHES[k], "linewidth": 1.4}
        drawn, record = document_001.curve(figure, theirs), of("gtzan", name)
        curve = record.curves[quantity]
        mean, sd = 100 * curve["mean"], 100 * curve["sd"]
        left.plot(at, 100 * drawn, **style)
        right.plot(at, mean, label=label, **style)
        right.fill_between(at, mean - sd, mean + sd, color=COLOURS[k], alpha=0.12, linewidth=0)
        ends.append(f"{label}: {100 * drawn[-10:].mean():.1f} and {mean[-10:].mean():.1f} %")
    left.set(title="the document: 40,000 songs, one run", ylabel="validation accuracy (%)", xlabel="epoch")
    right.set(title=f"ours: GTZAN, {len(record.seeds)} seeds", xlabel="epoch")
    fig.legend(loc="outside lower center", ncols=3, fontsize=9)
    return fig, f"Learning curves, the document's left and ours right. They end at: {'; '.join(ends)}."


# %% [markdown]
# **Figure 8.2** *In the document the gain comes with the first epoch; on few songs there is hardly one.* The document's figure 11, made again. Validation accuracy over the epochs of the second training. Left, the
# document's curves, each one run; its model combination is a linear combiner of three networks. Right, means over seeds on GTZAN, with one standard deviation
# about them. The combiner starts at random and has first to learn to add (notebook 7).

# %%
FIGURE_11 = {
    "correcting model": (MAIN, "correcting model", "valid_accuracy"),
    "model combination": (family.COMBINER, "linear combiner", "valid_accuracy"),
    "varying original model": (family.NOT_FIXED, "original not fixed", "valid_accuracy"),
}
fig, alt = beside(11, FIGURE_11)
show(fig, "08_figure_11", alt)
drawn, begun = document_001.curve(11, "correcting model"), document_001.curve(8, "max pooling size=2")
say(
    f"After one epoch the document's correcting model is at {100 * drawn[0]:.1f} % and after a hundred at "
    f"{100 * drawn[-1]:.1f} %; its original ended its own training at {100 * begun[-10:].mean():.1f} % (mean of ten "
    "epochs)."
)

# %% [markdown]
# In the document nearly all of the gain is there after the first epoch, one pass over the songs. Something so quick may be something simple. If the output layer of the original was merely not yet at its best, any model that can move it would gain as much. So here are seven
# **controls**, all but the last from the same trained original:
#
# - the *original as it was*, and the *original trained on* for as many epochs again, its optimiser begun afresh;
# - *mean of late weights* averages its weights over the last tenth of its own epochs, and trains nothing (on synthetic songs, with five epochs, that is the original as it was);
# - *shifts* learns ten numbers, one for each logit; *scale and shifts* learns a common factor too;
# - *output layer refitted* lets the last layer alone go on learning;
# - *random original* corrects a network that has learnt nothing, so that all must come from the correction.

# %% [markdown]
# **Figure 8.3** *In accuracy a correcting model is not shown to be worth more than simpler things; in loss some of them are better.* Right of zero it is better than what the row names. Left, test accuracy of the correcting model minus that
# of the row; right, test NLL of the row minus that of the correcting model, so that right is better in both. Means of the last tenth of the epochs; bars are 95 %
# intervals over paired seeds, wider in cross-validation since its folds share songs. The best combination is chosen on validation songs, source by source.

# %%
ROWS = (*family.CONTROLS, family.NOT_FIXED, family.COMBINER, "best combination")
fig, axes = plt.subplots(1, 2, figsize=(7.2, 5.4), sharey=True)
for k, (source, label) in enumerate(family.SAID.items()):
    for ax, score, factor in zip(axes, (ACCURACY, NLL), (100, -1), strict=True):
        pairs = [difference(source, MAIN, name, score) for name in (*ROWS[:-1], family.best_combination(source))]
        gain, half = np.array([(factor * p.difference, abs(factor) * (p.high - p.difference)) for p in pairs]).T
        style = {"linestyle": "", "color": COLOURS[k], "marker": MARKERS[k], "markersize": 4, "capsize": 2}
        ax.errorbar(gain, np.arange(len(ROWS)) + 0.2 * (k - 1.5), xerr=half, **style, label=label)
for ax, what in zip(axes, ("accuracy (points)", "NLL (nats)"), strict=True):
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set_xlabel(f"gain in {what}")
axes[0].set_yticks(range(len(ROWS)), [family.CONTROLS.get(name, name) for name in ROWS])
axes[0].set(xlim=(-3, 10), ylim=(len(ROWS) - 0.4, -0.6))
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=9)
gains = {name: 100 * difference("gtzan", MAIN, name).difference for name in ROWS[:-1]}
alt = (
    "The correcting model against ten others on four sources of songs; on GTZAN the gain in accuracy runs from {:+.1f} "
    "to {:+.1f} points."
)
show(fig, "08_worth_it", alt.format(min(gains.values()), max(gains.values())))
rows = ["| than | better in accuracy | worse | better in NLL | worse |", "|:--|--:|--:|--:|--:|"]
for name, called in family.CONTROLS.items():
    rows.append(f"| {called} | {' | '.join(str(n) for s in (ACCURACY, NLL) for n in family.tally(MAIN, name, s))} |")
shifted, gained, beyond = (difference("some order", MAIN, v) for v in ("shifts", family.ORIGINAL, "random original"))
assert gained.low > max(0, shifted.high)
say(
    "On how many of the three real sources the correcting model is better or worse, by intervals that are not "
    "adjusted:\n\n" + "\n".join(rows) + "\n\n"
    f"On 40,000 synthetic songs the correcting model is {between(gained)} ahead of its original, over {gained.n} "
    f"seeds, and {between(shifted)} ahead of ten shifts. So a number for each class brings most of the gain. "
    f"Over a random original, on these songs, it gains {between(beyond)}, which lies outside the figure.\n\n"
    + table("B57", "B58")
)

# %% [markdown]
# ## The same model twice, and with more to see
#
# Figure 12 of the document has the correcting model again, under the name of the initial approach. It is another run of the same model, so the document tells,
# without saying so, how far apart two runs of one model are. A gain that is smaller than this is not yet a gain.
#
# Its new variant is given the original's hidden units and output besides the song (equation 4). They are functions of the song, so they add no information; they
# may make the correction easier to find. *What varies*: the inputs of the correction; ours are the 200 units of the original's last hidden layer and its ten
# logits. *Held*: all else. *We expect* no difference.

# %% [markdown]
# **Figure 8.4** *More inputs bring no accuracy that is shown, and cost loss on test songs.* The document's figure 12, made again. Validation accuracy of the correcting model, of the variant with more inputs, and of the combination; panels as in
# figure 8.2. Left, compare the first curve with the first of figure 8.2: both are the same model.

# %%
FIGURE_12 = {
    "correcting model": (MAIN, "correcting model", "valid_accuracy"),
    "model combination": (family.COMBINER, "linear combiner", "valid_accuracy"),
    "input hiddenunits output": (family.GIVEN_MORE, "given hidden units and output", "valid_accuracy"),
}
fig, alt = beside(12, FIGURE_12)
show(fig, "08_figure_12", alt)
assert all(difference(source, family.GIVEN_MORE, MAIN, ACCURACY).low < 0 for source in REAL)
assert all(difference(source, family.GIVEN_MORE, MAIN, NLL).low > 0 for source in REAL)
say(table("B59", "B60"))
lower, higher = (
    [source for source in REAL if sign * difference(source, family.GIVEN_MORE, MAIN, score).difference > 0]
    for score, sign in ((TRAIN, -1), (NLL, +1))
)
say(
    f"We expected no difference. With more inputs the NLL of training songs ends lower on {len(lower)} of {len(REAL)} "
    f"sources, and that of test songs higher on {len(higher)}. What is easier to find, it seems, is how to fit the "
    "songs of training."
)

# %% [markdown]
# ## What a correction knows by itself
#
# Take away the original and let the correction alone name the genre: the class of its greatest logit. The document finds it right about one time in ten, with ten
# genres, and concludes that it *has not learnt to predict the class*. Let us see what it should say.
#
# The expected loss at a song $x$ is least where the model's probabilities are the true ones. So at the optimum $\mathrm{softmax}(o_1 + o_2) = p(\cdot \mid x)$, which means
#
# $$o_2(x) = \log p(\cdot \mid x) - o_1(x) + c(x).$$
#
# - $p(\cdot \mid x)$ are the true probabilities of the genres of song $x$, ten numbers.
# - $c(x)$ is any number, the same for all ten genres: a softmax does not see it. It cannot be the reason for the chance level: added to all logits
#   alike, it does not change which is greatest.
#
# Now suppose that the original has the right order of the genres and only the wrong confidence, $o_1 = a \log p(\cdot \mid x)$:
#
# $$o_2(x) = (1 - a) \log p(\cdot \mid x) + c(x).$$
#
# - $a < 1$: the original is **under-confident**. The correction alone is right as often as the best classifier there is.
# - $a = 1$: it is **calibrated**. The correction is a constant and knows nothing.
# - $a > 1$: it is **over-confident**. The correction names the *least* probable genre, and is right almost never.
#
# In all cases but $a = 1$ the true probabilities can be computed from the correction, if $a$ is known. In this family its accuracy measures the confidence of the original, not what it has learnt.
#
# We can see this happen, for of our synthetic songs the true probabilities are known. *What varies*: the factor $a$ on the exact $\log p(y \mid x)$, which serves as the
# original. *Held*: 8,000 songs of ten genres and ten segments, the document's fully connected correction, five epochs. *We expect* the step that theory gives, smoothed, since a
# network of a few thousand songs is not the optimum.

# %%
FACTORS = (0.25, 0.5, 1.0, 2.0, 4.0)
rng = np.random.default_rng(8)
train, test = alone.LAW.draw(8_000, rng), alone.LAW.draw(4_000, rng)
log_p = {name: log_softmax(alone.LAW.log_likelihood(s.x), axis=1) for name, s in (("train", train), ("test", test))}


def alone_scores(o):
    """Accuracy, NLL and information about the class of logits by themselves, on the test songs."""
    first = o.argmax(axis=1)
    assert np.array_equal(first, (o + rng.normal(size=(len(o), 1))).argmax(axis=1))  # c(x) moves nothing
    return (first == test.y).mean(), scores.negative_log_likelihood(o, test.y), scores.information(first, test.y, 10)


learner, knows = corrections.model_of("sum", 10, train.x.shape[1:]), {}
for a in FACTORS:
    offset = {name: np.float32(a * logits) for name, logits in log_p.items()}
    *_, (state, _) = learner.epochs(learner.start(0), (train.x, offset["train"]), train.y, 5, 50, 0)
    knows[a] = alone_scores(learner.logits(state, (test.x, offset["test"])) - offset["test"])
best, right, told = alone_scores(log_p["test"])[0], *([knows[a][k] for a in FACTORS] for k in (0, 2))
assert min(right[:2]) > 0.3 and 0.05 < right[2] < 0.16 and max(right[3:]) < 0.02 and told[3] > 2 * told[2]
say(
    f"The best classifier is right on {100 * best:.0f} %. The correction alone is right on more than 30 % where the "
    "original is under-confident (a = ¼ and ½), on between 5 and 16 % at a = 1, and on less than 2 % where it is "
    "over-confident (a = 2 and 4). But at a = 2 it tells more than twice as many nats about the genre as at a = 1."
)

# %% [markdown]
# **Figure 8.5** *How often the best correction alone is right hangs on how sure the original is.* Accuracy and NLL of the correction without
# its original against the factor on the original's logits. The line is the best correction there is; markers are trained networks: on the exact probabilities of
# synthetic songs (run above), and on trained originals whose logits are multiplied (records). The dotted lines are chance, 10 % and $\ln 10$. A trained original is not calibrated to
# begin with, so its markers need not cross chance at factor 1. Bars are 95 % intervals over seeds: twenty on GTZAN, five on synthetic songs.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.9))
fine = np.geomspace(0.2, 5, 60)
exact = np.array([alone_scores((1 - a) * log_p["test"]) for a in fine])
for ax, column, score, factor in zip(axes, (0, 1), ("alone/test_accuracy", "alone/test_nll"), (100, 1), strict=True):
    ax.plot(fine, factor * exact[:, column], color="black", label="best correction, exact probabilities")
    found = [factor * row[column] for row in knows.values()]
    ax.plot(FACTORS, found, "P", color=COLOURS[3], label="trained on exact probabilities")
    for k, source in ((0, "gtzan"), (2, "some order")):
        scored = [factor * of(source, MAIN if a == 1 else f"original times {a:g}").scores[score] for a in FACTORS]
        half = [stats.t.ppf(0.975, len(v) - 1) * v.std(ddof=1) / np.sqrt(len(v)) for v in scored]
        style = {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k], "label": family.SAID[source]}
        ax.errorbar(FACTORS, [v.mean() for v in scored], yerr=half, linewidth=1.2, capsize=2, **style)
    ax.axhline((10, np.log(10))[column], color="black", linestyle=":", linewidth=1)
    ax.set(xscale="log", yscale=("linear", "log")[column], xlabel="factor on the original's logits")
    ax.set_xticks(FACTORS, [f"{a:g}" for a in FACTORS])
    if score == "alone/test_accuracy":
        ax.set_ylim(0, 85)
    ax.set_ylabel(("accuracy of the correction alone (%)", "its NLL (nats)")[column])
    ax.minorticks_off()
axes[1].set_yticks((2, 4, 8, 16), ["2", "4", "8", "16"])
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=2, fontsize=9)
alt = (
    "Accuracy of the correction alone falls as the original grows surer, with exact probabilities from {:.0f} to "
    "{:.1f} %."
)
show(fig, "08_confidence", alt.format(100 * knows[0.25][0], 100 * knows[4.0][0]))

# %% [markdown]
# Why should an original be near $a = 1$ at all? Because it was trained. Multiply its logits by a factor $s$: at a minimum of the training loss over an output layer that
# has no penalty, as in the document, no factor does better than $s = 1$, for a factor is one of the things that the output layer can do. On its own *training* songs,
# then, a net that has come to rest is calibrated in this sense, and leaves its correction nothing in the direction of $o_1$. On other songs it may be over-confident,
# but of those the correction's training knows nothing.
#
# There is a second way to chance level. The slope at $o_2 = 0$ is the residual, and a net that is right on every training song, and sure of it, leaves residuals near zero. Then
# only the penalty is left to act: it takes the correction's hidden weights to zero, and what remains, its biases, names one genre for every song. Our originals come so far only when their logits are multiplied (below the table). There is a third way: all that there is to learn may be a *shift*
# of genres, the same for every song. So a correction can be at chance because the original was calibrated, because nothing was left to correct, or because it has learnt a shift; below chance, where only its confidence was wrong, the original was too sure.
#
# The table has the factors that fit best, above 1 for an under-confident original. For a net that is right on every training song there is no best factor: the larger, the lower the
# loss, until it is zero to the last digit, and what the table shows there, 100, is only where the search stopped, as is 0.01 for an original that knows nothing (factors are medians over seeds, all else means). *AUROC* is the probability that a song of a genre is given a higher probability of that genre than a song of another, a mean over genres; chance is 0.5. *Information* is the mutual information of the genre that is
# named and the true one, less what chance shows.
#
# After the table, the document's own curve. On $n$ songs of ten genres, chance has a standard error of $\sqrt{0.1 \cdot 0.9 / n}$, and a correction that knows nothing
# stays within two of them about 10 % in most epochs. A curve that is often *below* knows which genre a song is not.

# %%
rows = [
    "| original | best factor, training songs | best factor, test songs | right alone, training | right alone, test | "
    "chance | AUROC | information (nats) |",
    "|:--|--:|--:|--:|--:|--:|--:|--:|",
]
for source, names in correcting.PLACES.items():
    for name in (MAIN, *(n for n in correcting.TEMPERED if n in names), "random original"):
        mean = {key: values.mean() for key, values in of(source, name).scores.items()}
        scale = {split: np.median(of(source, name).scores[f"scale/{split}"]) for split in ("train", "test")}
        rows.append(
            f"| {family.SAID[source]}{'' if name == MAIN else ', ' + name} | {scale['train']:.2f} | "
            f"{scale['test']:.2f} | {100 * mean['alone/train_accuracy']:.1f} % | "
            f"{100 * mean['alone/test_accuracy']:.1f} % | {100 / family.CLASSES[source]:.1f} % | "
            f"{mean['alone/test_auroc']:.3f} | {mean['alone/test_information']:.3f} |"
        )
say("\n".join(rows))
known, new = ([100 * of(s, MAIN).scores[f"alone/{part}_accuracy"].mean() for s in REAL] for part in ("train", "test"))
assert all(np.median(of(source, MAIN).scores["scale/train"]) > 50 for source in REAL)
assert all(value > 100 / family.CLASSES[source] for source, value in zip(REAL, new, strict=True))
silent = [
    np.sum(of("gtzan", name).scores["alone/test_information"] == 0)
    for name in (MAIN, "original times 2", "original times 4")
]
say(
    "So our originals on real songs have **not come to rest**. Every factor above 1 still lowers their training loss: "
    "to their corrections they are under-confident, $a < 1$. Then theory has the corrections above chance, and so they "
    f"are: alone they name the right genre of {', '.join(f'{value:.0f}' for value in known)} % of training songs and "
    f"of {', '.join(f'{value:.0f}' for value in new)} % of test songs. Where GTZAN's originals are multiplied by 2, "
    f"the correction names one genre for every song in {silent[1]} runs, by 4 in {silent[2]}, as trained in "
    f"{silent[0]}. The document's curve, below chance, is thus not explained by an original at rest; an over-confident "
    "one would explain it."
)

# %% [markdown]
# **Figure 8.6** *The document's correction alone is often below chance, ours is above.* The document's figure 13, made again: the correction alone, and the same network trained alone. Validation accuracy; panels as in figure 8.2. The dotted lines
# are two standard errors about chance, for 10,000 songs left and for GTZAN's 197 right.

# %%
FIGURE_13 = {
    "correcting model": (MAIN, "correction alone", "alone_accuracy"),
    "trained separately": (family.TRAINED_ALONE, "the same net, trained to predict", "valid_accuracy"),
}
fig, alt = beside(13, FIGURE_13)
for ax, songs in zip(fig.axes, (printed.VALID_SONGS, 197), strict=True):
    for sign in (-2, 2):
        ax.axhline(10 + sign * 100 * np.sqrt(0.09 / songs), color="black", linestyle=":", linewidth=0.8)
show(fig, "08_figure_13", alt)
say(table("B33", "B61"))

# %% [markdown]
# ## Part by part, or all at once?
#
# Twice the document found that training everything at once did worse than training part by part: the combiner with its members, and the original with its correction. It
# gives two reasons. A large net gets stuck in poor optima; and the function to be minimised has changed.
#
# Write $L(w_1, w_2)$ for the loss on the training songs plus all penalties, with the weights $w_1$ of what was trained first. Part by part, $w_1$ stays at $\hat w_1$:
#
# $$\min_{w_2} L(\hat w_1, w_2) \;\ge\; \min_{w_1, w_2} L(w_1, w_2).$$
#
# From the trained $\hat w_1$ on the function is the same, and the search is over fewer weights; only $\hat w_1$ itself comes from another function, the first net's own loss. So the two reasons can be told apart by looking at the *training* objective, which the document does not show.
#
# - Joint training ends *higher* than a point that is known: the optimiser has not found what exists. Such a point is the original alone, trained on as long, with a correction of nothing: it is one of the joint net's own.
# - Joint training ends *lower* than the parts: that alone shows little, since all penalties may shrink now. If it is worse on test songs and the training NLL is lower too, the net has **over-fitted**, and the cure is a
#   penalty, not another optimiser. If only the penalty is lower, it has traded fit for small weights.
#
# A reason is wanted only for a difference that is there. So for the claim to be upheld, part by part must also be told to predict better.
#
# *What varies*: which weights may move. *Held*: the trained parts from which both start, epochs, order of songs.

# %%
rows = [
    "| songs | difference | training objective | training NLL | test NLL | test accuracy (points) |",
    "|:--|:--|--:|--:|--:|--:|",
]
for source, label in family.SAID.items():
    for parts, joint in (*family.JOINT.items(), *((family.TRAINED_ON, joint) for joint in family.JOINT.values())):
        cells = []
        for score, factor in ((OBJECTIVE, 1), (TRAIN, 1), (NLL, 1), (ACCURACY, 100)):
            pair = difference(source, joint, parts, score)
            cells.append(f"{factor * pair.low:+.2f} to {factor * pair.high:+.2f}")
        against = f"{joint} minus {'the original trained on' if parts == family.TRAINED_ON else parts}"
        rows.append(f"| {label} | {against} | " + " | ".join(cells) + " |")
say(
    "\n".join(rows)
    + "\n\nJoint minus part by part, and minus the point that is known: 95 % intervals over paired seeds, NLL and "
    "objective in nats.\n\n" + table("B34")
)

# %% [markdown]
# ## A maximum is an optimist
#
# The accuracies that the document quotes are the greatest of a hundred epochs, on the songs by which its models were chosen. The greatest of a hundred wavering numbers
# is above their mean even if nothing improves. For a hundred independent draws from a normal distribution the cell below says by how much.
#
# We therefore compare three numbers of each run: the greatest validation accuracy, the mean of the last tenth of the epochs, and the same on test songs, which chose nothing.

# %%
rng = np.random.default_rng(36)
greatest = rng.standard_normal((10_000, 100)).max(axis=1).mean()
by_hand = np.trapezoid(1 - stats.norm.cdf(np.linspace(-8, 8, 4_001)) ** 100, dx=16 / 4_000) - 8
assert abs(greatest - by_hand) < 0.02
say(
    f"The greatest of a hundred normal draws is {greatest:.2f} standard deviations above their mean ({by_hand:.2f} by "
    "integration).\n\n" + table("B36")
)

# %% [markdown]
# ## Eight corrections
#
# If one correction helps, why not correct the correction? The document proposes it. Boosting does it by the hundred, and has learnt two lessons: each stage lowers the
# *training* loss, whether or not there is anything left to learn; and the cure is to **shrink** every stage, $o \leftarrow o + \nu\, o_m$, with a small $\nu$ (Friedman 2001).
# A correction is trained as it is, and then only the part $\nu$ of it is added.
# Ours have a penalty on their weights too: a correction grows only where it lowers the training loss by more than its weights cost, and where the songs are fitted already it may stay none at all.
#
# *What varies*: the number of corrections, 0 to 8, and the factor $\nu$. *Held*: data, epochs of each stage, and the original, run by run. *We expect* a training loss that never rises from stage to
# stage, and a test loss that turns, later with a smaller $\nu$, if there is anything to correct.

# %% [markdown]
# **Figure 8.7** *The first corrections lower the training loss most; on songs not seen the loss is told to fall on the codewords alone, and under shrunken corrections alone.* How training NLL, test NLL and test accuracy change from the original, against the number of corrections; above GTZAN,
# below the codewords. Means over seeds of changes within a run, with 95 % intervals, not adjusted.

# %%
fig, axes = plt.subplots(2, 3, figsize=(7.2, 5), sharex=True)
MEASURES = {"train_nll": ("training NLL (nats)", 1), "test_nll": ("test NLL (nats)", 1)}
MEASURES["test_accuracy"] = ("test accuracy (points)", 100)
ends, falls = [], {}
for line, source in zip(axes, family.STACKED, strict=True):
    for ax, (score, (measure, factor)) in zip(line, MEASURES.items(), strict=True):
        for k, nu in enumerate(correcting.SHRINKAGE):
            values = factor * stages.by_stage(source, nu, score)
            change = values - values[0]
            half = stats.t.ppf(0.975, values.shape[1] - 1) * change.std(axis=1, ddof=1) / np.sqrt(values.shape[1])
            style = {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k], "markersize": 3}
            style |= {"linewidth": 1.2, "label": f"ν = {nu:g}{' (whole)' if nu == 1 else ''}"}
            ax.errorbar(np.arange(9) + 0.12 * (k - 1), change.mean(axis=1), yerr=half, **style)
            if score == "test_nll":
                ends.append(f"{change[-1].mean():+.2f}")
                falls[source, nu] = change[-1].mean() + half[-1] < 0
        ax.set_title(measure, fontsize=10)
        ax.axhline(0, color="grey", linewidth=0.8)
    line[0].set_ylabel(family.SAID[source], fontsize=9)
axes[1, 1].set(xlabel="corrections", xticks=range(0, 9, 2))
fig.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
show(
    fig,
    "08_stages",
    f"Changes of three measures against 0 to 8 corrections on two sources; test NLL has changed by {', '.join(ends)} "
    "nats at the end.",
)
assert [at for at, fell in falls.items() if fell] == [("codewords", nu) for nu in (0.1, 0.3)]
say(table("B67"))

# %% [markdown]
# ## Takeaways
#
# - A sum of logits is a product of probabilities, and a fixed first term makes it one stage of boosting with an offset.
# - The sum is the linear combiner $[I\; I]$ with bias 0. A combiner of ones says the same of every song.
# - Where the original errs in its confidence alone, the accuracy of the best correction alone tells how sure it was, not what was learnt. Chance level has several causes, a calibrated original among them. Below chance is
#   knowledge too.
# - Before a gain is credited to a new model, give the old one what the new one had: more epochs, a refitted output layer, a factor and shifts.
# - Which of two trainings failed is seen on the training objective; which of two models is better, on test songs. The greatest of a hundred epochs is neither.
#
# *Limits.* The real songs are few, and our networks learn their training songs by heart, which leaves a correction little to learn; the document's forty thousand may have left it more. Except in cross-validation one test set serves all
# seeds, so the intervals cover the training, not another set of songs. Which hidden layers the document fed to its correction, and what its combiner with a fixed original scored, it does
# not say. The derivation of what a correction knows is exact at the optimum; a trained correction is near it only with enough songs.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *A calibrated output layer.* Fit a logistic regression without a penalty. Predict the best factor on its logits on the training songs, and on others.
#
# **2.** *Half of both.* The combiner $[\tfrac12 I\; \tfrac12 I]$ averages the logits. Does it change the predicted genre of the sum? Does it change the NLL?
#
# **3.** *A correction that errs with method.* With two genres, in which case is the correction alone right least often, and what would you do with it?

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# One, to the precision of the fit, on its training songs: a factor is among the things the fit could do. On other songs less than one: it has fitted some noise.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# The genre stays, for all logits are halved. The probabilities are those of temperature two, the roots of the product made to sum to one, so the NLL changes.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# With two genres and an over-confident original, $a > 1$: the correction always names the less probable one, and is right only as often as the best classifier is wrong. Do the opposite of what it says, and you have the best
# classifier.
#
# </details>

# %% tags=["solution"]
from sklearn.linear_model import LogisticRegression

few, many = ((songs.x[:number].mean(axis=1), songs.y[:number]) for songs, number in ((train, 400), (test, 4_000)))
fit = LogisticRegression(C=np.inf, max_iter=5_000, tol=1e-8).fit(*few)
own, others = (scores.best_scale(fit.decision_function(means), y) for means, y in (few, many))
assert abs(own - 1) < 0.01 and others < 0.95
halved = combiner.combined(o1, o2, sum_of_outputs / 2)
assert np.array_equal(halved.argmax(axis=1), (o1 + o2).argmax(axis=1))
root = np.sqrt(equation.product(o1, o2))
assert np.allclose(halved, root / root.sum(axis=1, keepdims=True), atol=1e-5)
p = np.random.default_rng(3).uniform(0.01, 0.99, 1000)
log_two = np.log(np.column_stack([p, 1 - p]))
says = alone.best_correction(log_two, 2 * log_two).argmax(axis=1)
assert np.array_equal(1 - says, log_two.argmax(axis=1))
say(f"Best factor: {own:.3f} on the songs of the fit, {others:.2f} on others. Solutions 2 and 3 hold too.")

# %% [markdown]
# ## Sources
#
# - Document 001, sections 5.2, 6 and 8, figures 10 to 13; its plotted curves are read by `secondlook.document_001`.
# - The study is `secondlook.studies.songs.correcting`; combinations and the original trained on stand in that of notebook 7, single networks in those of notebooks 4 and 6. `make
#   results` trains all of it again.
# - Friedman, Hastie and Tibshirani (2000) and Friedman (2001) on boosting; Hinton (2002) on products of experts; Wolpert (1992), Fahlman and Lebiere (1990), Schwenk and Bengio (2000),
#   Jacobs and others (1991), Liu and Yao (1999) and He and others (2016) as above; Guo and others (2017) on the confidence of networks; Izmailov and others (2018) on means of weights;
#   Miller (1955) on the bias of information; Schuirmann (1987) on equivalence; Holm (1979) on adjusting p-values.
