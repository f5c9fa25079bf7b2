"""One site for all tests of it: every notebook, every claim, three modules of the API. No verdict is computed."""

import fcntl
from itertools import cycle
from pathlib import Path

import pytest

from secondlook import board, claims
from secondlook.claims import KINDS, Verdict
from secondlook.site import api, build

SUBJECTS = ["backprop", "gaussian", "scores"]
"""Modules that are quick to import."""


def made(base: Path, worker: str) -> Path:
    """The site, made once a session: of several workers the first makes it, and the others wait."""
    shared = base if worker == "master" else base.parent
    with (shared / "site.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "site").exists():
            with pytest.MonkeyPatch.context() as patch:
                verdicts = dict(zip(claims.ledger(), cycle(map(verdict, KINDS))))
                patch.setattr(board, "verdict", verdicts.__getitem__)
                patch.setattr(claims, "verdict", verdicts.__getitem__)
                patch.setattr(api, "subjects", lambda: SUBJECTS)
                build.build(shared / "site")
    return shared / "site"


def verdict(kind: claims.Kind) -> Verdict:
    """A verdict of that kind with all that one can have."""
    return Verdict(kind, r"The mean is $\mu = \frac12$, which lies in $[0, 1]$.", r"$1/\tau^2$", r"$n/\sigma^2$")
