"""Whether a ball about the fitted weights is a harmless place to start: A14."""

import numpy as np

from secondlook.checks.intervals import short
from secondlook.checks.over_seeds import together
from secondlook.checks.sampling_that_works.start import (
    ITEMS,
    SAID,
    TYPICAL,
    at_mode,
    draws,
    enough,
    finite,
    fit,
    harmless,
    heights,
    layer,
    regained,
    separable,
    share,
)
from secondlook.claims import Verdict, check
from secondlook.studies.last_layer.document import STEPS


def course(source: str) -> tuple[str, ...]:
    """Where the walkers on one source start and end, line by line."""
    where = f"{SAID[source]}, {len(layer(source, 'document').seeds)} seeds"
    lost = (
        f"{where}: {share(1 - finite(source, 0))} of the walkers start at minus infinity and "
        f"{share(1 - finite(source, -1))} end there."
    )
    if not np.isfinite(layer(source, "document").curves["log_likelihood"]["mean"]).all():
        return (lost,)
    of = heights(source)
    no_draws = "under a flat prior not even the contrasts have a posterior, as some weights put every item right"
    return (
        *((lost,) if finite(source, 0) < 1 else ()),
        f"{where}: walkers with a finite log likelihood start {of.at_start} nats below the most probable weights and "
        f"end {of.at_end} below, the best walker {of.of_best}.",
        f"{where}: {no_draws if separable(source) else draws(of)}.",
        f"{where}: the trained weights are {short(at_mode(source).mean() - fit(source))} nats below the most probable "
        f"ones; of what the noise cost, {regained(source):.0%} is regained.",
    )


def end(source: str) -> str:
    """Where the walkers on one source end, in a few words."""
    if finite(source, -1) < 1:
        return f"{share(1 - finite(source, -1))} of them end at minus infinity"
    return f"they end at {heights(source).at_end}, where up to {short(enough(source))} is harmless"


@check("A14")
def ball() -> Verdict:
    """Log likelihoods of the walkers at the start and after the last step, on three sets of features."""
    kinds = {source: harmless(source) for source in ITEMS}
    return Verdict(
        together(*kinds.values()),
        "Harmless would mean that all walkers come back to the height of the trained weights, or of draws of the "
        "posterior where there is one and that is lower. Heights are in nats below the most probable weights. "
        + " ".join(f"{SAID[source]}: {end(source)}; {kind}." for source, kind in kinds.items()),
        evidence=(
            f"The document's ensemble is started and run as its script has it, {STEPS} steps, under its flat prior; "
            "heights are mean log likelihoods of the walkers.",
            *(line for source in ITEMS for line in course(source)),
            f"Draws of the posterior count as reached {TYPICAL} standard deviations below their mean; the posterior "
            "has the prior N(0, 1) on each weight. Their height is in log density, of which the prior, on so many "
            "songs, is a small part; that of walkers is in log likelihood.",
            "Whether the walkers come to the posterior is A12.",
        ),
    )
