"""The outbox: what others wait for goes out over MQTT from the journal, in order, until the broker has it.

Home Assistant's `async_publish` returns without an error when the broker never acknowledged (it waits 10 s and logs:
`_async_wait_for_mid_or_raise` in homeassistant/components/mqtt/client.py). So a record counts as delivered when the
broker has routed it back to us. The journal is the queue; here is only how far it has been emptied.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from custom_components.earlid.engine.model import Record
from custom_components.earlid.listening import listen, when_subscribed

from .backlog import Backlog
from .chain import Entry
from .journal import Journal

# As many may be under way: a broker drops what a slow reader, as we may be one, leaves lying (Mosquitto: beyond 1,000).
WINDOW: Final = 100
# What has not come back by then is sent again: as long as Home Assistant itself waits for a broker.
PATIENCE: Final = timedelta(seconds=10)
_LONGEST_PATIENCE: Final = timedelta(seconds=300)
_MOMENT: Final = timedelta(seconds=1)
# Whoever listened to a broker that died comes back about when we do (paho and MQTT.js try every second); a broker that
# has forgotten them keeps nothing for them until they have. What goes out before is lost to them.
OTHERS_COME_BACK: Final = timedelta(seconds=3)
# A broker that dies and forgets takes along what it has routed to us, but to others not yet. So what came back counts
# for good only when the broker still lived so much later, and goes out again when a connection is new.
SETTLED: Final = timedelta(seconds=30)
# The last is our own sign that the broker lives, once a minute, while there is nothing else to tell.
_ECHOES: Final = ("speaker/+/activation", "speaker/+/breach", "status")
# Read at a time, and early: beside a busy event loop a thread takes as long for it as some hundred take to go out.
_READ_AHEAD: Final = 512


@dataclass(slots=True)
class _Sent:
    """A record that is under way."""

    seq: int
    back: bool = False


class Delivery:
    """Empties the journal into a broker: in order, a window at a time."""

    def __init__(
        self,
        hass: HomeAssistant,
        journal: Journal,
        message: Callable[[Entry | Record], bytes],
        told: CALLBACK_TYPE,
    ) -> None:
        """`message` returns what goes out for a record; `told` is called when `waiting` has changed."""
        self._hass = hass
        self._journal = journal
        self._topic = ""
        self._message = message
        self._backlog = Backlog(hass, journal, told)
        self._stops: list[CALLBACK_TYPE] = []
        self._subscribed: set[str] = set()
        self._ready = False
        # A round begins with each connection, and with each time that patience has run out.
        self._round = 0
        self._reading = False
        self._read = self._sent = self._back = 0
        """Up to which seq all is read, handed over, has come back in this round."""
        self._line: deque[Entry | Record] = deque()
        self._under_way: dict[bytes, _Sent] = {}
        self._asked_for: dict[str, Record] = {}
        self._patience, self._moved_at = PATIENCE, 0.0
        self._heard_at = 0.0
        self._settling: deque[tuple[float, int]] = deque()
        self._timers: dict[Callable[[], None], CALLBACK_TYPE] = {}

    @property
    def waiting(self) -> int:
        """How many records no broker has yet."""
        return self._backlog.size

    @property
    def through(self) -> int:
        """Through which seq all have been delivered, once at least."""
        return self._backlog.gone

    async def start(self) -> None:
        """Take up what was left; the journal is open. Nothing goes out before `listen`."""
        self._begin(self._journal.delivered_seq)
        await self._backlog.count()

    async def listen(self, topic: str) -> None:
        """Listen for what comes back below this topic, and send as soon as the broker has heard of it."""
        self.silence()
        self._topic = topic
        for echo in _ECHOES:
            full = f"{topic}/{echo}"  # QoS 0: with 1 a broker waits for our word after 20, which Nagle holds up
            self._stops.append(await listen(self._hass, full, self._came_back, qos=0))
            self._stops.append(when_subscribed(self._hass, full, self._subscription(full)))

    @callback
    def silence(self) -> None:
        """Listen no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        self.disconnected()

    @callback
    def disconnected(self) -> None:
        """The broker is gone: what was under way may be lost, and so may what came back a moment ago."""
        self._ready = False
        self._subscribed.clear()
        self._asked_for.clear()
        self._settling.clear()
        for what in tuple(self._timers):
            self._timers.pop(what)()
        self._begin(self._journal.delivered_seq)

    @callback
    def stop(self) -> None:
        """Send no more; what came back a moment ago goes out again at the next start."""
        self.silence()

    @callback
    def written(self, entries: Iterable[Entry]) -> None:
        """These are in the journal now."""
        self._backlog.came(entries)
        self._wake()

    @callback
    def repeat(self, record: Record) -> None:
        """Send an activation that is on disk once more: who waits for it has not seen it.

        It takes its place behind all that is on disk now, so that it overtakes nothing; if it is among that and was
        not sent yet, that is enough.
        """
        if self._ready and len(self._asked_for) < _READ_AHEAD:
            self._asked_for[record.id] = record
            self._wake()

    def _subscription(self, full: str) -> CALLBACK_TYPE:
        @callback
        def done() -> None:
            # All are subscribed anew with each connection; Home Assistant may say so more than once.
            self._subscribed.add(full)
            if len(self._subscribed) == len(_ECHOES) and not self._ready:
                self._later(OTHERS_COME_BACK, self._others_are_back)

        return done

    @callback
    def _others_are_back(self) -> None:
        self._ready = True
        self._patience = PATIENCE
        self._begin(self._journal.delivered_seq)

    def _begin(self, after: int) -> None:
        """Begin a round with what comes after this seq."""
        self._round += 1
        self._line.clear()
        self._under_way.clear()
        self._read = self._sent = self._back = after
        self._backlog.begin(after)
        self._moved_at = self._hass.loop.time()
        self._wake()

    @callback
    def _wake(self) -> None:
        """Hand over what there is room for."""
        if not self._ready:
            return
        if self._read < self._journal.delivered_seq:
            # The file could be opened only now.
            self._begin(self._journal.delivered_seq)
            return
        while self._line and len(self._under_way) < WINDOW:
            self._send(self._line.popleft())
        behind = self._journal.head.seq > self._read or self._asked_for
        if behind and not self._reading and len(self._line) < _READ_AHEAD and self._wake not in self._timers:
            self._reading = True
            self._hass.async_create_background_task(self._read_on(self._round), "earlid delivery", eager_start=True)

    async def _read_on(self, this_round: int) -> None:
        asked_for = list(self._asked_for)
        try:
            entries, through = await self._journal.after(self._read, _READ_AHEAD)
        except HomeAssistantError:
            # The journal cannot be read now, and says so itself.
            self._later(PATIENCE, self._wake)
            return
        finally:
            self._reading = False
        if this_round == self._round:
            self._line.extend(entries)
            self._read = through
            for entry in entries:
                self._asked_for.pop(entry.body.get("amends", entry.id), None)
            if len(entries) < _READ_AHEAD:
                # What was asked for before is not among what is to come.
                again = (self._asked_for.pop(id_, None) for id_ in asked_for)
                self._line.extend(record for record in again if record is not None)
        self._backlog.recount()
        self._wake()
        self._advance()

    def _send(self, record: Entry | Record) -> None:
        message = self._message(record)
        if isinstance(record, Entry):
            self._sent = record.seq
            self._under_way.pop(message, None)
        elif message in self._under_way:
            return
        if not self._under_way:
            self._moved_at = self._hass.loop.time()
        self._under_way[message] = _Sent(self._sent)
        self._later(PATIENCE, self._look)
        # Handed over before this returns; what the task waits for is the broker's word, which proves nothing.
        publishing = self._publish(f"{self._topic}/speaker/{record.speaker}/{record.kind}", message)
        self._hass.async_create_background_task(publishing, "earlid publish", eager_start=True)

    async def _publish(self, topic: str, message: bytes) -> None:
        try:
            await mqtt.async_publish(self._hass, topic, message, qos=1, retain=False)
        except HomeAssistantError:
            # The connection broke meanwhile: the next one begins anew.
            return

    @callback
    def _came_back(self, message: ReceiveMessage) -> None:
        if message.retain:
            return
        self._heard_at = self._hass.loop.time()
        sent = self._under_way.get(message.payload) if isinstance(message.payload, bytes) else None
        if sent is not None and not sent.back:
            sent.back = True
            self._patience, self._moved_at = PATIENCE, self._heard_at
            self._advance()
            self._wake()

    def _advance(self) -> None:
        """Count what has come back without a gap before it."""
        before = self._back
        while self._under_way:
            message, first = next(iter(self._under_way.items()))
            if not first.back:
                break
            del self._under_way[message]
            self._back = first.seq
            self._backlog.went(first.seq)
        if not self._under_way and not self._line:
            self._back = self._read
        if self._back > before:
            self._settle()

    @callback
    def _look(self) -> None:
        """Send again what has not come back for too long; what comes back meanwhile shortens the next wait."""
        left = self._moved_at + self._patience.total_seconds() - self._hass.loop.time()
        if self._under_way and left <= 0:
            self._patience = min(self._patience * 2, _LONGEST_PATIENCE)
            self._begin(self._back)
        if self._under_way:
            self._later(min(max(timedelta(seconds=left), _MOMENT), PATIENCE), self._look)

    def _settle(self) -> None:
        """Remember when this came back; the last second as one."""
        if self._settling and self._heard_at - self._settling[-1][0] < 1:
            self._settling[-1] = (self._settling[-1][0], self._back)
        else:
            self._settling.append((self._heard_at, self._back))
        self._later(SETTLED, self._settled)

    @callback
    def _settled(self) -> None:
        while self._settling and self._settling[0][0] <= self._heard_at - SETTLED.total_seconds():
            self._journal.mark_delivered(self._settling.popleft()[1])
        if self._settling:
            self._later(SETTLED, self._settled)

    def _later(self, span: timedelta, what: Callable[[], None]) -> None:
        """Call it after a while, if that is not due already."""
        if what in self._timers:
            return

        @callback
        def due(_now: datetime) -> None:
            del self._timers[what]
            what()

        self._timers[what] = async_call_later(self._hass, span, due)
