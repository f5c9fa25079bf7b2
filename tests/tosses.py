"""A study made up for the tests of clusters. Where it is imported it can be run by name, in workers too."""

import os
import time
from dataclasses import dataclass

import numpy as np

from secondlook import runs, studies
from secondlook.runs import Config, Run, Study

SECONDS = 0.15


@dataclass(frozen=True, kw_only=True)
class Toss(Config):
    """A config of the study."""


def outcome(config: Config) -> Run:
    """What a run finds."""
    rng = np.random.default_rng(config.seed)
    return Run({"mean": float(rng.random())}, {"loss": rng.normal(3, 1, 4)}, {"right": rng.random(6) < 0.5})


def toss(config: Config) -> Run:
    """Leave a line that tells of the start, wait, and find the outcome."""
    with (runs.home() / "started").open("a") as started:
        started.write(f"{config.arm} {config.seed} {os.getpid()}\n")
    time.sleep(SECONDS)
    return outcome(config)


FULL = tuple(Toss(study="tosses", arm=arm, seed=seed, data="none") for arm in ("heads", "tails") for seed in range(12))
STUDY = Study("tosses", FULL, (), (), toss)
_known = studies.study
studies.study = lambda name: STUDY if name == "tosses" else _known(name)
