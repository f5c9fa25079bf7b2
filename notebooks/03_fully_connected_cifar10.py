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
# # 3 · Sixty thousand pictures and one loop
#
# A student trains a net on small pictures, prints its test loss after every epoch, and never once computes it.
#
# That is document 003, problem 3: CIFAR-10, fully connected nets of three and of six layers, written in PyTorch. We train the same nets on
# the same 50,000 pictures and test them on the same 10,000, several times each, because one run cannot tell a finding from luck. Ours are written
# in Keras and JAX, and start from the distribution that PyTorch starts from. Then we hold what the document prints and says against what we measure.
#
# **You will see** a loss that is 32 times too small, and why nobody notices; a test loss made of sixteen training pictures; how a ReLU in
# the wrong place makes a net blind to whole classes; eighty printed rates turned back into whole pictures; and what may be said about
# "larger is worse" after one run, and after several.
#
# **You need** notebook 2, or the chain rule; the idea of a confidence interval.
#
# **Takes** half an hour to read, half a minute to run. The full-size numbers are read from committed records; what runs here is the same code on
# 1,797 small pictures of digits that come with scikit-learn.

# %% [markdown]
# ## The net
#
# A **linear layer** turns a vector $x$ into $z = Wx + b$. A net of three such layers with a ReLU, $\max(0, \cdot)$, between them is
#
# $$\text{logits} = W_3 \max(0, W_2 \max(0, W_1 x + b_1) + b_2) + b_3, \qquad p_k = \frac{e^{\text{logit}_k}}{\sum_j e^{\text{logit}_j}}.$$
#
# - $x$ holds the 3 × 32 × 32 = 3,072 numbers of a picture, scaled to lie between −1 and 1.
# - $W_1$, $W_2$, $W_3$ are matrices of weights and $b_1$, $b_2$, $b_3$ vectors of biases; the layers have 1,000, 1,000 and 10 outputs.
# - $p_k$ is the probability the net gives to class $k$, the **softmax** of the logits.
#
# A layer from $m$ inputs to $h$ outputs has $mh$ weights and $h$ biases, so $(m + 1)h$ parameters.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from secondlook import check, compare, networks, results, scores
from secondlook.checks.fully_connected_cifar10 import losses, printed, rates, sizes
from secondlook.checks.fully_connected_cifar10.family import family
from secondlook.checks.over_seeds import arm
from secondlook.claims import table
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.reconstruct import whole_counts

widths = (3072, 1000, 1000, 10)
by_hand = sum((m + 1) * h for m, h in pairwise(widths))
model = networks.fully_connected(3072, (1000, 1000), 10)
assert model.count_params() == by_hand
say(
    f"The net has {by_hand:,} parameters, three quarters of them in the first layer.\n\n"
    + table("D28", "D29", "D30", "D31")
)

# %% [markdown]
# ## Training
#
# The loss of one picture is $-\log p_y$, where $y$ is its true class, in **nats**, for the logarithm is natural; guessing scores $\ln 10 \approx 2.3$. **Stochastic gradient descent with
# momentum** takes the pictures in random batches of 32. For each batch, with $g$ the gradient of the batch's mean loss,
#
# $$v \leftarrow 0.9\, v + g, \qquad w \leftarrow w - 0.001\, v.$$
#
# - $w$ stands for all weights and biases, $v$ for their **velocity**, a sum of past gradients in which each fades by a factor 0.9 with every step.
# - One pass through all 50,000 pictures is an **epoch**: 1,563 batches, the last one of 16 pictures only. The document takes ten.
#
# The document prints neither the batch size nor the scaling of the pictures. Both are those of the course's template: batches of 32, numbers from −1 to 1.
# The printed losses bear it out: as means over batches of 32 they lie within the band of our runs (figure 3.1).
#
# *What varies* from run to run is the seed, which draws the starting weights and the order of the pictures. *What is held* is all else.
# *We expect* runs that differ by some tenths of a point in accuracy: the noise against which every single run must be read.
#
# Under a table of verdicts that rest on comparisons the numbers behind them unfold. There a difference "would be seen" (with 80 % power) if so many pairs of runs tell it from zero four times in five;
# p is raised for the number of comparisons that this notebook makes, and a difference is *told from zero* where p stays below 0.05. McNemar's test compares two fitted nets on the same pictures: it asks whether
# those that only one of them gets right fall evenly to both.

