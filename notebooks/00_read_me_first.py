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
# # 0 · Read me first
#
# You have read a report and believed it: how would you find out which of its sentences are true?
#
# This project asks that of four public pieces of coursework on Bayesian methods and neural networks. What we found in them that can be
# checked became a numbered **claim**. Every claim is derived again, run again, or looked up again, and a program says what became of it.
# This notebook is the map: what there is, how to read it, and where each number comes from.
#
# **You will see** the four documents and the notebooks about them; all claims on one board; how a verdict is reached, on one example from
# beginning to end; and how to tell "no effect" from "we could not have seen one".
#
# **You need** first-year probability: mean, variance, the normal density, Bayes' rule.
#
# **Takes** a quarter of an hour to read, half a minute to run. Nothing is downloaded.

# %% [markdown]
# ## The four documents
#
# They go by the numbers 000 to 003. Together they go once around the subject: a posterior on paper, a network's weights sampled, songs
# sorted into genres, digits classified by a network that knows how sure it is.
#
# Claims of document 000 have ids that begin with A, those of 001 with B, of 002 with C and of 003 with D. The wording of a claim is ours,
# and so is any mistake in it; its place in the document is always given.

# %%
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np

from secondlook import board, claims, compare, contents, gaussian, runs
from secondlook.figures import VERDICTS, say, show, tile

judged = board.judge()
number_of = Counter(claim.document for claim, _ in judged)
rows = [
    f"| {number} | {document['title']} | {document.get('year', '–')} | {document['kind']} | {number_of[number]} |"
    for number, document in claims.documents().items()
]
say("| number | document | year | what it is | claims |\n|:--|:--|:--|:--|--:|\n" + "\n".join(rows))

# %% [markdown]
# ## The map
#
# Each claim is examined in one notebook, in the section where the tools for it have just been built. The notebooks can be read in any
# order, though each says at its top which others it leans on.

# %%
written = {notebook.stem: notebook for notebook in contents.notebooks()}
ids: dict[str, list[str]] = {}
for claim, _ in judged:
    ids.setdefault(claim.notebook, []).append(claim.id)

VIEWS, rows = {"00": "a view of all", "15": "a view of all"}, []
for stem in sorted(ids | written):
    there = written.get(stem)
    name = f"[{stem[:2]} · {there.title}]({stem}.ipynb)" if there else stem.replace("_", " ")
    which = (
        f"{len(ids[stem])} of document {claims.find(ids[stem][0]).document}"
        if stem in ids
        else VIEWS.get(stem[:2], "none: a study of its own")
    )
    rows.append(f"| {name} | {which} | {there.takes if there else 'not written yet'} |")
say("| notebook | claims | takes |\n|:--|:--|:--|\n" + "\n".join(rows))

# %% [markdown]
# ## Symbols
#
# A symbol means one thing within a notebook, and each notebook explains its own under the first equation. These are the same everywhere, unless a notebook says otherwise:
#
# - $D$ is the data, $n$ how many observations or items there are, $x$ an input, $y$ what is to be predicted, $\hat y$ a prediction.
# - $\theta$ stands for parameters in general, $w$ for the weights of a network, $\mu$ for an unknown mean.
# - $p(\theta)$ is the prior, $p(D \mid \theta)$ the likelihood, $p(\theta \mid D)$ the posterior, $p(D)$ the evidence.
# - $N(m, v)$ is the normal distribution with mean $m$ and **variance** $v$; $\sigma^2$ is a variance of noise, $\tau^2$ one of a prior.
# - $\log$ is the natural logarithm, so losses and entropies are in **nats**. Guessing among $k$ classes costs $\log k$ nats.
# - $a \pm b$ is a mean and a *standard deviation over seeds*. An interval is a 95 % interval and says so.
#
# An accuracy is a share of test items. A difference between two accuracies is in **points**, which are hundredths: from 54 % to 55 % is one point.

