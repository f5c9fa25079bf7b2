"""Do runs side by side, each once: on a local Dask cluster, or on any other by its address.

A run that is done is in the run cache, so a kill of a worker, the scheduler or the client loses at most the runs in
flight. What a worker remembers of one study, it forgets when it comes to the next: it grows as large as the largest
study makes it, and not with the number of runs.
"""

import logging
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack

import dask
from dask.distributed import Client, Future, LocalCluster, as_completed

from secondlook import runs, studies
from secondlook.data import DataError
from secondlook.process import LARGE_PAGES, ONE_THREAD, forget
from secondlook.runs import Config, Run

WORKER_ENVIRONMENT = {  # for nets this small, two workers do more than one worker with two threads
    **ONE_THREAD,
    **LARGE_PAGES,
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "XLA_PYTHON_CLIENT_PREALLOCATE": "false",  # on a GPU, the first worker would take three quarters of its memory
    "KERAS_BACKEND": "jax",
    "DASK_LOGGING__DISTRIBUTED": "critical",  # a worker that still calls while all ends would log a traceback
}
LOOK_SECONDS = 0.5
"""How often the client looks what is done."""
_at: list[str] = []
"""The study whose runs this process does, if it does any."""


class SweepError(Exception):
    """The cluster cannot be reached, or is lost. The message gives its address, the fault and the remedy."""


def one(config: Config) -> Run | str:
    """Do one run where this is called, or find it in the cache there; or in one line, what the disc lacks for it."""
    if _at != [config.study]:
        forget()
        _at[:] = [config.study]
    try:
        return runs.done(studies.study(config.study), config)
    except (OSError, DataError) as fault:
        return _told(fault)


def sweep(
    configs: Sequence[Config], workers: int, scheduler: str | None = None, watch: Callable[[int], object] | None = None
) -> Iterator[tuple[Config, Run | str]]:
    """Do the runs, the first ones first, and yield each as it is finished: the run, or in one line why it failed.

    `watch` is told again and again how many are running. A killed worker loses the run it was at, which is then done
    again. Raises SweepError where the scheduler cannot be reached, or is gone.
    """
    logging.getLogger("distributed.client").setLevel(logging.CRITICAL)  # a lost scheduler is told here, in one line
    with ExitStack() as stack:
        client = _connect(scheduler, stack) if scheduler else _start(workers, stack)
        waiting = {
            client.submit(one, config, pure=False, priority=-place): config for place, config in enumerate(configs)
        }
        finished = as_completed(waiting)
        while waiting:
            if watch:
                watch(_running(client, waiting))
            time.sleep(LOOK_SECONDS)
            for future in finished.next_batch(block=False):
                config, found = waiting.pop(future), _outcome(future, scheduler)
                if isinstance(found, Run) and runs.fetch(config) is None:  # done on another machine
                    runs.store(config, found)
                yield config, found


def _start(workers: int, stack: ExitStack) -> Client:
    told = {
        "distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT,
        "distributed.scheduler.worker-ttl": None,  # a machine that sleeps is silent, and its workers are not dead
    }
    stack.enter_context(dask.config.set(told))
    cluster = LocalCluster(  # no limit: Dask would stop a worker near it for ever, since caches do not get smaller
        n_workers=workers, threads_per_worker=1, dashboard_address=":0", memory_limit=0
    )
    return stack.enter_context(Client(stack.enter_context(cluster)))


def _connect(scheduler: str, stack: ExitStack) -> Client:
    try:
        return stack.enter_context(Client(scheduler))
    except (OSError, ValueError) as fault:
        raise SweepError(f"{scheduler}: no Dask scheduler answers there ({fault}); see that it runs") from None


def _outcome(future: Future, scheduler: str | None) -> Run | str:
    try:
        fault = future.exception()
        return _told(fault) if fault else future.result()
    except (CancelledError, OSError):
        raise SweepError(
            f"{scheduler or 'this machine'}: the scheduler is gone; start one and call it again: what is done is kept"
        ) from None


def _told(fault: BaseException) -> str:
    return " ".join(f"{type(fault).__name__}: {fault}".split())


def _running(client: Client, waiting: Mapping[Future, Config]) -> int:
    """How many of the runs are being done, and do not wait for a worker; none if the scheduler does not answer."""
    ours = {future.key for future in waiting}
    try:
        threads, processing = client.nthreads(), client.processing()
    except (CancelledError, OSError):
        return 0
    return sum(min(len(ours.intersection(keys)), threads.get(at, 0)) for at, keys in processing.items())
