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
# # 4 · Three thousand numbers a song
#
# A net listens to half a minute of music as a table of three thousand numbers, and its author says that it would do as well if the moments of
# every song were shuffled.
#
# That is document 001, sections 1 to 3: genres of the Million Song Dataset, and a first net, the **baseline**, on which all later ones build.
# Before we train anything we look at the songs. Then we make songs of our own, for which the best possible accuracy is known, and then we come
# to the net: its parameters, its optimiser, its activation, and what shuffling does to it.
#
# **You will see** a famous song as a picture; what a genre looks like on average, and that its average has hardly any time in it; that pitches are
# neighbours round a circle; that the question how long features stay correlated has two answers, far apart; songs with two dials and an
# exact posterior; an optimiser whose steps do not shrink; and a symmetry that makes one kind of shuffling harmless.
#
# **You need** the normal distribution in several dimensions, Bayes' rule, correlation; notebook 3 for the paired comparisons.
#
# **Takes** three quarters of an hour to read, half a minute to run. Real songs cannot be copied into a notebook, so what we need of them was
# measured once by the study `songs_pictures` and is read from its record, as are the full-size trainings. The rest runs here.

# %% [markdown]
# ## One song
#
# The Echo Nest, a company, cut a million songs into **segments**: stretches of even sound, about a quarter of a second each. Document 001 takes
# 120 of them and 25 numbers of each. One song is a matrix
#
# $$x \in \mathbb{R}^{120 \times 25}, \qquad z_{tf} = \frac{x_{tf} - \mu_{tf}}{\sigma_{tf}}.$$
#
# - $x_{tf}$ is feature $f$ of segment $t$: twelve of **timbre** (the weights of twelve fixed spectral shapes), twelve of **chroma** (the strengths of
#   the twelve pitches of an octave, the strongest being 1) and the **loudness** at the segment's start.
# - $\mu_{tf}$ and $\sigma_{tf}$ are the mean and the standard deviation of that number over the training songs.
# - $z_{tf}$ is the **standardised** number, which the net is given.
#
# The document's own songs, 50,000 of them, are not public. Where we can, we use what is: 304 tracks of the same data set, in full; 1,386 songs of
# it whose timbre was cut down to 18 **codewords**; and the thousand songs of GTZAN, which come below.

# %%
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
from scipy import stats
from scipy.special import logsumexp, softmax

from secondlook import check, results
from secondlook.checks.songs_and_genres import baseline, features, methods
from secondlook.checks.songs_and_genres.family import SOURCES, difference, family
from secondlook.checks.words import TENTHS, between, starred
from secondlook.claims import table
from secondlook.data.songs import NOTES, ORDERS, ROUNDS, VOLUME, Songs
from secondlook.data.spectrograms import ROW_EDGES
from secondlook.figures import COLOURS, DASHES, MARKERS, say, show
from secondlook.networks import genre_cnn
from secondlook.networks.songs import receptive_field
from secondlook.studies.songs import run, sources
from secondlook.studies.songs.pictures import OF_TRACKS
from secondlook.training import State

pictures = results.load("songs_pictures")
tracks, gtzan = pictures["tracks"], pictures["gtzan"]
song = tracks.items["song"][0]

# %% [markdown]
# **Figure 4.1** *A song is a picture, and the three kinds of features are three different pictures.* The central 120 segments of the data set's own
# example track, Rick Astley's *Never Gonna Give You Up*, not yet standardised. Each segment has a
# strongest pitch, mostly another one than the segment before; loudness rises and falls over a few segments.

# %%
assert song.shape == (120, 25)
fig, axes = plt.subplots(3, 1, figsize=(7.2, 5.2), sharex=True, height_ratios=(3, 3, 1.2))
PITCHES = ("C", "C♯", "D", "D♯", "E", "F", "F♯", "G", "G♯", "A", "A♯", "B")
for ax, (name, part), high in zip(axes, OF_TRACKS.items(), (120, 1, None), strict=False):
    if name == "loudness":
        ax.plot(song[:, part], color=COLOURS[0])
        ax.set(ylabel="dB", xlabel="segment")
    else:
        low = -high if name == "timbre" else 0
        image = ax.imshow(song[:, part].T, aspect="auto", origin="lower", vmin=low, vmax=high)
        fig.colorbar(image, ax=ax, pad=0.01, label="no unit" if name == "timbre" else "of the strongest")
        ax.grid(visible=False)
    ax.set_title(name)
axes[0].set(yticks=[0, 5, 11], yticklabels=["1", "6", "12"], ylabel="coefficient")
axes[1].set(yticks=range(0, 12, 2), yticklabels=PITCHES[::2], ylabel="pitch")
loud = song[:, 24]
alt = (
    "Three strips over 120 segments: timbre and chroma as heat maps, loudness as a line from {:.0f} to {:.0f} decibel."
)
show(fig, "04_one_song", alt.format(loud.min(), loud.max()))
say(table("B01"))

# %% [markdown]
# ## Labels, and how many songs
#
# A song in the Million Song Dataset has no genre. Others labelled it: tagtraum merged three sources into the annotations CD1, CD2 and CD2C
# (Schreiber 2015), and a group in Vienna took the styles of a music guide (Schindler, Mayer and Rauber 2012). We can read CD1. The document
# names CD2C, and so do the course's own notes, which stand in the repository that holds the document. They also give the ten genres, the
# songs for training and for validation, and over which songs means and standard deviations were taken.
#
# How many songs were there? The document's figures are drawings made of exact coordinates, so each plotted accuracy can be read off to its last
# digit. An accuracy on $n$ songs is a whole number over $n$. The coarsest grid on which all plotted accuracies lie gives the smallest possible $n$.

