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
# # 6 · The order of the segments
#
# Play the segments of a song in a random order and you would not know it again; what does a network notice?
#
# Document 001, section 4, lets kernels slide over several segments at once, stacks a third layer of them, and pools what they find. Taller kernels and max pooling
# seemed to help, a third layer hardly, average pooling not, in one run each, on 40,000 songs that are not public. We take the same steps on real songs that are, with many runs, and on
# synthetic songs of which we know how much their order tells.
#
# **You will see** kernels that learn a melody; what a unit of a network can see, and what a recurrent one forgets; the document's figures 6, 7
# and 8 beside ours; why it matters whether average pooling stands before or after a ReLU, and for max pooling does not; all variants on one axis; and whether it is order that
# makes convolution in time better.
#
# **You need** notebook 4 for the songs and the baseline, notebook 5 for the penalties, notebook 0 for paired comparisons.
#
# **Takes** forty minutes to read, half a minute to run. The full-size numbers are read from committed records; what runs here are small nets on
# synthetic songs.

# %% [markdown]
# ## Convolution in time
#
# A song is a matrix of $T = 120$ segments by $F = 25$ features, $x_{t,f}$. A **convolution in time** with kernels of height $h$ computes
#
# $$z_{t,k} = \max\Bigl(0,\; b_k + \sum_{i=0}^{h-1} \sum_{f=1}^{F} W_{i,f,k}\, x_{t+i,f}\Bigr), \qquad t = 1, \dots, T - h + 1.$$
#
# - $W_{i,f,k}$ is the weight that kernel $k$ gives to feature $f$ of the $i$-th segment under it, and $b_k$ is its bias.
# - $z_{t,k}$ says how well the segments $t, \dots, t + h - 1$ fit kernel $k$; there are 50 kernels.
# - There is no padding, so $h - 1$ positions are lost at the end.
#
# With $h = 1$ a kernel sees one segment: that is the baseline of notebook 4. Two such layers, then 200 fully connected units over all positions,
# then the logits. The sum inside, in NumPy, against the layer of the library before its ReLU:

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy import stats

from secondlook import check, document_001, networks
from secondlook.checks import songs
from secondlook.checks.convolution_in_time import family, heights, orders, recurrent
from secondlook.checks.over_seeds import arm
from secondlook.checks.words import NATS, TENTHS, between, told
from secondlook.claims import table
from secondlook.data.songs import ROUNDS, Songs
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.studies.songs import convolution, sources
from secondlook.studies.songs.arms import REAL
from secondlook.studies.songs.baseline import ORDERS
from secondlook.studies.songs.run import fit, run

net = networks.genre_cnn(10, (3, 3), "none")
W, b = (np.asarray(v.value) for v in net.layers[0].weights)
x = np.random.default_rng(0).standard_normal((1, 120, 25), dtype=np.float32)
z = np.array([b + sum(x[0, t + i] @ W[i] for i in range(3)) for t in range(118)])
assert np.allclose(z, np.asarray(net.layers[0](x))[0], atol=1e-4)
say("The sum by hand and the layer agree at all 118 positions.")

# %% [markdown]
# ## What a taller kernel costs
#
# A kernel of height $h$ over $c$ channels has $hc + 1$ parameters, more the taller it is. But without padding each layer loses $h - 1$ positions, and
# the fully connected layer behind has 200 weights for every position and kernel. The count of the whole network therefore *falls* with $h$.

# %%
rows = ["| height | parameters of the convolutions | positions left | parameters in all |", "|--:|--:|--:|--:|"]
for h in heights.HEIGHTS:
    early = sum(layer.count_params() for layer in heights.convolutions(h))
    whole = networks.genre_cnn(10, (h, h), "none").count_params()
    left = 120 - 2 * (h - 1)
    assert whole == early + (50 * left + 1) * 200 + 201 * 10
    rows.append(f"| {h} | {early:,} | {left} | {whole:,} |")
say("\n".join(rows) + "\n\n" + table("B48"))

# %% [markdown]
# ## What a unit sees
#
# The **receptive field** of a unit is the run of segments that can change it. One layer of height $h$ sees $h$ segments; a pool over $s$ of its
# outputs sees $s - 1$ more and moves on in steps of $s$. Write $r$ for the field and $j$ for the step, both 1 at the start. A layer and its pool do
#
# $$r \leftarrow r + j\,(h - 1) + j\,(s - 1), \qquad j \leftarrow j\, s.$$
#
# The document sets this finite context against the **recurrent** network, which goes through the song with a state that it updates at every
# segment. Its last state is a function of all segments, so its context is called infinite. How much of it is felt? We measure the gradient of the
# last state, before any training, with respect to every segment.
#
# *What varies*: the kind of unit. *Held*: random songs, random starting weights. *We expect* a sharp edge for the convolution, a fading for the states.

