"""The correcting model and its controls. Notebook 08."""

from collections.abc import Mapping

from secondlook.studies.songs.corrections import METHODS
from secondlook.studies.songs.second_arms import Arms, study_of

NAME = "songs_correcting"
MAIN = "correcting model"
EVERYWHERE: Arms = {name: {"method": name} for name in METHODS if name != "eight corrections"}
CONFIDENCE = (0.25, 0.5, 2.0, 4.0)
TEMPERED: Arms = {f"original times {value:g}": {"method": MAIN, "confidence": value} for value in CONFIDENCE}
SHRINKAGE = (0.1, 0.3, 1.0)
STACKS: Arms = {
    f"eight corrections times {value:g}": {"method": "eight corrections", "shrinkage": value, "version": 2}
    for value in SHRINKAGE
}
"""In version 1 the shrinkage stood inside the training of a correction, whose output layer could undo it."""
PLACES: Mapping[str, Arms] = {
    "gtzan": EVERYWHERE | TEMPERED | STACKS,
    "gtzan folds": EVERYWHERE,
    "codewords": EVERYWHERE | STACKS,
    "some order": EVERYWHERE | TEMPERED,
}
TOYS = (MAIN, "random original")

STUDY = study_of(NAME, METHODS, PLACES, {name: EVERYWHERE[name] for name in TOYS}, MAIN)
run = STUDY.run
