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
# # 11 · Ten thousand digits and the courage to doubt
#
# A network takes a 7 for a 0 and is certain; the networks drawn from its posterior all agree. What was the posterior for?
#
# Document 002 gives the weights of a network distributions in place of values, trains it on MNIST, shows three pictures on which it is wrong without
# doubt and three on which it doubts, and concludes that a posterior has clear advantages over a point estimate. It compares with no point estimate. We train
# the network it may have had, and beside it everything that claims to do the same for less.
#
# **You will see** how one number, tuned on pictures set apart, competes with a posterior; where the doubt of a prediction comes from, and why a variance says
# less than it seems; the document's pictures re-made, with the votes of the draws; and how many gradients a sampler needs where variational inference needs few.
#
# **You need** notebook 10 for the evidence lower bound, notebook 3 for networks on pictures, notebook 0 for paired comparisons.
#
# **Takes** forty minutes to read, half a minute to run. The full-size numbers are read from committed records; what runs here are small networks on 1,797
# pictures of digits that come with scikit-learn.

# %% [markdown]
# ## A network in two numbers a weight
#
# A fully connected network maps the 784 pixels $x$ of a picture to the probabilities $p_w(c \mid x)$ of ten classes. Here its weights $w$ are unknown and have
# a prior $p(w)$, standard normal and independent. What the data leave open about them is approximated by a normal $q$ with independent weights, which
# training chooses so that the **evidence lower bound** is largest (notebook 10 derives it):
#
# $$\mathrm{ELBO}(q) = \sum_{i=1}^{n} \operatorname{E}_{w \sim q} \log p_w(y_i \mid x_i) \;-\; \mathrm{KL}(q \,\|\, p).$$
#
# - $x_i, y_i$ are the $n$ training pictures and their classes; $\operatorname{E}_{w \sim q}$ is the mean over draws of the weights from $q$.
# - $\mathrm{KL}(q \,\|\, p)$ says how far $q$ has moved away from the prior, in nats.
#
# Every weight has two numbers, its mean and its standard deviation, so the network has twice the parameters. In code a layer adds its KL divergence to the
# losses of the model, and the rest is a network as any other.

# %%
import matplotlib.pyplot as plt
import numpy as np
from scipy.special import expit, logit, softmax
from scipy.stats import entropy

from secondlook import check, results, uncertainty
from secondlook.checks.bayesian_mnist import costs, gradients, ranking, variance
from secondlook.checks.bayesian_mnist.accuracy import half_width
from secondlook.checks.bayesian_mnist.arms import EARLY, LONG, POINT, TEMPERATURE, arm, best
from secondlook.checks.bayesian_mnist.confidence import confidence, spread
from secondlook.claims import table
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.networks import keras
from secondlook.studies.mnist import study
from secondlook.variational.networks import fully_connected
from secondlook.variational.priors import Prior

keras.utils.set_random_seed(0)
net = fully_connected(784, (400, 400), 10, Prior())
weights = 785 * 400 + 401 * 400 + 401 * 10
assert net.count_params() == 2 * weights
divergence = sum(float(layer.divergence()) for layer in net.layers if hasattr(layer, "divergence"))
each = divergence / weights
say(f"The net has {weights:,} weights. Before training its posterior lies {each:.1f} nats from the prior for each.")

# %% [markdown]
# ## Predictions as draws
#
# A prediction averages over what is not known. With draws $w_1, \dots, w_S$ from the posterior,
#
# $$\bar p(c \mid x) = \frac1S \sum_{s=1}^{S} p_{w_s}(c \mid x).$$
#
# - $S$ is 50 here, and 5 for the ensemble. The predicted class is the $c$ with the largest $\bar p$, and $1 - \max_c \bar p$ is the **expected rate of error**. (The document uses these
#   words and does not define them.)
#
# Three methods give draws without a variational posterior. **Dropout** keeps dropping units at random when it predicts (Gal and Ghahramani 2016). An
# **ensemble** trains five networks from different starts (Lakshminarayanan et al. 2017). **Last-layer Laplace** puts a normal around the last layer's fitted weights,
# with the curvature of the loss there (MacKay 1992; Kristiadi et al. 2020). A fourth rival, a **temperature**, gives no draws: it multiplies all logits of the point estimate by one
# number, fitted on pictures set apart (Guo et al. 2017).
#
# *What varies*: the method. *Held*: the network, 64-50-50-10 on the small digits, the batches, the falling rate of Adam; three seeds. *We expect* the same
# accuracy from the point estimate with and without a temperature, and better likelihood from all that average. It runs now, and must give what is recorded.

