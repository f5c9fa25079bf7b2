"""What songs look like before any net sees them: one song, mean genres, correlations over time and over features.

Notebook 04. One run a source; nothing is random but the toy's songs.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from secondlook.data import catalog, edinburgh, gtzan, msd, songs, tagtraum
from secondlook.data.songs import Songs
from secondlook.runs import Arrays, Config, Run, Study

NAME = "songs_pictures"
SHOWN = "TRAXLZU12903D05F94"
"""The track shown whole, the Million Song Dataset's own example: Rick Astley, Never Gonna Give You Up."""
LAGS = 60
OF_TRACKS = {"timbre": slice(0, 12), "chroma": slice(12, 24), "loudness": slice(24, 25)}
OF_BANDS = {"bands": slice(0, 24), "level": slice(24, 25)}
CIRCLE, LINE = 6, 11
"""The greatest distance of two of 12 features: round the octave, and along a line."""
TOY = Songs(segment_signal=1, order_signal=0.5)
TOY_SIZES = {"all": 200}


@dataclass(frozen=True, kw_only=True)
class PicturesRun(Config):
    """One source of songs, or the genre annotations, looked at once."""


def run(config: PicturesRun) -> Run:
    """Measure what the arm names: the songs of ``tracks``, ``gtzan`` or ``toy``, or the labels of ``annotations``."""
    if config.arm == "annotations":
        return Run(label_counts(tagtraum.load()))
    if config.arm == "tracks":
        tracks = [track for track in msd.load() if len(track.timbre) >= edinburgh.SEGMENTS]
        x = np.stack([edinburgh.represent(track) for track in tracks])
        shown = x[[track.track_id for track in tracks].index(SHOWN)]
        return Run(*measured(x, OF_TRACKS), {"song": shown.astype(np.float32), **by_distance(x)})
    if config.arm == "gtzan":
        x, y = gtzan.filtered(gtzan.load())
        return Run(*measured(x, OF_BANDS), mean_pictures(x, y))
    x, y = songs.load(TOY, TOY_SIZES, seed=0)["all"]
    return Run(*measured(x, OF_TRACKS), {**mean_pictures(x, y), **by_distance(x)})


def measured(x: np.ndarray, groups: Mapping[str, slice]) -> tuple[dict[str, float], Arrays]:
    """Scores and curves of songs ``(songs, segments, features)``: autocorrelation within songs and over all of them.

    The curve of a group of features is its autocorrelation by lag, from 0, averaged over its features: the mean over
    songs, and the 10 % and 90 % quantiles. ``all together`` leaves every song its own mean. A score gives the
    quantiles over songs of the lag at which the curve of a song first falls below 1/e, at most `LAGS`.
    """
    scores, curves = {"songs": float(len(x))}, {"all together": together(x)}
    of_songs = within(x)
    for name, part in groups.items():
        of_group = of_songs[:, :, part].mean(axis=2)
        below = of_group < np.exp(-1)
        length = np.where(below.any(axis=1), below.argmax(axis=1), LAGS)
        for q in (10, 50, 90):
            scores[f"{name} length/{q} %"] = float(np.quantile(length, q / 100))
            curves[f"{name}/{q} %"] = np.quantile(of_group, q / 100, axis=0)
        curves[f"{name}/mean"] = of_group.mean(axis=0)
    return scores, curves


def within(x: np.ndarray) -> np.ndarray:
    """Autocorrelation of every feature within every song, ``(songs, lags, features)``: less the song's own mean."""
    z = x - x.mean(axis=1, keepdims=True, dtype=np.float64)
    scale = np.maximum((z**2).mean(axis=1), np.finfo(float).tiny)
    return np.stack([autocovariance(z, lag) / scale for lag in range(LAGS + 1)], axis=1)


def together(x: np.ndarray) -> np.ndarray:
    """Autocorrelation over all songs, ``(lags,)``, averaged over features: less the mean of all songs."""
    z = (x - x.mean(axis=(0, 1), dtype=np.float64)) / x.std(axis=(0, 1), dtype=np.float64)
    return np.array([autocovariance(z, lag).mean() for lag in range(LAGS + 1)])


def autocovariance(z: np.ndarray, lag: int) -> np.ndarray:
    """The mean of z_t z_{t+lag} over all pairs of segments that far apart, ``(songs, features)``."""
    return (z[:, : z.shape[1] - lag] * z[:, lag:]).mean(axis=1)


def correlations(x: np.ndarray) -> np.ndarray:
    """Correlation of every two features over the segments of each song, ``(songs, features, features)``."""
    z = x - x.mean(axis=1, keepdims=True, dtype=np.float64)
    z /= np.sqrt(np.maximum((z**2).mean(axis=1, keepdims=True), np.finfo(float).tiny))
    return np.einsum("ntf,ntg->nfg", z, z) / x.shape[1]


def by_distance(x: np.ndarray) -> Arrays:
    """Mean correlation of features, ``(features, features)``, and of each song by their distance.

    ``chroma by distance`` is ``(songs, 6)``, distances 1 to 6 round the octave; ``timbre by distance`` is
    ``(songs, 11)``, distances 1 to 11 in the vector, of absolute values, since the sign of a timbre is arbitrary.
    """
    of_songs = correlations(x)
    timbre, chroma = (of_songs[:, part, part] for part in (OF_TRACKS["timbre"], OF_TRACKS["chroma"]))
    gap = np.abs(np.subtract.outer(np.arange(12), np.arange(12)))
    return {
        "correlation": of_songs.mean(axis=0).astype(np.float32),
        "chroma by distance": at_distance(chroma, np.minimum(gap, 12 - gap), CIRCLE),
        "timbre by distance": at_distance(np.abs(timbre), gap, LINE),
    }


def at_distance(correlation: np.ndarray, gap: np.ndarray, most: int) -> np.ndarray:
    """Correlations ``(songs, features, features)`` averaged over the pairs at each distance from 1 to `most`."""
    return np.stack([correlation[:, gap == d].mean(axis=1) for d in range(1, most + 1)], axis=1).astype(np.float32)


def mean_pictures(x: np.ndarray, y: np.ndarray) -> Arrays:
    """The mean song of each genre, ``(genres, segments, features)``: features less their mean, over their sd."""
    z = (x - x.mean(axis=(0, 1), dtype=np.float64)) / x.std(axis=(0, 1), dtype=np.float64)
    return {"mean pictures": np.stack([z[y == c].mean(axis=0) for c in np.unique(y)]).astype(np.float32)}


def label_counts(genres: Mapping[str, tuple[str, ...]]) -> dict[str, float]:
    """How many tracks there are, how many with two genres, and how many have each genre first."""
    first = Counter(labels[0] for labels in genres.values())
    two = sum(len(labels) == 2 for labels in genres.values())
    return {"tracks": len(genres), "two genres": two, **{f"first/{name}": n for name, n in sorted(first.items())}}


def _of(arm: str, data: str) -> tuple[PicturesRun, ...]:
    return (PicturesRun(study=NAME, arm=arm, seed=0, data=data),)


STUDY = Study(
    name=NAME,
    full=(
        *_of("tracks", catalog.fingerprint("tracks")),
        *_of("gtzan", catalog.fingerprint("gtzan")),
        *_of("annotations", catalog.fingerprint("tagtraum")),
    ),
    toy=_of("toy", songs.fingerprint(TOY, TOY_SIZES, seed=0)),
    comparisons=(),
    run=run,
)
