"""What full Bayes costs for nets of all sizes: C26."""

import numpy as np
from scipy import stats

from secondlook import results
from secondlook.checks import over_seeds
from secondlook.checks.bayesian_mnist.arms import LONG, POINT
from secondlook.checks.bayesian_mnist.gradients import matched
from secondlook.checks.intervals import Interval, within
from secondlook.claims import Kind, Verdict, check
from secondlook.studies.mnist.config import BATCH_SIZE
from secondlook.studies.mnist.cost import METHODS, WIDTHS, Method, place
from secondlook.studies.mnist.study import ARMS

N_TRAIN = 55_000
FEW, MANY = 10.0, 100.0
"""Times the work of a point fit: up to so many are no problem, from so many on they are one."""


def parameters() -> np.ndarray:
    """Of the nets of all `WIDTHS`."""
    return np.array([over_seeds.arm(f"mnist_cost/{place('leap', width)}").scores["parameters"][0] for width in WIDTHS])


def cost(method: Method, what: str) -> np.ndarray:
    """Seconds, bytes or operations of one step, ``(widths,)``; seconds are those of the quickest repetition."""
    arms = [over_seeds.arm(f"mnist_cost/{place(method, width)}") for width in WIDTHS]
    return np.array([np.min(of.scores[what] if what in of.scores else of.items[what]) for of in arms])


def slope(method: Method, what: str) -> Interval:
    """By which power of the number of parameters a cost goes, over all `WIDTHS`."""
    found = stats.linregress(np.log(parameters()), np.log(cost(method, what)))
    return within(found.slope, float(stats.t.ppf(0.975, len(WIDTHS) - 2)) * found.stderr)


def work(method: Method, steps: float, what: str = "operations") -> float:
    """A cost of so many steps on the widest net; a leap is over all training pictures of MNIST."""
    scale = N_TRAIN / METHODS[method].get("items", N_TRAIN)
    return float(steps * scale * cost(method, what)[-1])


def fits() -> dict[Method, float]:
    """Steps of a whole fit; for a sampler the leaps that NUTS takes on the small net, infinite if it never arrives."""
    steps = -(-N_TRAIN // BATCH_SIZE)
    return {
        "point estimate": ARMS[POINT]["epochs"] * steps,
        "variational": ARMS[LONG]["epochs"] * steps,
        "leap": leaps(),
    }


def leaps(warmed_up: bool = False) -> float:
    """The leaps that NUTS takes on the small net, the median over seeds; infinite if it never arrives."""
    return float(np.median(np.nan_to_num(matched(warmed_up=warmed_up).nuts, nan=np.inf)))


def decide(times: float) -> Kind:
    """Whether a sampler's work is a problem, in multiples of that of a point fit."""
    return "upheld" if times > MANY else "not upheld" if times < FEW else "inconclusive"


@check("C26")
def problematic() -> Verdict:
    """Operations, seconds and bytes of a step against parameters, and of whole fits of the widest net."""
    steps = fits()
    of_point = work("point estimate", steps["point estimate"])
    times = {method: work(method, count) / of_point for method, count in steps.items()}
    hours = {method: work(method, count, "seconds") / 3600 for method, count in steps.items()}
    machine = results.load("mnist_cost").provenance["machine"]
    size = parameters()
    return Verdict(
        decide(times["leap"]),
        f"A whole fit of the widest net, of {size[-1]:,.0f} parameters, takes {times['variational']:.1f} times the "
        f"operations of a point fit if it is variational, and {times['leap']:,.0f} times if it is by NUTS with as many "
        "leaps as on the small net of C24. What makes NUTS dear is that every leap reads all items, and that there are "
        "many. Mean-field variational inference avoids both, and is not full Bayes, as its weights are independent. "
        f"More than {MANY:g} times the operations count as a problem here.",
        evidence=(
            *(
                f"One step, {method}: seconds go with the number of parameters to the power of "
                f"{slope(method, 'seconds'):.2f}, bytes to that of {slope(method, 'bytes'):.2f}."
                for method in METHODS
            ),
            f"These powers, with 95 % intervals, are of nets of {size[0]:,.0f} to {size[-1]:,.0f} parameters; by them "
            "no step is out of reach.",
            f"Without the leaps of its warm-up NUTS takes {work('leap', leaps(warmed_up=True)) / of_point:,.0f} times "
            "the operations of a point fit; C03 tells how leaps grow.",
            f"A point fit takes about {hours['point estimate']:.2g} hours of one processor, variational inference "
            f"{hours['variational']:.2g}, NUTS with its warm-up {hours['leap']:,.0f}, on this machine: {machine}.",
        ),
    )
