"""What comes in over MQTT; what is not taken is counted by its reason, and changes nothing."""

from collections import Counter
from collections.abc import Callable
from typing import Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback

from .detectors.mqtt import parse
from .engine.activations import Report
from .listening import listen, when_subscribed
from .remote import Remote
from .untrusted import RejectedError

# A home whose disk takes long at a start gets no more than this in the meantime; reporters repeat what was not taken.
_MOST_HELD: Final = 1000


class Inbox:
    """Takes reports of detectors outside, and commands."""

    def __init__(
        self, hass: HomeAssistant, remote: Remote, take: Callable[[str, Report], bool], told: CALLBACK_TYPE
    ) -> None:
        """`take` receives reports by speaker; it returns False for one that is not there.

        `told` is called when something was rejected.
        """
        self.rejected: Counter[str] = Counter()
        """What was sent and not taken, by reason."""
        self._hass = hass
        self._remote = remote
        self._take = take
        self._told = told
        self._topic = ""
        self._held: list[ReceiveMessage] | None = []
        self._stops: list[CALLBACK_TYPE] = []

    async def listen(self, topic: str, listening: CALLBACK_TYPE) -> None:
        """Listen below this topic, and nowhere else any more; `listening` is called when the broker knows of it."""
        self.silence()
        self._topic = topic
        reports, commands = f"{topic}/speaker/+/activation/report", f"{topic}/command"
        self._stops.append(await listen(self._hass, commands, self._commanded))
        self._stops.append(await listen(self._hass, reports, self._reported))
        self._stops.append(when_subscribed(self._hass, reports, listening))

    @callback
    def begin(self) -> None:
        """Take reports from now on, and what came meanwhile: by now it is known which of them came before."""
        held, self._held = self._held or [], None
        for message in held:
            self._reported(message)

    @callback
    def silence(self) -> None:
        """Listen no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()

    @callback
    def _reported(self, message: ReceiveMessage) -> None:
        if self._held is not None:
            if len(self._held) < _MOST_HELD:
                self._held.append(message)
            return
        slug = message.topic.removeprefix(f"{self._topic}/speaker/").partition("/")[0]
        try:
            report = parse(message)
        except RejectedError as reason:
            self._reject(str(reason))
            return
        if not self._take(slug, report):
            self._reject("unknown_speaker")

    @callback
    def _commanded(self, message: ReceiveMessage) -> None:
        self._hass.async_create_task(self._obey(message), "earlid command", eager_start=True)

    async def _obey(self, message: ReceiveMessage) -> None:
        try:
            await self._remote.take(message)
        except RejectedError as reason:
            self._reject(str(reason))

    @callback
    def _reject(self, reason: str) -> None:
        self.rejected[reason] += 1
        self._told()
