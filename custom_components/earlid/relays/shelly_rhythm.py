"""When a Shelly is asked how it is: seldom while nothing happens, often while something is to show.

Fifty plugs that nobody touches take about one request a second: one that pushes what happens to it is asked each minute
while it is off, and one that is on by its renewals. Only a first generation's that is off is asked more often: it says
nothing of a hand that turns it on.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
import math
import time
from typing import ClassVar

# Two clocks that began together end together, but for this much.
_SLACK = 0.1


@dataclass(frozen=True, slots=True)
class Vigil:
    """A time in which something is to show; in s of the monotonic clock."""

    begins: float
    ends: float
    value: bool | None
    """What ends it when it shows; None: nothing."""


class Rhythm:
    """Keeps the time of one relay's questions. All times in s."""

    WHILE_OFF: ClassVar[float] = 60
    """A plug that pushes is only asked whether it still lives."""
    WHILE_OFF_UNHEARD: ClassVar[float] = 10
    """One that pushes nothing may be turned on at its button: a first generation's is seen no later."""
    WHILE_ON: ClassVar[float] = 120
    """More than a third of the usual lease: the renewals ask as well."""
    VIGIL: ClassVar[float] = 10
    """The usual deadline: what has not shown by then is a breach, and orders are repeated anyway."""
    VIGIL_STEP: ClassVar[float] = 1
    BACKOFF: ClassVar[tuple[float, ...]] = (1, 2, 4, 8, 16, 30)
    CHANNEL_HOLDS: ClassVar[float] = 60
    """A channel that was open so long was no flapping one."""

    def __init__(self) -> None:
        """Begin at once."""
        self._wake = asyncio.Event()
        self._at_once = True
        self._asked_at = self._heard_at = self._missed_at = self._opened_at = -math.inf
        self._on = False
        self._misses = 0
        self._vigils: list[Vigil] = []
        self._on_sent_at = -math.inf
        """When an ON was sent that was not answered."""
        self._flaps = 0
        self._pushes = False
        self._channel_at: float | None = None
        """When another channel may be opened; None: there is one, or none is needed."""

    async def until_due(self) -> None:
        """Wait until it is time to ask."""
        while True:
            self._wake.clear()
            wait = self._due() - time.monotonic()
            if wait <= 0:
                return
            with suppress(TimeoutError):
                async with asyncio.timeout(wait):
                    await self._wake.wait()

    def ask(self) -> None:
        """Ask as soon as possible."""
        self._at_once = True
        self._wake.set()

    def asked(self) -> None:
        """Take it that it is being asked."""
        self._at_once = False
        self._asked_at = time.monotonic()

    def heard(self, *, on: bool) -> None:
        """Take a report."""
        now = time.monotonic()
        self._misses = 0
        self._heard_at = now
        self._on = on
        self._vigils = [vigil for vigil in self._vigils if vigil.value is not on or now < vigil.begins]

    def missed(self) -> None:
        """Take it that there was no answer."""
        self._misses += 1
        self._missed_at = time.monotonic()
        self._wake.set()

    def ordered(self, *, on: bool, seconds: float = 0) -> None:
        """Take it that an order goes out: what it does has to show, and later that an ON has ended."""
        now = self._asked_at = time.monotonic()
        if on:
            self._on_sent_at = now
            end = now + seconds
            self._vigils = [Vigil(now, now + self.VIGIL, True), Vigil(end, end + self.VIGIL, False)]
        else:
            # An ON that was overtaken may still arrive after this OFF, when OFF has shown already.
            overtaken = now - self._on_sent_at < self.VIGIL
            self._vigils = [Vigil(now, now + self.VIGIL, None if overtaken else False)]
        self._wake.set()

    def answered(self, *, on: bool, seconds: float = 0) -> None:
        """Take it that the order was answered: the device's clock began before that, and not when it was sent."""
        if on:
            self._on_sent_at = -math.inf
            end = time.monotonic() + seconds + _SLACK
            lapse = Vigil(end, end + self.VIGIL, False)
            self._vigils = [*(vigil for vigil in self._vigils if vigil.value is not False), lapse]

    def may_open(self) -> bool:
        """Return whether it is time to open a channel."""
        return self._channel_at is None or time.monotonic() >= self._channel_at - _SLACK

    def opened(self) -> None:
        """Take it that a channel is open."""
        self._pushes = True
        self._opened_at = time.monotonic()
        self._channel_at = None

    def closed(self) -> None:
        """Take it that a channel was closed, or did not open."""
        self._pushes = False
        now = time.monotonic()
        self._flaps = 1 if self._channel_at is None and now - self._opened_at > self.CHANNEL_HOLDS else self._flaps + 1
        self._channel_at = now + self._backoff(self._flaps)

    def _due(self) -> float:
        if self._at_once:
            return -math.inf
        if self._misses:
            return self._missed_at + self._backoff(self._misses)
        while_off = self.WHILE_OFF if self._pushes else min(self.WHILE_OFF, self.WHILE_OFF_UNHEARD)
        due = self._heard_at + (self.WHILE_ON if self._on else while_off)
        if self._channel_at is not None:
            due = min(due, self._channel_at)
        for vigil in self._vigils:
            step = max(vigil.begins, self._asked_at + self.VIGIL_STEP)
            if step < vigil.ends:
                due = min(due, step)
        return due

    def _backoff(self, times: int) -> float:
        return self.BACKOFF[min(times, len(self.BACKOFF)) - 1]
