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
# # 12 · The songs left unanswered
#
# Asked for the genre of a song, a network may also say: I would rather not. Which network should you believe when it does?
#
# Document 002 gives a network's weights distributions and shows what that does on handwritten digits. Songs are another matter. Document 001's fifty thousand are not to be
# had; of the real songs that stand in for them there are a few hundred to learn from, nets are right on less than half of those kept for the test, and a net that knows
# where it is wrong would be worth having. We give document 001's best single net the method of document 002, and beside it everything that promises the same for less.
#
# **You will see** a network that does best, by its own bound, to ignore every song it was given; one inequality under which it must be so; accuracy on the songs that each method is willing to answer; and how far each net is from the exact answer, on songs where that is known.
#
# **You need** notebook 6 for the network and the songs, notebook 10 for the evidence lower bound, notebook 11 for the two kinds of doubt.
#
# **Takes** forty minutes to read, a minute to run. The full-size numbers are read from committed records; what runs here are small nets on synthetic songs.
# Neither document says anything about this, so no claim is decided here.

# %% [markdown]
# ## The network, twice
#
# **Convolution in time** (notebook 6) slides 50 kernels of height 3 over the segments of a song, keeps the larger of each two neighbours, does both once more, and ends in 200
# hidden units and the classes. Its variational twin has for each weight $w$ a normal $q$ with a mean and a standard deviation. Its prior is normal with one scale
# for each of the four layers, which is learnt with the rest, under a half-Cauchy law of scale 0.1: little is assumed about how large weights should be. Training makes the **evidence lower bound** large,
#
# $$\mathrm{ELBO}(q) = \sum_{i=1}^{n} \operatorname{E}_{w \sim q} \log p_w(y_i \mid x_i) \;-\; \mathrm{KL}(q \,\|\, p),$$
#
# - $x_i, y_i$ are the $n$ training songs and their genres, $p_w(y \mid x)$ is the prediction of the net with weights $w$;
# - $\mathrm{KL}(q \,\|\, p)$, the divergence, says in nats how far $q$ has moved from the prior $p$.

# %%
import matplotlib.pyplot as plt
import numpy as np

from secondlook import networks
from secondlook.checks import over_seeds
from secondlook.checks.bayesian_mnist.accuracy import half_width
from secondlook.checks.bayesian_songs import bound, family, genres
from secondlook.checks.bayesian_songs.systems import NLL, OURS, RIVALS, SAID, SCORES, SYSTEMS, arm, scores
from secondlook.checks.songs import GTZAN_CLASSES, GTZAN_TEST
from secondlook.data import songs
from secondlook.data.songs import Songs
from secondlook.data.standardise import standardise
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.studies.songs import bayesian, doubts, variational
from secondlook.studies.songs.doubting import Point
from secondlook.studies.songs.doubting import variational as variational_net
from secondlook.variational.networks import genre_cnn
from secondlook.variational.priors import Prior

weights = networks.genre_cnn(10).count_params()
twin = genre_cnn(10, Prior("normal", 0.1, "half-cauchy"))
assert twin.count_params() == 2 * (weights + 4)
LOOK = {
    name: {"color": COLOURS[k], "linestyle": DASHES[k], "marker": MARKERS[k]}
    for k, name in enumerate(
        ("point estimate", "point, temperature", "variational", OURS, "dropout", "ensemble", "songs counted 100 times")
    )
}
say(f"The net has {weights:,} weights, and learns from {variational.ALL['gtzan']} songs of GTZAN.")

# %% [markdown]
# ## Songs that nobody could tell for certain
#
# Doubt is right or wrong, and to see which we need songs whose genre is uncertain to a known degree. Notebook 4 makes synthetic songs and derives their exact posterior
# $p(c \mid x)$: no net can do better than to predict it. Here are songs of four genres, short ones, with so much noise that the exact posterior itself errs on one in six.
#
# *What varies*: how the net is trained: as a point estimate; by the bound; and by a bound in which every song **counts ten times**, of which more below. *Held*: 400 songs,
# the net, 320 steps. *We expect* the point estimate to be too sure, and the variational nets to be less so. All three train here, now.

# %%
law = Songs(segment_signal=1.5, order_signal=0, classes=4, segments=20, features=9)
raw = songs.load(law, {"train": 400, "test": 1000}, seed=0)
data, exact = standardise(raw), law.posterior(raw["test"].x)


