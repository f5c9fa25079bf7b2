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
# # 7 · Three nets and one answer
#
# Three listeners have heard the same songs and disagree about a new one: whom do you believe?
#
# Document 001, section 5, trains three different nets and a fourth, small one that listens to them. It reports 0.64 where the best of the three has 0.63.
# We take the ways of combining that it tries, and some that it does not: a plain average, which it names and which needs no training; three nets of one kind; one net
# trained for longer; and a combiner that is fitted on songs the three have not heard.
#
# **You will see** why an average is never worse than its members are on average, in four lines; the document's figures 1 and 9 drawn again; a curve that starts where
# it should not; why a combiner must not be trained on songs that its members know by heart; bias and variance of nets, counted over seeds; and what
# each way costs.
#
# **You need** notebook 6 for the nets, notebook 4 for the songs, notebook 0 for paired comparisons; from school, that a logarithm is concave.
#
# **Takes** fifty minutes to read, a minute to run. The full-size numbers are read from committed records; what runs here are small nets on synthetic
# songs, and trees on pictures of digits.

# %% [markdown]
# ## Three members
#
# A song $x$ has 120 segments of 25 features. Each of three nets maps it to ten **logits** $o_k(x)$, one for each genre $c$, and so to probabilities
#
# $$p_{k,c} = \frac{e^{o_{k,c}}}{\sum_{c'} e^{o_{k,c'}}} = e^{\,o_{k,c} - \mathrm{lse}(o_k)}, \qquad \mathrm{lse}(o) = \log \sum_{c} e^{o_c}.$$
#
# - $k = 1, 2, 3$ numbers the members: fully connected, baseline, convolution in time.
# - $\mathrm{lse}$, the log of the sum of exponentials, is what makes the probabilities add to 1.
#
# The fully connected net assumes nothing about the song; the baseline gives all segments the same kernels; convolution in time gives the same kernels to all runs
# of three segments, and pools. The document hopes that they learn different things. Its figure 1 is a picture of the baseline; ours is drawn from
# the three models as they are built.

# %%
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.patches import FancyBboxPatch
from scipy.special import log_softmax, logsumexp
from sklearn.datasets import load_digits

from secondlook import check, document_001, ensembles, networks
from secondlook.checks import songs
from secondlook.checks.combining_models import bagging, costs, decomposition, experts, family, printed
from secondlook.checks.over_seeds import arm
from secondlook.checks.songs import BASELINE, GTZAN_CLASSES, PLAIN, POOLED, SAID, place
from secondlook.claims import table
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.scores import negative_log_likelihood
from secondlook.studies.songs import combiners, combining
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.members import MEMBERS
from secondlook.studies.songs.stage import Task

CALLED = {POOLED: "convolution in time", PLAIN: "convolution, no pooling"}
built = networks.genre_mlp(10), networks.genre_cnn(10, (1, 1), "none"), networks.genre_cnn(10)
nets = dict(zip(MEMBERS, built, strict=True))
rows = ["| member | layers with weights | parameters |", "|:--|--:|--:|"]
for kind, net in nets.items():
    rows.append(f"| {kind} | {sum(bool(layer.weights) for layer in net.layers)} | {net.count_params():,} |")
say("\n".join(rows) + "\n\n" + table("B51"))

# %% [markdown]
# **Figure 7.1** *Three ways to look at a song, and one answer.* The layers of the three members, from the song at the bottom to ten logits at the top, with the shape that
# each layer puts out; positions by kernels, or units. The combiner is given thirty logits and gives ten.

# %%
NAMES = {"Conv1D": "convolution", "PoolTime": "max pooling", "Dense": "fully connected"}


def box(ax, x, y, text, width=2.5, colour="white"):
    ax.add_patch(FancyBboxPatch((x, y), width, 0.62, boxstyle="round,pad=0.04", facecolor=colour, edgecolor="black"))
    ax.text(x + width / 2, y + 0.31, text, ha="center", va="center", fontsize=8)


fig, ax = plt.subplots(figsize=(7.2, 5.2))
for k, net in enumerate(nets.values()):
    drawn = [layer for layer in net.layers if type(layer).__name__ in NAMES]
    for y, layer in enumerate(drawn, 1):
        height = f", height {layer.kernel_size[0]}" if hasattr(layer, "kernel_size") else ""
        shape = " × ".join(map(str, layer.output.shape[1:]))
        box(ax, 3.2 * k, y, f"{NAMES[type(layer).__name__]}{height}\n{shape}")
        ax.annotate("", (3.2 * k + 1.25, y - 0.02), (3.2 * k + 1.25, y - 0.36), arrowprops={"arrowstyle": "->"})
    ax.annotate("", (3.2 * k + 1.25, 7.96), (3.2 * k + 1.25, len(drawn) + 0.68), arrowprops={"arrowstyle": "->"})
    ax.text(3.2 * k + 1.35, 7.45, MEMBERS[k], fontsize=9, color=COLOURS[k])
box(ax, 0, 0, "a song: 120 segments × 25 features", 8.9, "#EEEEEE")
box(ax, 0, 8, "combiner: 30 logits to 10", 8.9, "#EEEEEE")
ax.set(xlim=(-0.2, 9.1), ylim=(-0.2, 8.9))
ax.axis("off")
counts = ", ".join(f"{kind} with {net.count_params():,} parameters" for kind, net in nets.items())
show(fig, "07_members", f"Three stacks of boxes from one song to one combiner: {counts}.")