# %%
annotations = pictures["annotations"].scores
most = {name.removeprefix("first/"): int(n[0]) for name, n in annotations.items() if name.startswith("first/")}
say(
    f"CD1 labels {int(annotations['tracks'][0]):,} tracks with a genre, {int(annotations['two genres'][0]):,} of them "
    "with a second one. By first genre: "
    f"{', '.join(f'{name} {n:,}' for name, n in sorted(most.items(), key=lambda pair: -pair[1]))}.\n\n"
    + table("B02", "B03")
)

# %% [markdown]
# ## What a genre looks like on average
#
# GTZAN (Tzanetakis and Cook 2002) has a thousand excerpts of thirty seconds, a hundred for each of ten genres. It is the one collection with songs
# of the document's shape that anyone can get, and it has faults that the reader of every later notebook should know.
#
# - Its sound is under copyright. Our features are **recovered from pictures** of spectrograms: 24 bands of frequency and their overall level, 120
#   segments of a quarter of a second.
# - The colour scale of each picture is its song's own, so **loudness is relative** to the song.
# - Recordings are repeated, some are distorted, and artists recur. We use the split of Kereliuk, Sturm and Larsen (2015), which keeps artists
#   apart and leaves out 70 songs (and one jazz picture is missing: 929 are left). In cross-validation, where every song is tested once, folds share artists.
# - 38 of the 99 jazz pictures draw **129 bins of frequency** where the others draw 128. Read at the same places, their features are off by up to one bin.
#   A net could learn that as a mark of jazz.
#
# The **mean picture** of a genre is the mean of its songs, segment by segment, after each feature is standardised over all songs. If a segment's
# place meant anything, the mean picture would change along its length. How much it does is the share of its variance that is left within a
# row, a feature of a genre.

# %%
middle = (ROW_EDGES[:-1] + ROW_EDGES[1:]) // 2  # the row of the picture at which each of 128 bins is read
drawn = (np.arange(130) * 369.6 / 129).astype(int)  # where each of 129 bins begins in a drawing 369.6 pixels high
off = np.searchsorted(drawn, middle, side="right") - 1 - np.arange(128)
assert set(off) == {0, 1}
mean = gtzan.items["mean pictures"][0]  # (genres, segments, features)
deviation = mean - mean.mean(axis=1, keepdims=True)
over_time = deviation.var() / mean.var()
line = np.linspace(-1, 1, 120) / np.sqrt((np.linspace(-1, 1, 120) ** 2).sum())
straight = ((deviation * line[:, None]).sum(axis=1) ** 2).sum() / (deviation**2).sum()
last = np.flatnonzero(off == 0).max()
NAMES = ("blues", "classical", "country", "disco", "hip-hop", "jazz", "metal", "pop", "reggae", "rock")
say(
    f"Of 128 bins, {np.sum(off == 1)} are read one bin too high in a picture with 129: the first is bin "
    f"{np.argmax(off)}, and from bin {last + 1} on every one is.\n\nOf the variance of the ten mean pictures, "
    f"{1 - over_time:.1%} lies between genres and features and {over_time:.1%} along time; a straight rise or fall "
    f"makes up {straight:.0%} of the latter. Over all features and segments {NAMES[mean.mean(axis=(1, 2)).argmin()]} "
    "lies lowest."
)

# %% [markdown]
# **Figure 4.2** *On average a genre is a spectrum, with little time in it.* Left: the mean of every feature over the songs and segments of each GTZAN genre,
# in standard deviations: metal is full in nearly all bands, most of all in the upper half; classical music is faint at both ends; pop is faint nearly
# everywhere, and strongest of all in the highest band. Right: the mean level of four genres along the excerpt. The excerpts were cut out of songs anywhere, and so most lines are
# nearly flat; pop rises most, by about half a standard deviation.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.8), width_ratios=(1.5, 1))
image = left.imshow(mean.mean(axis=1), aspect="auto", vmin=-1.2, vmax=1.2)
left.set(yticks=range(10), yticklabels=NAMES, xticks=[0, 8, 16, 24], xticklabels=["low", "band 9", "band 17", "level"])
left.grid(visible=False)
fig.colorbar(image, ax=left, label="standard deviations")
for k, name in enumerate(("metal", "rock", "pop", "classical")):
    level = mean[NAMES.index(name), :, 24]
    right.plot(level, color=COLOURS[k], linestyle=DASHES[k], linewidth=1.2)
    right.text(122, level.mean(), name, color=COLOURS[k], va="center")
right.set(xlabel="segment", ylabel="mean level (standard deviations)", xlim=(0, 165), xticks=[0, 60, 120])
level = mean[:, :, 24]
rise = np.polyfit(np.arange(120), level.T, 1)[0] * 119
assert NAMES[rise.argmax()] == "pop" and 0.4 < rise.max() < 0.7
ends = [level[NAMES.index(name)].mean() for name in ("metal", "classical")]
alt = (
    "Heat map of ten genres by 25 features; mean levels of four, from metal at {:+.1f} to classical at {:+.1f}, flat "
    "but for pop, which rises by {:.1f}."
)
show(fig, "04_mean_genres", alt.format(*ends, rise.max()))

