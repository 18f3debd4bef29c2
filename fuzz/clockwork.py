"""An event loop whose time passes at once: whoever waits ten seconds for an answer has waited."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager
import selectors
from types import SimpleNamespace
from typing import Any, override

from homeassistant.core import HassJob

# s. Whoever still waits then waits for ever.
_FOR_EVER = 100_000.0


class NothingComesError(Exception):
    """Somebody waits for what will never come."""


class _Selector(selectors.SelectSelector):
    """Waits for nobody, and counts the time that it would have waited."""

    passed = 0.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if not ready and timeout is None:
            raise NothingComesError
        if not ready and timeout is not None:
            self.passed += timeout
        return ready


class Clockwork(asyncio.SelectorEventLoop):
    """Runs without waiting."""

    def __init__(self) -> None:
        """Begin at the time 0."""
        self._clock = _Selector()
        super().__init__(self._clock)
        self._broke: list[BaseException] = []
        self.set_exception_handler(self._breaks)

    def _breaks(self, _loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        self._broke.append(context.get("exception") or RuntimeError(context["message"]))

    @override
    def time(self) -> float:
        """Return the time that has passed."""
        return self._clock.passed

    def finish(self, work: Any) -> Any:
        """Return what comes of it, and leave nothing behind."""
        began = self.time()
        try:
            done = self.run_until_complete(work)
            if self.time() - began > _FOR_EVER:
                raise NothingComesError
            return done
        finally:
            left = asyncio.all_tasks(self)
            for task in left:
                task.cancel()
            if left:
                self.run_until_complete(asyncio.gather(*left, return_exceptions=True))
            if self._broke:
                broke, self._broke = self._broke, []
                raise broke[0]


@contextmanager
def clockwork() -> Iterator[Clockwork]:
    """Provide such a loop."""
    loop = Clockwork()
    asyncio.set_event_loop(loop)
    try:
        yield loop
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def stub(loop: Clockwork) -> Any:
    """Return as much of a Home Assistant as a relay needs."""

    def begin(work: Any, _name: str = "", *, eager_start: bool = True) -> asyncio.Task[Any]:
        return asyncio.Task(work, loop=loop, eager_start=eager_start and loop.is_running())

    async def at_once(target: Callable[..., Any], *args: Any) -> Any:
        return target(*args)

    def run(job: HassJob[..., Any], *args: Any) -> None:
        job.target(*args)

    return SimpleNamespace(
        loop=loop,
        data={},
        async_create_background_task=begin,
        async_add_executor_job=at_once,
        async_run_hass_job=run,
    )