# %% [markdown]
# ## Why an average helps
#
# The **cross-entropy** of a member at a song of class $y$ is $-\log p_{k,y} = \mathrm{lse}(o_k) - o_{k,y}$. Let $\bar o$ be the mean of the $M$ members' logits.
# The mean of the members' cross-entropies is
#
# $$\frac1M \sum_k \mathrm{CE}(o_k) = \frac1M \sum_k \mathrm{lse}(o_k) - \bar o_y
# = \underbrace{\mathrm{lse}(\bar o) - \bar o_y}_{\mathrm{CE}(\bar o)} + \underbrace{\frac1M \sum_k \mathrm{lse}(o_k) - \mathrm{lse}(\bar o)}_{A}.$$
#
# - $\mathrm{CE}(\bar o)$ is the cross-entropy of the average: of the members' **geometric** mean, made to add to 1.
# - $A$ is the **ambiguity**. It has no label in it. It is not negative, because $\mathrm{lse}$ is convex, and it is zero only where all members give the same
#   probabilities. It is also $\frac1M \sum_k \sum_c q_c \log (q_c / p_{k,c})$ with $q = \mathrm{softmax}(\bar o)$, the mean **Kullback–Leibler divergence** from $q$ to the members.
#
# So the average is better than the members are on average, by exactly as much as they differ (Krogh and Vedelsby showed it for squared errors in 1995). It need *not* be better than the
# best member. Averaging the probabilities instead, the **arithmetic** mean, is covered by the same argument in one line, since $\log$ is concave:
# $-\log \frac1M \sum_k p_{k,y} \le \frac1M \sum_k -\log p_{k,y}$. Which mean is better depends on the labels. The geometric mean lets one member veto a class by giving it next to nothing;
# the arithmetic mean lets one member keep a class alive.
#
# *What varies*: how three trained nets are averaged. *Held*: the nets, on 1,000 synthetic songs of four genres. *We expect* the identity to hold to
# rounding, for every song.

# %%
check.again("songs_combining")
task = Task(combining.STUDY.toy[0])
o, y = combiners.side_by_side(task, task.nets())["test"].astype(float), task.data["test"].y
at_y = np.arange(len(y))
CE = lambda logits: logsumexp(logits, axis=-1) - logits[at_y, y]
each = np.stack([CE(o[:, k]) for k in range(3)])
A = logsumexp(o, axis=2).mean(axis=1) - logsumexp(o.mean(axis=1), axis=1)
assert np.allclose(each.mean(axis=0), CE(o.mean(axis=1)) + A) and np.all(A > 0)
assert np.allclose(A, ensembles.ambiguity(o))
p, p_bar = np.exp(log_softmax(o, axis=2)), np.exp(log_softmax(o.mean(axis=1), axis=1))
assert np.allclose(A, (p_bar[:, None] * (np.log(p_bar[:, None]) - np.log(p))).sum(axis=2).mean(axis=1))
arithmetic = negative_log_likelihood(ensembles.mean_of_probabilities(o), y)
assert arithmetic < each.mean()
say(
    f"Cross-entropy in nats on the toy's test songs: members {', '.join(f'{ce:.3f}' for ce in each.mean(axis=1))}, "
    f"their mean {each.mean():.3f}; geometric mean {CE(o.mean(axis=1)).mean():.3f}, which with the ambiguity "
    f"{A.mean():.3f} gives {CE(o.mean(axis=1)).mean() + A.mean():.3f}; arithmetic mean {arithmetic:.3f}."
)

# %% [markdown]
# ## Combiners
#
# Instead of averaging, one may learn what to believe of whom. A **linear combiner** of $M$ members and $C$ classes is
#
# $$u = b + \sum_{k=1}^{M} W_k\, o_k,$$
#
# - $W_k$ is a matrix of $C \times C$ weights for member $k$, so a member may count more for one genre than for another;
# - $b$ is a bias for each class; $W_k = I / M$ and $b = 0$ give the mean of the logits.
#
# That is $MC^2 + C$ numbers. The **hidden-layer** combiner puts 200 ReLU units between the thirty logits and the ten. The document trains them on the songs its members have
# learnt, by Adam; the members stay as they are. It gives neither the start nor the size of the hidden layer. We take 200 units and a random start, which its linear curve suggests, and start one more linear combiner at the mean.
#
# *What varies*: the combiner. *Held*: seed by seed the same three members; as many epochs again. *We expect*, after the document, the linear
# combiner above its best member, and the hidden layer no better than the linear one.

# %%
M, C = 3, 10
assert networks.linear(M * C, C).count_params() == M * C**2 + C
steps = {name: -(-songs // 50) * 100 for name, songs in (("document", 40_000), ("GTZAN", 442))}
first = document_001.curve(9, "linear combiner")[0]
best = document_001.curve(*printed.ALONE).max()
say(
    f"The linear combiner has {M * C**2 + C} numbers to learn and the hidden-layer combiner "
    f"{networks.one_hidden_layer(M * C, C).count_params():,}. In batches of 50, a hundred epochs are "
    f"{steps['document']:,} steps for the document and {steps['GTZAN']:,} for GTZAN. The document's own curve shows "
    f"what so few steps do: after its first epoch, {steps['document'] // 100} steps from a random start, the linear "
    f"combiner is at {first:.3f}, below its best member's {best:.3f}. So where we judge a linear combiner we take the "
    "one that starts at the mean."
)

# %% [markdown]
# **Figure 7.2** *In the document combiners of fixed members end above the net trained on; on GTZAN's validation songs ours do, too, on its test songs not.* The document's figure 9, made again. Validation accuracy of three ways to combine and of convolution in time trained on, over 100 epochs of the
# second training. Left, the document's curves, each one run. Right, the mean over seeds on GTZAN and one standard deviation about it; the combiner that starts at the mean, which the
# document does not have, is drawn in black. The linear combiner begins further down, near guessing.

# %%
NINE = {
    "linear combiner": (family.COMBINER, "linear combiner"),
    "non linear combiner": (family.HIDDEN, "hidden layer"),
    "models parameters unconstrained": (family.FREE, "members free"),
    "convolution in time": (family.TRAINED_ON, "one net trained on"),
}
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.9), sharex=True)
at = np.arange(1, 101)
ends = [f"{theirs} {100 * document_001.curve(9, theirs)[-10:].mean():.1f} %" for theirs in NINE]
ours = [*((v, label, k) for k, (v, label) in enumerate(NINE.values())), (family.FROM_MEAN, "linear, from the mean", 6)]
for k, theirs in enumerate(NINE):
    left.plot(at, 100 * document_001.curve(9, theirs), color=COLOURS[k], linestyle=DASHES[k], linewidth=1.4)
