"""How many records no broker has yet, counted along: asking the file each time would read all of them."""

from collections.abc import Iterable
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
        self.size = 0
        """How many there are."""
        self.gone = 0
        """Through which seq all have been delivered, once at least."""
        self._hass = hass
        self._journal = journal
        self._told = told
        self._known = 0
        self._sure = True
        self._counting = False

    @callback
    def came(self, entries: Iterable[Entry]) -> None:
        """Take in what was written, in its order."""
        for entry in entries:
            if entry.kind == "lifecycle" and entry.body.get("event") in _GO_AWAY:
                self._sure = False
            # What was counted in the file already may be told of only now.
            if entry.seq > self._known:
                self._known = entry.seq
                self.size += entry.kind in PUBLISHED
        self._told()
        self.recount()

    @callback
    def went(self, seq: int) -> None:
        """Take it that this one, the next of them, was delivered."""
        if seq > self.gone:
            self.gone = seq
            self.size -= 1
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
            self._hass.async_create_background_task(self.count(), "earlid backlog", eager_start=True)

    async def count(self) -> None:
        """Ask the file; where it cannot be read now, `recount` asks again."""
        self._counting = True
        try:
            # What is told of later, and what comes back meanwhile, is counted along.
            before, self._known = self.size, max(self._known, self._journal.head.seq)
            self._sure = True
            self.size += await self._journal.count_undelivered(self.gone, self._known) - before
        except HomeAssistantError:
            self._sure = False
            return
        finally:
            self._counting = False
        self._told()
        self.recount()
