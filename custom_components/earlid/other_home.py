"""Whether another home publishes under this one's topic: the old machine that still runs, or a copy of this one.

Both would switch the same relays, one against the other, and publish what each of them thinks.
"""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
import logging
from typing import Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util
import voluptuous as vol

from . import repairs
from .listening import listen, when_subscribed
from .untrusted import RejectedError, moment, unpack

_LOGGER = logging.getLogger(__name__)

ISSUE: Final = "another_home"
# A home says that it is online three times in the 180 s for which that is true: one that was silent for longer is gone.
_GONE: Final = timedelta(seconds=200)
# A goodbye counts only after this: one who says both in turns would have us log, tell and publish as often.
_LEFT: Final = timedelta(seconds=2)
# What we said last; one comes back before the next but one is sent.
_REMEMBERED: Final = 16
_STATUS: Final = vol.Schema(
    {vol.Required("status"): vol.In(("online", "offline")), vol.Required("at"): moment}, extra=vol.ALLOW_EXTRA
)


class OtherHome:
    """Listens on the home's own status for what this home has not said."""

    def __init__(self, hass: HomeAssistant, say: Callable[[], None]) -> None:
        """Hear nothing yet; `say` says that this home is online, so that the other one hears of it at once too."""
        self._hass = hass
        self._say = say
        self._said: deque[bytes] = deque(maxlen=_REMEMBERED)
        self._since = dt_util.utcnow()
        self._stops: list[CALLBACK_TYPE] = []
        self._cancel: CALLBACK_TYPE | None = None

    async def listen(self, topic: str, listening: CALLBACK_TYPE) -> None:
        """Listen below this topic, and nowhere else any more; `listening` is called when the broker knows of it."""
        self.silence()
        full = f"{topic}/status"
        self._stops = [await listen(self._hass, full, self._heard, qos=0), when_subscribed(self._hass, full, listening)]

    @callback
    def said(self, payload: str) -> None:
        """Take this for our own when it comes back."""
        self._said.append(payload.encode())

    @callback
    def silence(self) -> None:
        """Listen no more."""
        while self._stops:
            self._stops.pop()()
        if self._cancel is not None:
            self._cancel()
            self._gone()

    @callback
    def _heard(self, message: ReceiveMessage) -> None:
        # One that the broker kept may be our own of before the start.
        if message.retain or message.payload in self._said:
            return
        status = _status(message.payload, self._since)
        if status == "online":
            if self._cancel is None:
                _LOGGER.warning("Another home publishes at %s too; both switch the same relays", message.topic)
                repairs.show_home(self._hass, ISSUE, shown=True)
                self._say()
            self._wait(_GONE, self._gone)
        elif status == "offline" and self._cancel is not None:
            self._wait(_LEFT, self._left)

    def _wait(self, span: timedelta, then: Callable[[datetime], None]) -> None:
        if self._cancel is not None:
            self._cancel()
        self._cancel = async_call_later(self._hass, span, then)

    @callback
    def _left(self, _now: datetime) -> None:
        self._gone()
        # Else the goodbye would stand there until the next time that is due.
        self._say()

    @callback
    def _gone(self, _now: datetime | None = None) -> None:
        self._cancel = None
        repairs.show_home(self._hass, ISSUE, shown=False)


def _status(payload: object, since: datetime) -> str | None:
    """Return what a home says there, later than `since`: what is earlier, this one has said itself."""
    if not isinstance(payload, bytes):
        return None
    try:
        said = unpack(payload, _STATUS)
    except RejectedError:
        return None
    return str(said["status"]) if said["at"] > since else None