for variant, label, k in ours:
    mean, sd = (100 * arm(place("gtzan", variant)).curves["valid_accuracy"][how] for how in ("mean", "sd"))
    right.plot(at, mean, color=COLOURS[k], linestyle=DASHES[k], linewidth=1.4, label=label)
    right.fill_between(at, mean - sd, mean + sd, color=COLOURS[k], alpha=0.12, linewidth=0)
left.set(title="the document: 40,000 songs, one run", ylabel="validation accuracy (%)", xlabel="epoch")
right.set(ylim=(30, 44), title=f"ours: GTZAN, {len(arm(place('gtzan', family.COMBINER)).seeds)} seeds", xlabel="epoch")
fig.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
of_ours = [100 * arm(place("gtzan", v)).curves["valid_accuracy"]["mean"][-10:].mean() for v, _, _ in ours]
alt = "Learning curves of combiners, left the document's, ending at {}; right ours, ending at {:.1f} to {:.1f} %."
show(fig, "07_combiners", alt.format(", ".join(ends), min(of_ours), max(of_ours)))
for v in (family.FROM_MEAN, family.HIDDEN):
    versus = "gtzan", v, family.TRAINED_ON
    assert songs.difference(*versus, songs.VALIDATION).low > 0 > songs.difference(*versus, songs.ACCURACY).low
say(table("B53", "B54"))

# %% [markdown]
# ## Where the comparison curve starts
#
# Figure 9 sets the combiners beside "the learning process" of convolution in time. A net that learns from scratch climbs; this curve is as high in its first epoch as in its last. The
# net was trained already, and was trained for a hundred epochs more. That is the honest comparator, though it is not what the text says: whoever
# spends a second training on combiners could have spent it on the best net.
#
# *What varies*: where the training starts. *Held*: the net and the songs. *We expect* ours, trained on, to start where it ended too.

# %% [markdown]
# **Figure 7.3** *The comparison curve of figure 9 goes on where figure 8's ends.* Validation accuracy of convolution in time with max pooling by 2: from scratch for 100 epochs, then
# trained on for 100 more with the optimiser started anew. Black, dashed: the document's two curves, one run each. Blue: ours on GTZAN, mean over seeds.

# %%
theirs = np.concatenate([document_001.curve(*which) for which in (printed.ALONE, printed.COMPARATOR)])
ours = np.concatenate([arm(place("gtzan", v)).curves["valid_accuracy"]["mean"] for v in (POOLED, family.TRAINED_ON)])
fig, ax = plt.subplots(figsize=(7.2, 3.4))
ax.plot(np.arange(1, 201), 100 * theirs, color="black", linestyle="--", linewidth=1.2)
ax.plot(np.arange(1, 201), 100 * ours, color=COLOURS[0])
ax.axvline(100.5, color="black", linewidth=0.8)
ax.text(12, 100 * theirs[60] - 9, "the document, figure 8")
ax.text(112, 100 * theirs[160] - 9, "the document, figure 9")
ax.text(12, 100 * ours.max() + 2, "ours, from scratch: GTZAN", color=COLOURS[0])
ax.text(112, 100 * ours.max() + 2, "ours, trained on", color=COLOURS[0])
ax.set(xlabel="epoch", ylabel="validation accuracy (%)")
alt = "Two curves over 200 epochs; the document's is at {:.3f} in epoch 1, {:.3f} in epoch 100 and {:.3f} in epoch 101."
show(fig, "07_trained_on", alt.format(theirs[0], theirs[99], theirs[100]))
say(
    f"Ours goes from {100 * ours[99]:.1f} to {100 * ours[100]:.1f} % with the first epoch of the second training, for "
    f"Adam is begun anew, and ends at {100 * ours[-1]:.1f} %.\n\n" + table("B55")
)

# %% [markdown]
# ## A combiner that has heard the songs before
#
# On the songs they were trained on, the members are nearly always right and very sure. On new songs they are often wrong, and sure all the same. A combiner trained on the first kind of
# logits learns that a large logit is to be trusted, and that trusting it more still lowers the loss. It has never met a member's mistake.
#
# **Stacking** (Wolpert 1992) gives the combiner more honest examples. Cut the training songs into five parts; for each part, train the members on the other four and note what they say of it.
# The combiner is fitted on these **out-of-fold** logits, and then used with members trained on all songs. It has a price: fifteen nets more. And it is a regression that can overfit like
# any other, hundreds of weights on few songs. So it has an L2 penalty, and the one that does best on songs left out of the fit is taken.
#
# *What varies*: what the combiner is trained on and where it starts. *Held*: the members. *We expect* combiners trained on the members' own songs to become surer and surer, at a growing
# loss on new songs.

