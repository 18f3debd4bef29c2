"""The outbox over a broker of paper, in a time of its own: what a broker does and forgets, second by second."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from itertools import count
import json
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.earlid import listening
from custom_components.earlid.engine.model import Record
from custom_components.earlid.journal import Entry, Journal, delivery
from custom_components.earlid.journal.delivery import OTHERS_COME_BACK, Delivery

from .journals import ask, record

TOPIC = "earlid/home"
PUBLISHED = ("activation", "breach")


def message(one: Entry | Record) -> bytes:
    """Return what goes out for a record."""
    return json.dumps({"id": one.body.get("amends", one.id), "body": one.body}).encode()


def id_of(payload: bytes) -> str:
    """Return the id of what went out."""
    return str(json.loads(payload)["id"])


class Clock:
    """The event loop's time, which can be moved on."""

    def __init__(self) -> None:
        """Take over the running loop's clock."""
        self._loop = asyncio.get_running_loop()
        self._real, self._ahead = self._loop.time, 0.0
        self._loop.time = lambda: self._real() + self._ahead  # type: ignore[method-assign]

    async def go(self, seconds: float) -> None:
        """Let so much time pass, and all happen that is due meanwhile."""
        while seconds > 0:
            step = min(seconds, 0.5)
            self._ahead += step
            seconds -= step
            await still()


async def still() -> None:
    """Let everything happen that happens at once."""
    for _ in range(8):
        await asyncio.sleep(0)


class Paper:
    """A broker, and somebody else who listens; it stands in for Home Assistant's MQTT integration."""

    def __init__(self) -> None:
        """Nobody is connected."""
        self.connected = False
        self.in_hand: deque[tuple[str, bytes]] = deque()
        """Published, and not routed."""
        self.sent: list[bytes] = []
        """All that was ever published."""
        self.routed: list[tuple[float, str]] = []
        """Ids that went to the other listener, and when."""
        self.returned: set[str] = set()
        """Ids that came back to us."""
        self.most_under_way = 0
        self._open: set[bytes] = set()
        self._ears: list[Callable[[SimpleNamespace], None]] = []
        self._done: list[Callable[[], None]] = []

    async def async_subscribe(self, _hass: HomeAssistant, _topic: str, ear: Callable[..., None], **_: object) -> object:
        """Take an ear."""
        self._ears.append(ear)
        return lambda: self._ears.remove(ear)

    def async_on_subscribe_done(self, _hass: HomeAssistant, _topic: str, _qos: int, done: Callable[[], None]) -> object:
        """Take who is told of each connection."""
        self._done.append(done)
        return lambda: self._done.remove(done)

    async def async_publish(self, _hass: HomeAssistant, topic: str, payload: bytes, **_: object) -> None:
        """Take a message in hand."""
        if not self.connected:
            raise HomeAssistantError("There is no connection")
        self.sent.append(payload)
        self.in_hand.append((topic, payload))
        self._open.add(payload)
        self.most_under_way = max(self.most_under_way, len(self._open))

    def come(self) -> None:
        """Be there, and know who subscribed."""
        self.connected = True
        for done in self._done:
            done()

    def die(self, outbox: Delivery, *, forgets: int = 0) -> None:
        """Take along what is in hand, and the last that was routed to others."""
        self.connected = False
        self.in_hand.clear()
        self._open.clear()
        since = asyncio.get_running_loop().time() - 25
        for _ in range(forgets):
            if self.routed and self.routed[-1][0] > since:
                self.routed.pop()
        outbox.disconnected()

    def route(self, number: int = 1_000_000, *, back: bool = True) -> None:
        """Hand on the next few; `back`: to us as well."""
        for _ in range(min(number, len(self.in_hand))):
            topic, payload = self.in_hand.popleft()
            self.routed.append((asyncio.get_running_loop().time(), id_of(payload)))
            if back:
                self._open.discard(payload)
                self.returned.add(id_of(payload))
                self.tell(topic, payload)

    def tell(self, topic: str, payload: bytes | str, *, retain: bool = False) -> None:
        """Hand something to us."""
        for ear in self._ears[:1]:
            ear(SimpleNamespace(topic=topic, payload=payload, retain=retain))

    def live(self) -> None:
        """Route our own status to us."""
        if self.connected:
            self.tell(f"{TOPIC}/status", b"{}")

    @property
    def firsts(self) -> list[str]:
        """What the other listener has, in the order of first sight."""
        return list(dict.fromkeys(id_ for _, id_ in self.routed))