# %%
live = check.again("mnist")
SCORES = ("test_accuracy", "test_nll", "test_ece")
reached = {
    name: {s: np.array([run.scores[s] for c, run in live.items() if c.arm == f"toy {name}"]) for s in SCORES}
    for name in study.TOYS
}
rows, wins = ["| method | test accuracy | NLL | calibration error |", "|:--|--:|--:|--:|"], []
for name, of in reached.items():
    accuracy, nll, ece = (values.mean() for values in of.values())
    rows.append(f"| {name} | {100 * accuracy:.1f} % | {nll:.3f} | {100 * ece:.1f} points |")
    wins.append(f"{name} {np.sum(of['test_nll'] < reached[POINT]['test_nll'])}")
assert np.array_equal(reached[POINT]["test_accuracy"], reached[TEMPERATURE]["test_accuracy"])
say(
    "\n".join(rows)
    + "\n\nMeans over three seeds, 359 test pictures. The NLL is in nats; guessing scores 2.3. To average is no "
    "guarantee of a lower one. Below that of the point estimate it is, on so many of the three seeds, by "
    f"{', '.join(wins[1:])}. Dropout, which drops half of 50 units in each layer, is far too unsure here; with 400 "
    "units, below, it is not."
)

# %% [markdown]
# ## MNIST in full
#
# Now the network 784-400-400-10 and 60,000 training pictures, of which 5,000 are set apart to tune temperatures and precisions and to choose among variational
# networks. A point estimate trains for 30 epochs. A variational network gets 60, the **long** fit: its bound hardly rises over the last of them. (That is because its rate of learning has
# fallen to zero; a fit of twice the length shows below how much there is still to gain.) On the pictures set apart it predicts better when it is **stopped early**, after 20: the
# bound is a bound on the evidence, not on the quality of predictions, and the pull of the prior on half a million weights goes on long after the fit is good.
#
# *What varies*: the method; for variational networks the prior (normal, or the mixture of a wide and a narrow normal of Blundell et al. 2015), the length, and
# how noise is drawn (flipout, Wen et al. 2018). Dropout, too, gets 60 epochs. Each is a fit of its own, whose rate falls to zero at its end, so that "stopped early" means a shorter
# fit. *Held*: all else. *We expect*, after Blundell et al., variational networks near dropout.
#
# The last three columns are areas under the ROC curve, by the expected rate of error: the probability that a wrong answer is doubted more than a right one, and that a foreign
# picture is doubted more than one of MNIST. Foreign are Japanese characters (Kuzushiji-MNIST) and the letters A to J in many typefaces (notMNIST), of which more below.
# The Brier score is the squared distance of the probabilities from the truth, summed over the classes.
#
# Published figures, as far as they could be verified, to hold ours against:
#
# | system | network | accuracy | NLL | calibration error | source |
# |:--|:--|--:|--:|--:|:--|
# | document 002 | not stated | 97.7 % | – | – | its slides |
# | Bayes by Backprop, scale mixture | fully connected, 2 layers | 98.66 % | – | – | Blundell et al. (2015), as readers report it |
# | point estimate | LeNet-5, convolutional | 99.1 % | 0.037 | – | Uncertainty Baselines (Google), README |
# | ensemble of 10 | LeNet-5 | 99.4 % | 0.016 | 0.5 points | the same |
# | variational | LeNet-5 | 98.5 % | 0.048 | 1.0 points | the same |
# | refined variational | LeNet-5 | 99.0 % | 0.034 | 1.0 points | the same |
#
# Networks with convolutions know something of pictures that ours do not, so only the first two rows are comparable in accuracy. The order of methods can be
# compared in all: in the published table the point estimate is ahead of mean-field variational inference in accuracy (our best variational net is not told from it), and the ensemble ahead of both.

# %%
SHOWN = {
    "test_accuracy": 100,
    "test_nll": 1,
    "test_ece": 100,
    "test_brier": 1,
    "error/expected_error": 100,
    "foreign/kmnist/expected_error": 100,
    "foreign/notmnist/expected_error": 100,
}
rows = [
    "| method | seeds | accuracy (%) | NLL | calibration error (points) | Brier | area, errors (%) | area, Kuzushiji "
    "(%) | area, notMNIST (%) |",
    "|:--|--:|--:|--:|--:|--:|--:|--:|--:|",
]
for name in [*study.ARMS, *study.WIDE, *study.LONGER]:
    of = arm(name)
    cells = [f"{scale * of.scores[score].mean():.{2 if scale == 100 else 4}f}" for score, scale in SHOWN.items()]
    cells[0] += f" ± {100 * half_width(of.scores['test_accuracy']):.2f}" if len(of.seeds) > 1 else ""
    rows.append(f"| {name} | {len(of.seeds)} | " + " | ".join(cells) + " |")