# %%
written = results.load("cifar10")["as written"]
accuracy = 100 * written.scores["at_10/test_accuracy"]
say(
    f"{len(written.seeds)} runs with the printed settings, ten epochs each: test accuracy **{accuracy.mean():.2f} %** "
    f"on average, from {accuracy.min():.2f} to {accuracy.max():.2f}; the standard deviation between runs is "
    f"{accuracy.std(ddof=1):.2f} points.\n\n" + table("D33", "D36")
)

# %% [markdown]
# ## A loss on the wrong scale
#
# The document prints training losses that fall from 0.061 to 0.033. A net that guesses scores 2.3, so these would be miraculous. The printed
# loop adds up the mean loss of every *batch* and divides by the number of *pictures*, which comes with the course's template:
#
# $$\text{printed} = \frac{1}{50{,}000} \sum_{\text{1,563 batches}} \text{mean loss of the batch} \approx \frac{\text{mean loss}}{32}.$$
#
# Nothing breaks, because a learning curve has the same shape on any scale. It only means something on the right one.

# %%
scale = printed.TRAIN_BATCHES / printed.TRAIN_IMAGES
per_picture = np.array(printed.TRAIN_LOSSES) / scale
assert np.isclose(scale, losses.PER_IMAGE)
say(
    f"One mean loss is printed as {scale:.5f} of itself, so the printed losses mean {per_picture[0]:.2f} to "
    f"{per_picture[-1]:.2f} nats a picture. On the printed scale, guessing would score {np.log(10) * scale:.3f}.\n\n"
    + table("D34")
)

# %% [markdown]
# ## A test loss without a test
#
# Here is the printed loop for the test loss, shortened, in words:
#
# > for every batch of test pictures: move it to the device; add the variable `loss` to the running sum.
#
# The variable `loss` was last set in training. The model is never called, so the "test loss" is the loss of the last *training* batch, which
# holds sixteen pictures, added 313 times. A test of the loop takes two lines: change the test pictures, and see whether the answer changes.

# %%
pictures = [np.full((printed.BATCH_SIZE, 3072), value) for value in (-1.0, 1.0)]
answers = [losses.printed_test_loss(0.96, [batch] * printed.TEST_BATCHES) for batch in pictures]
assert answers[0] == answers[1]  # black or white, it is all the same to the printed loop
say(
    f"With a last training loss of 0.96 the loop answers {answers[0]:.3f} for black pictures and {answers[1]:.3f} for "
    "white ones."
)

# %% [markdown]
# The mended loop runs the model on every test picture. The study behind this notebook does so, and keeps the stray loss beside the true one.
# Here it runs live at toy size: five seeds of a net with two hidden layers of 50 on the digits, as written and mended, 40 epochs each.
# Every score must come out as recorded, to within a few hundredths.

# %%
live = check.again("cifar10")
run = next(run for config, run in live.items() if config.arm == "toy mended")
rises = {name: np.sum(np.diff(run.curves[name]) > 0) for name in ("last_batch_loss", "test_nll")}
assert rises["test_nll"] == 0
assert rises["last_batch_loss"] >= 5
say(
    "In the first mended run the true test loss falls from each of 40 epochs to the next; the stray loss, here of 22 "
    "training pictures, rises five times or more."
)

# %% [markdown]
# **Figure 3.1** *The printed test curve is noise.* Left: our training loss (mean over seeds, the band from least to greatest) and the document's,
# put on the scale of nats a picture; they lie in the band, to the rounding of the print. Right: the true test loss of our runs falls smoothly; the document's
# numbers jump about, for each is the loss of sixteen training pictures. Our own such losses have the dashed mean over seeds, and a band from least to greatest. Printed numbers lie above it, too.

# %%
epochs = np.arange(1, 11)
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.6), sharey=True)


