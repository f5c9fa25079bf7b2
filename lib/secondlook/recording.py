"""Make records: what the runs of a study found, gathered over seeds and written where `results` finds it."""

import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from secondlook.atomic import write_atomically
from secondlook.results import ResultError, load, record_path, root, shared
from secondlook.runs import Arrays, Config, Run

PACKAGES = ("emcee", "jax", "keras", "numpy", "optax", "scikit-learn", "scipy", "tfp-nightly")


def save(study: str, runs: Mapping[Config, Run]) -> None:
    """Write the record of a study from its runs."""
    write(study, *summarise(runs), provenance(runs))


def write(study: str, arms: Mapping[str, Any], arrays: Arrays, origin: Mapping[str, Any]) -> None:
    """Write a record: the arms of the JSON file, the arrays that go beside it, and where they come from."""
    file = record_path(study)
    digest = None
    if arrays:
        write_atomically(file.with_suffix(".npz"), lambda part: np.savez_compressed(part, allow_pickle=False, **arrays))
        digest = hashlib.sha256(file.with_suffix(".npz").read_bytes()).hexdigest()
    text = json.dumps({"study": study, "arms": arms, "arrays": digest, "provenance": origin}, sort_keys=True, indent=1)
    write_atomically(file, lambda part: part.write_text(_short_lists(text) + "\n", encoding="utf-8"))
    load.cache_clear()


def summarise(runs: Mapping[Config, Run]) -> tuple[dict[str, Any], Arrays]:
    """Gather runs into the arms of a record: what goes into the JSON file, and the arrays that go beside it.

    Raises ResultError where two runs of an arm differ in their scores, curves or items, or in the shape of one.
    """
    arms: dict[str, Any] = {}
    arrays: Arrays = {}
    for name in dict.fromkeys(config.arm for config in runs):
        configs = [config for config in runs if config.arm == name]
        found = [runs[config] for config in configs]
        for config in configs:
            if differ := {of for of, _ in shapes(runs[config]).items() ^ shapes(found[0]).items()}:
                raise ResultError(
                    f"{config.study}: arm {name!r}: seeds {configs[0].seed} and {config.seed} differ in, or in the "
                    f"shape of, {', '.join(sorted(differ))}; raise `version` in the config and run it again"
                )
        arms[name] = {
            "config": shared(configs[0]),
            "seeds": [config.seed for config in configs],
            "scores": {s: rounded([run.scores[s] for run in found]) for s in found[0].scores},
            "curves": {c: over_seeds(np.stack([run.curves[c] for run in found])) for c in found[0].curves},
            "seconds": [round(run.seconds, 1) for run in found],
        }
        arrays |= {f"{name}/{item}": np.stack([run.items[item] for run in found]) for item in found[0].items}
    return arms, arrays


def shapes(run: Run) -> dict[str, tuple[int, ...]]:
    """What a run holds: each score, curve and item, and its shape."""
    return {
        **{f"score {name}": () for name in run.scores},
        **{f"curve {name}": values.shape for name, values in run.curves.items()},
        **{f"item {name}": values.shape for name, values in run.items.items()},
    }


def over_seeds(values: np.ndarray) -> dict[str, list[float]]:
    """Mean, sd (0 for one seed), min and max over the first axis of ``(seeds, epochs)``."""
    sd = values.std(axis=0, ddof=1) if len(values) > 1 else np.zeros(values.shape[1:])
    found = {"mean": values.mean(axis=0), "sd": sd, "min": values.min(axis=0), "max": values.max(axis=0)}
    return {how: rounded(v.tolist()) for how, v in found.items()}


def rounded(values: list[float]) -> list[float]:
    """Six significant digits: more than a float32 run knows, and short to read in a diff."""
    return [float(f"{value:.6g}") for value in values]


def provenance(runs: Mapping[Config, Run]) -> dict[str, Any]:
    """Where a record comes from: commit (``-dirty`` if code had changed), packages, machine, seconds of all runs."""
    commit, changes = _git("rev-parse", "HEAD"), _git("status", "--porcelain", "--", "lib", "uv.lock")
    return {
        "commit": (commit or "unknown") + ("-dirty" if changes else ""),
        "packages": {name: version(name) for name in PACKAGES},
        "python": platform.python_version(),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "seconds": round(sum(run.seconds for run in runs.values())),
    }


def _git(*words: str) -> str:
    if shutil.which("git") is None:
        return ""
    return subprocess.run(["git", *words], cwd=root(), capture_output=True, text=True, check=False).stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        return next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or platform.machine()


def _short_lists(text: str) -> str:
    """JSON with every list of numbers on one line."""
    return re.sub(r"\[\s+([^][{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m[1]) + "]", text)
