"""When a plug on MQTT that says off is asked again: the message that a hand has turned it on may have got lost."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

# s. As often as a Shelly that pushes. Some Zigbee plugs tell of a hand only when asked, others again after an hour.
EVERY: Final = 60
# s. One that does not answer may be gone for weeks. Each question makes a radio network search for it, and its bridge
# write an error.
SELDOM: Final = 16 * EVERY


class Rereading:
    """Asks again and again as long as the last that was said is off."""

    def __init__(self, hass: HomeAssistant, ask: Callable[[], None]) -> None:
        """Ask nothing yet."""
        self._hass = hass
        self._ask = ask
        self._wait: float = EVERY
        self._answered = True
        self._stop: Callable[[], None] | None = None

    @callback
    def said(self, value: bool | None) -> None:
        """Take what the plug says of itself; None: it is out of sight.

        What is said meanwhile puts off no question: a bridge repeats what it believes with each report of a meter.
        """
        self._answered = True
        if value is not False and self._stop is not None:
            self._stop()
            self._stop = None
        elif value is False and self._stop is None:
            self._wait = EVERY
            self._arm()

    def _arm(self) -> None:
        self._stop = async_call_later(self._hass, self._wait, self._due)

    @callback
    def _due(self, _now: datetime) -> None:
        self._wait = EVERY if self._answered else min(2 * self._wait, SELDOM)
        self._answered = False
        self._arm()
        self._ask()