def predicted(net, data):
    """Train for 320 steps of 50 songs; the mean prediction of 50 draws."""
    state, rng = net.start(0), np.random.default_rng(0)
    x, y = data["train"]
    for _ in range(320 * 50 // len(y)):
        state, _ = net.epoch(state, x, y, 50, rng)
    return net.draws(state, data["test"].x, 50, 0).mean(axis=0, dtype=float)


nets = {"point estimate": Point(lambda: networks.genre_cnn(4, inputs=(20, 9)))}
nets |= {name: variational_net(4, (20, 9), 400, times, 320, False) for name, times in (("variational", 1), (OURS, 10))}
found = {name: predicted(net, data) for name, net in nets.items()}
apart = {name: doubts.divergence(exact, p) for name, p in found.items()}
right = {name: np.mean(p.argmax(axis=1) == raw["test"].y) for name, p in found.items()}
assert apart[OURS] < apart["point estimate"] < apart["variational"] and right["variational"] < 0.4 < 0.7 < right[OURS]
told = "; ".join(f"{name} {apart[name]:.1f}" for name in nets)
say(
    f"Right on the test songs: {', '.join(f'{name} {100 * share:.0f} %' for name, share in right.items())}, chance "
    "being 25 %. The net trained by the bound has learnt nothing. Nats by which predictions diverge from the exact "
    f"posterior, means over test songs: {told}."
)

# %% [markdown]
# **Figure 12.1** *Too sure, sure of nothing, and about right.* Each dot is a genre of one of 300 synthetic test songs: the probability that a net gives to it, against the
# exact one. On the diagonal doubt is as it should be. The point estimate is too sure at both ends. The net trained by the bound gives every genre of every song the same.

# %%
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.0), sharex=True, sharey=True)
for ax, (name, p) in zip(axes, found.items(), strict=True):
    ax.plot([0, 1], [0, 1], color="black", linewidth=0.8)
    ax.plot(exact[:300], p[:300], **LOOK[name] | {"linestyle": ""}, markersize=2.8, alpha=0.4, mew=0, rasterized=True)
    ax.set(title=name, xlabel="exact probability", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
axes[0].set_ylabel("predicted probability")
alt = "; ".join(f"{name} {apart[name]:.1f} nats" for name in nets)
show(fig, "12_exact_and_predicted", f"Predicted against exact probabilities for three nets; mean divergence: {alt}.")

# %% [markdown]
# ## What a bound can pay for
#
# Why does the middle net ignore its songs? Compare two posteriors by the bound that both are to make large. One gives each of $C$ genres the same chance whatever the
# song. A net does so when its last layer's weights are nearly zero, and since the scale of the prior is learnt, this costs next to no divergence: its bound is $-n \ln C$, nearly. The other has learnt
# something, and its divergence is $D$. Log likelihoods are never above zero, so its bound is never above $-D$. Therefore
#
# $$D > n \ln C \quad\Longrightarrow\quad \mathrm{ELBO}(\text{has learnt}) \;\le\; -D \;<\; -n \ln C \;\approx\; \mathrm{ELBO}(\text{ignores the songs}).$$
#
# - $n \ln C$ is the most that knowledge can be worth: all $n$ answers, each a choice among $C$. It grows with the songs and does not grow with the net.
# - $D$ is a sum over weights. A net of many weights, whose posterior must treat each as independent of the others (**mean-field**), pays for them one by one.
#
# That wide mean-field networks ignore their data is a theorem of Coker et al. (2022), for fully connected nets with an odd activation and normal noise, in the limit of width; they show that without oddness it need not
# hold. Ours has the ReLU, which is not odd; the inequality needs neither. It is a sufficient condition; what decides is which bound is higher. Here are the divergence of each fit, what could pay for it, and the bound that results
# when every song counts once, to be held against $-n \ln C$. The plain net was given a start that has learnt, the end of the fit that counts songs ten times (with 500 synthetic songs that start, too, has learnt next to nothing).
#
# A caution: the divergence of that fit is not what a fit by the plain bound would pay, for to it divergence was ten times cheaper. (With 8,000 songs the plain net has the same accuracy for a fifth.) So the inequality shows that *these* fits are worse than ignorance, where
# they are. That the plain net, started at them, climbs to ignorance is the evidence that no better place is near.

# %%
PLACED = [("gtzan", 442, 10), ("codewords", 976, 7), *(("some order", n, 10) for n in variational.SIZES["some order"])]
PLACES = {"gtzan": "GTZAN", "codewords": "codewords", "some order": "synthetic"}
rows = [
    "| songs | n | net | divergence D | n ln C | bound | test accuracy | last rise |",
    "|:--|--:|:--|--:|--:|--:|--:|--:|",
]
dear, worse = [], []
for source, name, n, classes in ((s, name, n, c) for s, n, c in PLACED for name in ("variational", OURS)):
    of, (divergence, most, elbo) = arm(source, SYSTEMS[name].arm, n), bound.row(source, name, classes, n)
    reached = 100 * scores(source, name, "test_accuracy", n).mean()
    rise = np.diff(of.curves["objective"]["mean"])[-1]
    cells = (PLACES[source], f"{n:,}", name, f"{divergence:,.0f}", f"{most:,.0f}", f"{elbo:,.0f}", f"{reached:.0f} %")
    rows.append(f"| {' | '.join(cells)} | {rise:+.3f} |")
    assert elbo <= -divergence  # log likelihoods are never positive
    for met, told in ((of.scores["divergence"] > most, dear), (bound.bound(of) < -1.1 * most, worse)):
        told += [f"{PLACES[source]} ({n:,}), {name}, in {met.sum()} of {len(met)} seeds"] if met.any() else []
say(
    "\n".join(rows)
    + "\n\nNats, means over seeds; the last column is by how much the objective of one counted song rose between the "
    f"last two looks at it. Further from the prior than all answers could pay for: {'; '.join(dear) or 'none'}. With a "
    f"bound that is more than a tenth below that of ignorance: {'; '.join(worse) or 'none'}."
)

# %% [markdown]
# **Figure 12.2** *A posterior unlearns.* NLL of GTZAN's 197 songs set apart, against training steps on a log scale, means over seeds, as many as the legend says. The plain variational net begins with what the fit with songs
# counted ten times has learnt, and goes back to guessing. The point estimate soon is too sure of itself. The longer fit shows whether 1,500 steps are enough.

# %%
LINES = {
    "point estimate": variational.POINT,
    "variational": variational.VARIATIONAL,
    OURS: variational.COUNTED,
    "the same, 6,000 steps": variational.LONG,
    "songs counted 100 times": variational.COLD,
}
fig, ax = plt.subplots(figsize=(7.2, 4.1))
ends = {}
for label, name in LINES.items():
    curves, style = arm("gtzan", name).curves, LOOK.get(label, LOOK["ensemble"])
    steps, nll = curves["steps"]["mean"], curves["valid_nll"]["mean"]
    seeds = len(arm("gtzan", name).seeds)
    ax.plot(steps, nll, **style, markersize=3.5, linewidth=1.4, label=f"{label} ({seeds})")
    ends[label] = nll[-1]
ax.axhline(np.log(10), color="black", linewidth=0.8)
ax.text(9, np.log(10) + 0.02, "guessing", fontsize=9, va="bottom")
ax.set(xscale="log", xlabel="training steps", ylabel="NLL of songs set apart (nats)", ylim=(1.5, None))
ax.set_xticks([10, 30, 100, 300, 1000, 3000], labels=["10", "30", "100", "300", "1,000", "3,000"])
ax.minorticks_off()
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=9)
told = "; ".join(f"{label} {end:.2f}" for label, end in ends.items())
show(fig, "12_unlearning", f"NLL against training steps for five fits; at the end: {told}; guessing has 2.30.")

