"""Whether 110 steps of document 000's ensemble give draws of the posterior: A12."""

from secondlook.checks.intervals import Interval, at, short
from secondlook.checks.over_seeds import together
from secondlook.checks.sampling_that_works import memory, start
from secondlook.checks.sampling_that_works.shape import document_look
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.walkers import DOCUMENT, LARGEST

REMEMBERED = 0.05
"""A correlation with the start that no longer matters."""
SOURCE = "songs"
"""Features as many as the document had; with so many the prior hardly matters, so that its posterior can be sampled."""


def decide(correlation: Interval) -> Kind:
    """Whether walkers have forgotten their start, by the correlation with it after the document's steps."""
    if correlation.low > REMEMBERED:
        return "not upheld"
    return "upheld" if correlation.high < REMEMBERED else "inconclusive"


@check("A12")
def steps() -> Verdict:
    """Memory and acceptance on a normal of as many dimensions, and the height reached on features of songs."""
    of = memory.of_normals("stretch")[LARGEST]
    correlation = at(of, "correlation", document_look(of))
    known = [d for d, arm in memory.of_normals("stretch").items() if memory.has_forgotten(arm)]
    accepted, derived = of.scores["moved"].mean(), memory.acceptance("stretch", LARGEST)
    heights = start.heights(SOURCE)
    return Verdict(
        together(decide(correlation), start.decide(heights)),
        f"On a normal of {LARGEST:,} dimensions, started from exact draws, all is as easy as can be. There the stretch "
        f"move accepts {accepted:.1%} of its proposals ({derived:.1%} derived), and after {DOCUMENT} steps a walker's "
        f"place has the correlation {correlation.mean:.4f} ({correlation.low:.4f} to {correlation.high:.4f}, "
        f"{len(of.seeds)} ensembles) with its start. The steps in which it falls by the factor e grow with the "
        f"dimension to the power {memory.power('stretch')} from {known[0]} to {known[-1]} dimensions, where they are "
        f"known. Extended to {LARGEST:,} they are {memory.extended('stretch', LARGEST)}; derived, "
        f"{short(memory.derived('stretch', LARGEST))}; one independent draw takes twice as many. On "
        f"{start.SAID[SOURCE]} the ensemble, run as documented, ends {heights.at_end} nats below the most probable "
        f"weights, its best walker {heights.of_best}, where draws of the posterior by split Hamiltonian Monte Carlo "
        f"are {short(heights.typical.mean)} ± {short(heights.spread)} below. The songs are ours; the first finding "
        "does not depend on songs.",
    )