# %% [markdown]
# **Figure 7.4** *A combiner trained on songs that its members know learns to be sure.* From a random start it first learns to add; then it grows too sure as well. Cross-entropy on GTZAN over the epochs of a linear combiner's training, mean over seeds; left on the training
# songs, right on the validation songs. Solid: from a random start; dashed: from the mean. Guessing has the loss $\ln 10$.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.6), sharex=True)
for k, variant in enumerate((family.COMBINER, family.FROM_MEAN)):
    found = arm(place("gtzan", variant))
    fixed = np.mean(found.scores["end/train_objective"] - found.scores["end/train_nll"])  # the members' penalty
    lost = found.curves["valid_objective"]["mean"] - fixed
    for ax, curve in zip(axes, (found.curves["train_nll"]["mean"], lost), strict=True):
        ax.plot(at, curve, color=COLOURS[k], linestyle=DASHES[k], label=variant)
for ax, title in zip(axes, ("songs that the members have learnt", "songs that they have not"), strict=True):
    ax.axhline(np.log(10), color="grey", linewidth=0.8)
    ax.text(99, np.log(10), "guessing", color="grey", ha="right", va="bottom", fontsize=9)
    ax.set(title=title, xlabel="epoch of the combiner")
axes[0].set(yscale="log", ylabel="cross-entropy (nats)")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, fontsize=9)
alt = "Losses of two linear combiners; from the mean the validation loss goes from {:.2f} to {:.2f} nats."
show(fig, "07_by_heart", alt.format(lost[0], lost[-1]))

# %%
ALONE = (family.FULLY_CONNECTED, BASELINE, POOLED)
rows = ["| GTZAN | training accuracy | training loss | test accuracy | test loss |", "|:--|--:|--:|--:|--:|"]
COMBINATIONS = (family.MEAN, family.COMBINER, family.FROM_MEAN, family.HIDDEN, family.OUT_OF_FOLD)
for variant in (*ALONE, *COMBINATIONS):
    end = {k: v.mean() for k, v in arm(place("gtzan", variant)).scores.items()}
    known, new = ((100 * end[f"end/{part}_accuracy"], end[f"end/{part}_nll"]) for part in ("train", "test"))
    rows.append(
        f"| {CALLED.get(variant, variant)} | {known[0]:.1f} % | {known[1]:.3f} | {new[0]:.1f} % | {new[1]:.3f} |"
    )
accuracy, loss = (
    {v: arm(place("gtzan", v)).scores[f"end/test_{s}"].mean() for v in COMBINATIONS} for s in ("accuracy", "nll")
)
better = [v for v in COMBINATIONS if loss[v] < np.log(10)]
assert better == [family.OUT_OF_FOLD]
say(
    "\n".join(rows) + f"\n\nThe stacked combiner fits {M * C**2 + C} numbers to the out-of-fold logits of 442 songs; "
    "what stands in its row for training is about those.\n\nAll combinations are right about equally often, on "
    f"{100 * min(accuracy.values()):.1f} to {100 * max(accuracy.values()):.1f} % of the test songs. They differ in "
    f"loss: only the stacked combiner has less than guessing, {np.log(10):.2f} nats."
)

# %% [markdown]
# ## Letting go of the members
#
# The document also lets all weights learn: the members start from their trained weights, the combiner, it seems, at random, and one loss trains them as one large net. It expects them to share out the
# songs, and finds no gain. It blames the optimiser, and the function that is minimised, which is another one. If the optimiser fails, the large net
# ends with a higher objective than is known to be possible. To end below that of the parts is not enough: the penalties of fixed members cannot shrink, those of free ones can. Notebook 8 comes back to this with a better point to compare with.
#
# *What varies*: members fixed, free from their trained weights, or free from fresh ones. *Held*: members' architecture, penalties, a combiner that starts at random, epochs of this training (nets from fresh weights have none before it). *We expect* the free nets to end at a lower
# objective. The objective is the mean loss on the training songs and the penalty of all weights, those of fixed members included.

# %%
rows = [
    "| combiner | objective, GTZAN | training loss | test loss | test accuracy, GTZAN | test accuracy, folds | test "
    "accuracy, codewords |",
    "|:--|--:|--:|--:|--:|--:|--:|",
]
for variant in (family.COMBINER, family.FREE, family.FRESH):
    s = {k: v.mean() for k, v in arm(place("gtzan", variant)).scores.items()}
    cells = [f"{s['end/train_objective']:.3f}", f"{s['end/train_nll']:.3f}", f"{s['late/test_nll']:.2f}"]
    cells += [
        f"{100 * arm(place(source, variant)).scores['late/test_accuracy'].mean():.1f} %"
        for source in ("gtzan", "gtzan folds", "codewords")
    ]
    rows.append(f"| {variant} | " + " | ".join(cells) + " |")
say("\n".join(rows) + "\n\n" + table("B56"))