flip, local = arm("variational, flipout, stopped early"), arm(EARLY)
(flip_nll, flip_bound), (nll, bound) = (
    (of.scores["test_nll"].mean(), of.curves["elbo"]["mean"][-1]) for of in (flip, local)
)
assert flip_nll < nll and flip_bound < bound
say(
    "\n".join(rows)
    + "\n\n± is a 95 % interval over seeds, not a standard deviation. *Wide* nets have two layers of 800, *longer* "
    "means 120 epochs. All variational fits but one draw the noise of each unit's input (**local reparametrisation**); "
    "flipout draws that of the weights.\n\nCompare the two normal priors that are stopped early. They differ in "
    f"nothing but this noise. With flipout the net predicts better, {flip_nll:.3f} nats against {nll:.3f}, and its "
    f"bound is lower, {flip_bound:.1f} nats a picture against {bound:.1f}: a better bound is not a better prediction."
)

# %% [markdown]
# **Figure 11.1** *When a variational network predicts best, its bound has far to go.* Accuracy and NLL on the 5,000 pictures set apart after each epoch, means
# over seeds, computed with the mean weights; dashed in black, the document's accuracy on the test pictures. Right, how far the bound is below zero, in nats a training picture, on a log scale.

# %%
LINES = {
    POINT: "point estimate",
    "dropout": "dropout",
    LONG: "normal prior",
    "variational, mixture": "mixture prior",
    EARLY: "normal, stopped early",
}
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.6))
for k, (name, label) in enumerate(LINES.items()):
    for ax, curve, scale in zip(axes, ("valid_accuracy", "valid_nll", "elbo"), (100, 1, -1), strict=True):
        if curve in arm(name).curves:
            values = scale * arm(name).curves[curve]["mean"]
            ax.plot(np.arange(1, len(values) + 1), values, color=COLOURS[k], linestyle=DASHES[k], label=label)
axes[0].axhline(97.7, color="black", linestyle=(0, (4, 4)), linewidth=0.8)
axes[0].text(60, 97.73, "document", ha="right", va="bottom", fontsize=9)
axes[0].set(xlabel="epoch", ylabel="accuracy (%)", ylim=(96, 99))
axes[1].set(xlabel="epoch", ylabel="NLL (nats)", ylim=(0.05, 0.125))
axes[2].set(xlabel="epoch", ylabel="−ELBO (nats a picture)", yscale="log")
fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3, fontsize=9)
last = {label: 100 * arm(name).curves["valid_accuracy"]["mean"][-1] for name, label in LINES.items()}
ends = ", ".join(f"{label} {accuracy:.1f} %" for label, accuracy in last.items())
show(fig, "11_curves", f"Learning curves of accuracy, NLL and bound of five networks; accuracies at the end: {ends}.")
bound, longer = (arm(name).curves["elbo"]["mean"] for name in (LONG, *study.LONGER))
say(
    f"Of the long fit with the normal prior the bound is at {bound[-1]:.2f} nats a picture, "
    f"{bound[-1] - bound[-11]:.3f} above that of ten epochs before. Yet {len(longer)} epochs in place of {len(bound)} "
    f"bring it to {longer[-1]:.2f}: the long fit is not the best of its family either. It has a test NLL of "
    f"{arm(next(iter(study.LONGER))).scores['test_nll'].mean():.3f} against {arm(LONG).scores['test_nll'].mean():.3f}. "
    f"Under the mixture the bound is {arm('variational, mixture').curves['elbo']['mean'][-1]:.1f}. To give each class "
    f"a tenth without any weights would be {-np.log(10):.1f}: a network may predict well and be worth little by its "
    "own bound.\n\n" + table("C18")
)

# %% [markdown]
# ## Is the confidence deserved?
#
# Of the pictures to which a network gives its answer with probability 0.9, nine in ten should be right. The **calibration error** sorts the test pictures by
# confidence $\max_c \bar p$ into fifteen bins of equally many, and averages the gap between the share that is right and the mean confidence. It is positive by
# chance alone, since the share in a bin is random; so it has to be held against what perfectly calibrated answers of the same confidences would show.

# %% [markdown]
# **Figure 11.2** *A point estimate and an ensemble are too sure, variational networks not sure enough; a temperature closes most of the gap.* Share of right answers minus confidence, bin by bin, against confidence on a
# scale that spreads out the sure end; means over seeds. Above zero the network is better than it thinks. Where many pictures have the same confidence their bins are one; what is surer than 0.9999 is drawn there.

