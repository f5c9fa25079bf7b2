"""Do the runs of a study, side by side, each once: on a local Dask cluster, or on any other by its address."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack

import dask
from dask.distributed import Client, LocalCluster, as_completed

from secondlook import runs, studies
from secondlook.process import ONE_THREAD
from secondlook.runs import Config, Run

WORKER_ENVIRONMENT = {  # for nets this small, two workers do more than one worker with two threads
    **ONE_THREAD,
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false",
    "KERAS_BACKEND": "jax",
}


def one(config: Config) -> Run:
    """Do one run where this is called, or find it in the cache there."""
    return runs.done(studies.study(config.study), config)


def sweep(configs: Sequence[Config], workers: int, scheduler: str | None = None) -> Iterator[tuple[Config, Run | str]]:
    """Do the runs, and yield each as it is finished: the run, or in one line why it failed.

    A killed worker loses the run it was at, which is then done again.
    """
    with ExitStack() as stack:
        stack.enter_context(dask.config.set({"distributed.nanny.pre-spawn-environ": WORKER_ENVIRONMENT}))
        cluster = scheduler or stack.enter_context(
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=None, memory_limit=0)
        )
        client = stack.enter_context(Client(cluster))
        futures = {client.submit(one, config, pure=False, retries=2): config for config in configs}
        for future in as_completed(futures):
            config = futures[future]
            if future.status == "finished":
                run = future.result()
                if runs.fetch(config) is None:  # done on another machine
                    runs.store(config, run)
                yield config, run
            else:
                yield config, f"{type(future.exception()).__name__}: {future.exception()}"