def band(ax, curve, colour, dash, label, at):
    """Mean over seeds, and the range, of ten epochs of a curve."""
    ax.plot(epochs, curve["mean"][:10], color=colour, linestyle=dash)
    ax.fill_between(epochs, curve["min"][:10], curve["max"][:10], color=colour, alpha=0.2, linewidth=0)
    ax.text(*at, label, color=colour)


band(left, written.curves["train_loss"], COLOURS[0], DASHES[0], "our runs", (3.1, 1.75))
left.plot(epochs, per_picture, MARKERS[1], color=COLOURS[1], markerfacecolor="none")
left.text(1.1, 1.25, "printed, rescaled", color=COLOURS[1])
band(right, written.curves["last_batch_loss"], COLOURS[4], DASHES[1], "last 16 training pictures", (1.2, 0.33))
band(right, written.curves["test_nll"], COLOURS[0], DASHES[0], "true test loss", (6.3, 1.62))
right.plot(epochs, [losses.behind_test_loss(x) for x in printed.TEST_LOSSES], MARKERS[1], color=COLOURS[1], mfc="none")
right.text(5.0, 2.35, "printed as test loss", color=COLOURS[1])
left.set(title="training", xlabel="epoch", ylabel="loss (nats a picture)", ylim=(0.2, 2.9), xticks=[1, 4, 7, 10])
right.set(title="test", xlabel="epoch", xticks=[1, 4, 7, 10])
alt = "Printed training losses, rescaled, lie low in our band; printed test losses go from {:.2f} to {:.2f} nats."
implied = [losses.behind_test_loss(x) for x in printed.TEST_LOSSES]
show(fig, "03_losses", alt.format(min(implied), max(implied)))
say(table("D35"))

# %% [markdown]
# ## A ReLU where none belongs
#
# Both nets of the document end in a ReLU *on the logits*. Take a picture of class $y$ with pre-activation $a_y$ and logit $z_y = \max(0, a_y)$.
# Suppose $a_y < 0$. Then $z_y = 0$, and since no logit is below 0,
#
# $$p_y = \frac{1}{\sum_j e^{z_j}} \le \frac{1}{10}, \qquad -\log p_y \ge \ln 10, \qquad
# \frac{\partial(-\log p_y)}{\partial a_y} = (p_y - 1) \cdot \underbrace{\frac{\partial z_y}{\partial a_y}}_{0} = 0.$$
#
# The net gives the true class no more than guessing would, and nothing pushes it to give more: the picture can only lower other classes. A class
# whose pre-activation is negative on *every* picture gets no gradient for its own weights, and is called **dead**. Only a change in the layers below can
# bring it back. The softmax already takes any real number; the cure is to leave the ReLU out.
#
# *What varies*: the ReLU on the logits. *Held*: starting weights, order of the pictures and all else, pair by pair. *We expect* dead classes at
# toy size, where few pictures pull on each class, and a loss of accuracy at full size.

# %%
record = results.load("cifar10")
recorded = record["toy as written"].scores
dead = [", ".join(f"{n:.0f}" for n in recorded[f"{when}/dead_classes"]) for when in ("at_10", "end")]
never = (record["toy as written"].items["end/test_confusion"].sum(axis=1) == 0).sum(axis=1)
cured = 100 * record["toy mended"].scores["end/test_accuracy"]
say(
    f"On the digits, {len(never)} seeds with the ReLU have {dead[0]} classes dead on all test pictures after ten "
    f"epochs and {dead[1]} after 40: some come back, others go. At the end they never predict "
    f"{', '.join(map(str, never))} of the ten classes, for a class can be alive and still be nowhere the largest; they "
    f"reach {', '.join(f'{100 * a:.0f}' for a in recorded['end/test_accuracy'])} %. Without the ReLU, the same seeds "
    f"reach {', '.join(f'{a:.0f}' for a in cured)} %."
)

