"""A Shelly relay over its local HTTP: which generation it is, what it reports, and when it is asked.

Both generations take a length with each ON (`timer`, `toggle_after`), and with a renewal both would turn on what a hand
turned off: so a renewal asks first. From the second on a WebSocket tells changes at once; the first is asked.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
import logging
from typing import Any, Final
from weakref import WeakValueDictionary

from homeassistant.const import CONF_HOST, CONF_PASSWORD
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from custom_components.earlid.const import CONF_CHANNEL, CONF_DEVICE
from custom_components.earlid.engine.model import Clock, Report, Settings
from custom_components.earlid.facts import Eyes

from .protocol import RelayError, key_of
from .shelly_channel import Channel, open_channel
from .shelly_gen1 import Gen1
from .shelly_gen2 import Gen2
from .shelly_http import Http, mac_of
from .shelly_rhythm import Rhythm

_LOGGER = logging.getLogger(__name__)
_RELAYS: HassKey[WeakValueDictionary[tuple[object, ...], ShellyRelay]] = HassKey("earlid_shellies")
# No limit is documented. A day is longer than any permission is known ahead.
_LONGEST: Final = timedelta(hours=24)
# One answer that is lost is the radio's; so it is out of sight with the second.
_MISSES: Final = 2


def shelly_relay(hass: HomeAssistant, _eyes: Eyes, data: Mapping[str, Any]) -> ShellyRelay:
    """Return the relay of that set-up: the same for all who have the same one.

    Who is told what a relay answers is only who asked it, and speakers behind one relay must see the same.
    """
    relays = hass.data.setdefault(_RELAYS, WeakValueDictionary())
    channel, password = int(data.get(CONF_CHANNEL) or 0), data.get(CONF_PASSWORD) or None
    key = (data[CONF_HOST].strip().lower(), channel, password, mac_of(data.get(CONF_DEVICE)))
    relay = relays.get(key)
    if relay is None:
        relay = relays[key] = ShellyRelay(hass, *key)
    return relay


class ShellyRelay:
    """One channel of a Shelly of any generation."""

    together = None
    clock: Clock | None = Clock(longest=_LONGEST, per_grant=True, renewed_by_on=True, confirms=True)

    def __init__(self, hass: HomeAssistant, host: str, channel: int, password: str | None, mac: str | None) -> None:
        """Stand before the channel of whoever has that hardware address; None: of who answers first."""
        self.key = key_of("shelly", mac or host, channel)
        self.identity = mac
        """Its hardware address, 12 large hexadecimal digits; None: it never answered."""
        self._hass = hass
        self._http = Http(hass, host)
        self._number = channel
        self._password = password
        self._device: Gen1 | Gen2 | None = None
        self._known = False
        """Whether it is still the device that it was, as far as anything shows."""
        self._strange = False
        self._report = Report()
        self._listeners: list[tuple[Callable[[], None]]] = []
        self._watcher: asyncio.Task[None] | None = None
        self._channel: Channel | None = None
        self._rhythm = Rhythm()
        self._misses = 0
        self._turn = 0
        """Counts the orders that say something else than the one before."""
        self._turned_on = False
        self._answered = 0
        """Counts the orders that were answered, in whatever way."""
        self._boots = 0

    @callback
    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Begin to listen, for the first who wants to know; return what stops it, with the last."""
        listener = (changed,)  # one of its own: the same function may listen twice
        self._listeners.append(listener)
        if self._watcher is None:
            self._rhythm = Rhythm()
            self._watcher = self._hass.async_create_background_task(self._watch(), f"earlid {self.key}")

        @callback
        def stop() -> None:
            self._listeners = [other for other in self._listeners if other is not listener]
            if not self._listeners and self._watcher is not None:
                self._watcher.cancel()
                self._watcher = None
                self._known = False
                self._drop_channel()

        return stop

    @callback
    def read(self) -> Report:
        """Return what it reported last."""
        return self._report

    async def off(self, _context: Context) -> None:
        """Turn it off, without a timer; raises RelayError."""
        with self._order(on=False) as turn:
            device = await self._acquainted()
            value = await device.turn_off()
        self._hear(value, turn)

    async def grant(self, lease: timedelta | None, _context: Context) -> None:
        """Turn it on for that long; raises RelayError. Before it does, the device has to say who it is."""
        with self._order(on=True, lease=lease) as turn:
            device = await self._meet()
            if turn != self._turn:
                return
            _, value = await device.turn_on(_seconds(lease))
        self._hear(value, turn)

    async def renew(self, lease: timedelta, _context: Context) -> None:
        """Let its time begin anew if it is on, which it is asked first; raises RelayError.

        A hand between question and ON is overruled. The second generation says so, and then both are reported; the
        first does not.
        """
        with self._order(on=True, lease=lease) as turn:
            device = await self._acquainted()
            was_on: bool | None = await device.is_on()
            value = False
            if turn != self._turn:
                return
            if was_on:
                was_on, value = await device.turn_on(_seconds(lease))
        if not value or was_on is False:
            self._hear(False, turn)
        if value:
            self._hear(True, turn)

    async def ask(self) -> None:
        """Let it be asked how it is; the answer, if any, comes as a report."""
        self._rhythm.ask()
        if self._watcher is None:
            await self._look()

    async def inspect(self) -> Settings:
        """Return its settings, read from it; raises RelayError."""
        return await (await self._meet()).settings()

    async def provision(self, lease: timedelta) -> Settings:
        """Set it up: off when power returns, a standing auto-off of `lease`, no auto-on; raises RelayError."""
        return await (await self._meet()).set_up(_seconds(lease))

    async def _acquainted(self) -> Gen1 | Gen2:
        """Return the device, after an introduction if it was out of sight. Raises RelayError."""
        return self._device if self._known and self._device is not None else await self._meet()

    async def _meet(self) -> Gen1 | Gen2:
        """Return who answers at the address. Raises RelayError: nobody, nothing readable, or another device."""
        about = await self._http.introduce()
        if self.identity is None:
            self.identity = about.mac
        if about.mac != self.identity:
            self._known = False
            raise RelayError("not_this_device", f"{about.mac} answers instead of {self.identity}")
        self._known, self._strange = True, False
        if self._device is None or self._device.about != about:
            kind = Gen1 if about.generation == 1 else Gen2
            self._device = kind(self._http, about, self._number, self._password)
        return self._device

    @contextmanager
    def _order(self, *, on: bool, lease: timedelta | None = None) -> Iterator[int]:
        """Keep book of an order that is under way, and yield its turn."""
        if on is not self._turned_on:
            self._turned_on = on
            self._turn += 1
        seconds = _seconds(lease) if on else 0
        self._rhythm.ordered(on=on, seconds=seconds)
        try:
            yield self._turn
        except RelayError as error:
            self._missed(error)
            raise
        else:
            self._rhythm.answered(on=on, seconds=seconds)
        finally:
            self._answered += 1

    async def _watch(self) -> None:
        """Ask when it is time to, as long as anybody listens."""
        while True:
            await self._rhythm.until_due()
            await self._look()

    async def _look(self) -> None:
        """Ask it how it is, and report that."""
        turn, answered = self._turn, self._answered
        self._rhythm.asked()
        try:
            device = await self._acquainted()
            value = await self._ask(device)
            if answered == self._answered:
                self._hear(value, turn)
        except RelayError as error:
            self._missed(error)
        except Exception:
            _LOGGER.exception("%s could not be asked", self.key)
            self._missed(RelayError("unreadable_answer"))

    async def _ask(self, device: Gen1 | Gen2) -> bool:
        """Return whether the relay is on; over the channel where there is one, or can be."""
        if isinstance(device, Gen2) and self._watcher is not None:
            if self._channel is None and self._rhythm.may_open():
                try:
                    self._channel = await open_channel(
                        self._http, self._hass, device, self._heard, self._channel_closed
                    )
                except RelayError as error:
                    # A device has few of them. It is asked over HTTP, and the channel tried again.
                    self._rhythm.closed()
                    _LOGGER.debug("%s: %r", self.key, error)
                else:
                    self._rhythm.opened()
            if self._channel is not None:
                return await self._channel.ask()
        return await device.is_on()

    @callback
    def _heard(self, value: bool) -> None:
        self._hear(value, self._turn)

    @callback
    def _hear(self, value: bool, turn: int) -> None:
        """Take what the device says, unless it was ordered otherwise since."""
        if turn != self._turn:
            return
        if self._device is not None and self._device.boots != self._boots:
            # It was away, and nobody saw it go.
            self._boots = self._device.boots
            self._lose()
        now, before = dt_util.utcnow(), self._report
        self._misses = 0
        self._rhythm.heard(on=value)
        self._report = Report(
            value=value,
            changed_at=before.changed_at if before.value is value else now,
            reported_at=now,
            available_since=before.available_since or now,
        )
        self._tell()

    def _missed(self, error: RelayError) -> None:
        """Take it that the device did not answer, or somebody else did."""
        _LOGGER.debug("%s: %r", self.key, error)
        self._misses += 1
        strange = error.problem == "not_this_device"
        if strange and not self._strange:
            _LOGGER.warning("%s is told nothing any more: %s", self.key, error)
        self._strange = self._strange or strange
        self._rhythm.missed()
        if strange or self._misses >= _MISSES:
            self._lose()

    def _lose(self) -> None:
        """Lose sight of it; who answers next has to say again who it is."""
        self._known = False
        self._drop_channel()
        if self._report != Report():
            self._report = Report()
            self._tell()

    def _drop_channel(self) -> None:
        channel, self._channel = self._channel, None
        if channel is not None:
            self._rhythm.closed()
            channel.stop()

    @callback
    def _channel_closed(self, channel: Channel) -> None:
        if channel is self._channel:
            self._rhythm.missed()
            self._lose()

    def _tell(self) -> None:
        for (changed,) in self._listeners:
            try:
                changed()
            except Exception:
                _LOGGER.exception("What a report of %s wakes failed", self.key)


def _seconds(lease: timedelta | None) -> int:
    """Return the lease in whole seconds, rounded down; 0 would be no end at all."""
    return max(1, int(min(lease or _LONGEST, _LONGEST).total_seconds()))
