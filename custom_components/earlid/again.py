"""What must be read at a start is asked for until there is an answer."""

from asyncio import Task, timeout
from collections.abc import Awaitable, Callable
from datetime import datetime
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

_LOGGER = logging.getLogger(__name__)
# s. A disk that answers later than this hangs.
_WITHIN: Final = 10.0
# s. From 1 doubling to 30; after a disk that hung at least as long as this, since each question to it keeps one of
# Home Assistant's threads until it answers.
_FIRST: Final = 1.0
_LAST: Final = 30.0
_HUNG: Final = 300.0


class Again:
    """One question, asked until it is answered."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], ask: Callable[[], Awaitable[None]]) -> None:
        """Ask nothing yet; `ask` raises HomeAssistantError where there is no answer now."""
        self._hass = hass
        self._entry = entry
        self._ask = ask
        self._wait = _FIRST
        self._asking: Task[None] | None = None
        self._cancel: CALLBACK_TYPE | None = None

    @callback
    def start(self, _now: datetime | None = None) -> None:
        """Ask; returns at once."""
        self._cancel = None
        self._asking = self._entry.async_create_background_task(self._hass, self._try(), "earlid asks")

    @callback
    def stop(self) -> None:
        """Ask no more."""
        if self._asking is not None:
            self._asking.cancel()
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _try(self) -> None:
        try:
            async with timeout(_WITHIN):
                await self._ask()
        except TimeoutError:
            self._later(_HUNG, "the disk hangs")
        except HomeAssistantError as error:
            self._later(self._wait, str(error))
            self._wait = min(self._wait * 2, _LAST)

    def _later(self, wait: float, why: str) -> None:
        _LOGGER.warning("What the journal holds is not known yet, it is asked again in %.0f s: %s", wait, why)
        self._cancel = async_call_later(self._hass, wait, self.start)
