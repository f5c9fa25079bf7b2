"""What the slides set out to do, after whom, and by whose method: C01, C02 and C04."""

from collections.abc import Mapping

import numpy as np

from secondlook.checks.exact import decide
from secondlook.checks.priors_on_weights import patients
from secondlook.claims import Verdict, check

CLOSE = 0.1
"""How far a mean may lie off in posterior sds, and an sd in its logarithm, to count as met."""

LISTED: Mapping[str, str | None] = {
    "uncertainty in predictions": "the synthetic data and MNIST",
    "uncertainty in representations": None,
    "regularisation with priors": "Laplace sparsity",
    "transfer learning": None,
    "hierarchical networks": "fixed values against an Inverse-Gamma hyperprior",
}
"""The five items of the slide's list, and the slides with a result for each."""

PRINTED_AUTHOR, PRINTED_YEAR = "Wucukelbir", 2017
FIRST_AUTHOR, PREPRINT, JOURNAL = "Kucukelbir", 2016, 2017
"""arXiv:1603.00788 is of March 2016; Journal of Machine Learning Research 18(14), 1–45, of 2017."""


@check("C01")
def posterior() -> Verdict:
    """The method of the slides, mean-field ADVI, on a regression whose posterior is known; and without correlations."""
    off, ratio = {}, {}
    for correlated in (True, False):
        known, fit = patients.exact(correlated), patients.fitted(correlated)
        sd = np.sqrt(np.diag(known.covariance))
        off[correlated], ratio[correlated] = abs((fit.loc - known.mean) / sd).max(), fit.sd / sd
    widths, others = ratio[True], ratio[False]
    return Verdict(
        "upheld" if max(off[True], abs(np.log(widths)).max()) < CLOSE else "corrected",
        f"On a linear regression with {len(widths)} weights, where the posterior is known, the normal of independent "
        f"weights that the slides fit has means within {off[True]:.2f} posterior standard deviations of the true ones, "
        f"but standard deviations of {widths.min():.2f} to {widths.max():.2f} of the true ones. The goal is reached "
        "where the posterior is a product of normals over weights; for another normal posterior it is reached for the "
        "means and missed for the widths.",
        "posterior distributions",
        "the nearest product of independent normals",
        evidence=(
            f"With inputs turned until they are uncorrelated, the means are within {off[False]:.2f} posterior standard "
            f"deviations, and the standard deviations are {others.min():.2f} to {others.max():.2f} of the true ones.",
            "For a posterior that is not normal (C07's) the means are off, too.",
        ),
    )


@check("C02")
def promises() -> Verdict:
    """Which items of the list have a result on the slides."""
    shown = [item for item, slide in LISTED.items() if slide]
    missing = [item for item, slide in LISTED.items() if not slide]
    return Verdict(
        "inconclusive" if missing else "upheld",
        f"The slides show a result for {len(shown)} of the {len(LISTED)} items ({', '.join(shown)})"
        + (f" and none for {' and '.join(missing)}" if missing else "")
        + ". The same items head a list in a blog post of 2016, which the slides do not cite.",
        evidence=(
            "The same items, in the same order, head a list of possibilities in Thomas Wiecki's blog post Bayesian "
            "Deep Learning (1 June 2016), which became the example on Bayesian neural networks in the documentation of "
            "PyMC3.",
            "The slides cite a paper on PyMC3, in which he is an author, and not the post.",
        ),
    )


@check("C04")
def citation() -> Verdict:
    """The printed author and year against those of the preprint and of the journal."""
    return decide(
        PRINTED_AUTHOR == FIRST_AUTHOR and PRINTED_YEAR == PREPRINT,
        f"The first author is Alp {FIRST_AUTHOR}; arXiv:1603.00788 is of {PREPRINT}. The paper of {JOURNAL} is the "
        "one in the Journal of Machine Learning Research, volume 18, article 14.",
        f"{PRINTED_AUTHOR} and others, arXiv:1603.00788, {PRINTED_YEAR}",
        f"{FIRST_AUTHOR} and others, arXiv:1603.00788, {PREPRINT}; JMLR 18(14), {JOURNAL}",
    )