# %%
METHODS = {
    POINT: POINT,
    TEMPERATURE: "with temperature",
    "ensemble": "ensemble",
    LONG: "normal, long",
    best(): "chosen variational",
}
fig, ax = plt.subplots(figsize=(7.2, 3.8))
for k, (name, label) in enumerate(METHODS.items()):
    of = arm(name)
    pairs = zip(confidence(of), of.items["right"].astype(bool), strict=True)
    bins = [uncertainty.reliability(spread(largest), ~right)[:2] for largest, right in pairs]
    fewest = min(len(of_run[0]) for of_run in bins)  # where many pictures are certain, the surest bins are one
    mean, share = np.mean([[part[:fewest] for part in of_run] for of_run in bins], axis=0)
    style = {"color": COLOURS[k], "marker": MARKERS[k], "linestyle": DASHES[k], "label": label}
    ax.plot(logit(np.clip(mean, 0, 0.9999)), 100 * (share - mean), **style)
ax.axhline(0, color="black", linewidth=0.8)
ticks = np.array([0.6, 0.8, 0.9, 0.97, 0.99, 0.999, 0.9999])
ax.set_xticks(logit(ticks), labels=[f"{t:g}" for t in ticks])
ax.set(xlabel="confidence: the largest mean probability", ylabel="share right − confidence (points)")
ax.legend(ncols=2)
errors = ", ".join(f"{label} {100 * arm(name).scores['test_ece'].mean():.1f}" for name, label in METHODS.items())
show(
    fig,
    "11_reliability",
    f"Gap between share right and confidence by confidence; calibration errors in points: {errors}.",
)
say(table("C20"))

# %% [markdown]
# ## Two kinds of doubt
#
# How unsure is a prediction $\bar p$? Its **entropy** $H[\bar p] = -\sum_c \bar p(c) \log \bar p(c)$ is zero if one class has all probability, and $\ln 10 = 2.3$ nats
# if all are alike. There are two ways to a large entropy. Every draw may be unsure in the same way, as before a digit that could be a 4 or a 9: that is
# **aleatoric** doubt: what would be left if one of the draws were known to be right. Only where the model is right is it the noise of the labels, which no further picture removes;
# it changes with the fit, as the numbers below show. Or every draw is sure, and they disagree: that is **epistemic** doubt, about the weights. The two
# add up. Write $p_w$ for the prediction of a draw and expand the mean divergence of the draws from their average,
#
# $$\operatorname{E}_w \mathrm{KL}(p_w \,\|\, \bar p) = \operatorname{E}_w \sum_c p_w(c) \log p_w(c) - \sum_c \operatorname{E}_w[p_w(c)] \log \bar p(c)
# = -\operatorname{E}_w H[p_w] + H[\bar p],$$
#
# where the last step uses $\operatorname{E}_w p_w = \bar p$. Hence
#
# $$\underbrace{H[\bar p]}_{\text{total}} = \underbrace{\operatorname{E}_w H[p_w]}_{\text{aleatoric}} + \underbrace{\operatorname{E}_w \mathrm{KL}(p_w \,\|\, \bar p)}_{\text{epistemic}}.$$
#
# - The epistemic part is a mean of divergences, so it is never negative, and zero only if all draws agree.
# - It is the **mutual information** of class and weights: how much, on average, learning the class would tell about the weights.
#
# Two made-up pictures with the same $\bar p = (½, ½)$ show the two extremes.

# %%
torn = np.tile([0.5, 0.5], (50, 1, 1))
split = np.repeat(np.eye(2), 25, axis=0)[:, None]
for draws, expected in ((torn, (np.log(2), np.log(2), 0)), (split, (np.log(2), 0, np.log(2)))):
    assert np.allclose(np.ravel(uncertainty.split(draws)), expected)
draws = softmax(3 * np.random.default_rng(0).standard_normal((50, 100, 10)), axis=2)
mean = draws.mean(axis=0)
total, aleatoric, epistemic = uncertainty.split(draws)
assert np.allclose(
    epistemic, entropy(draws, mean, axis=2).mean(axis=0)
)  # scipy's entropy of two laws is their KL divergence
parts = ", ".join(
    f"{name} {variance.aleatoric(name).mean():.3f}" for name in ("ensemble", "dropout", best(), EARLY, LONG)
)
say(
    "Torn draws and split draws have the same mean and the same total, ln 2; all of it is aleatoric for the first and "
    "epistemic for the second. On 100 random predictions total and parts agree, and the parts are "
    f"{aleatoric.mean():.2f} and {epistemic.mean():.2f} nats on average. On the test pictures of MNIST the aleatoric "
    f"part is on average, in nats: {parts}."
)

# %% [markdown]
# ## What a variance of drawn classes says
#
# A common way to show uncertainty draws weights, then a class for each draw, and takes the standard deviation of "the class is $c$", which is 0 or 1. That number
# is $\sqrt{p(1-p)}$ with $p = \bar p(c)$, whatever the draws do: it is a function of the mean prediction alone. A point estimate has it too. It knows nothing of weights.
# The document does not say how its variance is computed. The mutual information is another thing, as the next figure shows.

