"""Keep the tests reproducible, and `pytest --nbval` honest and quick: repairs to nbval 0.11, each removable alone.

The notebooks also pass without this file; it makes a failure come sooner and say more.
"""

import gc
import os
import time
from collections.abc import Iterator
from pathlib import Path
from queue import Empty
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from nbval.kernel import RunningKernel

from secondlook.data.catalog import catalog
from secondlook.notebooks import environment

COMPILED = {  # what one process compiles, all others find, in later runs too
    "JAX_COMPILATION_CACHE_DIR": str(Path(__file__).parent / ".pytest_cache" / "jax"),
    "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
}
os.environ.update(environment(os.environ) | COMPILED)  # before numpy or jax is imported here; every kernel inherits it

FIRST = ["test_records.py", "test_claims.py"]
OUTPUT_SECONDS = 60
POLL_SECONDS = 2


def pytest_configure(config: pytest.Config) -> None:
    """Let all processes of one run of the tests share what they keep, verdicts most of all, and start without any."""
    if not hasattr(config, "workerinput"):
        folder = TemporaryDirectory(prefix="secondlook-")
        config.add_cleanup(folder.cleanup)
        os.environ["SECONDLOOK_CACHE"] = folder.name


@pytest.fixture
def empty_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The working folder, a checkout without a record, for tests that write some; the run cache is empty."""
    from secondlook import results, runs

    (tmp_path / "report" / "results").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(runs.CACHE, str(tmp_path / "cache"))
    for cached in (results.root, results.load):
        cached.cache_clear()
    yield tmp_path
    for cached in (results.root, results.load):
        cached.cache_clear()


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip a test marked `realdata`, with the reason, where the data it names are not at hand."""
    if marker := item.get_closest_marker("realdata"):
        home = os.environ.get("SECONDLOOK_DATA")
        if home is None:
            pytest.skip("needs real data: SECONDLOOK_DATA names no folder")
        for source in marker.args:
            if not Path(home, source).is_dir():
                pytest.skip(f"needs real data: {home} has no folder {source}")


def pytest_collectstart(collector: pytest.Collector) -> None:
    """Do not compare stderr, which no committed notebook has, nor vector images, which carry dates."""
    if hasattr(collector, "skip_compare"):  # an nbval notebook
        collector.skip_compare += ("stderr", "image/svg+xml", "application/pdf")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a `realdata` no data home can satisfy. Wait longer than nbval's five seconds for outputs (nbval #231).

    The file that takes longest comes first, so that no worker is left alone with it at the end; then the one that
    computes all verdicts, which the others find.
    """
    items.sort(key=lambda item: FIRST.index(item.path.name) if item.path.name in FIRST else len(FIRST))
    folders = {file.path.partition("/")[0] for source in catalog().values() for file in source.files}
    for item in items:
        if hasattr(item, "output_timeout"):  # an nbval cell
            item.output_timeout = OUTPUT_SECONDS
        if (marker := item.get_closest_marker("realdata")) and not set(marker.args) <= folders:
            raise pytest.UsageError(f"{item.nodeid}: realdata{marker.args} is none of {sorted(folders)}")


def pytest_collection_finish() -> None:
    """Keep the garbage collector from going over all that is loaded by now, time and again: it stays to the end."""
    gc.freeze()


def execute_with_history(self: RunningKernel, cell_input: str, allow_stdin: bool | None = None) -> str:
    """Run a cell as Jupyter does, with history, without which neither a closing `;` nor `Out[n]` works (nbval #194)."""
    return self.kc.execute(cell_input, store_history=True, allow_stdin=allow_stdin, stop_on_error=False)


def await_reply_or_death(self: RunningKernel, msg_id: str, timeout: float | None = None) -> None:
    """Wait for the kernel's reply as nbval does, but notice a dead kernel within seconds instead of at the timeout."""
    end = float("inf") if timeout is None else time.monotonic() + timeout
    while True:
        try:
            message: dict[str, Any] = self.get_message(stream="shell", timeout=POLL_SECONDS)
        except Empty:
            if not self.is_alive():
                raise RuntimeError("the kernel died (out of memory? a crash in a C library?)") from None
            if time.monotonic() > end:
                raise
            continue
        if message["parent_header"].get("msg_id") == msg_id:
            return


RunningKernel.execute_cell_input = execute_with_history
RunningKernel.await_reply = await_reply_or_death