# %% [markdown]
# ## Three of a kind, and three that are asked to differ
#
# Must the members be of different kinds? Nets of one kind that start from different random weights differ too, and a **deep ensemble** averages their probabilities (Lakshminarayanan, Pritzel and
# Blundell 2017). Three nets of the best kind cost about as much as three different ones, and none of them is weak.
#
# The document proposes the opposite: train the members together and add a term to the error that discourages likeness. With the ambiguity as that term the loss is
#
# $$L_\lambda = \frac1M \sum_k \mathrm{CE}(o_k) - \lambda A = (1 - \lambda)\, \frac1M \sum_k \mathrm{CE}(o_k) + \lambda\, \mathrm{CE}(\bar o).$$
#
# - $\lambda$ is the strength. At $\lambda = 0$ each member learns as if it were alone.
# - At $\lambda = 1$ only the mean of the logits is trained: one large net, whose parts need not know anything by themselves.
#
# This is **negative correlation learning** (Liu and Yao 1999, for squared errors; Webb and others 2020, for this loss). Differing is paid for with being wrong, and the identity above
# says so: the average gains $A$ and loses what the members lose.
#
# *What varies*: $\lambda$. *Held*: architecture, fresh weights, penalties, epochs. *We expect* the ambiguity to grow with $\lambda$; whether the average gains is the question.

# %%
members, train, toy = task.nets(), task.data["train"], {}
builds, sizes = tuple(net.trainer.build for net in members), tuple(net.size for net in members)
for strength in (0.0, 0.5, 1.0):
    model = combiners.dissimilar(builds, sizes, strength)
    *_, (state, _) = model.epochs(model.start(0), train.x, train.y, task.run.epochs, 50, 0)
    o = model.logits(state, task.x["test"]).astype(float)
    toy[strength] = (CE(o.mean(axis=1)).mean(), ensembles.ambiguity(o).mean())
    loss = float(ensembles.negative_correlation(strength)(o, y))
    assert np.isclose(loss, toy[strength][0] + (1 - strength) * toy[strength][1], rtol=1e-4)
assert toy[0.0][1] < toy[0.5][1] < toy[1.0][1]

# %% [markdown]
# **Figure 7.5** *Members that are asked to differ do, and their average gains nothing on GTZAN that is seen.* Left, measured here on toy songs, one seed: the cross-entropy of the members' average and the ambiguity, which together are the mean cross-entropy of
# the members. Middle and right, on GTZAN: what strengths above 0 gain in test accuracy and in loss by the mean of the logits, with 95 % intervals over paired seeds.

# %%
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.2))
average, ambiguity = np.array(list(toy.values())).T
axes[0].bar(range(3), average, color=COLOURS[0], label="of the average")
axes[0].bar(range(3), ambiguity, bottom=average, color=COLOURS[4], label="ambiguity")
axes[0].set(xticks=range(3), xticklabels=toy, title="toy: nats", ylim=(0, 1.45 * (average + ambiguity).max()))
axes[0].legend(fontsize=8, loc="upper left")
for ax, score, unit, title in zip(axes[1:], family.SCORES, (100, 1), ("GTZAN: points", "GTZAN: nats"), strict=True):
    found = [family.gain("gtzan", other, family.TOGETHER[0], score) for other in family.TOGETHER[1:]]
    gained, half = (
        unit * np.array(v) for v in zip(*((f.difference, f.high - f.difference) for f in found), strict=True)
    )
    ax.errorbar(combining.DISSIMILARITY[1:], gained, yerr=half, linestyle="", marker="o", capsize=3)
    ax.axhline(0, color="black", linewidth=0.8)
    ax.set(title=f"{title} gained", xlim=(0, 1.1))
for ax in axes:
    ax.set_xlabel("strength λ")
of_accuracy = [family.gain("gtzan", other, family.TOGETHER[0]) for other in family.TOGETHER[1:]]
most = max(of_accuracy, key=lambda f: f.difference)
assert all(f.low < 0 for f in of_accuracy) and most.high > 0
alt = (
    "Ambiguity {:.2f}, {:.2f} and {:.2f} nats at strengths 0, 0.5 and 1 on toy songs; on GTZAN the largest gain is "
    "{:+.1f} points, its interval about zero."
)
show(fig, "07_dissimilarity", alt.format(*ambiguity, 100 * most.difference))
differ = [arm(place("gtzan", name)).scores["ambiguity"].mean() for name in family.TOGETHER]
at_strength = (f"{value:.3f} at {strength:g}" for strength, value in zip(combining.DISSIMILARITY, differ, strict=True))
grows = "" if np.all(np.diff(differ) > 0) else " We expected it to grow with every step; it does not."
say(f"The ambiguity on GTZAN's test songs, in nats: {', '.join(at_strength)}.{grows}\n\n" + table("B66"))

# %% [markdown]
# ## Bias and variance over seeds
#
# The document says that combining regularises, because it moderates predictions, and also reduces underfitting, because it can represent more. These are statements about two parts of an error.
# Train a net from many seeds $s$. Of one song with the indicator $y$ of its class, seed $s$ says $p_s$; write $\bar p = E\, p_s$ for the mean over seeds. Then
#
# $$E \|p_s - y\|^2 = \|\bar p - y\|^2 + E \|p_s - \bar p\|^2 + 2\, (\bar p - y)^\top \underbrace{E (p_s - \bar p)}_{0}.$$
#
# - The left side is the **Brier score** (1950), summed over classes; it is averaged over songs.
# - $\|\bar p - y\|^2$ is the **bias**: the error of what the nets say on average. It holds what nobody can know, and what the draw of the training songs decides.
# - $E \|p_s - \bar p\|^2$ is the **variance**: what the seed decides.
#
# An average of $M$ members that are independent given the songs has a variance of $\frac{1}{M^2} \sum_k \mathrm{Var}_k$, a third of the members' mean for $M = 3$. Its bias is at most the
# mean of theirs. So against the members' mean an average of probabilities gains in both parts, always (that of logits need not). Whether it has less of a part than *each* of its members has to be looked at, and only that would show that combining itself reduces it.
#
# *What varies*: single members and ways to combine them. *Held*: songs and seeds. *We expect* averages to have about a third of their members' variance, and a bias that is not much less.

