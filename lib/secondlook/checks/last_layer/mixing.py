"""What dimension does to the walkers, on normals: A04, A08 and A17.

The stretch move does not notice a linear change of coordinates, so one normal stands for all of its dimension, and a
normal has one mode and a convex cost.
"""

from math import prod

import numpy as np

from secondlook.checks import over_seeds
from secondlook.checks.intervals import Interval, short
from secondlook.checks.last_layer.scripts import PARAMETERS, STEPS, WALKERS
from secondlook.checks.over_seeds import together
from secondlook.checks.priors_on_weights.sampling import turns
from secondlook.checks.sampling_that_works.memory import document_look, extended, leaves, power, remembered
from secondlook.checks.sampling_that_works.start import SAID, decide, draws, heights
from secondlook.claims import Kind, Verdict, check
from secondlook.networks import genre_cnn, outline
from secondlook.studies.dimensions import NORMALS
from secondlook.studies.walkers import DIMENSIONS, NARROW, QUANTILES, WIDE, place

SAVED = 10
"""How many times less work counts as a saving."""


def multiply_adds() -> list[int]:
    """Of one song, layer by layer of the network: weights of a kernel, times the places at which it is applied."""
    found = []
    for layer in outline(lambda: genre_cnn(10)).layers:
        if layer.weights:
            found.append(prod(layer.kernel.shape) * prod(layer.output.shape[1:-1]))
    return found


def memory(d: int) -> np.ndarray:
    """Steps in which the stretch move's ensemble forgets its start by the factor e, ``(seeds,)``.

    At least so many where `has_forgotten` says that it was not followed to the end.
    """
    return over_seeds.arm(f"walkers/{place('stretch', d)}").scores["memory"]


@check("A04")
def cheaper() -> Verdict:
    """The work of one likelihood evaluation, and how many evaluations an independent draw takes as dimension grows."""
    work, growth, steps = multiply_adds(), power("stretch"), extended("stretch", PARAMETERS)
    saved = sum(work) / work[-1]
    kind: Kind = "inconclusive"
    if saved >= SAVED and growth.low > 0:
        kind = "upheld"
    elif saved < SAVED or growth.high < 0:
        kind = "not upheld"
    return Verdict(
        kind,
        f"One song takes {sum(work):,} multiplications in the whole network and {work[-1]:,} in the last layer, "
        f"{saved:.0f} times fewer, if features are stored (A05). On normals, an independent draw of the stretch move "
        f"takes evaluations by the power {growth.mean:.2f} of the dimension: {2 * memory(10).mean():,.0f} in 10 "
        f"dimensions and, by that power, {short(2 * steps.mean)} in {PARAMETERS:,}.",
        evidence=(
            f"The power of the stretch move is {growth:.2f}, where it was followed until it had forgotten its start "
            f"({len(memory(10))} seeds).",
            f"By that power an independent draw takes {Interval(*(2 * value for value in steps))} evaluations in "
            f"{PARAMETERS:,} dimensions.",
            f"A gradient of NUTS on normals is worth {turns()} draws in {', '.join(map(str, NORMALS))} dimensions.",
            "Ranges are 95 % intervals.",
        ),
    )


@check("A08")
def one_mode_is_enough() -> Verdict:
    """The memory of an ensemble on one mode; and what it has seen of one that is not round, from a ball."""
    left = ", ".join(f"{remembered(d).mean:.2f} in {d:,}" for d in DIMENSIONS)
    of = over_seeds.arm(f"walkers/{place('stretch', PARAMETERS, round=False, exact=False)}")
    shape = ", ".join(f"{of.curves[f'ratio {q}']['mean'][document_look(of)]:.2f}" for q in QUANTILES)
    return Verdict(
        together("upheld", leaves(remembered(PARAMETERS))),
        "Two parts. A convex cost has no separate modes to leave out, which is right. That the chain explores the "
        f"whole distribution does not follow; this part decides. On a normal of {PARAMETERS:,} dimensions, one mode "
        f"and as convex as can be, the correlation with the start is {remembered(PARAMETERS).mean:.3f} after "
        f"{STEPS} steps of the stretch move.",
        evidence=(
            f"What is left of the correlation with the start after {STEPS} steps is, by dimension, {left}.",
            "From a standard normal ball around the mode of a normal whose standard deviations lie between "
            f"{NARROW:g} and {WIDE:g}, the ensemble's are after {STEPS} steps {shape} of the right ones (5 %, 50 % and "
            f"95 % of {PARAMETERS:,} directions).",
            "Notebook 14 has samplers that mix here.",
        ),
    )


@check("A17")
def end_positions() -> Verdict:
    """How much of their start the end positions still are, and the news that all steps bring."""
    kept, steps, at_end = remembered(PARAMETERS), extended("stretch", PARAMETERS), heights("songs")
    return Verdict(
        together(leaves(kept), decide(at_end)),
        f"The {WALKERS:,} end positions can stand for draws of the posterior only if they have left where they "
        f"started. On a normal of {PARAMETERS:,} dimensions the correlation with the start is {kept.mean:.3f} "
        f"after {STEPS} steps. On {SAID['songs']}, run as the script has it, they end {at_end.at_end} nats below the "
        f"most probable weights, where {draws(at_end)}.",
        evidence=(
            f"As the scripts say, the {WALKERS:,} end positions are all that is kept, and of them the last alone is "
            "used (A16).",
            f"In {PARAMETERS:,} dimensions the stretch move forgets by the factor e in {steps} steps, by the power "
            "with which its memory grows in fewer.",
            f"After {STEPS} steps its ensemble has the correlation {kept:.4f} with its start, with the 95 % interval "
            f"over {len(memory(PARAMETERS))} ensembles.",
            f"Started from the posterior, the end positions would be {WALKERS:,} draws of it, as the start is; but it "
            "was the fit plus noise.",
            f"That the end positions on {SAID['songs']} are as high as draws of the posterior is {decide(at_end)}.",
        ),
    )