class Outbox:
    """A journal with its delivery, and the broker that it goes to."""

    def __init__(self, hass: HomeAssistant, path: Path) -> None:
        """Nothing is open."""
        self.broker = Paper()
        self.clock = Clock()
        self.numbers = count(1)
        self.written: list[Record] = []
        self._hass, self._path = hass, path

    async def open(self) -> None:
        """Open the journal and listen, as at a start."""
        self.journal = Journal(self._hass, str(self._path))
        self.delivery = Delivery(self._hass, self.journal, message, lambda: None)
        self.journal.on_written = self.delivery.written
        await self.journal.open()
        await self.delivery.start()
        await self.delivery.listen(TOPIC)
        await still()

    async def close(self) -> None:
        """Stop, cleanly or not: of delivery nothing more is written down in either."""
        self.broker.die(self.delivery)
        self.delivery.stop()
        await self.journal.close()

    async def write(self, number: int, kind: str = "activation") -> None:
        """Record so many."""
        records = [record(n, kind, id=f"r{n}") for n in (next(self.numbers) for _ in range(number))]
        self.written += [one for one in records if one.kind in PUBLISHED]
        self.journal.append(records)
        await self.quiet()

    async def quiet(self) -> None:
        """Return when the disk is still and nothing is being read."""
        await self.journal.settled()
        async with asyncio.timeout(20):
            while self._busy:  # noqa: ASYNC110 (what is waited for is in threads)
                await asyncio.sleep(0.001)
        await still()

    @property
    def _busy(self) -> bool:
        reading = self.delivery._reading or self.delivery._backlog._counting
        return reading or (self.journal.head.seq > 0 and self.journal.head.seq < self.last)

    async def connect(self) -> None:
        """Bring the broker, and wait until all are back."""
        self.broker.come()
        await self.clock.go(OTHERS_COME_BACK.total_seconds() + 0.1)
        await self.quiet()

    async def deliver_all(self) -> None:
        """Route until nothing comes any more."""
        while self.broker.in_hand:
            self.broker.route()
            await self.quiet()

    async def go(self, seconds: float) -> None:
        """Let time pass; a broker that is there shows that it lives."""
        while seconds > 0:
            self.broker.live()
            await self.clock.go(min(seconds, 5))
            seconds -= 5
            await self.quiet()

    @property
    def last(self) -> int:
        """The seq of the newest record on disk."""
        return int(ask(self._path, "SELECT max(seq) FROM record")[0][0] or 0)

    @property
    def undelivered(self) -> int:
        """How many records have never come back, by the file."""
        question = "SELECT count(*) FROM record WHERE kind IN ('activation', 'breach') AND seq > ?"
        return int(ask(self._path, question, self.delivery.through)[0][0])

    @property
    def ids(self) -> list[str]:
        """The ids of all that is to go out, in their order."""
        return [one.id for one in self.written]


@asynccontextmanager
async def outbox(folder: Path) -> AsyncIterator[Outbox]:
    """Give an outbox that is open, with no broker there."""
    hass = HomeAssistant(str(folder))
    opened = Outbox(hass, folder / "journal.db")
    with patch.object(delivery, "mqtt", opened.broker), patch.object(listening, "mqtt", opened.broker):
        await opened.open()
        try:
            yield opened
        finally:
            await opened.close()
            await hass.async_stop(force=True)


LONG = timedelta(seconds=31).total_seconds()
