"""The comparisons that notebook 09 makes on real clips: one family, its p-values adjusted together."""

from collections.abc import Mapping
from functools import cache

from secondlook.checks import over_seeds, songs
from secondlook.checks.over_seeds import Compared, by_score
from secondlook.compare import Paired
from secondlook.studies.songs.members import BASELINE, CONVOLUTION, PENALISED
from secondlook.studies.songs.twenty_five import UNEVEN

COMBINED, CORRECTED = "linear combiner from the mean", "correcting model"
"""A linear combiner is judged by the one that starts at the mean of its members, as in notebook 07."""
TEN, TWENTY_FIVE = ("gtzan", "some order"), (UNEVEN, "25 genres")
"""Sources, real and synthetic, of so many genres."""
ACCURACY = "late/test_balanced"
"""The mean over genres of the share that is right, since the clips have few of some genres."""
PAIRS = (
    (BASELINE, CONVOLUTION),
    (CONVOLUTION, PENALISED),
    (COMBINED, CONVOLUTION),
    (CORRECTED, CONVOLUTION),
    (CORRECTED, COMBINED),
    ("mean of probabilities", CONVOLUTION),
    ("trained on", CONVOLUTION),
)
"""Model against model."""


def place(source: str, model: str) -> str:
    """The arm of a model, as ``study/arm``; convolution in time has the name of its pooling where genres are ten."""
    return songs.place(source, songs.POOLED if source in TEN and model == CONVOLUTION else model)


def difference(source: str, a: str, b: str, score: str = ACCURACY) -> Paired:
    """Model a minus model b on one source. Ten genres are nearly even; there the accuracy is the plain one."""
    of = songs.ACCURACY if source in TEN and score == ACCURACY else score
    return by_score(place(source, a), of, place(source, b), of)


@cache
def family() -> Mapping[tuple[str, str, str], Compared]:
    """Every comparison on the clips, by the two models and the score, with adjusted p-values."""
    found = {(a, b, score): difference(UNEVEN, a, b, score) for a, b in PAIRS for score in (ACCURACY, songs.NLL)}
    return over_seeds.family(found)