# %% [markdown]
# ## A cold posterior, and what it is not
#
# What if each song counted more than once? With $T$ copies of every song the bound belongs to
#
# $$p_T(w \mid \text{songs}) \;\propto\; p(w) \prod_{i=1}^{n} p_w(y_i \mid x_i)^T.$$
#
# - $T = 1$ is the posterior given the songs. $T > 1$ is sharper about weights that fit well. Wenzel et al. (2020), whose **cold** posterior has the temperature $1/T$ and sharpens the prior as well, find that it predicts better than the posterior itself; Izmailov et al. (2021), who sample without a normal $q$, trace most
#   of that to augmented data, which we have not.
# - In the inequality, $n \ln C$ becomes $T n \ln C$: the same knowledge is worth $T$ times as much.
#
# So "songs counted 10 times" is not what document 002 means by a posterior: we have told the net that it heard ten times as many songs as it did. Ten is a round number, chosen after first looks; 1 and 100
# stand beside it below. It stands or falls by how it predicts songs it has not heard. Has its own bound settled after 1,500 steps? A fit four times as long, its rate
# falling as much more slowly, tells.

# %%
long, short = arm("gtzan", variational.LONG), arm("gtzan", variational.COUNTED)
NAMES = {
    "objective": ("objective of a counted song", 2),
    "divergence": ("divergence", 0),
    f"end/{NLL}": ("NLL of test songs", 2),
    "end/test_auroc/confidence": ("area under the ROC curve for their errors", 2),
}
paired = {name: over_seeds.on_common_seeds((short, long), name) for name in NAMES}
n_seeds = paired["objective"].shape[1]
means = {name: both.mean(axis=1) for name, both in paired.items()}
risen = means["objective"][1] - means["objective"][0]
told = "; ".join(f"{NAMES[k][0]} {a:,.{NAMES[k][1]}f} and {b:,.{NAMES[k][1]}f}" for k, (a, b) in means.items())
say(
    f"After 1,500 and after 6,000 steps, on {n_seeds} seeds: {told}. "
    + (
        "The bound had not settled after 1,500 steps. What follows is about a fit that ended before its bound did, not "
        "about the posterior that the bound belongs to."
        if risen > 0.05
        else "The bound had settled after 1,500 steps, to a twentieth of a nat."
    )
)