# %% [markdown]
# **Figure 11.3** *The same spread of drawn classes goes with much or little disagreement.* Each dot is a test picture of MNIST in the first run of the long variational fit: the standard
# deviation of its drawn classes, $\sqrt{p(1-p)}$ for the predicted class, against the mutual information. Wrong pictures are larger, in orange. For right and wrong ones alike a
# given standard deviation goes with a range of mutual information. Pictures whose largest probability is below one half fold back from 0.5 to the left.

# %%
items = arm(LONG).items
p, mutual, right = confidence(arm(LONG))[0], items["epistemic"][0].astype(float), items["right"][0].astype(bool)
class_sd = np.sqrt(p * (1 - p))
fig, ax = plt.subplots(figsize=(7.2, 3.8))
for k, (which, size, label) in enumerate(((right, 4, "right"), (~right, 14, "wrong"))):
    style = {"color": COLOURS[5 - 4 * k], "marker": MARKERS[2 * k], "alpha": 0.5 + 0.5 * k, "rasterized": True}
    ax.scatter(class_sd[which], mutual[which], s=size, linewidths=0, label=label, **style)
ax.set(xlabel="standard deviation of drawn classes, √(p(1 − p))", ylabel="mutual information (nats)", ylim=(0, None))
ax.legend(loc="upper left")
near = (class_sd > 0.3) & (class_sd < 0.35)
low, high = np.quantile(mutual[near], [0.05, 0.95])
alt = (
    "Scatter of mutual information against the deviation of drawn classes: at 0.3 to 0.35 it runs from {:.2f} to "
    "{:.2f} nats."
)
show(fig, "11_two_doubts", alt.format(low, high))

# %% [markdown]
# ## Does doubt find the errors?
#
# The document finds the variance much higher on misclassified pictures. So it is, by every measure, for every method shown; a network would be useless were it not. What
# matters is how well a measure ranks pictures, and whether the posterior's measure says more than what a point estimate knows for nothing, its largest probability.

# %%
rows = ["| measure | " + " | ".join((POINT, "variational, long", "ensemble")) + " |", "|:--|--:|--:|--:|"]
for doubt, label in variance.DOUBTS.items():
    cells = []
    for name in (POINT, LONG, "ensemble"):
        s = arm(name).scores
        known = f"error/{doubt}" in s
        cells.append(
            f"{variance.times(doubt, name).mean():.0f} times, {100 * s[f'error/{doubt}'].mean():.1f} %"
            if known
            else "–"
        )
    rows.append(f"| {label} | " + " | ".join(cells) + " |")
say(
    "\n".join(rows)
    + "\n\nHow many times as large the mean of each measure is on wrong pictures as on right ones, and the area "
    "under its ROC curve for finding the errors; means over seeds."
)

# %% [markdown]
# **Figure 11.4** *What a posterior adds to a single fit's doubt, and what another single fit adds.* Gain in the area under the ROC curve for finding errors, when a logistic
# regression gets a second measure beside the first one; fitted and tested on different pictures. Bars are 95 % intervals over seeds (for a second point estimate each run serves twice, so that its bar is too short if anything). The measures that come from another network add
# to a point estimate's doubt; within one variational network the mutual information has little to add to its largest probability. Blue: errors of the point estimate are sought; orange: those of the variational network itself.

# %%
labels, found = list(ranking.QUESTIONS), [ranking.gains(question) for question in ranking.QUESTIONS]
fig, ax = plt.subplots(figsize=(7.2, 3.4))
gained = []
for k, areas in enumerate(found):
    gain = 100 * np.array([area.difference for area in areas])
    gained.append(gain.mean())
    of = COLOURS[0] if ranking.QUESTIONS[labels[k]].target() == POINT else COLOURS[1]
    ax.errorbar(gain.mean(), k, xerr=half_width(gain), color=of, marker=MARKERS[k % 3], capsize=3, linestyle="")
ax.axvline(0, color="black", linewidth=0.8)
short = [
    "point + mutual information (long)",
    "point + mutual information (chosen)",
    "point + expected error (chosen)",
    "point + expected error of a second point",
    "long + own mutual information",
    "chosen + own mutual information",
]
ax.set(yticks=range(len(found)), yticklabels=short, xlabel="gain in area under the ROC curve (points)")
ax.invert_yaxis()
alt = "; ".join(f"{name} {gain:+.2f}" for name, gain in zip(short, gained, strict=True))
show(fig, "11_what_adds", f"Gains in points with intervals: {alt}.")
say(table("C19"))

