"""Questions to the journal as the event loop asks them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
import sqlite3
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid.const import DOMAIN

from . import reads
from .chain import Entry, Head, Row
from .reads import Query
from .store import damaged
from .verify import Verification, verify

# The largest that SQLite knows.
LAST_SEQ: Final = 2**63 - 1


class Answers:
    """What is in the file. Whatever asks raises HomeAssistantError where the file cannot be read."""

    delivered_seq: int
    """Through which seq all was delivered that is published."""

    def __init__(self, hass: HomeAssistant, path: Path, known: Callable[[], Head], doubt: Callable[[], None]) -> None:
        """`known` is the newest record on disk, `doubt` is told when SQLite finds the file damaged."""
        self._hass = hass
        self._path = path
        self._known = known
        self._doubt = doubt
        self.delivered_seq = 0

    async def after(self, seq: int, limit: int) -> tuple[list[Entry], int]:
        """Return what is to be published after a seq, oldest first, and through which seq that is all."""
        return await self._ask(reads.published_after, seq, limit)

    async def count_undelivered(self, after: int | None = None, through: int = LAST_SEQ) -> int:
        """Return how many records are to be published after a seq; by default after what was delivered for good."""
        return await self._ask(reads.count_published, self.delivered_seq if after is None else after, through)

    async def read(self, query: Query) -> list[Entry]:
        """Return the records asked for."""
        return await self._ask(reads.read, query)

    async def rows(self, query: Query) -> list[Row]:
        """Return the records asked for as they are stored: their hashes are over exactly these texts."""
        return await self._ask(reads.rows, query)

    async def time_of_later(self, after: datetime, number: int) -> datetime | None:
        """Return the time of the record that so many later ones come before; None where there are no more."""
        return await self._ask(reads.time_of_later, after, number)

    async def latest_before(
        self, at: datetime, kinds: Iterable[str] | Mapping[str, str | None]
    ) -> dict[tuple[str, str], Entry]:
        """Return the last record before a time, of each speaker and kind.

        Where a kind names a key, only records count whose body tells something under it.
        """
        wanted = dict(kinds) if isinstance(kinds, Mapping) else dict.fromkeys(kinds)
        return await self._ask(reads.latest_before, at, wanted)

    async def known_activations(self, limit: int = 4096) -> list[Entry]:
        """Return the activations written last, newest first."""
        return await self._ask(reads.activations, limit)

    async def verify(self) -> Verification:
        """Look through all records for the first that was changed or is gone."""
        return await self._ask(verify, self._known(), doubting=False)

    async def _ask[R](self, question: Callable[..., R], *args: Any, doubting: bool = True) -> R:
        try:
            return await self._hass.async_add_executor_job(question, self._path, *args)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            if doubting and damaged(error):
                self._doubt()
            why = {"why": str(error)}
            raise HomeAssistantError(
                translation_domain=DOMAIN, translation_key="not_readable", translation_placeholders=why
            ) from error