# %% [markdown]
# ## What it must beat
#
# *What varies*: the method. A **point estimate** trains as in notebook 6, with its penalties. It can be **stopped early**, where it predicts the songs set apart best, or given a **temperature**: one factor on all
# log probabilities, fitted on the songs set apart (Guo et al. 2017). **Dropout** goes on dropping numbers when it predicts (Gal and Ghahramani 2016), an **ensemble** averages five point estimates (Lakshminarayanan et al. 2017);
# both can have a temperature, too. The variational nets have none. *Held*: the network, the songs, seeds in pairs. *Not held*: penalties, rate of learning and steps; each method has its own. *We expect* accuracies alike, the point estimate much too sure, and a temperature to repair most of that.
#
# | method | rate of learning | steps on GTZAN |
# |:--|:--|:--|
# | point estimate | 0.001 | 900 |
# | dropout | 0.001 | 1,800 |
# | variational, songs counted | from 0.05 to zero | 1,500 |
# | variational, plain | from 0.02 to zero | 1,500, after those of the fit that it starts from |
#
# There are two sets of real songs: **GTZAN**, ten genres, no artist in two parts, 290 songs to test; and the **codewords** of the Million Song Dataset, seven genres, 210 songs to test.
#
# Columns: accuracy; NLL in nats; the calibration error (notebook 11); the area under the ROC curve with which $1 - \max_c p$ tells wrong answers from right ones, the **area for errors**; and accuracy on the half of the songs of which the net is surest.

# %%
DIGITS = {
    "test_accuracy": (100, 1),
    NLL: (1, 2),
    "test_ece": (100, 1),
    "test_auroc/confidence": (100, 1),
    "test_half": (100, 1),
}
tables = []
for source in variational.ALL:
    rows = [f"| {PLACES[source]} | seeds | " + " | ".join(SAID[score] for score in SCORES) + " |"]
    rows.append("|:--|" + "--:|" * (1 + len(SCORES)))
    for name in SYSTEMS:
        values = {score: scale * scores(source, name, score) for score, (scale, _) in DIGITS.items()}
        cells = [f"{values[score].mean():.{digits}f}" for score, (_, digits) in DIGITS.items()]
        rows.append(f"| {name} | {len(values[NLL])} | " + " | ".join(cells) + " |")
    tables.append("\n".join(rows))
say("\n\n".join(tables))

# %% [markdown]
# **Figure 12.3** *The point estimate's certainty has more than one cure.* NLL and the area under the ROC curve for finding errors on test songs; means and 95 % intervals over
# seeds, filled for GTZAN and open for the codewords. The grey lines are the NLL of guessing among ten genres and among seven.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 4.4), sharey=True)
PANELS = ((NLL, 1, "NLL (nats)", (1, 7)), ("test_auroc/confidence", 100, "area for errors (%)", (30, 100)))
for ax, (score, scale, label, shown) in zip(axes, PANELS, strict=True):
    for k, (source, face) in enumerate(zip(variational.ALL, (COLOURS[0], "white"), strict=True)):
        for y, name in enumerate(SYSTEMS):
            values = scale * scores(source, name, score)
            ax.errorbar(
                values.mean(),
                y + 0.24 * k - 0.12,
                xerr=half_width(values),
                color=COLOURS[k],
                marker=MARKERS[k],
                linestyle="",
                mfc=face,
                capsize=2,
                label=PLACES[source] if y == 0 else None,
            )
    ax.set(xlabel=label, xlim=shown, yticks=range(len(SYSTEMS)), yticklabels=SYSTEMS)
for classes, side in ((7, "right"), (10, "left")):
    axes[0].axvline(np.log(classes), color="grey", linewidth=1)
    axes[0].text(np.log(classes), -0.6, f" guess of {classes} ", color="grey", fontsize=7.5, ha=side, va="bottom")
axes[0].invert_yaxis()
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=9)
told = "; ".join(f"{name} {scores('gtzan', name, NLL).mean():.2f}" for name in SYSTEMS)
show(fig, "12_scores", f"NLL and area for errors of ten methods on two sets of songs; NLL on GTZAN: {told}.")

# %% [markdown]
# ## Decided over seeds
#
# Differences of means are not yet findings. Each seed of one method has its twin in the other, so differences are taken seed by seed, and Holm's adjustment holds the
# chance of any false finding among these differences below one in twenty. An interval covers other seeds on the same test songs, not other songs.
#
# Calibration errors need a warning. They are positive by chance, more so the fewer songs there are in a bin: a net whose answers are right exactly as often as it says has one, too. We simulate it, by drawing the genre of
# each song from the prediction itself.

# %%
rows = [
    "| songs counted 10 times, minus | NLL, GTZAN | area for errors (points), GTZAN | NLL, codewords | area for "
    "errors, codewords |",
    "|:--|--:|--:|--:|--:|",
]
for rival in RIVALS:
    cells = [
        family.difference(s, rival, name, scale, digits)
        for s in variational.ALL
        for name, scale, digits in ((NLL, 1, 2), ("test_auroc/confidence", 100, 1))
    ]
    rows.append(f"| {rival} | " + " | ".join(cells) + " |")
lines = [f"- {PLACES[s]}: {family.in_words(s)}." for s in variational.ALL]
perfect = {
    name: np.mean([genres.chance_error(p) for p in genres.probability(name)]) for name in ("point estimate", OURS)
}
actual = {name: scores("gtzan", name, "test_ece").mean() for name in perfect}
measured = "; ".join(f"{name} {100 * actual[name]:.1f}, by chance {100 * perfect[name]:.1f}" for name in perfect)
say(
    "\n".join(rows)
    + f"\n\n95 % intervals; an asterisk where the difference is told from zero among {len(family.family())} "
    "comparisons. Of all five scores, songs counted 10 times are:\n\n"
    + "\n".join(lines)
    + "\n\nCalibration error on GTZAN in points, and what a perfectly calibrated net of the same confidences would "
    f"show: {measured}."
)

