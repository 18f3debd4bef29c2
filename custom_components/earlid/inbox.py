"""What comes in over MQTT; what is not taken is counted by its reason, and changes nothing."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable
from typing import Final

from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .detectors.mqtt import parse
from .engine.activations import Report
from .listening import listen, when_subscribed
from .remote import Remote
from .untrusted import RejectedError

# A home whose disk takes long at a start holds no more than this in the meantime; reporters repeat what was not taken.
MOST_HELD: Final = 1000
# Each costs the loop about a millisecond at most. More than 500 a second wait: nothing is held up for longer than these
# few take. What does not even find room to wait, some MB, is a flood.
AT_ONCE: Final = 10
_SPAN: Final = 0.02  # s
MOST_WAITING: Final = 20_000
# Each is kept as long as the journal is: more than one a second over hours is no household, and would fill the disk.
MOST_SPARED: Final = 2 * MOST_WAITING
# No longer than what Home Assistant has room for in an entity id; a topic may have 65,535.
_LONGEST_SLUG: Final = 255


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
        self._held: list[tuple[str, Report]] | None = []
        self._line: deque[tuple[str, Report]] = deque()
        self._span_began, self._left = 0.0, 0
        self._spared, self._spared_at = float(MOST_SPARED), hass.loop.time()
        self._working: asyncio.Task[None] | None = None
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
        """Take reports with ids from now on, and before them what came meanwhile: the ids of before are known now."""
        held, self._held = self._held or [], None
        self._line.extendleft(reversed(held))
        self._work()

    @callback
    def silence(self) -> None:
        """Listen no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()

    @callback
    def stop(self) -> None:
        """Listen no more, and take nothing more of what waits."""
        self.silence()
        self._line.clear()
        if self._working is not None:
            self._working.cancel()

    @callback
    def _reported(self, message: ReceiveMessage) -> None:
        slug = message.topic.removeprefix(f"{self._topic}/speaker/").partition("/")[0]
        try:
            report = parse(message)
        except RejectedError as reason:
            self._reject(str(reason))
            return
        if len(slug) > _LONGEST_SLUG:
            self._reject("unknown_speaker")
        elif report.id is not None and self._held is not None:
            # It may be one from before the start. One without an id is new: the guard must know while a disk hangs.
            if len(self._held) < MOST_HELD:
                self._held.append((slug, report))
            else:
                self._reject("not_ready")
        elif len(self._line) >= MOST_WAITING or not self._spares():
            self._reject("too_often")
        else:
            self._line.append((slug, report))
            self._work()

    @callback
    def _spares(self) -> bool:
        """Return whether there is room for one more: one comes with each second, and so many are spared."""
        now = self._hass.loop.time()
        self._spared, self._spared_at = min(self._spared + now - self._spared_at, MOST_SPARED), now
        if self._spared < 1:
            return False
        self._spared -= 1
        return True

    @callback
    def _work(self) -> None:
        """Take as many as the loop has time for, and the rest soon."""
        now = self._hass.loop.time()
        if now - self._span_began >= _SPAN:
            self._span_began, self._left = now, AT_ONCE
        while self._line and self._left:
            self._left -= 1
            slug, report = self._line.popleft()
            if not self._take(slug, report):
                self._reject("unknown_speaker")
        if self._line and self._working is None:
            self._working = self._hass.async_create_background_task(self._work_on(), "earlid reports")

    async def _work_on(self) -> None:
        try:
            while self._line:
                await asyncio.sleep(_SPAN)
                self._work()
        finally:
            self._working = None

    @callback
    def _commanded(self, message: ReceiveMessage) -> None:
        self._hass.async_create_task(self._obey(message), "earlid command", eager_start=True)

    async def _obey(self, message: ReceiveMessage) -> None:
        try:
            await self._remote.take(message)
        except RejectedError as reason:
            self._reject(str(reason))
        except HomeAssistantError as error:
            # Who has failed, such as the storage, has said so itself.
            self._reject(error.translation_key or "failed")

    @callback
    def _reject(self, reason: str) -> None:
        self.rejected[reason] += 1
        self._told()
