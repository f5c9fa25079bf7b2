"""What is made of three trained nets, and what one of them does alone with the same time. Notebook 07."""

from collections.abc import Mapping

from secondlook.runs import Run, Study
from secondlook.studies.songs.combiners import METHODS
from secondlook.studies.songs.second_arms import Arms, arms, comparison
from secondlook.studies.songs.stage import StageRun, Task

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


def run(config: StageRun) -> Run:
    """One method on the songs of one source."""
    return METHODS[config.method](Task(config))


STUDY = Study(
    name=NAME,
    full=tuple(run for source, which in PLACES.items() for run in arms(NAME, source, which)),
    toy=arms(NAME, "toy segments", {name: EVERYWHERE[name] for name in TOYS}),
    comparisons=tuple(
        comparison(NAME, source, which, name, MAIN)
        for source, which in PLACES.items()
        for name in which
        if name != MAIN
    ),
    run=run,
)
