"""One list of dependencies, one version number, and a wheel that holds all it needs."""

import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
LOCK = tomllib.loads((ROOT / "uv.lock").read_text(encoding="utf-8"))


def stated(requirements: list[str]) -> set[tuple[str, str, frozenset[str]]]:
    """Name, version range and extras of each requirement as pyproject.toml writes it."""
    parsed = [Requirement(text) for text in requirements]
    return {(each.name, str(each.specifier), frozenset(each.extras)) for each in parsed}


def locked(entries: list[dict[str, Any]]) -> set[tuple[str, str, frozenset[str]]]:
    """The same as uv.lock writes it."""
    return {
        (each["name"], str(SpecifierSet(each.get("specifier", ""))), frozenset(each.get("extras", ())))
        for each in entries
    }


def test_the_lock_is_in_step() -> None:
    [own] = [package["metadata"] for package in LOCK["package"] if package["name"] == "secondlook"]
    of_extra = {extra: f"extra == '{extra}'" for extra in PROJECT["project"]["optional-dependencies"]}
    for extra, marker in of_extra.items():
        entries = [each for each in own["requires-dist"] if each.get("marker") == marker]
        assert locked(entries) == stated(PROJECT["project"]["optional-dependencies"][extra])
    always = [each for each in own["requires-dist"] if each.get("marker") not in of_extra.values()]
    assert locked(always) == stated(PROJECT["project"]["dependencies"])
    for group, requirements in PROJECT["dependency-groups"].items():
        assert locked(own["requires-dev"][group]) == stated(requirements)
    assert SpecifierSet(LOCK["requires-python"]) == SpecifierSet(PROJECT["project"]["requires-python"])


def test_what_a_gpu_needs_comes_only_with_the_extra() -> None:
    """What the package needs without extras, followed through the lock, has nothing of NVIDIA's."""
    packages = {package["name"]: package for package in LOCK["package"]}

    def needs(name: str, extras: list[str]) -> list[dict[str, Any]]:
        optional = packages[name].get("optional-dependencies", {})
        return packages[name].get("dependencies", []) + [each for extra in extras for each in optional[extra]]

    def reached(extras: list[str]) -> set[str]:
        seen: set[tuple[str, tuple[str, ...]]] = set()
        found = {("secondlook", tuple(extras))}
        while found:
            seen |= found
            found = {
                (each["name"], tuple(each.get("extra", ()))) for of in found for each in needs(of[0], [*of[1]])
            } - seen
        return {name for name, _ in seen if name.startswith(("nvidia-", "jax-cuda"))}

    assert reached([]) == set()
    assert {"jax-cuda12-plugin", "nvidia-cudnn-cu12"} <= reached(["cuda"])


def test_the_environment_states_no_dependency_of_its_own() -> None:
    python = f"python {PROJECT['project']['requires-python']}"
    stated = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))["dependencies"]
    assert stated == [python, "pip", {"pip": ["-e ."]}]


def test_the_makefile_takes_the_pythons_the_package_takes() -> None:
    assert PROJECT["project"]["requires-python"] == ">=3.11,<3.14"
    assert "(3, 11) <= sys.version_info < (3, 14)" in (ROOT / "Makefile").read_text(encoding="utf-8")


def test_the_citation_names_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= set(citation)
    assert citation["version"] == PROJECT["project"]["version"]
    assert " AND ".join(citation["license"]) == PROJECT["project"]["license"]


def test_the_wheel_installs_and_holds_what_is_read_at_run_time(tmp_path: Path) -> None:
    private = ROOT / ".venv-uv" / "bin" / "uv"
    uv = str(private) if private.exists() else shutil.which("uv")
    if uv is None:
        pytest.skip("needs uv, which `make` installs")

    def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    built = run(uv, "build", "--offline", "--wheel", "--out-dir", tmp_path, ROOT)
    if "Failed to resolve requirements from `build-system.requires`" in built.stderr:
        pytest.skip("needs hatchling, which is neither cached nor to be downloaded here")
    assert built.returncode == 0, built.stderr
    [wheel] = tmp_path.glob("*.whl")
    held = set(zipfile.ZipFile(wheel).namelist())
    assert {"secondlook/claims.toml", "secondlook/data/catalog.toml", "secondlook/py.typed"} <= held
    assert run(uv, "venv", "--offline", "--python", sys.executable, "fresh").returncode == 0
    assert run(uv, "pip", "install", "--offline", "--no-deps", "--python", "fresh", wheel).returncode == 0
    shown = run(tmp_path / "fresh" / "bin" / "python", "-c", "import secondlook; print(secondlook.__version__)")
    assert shown.stdout.strip() == PROJECT["project"]["version"]