# %% [markdown]
# ## Features side by side
#
# A convolution over pictures looks at neighbouring pixels, since neighbours are alike. The document lets its kernels see all 25 features at once,
# and gives a reason: the relation of two features has nothing to do with their distance in the vector. Correlation can tell. For two
# features $f$ and $g$ of one song it is
#
# $$r_{fg} = \frac{1}{120} \sum_t \tilde x_{tf}\, \tilde x_{tg}, \qquad \tilde x_{tf} = \frac{x_{tf} - \bar x_f}{s_f}.$$
#
# - $\bar x_f$ and $s_f$ are mean and standard deviation of the feature over the segments *of this song*.
#
# We average $r_{fg}$ over the pairs at each distance. For timbre the distance is that of the places in the vector, and we take $|r|$, since the sign
# of a spectral shape is arbitrary. Pitch goes round: from B the next semitone is C again, so for chroma the distance runs from 1 to 6, *round
# the octave*. *What varies* is the distance; *what is held*, the song. *If the document is right*, both curves are flat.

# %% [markdown]
# **Figure 4.3** *Chroma has neighbours, timbre has not.* Left: correlation of all 25 features, mean over 304 tracks. Right: by distance, with 95 %
# intervals over tracks, most of them hardly larger than the marks. Semitones side by side rise and fall together, be it that the analysis
# smears a pitch over its neighbours or that music does; further apart little is left. The correlation of timbres hardly depends on how far apart they stand, and is no
# higher side by side than elsewhere.

# %%
fig, (left, right) = plt.subplots(1, 2, figsize=(7.2, 3.5))
image = left.imshow(tracks.items["correlation"][0], vmin=-0.6, vmax=0.6)
GROUPS = ["timbre", "chroma", "loudness"]
left.set(xticks=[5.5, 17.5], xticklabels=GROUPS[:2], yticks=[5.5, 17.5, 24], yticklabels=GROUPS)
left.grid(visible=False)
fig.colorbar(image, ax=left, shrink=0.8, label="correlation")
for k, (group, label) in enumerate({"chroma": "chroma, round the octave", "timbre": "timbre, without sign"}.items()):
    by_song = tracks.items[f"{group} by distance"][0]
    half = 1.96 * by_song.std(axis=0, ddof=1) / np.sqrt(len(by_song))
    at = 1 + np.arange(by_song.shape[1])
    right.errorbar(at, by_song.mean(axis=0), yerr=half, color=COLOURS[k], linestyle=DASHES[k], marker=MARKERS[k])
    right.text(3.3, (0.29, 0.235)[k], label, color=COLOURS[k])
right.set(xlabel="distance", ylabel="mean correlation", ylim=(0, 0.5), xticks=range(1, 12, 2))
first, second = tracks.items["chroma by distance"][0].mean(axis=0)[:2]
timbre = tracks.items["timbre by distance"][0].mean(axis=0)
alt = (
    "Chroma correlations fall from {:.2f} at one semitone to {:.2f} at two and below; those of timbres lie between "
    "{:.2f} and {:.2f} at all distances."
)
show(fig, "04_by_distance", alt.format(first, second, timbre.min(), timbre.max()))
say(table("B25"))

# %% [markdown]
# ## Features over time
#
# The document later says that the height of its kernels, three segments, tells how long features are correlated. How long are they? The
# **autocorrelation** at lag $\ell$ compares a feature with itself $\ell$ segments later. There are two of them:
#
# $$r_{\text{within}}(\ell) = \frac{\overline{(x_t - \bar x_{\text{song}})(x_{t+\ell} - \bar x_{\text{song}})}}{s_{\text{song}}^2}, \qquad
# r_{\text{together}}(\ell) = \frac{\overline{(x_t - \bar x_{\text{all}})(x_{t+\ell} - \bar x_{\text{all}})}}{s_{\text{all}}^2}.$$
#
# - The bar on top is a mean over segments $t$; for $r_{\text{together}}$ over the songs as well.
# - $\bar x_{\text{song}}$ and $s_{\text{song}}$ belong to one song, $\bar x_{\text{all}}$ and $s_{\text{all}}$ to all of them.
#
# The first asks how long a moment lasts. The second also counts that a loud song is loud from end to end.

# %% [markdown]
# **Figure 4.4** *A moment lasts a segment or two, a song lasts.* Autocorrelation within songs, mean over songs (the bands hold 80 % of them), for 304
# tracks (left) and 929 songs of GTZAN (right); a group's curve is the mean over its features. The black line is all songs taken together. Within songs it falls below $1/e$, the usual
# mark, at once; together it does not within 60 segments on GTZAN, and levels off well above zero on both.

# %%
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.5), sharey=True)
lags = np.arange(61)
for ax, measured, groups in ((axes[0], tracks, ("timbre", "chroma", "loudness")), (axes[1], gtzan, ("bands", "level"))):
    for k, name in enumerate(groups):
        mid, low, high = (measured.curves[f"{name}/{how}"]["mean"] for how in ("mean", "10 %", "90 %"))
        ax.plot(lags, mid, color=COLOURS[k], linestyle=DASHES[k], label=name)
        ax.fill_between(lags, low, high, color=COLOURS[k], alpha=0.12, linewidth=0)
    ax.plot(lags, measured.curves["all together"]["mean"], "-", color="black", linewidth=2, label="all together")
    ax.axhline(np.exp(-1), color="grey", linewidth=0.8)
    ax.set(xlabel="lag (segments)", xlim=(0, 60), ylim=(-0.3, 1))
    ax.legend()