# %% [markdown]
# ## One claim, from beginning to end
#
# A normal mean $\mu$ has the prior $N(0, \tau^2)$, and $n$ observations have noise of variance $\sigma^2$. Document 003 says, as claim D03,
# what variance is left in $\mu$ once the data are known:
#
# $$v_{\text{printed}} = \frac{1}{\sigma^2 + 1/\tau^2}.$$
#
# - $\sigma^2$ is the variance of the noise, here 1.
# - $\tau^2$ is the variance of the prior, here 5.
# - $n$, the number of observations, does not occur. That alone is suspicious: should more data not leave less doubt?
#
# We need not know the right formula to test this one. By Bayes' rule the posterior is proportional to prior times likelihood, so we can
# lay a fine grid over $\mu$, weigh each point, and read off the variance.

# %%
D, s2, t2 = np.array(gaussian.DATA), 1.0, 5.0
mu = np.linspace(-15, 15, 30_001)
weight = np.exp(-((D[:, None] - mu) ** 2).sum(axis=0) / (2 * s2) - mu**2 / (2 * t2))

mean = np.average(mu, weights=weight)
variance = np.average((mu - mean) ** 2, weights=weight)
printed = 1 / (s2 + 1 / t2)
say(
    f"On the grid the variance is {variance:.7f}. The printed formula gives {printed:.7f}, {printed / variance:.1f} "
    "times as much."
)

# %% [markdown]
# So the print is wrong, and the grid tells by how much. What is right? Precisions, the inverses of variances, add up: one $1/\sigma^2$ for
# each observation and $1/\tau^2$ for the prior. Notebook 1 derives it; here we only see that it agrees:
#
# $$v = \frac{1}{n/\sigma^2 + 1/\tau^2}.$$
#
# Two routes that share no algebra give one number, so the claim is **corrected**: wrong as printed, with the right formula beside it. This is
# the card of the claim, as `secondlook claims D03` prints it. Its numbers are computed by a check of its own each time it is asked for.

# %%
right = 1 / (len(D) / s2 + 1 / t2)
assert np.isclose(variance, right)
assert not np.isclose(variance, printed)

card = board.card(*board.judge(["D03"])[0])
say(f"```text\n{card}\n```")

# %% [markdown]
# ## How to read a verdict
#
# There are six verdicts, and a seventh mark for what nobody has looked at yet.

# %%
say("\n".join(f"- **{kind}**: {meaning}" for kind, meaning in claims.MEANINGS.items()))

# %% [markdown]
# *Inconclusive* is the verdict most often misread. It does not say that there is no effect. Here is a made-up experiment where we know the
# truth: two networks, trained from the same ten seeds, and the second is better by half a point.
#
# What varies: the network. What is held: the seeds, so that each difference is between two runs with the same start and the same order of data.
# What we expect: the seed moves the difference of a pair by about a point, so ten pairs may well miss half a point.
#
# A **95 % interval** is made so that 95 of 100 such experiments have the truth inside. A **p-value** is the chance of a difference at least as large as the one seen, if there is none in truth.

# %%
rng = np.random.default_rng(0)
seeds, truth = 10, 0.5
first = 54 + rng.normal(0, 1, seeds)
second = first + truth + rng.normal(0, 1, seeds)

found = compare.paired(second, first)
say(
    f"The difference is {found.difference:+.2f} points, with a 95 % interval from {found.low:+.2f} to "
    f"{found.high:+.2f}. The truth, {truth:+.1f}, lies inside, and so does zero. With this spread, {found.n} seeds "
    f"show an effect of {found.detectable:.2f} points four times in five, and smaller ones less often."
)