# %% [markdown]
# **Figure 3.2** *A class that is shut out is slow to return.* Each line is one seed of the toy net: with the ReLU on the logits (left) all runs are slow, and after 40
# epochs each still never predicts one class or more; without it (right) all runs learn.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
for k, (ax, name) in enumerate(zip(axes, ("toy as written", "toy mended"), strict=True)):
    for curve in [run.curves["test_accuracy"] for config, run in live.items() if config.arm == name]:
        ax.plot(np.arange(1, len(curve) + 1), 100 * curve, color=COLOURS[1 - k], linestyle=DASHES[1 - k], linewidth=1.3)
    ax.set(title=("ReLU on the logits", "no ReLU on the logits")[k], xlabel="epoch", ylim=(0, 100))
axes[0].set_ylabel("test accuracy on digits (%)")
worst, best = 100 * recorded["end/test_accuracy"].min(), cured.min()
alt = "Five runs with a ReLU on the logits end between {:.0f} % and {:.0f} %; five without it all end above {:.0f} %."
show(fig, "03_dead_classes", alt.format(worst, 100 * recorded["end/test_accuracy"].max(), np.floor(best)))

# %%
rows = ["| ReLU on the logits | runs | lose a class | accuracy of these | of the others |", "|:--|--:|--:|:--|:--|"]
reached, lost = {}, {}
for label, name, at in (
    ("toy, digits", "cifar10/toy as written", "end"),
    ("small net", "cifar10/as written", "at_10"),
    ("large net", "cifar10_larger/as written", "at_10"),
):
    reached[label] = 100 * arm(name).scores[f"{at}/test_accuracy"]
    lost[label] = (arm(name).items[f"{at}/test_confusion"].sum(axis=1) == 0).any(axis=1)
    parts = (", ".join(f"{a:.1f}" for a in np.sort(reached[label][of])) for of in (lost[label], ~lost[label]))
    rows.append(f"| {label} | {len(lost[label])} | {lost[label].sum()} | {' | '.join(part or '—' for part in parts)} |")
kept = ~lost["small net"]
gained = compare.paired(100 * arm("cifar10/mended").scores["at_10/test_accuracy"][kept], accuracy[kept])
say(
    "And at full size? Here are the three nets with a ReLU on the logits, the toy net after 40 epochs and the "
    "document's two after ten; runs are parted by whether they predict *every* class for some test picture.\n\n"
    + "\n".join(rows)
)
say(
    f"The small net's runs that keep all classes have a standard deviation of {accuracy[kept].std(ddof=1):.2f} points, "
    "the tenths that we expected; a run that loses one is far off. Without the ReLU those that keep all gain "
    f"{gained.difference:.2f} points ({gained.low:+.2f} to {gained.high:+.2f}). So a ReLU on the logits costs a net "
    "little where it costs no class, and a class now and then: a mean over runs says this badly.\n\n" + table("D32")
)

# %% [markdown]
# ## Eighty rates, all of them whole pictures
#
# The document prints precision and recall of every class, on both sets and for both nets. With TP the pictures of a class that are predicted
# as it,
#
# $$\text{recall} = \frac{TP}{\text{pictures of the class}}, \qquad \text{precision} = \frac{TP}{\text{pictures predicted as the class}}.$$
#
# CIFAR-10 has 5,000 training and 1,000 test pictures of every class. So recall × 5,000 must be a whole number, and that number divided by the
# precision must be another. The precisions have eight decimals, which leave next to no room for luck: if they were mistyped, no whole numbers would fit.
# F1 is the harmonic mean of precision and recall. The table is exact, for it comes from the document's own numbers. The whole per cents that the
# document prints beside them are cut off, by the template's `%d`, where they should be rounded.

