"""The live view of runs that are being done: how many are done, running and failed, and the time left."""

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from types import TracebackType

from tqdm import tqdm

from secondlook.plan import Times, in_words
from secondlook.runs import Config, Run

Clock = Callable[[], float]


class Progress:
    """A bar on a terminal; elsewhere a line for every run that is finished. Its numbers are attributes.

    `known` is what a run of an arm took before, by study and arm; once runs of the arm are finished here, what those
    took counts instead.
    """

    def __init__(self, configs: Sequence[Config], known: Times, clock: Clock = time.monotonic):
        self.done, self.running, self.failed = 0, 0, 0
        self.waiting = Counter((config.study, config.arm) for config in configs)
        self.known, self.taken = known, dict[tuple[str, str], list[float]]()
        self.clock, self.started = clock, clock()
        self.seen, self.busy = self.started, 0.0
        self.bar = tqdm(
            total=len(configs),
            disable=not sys.stderr.isatty(),
            bar_format="{n}/{total} |{bar}| {elapsed}{postfix}",
            dynamic_ncols=True,
        )

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.bar.close()

    def look(self, running: int) -> None:
        """Take note that so many runs are being done now."""
        now = self.clock()
        self.busy += self.running * (now - self.seen)
        self.seen, self.running = now, running
        self.bar.set_postfix_str(str(self))

    def finished(self, config: Config, found: Run | str) -> None:
        """Take note of a run that is finished, or in one line why it failed."""
        arm = (config.study, config.arm)
        self.waiting -= Counter([arm])
        if isinstance(found, str):
            self.failed += 1
        else:
            self.done += 1
            self.busy = max(self.busy - found.seconds, 0.0)
            self.taken.setdefault(arm, []).append(found.seconds)
        state = found if isinstance(found, str) else in_words(found.seconds)
        line = f"{config.study}, {config.arm}, seed {config.seed}: {state}"
        if self.bar.disable:
            print(f"  {self.done + self.failed}/{self.bar.total}  {line}", flush=True)
        elif isinstance(found, str):
            self.bar.write(f"  {line}")
        self.bar.update()

    def __str__(self) -> str:
        """The numbers in a line."""
        left, unknown = self.left()
        time_left = "time left not known yet" if unknown == self.waiting.total() > 0 else f"about {in_words(left)} left"
        others = f", {unknown} runs not counted" if 0 < unknown < self.waiting.total() else ""
        return f"{self.done} done, {self.running} running, {self.failed} failed, {time_left}{others}"

    def left(self) -> tuple[float, int]:
        """The seconds left for the runs whose arm was done before, and how many others there are.

        That is the work of the runs not finished, less what workers have put into it by now, over the workers that are
        busy; but no less than the longest of them, begun when all began.
        """
        mean = {arm: sum(taken) / len(taken) for arm, taken in self.taken.items()}
        each = {arm: mean.get(arm, self.known.get(arm)) for arm in self.waiting}
        told = {arm: seconds for arm, seconds in each.items() if seconds is not None}
        work = sum(seconds * self.waiting[arm] for arm, seconds in told.items())
        shared = max(work - self.busy, 0.0) / max(self.running, 1)
        longest = max(told.values(), default=0.0) - (self.clock() - self.started)
        return max(shared, longest), self.waiting.total() - sum(self.waiting[arm] for arm in told)