axes[0].set(title="tracks", ylabel="autocorrelation")
axes[1].set_title("GTZAN")
axes[0].text(60, np.exp(-1) + 0.02, "1/e", color="grey", ha="right")
rest = [measured.curves["all together"]["mean"][40] for measured in (tracks, gtzan)]
alt = (
    "Autocorrelations within songs fall to about zero in 20 segments; taken together they level off at {:.2f} and "
    "{:.2f}."
)
show(fig, "04_autocorrelation", alt.format(*rest))

# %% [markdown]
# ## Songs with two dials
#
# On real songs nobody knows the best possible accuracy. So we also make songs. A song of class $c$ is
#
# $$x_t = s\, m_c + A\, e_{k_t} + \tfrac{1}{\sqrt 2} (b + n_t), \qquad b, n_1, \dots, n_T \sim N(0, I) \text{ independent}.$$
#
# - $m_c$ is the direction of class $c$, and $s$, the **segment signal**, is how far the class shifts every segment.
# - $e_0, \dots, e_4$ are five **notes**, $A = 4$ is their volume, and $k_t$ is the note of segment $t$. All $m_c$ and $e_k$ are orthonormal.
# - $b$ is noise that belongs to the whole song, $n_t$ noise of a segment.
# - $T$ is the number of segments, 120. In every block of five segments each note is played once. With probability $\rho$, the **order signal**, the block follows the *round* of the
#   class, a fixed circular order begun anywhere; else any of the 120 orders.
#
# So $s$ says how much single segments tell, and $\rho$ how much only their order tells.
#
# **The posterior.** Take the notes as known. What is left, $r_t = x_t - s m_c - A e_{k_t}$, is normal, and each of its features has over time the
# covariance $C = \tfrac12 (I + 11^\top)$: half of the noise is the song's. Its inverse is $2 (I - 11^\top/(1 + T))$, as multiplying shows. Hence
#
# $$\log p(x \mid c, k) = \text{const} - \sum_t |r_t|^2 + \tfrac{1}{1+T} \Bigl|\sum_t r_t\Bigr|^2 .$$
#
# - $1$ is the vector of $T$ ones, and $k$ stands for the notes of all segments.
# - The constant holds what neither the class nor the order of the notes changes.
#
# Now expand. Products of $m_c$ with $e_k$ vanish, and every order has the same sum of notes. With $S = \sum_t x_t$, the class enters the first sum
# by $2 s\, m_c \cdot S - T s^2$ and the second by $-T/(1+T)$ times the same, and the order enters by $2A \sum_t e_{k_t} \cdot x_t$ alone:
#
# $$\log p(x \mid c, k) = \text{const} + \frac{2 s\, m_c \cdot S - T s^2}{1 + T} + 2 A \sum_t e_{k_t} \cdot x_t .$$
#
# The orders are not known, so each block is averaged over them: five turns of the class's round with weight $\rho/5$ and all 120 orders with
# weight $(1 - \rho)/120$. Blocks are independent, so their logarithms add to $\log p_c(x)$, the log density of a song of class $c$. Bayes' rule with equal priors turns $p_c(x)$ into the posterior. Here the
# formula meets a brute-force sum of normal densities, for songs of one block.
#
# The best possible classifier names the class of greatest posterior and is right with probability $\max_c p(c \mid x)$; its mean over songs is
# the **Bayes accuracy**. *What varies* in the figure is one dial, the other at zero. *We expect* both to lead from guessing to certainty, on different
# roads: with $s = 0$ the *set* of segments has the same law for every class, so whoever ignores order is left with guessing.

# %%
law = Songs(segment_signal=0.7, order_signal=0.6, classes=3, segments=5, features=8)
x, y = law.draw(6, np.random.default_rng(4))
C = 0.5 * (np.eye(5) + np.ones((5, 5)))
noise = stats.multivariate_normal(np.zeros(40), np.kron(C, np.eye(8)))


def log_p(song, c):
    """log p_c(x), summed over all orders."""
    turns = [tuple(np.roll(ROUNDS[c], k)) for k in range(NOTES)]
    chance = [law.order_signal * (tuple(k) in turns) / 5 + (1 - law.order_signal) / 120 for k in ORDERS]
    r = song - law.segment_signal * law.means[c] - VOLUME * law.notes[ORDERS]
    return logsumexp(noise.logpdf(r.reshape(120, -1)), b=chance)


by_hand = softmax([[log_p(song, c) for c in range(3)] for song in x], axis=1)
assert np.allclose(by_hand, law.posterior(x), atol=1e-5)
say(f"The posterior of the first song is {np.round(law.posterior(x)[0], 3).tolist()} both ways; its class is {y[0]}.")

# %% [markdown]
# **Figure 4.5** *Each dial leads from guessing to certainty.* Bayes accuracy for ten classes. Left: the class shifts every segment, and order tells
# nothing. Right: the class chooses the order, and single segments tell nothing. The squares are two settings on which later notebooks train nets;
# a third has both signals.