# %% [markdown]
# ## The pictures
#
# The document shows three errors without doubt and its three least confident pictures. Here are ours, from the first run of the variational network that is chosen, as everywhere in this notebook,
# by the pictures set apart: its predictions, averaged over draws, have the lowest NLL there.
# C21 reads the document's error rate as the share of draws that vote otherwise, which can be zero; $1 - \max_c \bar p$ never is. With each picture stand its true class, the predicted one and its probability, and how many of the 50 draws hold which class for the likeliest, the three most frequent at most.


# %%
def pictures(which, run=0, columns=6):
    """Twelve pictures of an arm's run, with what they are and what the draws take them for."""
    items = arm(best()).items
    fig, axes = plt.subplots(2, columns, figsize=(7.2, 3.3))
    told = []
    for k, ax in enumerate(axes.flat):
        y, p, votes = (items[f"{which}/{name}"][run, k] for name in ("class", "probability", "votes"))
        ax.imshow(items[f"{which}/pixels"][run, k], cmap="gray_r")
        ax.axis("off")
        order = np.argsort(-votes, kind="stable")[:3]
        ballots = "  ".join(f"{c}: {50 * float(votes[c]):.0f}" for c in order if votes[c] > 0)
        ax.set_title(f"{y} as {p.argmax()}, {100 * float(p.max()):.0f} %", fontsize=9, loc="center")
        ax.text(0.5, -0.06, ballots, transform=ax.transAxes, ha="center", va="top", fontsize=8)
        told.append(f"{y} as {p.argmax()}")
    return fig, ", ".join(told)


# %% [markdown]
# **Figure 11.5** *Errors without doubt.* The twelve wrong test pictures to which the network gives its wrong answer with the largest probability. On the surest, all or nearly all draws agree.
# Some are drawn so that a reader would err too, and a few may be mislabelled: no doubt about weights shows that.

# %%
fig, told = pictures("surest_errors")
show(fig, "11_surest_errors", f"Twelve misread digits with the votes of fifty draws: {told}.")

# %% [markdown]
# **Figure 11.6** *The least confident pictures: some are right, as they should be.* The twelve test pictures with the smallest largest probability. An answer with a probability of 0.3 should be
# right three times in ten. The prediction is the class with the largest mean probability; it need not have the most votes.

# %%
fig, told = pictures("least_confident")
show(fig, "11_least_confident", f"Twelve doubtful digits with the votes of fifty draws: {told}.")
given, truth = (arm(best()).items[f"least_confident/{name}"][0] for name in ("probability", "class"))
say(
    f"Of the twelve {np.sum(given.argmax(axis=1) == truth)} are right; their probabilities add up to "
    f"{given.max(axis=1).astype(float).sum():.1f}.\n\n" + table("C21", "C22")
)

# %% [markdown]
# ## Pictures from elsewhere
#
# A stronger case for a posterior: pictures of no digit at all. The network has never seen one, and a good one should know that it does not know. **Kuzushiji-MNIST** has ten Japanese
# characters, **notMNIST** the letters A to J in many typefaces; both have the size and the ink of MNIST.
#
# *What varies*: the method and the measure of doubt. *Held*: the fitted networks; nothing is tuned on foreign pictures. *We expect*, from the literature, draws ahead of single fits.

# %% [markdown]
# **Figure 11.7** *Foreign pictures are where draws of weights differ most from a single fit.* Area under the ROC curve for telling foreign from test pictures, by expected rate of error and,
# where there are draws, by mutual information; means and 95 % intervals over seeds.

# %%
NAMES = [
    POINT,
    TEMPERATURE,
    "dropout",
    "ensemble",
    "last-layer Laplace",
    LONG,
    EARLY,
    "variational, mixture, stopped early",
    "variational, flipout, stopped early",
]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.8), sharey=True)
for ax, (name, title) in zip(axes, (("kmnist", "Kuzushiji-MNIST"), ("notmnist", "notMNIST")), strict=True):
    for k, (doubt, label) in enumerate((("expected_error", "expected error"), ("epistemic", "mutual information"))):
        for y, method in enumerate(NAMES):
            values = arm(method).scores.get(f"foreign/{name}/{doubt}")
            if values is not None:
                ax.errorbar(
                    100 * values.mean(),
                    y + 0.2 * k,
                    xerr=100 * half_width(values),
                    color=COLOURS[k],
                    marker=MARKERS[k],
                    capsize=2,
                    linestyle="",
                    label=label if y == len(NAMES) - 1 else None,
                )
    ax.set(title=title, xlabel="area under the ROC curve (%)", yticks=range(len(NAMES)), yticklabels=NAMES)
axes[0].invert_yaxis()
fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2, fontsize=9)
reached = "; ".join(f"{m} {100 * arm(m).scores['foreign/notmnist/expected_error'].mean():.0f} %" for m in NAMES)
show(fig, "11_foreign", f"Detection of two foreign sets by nine methods; of notMNIST by expected error: {reached}.")

