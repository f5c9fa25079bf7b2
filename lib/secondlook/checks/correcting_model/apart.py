"""Whether training part by part does better, and why: the optimiser, the function, or over-fitting. B34."""

from secondlook.checks import over_seeds
from secondlook.checks.correcting_model.family import JOINT, NOT_FIXED, SAID, TRAINED_ON, across, family, in_each
from secondlook.checks.over_seeds import LEVEL
from secondlook.checks.songs import NLL, OBJECTIVE, TRAIN, difference
from secondlook.checks.words import KEY, NATS, between, lines, told
from secondlook.claims import Verdict, check
from secondlook.studies.songs.arms import REAL


def reason(source: str, name: str) -> str:
    """What the training objective and the test NLL say together of joint training on a source."""
    objective, p = family()[source, f"joint {name}"]
    train, test = (difference(source, JOINT[name], name, score) for score in (TRAIN, NLL))
    if p >= LEVEL:
        return "the objectives are not told apart"
    if objective.difference > 0:
        return "joint training ends higher"
    if test.low > 0 and train.high < 0:
        return "joint training ends lower, fits its songs better and predicts worse: over-fitting"
    if test.low > 0:
        return "joint training ends lower by its penalty and predicts worse"
    return "joint training ends lower, and is not told to predict worse"


def on(source: str, name: str) -> str:
    """Joint minus stepwise training on a source, in the loss on training and on test songs."""
    train, test = (between(difference(source, JOINT[name], name, score), NATS) for score in (TRAIN, NLL))
    return (
        f"{JOINT[name].capitalize()} minus {name}, {SAID[source]}: training NLL {train}, test NLL {test}; "
        f"{reason(source, name)}."
    )


@check("B34")
def two_reasons() -> Verdict:
    """Joint minus stepwise training, from the same weights of the members: objective on training songs, test loss."""
    reached = {joint: across(f"{joint}, reached") for joint in JOINT.values()}
    objectives = {f"{joint} minus the original trained on": of for joint, of in reached.items()}
    objectives |= {f"{joint} minus {name}": across(f"joint {name}") for name, joint in JOINT.items()}
    separate = {name: in_each(name, TRAINED_ON, OBJECTIVE, NATS) for name in JOINT}
    better, ends = across(NOT_FIXED), [found for of in reached.values() for found in of.values()]
    return Verdict(
        over_seeds.together(
            over_seeds.decide(better.values(), -1),
            over_seeds.decide(ends, +1),
        ),
        f"Does it do better? Accuracy, original not fixed minus fixed, is {told(better)}. If joint training "
        "stuck in a poor optimum, it would end at a higher training objective than the original trained on by itself, "
        f"a point within its reach: it is told to in {sum(p < LEVEL and pair.difference > 0 for pair, p in ends)} of "
        f"{len(ends)} cases.",
        evidence=(
            "From the trained members on, the function is one and the same, the loss on the training songs plus the "
            "penalties of all weights.",
            "Step by step only some of the weights may move, so its least value can only be higher, and to end below "
            "it, with all penalties free to shrink, is no feat.",
            "A better point is known: the original alone, trained on for as many epochs, with nothing added, is one of "
            "the joint net's own; if the optimiser fails, the joint objective ends above that one's.",
            *(x for label, of in objectives.items() for x in lines(f"Training objective, {label}", of, NATS)),
            *(f"Training objective, {name} minus the original trained on: {of}." for name, of in separate.items()),
            *(on(source, name) for name in JOINT for source in REAL),
            "Upheld would mean that separate training is told to predict better, and joint training to miss the point "
            "that is known, the first reason of two; the second, that the function has changed, is what is left where "
            "it ends lower and predicts worse.",
            KEY,
        ),
    )