# %%
shifts, rounds = np.linspace(0, 2.5, 6), np.array([0, 0.05, 0.1, 0.2, 0.4, 0.7])
best = [
    [Songs(s, 0).bayes_accuracy(1000)[0] for s in shifts],
    [Songs(0, rho).bayes_accuracy(1000)[0] for rho in rounds],
]
assert best[0][0] < 0.11 and best[1][0] < 0.11
assert all(a < b for curve in best for a, b in pairwise(curve))
laws = {"no order": Songs(1, 0), "some order": Songs(1, 0.1), "order alone": Songs(0, 0.2)}
bayes = {name: 100 * law.bayes_accuracy(2000)[0] for name, law in laws.items()}
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), sharey=True)
for k, (ax, dial, curve) in enumerate(zip(axes, (shifts, rounds), best, strict=True)):
    name, at = (("no order", 1), ("order alone", 0.2))[k]
    ax.plot(dial, 100 * np.array(curve), marker=MARKERS[0], color=COLOURS[k], linestyle=DASHES[k])
    ax.plot(at, bayes[name], MARKERS[1], color=COLOURS[6], markersize=8, markerfacecolor="none")
    ax.axhline(10, color="grey", linewidth=0.8)
    ax.set(xlabel=("segment signal s", "order signal ρ")[k], ylim=(0, 102))
axes[0].set_ylabel("Bayes accuracy (%)")
axes[1].text(0.7, 12, "guessing", color="grey", ha="right")
alt = "Two rising curves from 10 %; the settings used later reach {:.0f} % by segments and {:.0f} % by order."
show(fig, "04_two_dials", alt.format(bayes["no order"], bayes["order alone"]))

# %% [markdown]
# These songs settle a question about real ones. Keep $s$ and compare $\rho = 0$ with a larger $\rho$. In both, every block plays each note once, so two
# segments of one block never play the same note, and two segments of different blocks do with probability 1/5. The autocovariance, summed
# over features, depends on nothing else: **it is the same** (and so, to about 0.001, is the mean autocorrelation). Yet in one law the order
# tells something about the genre, which a kernel needs several segments to hear; in the other it tells nothing, and a kernel of one segment hears all there is. (B35 below compares the
# two on 40,000 songs.) Which height is enough depends on what *tells the genre*, and autocorrelation does not know that.
#
# Nor does a kernel's height say how much a net sees. Each layer adds its height less one, and pooling multiplies what follows.

# %%
free, in_turns = features.same_note(ORDERS), features.same_note(features.turns(of_class=3))
assert np.allclose(free, in_turns)
telling, mute = Songs(0, 1).bayes_accuracy(500)[0], Songs(0, 0).bayes_accuracy(500)[0]
plain, pooled = receptive_field((3, 3), "none"), receptive_field((3, 3), "max 2")
say(
    f"The chance of the same note at lags 0 to 5 is {', '.join(f'{p:.2f}' for p in free)} under both laws; with $s = "
    f"0$ the Bayes accuracies at $ρ$ = 0 and 1 are {100 * mute:.0f} % and {100 * telling:.0f} %. Two layers of height "
    f"3 see {plain} segments, with pooling by 2 after each {pooled}.\n\n" + table("B35")
)

# %% [markdown]
# ## The baseline
#
# Now the net. A **convolution in time** of height 1 is a small linear layer that is applied to every segment with the same weights:
#
# $$h_t = \max(0, U x_t + u), \qquad g_t = \max(0, V h_t + v), \qquad a = \max\Bigl(0, \sum_t W_t\, g_t + w\Bigr), \qquad \text{logits} = R a + q.$$
#
# - $U$ is 50 × 25 and $V$ 50 × 50: fifty **kernels** each, shared by all segments.
# - $W_1, \dots, W_{120}$ are 200 × 50 each. Here the sharing ends: every segment has a matrix of its own.
# - $R$ is 10 × 200; $u, v, w, q$ are biases.
#
# The convolutions cannot know where a segment stands. The linear layer can. Training adds a penalty on the squares of the weights; notebook 5 is about it.

# %%
model = genre_cnn(10, heights=(1, 1), pool="none")
U, V, W, R = (25 + 1) * 50, (50 + 1) * 50, (120 * 50 + 1) * 200, (200 + 1) * 10
assert model.count_params() == U + V + W + R
say(f"{U:,} + {V:,} + {W:,} + {R:,} = {model.count_params():,} parameters.\n\n" + table("B07"))

# %% [markdown]
# How good is it? On synthetic songs we know how good it could be. Three seeds of the same net run live on toy songs of four classes, told apart by
# single segments. Every score must come out as recorded, and none can beat Bayes but by luck with the 500 test songs.

# %%
toy = check.again("songs_baseline")
record = results.load("songs_baseline")
reached = [found.scores["end/test_accuracy"] for found in toy.values()]
possible, error = Songs(1.5, 0, classes=4).bayes_accuracy(2000)
assert max(reached) < possible + 3 * np.sqrt(possible * (1 - possible) / 500)
rows = ["| songs | runs | test accuracy (%) | spread | possible |", "|:--|--:|--:|--:|--:|"]
for name in ("gtzan", "gtzan folds", "codewords", *laws):
    a = 100 * record[f"{name} baseline"].scores["late/test_accuracy"]
    rows.append(f"| {name} | {len(a)} | {a.mean():.1f} | {a.std(ddof=1):.1f} | {round(bayes.get(name, 0), 1) or ''} |")