# %% [markdown]
# ## Clear advantages, and faster than what?
#
# The conclusion of the document is about posteriors as such. We hold all variational networks against the point estimate, and against the point estimate with a temperature, in six scores; and the variational
# network that the pictures set apart choose against the three other ways to be unsure. All p-values of this notebook are adjusted together.
#
# "Variational inference allows faster approximation of the posterior": faster than sampling from it. To time both we need a network on which a sampler can finish. It has one hidden layer of 20 units, 1,510
# parameters, and learns 1,078 small digits; both methods have the same prior, and both are judged by the NLL of their mean prediction on 719 other pictures. The sampler is NUTS (notebook 10), two chains, with a
# long and with a short warm-up. Its predictions are averages over all draws so far.
#
# *What varies*: the method and its budget. *Held*: network, prior, data; five seeds. *We expect* variational inference ahead early, and NUTS at the end. Seconds depend on the machine and on how
# well each loop is compiled, gradients over all items do not; both must tell. A variational step draws noise and costs about twice the operations of a plain
# gradient on the same batch, and nearly three times its time; it counts as the passes over the pictures that its batches make up. NUTS is looked at only after its warm-up, of which two lengths are tried, so that its numbers are upper bounds.

# %% [markdown]
# **Figure 11.8** *Soon and roughly, or late and well.* NLL of the mean prediction on test pictures against gradients over all training pictures, on a log scale; each line is a run. Variational inference is
# useful after a hundred gradients and stays above the best that NUTS reaches after tens of thousands of gradients, most of them its warm-up. The dotted line is the mean over seeds of the lowest NLL that any method reaches.

# %%
fig, ax = plt.subplots(figsize=(7.2, 3.8))
for k, (name, of) in enumerate(zip(gradients.METHODS, gradients.runs(), strict=True)):
    for i in range(len(of.seeds)):
        ax.plot(
            of.items["gradients"][i],
            of.items["nll"][i],
            color=COLOURS[k],
            linestyle=DASHES[k],
            marker=MARKERS[k],
            markersize=3.5,
            linewidth=1,
            label=name.replace("nuts", "NUTS") if i == 0 else None,
        )
ax.axhline(gradients.lowest().mean(), color="black", linewidth=0.8, linestyle=":")
ax.set(xscale="log", xlabel="gradients over all training pictures", ylabel="NLL (nats)", ylim=(0.09, 0.26))
ax.legend()
last = "; ".join(
    f"{name} {of.items['nll'][:, -1].mean():.3f}" for name, of in zip(gradients.METHODS, gradients.runs(), strict=True)
)
show(fig, "11_against_nuts", f"NLL against gradients on a log scale for three methods; at the end {last}.")
in_batches, at_once, _ = (
    1000 * np.mean(of.items["seconds"][:, -1] / of.items["gradients"][:, -1]) for of in gradients.runs()
)
say(
    f"One pass over the pictures takes variational inference {in_batches:.1f} ms, in small batches, and NUTS "
    f"{at_once:.2f} ms, in one gradient. So a count of gradients and a count of seconds tell different stories.\n\n"
    + table("C23", "C24")
)

# %% [markdown]
# ## What it costs as networks grow
#
# Is full Bayes a problem for very complex models? A step of a point fit and of variational inference reads a batch of 128 pictures; a **leap** of a Hamiltonian sampler needs the gradient over all of them, here over
# 5,000 of MNIST's 55,000. We count operations and bytes of one compiled step, and time it, for two hidden layers of 25 to 800 units. Bytes are of all arrays that must be kept at once, without the pictures.

# %%
rows = ["| width | parameters | point fit | variational | leap, 5,000 pictures |", "|--:|--:|--:|--:|--:|"]
kinds = list(costs.METHODS)
spent = {kind: [costs.cost(kind, what) for what in ("seconds", "bytes")] for kind in kinds}
for k, (width, size) in enumerate(zip(costs.WIDTHS, costs.parameters(), strict=True)):
    cells = [f"{1000 * seconds[k]:.2f} ms, {memory[k] / 1e6:,.1f} MB" for seconds, memory in spent.values()]
    rows.append(f"| {width} | {size:,.0f} | " + " | ".join(cells) + " |")
powers = "; ".join(f"{kind} {costs.slope(kind, 'seconds').mean:.2f}" for kind in kinds)
machine = results.load("mnist_cost").provenance["machine"]
say(
    "\n".join(rows)
    + f"\n\nProcessor time of a step in the quickest of three repetitions, on {machine}. Time goes with the number "
    f"of parameters to the power: {powers}.\n\n" + table("C26")
)