# %% [markdown]
# ## Answering fewer songs
#
# Let a net answer only those songs of which it is surest, and leave the rest. The **abstention curve** shows the accuracy on what it answers against the share that it answers (Chow 1970; Geifman and El-Yaniv 2017). It ends at the usual
# accuracy, and rises to the left if confidence knows anything. It depends on the order of songs alone: a monotone change of confidence does not move it, and a temperature changes that order little. If a posterior has something of its own to offer, it is here.
#
# *What varies*: the method. *Held*: the songs. *We expect*, from notebook 11, the ensemble and the variational net ahead of the point estimate, and the plain variational net to have nothing to say.

# %% [markdown]
# **Figure 12.4** *What a net gains by keeping silent.* Accuracy on the songs answered against the share of songs answered, the surest first; means over seeds. Left GTZAN, right the codewords. Shares below a tenth are left out: they are few songs.

# %%
SHOWN = ("point estimate", "dropout", "ensemble", "variational", OURS)
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.7))
for ax, (source, total) in zip(axes, (("gtzan", 290), ("codewords", 210)), strict=True):
    for name in SHOWN:
        answered = 100 * arm(source, SYSTEMS[name].arm).curves["end/answered"]["mean"]
        ax.plot(100 * doubts.SHARES[1:], answered[1:], **LOOK[name], markersize=3.5, markevery=3, label=name)
    ax.set(title=f"{PLACES[source]}, {total} songs", xlabel="songs answered (%)", ylim=(0, 100))
axes[0].set_ylabel("right among those answered (%)")
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=5, fontsize=8.5)
half = {name: 100 * scores("gtzan", name, "test_half").mean() for name in SHOWN}
told = "; ".join(f"{name} {value:.0f} %" for name, value in half.items())
show(fig, "12_abstention", f"Accuracy against share of songs answered; with half of GTZAN's songs answered: {told}.")

# %%
ranked, halved = (
    {s: [r for r in RIVALS if score in family.told(s, r)[0]] for s in variational.ALL}
    for score in ("test_auroc/confidence", "test_half")
)
few, many = 100 * means["end/test_auroc/confidence"]
area = {
    who: [100 * scores(s, who, "test_auroc/confidence").mean() for s in variational.ALL]
    for who in ("ensemble", "point estimate")
}
of_ensemble = " and ".join(
    f"{ours:.0f} % against {its:.0f} % on {PLACES[s]}"
    for s, ours, its in zip(variational.ALL, *area.values(), strict=True)
)
assert not ranked["codewords"] and not halved["codewords"] and few > many
say(
    "Which net should you believe? On GTZAN the one whose songs count ten times: it ranks its errors better than "
    f"{len(ranked['gtzan'])} of {len(RIVALS)} rivals, and is better on the surest half than {len(halved['gtzan'])}. It "
    f"is not told from {' or '.join(f'*{r}*' for r in RIVALS if r not in ranked['gtzan'])} in ranking, nor from "
    f"{' or '.join(f'*{r}*' for r in RIVALS if r not in halved['gtzan'])} on the surest half. On the codewords it is "
    "told to be better than no rival in either. Nor is its lead the posterior's own: four times the steps bring its "
    f"area on GTZAN from {few:.0f} to {many:.0f} % ({n_seeds} seeds). Of the ensemble we expected as much; its area, "
    f"not tested against the point estimate's, is {of_ensemble}."
)

# %% [markdown]
# ## Which songs?
#
# Doubt should sit where errors are. For each genre of GTZAN we compare how often a net *expects* to be wrong, the mean of $1 - \max_c p$ over the genre's test songs, with how often it *is*. A net can be right on the whole and unfair to a genre:
# calibration says something about all songs, and nothing about any kind of them.
#
# Songs that sound like two genres and weights that are not known both raise $1 - \max_c p$. The **mutual information** (notebook 11) is the part of the entropy that comes from draws that disagree about a song, which more training songs could settle. There are about thirty test songs of each genre, so a share of errors has a standard error of nine points: differences between neighbours mean little.

# %% [markdown]
# **Figure 12.5** *Doubt is spread more evenly over the genres than errors are.* By genre of GTZAN's test songs: the share of errors (filled) and the expected share (open), joined by a line; left the point estimate, in the
# middle the net whose songs count ten times, right its mutual information. Genres are sorted by the errors of the middle net; means over seeds.