got = {name: 100 * record[f"{name} baseline"].scores["late/test_accuracy"].mean() for name in laws}
assert abs(got["some order"] - got["no order"]) < 1 and got["order alone"] < 11
say(
    f"The toy net reaches {', '.join(f'{100 * a:.1f}' for a in reached[:3])} % in three runs; {100 * possible:.1f} % "
    f"is possible (standard error {100 * error:.1f}). On the same songs in one new order: "
    f"{', '.join(f'{100 * a:.1f}' for a in reached[3:])} %.\n\nFull size, mean over the last tenth of the epochs, read "
    "from the record:\n\n" + "\n".join(rows)
)
say(
    f"So where single segments tell all, the baseline gets nearly all that there is: {got['no order']:.1f} of "
    f"{bayes['no order']:.1f} %. Where order tells something besides, it gets nothing of that: {got['some order']:.1f} "
    f"of {bayes['some order']:.1f} %. Where order tells all, it guesses. Its linear layer knows where a segment "
    "stands; that is not to hear what follows what."
)

# %% [markdown]
# The spread is the standard deviation over runs. The folds are those of cross-validation, in which artists recur; codewords have seven genres, all others ten; the last
# three rows are the laws of figure 4.5.
#
# ## The size of a step
#
# All nets are trained by **Adam** (Kingma and Ba 2015). For each weight, with $d_t$ its gradient at step $t$,
#
# $$m_t = 0.9\, m_{t-1} + 0.1\, d_t, \qquad v_t = 0.999\, v_{t-1} + 0.001\, d_t^2, \qquad
# \Delta w = - \eta\, \frac{m_t / (1 - 0.9^t)}{\sqrt{v_t / (1 - 0.999^t)}}.$$
#
# - $m_t$ and $v_t$ are running means of the gradient and of its square; dividing by $1 - 0.9^t$ and $1 - 0.999^t$ makes up for their start at zero.
# - $\eta$ is the learning rate, here 0.001. The **effective rate** is what multiplies the (corrected) running mean of the gradient: $\eta$ over the root.
#
# RMSProp divides by the root of a running mean too, one that forgets faster and has no correction for its start, so that its first steps are large. AdaGrad divides by the root of the *sum*
# of all squares, and a sum of squares cannot fall. The document says that Adam's rate decreases as RMSProp's does. *What varies* is the optimiser
# and what the gradient does over 4,000 steps; *we expect* only AdaGrad to fall whatever comes.

# %% [markdown]
# **Figure 4.6** *Adam adapts; only AdaGrad must decrease.* Effective rate of one weight, learning rate 1, by the optimisers of optax, Adam without its momentum, for a gradient
# that stays at 1, shrinks from 1 to 0.1 or grows from 0.1 to 1. Where the gradient shrinks, as towards the end of a training, Adam's steps per unit
# of gradient get larger.

# %%
g = methods.GRADIENTS["shrinks"]
v = np.zeros(len(g) + 1)
for t in range(1, len(g) + 1):
    v[t] = 0.999 * v[t - 1] + 0.001 * g[t - 1] ** 2
by_formula = 1 / np.sqrt(v[1:] / (1 - 0.999 ** np.arange(1, len(g) + 1)))
assert np.allclose(by_formula, methods.rates(methods.OPTIMISERS["Adam"], g), rtol=5e-3)
fig, axes = plt.subplots(1, 3, figsize=(7.2, 3.1), sharey=True)
for ax, (how, gradient) in zip(axes, methods.GRADIENTS.items(), strict=True):
    for k, (name, optimiser) in enumerate(methods.OPTIMISERS.items()):
        ax.plot(methods.rates(optimiser, gradient), color=COLOURS[k], linestyle=DASHES[k], label=name)
    ax.set(title=f"gradient {how}", xlabel="step", yscale="log", ylim=(0.01, 40), xticks=[0, 2000, 4000])
axes[0].set_ylabel("effective rate")
axes[0].legend(loc=(0.28, 0.67))
end = [methods.rates(optimiser, methods.GRADIENTS["stays"])[-1] for optimiser in methods.OPTIMISERS.values()]
alt = (
    "With a steady gradient RMSProp and Adam stay at {1:.1f} and {2:.1f} while AdaGrad falls to {0:.2f}; others rise "
    "or fall."
)
show(fig, "04_effective_rate", alt.format(*end))
say(
    f"While the gradient shrinks to a tenth, Adam's effective rate grows {by_formula[-1] / by_formula[0]:.1f} "
    "times.\n\n" + table("B05")
)

# %% [markdown]
# Is the way down hard? The document cites a paper for it. That paper walks the **straight line** $w(\alpha) = (1 - \alpha)\, w_{\text{start}} + \alpha\,
# w_{\text{end}}$ from the first weights to the trained ones, and looks at the loss on the way. A local optimum in between would show as a hill.
# Here is that walk for the toy net.

# %%
config, data = next(iter(toy)), sources.load("toy segments", 0)
train, test = data["train"], data["test"]
net = run.trainer(config, train, classes=4)
begin, end = run.start(config, train, classes=4), run.fit(config, train, classes=4)
loss = []
for alpha in np.linspace(0, 1, 21):
    weights = [(1 - alpha) * a + alpha * b for a, b in zip(begin.weights, end.weights, strict=True)]
    loss.append(run.rates(net.logits(State(weights, [], None), train.x), train.y, "train")["train_nll"])
hill = max(b - a for a, b in pairwise(loss))
assert hill < 0.01
say(
    f"From {loss[0]:.2f} to {loss[-1]:.2f} nats in 20 steps along the line, the greatest rise is {max(hill, 0):.4f}: "
    "no hill. One small net proves nothing about large ones; the cited paper's nets are larger, and it finds the "
    "same.\n\n" + table("B04")
)