# %% [markdown]
# ## Takeaways
#
# - Compare with a point estimate, and tune its temperature: one number, fitted on pictures set apart, brings much of what a posterior is praised for, though not on foreign pictures.
# - Total doubt is aleatoric plus epistemic. The standard deviation of a class drawn from the prediction is $\sqrt{p(1-p)}$ and says nothing about weights.
# - Doubt is larger on errors for any network that has learnt something. The question is what a measure adds, and a second network is the control.
# - A network can be wrong without doubt, and right in doubt; only its calibration can be held to account.
# - Draws of weights earn their keep on pictures from elsewhere.
# - Variational inference gets to a rough answer with few gradients; a sampler gets further, later. In seconds the two are not told apart here (C24).
#
# *Limits.* One architecture, one learning rate, MNIST alone, five seeds; the test pictures are the same for all. Mean-field posteriors are the crudest of their kind: what is said of them is not said of the posterior itself, which
# only the small network of the last sections was small enough to approach. Intervals cover other seeds on these test pictures, not other pictures (a single accuracy of 98.5 % has a standard error of 0.12 points). Areas for errors are of each method's own errors, so methods with fewer errors have harder ones to find.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *How many votes?* All of $S$ draws agree. How large must $S$ be until you may say, with 95 % confidence, that fewer than one draw in a hundred would disagree?
#
# **2.** *A ceiling.* Five networks cannot have a mutual information above a certain number, however much they disagree. Which, and when do they reach it?
#
# **3.** *The same classes, another order.* A temperature changes no predicted class. Does it change how well the largest probability finds the errors?

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# If a share $\varepsilon$ of all draws disagrees, $S$ agree with probability $(1 - \varepsilon)^S$. This is below 0.05 for $\varepsilon = 0.01$ once $S \ge \ln 0.05 / \ln 0.99$.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# $\ln 5$: the mutual information of class and network is at most the entropy of which network it is. They reach it when each is sure of a class of its own.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# It can: the largest probability depends on all ten logits, and scaling them changes which of two pictures has the larger one. With two classes it could not.
#
# </details>

# %% tags=["solution"]
votes = int(np.ceil(np.log(0.05) / np.log(0.99)))
assert 0.99**votes < 0.05 <= 0.99 ** (votes - 1)
sure = np.eye(10)[:5, None]
assert np.allclose(uncertainty.split(sure).epistemic, np.log(5))
say(
    f"{votes} draws must agree. Five networks that are each sure of another class have {np.log(5):.2f} nats of mutual "
    "information."
)

# %% tags=["solution"]
found = {
    name: [run.scores["error/expected_error"] for c, run in live.items() if c.arm == f"toy {name}"]
    for name in (POINT, TEMPERATURE)
}
assert not np.allclose(*found.values(), atol=1e-6)
two = np.random.default_rng(0).standard_normal(1000)
assert np.array_equal(np.argsort(expit(np.abs(two))), np.argsort(expit(0.3 * np.abs(two))))
say(
    f"On the small digits the area for finding errors changes from {100 * np.mean(found[POINT]):.2f} to "
    f"{100 * np.mean(found[TEMPERATURE]):.2f} %; with two classes the order never changes."
)

# %% [markdown]
# ## Sources
#
# - Document 002, slides on MNIST and conclusion.
# - Blundell, Cornebise, Kavukcuoglu and Wierstra (2015), "Weight uncertainty in neural network"; the accuracy in the table is as readers of the paper report it.
# - Uncertainty Baselines, `baselines/mnist/README.md` in the repository google/uncertainty-baselines.
# - Gal and Ghahramani (2016), "Dropout as a Bayesian approximation"; Lakshminarayanan, Pritzel and Blundell (2017), "Simple and scalable predictive uncertainty estimation using deep ensembles".
# - Guo, Pleiss, Sun and Weinberger (2017), "On calibration of modern neural networks"; MacKay (1992), "The evidence framework applied to classification networks"; Kristiadi, Hein and Hennig (2020), "Being Bayesian, even just a bit, fixes overconfidence in ReLU networks".
# - Houlsby, Huszár, Ghahramani and Lengyel (2011), "Bayesian active learning for classification and preference learning"; Depeweg et al. (2018), "Decomposition of uncertainty in Bayesian deep learning".
# - DeLong, DeLong and Clarke-Pearson (1988) on areas under correlated ROC curves; Clopper and Pearson (1934) on exact intervals; Hoffman and Gelman (2014) on NUTS; Wen et al. (2018) on flipout.
# - LeCun et al. (1998), MNIST; Clanuwat et al. (2018), Kuzushiji-MNIST; Bulatov (2011), notMNIST; Alpaydin and Kaynak (1998), the small digits.
# - The studies are `secondlook.studies.mnist`; `secondlook run mnist`, `mnist_nuts` and `mnist_cost` make all of it again.
