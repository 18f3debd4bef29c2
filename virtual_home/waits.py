"""How long a process waited for a processor, between two moments that are known only afterwards."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable
import time
from typing import Self

LOOK_EVERY = 0.05  # s


class Waits:
    """Writes down a growing count of seconds while the block lasts: `with Waits(lambda: home.ha.waited) as waits:`."""

    def __init__(self, count: Callable[[], float]) -> None:
        """Take what is to be counted."""
        self._count = count
        self._times: list[float] = []
        self._counts: list[float] = []
        self._watching: asyncio.Task[None] | None = None

    def __enter__(self) -> Self:
        """Begin."""
        self._watching = asyncio.get_running_loop().create_task(self._watch())
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        if self._watching is not None:
            self._watching.cancel()
        self._look()

    def between(self, start: float, end: float) -> float:
        """Return by how much it grew between two times of the monotonic clock, to the nearest looks inside."""
        first, last = bisect_left(self._times, start), bisect_left(self._times, end)
        return max(0.0, self._counts[last - 1] - self._counts[first]) if last > first else 0.0

    async def _watch(self) -> None:
        while True:
            self._look()
            await asyncio.sleep(LOOK_EVERY)

    def _look(self) -> None:
        self._times.append(time.monotonic())
        self._counts.append(self._count())
