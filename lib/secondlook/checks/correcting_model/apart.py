"""Whether training part by part does better, and why: the optimiser, the function, or over-fitting. B34."""

from secondlook.checks import over_seeds
from secondlook.checks.correcting_model.family import JOINT, SAID, TRAIN, across, family, nats
from secondlook.checks.songs import NLL, difference
from secondlook.checks.statistical import LEVEL
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
    """Joint minus stepwise training on a source, in words."""
    objective, p = family()[source, f"joint {name}"]
    reached, p_reached = family()[source, f"{JOINT[name]}, reached"]
    return (
        f"{SAID[source]}: training objective {nats(reached)} against the original trained on, adjusted p = "
        f"{p_reached:.2g}, and {nats(objective)} against part by part, adjusted p = {p:.2g}, training NLL "
        f"{nats(difference(source, JOINT[name], name, TRAIN))}, test NLL "
        f"{nats(difference(source, JOINT[name], name, NLL))}; {reason(source, name)}"
    )


@check("B34")
def two_reasons() -> Verdict:
    """Joint minus stepwise training, from the same weights of the members: objective on training songs, test loss."""
    compared = [found for joint in JOINT.values() for found in across(f"{joint}, reached").values()]
    return Verdict(
        over_seeds.decide(compared, +1),
        "From the trained members on, the function is one and the same, the loss on the training songs plus the "
        "penalties of all weights; step by step only some of the weights may move, so its least value can only be "
        "higher, and to end below it, with all penalties free to shrink, is no feat. A better point is known: the "
        "original alone, trained on for as many epochs, with nothing added, is one of the joint net's own. If the "
        "optimiser fails, the joint objective ends above that one's. Joint training against both. "
        + ". ".join(f"{JOINT[name]} against {name}: {'. '.join(on(s, name) for s in REAL)}" for name in JOINT)
        + ". Upheld would mean that joint training is told to miss the point that is known, the first reason of two; "
        "the second, that the function has changed, is what is left where it ends lower and predicts worse.",
    )