# %% [markdown]
# ## Which activation, and which order
#
# Two claims remain, and both need training on real songs, many times over.
#
# | question | what varies | what is held | we expect |
# |:--|:--|:--|:--|
# | which activation? | ReLU, tanh or the sigmoid, everywhere | songs, starting weights, order of the batches | tanh close, the sigmoid slow to start |
# | one new order? | the segments of *all* songs, in one new order | all else | no difference |
# | an order for each song? | each song's segments, in an order of its own | all else | a small loss, if the linear layer uses place |
# | at the test alone? | the same, but for test songs only | the trained net | the same or a larger loss |
#
# The second row can be answered without training. Let $\pi$ be the new order. Shuffling gives segment $t$ the values $x_{\pi(t)}$. If $W_t$ moves along,
# to $W_{\pi(t)}$, every sum $\sum_t W_t g_t$, of what the convolutions give for segment $t$, has the same terms as before: same logits, same loss, and a gradient that is moved in the same way. Adam works
# on each weight alone and the penalty is a sum over weights, so after every step the weights are again those of the unshuffled training,
# moved. And the $W_t$ start as independent draws from one law, so moving them changes nothing about their law. One fixed order is an **exact
# symmetry** of the baseline. Here is that training, twice.
#
# The other two ways to shuffle are not symmetries: no single set of moved weights fits a different order for each song. Whether they *cost* anything
# must be measured. The $W_t$ may differ because a place tells something, because places tell something together, or because noise taught them to; the mean pictures
# speak of the first alone, and say that it is weak.

# %%
order = np.random.default_rng(0).permutation(120)


def trained(weights, x):
    """Two epochs from these weights on these songs, the batches always in one order."""
    state, rng = State(weights, [], net.optimizer.init(weights)), np.random.default_rng(0)
    for _ in range(2):
        state, _ = net.epoch(state, x, train.y, run.BATCH_SIZE, rng)
    return state


as_played = trained(net.start(0).weights, train.x)
moved = trained(baseline.in_new_order(net.start(0).weights, order), train.x[:, order])
one, other = net.logits(as_played, test.x), net.logits(moved, test.x[:, order])
assert np.abs(one - other).max() < 1e-4 * np.abs(one).max()
assert not np.allclose(one, net.logits(as_played, test.x[:, order]), atol=0.02 * np.abs(one).max())
say(
    "After two epochs the logits of both nets agree to less than a ten-thousandth of the largest: they differ by "
    "rounding. Songs in the new order, given to the net that was trained on the old one, get other logits.\n\n"
    "The recorded runs below shuffle the songs and leave the weights: each pair is two draws from one law. Their "
    "difference is zero on average, but no single pair's is, and the interval shows how much runs scatter."
)

# %% [markdown]
# **Figure 4.7** *Read the intervals, not the dots.* Differences in test accuracy, means over the last tenth of the epochs, over paired runs, with 95 % intervals, on GTZAN (test artists are not
# those of training) and on codewords (210 test songs). Above the line: ReLU less another activation. Below: shuffled less as played, with the
# band of half a point within which we call two accuracies the same.

# %%
PAIRS = [("baseline", "tanh"), ("baseline", "sigmoid")]
PAIRS += [(order, "baseline") for order in ("one new order", "an order for each song", "an order for each test song")]
LABELS = ("ReLU − tanh", "ReLU − sigmoid", "one new order", "an order for each", "the same, test only")
EXPECTED = ("close", "slow to start", "no difference", "a small loss", "as much, or more")
rows = ["| points of test accuracy | we expected | GTZAN | codewords |", "|:--|:--|--:|--:|"]
fig, axes = plt.subplots(1, 2, figsize=(7.2, 3.3), sharex=True, sharey=True)
for ax, source, title in zip(axes, SOURCES, ("GTZAN", "codewords"), strict=True):
    ax.axvspan(-100 * baseline.MARGIN, 100 * baseline.MARGIN, color="#DDDDDD", linewidth=0)
    ax.axvline(0, color="black", linewidth=0.8)
    ax.axhline(1.5, color="grey", linewidth=0.8)
    for k, f in enumerate(family()[source, *pair].found for pair in PAIRS):
        style = {"color": COLOURS[int(k > 1)], "marker": MARKERS[int(k > 1)], "capsize": 3}
        ax.errorbar(100 * f.difference, k, xerr=100 * (f.high - f.difference), **style)
    ax.set(title=f"{title}, {f.n} seeds", xlabel="difference (points)", ylim=(4.6, -0.6), yticks=range(5))
axes[0].set_yticklabels(LABELS)
gap = [100 * family()["gtzan", *PAIRS[k]].found.difference for k in (1, 3)]
alt = (
    "On GTZAN the ReLU is {:+.1f} points from the sigmoid; an order for each song changes the accuracy by {:+.1f} "
    "points."
)
show(fig, "04_differences", alt.format(*gap))
for pair, label, expected in zip(PAIRS, LABELS, EXPECTED, strict=True):
    rows.append(f"| {label} | {expected} | {' | '.join(starred(family()[s, *pair], TENTHS) for s in SOURCES)} |")
