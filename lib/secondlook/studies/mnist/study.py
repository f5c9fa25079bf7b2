"""Document 002's network of MNIST, and what it leaves out: the same net as a point, an ensemble, and more. Notebook 11.

All arms have the same net, pictures, batches and falling rate of Adam. Scores are those of the test pictures after the
last epoch, when the rate has fallen to zero. A variational net has 60 epochs; on the pictures set apart its
predictions are better after 20, which is what *stopped early* means. A *longer* fit tells what the bound still gains.
"""

from dataclasses import replace
from typing import Any

from secondlook.data import catalog, digits
from secondlook.runs import Comparison, Run, Study
from secondlook.studies.mnist import measures, methods, pictures
from secondlook.studies.mnist.config import MnistRun

CLASSES = 10
SEEDS, TOY_SEEDS = 5, 3
VARIATIONAL: dict[str, Any] = {
    "method": "variational",
    "version": 2,  # version 1 kept no ELBO, and of the pictures set apart no prediction averaged over draws
}
ARMS: dict[str, dict[str, Any]] = {
    "point estimate": {"method": "point estimate", "epochs": 30},
    "temperature": {"method": "temperature", "epochs": 30},
    "dropout": {"method": "dropout", "epochs": 60},
    "ensemble": {"method": "ensemble", "epochs": 30},
    "last-layer Laplace": {"method": "last-layer Laplace", "epochs": 30},
    "variational, normal": VARIATIONAL | {"epochs": 60},
    "variational, mixture": VARIATIONAL | {"epochs": 60, "law": "mixture"},
    "variational, normal, stopped early": VARIATIONAL | {"epochs": 20},
    "variational, mixture, stopped early": VARIATIONAL | {"epochs": 20, "law": "mixture"},
    "variational, flipout, stopped early": VARIATIONAL | {"epochs": 20, "estimator": "flipout"},
}
WIDE = {"variational, mixture, wide": ARMS["variational, mixture, stopped early"] | {"hidden": (800, 800)}}
LONGER = {"variational, normal, longer": VARIATIONAL | {"epochs": 120}}
PAIRS = {
    "variational, normal": "variational, normal, stopped early",
    "variational, mixture": "variational, mixture, stopped early",
    "variational, mixture, stopped early": "variational, normal, stopped early",
    "variational, flipout, stopped early": "variational, normal, stopped early",
}
"""Arms that are compared with another than the point estimate."""
TOY = {"hidden": (50, 50), "epochs": 150, "data": digits.load().fingerprint}
TOYS = ("point estimate", "temperature", "dropout", "ensemble", "last-layer Laplace", "variational, normal")


def arm(name: str, seeds: int, **settings: Any) -> tuple[MnistRun, ...]:
    """The runs of one arm."""
    fixed = {"study": "mnist", "arm": name, "data": catalog.fingerprint("mnist")} | settings
    return tuple(MnistRun(**fixed, seed=seed) for seed in range(seeds))


def run(config: MnistRun) -> Run:
    """Fit one net by one method, and measure its predictions on test and foreign pictures."""
    data = pictures.load(config.data)
    settings = replace(config, study="", arm="", seed=0, data="", version=0)
    fit = methods.fit(config, settings, data, CLASSES)
    draws = fit.predict(data.test.x)
    found, items = measures.of_test(draws, data.test.y)
    for name, x in data.foreign.items():
        found |= measures.of_foreign(fit.predict(x), draws, name)
    if config.method == "variational":
        found["valid_nll"] = measures.nll(fit.predict(data.valid.x), data.valid.y)
        items |= measures.shown(draws, data.test.y, data.pixels)
    return Run(found | fit.tuned, fit.curves, items)


def differ(a: str, b: str) -> frozenset[str]:
    """The settings in which two arms differ."""
    return frozenset(k for k in ARMS[a].keys() | ARMS[b].keys() if ARMS[a].get(k) != ARMS[b].get(k))


STUDY = Study(
    name="mnist",
    full=(
        *(one for name, how in ARMS.items() for one in arm(name, SEEDS, **how)),
        *(one for name, how in WIDE.items() for one in arm(name, 1, **how)),
        *(one for name, how in LONGER.items() for one in arm(name, 2, **how)),
    ),
    toy=tuple(one for name in TOYS for one in arm(f"toy {name}", TOY_SEEDS, **ARMS[name] | TOY)),
    comparisons=(
        *(
            Comparison(f"mnist/{name}", "mnist/point estimate", differ(name, "point estimate"))
            for name in ARMS
            if name != "point estimate"
        ),
        *(Comparison(f"mnist/{a}", f"mnist/{b}", differ(a, b)) for a, b in PAIRS.items()),
    ),
    run=run,
)
