"""Whether 110 steps of document 000's ensemble give draws of the posterior: A12."""

from secondlook.checks.intervals import short
from secondlook.checks.over_seeds import together
from secondlook.checks.sampling_that_works import memory, start
from secondlook.claims import Verdict, check
from secondlook.studies.walkers import DOCUMENT, LARGEST

SOURCE = "songs"
"""Features as many as the document had; with so many the prior hardly matters, so that its posterior can be sampled."""


@check("A12")
def steps() -> Verdict:
    """Memory and acceptance on a normal of as many dimensions, and the height reached on features of songs."""
    of, correlation = memory.of_normals("stretch")[LARGEST], memory.remembered(LARGEST)
    known = [d for d, arm in memory.of_normals("stretch").items() if memory.has_forgotten(arm)]
    accepted, derived = of.scores["moved"].mean(), memory.acceptance("stretch", LARGEST)
    extended, heights = memory.extended("stretch", LARGEST), start.heights(SOURCE)
    return Verdict(
        together(memory.leaves(correlation), start.decide(heights)),
        f"On a normal of {LARGEST:,} dimensions, started from exact draws, all is as easy as can be. There a walker's "
        f"place has the correlation {correlation.mean:.4f} with its start after {DOCUMENT} steps; one independent draw "
        f"takes about {short(2 * extended.mean)}, extrapolated. On {start.SAID[SOURCE]} the ensemble, run as "
        f"documented, ends {heights.at_end} nats below the most probable weights, where {start.draws(heights)}.",
        evidence=(
            f"On the normal the stretch move accepts {accepted:.1%} of its proposals; derived, {derived:.1%}.",
            f"The correlation with the start after {DOCUMENT} steps is {correlation:.4f}, with the 95 % interval over "
            f"{len(of.seeds)} ensembles.",
            "The steps in which the correlation falls by the factor e grow with the dimension to the power "
            f"{memory.power('stretch')} from {known[0]} to {known[-1]} dimensions, where they are known.",
            f"Extended to {LARGEST:,} dimensions these steps are {extended}; derived, "
            f"{short(memory.derived('stretch', LARGEST))}; one independent draw takes twice as many.",
            f"The best walker on {start.SAID[SOURCE]} ends {heights.of_best} nats below the most probable weights; "
            "draws of the posterior are by split Hamiltonian Monte Carlo.",
            "The songs are ours; what is found on the normal does not depend on songs.",
        ),
    )
