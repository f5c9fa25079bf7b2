"""Variants of the baseline: what they gain over it by score, which of them are better, and how that is said."""

from collections.abc import Mapping
from typing import NamedTuple

from secondlook.checks.over_seeds import Compared, some_better
from secondlook.checks.regularisation.family import MARGIN, family
from secondlook.checks.songs import ANEW, BASELINE, anew
from secondlook.checks.words import NATS, POINTS, Unit, alone, between, lines, told

Gains = Mapping[str, Mapping[str, Compared]]
"""By variant, then by score; positive where the variant is better."""


class Score(NamedTuple):
    """What a score is called, and what its gains are given in."""

    called: str
    unit: Unit


SCORES: Mapping[str, Score] = {"accuracy": Score("accuracy", POINTS), "nll": Score("NLL", NATS)}
RULE = (
    "A gain is shown where one score is told to be better and none is told to be worse; its absence is shown where a "
    f"score is told to be worse, or where the intervals end below {100 * MARGIN['accuracy']:g} points and "
    f"{MARGIN['nll']:g} nats."
)
"""A line of evidence for what `shown` says."""


def gains(*names: str, scores: tuple[str, ...] = tuple(SCORES)) -> Gains:
    """Of some variants, taken from the family."""
    return {name: {score: family()[f"{score}: {name}"] for score in scores} for name in names}


def number(name: str) -> str:
    """The number in the name of a variant: its coefficient or its threshold."""
    return next(word for word in name.split() if word[0].isdigit())


def gained(name: str) -> str:
    """What one variant gains in each score; for a finding."""
    of = {SCORES[score]: found for score, found in gains(name)[name].items()}
    return " and ".join(f"{alone(found, score.unit)} in test {score.called}" for score, found in of.items())


def shown(of: Gains, what: str) -> str:
    """At which coefficient, say, a gain over the baseline is shown, or its absence, or neither; for a finding."""
    kinds = {number(name): some_better({name: scores}, MARGIN) for name, scores in of.items()}
    gain, none, neither = (
        [at for at, found in kinds.items() if found == kind] for kind in ("upheld", "not upheld", "inconclusive")
    )
    return (
        f"a gain is shown at {' and '.join(gain) or f'no {what}'}, its absence at {' and '.join(none) or 'none'}"
        + f"; at {' and '.join(neither)} neither is shown" * bool(neither)
    )


def told_at(of: Gains, score: str, what: str) -> str:
    """At which coefficient, say, a gain is told from zero; for a finding."""
    return told({number(name): scores[score] for name, scores in of.items()}, SCORES[score].unit, "at", what)


def gain_lines(of: Gains) -> tuple[str, ...]:
    """The gains, a line of evidence each."""
    return tuple(
        line
        for name, scores in of.items()
        for score, found in scores.items()
        for line in lines(f"Gain in {SCORES[score].called}", {name: found}, SCORES[score].unit)
    )


def anew_lines(of: Gains) -> tuple[str, ...]:
    """The gains in accuracy, as if GTZAN's test songs were drawn anew: a line of evidence each."""
    return tuple(f"Gain in accuracy, {name}, {ANEW}: {between(anew('gtzan', name, BASELINE))}." for name in of)