# %%
names = ("small train", "small test", "large train", "large test")
whole = {name: whole_counts(r.precision, r.recall, r.items // 10) for name, r in zip(names, rates.PRINTED, strict=True)}
rows = ["| printed for | right | of | accuracy | mean precision | mean recall | mean F1 |", "|:--" + "|--:" * 6 + "|"]
for name, c in whole.items():
    assert c.predicted.sum() == c.of_class.sum()
    rows.append(
        f"| {name} | {c.right.sum():,} | {c.of_class.sum():,} | {c.right.sum() / c.of_class.sum():.2%} | "
        f"{c.precision.mean():.4f} | {c.recall.mean():.4f} | {c.f1.mean():.4f} |"
    )
say("\n".join(rows) + "\n\n" + table("D37", "D38", "D43"))

# %% [markdown]
# ## What is taken for what
#
# A **confusion matrix** counts, for every true class (row), how often each class is predicted (column). The document's confusion matrices are pictures
# that its text does not hold, so ours stand in: the mean over our runs with the printed settings, as shares of each row.

# %% [markdown]
# **Figure 3.3** *The test makes the same mistakes as the training, oftener.* Share of each class's pictures taken for every other class, after ten
# epochs, on training and on test pictures. The diagonal, which would drown the rest, is left out. Cats and dogs, cars and trucks, birds and deer are mistaken most.

# %%
NAMES = ("airplane", "car", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.9), sharey=True)
for ax, which in zip(axes, ("train", "test"), strict=True):
    counts = written.items[f"at_10/{which}_confusion"]
    share = 100 * (counts / counts.sum(axis=2, keepdims=True)).mean(axis=0)
    np.fill_diagonal(share, np.nan)
    picture = ax.imshow(share, vmin=0, vmax=30)
    for i, j in zip(*np.where(np.nan_to_num(share) >= 9.5), strict=True):
        ax.text(
            j,
            i,
            f"{share[i, j]:.0f}",
            ha="center",
            va="center",
            color="black" if share[i, j] > 15 else "white",
            fontsize=8,
        )
    ax.set(title=f"{which} pictures", xlabel="predicted", xticks=range(10), yticks=range(10), yticklabels=NAMES)
    ax.set_xticklabels(NAMES, rotation=90)
    ax.grid(visible=False)
axes[0].set_ylabel("true class")
fig.colorbar(picture, ax=axes, label="share of the true class (%)", shrink=0.75)
alt = "Two heat maps alike in pattern, the test one brighter: {:.0f} % of test cats are taken for dogs."
show(fig, "03_confusion", alt.format(share[3, 5]))
say(table("D39"))


# %% [markdown]
# ## More pictures, more units, or another kind of net
#
# The rest of the document asks what would help. Four questions, each with its own comparison. In all of them pairs share the seed, the
# optimiser and the batch size. The p-values of all comparisons of two nets over seeds are adjusted together (Holm 1979), since a reader who
# looks at a dozen comparisons would otherwise meet a false finding in every other notebook. McNemar's test speaks of single pairs of runs and is not among them.
#
# | question | what varies | what is held | we expect |
# |:--|:--|:--|:--|
# | more pictures? | 12,500, 25,000 or 50,000 of them | the number of steps | better, by less each time |
# | fewer units? | hidden layers of 250 or of 1,000 | that each has learnt nearly all its training pictures | the narrow net is worse |
# | the large net? | two hidden layers of 1,000 or five of 2,000 | ten epochs, ReLU on the logits | behind: a deep net starts slowly |
# | convolutions? | how the 4.08 million parameters are used | ten epochs | better by far |

# %% [markdown]
# **Figure 3.4** *Architecture beats size.* Every dot is one run, every bar the mean with its 95 % interval; the large net's is wide because its runs differ. More pictures
# help, at the same number of steps; wider layers help, where both nets have learnt nearly all their pictures; and a convolutional net with as many parameters
# is ahead of every fully connected one. What the ReLU does, and what six layers do, is not told from the spread between runs. Labels count hidden
# layers and their units. The first four rows are nets of two layers of 1,000, trained for as many steps as ten epochs take; the large net and the convolutions have ten epochs.

# %%
ROWS = {
    "12,500 pictures": ("cifar10_fewer_pictures/quarter", "end"),
    "25,000 pictures": ("cifar10_fewer_pictures/half", "end"),
    "50,000 pictures": ("cifar10/mended", "at_10"),
    "the same, ReLU on the logits": ("cifar10/as written", "at_10"),
    "five of 2,000, ReLU on the logits": ("cifar10_larger/as written", "at_10"),
    "two of 250, 100 epochs": ("cifar10_smaller/narrow", "end"),
    "two of 1,000, 40 epochs": ("cifar10/mended", "end"),
    "convolutions": ("cifar10_convolutional/convolutional", "at_10"),
}
reached = {label: 100 * arm(name).scores[f"{when}/test_accuracy"] for label, (name, when) in ROWS.items()}
fig, ax = plt.subplots(figsize=(7.2, 4.2))
for y, values in enumerate(reached.values()):
    half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
    ax.plot(values, np.full(len(values), y), MARKERS[0], color=COLOURS[0], alpha=0.35, markersize=4)
    ax.errorbar(values.mean(), y, xerr=half, color=COLOURS[1], marker=MARKERS[3], capsize=3)
    ax.text(values.mean(), y - 0.22, f"{values.mean():.1f}", color=COLOURS[1], ha="center", fontsize=9)
ax.set(yticks=range(len(ROWS)), yticklabels=list(ROWS), xlabel="test accuracy (%)", xlim=(43, 73), ylim=(7.5, -0.7))
for y in (2.5, 4.5, 6.5):
    ax.axhline(y, color="lightgrey", linewidth=0.8, zorder=0)
top = reached.pop("convolutions")
best = max(values.max() for values in reached.values())
assert top.min() > best
alt = (
    "Test accuracies of eight settings: the best run of a fully connected net has {:.1f} %, the convolutional net near "
    "{:.0f} %."
)
show(fig, "03_what_helps", alt.format(best, top.mean()))

# %% [markdown]
# The document prints one run of each net, the larger about a point behind, and says that a few more runs looked alike; it does not show them. Is the printed difference one? Two kinds of chance are in it. The test pictures are one
# sample: on separate samples each score would carry binomial noise of half a point. On the same pictures only those count on which one net alone is right: with $k$ of them,
# each as likely for the one as for the other, the difference has a noise of $\sqrt k / 10{,}000$. And a run is one of many: another seed gives another net.

# %%
small, large = (r.recall.mean() for r in (printed.SMALL_TEST, printed.LARGE_TEST))
difference, noise, between, between_large = sizes.printed_gap()
gap = family()["large - small, as written"].found
say(
    f"The printed accuracies are {100 * small:.2f} % and {100 * large:.2f} %. Their difference is "
    f"{100 * difference:.2f} points, and the noise of pictures, by the number on which our pairs disagree, "
    f"{100 * noise:.2f}: taken as two fitted nets they may well differ. But our runs of one net, alike in all but the "
    f"seed, differ among themselves: their standard deviation is {100 * between:.2f} points for the small net and "
    f"{100 * between_large:.2f} for the large, and that of the difference of two such runs "
    f"{100 * np.hypot(between, between_large):.1f}. One run of each says little about the nets. Over {gap.n} seeds the "
    f"large net, as written, differs by {100 * gap.difference:+.2f} points ({100 * gap.low:+.2f} to "
    f"{100 * gap.high:+.2f}).\n\n" + table("D40", "D41", "D42", "D44", "D47", "D48")
)

# %% [markdown]
# What of single classes? The document says that the larger net finds cats and dogs, animals in general, and trucks and cars even harder to tell apart. Its printed
# rates cannot say so. Recall of cats doubles, because the large net calls more than twice as many pictures cats: precision falls. How well it tells cats from *dogs* is the share
# that is right among pictures of cats and dogs that are taken for one of the two, and needs the confusion matrix.

# %% [markdown]
# **Figure 3.5** *One run says little about a class.* Change in F1 from the small to the large net: as the document printed it, for one run of each,
# and the mean over our seeds with the spread between them. Where the spread is largest, the large net of some seeds never predicts the class. The largest change
# that the document has is the gain for cats; in ours it goes either way, from seed to seed.

# %%
f1 = 100 * (rates.counts(printed.LARGE_TEST).f1 - rates.counts(printed.SMALL_TEST).f1)
large, small = (
    scores.f1(arm(f"{of}/as written").items["at_10/test_confusion"]) for of in ("cifar10_larger", "cifar10")
)
change = 100 * (large - small[: len(large)])
mean, sd = change.mean(axis=0), change.std(axis=0, ddof=1)
at = np.arange(10)
fig, ax = plt.subplots(figsize=(7.2, 3.5))
ax.axhline(0, color="black", linewidth=0.8)
ax.plot(at - 0.12, f1, MARKERS[1], color=COLOURS[1], markerfacecolor="none", markersize=8)
ax.errorbar(at + 0.12, mean, yerr=sd, fmt=MARKERS[0], color=COLOURS[0], capsize=3)
ax.text(1.75, f1[2] - 6, "printed", color=COLOURS[1], va="center", ha="right")
ax.text(0, -40, "our seeds,\n± one sd between seeds", color=COLOURS[0])
ax.set(xticks=at, xticklabels=NAMES, ylabel="change in F1 (points)", xlabel="class")
alt = (
    "Change in F1 by class: printed from {:.0f} to {:+.0f} points, cats gain most; in our seeds cats change by {:+.0f} "
    "to {:+.0f}."
)
show(fig, "03_classes", alt.format(f1.min(), f1.max(), change[:, 3].min(), change[:, 3].max()))
lost_by_large = lost["large net"]
others = np.sort(100 * arm("cifar10_larger/as written").scores["at_10/test_accuracy"][~lost_by_large])
say(
    f"The change for cats is {', '.join(f'{c:+.1f}' for c in change[:, 3])} points by seed; in print it is "
    f"{f1[3]:+.1f}. As the table of the ReLU shows, {lost_by_large.sum()} of {len(lost_by_large)} runs of the large "
    f"net lose a class. The others reach {' and '.join(f'{a:.1f}' for a in others)} %, and the small net's runs that "
    f"keep all classes {accuracy[kept].min():.1f} to {accuracy[kept].max():.1f} %: too few to call them equal, "
    "but what the large net loses here, the ReLU on its logits may have taken.\n\n" + table("D45", "D46")
)

# %% [markdown]
# ## Trained to the end
#
# Ten epochs stop in the middle. What happens if the mended net is trained on until it knows its training pictures?

# %% [markdown]
# **Figure 3.6** *Accuracy settles, confidence does not.* Left: at the end the training loss is below 0.1, while the test loss, past its best
# near epoch ten, climbs above the loss of guessing: the net is wrong, and sure. Right: the test accuracy hardly moves meanwhile. Mean over
# seeds; bands from least to greatest. A net judged by its accuracy alone hides this; later notebooks are about it.

# %%
mended = record["mended"].curves
assert 5 < mended["test_nll"]["mean"].argmin() < 15
assert mended["test_nll"]["mean"][-1] > np.log(10)
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.4))
at = np.arange(1, len(mended["train_loss"]["mean"]) + 1)
for k, (ax, name, factor) in enumerate([(left, "train_loss", 1), (left, "test_nll", 1), (right, "test_accuracy", 100)]):
    curve = mended[name]
    ax.plot(at, factor * curve["mean"], color=COLOURS[k], linestyle=DASHES[k])
    ax.fill_between(at, factor * curve["min"], factor * curve["max"], color=COLOURS[k], alpha=0.2, linewidth=0)