only_then = " and ".join(between(difference(s, *(order for order, _ in PAIRS[:2:-1])), TENTHS) for s in SOURCES)
say("\n".join(rows) + "\n\nWith 95 % intervals; * told from zero, p adjusted.")
say(
    f"The sigmoid is worse than slow to start: {baseline.not_started('gtzan', 'sigmoid')} of its runs on GTZAN and "
    f"{baseline.not_started('codewords', 'sigmoid')} on the codewords never start, and end at guessing. Its distance "
    "says how badly it trains under these settings, and not how good it could be. Shuffling at the test alone was "
    f"to cost as much as shuffling in training too, or more: it changes the accuracy from the other's by {only_then} "
    "points on the two sources (not adjusted).\n\n" + table("B06", "B08")
)

# %% [markdown]
# ## Takeaways
#
# - Look before you train. One picture shows that a song's features are of three kinds; the mean pictures show that a genre's mean changes little along the excerpt.
# - Say what a correlation is taken over. Within a song and over all songs are two questions with two answers.
# - Distance between features means something where they have an order: pitches round the octave do, timbres hardly do.
# - Make data with a known posterior. A net's accuracy means more beside the best that is possible.
# - Autocorrelation does not tell which height of kernel is enough: two laws can share it and differ in what tells the genre.
# - Look at a second set of songs. An interval over seeds says nothing of other songs: compare what B06 says of GTZAN's test songs with what it says of its validation songs.
# - Before an experiment on symmetry, look for the proof. One new order for all songs cannot change how good the baseline is on average; an order for each song can, and where its interval is below zero it costs accuracy.
#
# *Limits.* None of these songs are the document's. GTZAN has 442 training songs and known faults, codewords hold little of a segment, and synthetic songs
# are simple. Seeds draw weights and batches; the split of the songs is fixed, and so the intervals do not cover other songs. The numbers behind the verdicts tell the differences on the
# validation songs, too, which can be of the other sign, and how sure they are if the test songs are drawn anew (notebook 6 says how). Weights start as Keras does; the author's public code starts a kernel with a spread that does not fall with its height, twice ours
# at height 3 and nearly four times at height 10. Nets with kernels over part of the features are not trained here.
#
# ## Exercises
#
# Write down your prediction before you run anything.
#
# **1.** *Timbre in another order.* Shuffle the twelve timbre features, the same way in all songs. Predict what happens to their curve in figure 4.3.
# What would happen to that of chroma?
#
# **2.** *A louder song.* In the law of synthetic songs let all noise belong to the song: $x_t = s m_c + A e_{k_t} + b$. Predict how the Bayes accuracy from
# segments alone changes with the number of segments $T$. Then think again for noise that belongs to the segments only.
#
# **3.** *Two rounds.* How often does a random order of five notes follow some given round, begun anywhere? With $\rho = 0.2$, how many of the 24 blocks of a
# song follow the round of its class, on average? Predict, then draw.

# %% [markdown]
# <details><summary>Solution 1</summary>
#
# The curve for timbre stays flat: an average over pairs in an order without meaning. That of chroma loses its fall: averaged over many
# orders it is flat, at the mean of its six values weighted by pairs, since the neighbours are then spread over all distances. A single order leaves it jagged, for each distance
# has only twelve pairs, or six.
#
# </details>
#
# <details><summary>Solution 2</summary>
#
# With all noise in $b$, every segment tells the same: $T$ does not matter. With segment noise alone the mean over segments has variance $1/T$, and
# the accuracy goes to certainty. With half and half, as here, the variance is $\tfrac12 + \tfrac{1}{2T}$, so beyond a few segments more of them are of no use.
#
# </details>
#
# <details><summary>Solution 3</summary>
#
# Five of the 120 orders are turns of one round: one in 24. So a share of $0.2 + 0.8/24$ of the blocks follows the round, 5.6 of 24.
#
# </details>

# %% tags=["solution"]
accuracy = [Songs(1, 0, segments=T).bayes_accuracy(2000)[0] for T in (5, 20, 120)]
assert accuracy[2] - accuracy[1] < accuracy[1] - accuracy[0]
rng = np.random.default_rng(0)
drawn = ORDERS[rng.integers(len(ORDERS), size=(4000, 24))]
follows = (drawn[:, :, None] == features.turns(of_class=3)).all(axis=3).any(axis=2)  # by chance
follows |= rng.random((4000, 24)) < 0.2  # by the dial
mean_blocks = follows.sum(axis=1).mean()
assert np.isclose(mean_blocks, 24 * (0.2 + 0.8 / 24), atol=0.1)
say(
    f"With 5, 20 and 120 segments the Bayes accuracy is {', '.join(f'{100 * a:.1f}' for a in accuracy)} %. On average "
    f"{mean_blocks:.2f} blocks of a song follow the round of its class."
)

# %% [markdown]
# ## Sources
#
# - Document 001, sections 1 to 3, and single sentences of sections 4.2 and 8.
# - The Million Song Dataset (Bertin-Mahieux, Ellis, Whitman and Lamere 2011), its annotations (Schreiber 2015; Schindler, Mayer and Rauber 2012) and the codewords
#   of a public student project; GTZAN (Tzanetakis and Cook 2002), its faults (Sturm 2013) and its filtered split (Kereliuk, Sturm and Larsen 2015).
# - Goodfellow, Vinyals and Saxe, *Qualitatively characterizing neural network optimization problems* (ICLR 2015, arXiv 1412.6544).
# - Kingma and Ba (2015) on Adam; Duchi, Hazan and Singer (2011) on AdaGrad; Schuirmann (1987) on equivalence.
# - The studies are `secondlook.studies.songs.pictures`, `baseline` and `convolution`; the laws of songs are in `secondlook.data.songs`.