# %% [markdown]
# Read the last number first: whoever runs this experiment was never likely to see half a point. To conclude that the networks are *the same*
# we would need another test, one that asks whether the interval lies within a margin we named beforehand. Where a document says that two
# things do not differ, that is the test we run.
#
# Findings say this in few words. A difference is **told from zero** where its p-value, raised for the number of comparisons that its notebook makes (Holm 1979), is below
# 0.05. Under a table of verdicts that rest on comparisons the numbers behind them unfold, a line a comparison: the mean difference, its 95 % interval, the number of seeds, that p-value, and
# the true difference that **would be seen** four times in five by this comparison alone; after the adjustment it has to be larger.
#
# ## The verdict board
#
# Figure 0.1 holds every claim of the four documents. A tile is a claim, a row is a notebook, and a sign stands beside each colour so that
# neither is needed alone. (A claim without a check would be an empty tile: a ledger that hides what it has not done cannot be trusted about the rest.)
#
# The rows come document by document. Some notebooks have twenty tiles and some three: a claim goes where the tools for it are built, and
# some tools serve many.
#
# **How to look at it.** Go along a row for what became of one piece of work. Then look for one sign over all rows. Do pencils (*corrected*)
# gather where a document calculates by hand? Do question marks (*inconclusive*) gather where it concludes from a single run?

# %% [markdown]
# **Figure 0.1** *What became of every claim.* One tile a claim, its id small in it; one row a notebook. Where a document does algebra or
# arithmetic, a slip has a right value that can be given.

# %%
fig, ax = plt.subplots(figsize=(7.2, 5.2))
kinds, y, document = Counter(found.kind for _, found in judged), 0.0, ""
for stem, own in sorted(ids.items()):
    if claims.find(own[0]).document != document:
        document = claims.find(own[0]).document
        ax.text(-0.45, y + 0.75, f"{document} · {claims.documents()[document]['title']}", fontsize=7, va="center")
        y += 1.6
    ax.text(-0.8, y, stem.replace("_", " "), ha="right", va="center", fontsize=7, color="0.35")
    for x, claim_id in enumerate(own):
        tile(ax, x, y, claims.verdict(claim_id).kind, claim_id)
    y += 1
