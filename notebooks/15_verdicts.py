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
# # 15 · What became of the claims
#
# A friend wants to use one of these four documents and asks: which of its sentences can I copy, which must I mend, and which should I leave
# alone?
#
# The notebooks before this one have answered claim by claim. This one lays the answers side by side: how many there are of each sort, which route led to
# them, the errata of each document on a page, and what all of it is worth.
#
# **You will see** every claim as a tile on one sheet; counts by document, by verdict and by the way a claim was decided; the errata of each
# document; the ledger from end to end; and one verdict checked again by hand.
#
# **You need** notebook 0, for what the verdicts mean. Where a claim makes you curious, the notebook beside it derives it.
#
# **Takes** twenty minutes to read, a minute to run: every check is computed again. Nothing is downloaded.

# %% [markdown]
# ## All of them at once
#
# A verdict is what a check returns, from exact arithmetic, from a committed record or, for a citation, from what a reader found in the cited work. No verdict stands in this notebook: the next cell calls
# every check there is, and all that follows is counted from what they return.

# %%
from collections import Counter

import matplotlib.pyplot as plt
import numpy as np
from scipy.stats import multivariate_normal

from secondlook import board, contents, gaussian
from secondlook.checks.over_seeds import LEVEL
from secondlook.claims import KINDS, MEANINGS, documents, markdown_cell
from secondlook.figures import VERDICTS, say, show, tile

judged = board.judge()
number_of = Counter(found.kind for _, found in judged)
tally = ", ".join(f"{number_of[kind]} {kind}" for kind in KINDS if number_of[kind])
say(f"Of {len(judged)} claims, {len(judged) - number_of['not yet examined']} are examined: {tally}.")

# %% [markdown]
# By document. A row is a verdict and what it means, a column is a document.


# %%
def lines(head, marks, rows):
    cells = [head, marks, *rows]
    return "\n".join("| " + " | ".join(markdown_cell(str(cell)) for cell in row) + " |" for row in cells)


counts = board.counts(judged)
rows = [[f"**{kind}**", MEANINGS[kind], *(of[kind] or "·" for of in counts.values())] for kind in KINDS]
rows.append(["together", "", *(of.total() for of in counts.values())])
say(lines(["verdict", "meaning", *counts], [":--", ":--", *["--:"] * len(counts)], rows))

# %% [markdown]
# Two verdicts are easily taken for each other. A claim that is **not upheld** has evidence against it. A claim that is **inconclusive** has too
# little evidence on either side; where an effect was measured, the numbers behind it give the interval in which it may lie. The first is a statement about the claim, the
# second about the experiment.
#
# ## The sheet
#
# Figure 15.1 shows every claim. A block is one verdict in one document, and a tile is one claim, with its id in small letters. Sign and colour
# say the same thing, so that either will do.
#
# **How to look at it.** Go down one column for the character of one document: 000 is a page on sampling a last layer, 001 a report on songs, 002 a set of slides, 003 a homework.
# Then go along one row, and mind that the documents differ in size: which *share* of its tiles does each have there?

# %% [markdown]
# **Figure 15.1** *Every claim of the four documents.* Columns are documents, rows are verdicts, tiles are claims in the order of the ledger. A
# document that derives can be corrected, for what is right can be derived, too. A document that trains once and compares leaves questions that
# more runs must answer.

# %%
WIDTH = {"000": 4, "001": 8, "002": 5, "003": 6}  # tiles in a row of a document's column
fig, ax = plt.subplots(figsize=(7.4, 5.7))
left = dict(zip(WIDTH, np.cumsum([0, *(width + 1.2 for width in WIDTH.values())])[:-1], strict=True))
for number, x in left.items():
    called = {"000": "last layer", "001": "songs", "002": "slides", "003": "homework"}[number]
    ax.text(x, -0.6, f"{number}  {called}", fontsize=8)