# %%
found_by = {name: genres.by_genre(name) for name in ("point estimate", OURS)}
assert np.isclose(
    np.mean(genres.probability(OURS).argmax(axis=2) == GTZAN_CLASSES),
    scores("gtzan", OURS, "test_accuracy").mean(),
    atol=0.01,
)
order, names = np.argsort(found_by[OURS].actual), np.array(list(GTZAN_TEST))
fig, axes = plt.subplots(1, 3, figsize=(7.2, 4.0), sharey=True, width_ratios=(3, 3, 2))
for ax, (name, by) in zip(axes, found_by.items(), strict=False):
    style = LOOK[name] | {"linestyle": ""}
    ax.hlines(range(10), 100 * by.expected[order], 100 * by.actual[order], color="grey", linewidth=1)
    ax.plot(100 * by.actual[order], range(10), **style, label="is wrong")
    ax.plot(100 * by.expected[order], range(10), **style, mfc="white", label="expects to be")
    ax.set(title=name, xlabel="songs (%)", xlim=(0, 102), yticks=range(10), yticklabels=names[order])
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=9)
axes[2].barh(range(10), found_by[OURS].epistemic[order], color=LOOK[OURS]["color"], height=0.6)
axes[2].set(title="mutual information", xlabel="nats")
by = found_by[OURS]
ends = [f"{names[g]} {100 * by.actual[g]:.0f} % wrong, {100 * by.expected[g]:.0f} % expected" for g in order[[0, -1]]]
show(fig, "12_genres", f"Errors and expected errors by genre; with songs counted 10 times: {'; '.join(ends)}.")
apart, largest = (
    [100 * arm(s, SYSTEMS[OURS].arm).scores[f"end/test_auroc/{d}"].mean() for s in variational.ALL]
    for d in ("epistemic", "confidence")
)
as_mild = 100 * scores("gtzan", "point, temperature", "test_auroc/confidence").mean()
assert max(apart) < 55 < min(largest) and as_mild < largest[0] - 5
say(
    f"By what its draws disagree about, this net finds its errors no better than by chance: the area is {apart[0]:.0f} "
    f"% on GTZAN and {apart[1]:.0f} % on the codewords. By its largest probability it is {largest[0]:.0f} and "
    f"{largest[1]:.0f} %. So its gain on GTZAN does not look like doubt about weights. Nor is it only that the mean "
    "prediction is milder: a temperature makes the point estimate milder, too, and leaves its area at "
    f"{as_mild:.0f} %. The mean prediction puts the songs in another order."
)

# %% [markdown]
# ## What more songs do
#
# *What varies*: how many of the training songs a net learns from: a quarter, a half or all, drawn anew by each seed with the genres in their proportions. *Held*: the test songs, the steps. *We expect* all nets to gain, and the
# differences between them to shrink: what one does not know about weights matters most where data are few.

# %% [markdown]
# **Figure 12.6** *With few songs, to count them ten times is not enough.* NLL (above) and accuracy (below) of test songs against the number of training songs, on a log scale; means and 95 % intervals over seeds. A temperature changes no answer, so
# in accuracy its line is the point estimate's.

# %%
fig, axes = plt.subplots(2, 2, figsize=(7.2, 5.0), sharex="col")
for column, source in enumerate(variational.ALL):
    sizes = (*variational.SIZES[source], variational.ALL[source])
    for name in ("point estimate", "point, temperature", OURS):
        for ax, (score, scale) in zip(axes[:, column], ((NLL, 1), ("test_accuracy", 100)), strict=True):
            runs = [scale * scores(source, name, score, n) for n in sizes]
            ax.errorbar(
                sizes, [r.mean() for r in runs], yerr=[half_width(r) for r in runs], **LOOK[name], capsize=2, label=name
            )
    axes[0, column].set(title=PLACES[source], xscale="log")
    axes[1, column].set(xlabel="training songs", xticks=sizes, xticklabels=sizes)
    axes[1, column].minorticks_off()
axes[0, 0].set_ylabel("NLL (nats)")
axes[1, 0].set_ylabel("accuracy (%)")
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=9)
few, many = (100 * scores("gtzan", OURS, "test_accuracy", n).mean() for n in (variational.SIZES["gtzan"][0], None))
show(
    fig,
    "12_more_songs",
    f"NLL and accuracy against training songs; on GTZAN with songs counted 10 times {few:.0f} to {many:.0f} %.",
)

# %%
rows = ["| on a quarter of the songs, minus the same on all | GTZAN | codewords |", "|:--|--:|--:|"]
for rival in family.SINGLE:
    cells = [family.difference(source, rival, "fewer songs") for source in variational.ALL]
    rows.append(f"| NLL of {OURS} minus NLL of {rival} | " + " | ".join(cells) + " |")
