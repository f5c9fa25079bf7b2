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
        return "joint training ends higher, so the optimiser has not got there"
    if test.low > 0 and train.high < 0:
        return "joint training ends lower, fits its songs better and predicts worse: over-fitting"
    if test.low > 0:
        return "joint training ends lower by its penalty and predicts worse"
    return "joint training ends lower, and is not told to predict worse"


def on(source: str, name: str) -> str:
    """Joint minus stepwise training on a source, in words."""
    objective, p = family()[source, f"joint {name}"]
    return (
        f"{SAID[source]}: training objective {nats(objective)}, adjusted p = {p:.2g}, training NLL "
        f"{nats(difference(source, JOINT[name], name, TRAIN))}, test NLL "
        f"{nats(difference(source, JOINT[name], name, NLL))}; {reason(source, name)}"
    )


@check("B34")
def two_reasons() -> Verdict:
    """Joint minus stepwise training, from the same weights of the members: objective on training songs, test loss."""
    compared = [found for name in JOINT for found in across(f"joint {name}").values()]
    return Verdict(
        over_seeds.decide(compared, +1),
        "From the trained members on, the function is one and the same, the loss on the training songs plus the "
        "penalties of all weights; step by step only some of the weights may move, so its least value can only be "
        "higher. If the optimiser fails the joint net, its objective ends above that of the stepwise one. If it ends "
        "below and predicts worse, it is over-fitting where the training NLL is lower too; else the joint net has "
        "traded fit for a smaller penalty. Joint minus stepwise training. "
        + ". ".join(f"{JOINT[name]} against {name}: {'. '.join(on(s, name) for s in REAL)}" for name in JOINT)
        + ". Upheld would mean that joint training ends with the higher objective, the first reason of two. The "
        "second, that the least values of the two functions lie elsewhere, is what is left where joint training ends "
        "lower and predicts worse.",
    )