# %% [markdown]
# **Figure 6.1** *Before training a recurrent state sees everything and remembers little.* Norm of the gradient of the sum of 50 freshly started units with respect to each segment,
# relative to the largest, averaged over twenty random songs. The convolutional units see a window with sharp edges. The recurrent states are read at the end
# of the song, and what lies further back counts less by a constant factor for each segment.

# %%
pulls = {
    "GRU": recurrent.pull(recurrent.last_state("gru", 50), 120),
    "LSTM": recurrent.pull(recurrent.last_state("lstm", 50), 120),
    "one position of the convolution": recurrent.pull(recurrent.middle_unit(), 120),
}
fig, ax = plt.subplots(figsize=(7.2, 3.6))
for k, pull in enumerate(pulls.values()):
    relative = pull / pull.max()
    at = np.flatnonzero(relative > 1e-12)
    ax.semilogy(at + 1, relative[at], color=COLOURS[k], linestyle=DASHES[k])
ax.text(70, 1.5, "one position of the convolution", color=COLOURS[2], ha="left")
ax.text(96, 3e-8, "GRU", color=COLOURS[0], ha="right")
ax.text(56, 3e-6, "LSTM", color=COLOURS[1], ha="right")
ax.set(xlabel="segment", ylabel="relative gradient", ylim=(1e-12, 8), xlim=(0, 121))
window = int(np.sum(pulls["one position of the convolution"] > 0))
alt = "Gradients on a log scale: the convolution has {} segments in the middle, the recurrent states fade to the left."
show(fig, "06_context", alt.format(window))
say(table("B23"))

# %% [markdown]
# ## First on songs we understand
#
# A method that finds nothing may be blind, or there may be nothing to find. So we first take songs of which we know what there is. Notebook 4 derives
# them: blocks of five segments play five notes, and a genre is a **round**, an order in which the notes follow one another. The order dial says how
# often a block follows the round of its genre. With the segment dial at 0, no single segment tells anything and no bag of segments does.
#
# *What varies*: kernels of height 1 without pooling (the baseline), or of height 3 with max pooling over pairs. *Held*: 1,000 songs of four genres, always
# in their round, ten epochs, three seeds. *We expect* the baseline at one in four, and the other to learn. It runs now.
#
# Then we look at what the kernels have learnt. Each kernel of the first layer is a matrix of 3 segments by 25 features. The notes are five known directions
# among the features, so a kernel can be read: project each of its three rows on the five notes.

# %%
toys = check.again("songs_convolution")
score = {
    arm_name: np.mean([f.scores["end/test_accuracy"] for c, f in toys.items() if c.arm == arm_name])
    for arm_name in ("toy order baseline", "toy order max pooling by 2")
}
assert score["toy order baseline"] < 0.3
assert score["toy order max pooling by 2"] > 0.95
say(
    f"On songs whose order is all there is, the baseline ends at {100 * score['toy order baseline']:.0f} % of the test "
    f"songs, chance being 25 %; convolution in time with pooling at {100 * score['toy order max pooling by 2']:.0f} %."
)

# %% [markdown]
# **Figure 6.2** *Of the strongest kernels at least half hear notes that follow one another.* The twelve strongest kernels of the toy net, read along the five notes; dark blue means the
# note is wanted there, dark red that it is not. Above each, the three notes it wants most, framed where they follow one another in a round. With four genres the rounds are 0 1 2 3 4, 0 1 2 4 3, 0 1 3 2 4
# and 0 1 3 4 2, each going on from its end at its beginning.

# %%
config = next(config for config in convolution.STUDY.toy if config.pool == "max 2")
state = fit(config, sources.load(config.source, config.seed)["train"], 4)
law = Songs(segment_signal=0, order_signal=1, classes=4)
kernels = np.asarray(state.weights[0]).transpose(2, 0, 1) @ law.notes.T
strongest = np.argsort(-np.square(kernels).sum(axis=(1, 2)))[:12]
fig, axes = plt.subplots(2, 6, figsize=(7.2, 4.4), sharex=True, sharey=True)
top = np.abs(kernels[strongest]).max()
in_a_row = {tuple(r[(i + j) % 5] for j in range(3)) for r in ROUNDS[:4].tolist() for i in range(5)}
wanted = [tuple(kernels[k].argmax(axis=1).tolist()) for k in strongest]
for ax, k, triple in zip(axes.flat, strongest, wanted, strict=True):
    picture = ax.imshow(kernels[k].T, cmap="RdBu", vmin=-top, vmax=top, origin="lower")
    ax.set_title(" ".join(map(str, triple)), fontsize=10, bbox={"visible": triple in in_a_row, "facecolor": "none"})
    ax.set(xticks=range(3), xticklabels=[1, 2, 3], yticks=range(5))
    ax.grid(visible=False)