say(
    "\n".join(rows)
    + "\n\nNats with 95 % intervals; below zero, the advantage is larger on fewer songs, as expected; above zero, on "
    "more. An asterisk: told from zero."
)
quarter = {s: variational.SIZES[s][0] for s in variational.ALL}
rights = {
    who: [100 * scores(s, who, "test_accuracy", n).mean() for s, n in quarter.items()]
    for who in (OURS, "point estimate")
}
pays = [[arm(s, SYSTEMS[OURS].arm, n).scores["divergence"].mean() for n in (few, None)] for s, few in quarter.items()]
assert all(one < other for one, other in zip(*rights.values(), strict=True)) and all(few < all_ for few, all_ in pays)
say(
    f"On a quarter of the songs this net falls back towards guessing: it is right on {rights[OURS][0]:.0f} % of "
    f"GTZAN's test songs and {rights[OURS][1]:.0f} % of the codewords', the point estimate on "
    f"{rights['point estimate'][0]:.0f} and {rights['point estimate'][1]:.0f} %. So few songs, ten times counted, pay "
    f"for little: its divergence is {pays[0][0]:,.0f} and {pays[1][0]:,.0f} nats, where with all songs it is "
    f"{pays[0][1]:,.0f} and {pays[1][1]:,.0f}. Against a temperature it loses most where songs are fewest, the "
    "opposite of what we expected; the table says on which songs that is told from zero."
)

# %% [markdown]
# ## How far from the exact answer
#
# On real songs nobody knows the right amount of doubt. On synthetic ones it is known song by song, so that a net's distance from it is a number: the mean of $\mathrm{KL}(p_{\text{exact}}(\cdot \mid x) \,\|\, \bar p(\cdot \mid x))$ over test songs. It is what
# NLL has in excess of the best possible NLL, without the chance of which genres were drawn.
#
# *What varies*: the method and the number of training songs. *Held*: ten genres with some order in their segments (notebook 6), 2,000 test songs. *We expect* the plain variational net to begin to learn once there are so many songs that $n \ln C$ pays for it. A point estimate has 2,000 steps, a dozen passes
# over the most songs; a variational net 1,500; the plain one 1,500 more, after the fit with songs counted ten times that it starts from. The table above says whether the bound was still rising, and a net that was still learning looks worse than it is.

# %% [markdown]
# **Figure 12.7** *Where the truth is known, a point estimate with one number fitted is nearer to it than either variational net.* Mean divergence of predictions from the exact posterior against the number of training songs, the latter on a log scale; means and 95 % intervals over seeds. The black line is the distance of a
# net that gives all genres the same chance.

# %%
SIZES, COMPARED = variational.SIZES["some order"], ("point estimate", "point, temperature", "variational", OURS)
fig, ax = plt.subplots(figsize=(7.2, 3.9))
distances = {name: [scores("some order", name, "test_kl", n) for n in SIZES] for name in COMPARED}
for name, runs in distances.items():
    style = LOOK[name] | {"capsize": 2, "label": name}
    ax.errorbar(SIZES, [r.mean() for r in runs], yerr=[half_width(r) for r in runs], **style)
some, sizes = bayesian.LAWS["some order"]
truth = some.posterior(songs.load(some, sizes, seed=0)["test"].x)  # of the songs that all were tested on
ignorant = doubts.divergence(truth, np.full_like(truth, 0.1))
ax.axhline(ignorant, color="black", linewidth=0.8)
ax.text(SIZES[-1], ignorant, "guessing", fontsize=9, va="bottom", ha="right")
ax.set(xscale="log", xlabel="training songs", ylabel="divergence from the exact posterior (nats)", ylim=(0, None))
ax.set_xticks(SIZES, labels=[f"{n:,}" for n in SIZES])
ax.minorticks_off()
ax.legend(fontsize=9)
nearest = {n: min(COMPARED, key=lambda name, i=i: distances[name][i].mean()) for i, n in enumerate(SIZES)}
assert set(nearest.values()) == {"point, temperature"}
rights = {name: 100 * scores("some order", name, "test_accuracy", SIZES[-1]).mean() for name in COMPARED}
say(
    f"Nearest to the exact posterior at every size is the point estimate with a temperature. With {SIZES[-1]:,} songs "
    f"it is right on {rights['point, temperature']:.0f} % of the songs, the variational nets on "
    f"{rights['variational']:.0f} and {rights[OURS]:.0f} %; their bounds were still rising."
)
told = "; ".join(f"{name} {' to '.join(f'{runs[i].mean():.2f}' for i in (0, -1))}" for name, runs in distances.items())
alt = "Divergence from the exact posterior at 500 and at 8,000 songs: {}; guessing has {:.2f}."
show(fig, "12_distance", alt.format(told, ignorant))
plain = dict(zip(SIZES, (runs.mean() for runs in distances["variational"]), strict=True))
divergence, most, elbo = bound.row("some order", OURS, 10, 2_000)
assert plain[2_000] > 0.99 * ignorant > plain[8_000] and divergence < most < -elbo

# %% [markdown]
# The plain net begins to learn later than the inequality asks. With 2,000 songs $n \ln C$ is more than the divergence of the fit that it starts from, and it goes back to guessing all the same; with 8,000 it
# keeps what was learnt. That the answers could pay is necessary, not sufficient: they pay for what has been learnt, and with 2,000 songs the bound of that fit, too, is below ignorance (the table of divergences above).

