"""Memory that a process frees stays with it, where glibc is told so; what its functions remember can be forgotten."""

import functools
import platform
import subprocess
import sys
import weakref
from types import SimpleNamespace

import pytest

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
