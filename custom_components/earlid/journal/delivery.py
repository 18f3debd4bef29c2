"""The outbox: what others wait for goes out over MQTT from the journal, in order, until the broker has it.

Home Assistant's `async_publish` returns without an error when the broker never acknowledged (it waits 10 s and logs:
`_async_wait_for_mid_or_raise` in homeassistant/components/mqtt/client.py). So a record counts as delivered when the
broker has routed it back to us. The journal is the queue; here is only how far it has been emptied.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from homeassistant.components import mqtt
from homeassistant.components.mqtt import ReceiveMessage
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.event import async_call_later

from custom_components.earlid.engine.model import Record

from .chain import Entry
from .journal import Journal

# As many may be under way: a broker drops what a slow reader, as we may be one, leaves lying (Mosquitto: beyond 1,000).
WINDOW: Final = 100
# What has not come back by then is sent again: as long as Home Assistant itself waits for a broker.
PATIENCE: Final = timedelta(seconds=10)
_LONGEST_PATIENCE: Final = timedelta(seconds=300)
# A broker that dies and forgets takes along what it has routed to us, but to others not yet. So what came back counts
# for good only after this, and goes out again when a connection is new. Consumers drop repeated ids.
SETTLED: Final = timedelta(seconds=30)
_ECHOES: Final = ("speaker/+/activation", "speaker/+/breach")


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
        self.waiting = 0
        """How many records no broker has yet."""
        self._hass = hass
        self._journal = journal
        self._topic = ""
        self._message = message
        self._told = told
        self._stops: list[CALLBACK_TYPE] = []
        self._subscribed: set[str] = set()
        # A round begins with each connection, and with each time that patience has run out.
        self._round = 0
        self._reading = False
        self._sent = self._back = self._ever_back = 0
        """Up to which seq all is handed over, all has come back, all has ever come back."""
        self._under_way: dict[bytes, _Sent] = {}
        self._patience, self._moved_at = PATIENCE, 0.0
        self._cancel_patience: CALLBACK_TYPE | None = None
        self._settling: deque[tuple[float, int]] = deque()
        self._cancel_settling: CALLBACK_TYPE | None = None

    async def start(self) -> None:
        """Take up what was left; the journal is open. Nothing goes out before `listen`."""
        self._back = self._ever_back = self._sent = self._journal.delivered_seq
        self.waiting = await self._journal.count_undelivered()
        self._told()

    async def listen(self, topic: str) -> None:
        """Listen for what comes back below this topic, and send as soon as the broker has heard of it."""
        self.silence()
        self._topic = topic
        for echo in _ECHOES:
            full = f"{topic}/{echo}"
            self._stops.append(await mqtt.async_subscribe(self._hass, full, self._came_back, qos=1, encoding=None))
            self._stops.append(mqtt.async_on_subscribe_done(self._hass, full, 1, self._subscription(full)))

    @callback
    def silence(self) -> None:
        """Listen no more."""
        for stop in self._stops:
            stop()
        self._stops.clear()
        self.disconnected()

    @callback
    def disconnected(self) -> None:
        """The broker is gone: what was under way may be lost."""
        self._subscribed.clear()
        self._begin(self._back)

    @callback
    def stop(self) -> None:
        """Send no more; what came back is remembered for good."""
        self.silence()
        for cancel in (self._cancel_patience, self._cancel_settling):
            if cancel is not None:
                cancel()
        self._cancel_patience = self._cancel_settling = None
        self._journal.mark_delivered(self._back)

    @callback
    def written(self, published: int) -> None:
        """So many records that others wait for are in the journal now."""
        if published:
            self.waiting += published
            self._told()
        self._wake()

    async def publish(self, record: Record) -> None:
        """Send one out of turn, which was delivered already but not seen by who waits for it."""
        if self._ready:
            await self._publish(record, self._message(record))

    @property
    def _ready(self) -> bool:
        return len(self._subscribed) == len(_ECHOES)

    def _subscription(self, full: str) -> CALLBACK_TYPE:
        @callback
        def done() -> None:
            # Both are subscribed anew with each connection; Home Assistant may say so more than once.
            was_ready = self._ready
            self._subscribed.add(full)
            if self._ready and not was_ready:
                self._patience = PATIENCE
                self._settling.clear()
                self._begin(min(self._journal.delivered_seq, self._back))

        return done

    def _begin(self, after: int) -> None:
        """Begin a round with what comes after this seq."""
        self._round += 1
        self._under_way.clear()
        self._sent = self._back = after
        self._moved_at = self._hass.loop.time()
        self._wake()

    @callback
    def _wake(self) -> None:
        """Hand over what there is room for."""
        if self._ready and not self._reading and len(self._under_way) < WINDOW and self._journal.head.seq > self._sent:
            self._reading = True
            self._hass.async_create_background_task(self._read(self._round), "earlid delivery", eager_start=True)

    async def _read(self, this_round: int) -> None:
        try:
            entries, through = await self._journal.after(self._sent, WINDOW - len(self._under_way))
            if this_round == self._round:
                for entry in entries:
                    self._send(entry)
                self._sent = through
                self._advance()
        except HomeAssistantError:
            # The journal cannot be read now, and says so itself.
            self._wait(again=True)
            return
        finally:
            self._reading = False
        self._wake()

    def _send(self, entry: Entry) -> None:
        message = self._message(entry)
        self._sent = entry.seq
        self._under_way[message] = _Sent(entry.seq)
        # Handed over before this returns; what the task waits for is the broker's word, which proves nothing.
        publishing = self._publish(entry, message)
        self._hass.async_create_background_task(publishing, "earlid publish", eager_start=True)

    async def _publish(self, entry: Entry | Record, message: bytes) -> None:
        topic = f"{self._topic}/speaker/{entry.speaker}/{entry.kind}"
        try:
            await mqtt.async_publish(self._hass, topic, message, qos=1, retain=False)
        except HomeAssistantError:
            # The connection broke meanwhile: the next one begins anew.
            return

    @callback
    def _came_back(self, message: ReceiveMessage) -> None:
        sent = self._under_way.get(message.payload) if isinstance(message.payload, bytes) else None
        if sent is not None and not sent.back and not message.retain:
            sent.back = True
            self._patience, self._moved_at = PATIENCE, self._hass.loop.time()
            self._advance()
            self._wake()

    def _advance(self) -> None:
        """Count what has come back without a gap before it."""
        while self._under_way:
            message, first = next(iter(self._under_way.items()))
            if not first.back:
                break
            del self._under_way[message]
            self._back = first.seq
            if first.seq > self._ever_back:
                self._ever_back = first.seq
                self.waiting -= 1
        if not self._under_way:
            self._back = self._sent
        self._settle()
        self._wait()
        self._told()

    def _wait(self, *, again: bool = False) -> None:
        """See to it that somebody looks whether what is under way comes back, or tries `again`."""
        if (self._under_way or again) and self._cancel_patience is None:
            left = self._moved_at + self._patience.total_seconds() - self._hass.loop.time()
            self._cancel_patience = async_call_later(self._hass, max(left, 0.0), self._out_of_patience)

    @callback
    def _out_of_patience(self, _now: datetime) -> None:
        self._cancel_patience = None
        waited = self._hass.loop.time() - self._moved_at
        if self._under_way and waited >= self._patience.total_seconds():
            self._patience = min(self._patience * 2, _LONGEST_PATIENCE)
            self._begin(self._back)
        self._wake()
        self._wait()

    def _settle(self) -> None:
        now = self._hass.loop.time()
        if self._settling and now - self._settling[-1][0] < 1:
            self._settling[-1] = (self._settling[-1][0], self._back)
        else:
            self._settling.append((now, self._back))
        if self._cancel_settling is None:
            self._cancel_settling = async_call_later(self._hass, SETTLED, self._settled)

    @callback
    def _settled(self, _now: datetime) -> None:
        self._cancel_settling = None
        before = self._hass.loop.time() - SETTLED.total_seconds()
        while self._settling and self._settling[0][0] <= before:
            self._journal.mark_delivered(self._settling.popleft()[1])
        if self._settling:
            self._cancel_settling = async_call_later(self._hass, SETTLED, self._settled)