# %% [markdown]
# **Figure 7.6** *What an average takes away: variance, and bias too.* Brier score on GTZAN's test songs, split over seeds into bias (dark) and variance (light). The variance is estimated without bias from
# the seeds there are; what is left is the bias.

# %%
COMBINED = [way for way in costs.WAYS if "test_probability" in arm(place("gtzan", way)).items]
given = {kind: decomposition.of_member(kind) for kind in MEMBERS} | {v: decomposition.of_variant(v) for v in COMBINED}
y = GTZAN_CLASSES
split = {who: {part: v.mean() for part, v in decomposition.parts(p, y).items()} for who, p in given.items()}
for p in given.values():
    squared_bias = np.square(p.mean(axis=0) - np.eye(10)[y]).sum(axis=1).mean()
    assert np.isclose(decomposition.brier(p, y).mean(), squared_bias + p.var(axis=0).sum(axis=1).mean())
for who in COMBINED:
    right = np.mean(given[who].argmax(axis=2) == y, axis=1)
    assert np.allclose(right, arm(place("gtzan", who)).scores["end/test_accuracy"], atol=0.01)
bias, variance = (np.array([of[part] for of in split.values()]) for part in ("bias", "variance"))
fig, ax = plt.subplots(figsize=(7.2, 3.8))
ax.barh(range(len(split)), bias, color=COLOURS[0], label="bias")
ax.barh(range(len(split)), variance, left=bias, color=COLOURS[5], label="variance")
ax.axvline(0.9, color="black", linewidth=0.8)
ax.text(0.91, list(split).index(family.OUT_OF_FOLD), "guessing", fontsize=9, va="center")
ax.set(xlabel="Brier score", yticks=range(len(split)), yticklabels=split)
ax.invert_yaxis()
fig.legend(loc="outside upper center", ncols=2, fontsize=9)
third, left_over = np.mean([split[kind]["variance"] for kind in MEMBERS]) / 3, split[family.MEAN]["variance"]
alt = "Stacked bars for {} models; the variance is {:.2f} to {:.2f}, the bias {:.2f} to {:.2f}."
show(fig, "07_bias_and_variance", alt.format(len(split), variance.min(), variance.max(), bias.min(), bias.max()))
drop = {p: np.mean([split[kind][p] for kind in MEMBERS]) - split[family.MEAN][p] for p in ("variance", "bias")}
say(
    f"A third of the members' mean variance is {third:.3f}; their average has {left_over:.3f}. Beside the members' "
    f"means it has {drop['variance']:.3f} less variance and {drop['bias']:.3f} less bias.\n\n" + table("B27")
)

# %% [markdown]
# ## Two neighbours: bagging and experts
#
# **Bagging** (Breiman 1996) makes members of one kind of predictor by training each on a **bootstrap sample**, as many items drawn with replacement. Nothing is gained unless the members
# differ, so the predictor must be **unstable**: it must change when its training set changes a little. A decision tree does. A nearest neighbour does not: one given item is in a sample of
# $n$ with probability $1 - (1 - 1/n)^n$, nearly $1 - 1/e$, so most samples hold the very neighbour. The document asks for a "sensible" model and few data.
#
# A **mixture of experts** (Jacobs and others 1991) weighs its members by a **gate**, a function of the input:
#
# $$p(y \mid x) = \sum_k g_k(x)\, p_k(y \mid x), \qquad g_k(x) \ge 0, \quad \sum_k g_k(x) = 1.$$
#
# The document describes another thing: weights by how well each member fits the data, the same for every input. Two experts and two inputs tell them apart.
#
# *What varies*: the predictor; then the weights. *Held*: the digits that come with scikit-learn; then the experts. *We expect* two trees from two bootstrap samples to disagree
# often, two neighbours seldom; and the gate to have the lower loss.

# %%
digits, of_digit = load_digits(return_X_y=True)
rng, disagree = np.random.default_rng(0), {}
train, new = np.split(rng.permutation(len(of_digit)), [200])
samples = [rng.choice(train, len(train)) for _ in range(2)]
for predictor, build in bagging.PREDICTORS.items():
    one, other = (build(0).fit(digits[s], of_digit[s]).predict(digits[new]) for s in samples)
    disagree[predictor] = np.mean(one != other)
assert disagree["tree"] > 2 * disagree["nearest neighbour"]
by_fit, gates = experts.by_fit(200), experts.gates()
assert experts.loss(gates) < min(experts.loss(np.array([w, 1 - w])) for w in np.linspace(0, 1, 101))
say(
    f"Trained on two bootstrap samples of the same 200 digits, two trees disagree on {100 * disagree['tree']:.0f} % of "
    f"{len(new):,} others, two nearest neighbours on {100 * disagree['nearest neighbour']:.0f} %. Of two experts, one "
    f"for each input, weights by fit after 200 cases leave a loss of {experts.loss(by_fit):.3f} nats, the gate "
    f"{experts.loss(gates):.3f}; no weights that are the same at both inputs come near.\n\n" + table("B28", "B29")
)

# %% [markdown]
# ## Five headline numbers
#
# The document's conclusion is a staircase: 0.58, 0.61, 0.63, 0.64, 0.645. The first four are, to two digits, the greatest accuracy of one run over its epochs, on the songs that the epoch is chosen by; 0.645 lies a little below its run's greatest. A maximum over a hundred
# noisy numbers is above their mean, the more so the noisier they are, and on few validation songs they are noisy. So we ask three things: do the steps stand when the last ten epochs are averaged; how large is each
# step against the noise of the songs; and does the order return on our songs, over seeds?
#
# *What varies*: the model. *Held*: songs, seeds. *We expect* the order to outlive the maximum, and the last step to drown in the noise.