# %% [markdown]
# ## Takeaways
#
# - A bound on the evidence pays for knowledge with at most $n \ln C$ nats. Where every fit that has learnt costs more, the best by the bound ignores the data, and climbing further makes a net forget.
# - Before you believe in a posterior, look at its divergence, and compare its accuracy with chance.
# - Ask of a variational fit whether its bound has settled. One that is ended before owes part of its quality to the stopping.
# - Counting data more than once lets a net learn and takes the meaning of a posterior away: what is left is a way of training, to be judged by held-out songs like any other.
# - A temperature mends probabilities and hardly changes their order. Judge what is left by abstention, where only the order counts.
# - On a few hundred items a perfectly calibrated net, too, shows a calibration error of several points. Compute that number, and hold what is measured against it.
#
# *Limits.* One network, one prior, one rate of learning for each method; factors of 1, 10 and 100 and none between. The test songs are few and the same for all seeds, and songs set apart both stop fits and fit temperatures. GTZAN's features are recovered from
# pictures and may carry traces of the label (notebook 4). What is said of mean-field posteriors is not said of the exact posterior of the weights, which nobody has here.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *The price of a wrong answer.* A right answer earns 1, a wrong one costs $c$, silence earns nothing. Above which probability should you answer? Predict which net earns more on GTZAN at $c = 2$, the point estimate or the one with songs counted 10 times.
#
# **2.** *Enough songs.* The bound made the small net ignore 400 songs. Predict whether it ignores 4,000, and train it.
#
# **3.** *A perfect forecaster's error.* A net is perfectly calibrated, and gives each answer a probability near one half. Predict its calibration error in fifteen bins on 290 songs, then on 29,000.

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# Answering earns $p - c(1 - p)$ on average if $p$ is right, which is positive for $p > c / (1 + c)$: two thirds for $c = 2$. A net that is too sure answers too often.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# $4{,}000 \ln 4$ is ten times $400 \ln 4$, as much as counting ten times was worth. In the bound for one song, 400 songs counted ten times and 4,000 songs counted once weigh the divergence alike; it has no reason to ignore them.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# A bin of $m$ songs has a share of right answers with a standard deviation of $\tfrac12 / \sqrt m$, and a normal's mean size is $\sqrt{2/\pi}$ of that: $\sqrt{15 / (2 \pi \cdot 290)}$, nine points. With a hundred times the songs it is a tenth of that.
#
# </details>

# %% tags=["solution"]
earned = {}
for name in ("point estimate", OURS):
    p = genres.probability(name)
    answers, good = p.max(axis=2) > 2 / 3, p.argmax(axis=2) == GTZAN_CLASSES
    earned[name] = 100 * np.mean(answers * np.where(good, 1, -2))
honest = np.random.default_rng(0).random((2, 100_000))
income = {limit: np.mean((honest[0] > limit) * np.where(honest[1] < honest[0], 1, -2)) for limit in (0.5, 2 / 3, 0.8)}
assert max(income, key=income.get) == 2 / 3
told = "; ".join(f"{name} {value:+.0f}" for name, value in earned.items())
say(
    f"Where probabilities are right, two thirds is the best of three limits. Earned per hundred songs of GTZAN: {told}."
)

# %% tags=["solution"]
more = standardise(songs.load(law, {"train": 4_000, "test": 1000}, seed=0))
p = predicted(variational_net(4, (20, 9), 4_000, 1, 320, False), more)
assert np.mean(p.argmax(axis=1) == more["test"].y) > 0.6 > right["variational"]
flat = np.random.default_rng(1).uniform(0.48, 0.5, 29_000)
two = np.column_stack([flat, 1 - flat])
errors = {n: genres.chance_error(two[:n], 20) for n in (290, 29_000)}
assert all(np.isclose(error, np.sqrt(15 / (2 * np.pi * n)), rtol=0.2) for n, error in errors.items())
say(
    "The net that the bound made ignore 400 songs learns from 4,000. The calibration error of a perfect forecaster is "
    + " and ".join(f"{100 * error:.0f} on {n:,} songs" for n, error in errors.items())
    + ", in points."
)

# %% [markdown]
# ## Sources
#
# - Document 001, section 4, for the network; document 002 for the method.
# - Coker, Bruinsma, Burt, Pan and Doshi-Velez (2022), "Wide mean-field Bayesian neural networks ignore the data", AISTATS; Wenzel et al. (2020), "How good is the Bayes posterior in deep neural networks really?", ICML; Izmailov, Vikram, Hoffman and Wilson (2021), "What are Bayesian neural network posteriors really like?", ICML.
# - Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks"; Gal and Ghahramani (2016), "Dropout as a Bayesian approximation"; Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive uncertainty estimation using deep ensembles".
# - Chow (1970), "On optimum recognition error and reject tradeoff"; Geifman and El-Yaniv (2017), "Selective classification for deep neural networks".
# - GTZAN: Tzanetakis and Cook (2002), split as by Kereliuk, Sturm and Larsen (2015). Codewords: a student project on the Million Song Dataset.
# - The study is `secondlook.studies.songs.variational`; `secondlook run songs_variational` trains all of it again.
