"""News that waits until commands are on the wire."""

import asyncio
from collections import deque
from collections.abc import Callable, Collection, Sequence
import logging

from homeassistant.core import HomeAssistant, callback

from .engine.model import Record
from .runtime import SpeakerView

_LOGGER = logging.getLogger(__name__)

type See = Callable[[Collection[str]], Sequence[SpeakerView]]
type Tell = Callable[[Sequence[SpeakerView], list[Record]], None]


class Afterwards:
    """Tells what came of each look, in order; after the event loop has turned, where commands were sent.

    A command that was sent is only written to its socket when the loop turns. Entities, records and messages take
    longer than the decision: of many plugs turned on at once, the last OFF would wait for all that is told before it.
    """

    def __init__(self, hass: HomeAssistant, seen: See, tell: Tell) -> None:
        """Have nothing to tell; `seen` tells how these speakers are now, which is what is told later."""
        self._hass = hass
        self._seen = seen
        self._tell = tell
        self._line: deque[tuple[Sequence[SpeakerView], list[Record]]] = deque()
        self._going = False

    @callback
    def take(self, slugs: Collection[str], records: list[Record], *, at_once: bool = False) -> None:
        """Tell of these speakers at once, unless it comes with a command or after what still waits.

        `at_once`: tell what waits, too; somebody is about to be answered and will look.
        """
        waits = bool(self._line) or any(record.kind == "command" for record in records)
        self._line.append((self._seen(slugs), records))
        if at_once or not waits:
            self.catch_up()
        elif not self._going:
            self._going = True
            # Home Assistant's own: who waits until all is done, waits for this too.
            self._hass.async_create_task(self._go_round(), "earlid tells", eager_start=False)

    @callback
    def catch_up(self) -> None:
        """Tell all that waits."""
        while self._line:
            self._tell_next()

    async def _go_round(self) -> None:
        try:
            # By then the socket of what was sent last has been written to.
            await asyncio.sleep(0)
            while self._line:
                # One at a time: between them the loop reads what else was turned on, and writes what is sent for it.
                await asyncio.sleep(0)
                if self._line:
                    self._tell_next()
        finally:
            self._going = False

    def _tell_next(self) -> None:
        views, records = self._line.popleft()
        try:
            self._tell(views, records)
        except Exception:
            # The others wait behind it.
            _LOGGER.exception("What came of a look could not be told")
