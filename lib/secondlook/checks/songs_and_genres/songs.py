"""The songs and their labels: B01, B02 and B03."""

import numpy as np

from secondlook import document_001
from secondlook.checks.exact import decide
from secondlook.checks.over_seeds import arm
from secondlook.checks.songs_and_genres import printed
from secondlook.claims import Verdict, check
from secondlook.studies.songs import sources
from secondlook.studies.songs.pictures import OF_TRACKS

DECIMALS = 4
"""Of the plotted accuracies; all further ones are zero."""


@check("B01")
def shape_and_scale() -> Verdict:
    """The shape of a real track as the loader gives it; mean and sd of every number after standardising."""
    shape = arm("songs_pictures/tracks").items["song"][0].shape
    parts = {name: part.stop - part.start for name, part in OF_TRACKS.items()}
    dataset = sources.load("toy segments", 0)
    train, test = dataset["train"].x, dataset["test"].x
    mean, sd = np.abs(train.mean(axis=0)).max(), np.abs(train.std(axis=0) - 1).max()
    return decide(
        shape == printed.SONG and parts == printed.PARTS and mean < 1e-5 and sd < 1e-5,
        f"A track of the Million Song Dataset, cut to its central segments, has shape {shape}: "
        f"{', '.join(f'{n} {name}' for name, n in parts.items())}, in this order. The loader scales each of the "
        f"{shape[0] * shape[1]:,} numbers by the training songs alone. The document does not say over which songs; the "
        f"course's notes do: over the {printed.COURSE_SCALING}.",
        "120 segments of 25 features: 12 chroma, 12 timbre, 1 loudness; mean 0, standard deviation 1",
        "the same, timbre before chroma; mean 0 and standard deviation 1 over the training songs",
        (
            f"Scaled so, the numbers of synthetic songs have mean 0 to {mean:.0e} and standard deviation 1 to {sd:.0e} "
            "over the training songs.",
            f"Over {len(test)} test songs the means stray by up to {np.abs(test.mean(axis=0)).max():.2f}, the standard "
            f"deviations by up to {np.abs(test.std(axis=0) - 1).max():.2f}.",
            "The course's notes take a mean and a standard deviation for each of the numbers.",
        ),
    )


@check("B02")
def labels() -> Verdict:
    """Whether the named annotations can hold the two tasks, and whether their neighbour, which we can read, could."""
    cd1 = arm("songs_pictures/annotations").scores
    tracks = int(cd1["tracks"][0])
    genres = {name.removeprefix("first/"): int(n[0]) for name, n in cd1.items() if name.startswith("first/")}
    absent = [genre for genre in printed.TEN_GENRES if genre not in genres]
    few = [genre for genre in printed.TEN_GENRES if genres.get(genre, np.inf) < printed.TEN.songs_of_each]
    room = printed.TEN.genres * printed.TEN.songs_of_each <= printed.CD2C_TRACKS
    styles = printed.TWENTY_FIVE.genres == printed.MASD_STYLES
    served = not (absent or few)
    held = room and styles and tracks == printed.CD1_TRACKS and not served
    return Verdict(
        "upheld" if held else "inconclusive",
        f"So say the course's notes, too. By their publishers CD2C labels {printed.CD2C_TRACKS:,} tracks, room for "
        f"{printed.TEN.genres} × {printed.TEN.songs_of_each:,}, and the Style Dataset has {printed.MASD_STYLES} "
        f"styles. The neighbour CD1, which we read, could {'' if served else 'not '}have served: "
        f"{', '.join(absent) or 'none'} of the ten genres are no label of it. The list of the songs is lost.",
        "CD2C and the MSD Allmusic Style Dataset",
        "the same, by the course's notes and by the published counts",
        (
            f"The course's notes name {' and '.join(printed.COURSE_LABELS)}.",
            f"CD1 has {tracks:,} tracks of {len(genres)} genres; its authors published {printed.CD1_TRACKS:,}.",
            f"In CD1 {', '.join(few) or 'none'} of the ten genres are first label of fewer than "
            f"{printed.TEN.songs_of_each:,} tracks.",
        ),
    )


def smallest_count(shares: np.ndarray) -> int:
    """The smallest number of items of which all these shares, exact to `DECIMALS`, are whole counts."""
    scale = 10**DECIMALS
    return scale // int(np.gcd.reduce([scale, *np.rint(scale * shares).astype(int)]))


@check("B03")
def numbers_of_songs() -> Verdict:
    """The validation songs that plotted accuracies imply, of as many songs in all as the document says."""
    implied, rows, agree = [], [], True
    for task in (printed.TEN, printed.TWENTY_FIVE):
        plotted = [
            document_001.curve(figure, name)
            for figure in task.figures
            for name in document_001.arms(figure)
            if (figure, name, "accuracy") in document_001.curves()
        ]
        valid, total = smallest_count(np.concatenate(plotted)), task.genres * task.songs_of_each
        agree &= valid == printed.COURSE_VALID and total == printed.COURSE_TRAIN + printed.COURSE_VALID
        implied.append(f"with {task.genres} genres {valid:,}, which leaves {total - valid:,} for training")
        rows.append(
            f"Of {task.genres} × {task.songs_of_each:,} = {total:,} songs, {valid:,} for validation are "
            f"{valid // task.genres:,} a genre."
        )
    return Verdict(
        "upheld" if agree else "not upheld",
        f"The fewest validation songs of which all plotted accuracies are whole counts are {'; '.join(implied)}. The "
        f"course's notes give {printed.COURSE_TRAIN:,} for training and {printed.COURSE_VALID:,} for validation in "
        "either task.",
        evidence=(
            *rows,
            "The number of training songs itself leaves no trace in the plots.",
            "By the course's notes there are as many songs of each genre.",
        ),
    )
