"""What the project's own processes are told: how many threads, which memory to hold, and what to forget."""

import ctypes
import functools
import gc
import platform
import sys
from collections.abc import Mapping

ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "NPROC"), "1")
"""Environment variables that keep NumPy and JAX to a single thread. NPROC is XLA's."""
QUICK_TO_COMPILE = {"XLA_FLAGS": "--xla_backend_optimization_level=1 --xla_cpu_use_fusion_emitters=false"}
"""What makes XLA compile in half the time, to programs that are as fast for small nets. Only for work of seconds: long
training and benchmarks have all that XLA can do."""
LARGE_PAGES = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}
"""What a process must be started with to ask for memory in pages of 2 MB, where Linux has them for whoever asks. XLA
turns arrays about by strides of many kilobytes, each a look-up of another page if pages are small: a net of songs is
trained 1.1 to 1.4 times as fast."""
SHORT_WORK = ONE_THREAD | QUICK_TO_COMPILE | LARGE_PAGES
"""What notebooks, tests and commands are told, but for long training and benchmarks."""
M_TRIM_THRESHOLD, M_TOP_PAD, M_MMAP_MAX = -1, -2, -4
"""Names and numbers of glibc's <malloc.h>."""


def short_work(given: Mapping[str, str]) -> dict[str, str]:
    """`SHORT_WORK`, for a process of the environment given; its own flags for XLA stay, beside ours."""
    flags, ours = given.get("XLA_FLAGS", ""), QUICK_TO_COMPILE["XLA_FLAGS"]
    return SHORT_WORK | {"XLA_FLAGS": flags if ours in flags else f"{flags} {ours}".strip()}


def keep_freed_memory() -> None:
    """Tell glibc to keep what is freed; elsewhere than on Linux with glibc, do nothing.

    By default glibc gives large buffers back to the system as soon as they are freed. A training step frees gradients
    and activations of tens of megabytes that the next step needs again, and then every page of them is a page fault:
    a third of the time of a net of 22 million parameters at batch 32. The price: the process stays as large as it once
    was. The padding keeps the heaps of other threads, which are dropped when empty whatever the first two say.
    """
    if platform.libc_ver()[0] == "glibc":
        libc = ctypes.CDLL(None)
        libc.mallopt(M_MMAP_MAX, 0)
        libc.mallopt(M_TRIM_THRESHOLD, 2**31 - 1)
        libc.mallopt(M_TOP_PAD, 2**28)


def forget() -> None:
    """Empty every cache of a function of this package, and JAX's of what it has compiled."""
    for cached in gc.get_objects():
        if type(cached) is functools._lru_cache_wrapper and cached.__module__.startswith("secondlook."):
            cached.cache_clear()
    if "jax" in sys.modules:
        sys.modules["jax"].clear_caches()
