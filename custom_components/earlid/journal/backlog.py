"""How many records no broker has yet, counted along: asking the file each time would read all of them."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .chain import Entry
from .journal import Journal

PUBLISHED: Final = frozenset({"activation", "breach"})
# Records go away otherwise than by being delivered: with their time, or with a file that was damaged.
_GO_AWAY: Final = frozenset({"cut", "set_aside"})


class Backlog:
    """Records that were written and have not come back from a broker, ever."""

    def __init__(self, hass: HomeAssistant, journal: Journal, told: CALLBACK_TYPE) -> None:
        """Know of none; `told` is called when `size` has changed."""
        self._size = 0
        self.gone = 0
        """Through which seq all have been delivered, once at least."""
        self._hass = hass
        self._journal = journal
        self._told = told
        self._known = 0
        # What was left over from before this start is not known yet.
        self._sure = False
        self._counting = False
        self._turn = asyncio.Lock()

    @property
    def size(self) -> int:
        """How many there are; as long as they could not be counted, of those that are known."""
        return max(self._size, 0)

    @callback
    def came(self, entries: Iterable[Entry]) -> None:
        """Take in what was written, in its order."""
        for entry in entries:
            if entry.kind == "lifecycle" and entry.body.get("event") in _GO_AWAY:
                self._sure = False
            # What was counted in the file already may be told of only now.
            if entry.seq > self._known:
                self._known = entry.seq
                self._size += entry.kind in PUBLISHED
        self._told()
        self.recount()

    @callback
    def went(self, seq: int) -> None:
        """Take it that this one, the next of them, was delivered."""
        if seq > self.gone:
            self.gone = seq
            self._size -= 1
            self._told()

    @callback
    def begin(self, after: int) -> None:
        """Begin behind a seq: all up to there was delivered before. Until the next count `size` may be wrong."""
        if after > self.gone:
            self.gone = after
            self._sure = False

    @callback
    def recount(self) -> None:
        """Ask the file if the number may be wrong."""
        if not self._sure and not self._counting:
            self._hass.async_create_background_task(self._recount(), "earlid backlog", eager_start=True)

    async def _recount(self) -> None:
        # Where it cannot be read now, it is asked again with the next record.
        with suppress(HomeAssistantError):
            await self.count()

    async def count(self) -> None:
        """Ask the file; raises HomeAssistantError where it cannot be read now."""
        async with self._turn:
            # As long as nothing is known of the file there is nothing to count; with its first record it is asked.
            if self._sure or self._journal.head.at is None:
                return
            self._counting = True
            try:
                # What is told of later, and what comes back meanwhile, is counted along.
                before, self._known = self._size, max(self._known, self._journal.head.seq)
                self.gone = max(self.gone, self._journal.delivered_seq)
                self._sure = True
                self._size += await self._journal.count_undelivered(self.gone, self._known) - before
            except BaseException:
                self._sure = False
                raise
            finally:
                self._counting = False
        self._told()
        self.recount()