fig.supxlabel("segment under the kernel", fontsize=10)
fig.supylabel("note", fontsize=10)
fig.colorbar(picture, ax=axes, label="weight along the note", shrink=0.8)
assert sum(t in in_a_row for t in wanted) >= 6  # how many depends on the rounding of the processor
found = (
    "Of the twelve triples at least six are three notes in a row of one of the rounds; of all 125 triples "
    f"{len(in_a_row)} are, so that chance would find one or two."
)
show(fig, "06_kernels", f"Twelve maps of three segments by five notes. {found}")
say(found)

# %% [markdown]
# ## The same at full size, with the dial at three places
#
# Now 40,000 training songs of ten genres, as many as the document had, and five passes over them, which are as many steps as some 450 passes over GTZAN's 442 songs.
# Without order only single segments tell (dial 0); in the middle both do; at the end order alone does. The best possible accuracy is known in each case.
#
# *What varies*: the network and the dial. *Held*: songs, penalties, steps. *We expect* no difference without order, and a difference that grows with the dial.
# These are controls of the instrument; they say nothing yet about music.

# %% [markdown]
# **Figure 6.3** *The instrument works: where order tells, kernels over several segments find it; where it does not, they gain nothing.* Test
# accuracy on 10,000 synthetic songs after five epochs; bars are 95 % intervals over five seeds. The dotted line is the
# accuracy of the best possible classifier. The recurrent networks stay where the baseline is: with the document's penalty on all their weights but the output's (and, in the GRU, on its bias, which Keras keeps as a matrix) they have
# not begun to learn order in five epochs. For them the instrument is blind, and what they do on real songs says nothing of order.

# %%
LAWS = {"no order": (1, 0), "some order": (1, 0.1), "order alone": (0, 0.2)}
SHOWN = (songs.BASELINE, songs.PLAIN, songs.POOLED, "fully connected", "GRU", "LSTM")
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.6), sharey=True)
for ax, (source, dials) in zip(axes, LAWS.items(), strict=True):
    best, _ = Songs(*dials).bayes_accuracy(4_000)
    ax.axvline(100 * best, color="black", linestyle=":", linewidth=1)
    for y, variant in enumerate(SHOWN):
        values = 100 * arm(songs.place(source, variant)).scores["end/test_accuracy"]
        half = stats.t.ppf(0.975, len(values) - 1) * values.std(ddof=1) / np.sqrt(len(values))
        ax.errorbar(values.mean(), y, xerr=half, color=COLOURS[y], marker=MARKERS[y], capsize=3)
    ax.set(title=source, xlim=(0, 100), xlabel="test accuracy (%)", yticks=range(len(SHOWN)), yticklabels=SHOWN)
axes[0].invert_yaxis()
axes[0].text(100 * Songs(1, 0).bayes_accuracy(2_000)[0] + 3, 0.5, "best possible", fontsize=9, va="center")
reached = {s: {v: arm(songs.place(s, v)).scores["end/test_accuracy"].mean() for v in SHOWN} for s in LAWS}
alt = (
    "Three panels: without order the nets are close together; with order alone the baseline has {:.0f} %, the pooled "
    "net {:.0f} %."
)
alone = reached["order alone"]
assert max(alone["GRU"], alone["LSTM"]) < 0.2 < alone[songs.PLAIN]
show(fig, "06_controls", alt.format(100 * alone[songs.BASELINE], 100 * alone[songs.POOLED]))

# %% [markdown]
# ## Taller kernels on real songs
#
# There are two sets of real songs. **GTZAN** has 929 songs of ten genres after repeated and distorted recordings are left out, each 120 segments of 24 frequency bands and
# a level. We split it in two ways: so that no artist is in two parts (442 songs to train on, 290 to test), and, twice over, in five-fold cross-validation, which tests every
# song but lets artists recur. The **codewords** are 1,386 songs of the Million Song Dataset, the document's own source, in seven genres; of each segment only
# the cluster of its timbre is known, one of 18.
#
# Both are small: the document had some hundred times as many songs as a GTZAN net sees. Accuracies here say how methods compare on few songs.
#
# *What varies*: the height. *Held*: seed by seed the same order of songs; penalties and Adam as in the document; 100 epochs on GTZAN, 60 on the codewords. *We expect*, after the
# document, 3 and 5 ahead of 1, and 10 a little behind them.


