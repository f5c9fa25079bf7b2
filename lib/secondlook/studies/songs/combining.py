"""What is made of three trained nets, and what one of them does alone with the same time. Notebook 07."""

from collections.abc import Mapping

from secondlook.studies.songs.combiners import METHODS
from secondlook.studies.songs.second_arms import Arms, study_of

NAME = "songs_combining"
EVERYWHERE: Arms = {
    **{name: {"method": name} for name in METHODS if name not in ("stacked out of fold", "trained together")},
}
STACKED: Arms = {"stacked out of fold": {"method": "stacked out of fold"}}
DISSIMILARITY = (0.0, 0.25, 0.5, 0.75, 1.0)
TOGETHER: Arms = {
    f"dissimilarity {value:g}": {"method": "trained together", "dissimilarity": value} for value in DISSIMILARITY
}
PLACES: Mapping[str, Arms] = {
    "gtzan": EVERYWHERE | STACKED | TOGETHER,
    "gtzan folds": EVERYWHERE,
    "codewords": EVERYWHERE | STACKED,
    "some order": EVERYWHERE,
}
MAIN = "linear combiner"
TOYS = ("mean of probabilities", "linear combiner")

STUDY = study_of(NAME, METHODS, PLACES, {name: EVERYWHERE[name] for name in TOYS}, MAIN)
run = STUDY.run