left.axhline(np.log(10), color="grey", linewidth=1)
left.text(1, np.log(10) + 0.06, "guessing", color="grey")
left.text(24, 0.75, "training", color=COLOURS[0])
left.text(15, 1.65, "test", color=COLOURS[1])
left.set(xlabel="epoch", ylabel="loss (nats a picture)")
right.set(xlabel="epoch", ylabel="test accuracy (%)")
last = mended["test_nll"]["mean"][-1]
alt = (
    "Training loss falls to {:.2f} in 40 epochs; test loss falls for ten and then rises to {:.1f} nats, while test "
    "accuracy climbs for ten and then stays near {:.0f} %."
)
show(
    fig, "03_trained_out", alt.format(mended["train_loss"]["mean"][-1], last, 100 * mended["test_accuracy"]["mean"][-1])
)

# %% [markdown]
# ## Takeaways
#
# - A loss has a unit. Divide by what was counted, and compare with guessing: $\ln 10$ nats for ten classes.
# - Test the evaluation loop: other inputs must give another answer. This one would have failed in a second.
# - Nothing belongs between the last linear layer and the softmax. A ReLU there cuts off the push towards the true class where the net gives it least.
# - Printed rates can be turned back into whole counts. If they cannot, something was mistyped or made up. Here all eighty hold.
# - One run of each net cannot show a difference of one point. Enough pairs of runs with the same seed can, and they say how small an effect they
#   would miss: by the numbers behind the verdicts, about a point with ten pairs, and several points with the few pairs of the large net.
#
# *Limits.* All nets are trained by the document's own optimiser, at its learning rate; a tuned optimiser could change every comparison. Seeds draw
# starting weights and order, while the pictures and their split stay fixed: the intervals do not cover another test set.
# Of the six-layer net there are few runs, and none is trained on after ten epochs.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *A wrong digit.* Change the printed cat recall on the test set from 0.214 to 0.215. Predict whether whole counts can still be found. Then try.
#
# **2.** *Alive at the start.* For the toy net with the ReLU on its logits, predict what share of the true-class logits is exactly zero *before* any
# training, when pre-activations are as often negative as positive. Measure it over five seeds.
#
# **3.** *How many seeds?* Take the standard deviation of the paired differences of the ReLU comparison. Predict, then compute, how small a difference ten pairs
# would find with 80 % power, and how many pairs it would take to find a tenth of a point.

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# It cannot: 215 of 1,000 is whole, but 215 divided by the printed precision is not.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# About half of them, so half of the items already send no gradient to their true class. By seed the share varies widely: a fresh net gives all
# pictures much the same pre-activations, so that it is whole classes that are on or off, and there are only ten.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# The detectable difference shrinks as one over the square root of the number of pairs. For many pairs the $t$-test is nearly a
# $z$-test, which finds $(1.96 + 0.84)$ standard errors four times in five; so $n \approx (2.8\, s / d)^2$ for a spread $s$ and a difference $d$.
#
# </details>