# %% [markdown]
# **Figure 7.7** *By means of the last ten epochs the last of the document's four steps is nothing.* Accuracy minus the baseline's. The document's: greatest of 100 epochs and mean of the last ten, one run, 10,000 validation songs. Ours: late test accuracy, mean
# over seeds, with 95 % intervals of the difference. The intervals are of the difference to the baseline, not to the row above, and not adjusted; which steps are told from zero, the table below says. The document's combiner starts, it seems, at random, ours at the mean of its members.

# %%
fig, ax = plt.subplots(figsize=(7.2, 4.0))
base, rows = family.STEPS[0], np.arange(5)
for k, (how, label) in enumerate(((printed.greatest, "document, greatest"), (printed.late, "document, last ten"))):
    steps = np.array([how(*printed.DRAWN[step]) - how(*printed.DRAWN[base]) for step in family.STEPS])
    style = {"color": "black", "markerfacecolor": ("white", "black")[k], "label": label}
    ax.plot(100 * steps, rows - 0.3 + 0.15 * k, MARKERS[k], **style)
for k, source in enumerate(REAL):
    found = [family.gain(source, step, base) for step in family.STEPS[1:]]
    steps, half = (
        np.array([0.0, *v]) for v in zip(*((f.difference, f.high - f.difference) for f in found), strict=True)
    )
    style = {"color": COLOURS[k], "marker": MARKERS[k + 2], "linestyle": "", "capsize": 2, "label": SAID[source]}
    ax.errorbar(100 * steps, rows + 0.15 * k, xerr=100 * half, **style)
ax.axvline(0, color="black", linewidth=0.8)
ax.set(
    yticks=rows,
    yticklabels=[CALLED.get(step, step) for step in family.STEPS],
    ylim=(4.6, -0.6),
    xlabel="accuracy minus the baseline's (points)",
)
fig.legend(loc="outside upper center", ncols=3, fontsize=9)
top = (how(*printed.DRAWN[family.CORRECTING]) - how(*printed.DRAWN[base]) for how in (printed.greatest, printed.late))
assert abs(np.diff([printed.late(*printed.DRAWN[step]) for step in family.STEPS])[-1]) < 0.0005
alt = "Five models, each in five ways; the document's staircase ends {:.1f} points up by maxima, {:.1f} by last means."
show(fig, "07_headlines", alt.format(*(100 * t for t in top)))
say(table("B52"))

# %% [markdown]
# ## What is the best use of the time?
#
# Every combination costs its members' training and its own. The single best net, trained once, is the cheapest. Whoever has more time may train it on, train three, or train three and a combiner.
#
# *What varies*: what is made of the time. *Held*: songs, seeds, epochs of each training. *We expect* an average of three to be hard to beat at its price: its combiner costs nothing.

# %% [markdown]
# **Figure 7.8** *The plain mean of probabilities saves loss everywhere, and no way is surely right more often everywhere.* Late test accuracy and late test loss, better to the right, with 95 % intervals over paired seeds; then seconds on one core for
# GTZAN, members included, each the quickest of its runs. The line among the seconds is convolution in time alone. Stacking was not cross-validated.

# %%
fig, axes = plt.subplots(1, 3, figsize=(7.2, 4.8), sharey=True, width_ratios=(2, 2, 1))
for ax, score, unit in zip(axes, family.SCORES, (100, 1), strict=False):
    for k, source in enumerate(REAL):
        ways = {way: place for place, way in enumerate(costs.WAYS) if way in combining.PLACES[source]}
        found = [family.gain(source, way, POOLED, score) for way in ways]
        gained, half = (
            unit * np.array(v) for v in zip(*((f.difference, f.high - f.difference) for f in found), strict=True)
        )
        style = {"color": COLOURS[k], "marker": MARKERS[k], "linestyle": "", "capsize": 2, "label": SAID[source]}
        ax.errorbar(gained, np.array(list(ways.values())) + 0.22 * (k - 1), xerr=half, **style)
    ax.axvline(0, color="black", linewidth=0.8)
cost = [costs.seconds(way) for way in costs.WAYS]
axes[2].barh(range(len(cost)), cost, color=COLOURS[4])
axes[2].axvline(costs.seconds(POOLED), color="black", linewidth=0.8)
axes[0].set(yticks=range(len(cost)), yticklabels=costs.WAYS, ylim=(len(cost) - 0.5, -0.6))
for ax, label in zip(axes, ("points gained", "nats gained", "seconds"), strict=True):
    ax.set_xlabel(label)
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=9)
best = [max(costs.WAYS, key=lambda way: family.gain("gtzan", way, POOLED, score).difference) for score in family.SCORES]
alt = (
    "{} ways by gain and cost; on GTZAN the mean gain is largest for {} in accuracy and for {} in loss; they take "
    "{:.0f} to {:.0f} seconds."
)
show(fig, "07_best_use", alt.format(len(cost), *best, min(cost), max(cost)))

