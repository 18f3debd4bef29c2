"""Whether the writer of a journal gets on."""

import asyncio
from collections.abc import Callable
from typing import Final

from homeassistant.core import HomeAssistant, callback

# s. What is not on disk after as long is not coming soon; a disk that spins up takes less.
STALLED: Final = 10.0
# Looks at the writer in that time: one for which the clock jumped, or that came late, says nothing of the disk.
_LOOKS: Final = 5


class Stall:
    """Looks at a writer as long as something waits for it."""

    def __init__(
        self, hass: HomeAssistant, waiting: Callable[[], bool], written: Callable[[], int], stalled: Callable[[], None]
    ) -> None:
        """Whether something waits; how much was ever written; called each STALLED seconds in which nothing was."""
        self._hass = hass
        self._waiting = waiting
        self._written = written
        self._stalled = stalled
        self._timer: asyncio.TimerHandle | None = None

    @callback
    def watch(self) -> None:
        """Begin to look, unless that goes on or nothing waits."""
        if self._timer is None and self._waiting():
            self._again(1)

    @callback
    def end(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _again(self, looks: int) -> None:
        self._timer = self._hass.loop.call_later(STALLED / _LOOKS, self._look, self._written(), looks)

    @callback
    def _look(self, written: int, looks: int) -> None:
        self._timer = None
        if not self._waiting():
            return
        if self._written() != written:
            looks = 0
        elif looks == _LOOKS:
            looks = 0
            self._stalled()
        self._again(looks + 1)
