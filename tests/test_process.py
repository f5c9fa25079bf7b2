"""Memory that a process frees stays with it, where glibc is told so; what its functions remember can be forgotten."""

import functools
import os
import platform
import subprocess
import sys
import weakref
from pathlib import Path
from types import SimpleNamespace

import pytest

from secondlook.process import LARGE_PAGES, QUICK_TO_COMPILE, short_work

FAULTS = """
import resource
{}
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    buffer = bytearray(2**26)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


def faults_of_a_buffer_used_again(setting: str) -> int:
    """Page faults when a buffer of 64 MiB is asked for a second time, in a fresh process."""
    found = subprocess.run([sys.executable, "-c", FAULTS.format(setting)], capture_output=True, text=True, check=True)
    return int(found.stdout)


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="glibc alone is told")
def test_a_buffer_that_was_freed_costs_no_page_faults_when_it_is_asked_for_again() -> None:
    assert faults_of_a_buffer_used_again("import secondlook.process as m; m.keep_freed_memory()") < 10


def test_flags_that_are_given_stay_and_ours_are_there_once() -> None:
    ours = QUICK_TO_COMPILE["XLA_FLAGS"]
    assert short_work({})["XLA_FLAGS"] == ours
    told = short_work({"XLA_FLAGS": "--xla_cpu_max_isa=SSE4_2"})
    assert told["XLA_FLAGS"] == f"--xla_cpu_max_isa=SSE4_2 {ours}"
    assert short_work(told) == told


LARGE = """
import re
from pathlib import Path
buffers = [bytearray(2**22) for _ in range(16)]
print(sum(map(int, re.findall(r"AnonHugePages: *([0-9]+)", Path("/proc/self/smaps").read_text()))))
"""
GIVEN = Path("/sys/kernel/mm/transparent_hugepage/enabled")


def kilobytes_in_large_pages(setting: str) -> int:
    """Of a fresh process that was started with the setting, by itself, and holds 64 MiB."""
    command = [sys.executable, "-c", f"{setting}\n{LARGE}"]
    environment = os.environ | LARGE_PAGES
    return int(subprocess.run(command, env=environment, capture_output=True, text=True, check=True).stdout)


@pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc"
    or not GIVEN.exists()
    or "[never]" in GIVEN.read_text()
    or tuple(map(int, platform.libc_ver()[1].split("."))) < (2, 35),
    reason="large pages are had from Linux that gives them and glibc from 2.35 on",
)
def test_a_process_that_asks_for_large_pages_has_them_and_keeps_what_it_frees() -> None:
    assert kilobytes_in_large_pages("import secondlook.process as m; m.keep_freed_memory()") > 2**15


def test_elsewhere_nothing_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    from secondlook import process

    monkeypatch.setattr(process.platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(process.ctypes, "CDLL", lambda _: pytest.fail("called the C library"))
    process.keep_freed_memory()


def test_what_this_package_remembers_is_forgotten_and_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    from secondlook import process

    @functools.cache
    def ours() -> int:
        return 1

    @functools.lru_cache(maxsize=2)
    def theirs() -> int:
        return 2

    ours.__module__, theirs.__module__ = "secondlook.studies.made_up", "secondlookalike"
    told: list[str] = []
    monkeypatch.setattr(process.gc, "get_objects", lambda: [ours, theirs, "a text"])
    monkeypatch.setitem(sys.modules, "jax", SimpleNamespace(clear_caches=lambda: told.append("compiled")))
    ours(), theirs()
    process.forget()
    assert (ours.cache_info().currsize, theirs.cache_info().currsize, told) == (0, 1, ["compiled"])


def test_a_cache_of_this_package_is_found() -> None:
    code = (
        "from secondlook import process\nfrom secondlook.data.catalog import catalog\n"
        "catalog()\nprocess.forget()\nprint(catalog.cache_info().currsize)"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "0\n"


def test_a_weak_reference_to_what_is_gone_does_not_stop_the_forgetting() -> None:
    from secondlook import process

    class Gone:
        pass

    dead = weakref.proxy(Gone())
    process.forget()
    with pytest.raises(ReferenceError):
        bool(dead)