for place, kind in enumerate(VERDICTS):
    x, row = -7.5 + 8 * (place % 4), y + 0.6 + 1.2 * (place // 4)
    tile(ax, x, row, kind)
    ax.text(x + 0.75, row, f"{kind}: {kinds[kind]}", va="center", fontsize=7.5)
ax.set(xlim=(-8.2, 23.6), ylim=(y + 2.4, 0), aspect="equal")
ax.axis("off")
parts = ", ".join(f"{kinds[kind]} {kind}" for kind in VERDICTS if kinds[kind])
show(fig, "00_verdict_board", f"A board of {len(judged)} tiles, one a claim, in rows by notebook: {parts}.")

# %%
say(f"Of {len(judged)} claims, {len(judged) - kinds['not yet examined']} are examined: {parts}.")

# %% [markdown]
# The board is drawn from the checks each time this notebook runs; nobody colours a tile. In a terminal, `secondlook claims --summary` gives
# its counts, `secondlook claims --kind corrected` the cards of one kind, and `--json` or `--csv` everything for a program of your own.
#
# ## How a number gets here
#
# A number in these notebooks is of one of two sorts, and the notebooks say which.
#
# 1. It is **computed live**, in seconds, from what is in the notebook. D03 above was one. Change the cell and it changes.
# 2. It is **told from a record**, because it took hours. Then it went this way:
#    - A **run** is one fit, with one seed. It is named by its settings, so that no run can be taken for another.
#    - A **study** is one question: a list of runs, and what varies between which of them. Its results are a **record**, a file in
#      `report/results/` with the scores of every run, the settings, and the machine and packages that made it.
#    - A **check** reads records and returns a verdict. Notebooks, README and report read the same records and verdicts.
#
# `secondlook check` asks whether all of this still fits together: it compares the settings in every record with those in the code, and does
# the smallest runs again. The name of a run is a hash of its settings. One more epoch, or another seed, is another name:

# %%
settings = {"study": "an example", "arm": "small net", "seed": 0, "data": "some data"}
one, other = runs.Config(**settings), runs.Config(**settings | {"seed": 1})
assert runs.key(one) != runs.key(other)
assert runs.key(one) == runs.key(runs.Config(**settings))
say(
    f"seed 0 is run `{runs.key(one)[:12]}`; seed 1 is run `{runs.key(other)[:12]}`; seed 0 once more is "
    f"`{runs.key(one)[:12]}`."
)

# %% [markdown]
# ## How to use the exercises
#
# Every notebook ends in exercises, and each exercise asks for a **prediction first**. Write yours down, then run the solution. A prediction
# that fails teaches more than a cell that runs, and you cannot fail at a prediction you did not make. Solutions
# are closed until you ask for them. GitHub alone shows their code, in cells tagged `solution`: look away while you think.
#
# ## Takeaways
#
# - A verdict is what a program says of numbers that it computes. Where a claim hangs on a cited text, or on data that nobody has, a reader decided, and the check says why.
# - To test a formula you need not know the right one: a second route that shares nothing with it is enough to catch it.
# - *Inconclusive* speaks about the experiment, not about the world. Ask what it could have seen.
# - The two questions to ask of any number here, or anywhere: which run did it come from, and what would have made it come out otherwise?
#
# ## Exercises
#
# **1.** In the made-up experiment the second network is better by half a point, and ten seeds did not show it. How many seeds would show it
# four times in five? Write down a number before you open the solution.

# %% tags=["solution"]
spread = 1.0  # that of the law from which the differences were drawn; ten seeds only estimate it
enough = next(n for n in range(2, 1000) if compare.detectable(spread, n) <= truth)
say(
    f"{enough} seeds. The smallest effect that can be seen falls about as one over the root of their number, so half "
    "of it costs about four times the seeds; a little less from ten, which also pay for not knowing the spread."
)

# %% [markdown]
# **2.** D03 says $1/(\sigma^2 + 1/\tau^2)$. For which number of observations $n$ is this formula right, at $\sigma^2 = 1$? And is it then right at
# other values of $\sigma^2$ too? Decide both before you open the solution.

# %% tags=["solution"]
for noise in (1.0, 2.0):
    by_print, by_law = 1 / (noise + 1 / t2), 1 / (1 / noise + 1 / t2)
    say(f"With one observation and $\\sigma^2$ = {noise:g}, the print gives {by_print:.3f}; right is {by_law:.3f}.")

# %% [markdown]
# <details>
# <summary>Solution 2 in words</summary>
#
# The formula is right where $\sigma^2 = n/\sigma^2$. At $\sigma^2 = 1$ that is one observation, where $\sigma^2$, $1/\sigma^2$ and $n/\sigma^2$ are all the same number; elsewhere one observation is wrong. This is why our
# checks try each formula at several values, and why you should be wary of ones that were only tried where everything is 1.
#
# </details>
#
# **3.** The interval of the ten seeds holds zero. Do they show that the two networks are equally good, or at least that they differ by less than
# a point? By less than half a point? Predict both before you open the solution.

# %% tags=["solution"]
pairs = compare.paired(second, first)
for margin in (1.0, 0.5):
    p = compare.equivalent(pairs, margin)
    say(f"Within ±{margin:g} points: p = {p:.3f}, which is {'shown' if p < 0.05 else 'not shown'} at the 5 % level.")
assert compare.equivalent(pairs, 1.0) < 0.05 < compare.equivalent(pairs, 0.5)

# %% [markdown]
# <details>
# <summary>Solution 3 in words</summary>
#
# That two things are exactly equal no number of seeds can show. That they differ by less than a margin can be shown, if the margin is named first:
# then all of the 90 % interval has to lie within it (two one-sided tests at 5 % are one 90 % interval), and here it reaches past half a point; the truth lies just on that margin. Not to see a difference is not to see that there is none.
#
# </details>
#
# ## Sources
#
# - The four documents: 000 and 001 are at [raulsoutelo/Music-genre-classification-with-the-Million-Song-Dataset](https://github.com/raulsoutelo/Music-genre-classification-with-the-Million-Song-Dataset);
#   002 is a set of slides of a course project; 003 answers questions of [harvard-ml-courses/cs181-s21-homeworks](https://github.com/harvard-ml-courses/cs181-s21-homeworks).
# - M. Okabe and K. Ito, *Color Universal Design* (2008), for colours that most eyes tell apart.
# - Every work cited anywhere in the project is in `report/references.bib`.
