"""What the author's scripts compute, line by line: A15, A16 and A21.

The scripts stand in the public repository that the ledger names for document 000. They are described, not copied.
"""

import numpy as np
from scipy.special import log_softmax, softmax

from secondlook.checks.exact import decide
from secondlook.claims import Verdict, check

MARGINS = np.array([1.0, 10.0, 50.0, 87.0, 100.0, 103.0, 104.0, 150.0])
"""By how much the logit of another genre is above that of the right one."""
WALKERS, PARAMETERS, STEPS = 4022, 2010, 110
DOUBLE = 8
"""Bytes."""
SAID_OF_STORAGE: tuple[str, ...] = ()
"""Every passage of the document on what the samples take to store."""


def printed_log_likelihood(margins: np.ndarray) -> np.ndarray:
    """log(softmax) of the right one of two genres, as bayesian_inference.py takes it, in single precision."""
    logits = np.stack([np.zeros_like(margins), margins], axis=1).astype(np.float32)
    exponentials = np.exp(logits - logits.max(axis=1, keepdims=True))
    with np.errstate(divide="ignore"):
        return np.log(exponentials[:, 0] / exponentials.sum(axis=1))


def log_likelihood(margins: np.ndarray) -> np.ndarray:
    """The same by log-softmax in double precision."""
    return log_softmax(np.stack([np.zeros_like(margins), margins], axis=1), axis=1)[:, 0]


@check("A15")
def underflow() -> Verdict:
    """Both for small and large margins, and the first margin at which the one in single precision is not finite."""
    printed, right = printed_log_likelihood(MARGINS), log_likelihood(MARGINS)
    fine = np.arange(80, 120, 0.01)
    lost = float(fine[~np.isfinite(printed_log_likelihood(fine))].min())
    errors = abs(printed - right)
    return decide(
        bool(np.isfinite(printed).all()),
        f"Once the right genre's logit is {lost:.1f} below another, log(softmax) in single precision is minus "
        f"infinity, where log-softmax gives {-lost:.1f}. One such song makes the sum over all songs minus infinity, "
        "and the walker is as bad as any other that has one.",
        "log of the sum of softmax times targets",
        "logit less log-sum-exp of the logits",
        (
            f"With the right genre's logit {MARGINS[1]:g} below another, log(softmax) in single precision is off by "
            f"{errors[1]:.0e}; with {MARGINS[4]:g} below, by {errors[4]:.0e}.",
            "Where numbers below 1e-38 are set to zero, as many processors can do, it is minus infinity from "
            f"{-np.log(np.finfo(np.float32).tiny):.1f} on.",
        ),
    )


def printed_average(outputs: np.ndarray) -> np.ndarray:
    """What bayesian_prediction.py evaluates for walkers ``(walkers, songs, classes)``, one after the other.

    The accumulator is a variable that starts at zero, and its name is then given to the sum of variable and output.
    Nothing assigns to the variable, so each evaluation adds the output of one walker to zero.
    """
    variable, found = np.zeros(outputs.shape[2]), outputs[0]
    for output in outputs:
        found = variable + output
    return found


@check("A16")
def accumulator() -> Verdict:
    """What the accumulator holds after the last walker, against the mean and against the last walker alone."""
    outputs = softmax(np.random.default_rng(0).normal(size=(50, 300, 10)), axis=2)
    found, mean = printed_average(outputs), outputs.mean(axis=0)
    apart = float(np.mean(found.argmax(axis=1) != mean.argmax(axis=1)))
    return decide(
        np.array_equal(found.argmax(axis=1), mean.argmax(axis=1)),
        "The script gives the name of its accumulator to the sum of a variable and one walker's probabilities; the "
        "variable is never assigned to and stays zero. Done again on random probabilities, what is left at the end "
        "equals those of the last walker alone" + (", exactly" if np.array_equal(found, outputs[-1]) else "") + ", and "
        f"names another genre than the mean of all walkers for {apart:.0%} of the items. The accuracy printed is that "
        "of one draw.",
        "the average of the predictions of all samples",
        "the prediction of the last sample",
    )


@check("A21")
def bytes_of_a_chain() -> Verdict:
    """Walkers times weights times steps, in double precision; what the script keeps."""
    step = WALKERS * PARAMETERS * DOUBLE
    return decide(
        not SAID_OF_STORAGE,
        f"{WALKERS:,} walkers of {PARAMETERS:,} weights take {step / 1e6:.1f} MB a step in double precision: "
        f"{STEPS * step / 1e9:.1f} GB for the {STEPS} steps of the script, {10_000 * step / 1e9:.0f} GB for 10,000. It "
        f"keeps the {WALKERS:,} end positions alone, of which A17 tells what they are worth. Every hundredth "
        "step alone would take a hundredth of that; the probabilities of twenty songs, in place of weights, a tenth.",
        "nothing is said",
        f"{step / 1e6:.1f} MB a step",
    )
