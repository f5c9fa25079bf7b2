"""Whether learnt scales suit diverse data better than fixed ones: C25, from the records of five small real sets."""

from secondlook.checks.over_seeds import LEVEL, Compared, arm, decide
from secondlook.checks.priors_on_weights.family import FIXED, LEARNT, NLL, family
from secondlook.checks.words import KEY, NATS, alone, lines
from secondlook.claims import Kind, Verdict, check
from secondlook.data import small
from secondlook.studies.priors.hierarchical import FOLDS, PRIORS


def mean_nll(source: str, prior: str) -> float:
    """Mean test NLL over folds, in nats."""
    return float(arm(f"hierarchical/{source} {prior}").scores[NLL].mean())


def regret(prior: str) -> float:
    """The most that a prior loses, on any set, to the one that is best there, in nats."""
    return max(mean_nll(s, prior) - min(mean_nll(s, other) for other in PRIORS) for s in small.NAMES)


def favourite(source: str) -> str:
    """The prior with the least mean test NLL on a set."""
    return min(PRIORS, key=lambda prior: mean_nll(source, prior))


def over_fixed(learnt: str) -> dict[str, Compared]:
    """The comparisons of a hyperprior with each fixed scale."""
    return {fixed: family()[learnt, fixed] for fixed in FIXED}


def decided() -> Kind:
    """Upheld if a hyperprior is told better than every fixed scale; not upheld if one scale beats every hyperprior.

    To be better than some scale, but not all, is what a fixed scale can be too.
    """
    if any(all(decide([family()[h, fixed]], -1) == "upheld" for fixed in FIXED) for h in LEARNT):
        return "upheld"
    if any(all(decide([family()[h, fixed]], -1) == "not upheld" for h in LEARNT) for fixed in FIXED):
        return "not upheld"
    return "inconclusive"


@check("C25")
def hierarchical() -> Verdict:
    """Each of three hyperpriors against each of four fixed scales, in the mean over five sets; and the worst set."""
    told = {h: sum(p < LEVEL and found.difference < 0 for found, p in over_fixed(h).values()) for h in LEARNT}
    best = min(FIXED, key=lambda fixed: sum(mean_nll(s, fixed) for s in small.NAMES))
    to_best = ", ".join(f"{alone(family()[h, best], NATS)} under {h}" for h in LEARNT)
    pairs = {f"{h} minus {fixed}": compared for h in LEARNT for fixed, compared in over_fixed(h).items()}
    seeds = len(arm(f"hierarchical/{small.NAMES[0]} {LEARNT[0]}").seeds)
    return Verdict(
        decided(),
        f"A variational net on {len(small.NAMES)} small sets, judged by its test negative log-likelihood, mean over "
        f"the sets. Of {len(FIXED)} fixed scales, the number that each learnt one is told better than: "
        f"{', '.join(f'{h} {count}' for h, count in told.items())}. To adapt better, one has to be told better than "
        f"all. Learnt minus the best fixed one over all sets, {best}, is {to_best}.",
        evidence=(
            f"The sets are {', '.join(small.NAMES)}; the seeds are {seeds} folds of repeated {FOLDS}-fold "
            "cross-validation, and intervals are widened because folds share training items.",
            *lines("Mean over the sets", pairs, NATS),
            f"The prior that is best on each set: {', '.join(f'{s} {favourite(s)}' for s in small.NAMES)}.",
            "The most that each prior loses to the best on any one set, in nats: "
            f"{', '.join(f'{prior} ({regret(prior):.3f})' for prior in PRIORS)}.",
            KEY,
        ),
    )