# %% tags=["solution"]
recall = printed.SMALL_TEST.recall.copy()
recall[printed.CAT] = 0.215
try:
    whole_counts(printed.SMALL_TEST.precision, recall, 1000)
    refused = ""
except ValueError as fault:
    refused = str(fault)
assert "class 3" in refused
say(f"Refused: {refused}.")

# %% tags=["solution"]
from secondlook.studies.cifar10 import evaluate, load, trainer

config = next(iter(live))
train, test = load(config.data, config.network)
model = trainer(config.network, train.x.shape[1], config.hidden, relu_logits=True)
share = [evaluate(model, model.start(seed), train, test)[0]["true_logit_zero"] for seed in range(5)]
assert 0.3 < np.mean(share) < 0.7
say(
    f"Before training, {100 * np.mean(share):.0f} % of the true-class logits are zero, from {100 * min(share):.0f} to "
    f"{100 * max(share):.0f} % by seed."
)

# %% tags=["solution"]
found = family()["relu"].found
sd = 100 * found.detectable / compare.detectable(1.0, found.n)  # what can be detected is proportional to the spread
pairs = int(np.ceil(((1.96 + 0.84) * sd / 0.1) ** 2))
assert np.isclose(compare.detectable(sd, pairs), 0.1, rtol=0.1)
say(
    f"With a spread of {sd:.2f} points, ten pairs find {compare.detectable(sd, 10):.2f} points; a tenth of a point "
    f"takes {pairs} pairs."
)

# %% [markdown]
# ## Sources
#
# - Document 003, problem 3, and the template that its course hands out, `T3_P3.ipynb` of homework 3; the pictures are CIFAR-10 (Krizhevsky 2009), read by `secondlook.data.cifar10`.
# - The studies are `secondlook.studies.cifar10`; `make results` trains all of it again, in some hours.
# - Holm (1979) on adjusting p-values; Lin, Memisevic and Konda (2015) on how far fully connected nets can go on CIFAR-10.