# %%
rows = [
    "| three of a kind minus three different | points of accuracy | nats of loss saved | ambiguity, nats |",
    "|:--|--:|--:|--:|",
]
for source in (*REAL, family.CONTROL):
    a, n = (family.gain(source, family.THREE_OF_A_KIND, family.MEAN, score) for score in family.SCORES)
    kind, different = (arm(place(source, v)).scores["ambiguity"].mean() for v in (family.THREE_OF_A_KIND, family.MEAN))
    cells = (
        f"{100 * a.difference:+.1f} ({100 * a.low:+.1f} to {100 * a.high:+.1f})",
        f"{n.difference:+.3f} ({n.low:+.3f} to {n.high:+.3f})",
    )
    rows.append(f"| {SAID[source]} | {cells[0]} | {cells[1]} | {kind:.3f} and {different:.3f} |")
a, n = (family.gain("gtzan", family.THREE_OF_A_KIND, family.MEAN, score) for score in family.SCORES)
saved = [family.gain(source, family.MEAN, POOLED, family.SCORES[1]) for source in REAL]
right = [family.gain(source, family.MEAN, POOLED, family.SCORES[0]) for source in REAL]
assert a.low > 0 > n.high and all(f.low > 0 for f in saved)
say(
    "\n".join(rows)
    + "\n\nThe intervals are not adjusted. So members need not be of different kinds: on GTZAN three of one kind are "
    "right more often, if with a higher loss. Over convolution in time alone the mean of probabilities saves loss on "
    f"all {len(REAL)} real sources; in accuracy its interval is above zero on {sum(f.low > 0 for f in right)}."
)

# %% [markdown]
# ## Takeaways
#
# - The mean of the members' logits has the members' mean loss less their ambiguity. No label, no training and no luck is needed for that.
# - It is the *mean* member that an average is sure to beat. The best member must be beaten by experiment.
# - A combiner must not learn on songs that its members know by heart: there, once it adds, it only learns to be sure, and pays with its loss.
# - Out-of-fold logits are more honest, and few; our combiner has a penalty there.
# - A curve beside a second training should be a second training as well.
# - Bagging is for unstable predictors; the weights of a mixture of experts depend on the input.
#
# *Limits.* On the few real songs our nets fit their training songs completely, as nets on forty thousand do not; what a combiner sees on training songs is therefore worse here. The folds behind out-of-fold logits share artists, so these are still too good: compare the stacked combiner's accuracy in training
# with that on test songs. Seeds vary starts and the order of
# songs, not the songs (but in cross-validation), so the variance is that of training alone. The strengths of dissimilarity are five, on one data set. The seconds are those of runs on more than one machine.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *A veto.* Of two classes, one member gives the first the probability 0.98, another 0.0001. What do the arithmetic and the geometric mean give it?
#
# **2.** *The same member three times.* What is the ambiguity of three copies of one net, and what does averaging them change?
#
# **3.** *Surer.* Multiply all members' logits by 3. What happens to the accuracy of the two averages, to the ambiguity and to the loss?

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# The arithmetic mean gives about 0.49. The geometric mean multiplies odds: $\sqrt{49 \cdot 0.0001} = 0.07$ to 1, so about 0.065. One member's certainty decides.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# Zero, and nothing. All that averaging gains is ambiguity.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# The mean of logits decides as before, as its order of classes does not change; the mean of probabilities may decide otherwise. The ambiguity grows here, as the members
# move apart. The loss of every member, and of their mean, may rise or fall with how sure it was.
#
# </details>

# %% tags=["solution"]
veto = np.log([[[0.98, 0.02], [0.0001, 0.9999]]])
both = [
    np.exp(log_softmax(mean(veto), axis=1))[0, 0]
    for mean in (ensembles.mean_of_probabilities, ensembles.mean_of_logits)
]
assert np.isclose(both[0], (0.98 + 0.0001) / 2) and abs(both[1] - 0.065) < 0.005
o = combiners.side_by_side(task, task.nets())["test"].astype(float)
assert np.allclose(ensembles.ambiguity(np.repeat(o[:, :1], 3, axis=1)), 0)
assert np.all(ensembles.mean_of_logits(3 * o).argmax(axis=1) == ensembles.mean_of_logits(o).argmax(axis=1))
assert ensembles.ambiguity(3 * o).mean() > ensembles.ambiguity(o).mean()
moved = np.mean(
    ensembles.mean_of_probabilities(3 * o).argmax(axis=1) != ensembles.mean_of_probabilities(o).argmax(axis=1)
)
say(
    f"The veto: {both[0]:.3f} and {both[1]:.3f}. With logits three times as large, the mean of probabilities changes "
    f"its mind on {100 * moved:.1f} % of the toy's test songs, and the ambiguity goes from "
    f"{ensembles.ambiguity(o).mean():.3f} to {ensembles.ambiguity(3 * o).mean():.3f} nats."
)

# %% [markdown]
# ## Sources
#
# - Document 001, section 5; its curves are exact numbers read from its vector figures (`secondlook.document_001`).
# - Krogh and Vedelsby (1995), "Neural network ensembles, cross validation, and active learning"; Wood and others (2023), "A unified theory of diversity in ensemble learning", for losses other than squares.
# - Wolpert (1992), "Stacked generalization". Ting and Witten (1999), "Issues in stacked generalization".
# - Breiman (1996), "Bagging predictors". Jacobs, Jordan, Nowlan and Hinton (1991), "Adaptive mixtures of local experts".
# - Liu and Yao (1999), "Ensemble learning via negative correlation". Webb and others (2020), "To ensemble or not ensemble: when does end-to-end training fail?"
# - Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive uncertainty estimation using deep ensembles".
# - Brier (1950), "Verification of forecasts expressed in terms of probability". Geman, Bienenstock and Doursat (1992), "Neural networks and the bias/variance dilemma". Tukey (1958) on the jackknife.
# - The study is `secondlook.studies.songs.combining`; `secondlook run songs_combining` trains all of it again.