# %%
def beside(figure, pairs):
    """The document's curves of a figure, and ours on GTZAN: mean over seeds, the first with one standard deviation."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.7), sharex=True)
    at, ends = np.arange(1, 101), []
    for k, (theirs, (ours, label)) in enumerate(pairs.items()):
        style = {"color": COLOURS[k], "linestyle": DASHES[k], "linewidth": 1.4}
        drawn, record = document_001.curve(figure, theirs), arm(songs.place("gtzan", ours))
        mean, sd = (100 * record.curves["valid_accuracy"][how] for how in ("mean", "sd"))
        left.plot(at, 100 * drawn, **style)
        right.plot(at, mean, label=label, **style)
        if k == 0:
            right.fill_between(at, mean - sd, mean + sd, color=COLOURS[k], alpha=0.15, linewidth=0)
        ends.append(f"{label}: {100 * drawn[-10:].mean():.1f} and {mean[-10:].mean():.1f} %")
    left.set(title="the document: 40,000 songs, one run", ylabel="validation accuracy (%)", xlabel="epoch")
    right.set(title=f"ours: GTZAN, {len(record.seeds)} seeds", xlabel="epoch", ylim=(25, None))
    right.legend(loc="lower right", ncols=2, fontsize=9)
    return fig, f"Learning curves, the document's left and ours right. They end at: {'; '.join(ends)}."


# %% [markdown]
# **Figure 6.4** *The document's heights part within one run; on few songs all but height 10 lie within the spread between seeds.* The document's figure 6, made again: validation accuracy over 100 epochs at kernel heights 1, 3, 5 and 10. Left, the
# document's curves, each one run. Right, means over seeds on GTZAN, the first with a band of one standard deviation between seeds, which is about that of the others. The scales differ: forty thousand songs and four
# hundred are not the same task. These are 197 validation songs. The findings below are decided by test songs; the numbers behind them give the validation songs, too.

# %%
TALL = {
    "baseline kernel height=1": (songs.BASELINE, "height 1"),
    "kernel height=3": (songs.PLAIN, "height 3"),
    "kernel height=5": ("kernels of 5", "height 5"),
    "kernel height=10": ("kernels of 10", "height 10"),
}
fig, alt = beside(6, TALL)
show(fig, "06_heights", alt)
curves = [arm(songs.place("gtzan", ours)).curves["valid_accuracy"] for ours, _ in TALL.values()]
ends, (spread, *_) = ([curve[how][-10:].mean() for curve in curves] for how in ("mean", "sd"))
assert np.ptp(ends[:3]) < spread < ends[0] - ends[3]
tallest = songs.difference("gtzan", "kernels of 10", songs.PLAIN)
say(f"Height 10 minus height 3, on GTZAN's test songs: {between(tallest)}.\n\n" + table("B47"))

# %% [markdown]
# ## A third layer
#
# *What varies*: two convolutions or three, at heights 3 and 5. *Held*: all else. *We expect* little. A third layer widens what a unit sees, and takes
# more positions away.

# %% [markdown]
# **Figure 6.5** *A third layer changes little in the document; here it never helps.* The document's figure 7, made again: validation accuracy with a third layer of convolutions; the panels are as in figure 6.4.

# %%
DEEP = {
    "2 conv layers kernel height=3": (songs.PLAIN, "2 layers of 3"),
    "3 conv layers kernel height=3": ("three layers of 3", "3 layers of 3"),
    "3 conv layers kernel height=5": ("three layers of 5", "3 layers of 5"),
}
fig, alt = beside(7, DEEP)
show(fig, "06_layers", alt)
two, *three = (document_001.curve(7, theirs)[-10:].mean() for theirs in DEEP)
assert max(abs(end - two) for end in three) < 0.01
assert max(songs.difference(s, deep, songs.PLAIN).difference for s in REAL for deep, _ in list(DEEP.values())[1:]) < 0
say(table("B49"))

# %% [markdown]
# ## Pooling, and where it stands
#
# A **pool** replaces each run of $s$ neighbouring positions by one number. The maximum keeps the best match of a kernel and forgets where exactly it was;
# the average keeps how well the kernel fits on the whole. Let $a_1, \dots, a_s$ be what enters, before the ReLU. Since $\max(0, \cdot)$ is increasing,
#
# $$\max_i \max(0, a_i) = \max\bigl(0, \max_i a_i\bigr), \qquad\text{but}\qquad
# \frac1s \sum_i \max(0, a_i) \;\ge\; \max\Bigl(0, \frac1s \sum_i a_i\Bigr),$$
#
# with equality on the right only where all $a_i$ have the same sign (Jensen's inequality). For max pooling the order of the two makes no difference. For
# average pooling it does: pooled first, one strong mismatch can silence a match beside it. The code behind the document pooled first. So there are two questions:
# does max pooling help, and did average pooling lose because of where it stood?
#
# *What varies*: the pool after each convolution. *Held*: two layers of height 3, all else. *We expect*, after the document, the maximum ahead of no
# pooling and the average behind it.

# %%
a = np.random.default_rng(1).standard_normal((1, 6, 4)).astype(np.float32)
largest, mean = networks.PoolTime("max", 2), networks.PoolTime("average", 2)
relu = lambda values: np.maximum(values, 0)
assert np.allclose(largest(relu(a)), relu(largest(a)))
assert np.all(np.asarray(mean(relu(a))) >= relu(np.asarray(mean(a))) - 1e-7)
share = np.mean(np.asarray(mean(relu(a))) > relu(np.asarray(mean(a))) + 1e-6)
say(
    f"Maxima agree in either order; of {a.size // 2} averages of random numbers, {100 * share:.0f} % are larger after "
    "the ReLU than before."
)

# %% [markdown]
# **Figure 6.6** *Validation songs do not show what test songs show.* The document's figure 8, made again: validation accuracy with max pooling over 2 and over 3 segments, average pooling over 2 before the ReLU, as in the
# document, and after it, and none; the panels are as in figure 6.4, but the document has no average after the ReLU.

# %%
POOLS = {
    "max pooling size=2": (songs.POOLED, "max 2"),
    "max pooling size=3": ("max pooling by 3", "max 3"),
    "avg pooling size=2": (family.AVERAGED_FIRST, "average 2, then ReLU"),
    "no pooling": (songs.PLAIN, "none"),
}
fig, alt = beside(8, POOLS)
after = 100 * arm(songs.place("gtzan", "average pooling by 2")).curves["valid_accuracy"]["mean"]
fig.axes[1].plot(np.arange(1, 101), after, color=COLOURS[4], linestyle=DASHES[4], label="ReLU, then average 2")
fig.axes[1].legend(loc="lower right", fontsize=9)
show(fig, "06_pooling", alt)
by_two = [songs.difference("gtzan", songs.POOLED, songs.PLAIN, score) for score in (songs.ACCURACY, songs.VALIDATION)]
stood = family.across("average pooling by 2", family.AVERAGED_FIRST)
say(
    f"Max pooling by 2 minus none on GTZAN: {between(by_two[0])} on the 290 test songs, {between(by_two[1], TENTHS)} "
    "on the 197 validation songs. So what is found of it hangs on the songs it is tested on; the numbers behind B50 "
    "say which differences are told with songs drawn anew, too. Did average pooling lose because of where it stood? "
    f"After the ReLU minus before it is {told(stood)}.\n\n" + table("B26", "B50")
)

# %% [markdown]
# ## Recurrent networks
#
# The document leaves recurrent networks aside as slow and hungry for data, and proposes the comparison as further work. A GRU and an LSTM go through the song
# with a state of 50 numbers, as many as there are kernels; wide ones have as many parameters in all as convolution in time with max pooling. Each state is read
# after the last segment, and 200 hidden units follow, as in the other networks.
#
# *What varies*: the kind of network. *Held*: data, penalties (but for the GRU's bias, see figure 6.3), optimiser, epochs. *We expect* the document's guess to hold on so few songs: slower, and not better.
# Times are of runs on one core. The table has the quickest run of each, on whatever machine; the claims compare medians over the seeds that both kinds have, the runs of a seed on one machine.

# %%
rows = [
    "| network | parameters | quickest run (s), GTZAN | test accuracy, GTZAN | cross-validated | codewords |",
    "|:--|--:|--:|--:|--:|--:|",
]
for variant in (songs.POOLED, "GRU", "LSTM", "wide GRU", "wide LSTM"):
    cells = [
        f"{100 * arm(songs.place(s, variant)).scores[songs.ACCURACY].mean():.1f} %"
        if s == "gtzan" or "wide" not in variant
        else "–"
        for s in ("gtzan", "gtzan folds", "codewords")
    ]
    quickest = arm(songs.place("gtzan", variant)).seconds.min()
    rows.append(f"| {variant} | {recurrent.parameters(variant):,} | {quickest:.0f} | " + " | ".join(cells) + " |")
seeds = len(arm(songs.place("gtzan", "wide GRU")).seeds)
say("\n".join(rows) + f"\n\nThe wide ones are trained {seeds} times.\n\n" + table("B24", "B68"))

# %% [markdown]
# ## Everything on one axis
#
# Each learning curve above is a temptation to see what one expects. The question of every comparison is the same, how much and how surely, so here are all
# variants against the baseline, on each set of real songs. An interval that crosses zero does not tell which of the two is better. The others are not adjusted for their
# number: of 36 intervals about two would miss zero by chance.
#
# Seeds answer for the training. On GTZAN with artists kept apart, and on the codewords, one set of test songs serves them all, and a difference may be these songs' own. What both
# together leave open follows from a table: a row for each seed, a column for each test song, in each cell 1 if of two nets only the first is right, −1 if only the second is, else 0. The means of rows vary with the seed, those of columns with the
# song. From both spreads, and from what is left, follows the variance of the mean of all, as if seeds and songs were drawn anew (**two random effects**; `compare_items.crossed`). Below the figure stands how many
# differences that leaves. After that, the same accuracies against the number of parameters and against how far a unit sees, which the variants do not change alike.

# %% [markdown]
# **Figure 6.7** *On real songs pooling by 3 and the GRU are ahead of the baseline; taller kernels alone are not shown to be.* Difference in test accuracy, averaged over the last tenth of the epochs; the
# bars are 95 % intervals over paired seeds, not adjusted for their number. In cross-validation the bars allow for folds that share training songs, and are therefore wide.

# %%
rows = list(convolution.VARIANTS)
fig, ax = plt.subplots(figsize=(7.2, 5.6))
for k, source in enumerate(REAL):
    found = [songs.difference(source, variant, songs.BASELINE) for variant in rows]
    gained, half = np.array([(100 * f.difference, 100 * (f.high - f.difference)) for f in found]).T
    style = {"linestyle": "", "color": COLOURS[k], "marker": MARKERS[k], "capsize": 2, "label": songs.SAID[source]}
    ax.errorbar(gained, np.arange(len(rows)) + 0.22 * (k - 1), xerr=half, **style)
ax.axvline(0, color="black", linewidth=0.8)
labels = [variant + " after ReLU" * (variant == "average pooling by 2") for variant in rows]
ax.set(yticks=range(len(rows)), yticklabels=labels, ylim=(len(rows) - 0.5, -0.6))
ax.set_xlabel("test accuracy minus the baseline's (points)")
fig.legend(loc="outside upper center", ncols=3, fontsize=9)
gain = {v: 100 * songs.difference("gtzan", v, songs.BASELINE).difference for v in rows}
worst, best = min(gain, key=gain.get), max(gain, key=gain.get)
alt = (
    "Twelve variants by three sources; on GTZAN the differences to the baseline run from {:+.1f} points ({}) to "
    "{:+.1f} ({})."
)
show(fig, "06_all_variants", alt.format(gain[worst], worst, gain[best], best))
outlast = songs.outlasting(family.family())
kept = [at for at, outlasts in outlast.items() if outlasts]
say(
    f"Of the {len(outlast)} comparisons of this notebook's claims that seeds tell from zero on one set of test songs, "
    f"the interval stays off zero in {len(kept)} when the songs are drawn anew as well: "
    f"{'; '.join(f'{a} minus {b} on {songs.SAID[s]}' for s, a, b in kept) or 'none'}.\n\nBy NLL the picture is "
    "another. Max pooling by 2 minus the baseline on GTZAN is "
    f"{between(songs.difference('gtzan', songs.POOLED, songs.BASELINE, songs.NLL), NATS)}, where less is better: more "
    "often right, and too sure when wrong."
)

# %% [markdown]
# **Figure 6.8** *On the codewords smaller nets do better, but the smaller ones are those that pool.* Each marker is a convolutional variant, mean test accuracy over seeds; open markers pool. Left, against the
# parameters of the whole network for GTZAN, on a log scale; right, against the segments that one unit sees after the last pooling.

# %%
nets = {v: how for v, how in convolution.VARIANTS.items() if "heights" in how} | {songs.BASELINE: {"heights": (1, 1)}}
pools = {v: how.get("pool", "none") for v, how in nets.items()}
count = [networks.genre_cnn(10, how["heights"], pools[v]).count_params() / 1000 for v, how in nets.items()]
field = [networks.receptive_field(how["heights"], pools[v]) for v, how in nets.items()]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.6), sharey=True)
ranks = []
for k, (source, label) in enumerate((("gtzan", "GTZAN"), ("codewords", "codewords"))):
    reached = [100 * arm(songs.place(source, v)).scores[songs.ACCURACY].mean() for v in nets]
    for ax, x in zip(axes, (count, field), strict=True):
        for at, accuracy, v in zip(x, reached, nets, strict=True):
            ax.plot(at, accuracy, MARKERS[k], color=COLOURS[k], fillstyle="full" if pools[v] == "none" else "none")
        ax.plot([], [], MARKERS[k], color=COLOURS[k], label=label)
    ranks.append(f"{label} {' and '.join(f'{stats.spearmanr(x, reached).statistic:+.2f}' for x in (count, field))}")
axes[0].set(xscale="log", xlabel="parameters (thousands)", ylabel="test accuracy (%)")
axes[0].set_xticks([150, 300, 600, 1200], labels=["150", "300", "600", "1,200"], minor=False)
axes[0].minorticks_off()
axes[1].set(xlabel="receptive field (segments)")
axes[1].legend(fontsize=9)
alt = "Two scatter plots of test accuracy; rank correlations with parameters and with reach: {}."
show(fig, "06_size_and_reach", alt.format("; ".join(ranks)))
say(f"Rank correlations of accuracy with parameters and with reach, over {len(nets)} variants: {'; '.join(ranks)}.")

# %% [markdown]
# ## Is it the order that convolution uses?
#
# A network with taller kernels may do better for other reasons than order: it shares weights, it has fewer parameters, it pools. The control is to take order
# away, in training and in testing. If the gain over the baseline came from order, it goes. An order for each song takes away
# *place* as well, what is heard early and what late, which the baseline, too, can use; one new order for all songs takes away what follows what and keeps the place.
#
# *What varies*: the order of the segments. *Held*: the network with max pooling by 2, and all else. *We expect* a loss where order tells something, and the gain over the baseline to go. Where each song is
# shuffled only at the test, the network meets songs unlike those it learnt from.

# %% [markdown]
# **Figure 6.9** *Take the order away in training and test, and the gain over the baseline is no smaller; take it away at the test alone, and it goes.* Test accuracy of the network with max pooling by 2 minus that of the baseline on real songs, both with their segments in
# the same order; 95 % intervals over seeds, not adjusted for their number. The table has the network's accuracy as played, and how it changes.

# %%
rows = [f"| songs | {' | '.join([orders.AS_PLAYED, *ORDERS])} |", "|:--|" + "--:|" * 4]
fig, ax = plt.subplots(figsize=(7.2, 2.9))
for k, source in enumerate(convolution.SHUFFLED):
    cells = [f"{100 * arm(songs.place(source, songs.POOLED)).scores[songs.ACCURACY].mean():.1f} %"]
    cells += [between(orders.cost(source, songs.POOLED, order), TENTHS) for order in ORDERS]
    rows.append(f"| {songs.SAID[source]} | {' | '.join(cells)} |")
    if source in REAL:
        gain = [orders.gain(source, order) for order in (orders.AS_PLAYED, *ORDERS)]
        assert min(of.difference for of in gain[1:3]) > gain[0].difference and gain[3].difference < 0
        rows.append(f"| gain over the baseline | {' | '.join(between(of, TENTHS) for of in gain)} |")
        style = {"color": COLOURS[k], "marker": MARKERS[k], "linestyle": "", "label": songs.SAID[source]}
        reach = [100 * (of.high - of.difference) for of in gain]
        ax.errorbar([100 * of.difference for of in gain], np.arange(4) + 0.15 * k, xerr=reach, capsize=3, **style)
ax.axvline(0, color="black", linewidth=0.8)
ax.set(
    yticks=range(4), yticklabels=[orders.AS_PLAYED, *ORDERS], ylim=(3.5, -0.5), xlabel="gain over the baseline (points)"
)
ax.legend(loc="upper left", fontsize=9)
show(
    fig,
    "06_without_order",
    "On GTZAN and codewords the gain over the baseline is no smaller without order than with it, but for songs "
    "shuffled at the test alone.",
)
change = {s: orders.change_of_gain(s, "an order for each song") for s in convolution.SHUFFLED if s in REAL}
kept = [np.sum(np.diff(np.random.default_rng(seed).permutation(120)) == 1) for seed in range(20)]
assert 0.5 < np.mean(kept) < 1.5  # of the 119 neighbours of one new order
of_baseline = (between(orders.cost(s, songs.BASELINE, "an order for each song"), TENTHS) for s in change)
say(
    "\n".join(rows) + "\n\nDifferences in points. " + "With an order for each song the gain changes by "
    f"{' and '.join(between(of, TENTHS) for of in change.values())} on the two, and the baseline itself by "
    f"{' and '.join(of_baseline)}."
)

# %% [markdown]
# So what convolution in time gains on these real songs is **not shown to come from order**. *One new order for all* leaves hardly any neighbours as they were (about one pair of 119), and costs nothing that is seen. *An order for each song* takes place away
# as well, and the baseline, which on our controls learns no sequence, loses: what is lost is place. Where songs are shuffled only at the test, they come as a surprise: the network has learnt something that
# shuffling spoils, but trained without it, it does as well. On the synthetic songs the loss is all that there is to lose; there the same network does hear order.
#
# ## Takeaways
#
# - On our real songs convolution in time gains as much when the order of the segments is taken away: what it gains is not shown to be order.
# - A kernel over several segments can hear what follows what. On songs made so that only this tells, the baseline stays at chance and convolution in time does not.
# - Count parameters of the whole network. Without padding, taller kernels and more layers make it smaller.
# - For a maximum, pooling before or after a ReLU is the same; for an average it is not.
# - A recurrent state is a function of the whole song and yet, before training, forgets; a convolutional network with a fully connected layer behind it also sees the whole song, but for what pooling drops at the end.
# - Few songs do not rule out a recurrent network. On the codewords the GRU is ahead of convolution in time with a small part of its parameters, though it trains more slowly.
# - To learn whether a network uses order, take order away in training too; what is lost at the test alone is surprise as well. And ask what else goes: an order for each song takes place away with sequence, one order for all keeps it.
# - Put a control where the answer is known beside every comparison where it is not.
#
# *Limits.* The real songs are few, their features are not those of the document, and one test set serves all seeds: the intervals cover the training, not another
# set of songs. How much that matters is said under figure 6.7, and seen where validation songs differ from test songs, as in pooling. Cross-validation covers more, but its folds share artists. One learning rate and one penalty serve all networks, as in the document; tuned one by one
# they could change places.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *A field by hand.* Three layers of height 2, each followed by a pool of 2. Predict the receptive field, then compute it.
#
# **2.** *Blind in one ear.* On the toy songs, where order is all there is, predict the accuracy of convolution in time when the test songs are shuffled.
#
# **3.** *Kernels of two.* Which is the smallest height at which a *kernel* can tell rounds apart? Predict whether height 2 without a second layer suffices; then train it.

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# Each layer and pool adds $j\,(1 + 1)$, with $j = 1, 2, 4$: the field is $1 + 2 + 4 + 8 = 15$.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# Chance, one in four: a shuffled song of one genre has the law of a shuffled song of any other.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# Which note follows which is already told by two neighbours, so one layer of height 2 suffices in principle. A kernel of height 1 hears single notes. The fully connected layers behind it, which know each place, could in principle put them together; from a thousand songs they do not learn to.
#
# </details>

# %% tags=["solution"]
from dataclasses import replace

assert networks.receptive_field((2, 2, 2), "max 2") == 15
shuffled = run(replace(config, order="an order for each test song"))
assert abs(shuffled.scores["end/test_accuracy"] - 0.25) < 4 * np.sqrt(0.25 * 0.75 / 500)
say("Shuffled at the test, the net that knew its songs is right on a quarter of them, to within four standard errors.")

two = run(replace(config, heights=(2,)))
one = run(replace(config, heights=(1,), pool="none"))
assert two.scores["end/test_accuracy"] > 0.5 > one.scores["end/test_accuracy"]
say(
    f"One layer of height 2 reaches {100 * two.scores['end/test_accuracy']:.0f} %, one of height 1 "
    f"{100 * one.scores['end/test_accuracy']:.0f} %."
)

# %% [markdown]
# ## Sources
#
# - Document 001, section 4; its curves are exact numbers read from its vector figures (`secondlook.document_001`).
# - Scherer, Müller and Behnke (2010), "Evaluation of pooling operations in convolutional architectures for object recognition".
# - Nadeau and Bengio (2003), "Inference for the generalization error", on folds that overlap; Page (1963) on ordered alternatives.
# - GTZAN: Tzanetakis and Cook (2002), split as by Kereliuk, Sturm and Larsen (2015). Codewords: a student project on the Million Song Dataset.
# - The studies are `secondlook.studies.songs.convolution` and `secondlook.studies.songs.baseline`; `secondlook run songs_convolution` trains all of it again.