top = 0.0
for kind in (kind for kind in KINDS if number_of[kind]):
    ax.text(-0.6, top + 0.5, f"{kind}\n{number_of[kind]}", fontsize=7.5, ha="right", va="center")
    height = 1
    for number, x in left.items():
        own = [claim.id for claim, found in judged if (claim.document, found.kind) == (number, kind)]
        for place, claim_id in enumerate(own):
            tile(ax, x + 0.45 + place % WIDTH[number], top + 0.45 + place // WIDTH[number], kind, claim_id)
        height = max(height, -(-len(own) // WIDTH[number]))
    top += height + 0.7
ax.set(xlim=(-5.6, max(left.values()) + WIDTH["003"]), ylim=(top, -1.2), aspect="equal")
ax.axis("off")
show(fig, "15_every_claim", f"{len(judged)} tiles, one a claim, in columns by document and rows by verdict: {tally}.")

# %% [markdown]
# ## By which route
#
# A claim can be decided in three ways, and the ledger says which recipe each one takes.
#
# - **Derived**: an identity, a count, a gradient. Where there are two routes that share no code, they must agree; what is left is that both may answer the wrong question.
# - **Looked up**: the wording is held against a definition, against the work it cites, or against the rest of the document.
# - **Measured**: something is run or simulated; comparisons of runs have an interval. Here, and only here, a verdict can be inconclusive because there are too few runs.
#
# A claim that takes recipes of more than one sort counts where most can go wrong: under *measured* if anything is measured, else under
# *looked up* if anything is.
#
# What varies: the route. What is held: the ledger. What we expect: what is derived is nearly always decided, and what is measured often is not.

# %%
LOOKED_UP, DERIVED = {"CITE", "READ"}, {"EQ", "GRAD"}


def route(claim):
    if set(claim.recipe) - LOOKED_UP - DERIVED:
        return "measured"
    return "looked up" if LOOKED_UP & set(claim.recipe) else "derived"


by_route = {
    name: Counter(found.kind for claim, found in judged if route(claim) == name)
    for name in ("derived", "looked up", "measured")
}
rows = [[name, *(of[kind] or "·" for kind in KINDS), of.total()] for name, of in by_route.items()]
say(lines(["route", *KINDS, "together"], [":--", *["--:"] * (len(KINDS) + 1)], rows))

# %% [markdown]
# **Figure 15.2** *What is derived is settled; what is measured often stays open.* Shares of the verdicts among the examined claims of each route, with their
# number on each bar that is wide enough and the sign of the verdict under it (the signs are those of figure 15.1); at the end of a bar its claims. Read each bar from the left: how much of it is settled one way or
# the other before the question marks begin?

# %%
fig, ax = plt.subplots(figsize=(7.2, 2.5))
for y, of in enumerate(by_route.values()):
    examined, start = of.total() - of["not yet examined"], 0.0
    for kind in sorted(KINDS[:-1], key=lambda kind: kind in ("inconclusive", "not testable here")):
        share, (sign, face, ink) = of[kind] / max(examined, 1), VERDICTS[kind]
        ax.barh(y, share, left=start, color=face, edgecolor="white", height=0.7)
        if share > 0.02:
            ax.text(start + share / 2, y, f"{of[kind]}\n{sign}", color=ink, ha="center", va="center", fontsize=8)
        start += share
    ax.text(1.01, y, f"{examined}", va="center", fontsize=8)
ax.set(
    yticks=range(len(by_route)), yticklabels=by_route, xlabel="share of the examined claims of that route", xlim=(0, 1)
)
ax.invert_yaxis()
ax.grid(False)
told = "; ".join(
    f"{name}: " + ", ".join(f"{of[kind]} {kind}" for kind in KINDS if of[kind]) for name, of in by_route.items()
)
show(fig, "15_by_route", f"Three bars of shares of verdicts, one a route. {told}.")

# %%
undecided = {name: of["inconclusive"] / max(of.total() - of["not yet examined"], 1) for name, of in by_route.items()}
say(
    "Inconclusive are "
    + ", ".join(f"{share:.0%} of what is {name}" for name, share in undecided.items())
    + ". More runs would settle some of it, and other songs some of the rest; the numbers behind each verdict say "
    "what was missing."
)

# %% [markdown]
# ## How many verdicts may be wrong by chance
#
# A test at level $\alpha$ is wrong about a true null hypothesis once in $1/\alpha$ times. A notebook that makes many comparisons adjusts them
# together by Holm's method, so that the chance of even one false alarm in its whole family stays below $\alpha$. Over all notebooks,
#
# $$\mathrm{E}[\text{families with a false alarm}] \le F\alpha.$$
#
# - $F$ is the number of families: notebooks that decide claims by paired runs.
# - $\alpha$ is the level of each family. It is the bound for differences that are told from zero; a verdict that rests on an equivalence test, or on an interval that ends below a margin, is at level $\alpha$ by itself.
# - The bound needs no independence, for expectations add up whatever hangs on what.

# %%
F = len({claim.notebook for claim, _ in judged if "PS" in claim.recipe})
alpha = LEVEL
say(
    f"{F} families at level {alpha:g}: at most {F * alpha:.2f} families with a false alarm are expected among all of "
    "them. (Notebook 12 decides no claim and has one more.)"
)

# %% [markdown]
# That is the price of the method, and it covers sampling error alone. It does not cover a check that computes the wrong thing. Against that
# there are tests which change a formula and want to see a verdict fall, and readers who look again.
#
# ## Errata
#
# A page for each document: what is printed, what is right, and why it matters. Listed are claims that are corrected, not upheld or miscited.
# Where the right column says only that the evidence goes against a claim, or a part of it, no single number can take the place of the print; the notebook
# has the comparison.


# %%
def errata(number):
    rows = [
        [f"**{claim.id}**", f"{claim.place}", printed, right, claim.matters or ""]
        for claim, printed, right in board.errata(judged, number)
    ]
    head = ["claim", "place", "printed", "right", "why it matters"]
    return f"**{documents()[number]['title']}**: {len(rows)} errata.\n\n" + lines(head, [":--"] * 5, rows)


# %% [markdown]
# Document 000 explains scripts that sample the last layer of a genre network. Its claims are about a method and about what the scripts do, so
# most of the page is found by reading code and by letting a sampler run long enough to be asked whether it has arrived.

# %%
say(errata("000"))

# %% [markdown]
# Document 001 is a report on convolutional networks. Look for two families on its page: equations that are not what the code trains, and works
# that are cited for what they do not say. Its comparisons of accuracies are mostly not on the page at all: one run each cannot settle them.

# %%
say(errata("001"))

# %% [markdown]
# Document 002 is a set of slides. Slides leave out data, network and fitting, so few of their numbers can be had again; the formulas can be
# checked where the posterior is known.

# %%
say(errata("002"))

# %% [markdown]
# Document 003 is a homework with numbers in it, and numbers can be checked to the last digit. At $\sigma^2 = 1$ a variance, its
# root and its inverse are the same number: that hides D06 and D19, and half of D11, from every later calculation. A slip like D03's shows even there: it has no $n$ in it.

# %%
say(errata("003"))

# %% [markdown]
# ## To check a verdict again
#
# Doubt is the right attitude to a page like this. Pick a claim and go down this list until you believe the verdict, or have found our mistake.
#
# 1. `secondlook claims D22` prints the card: claim, print, verdict, the right value, and the section that derives it.
# 2. Open that notebook at that section. On the site, the claim's id leads straight to the cell.
# 3. The check is a function of a few lines in `lib/secondlook/checks/`, in the folder named after the notebook; what the document prints stands
#    there under a name that begins with `printed`.
# 4. `secondlook check` asks whether records, code and prose agree, and does the smallest runs again. `make results` measures all of it again.
#
# Or compute it your own way. D22 gives the evidence of 14 data with unit noise under the prior $N(0, 5)$. Integrating $\mu$ out by hand is where
# the slip happened; without any integral, the data are jointly normal,
#
# $$D \sim N(0,\; \sigma^2 I + \tau^2 \mathbf{1}\mathbf{1}^\top).$$
#
# - $I$ is the identity matrix: every observation has noise of its own, of variance $\sigma^2 = 1$.
# - $\mathbf{1}\mathbf{1}^\top$ is a matrix of ones: all observations share one mean, of variance $\tau^2 = 5$.

# %%
D, s2, t2 = np.array(gaussian.DATA), 1.0, 5.0
n = len(D)
evidence = multivariate_normal(np.zeros(n), s2 * np.eye(n) + t2 * np.ones((n, n))).pdf(D)

(claim, found), *_ = board.judge(["D22"])
assert abs(evidence / np.exp(gaussian.log_evidence(gaussian.DATA, s2, t2)) - 1) < 1e-9
say(
    f"The joint density is {evidence:.5e}. The print says {found.printed}; the ledger, {found.right}: **{found.kind}**."
)

# %% [markdown]
# ## The whole ledger
#
# Every claim with its verdict, and the section of the notebook that decides it. What we find stands there; `secondlook claims --csv` has all of
# it in one file.

# %%
rows = []
for claim, found in judged:
    where = contents.section(claim.id)
    link = f"[{claim.notebook[:2]}, {where}]({claim.notebook}.ipynb)" if where else claim.notebook[:2]
    rows.append([f"**{claim.id}**", claim.claim, f"**{found.kind}**", link])
say(lines(["claim", "the document says", "verdict", "decided in"], [":--"] * 4, rows))

# %% [markdown]
# ## Limits
#
# - The claims are ours to word and ours to choose. Another reader would split a sentence elsewhere, and the counts would change. They describe
#   this ledger; they do not measure how good a document is, and claims are not a random sample of anything.
# - Where a sentence can be read in two ways we take the reading under which it is more nearly right.
# - The songs of document 001 cannot be had. Verdicts on its training speak of other real songs, and name them.
# - A verdict on training speaks of our code, our seeds and our machine. A single run of a document is one draw, and its seed is not given.
# - Some verdicts rest on few seeds, for hours of one machine were all there was. The number of seeds and the interval
#   stand among the numbers behind it, mostly with the smallest effect that would have been seen.
# - No verdict is on a person. These are exercises, put in public so that others may learn from them, as we have.
#
# ## Takeaways
#
# - What is derived can be settled, and corrected; what was run once can seldom be. Print the number of runs beside every number.
# - Try a formula where nothing is one. Two of the slips of document 003 (D06, D19) vanish at $\sigma^2 = 1$, and so might yours.
# - Print what was trained. An equation that differs from the code by a factor makes its best coefficient useless to the next reader.
# - Look up what you cite. The cheapest of all checks takes an hour in a library, and finds what no experiment will.
# - A curve of test losses deserves the question which test image it has seen.
# - Say what would have changed your mind. A verdict that nothing could overturn says nothing.
#
# ## Exercises
#
# **1.** Forty independent comparisons, none of them with any true effect, are tested at level 0.05 without an adjustment. How often does at least one look like a
# discovery? And after Holm's adjustment? Write down both before you open the solution.

# %% tags=["solution"]
rng = np.random.default_rng(0)
p = rng.random((20_000, 40))
plain, holm = (p.min(axis=1) < 0.05).mean(), (p.min(axis=1) < 0.05 / 40).mean()
say(
    f"In {plain:.0%} of families without, as $1 - 0.95^{{40}}$ = {1 - 0.95**40:.0%} says, and in {holm:.0%} with it: "
    "Holm's first step holds the smallest p against 0.05/40, and with no true effect nothing comes after it."
)

# %% [markdown]
# **2.** D03 prints the posterior variance as $1/(\sigma^2 + 1/\tau^2)$ and D19 the centre of the square in the evidence, which is the posterior mean, as $\sum x_i/(n + 1/\tau^2)$; right are
# $1/(n/\sigma^2 + 1/\tau^2)$ and $\frac{1}{\sigma^2}\sum x_i/(n/\sigma^2 + 1/\tau^2)$. Which of the two slips shows at $\sigma^2 = 1$? And which shows at
# $\sigma^2 = 1$ with a single observation?

# %% tags=["solution"]
for noise, data in ((1.0, D), (1.0, D[:1]), (4.0, D)):
    size, total = len(data), data.sum()
    variances = 1 / (noise + 1 / t2), 1 / (size / noise + 1 / t2)
    means = total / (size + 1 / t2), total / noise / (size / noise + 1 / t2)
    say(
        f"$\\sigma^2$ = {noise:g}, $n$ = {size}: variance printed {variances[0]:.4f}, right {variances[1]:.4f}; centre "
        f"printed {means[0]:.4f}, right {means[1]:.4f}."
    )

# %% [markdown]
# The centre is right at unit noise, whatever the data, so the document's numbers cannot betray it. The variance is right only where
# $n = \sigma^4$: at unit noise, with a single observation. There neither slip shows. With fourteen it shows at once. Any other value of $\sigma^2$ would have shown the slip in the centre.
#
# **3.** A comparison of ten seeds, tested alone, is inconclusive, though the effect is exactly the smallest that ten seeds show with 80 % power. Ten new seeds are
# run, with the same true effect. How often are they inconclusive too? And how often are two such studies in a row? Write down both first.

# %% tags=["solution"]
from scipy.stats import t

from secondlook.compare import detectable

effect = detectable(1.0, 10)
differences = rng.normal(effect, 1.0, (20_000, 10))
ratio = np.sqrt(10) * differences.mean(axis=1) / differences.std(axis=1, ddof=1)
silent = np.mean(np.abs(ratio) < t.ppf(0.975, 9))
assert abs(silent - 0.2) < 0.015
say(f"One study in {1 / silent:.0f}: {silent:.0%} of them. Two in a row: {silent**2:.0%}, since the seeds are new.")

# %% [markdown]
# So *inconclusive* says little about a single claim with a smallest visible effect near the one that matters, and two such verdicts from
# new seeds say much more. The smallest effect stands beside most verdicts for this reason.
#
# ## Sources
#
# - The four documents; notebook 0 says where they are.
# - S. Holm (1979), *A simple sequentially rejective multiple test procedure*, Scandinavian Journal of Statistics 6.
# - M. Okabe and K. Ito, *Color Universal Design* (2008), for the colours.
# - The ledger is `lib/secondlook/claims.toml`; the checks are `lib/secondlook/checks/`; the records are `report/results/`.
