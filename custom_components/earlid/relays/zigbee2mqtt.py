"""Zigbee plugs behind Zigbee2MQTT, with the Zigbee command *on with timed off* as their clock.

`{"state": "ON", "on_time": 300, "off_wait_time": 0}` turns on for 300 s, and said again begins them anew: the device
keeps the longer of what is left and what is told, so only OFF shortens. It counts tenths of a second in 16 bits, of
which the last value means without an end. https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html, and
`on_off` in https://github.com/Koenkk/zigbee-herdsman-converters/blob/master/src/converters/toZigbee.ts.

Many plugs ignore the time without a word; only a trial shows that. Of Tuya's it is known: their `countdown` toggles.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
import json
from typing import Any, Final, override

from homeassistant.core import Context, HomeAssistant

from custom_components.earlid.const import CONF_TOPIC
from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.facts import Eyes

from .mqtt import Fields, MqttRelay, fields_of
from .protocol import RelayError, key_of
from .zigbee2mqtt_device import Plug, find, plug_of, stays_off

_LONGEST: Final = timedelta(seconds=6500)
_STATES: Final = {"ON": True, "OFF": False}

# Seconds in which a plug that is there has answered; a renewal must not take long.
_READ_WITHIN: Final = 5
# Seconds to wait for the devices of another bridge, when one has shown its own and ours is not among them.
_OTHER_BRIDGE: Final = 1
# Seconds to wait for a setting when the plug has answered to all else.
_SETTING_WITHIN: Final = 2


class Zigbee2MqttRelay(MqttRelay):
    """A plug that Zigbee2MQTT publishes under `<base topic>/<friendly name>`; both may have slashes."""

    clock: Clock | None = Clock(longest=_LONGEST, per_grant=True, renewed_by_on=True)

    def __init__(self, hass: HomeAssistant, _eyes: Eyes, data: Mapping[str, Any]) -> None:
        """Stand before the plug of this topic."""
        super().__init__(hass, data[CONF_TOPIC])
        self.key = key_of("zigbee2mqtt", self._topic)
        parts = self._topic.split("/")
        self._bases = ["/".join(parts[:count]) for count in range(1, len(parts))]
        self._base: str | None = None
        """Which of these is its bridge's; None: no probe has found it yet."""
        self._bridges: dict[str, bool] = {}
        """Which bridges are online, of those that it may be behind."""
        self._availability: bool | None = None
        """What the bridge says of the plug; None: it was not told to look after that."""
        self._alive = False
        self._lists: asyncio.Queue[tuple[str, str]] = asyncio.Queue()
        """Devices of bridges, while a probe waits for them."""
        self._plug: Plug | None = None
        """What a probe has learned of the plug; None: nothing yet."""

    async def off(self, _context: Context) -> None:
        """See `Relay`."""
        await self._publish(f"{self._topic}/set", '{"state": "OFF"}', surely=True)
        # Zigbee2MQTT publishes OFF as soon as it has sent it, as what it expects; the plug is asked what it did.
        await self.ask()

    async def grant(self, lease: timedelta | None, _context: Context) -> None:
        """See `Relay`."""
        await self._on(lease)
        # Of an ON with a time Zigbee2MQTT publishes nothing by itself: a plug that does not report would look off.
        await self.ask()

    async def renew(self, lease: timedelta, _context: Context) -> None:
        """See `Relay`.

        It is another ON. A plug that was told to report has done so before, if a hand turned it off; any other is
        read first, or that ON would undo what nobody saw.
        """
        if self._readable and not (self._plug is not None and self._plug.reports):
            try:
                async with asyncio.timeout(_READ_WITHIN):
                    state = await self._question(f"{self._topic}/get", '{"state": ""}', _state)
            except TimeoutError:
                raise RelayError("no_answer", self._topic) from None
            if state != "ON":
                return
        await self._on(lease)

    @override
    async def ask(self) -> None:
        """See `Relay`."""
        if self._connected and self._readable:
            await self._publish(f"{self._topic}/get", '{"state": ""}')

    async def inspect(self) -> Settings:
        """See `Relay`. Raises `delayed_toggle` for a plug whose own timer is one."""
        async with self._probe(*self._device_lists):
            return (await self._settings())[0]

    async def provision(self, _lease: timedelta) -> Settings:
        """See `Relay`. There is no standing auto-off: each grant brings its own length."""
        async with self._probe(*self._device_lists):
            settings, said = await self._settings()
            power_on = None if self._plug is None else self._plug.power_on
            if power_on is None or power_on.off is None or said == power_on.off:
                return settings
            name, off = power_on.name, power_on.off

            def took(fields: Fields) -> bool | None:
                return fields.get(name) == off or None

            wish = json.dumps({name: off})
            if power_on.readable:
                # Zigbee2MQTT may be told not to publish what it expects: the plug is read.
                await self._publish(f"{self._topic}/set", wish, surely=True)
                await self._question(f"{self._topic}/get", json.dumps({name: ""}), took)
            else:
                await self._question(f"{self._topic}/set", wish, took, again=False)
            return replace(settings, power_on_off=stays_off(power_on, off))

    @property
    def _device_lists(self) -> list[str]:
        return [f"{base}/bridge/devices" for base in self._bases]

    @property
    @override
    def _topics(self) -> tuple[str, ...]:
        bridges = (f"{base}/bridge/state" for base in self._bases)
        return self._topic, f"{self._topic}/availability", *bridges

    @property
    @override
    def _may_answer(self) -> bool:
        return self._connected and self._readable and self._bridge is not False and self._availability is not False

    @property
    def _bridge(self) -> bool | None:
        """Whether its bridge is online; before a probe has found which one that is, any."""
        if self._base is not None:
            return self._bridges.get(self._base)
        return any(self._bridges.values()) if self._bridges else None

    @override
    def _lose(self) -> None:
        super()._lose()
        self._alive = False

    @override
    def _meet_broker(self) -> None:
        # All of this the broker kept, and says again.
        self._bridges.clear()
        self._availability = None
        super()._meet_broker()

    @override
    def _hear(self, topic: str, payload: str, *, retained: bool) -> None:
        if topic.endswith("/bridge/devices"):
            self._lists.put_nowait((topic.removesuffix("/bridge/devices"), payload))
            return
        if not payload:
            # Whoever clears what the broker kept says this.
            return
        if topic == self._topic:
            if not retained:
                # What the broker kept was so when it was said; the plug is asked how it is now.
                self._hear_report(payload)
        elif (online := _online(payload)) is None:
            self._complain()
        else:
            if topic.endswith("/bridge/state"):
                self._bridges[topic.removesuffix("/bridge/state")] = online
            else:
                self._availability = online
            self._weigh()
            if self._available_since is None:
                self._inquire()
        self._changed()

    def _hear_report(self, payload: str) -> None:
        fields = fields_of(payload)
        if fields is None:
            self._complain()
            return
        self._alive = True
        self._weigh()
        self._answer(fields)
        state = fields.get("state")
        if state is None:
            # A power reading, for instance: a sign of life and no more.
            return
        if not isinstance(state, str) or state not in _STATES:
            self._complain()
        elif self._available_since is not None:
            self._say(_STATES[state])

    def _weigh(self) -> None:
        """Judge anew whether the plug is in sight."""
        looked_after = self._alive if self._availability is None else self._availability
        if looked_after and self._bridge is not False:
            self._see()
        else:
            self._lose()

    async def _on(self, lease: timedelta | None) -> None:
        payload: dict[str, object] = {"state": "ON"}
        if lease is not None:
            # Rounded down, and never to 0, which would be no end. A plug that is told to wait after off refuses the
            # next grant meanwhile.
            seconds = max(int(min(lease, _LONGEST).total_seconds()), 1)
            payload |= {"on_time": seconds, "off_wait_time": 0}
        await self._publish(f"{self._topic}/set", json.dumps(payload))

    @property
    def _readable(self) -> bool:
        return self._plug is None or self._plug.readable

    async def _settings(self) -> tuple[Settings, Any]:
        """Return what the plug says that it is set to, and its own word for what it does when power returns."""
        self._plug = plug = plug_of(await self._find())
        said: Fields = {}

        def hear(fields: Fields) -> str | None:
            said.update(fields)
            return _state(fields)

        name = plug.power_on.name if plug.power_on is not None and plug.power_on.readable else None
        if plug.readable:
            asked = {"state": ""} | ({} if name is None else {name: ""})
            state = await self._question(f"{self._topic}/get", json.dumps(asked), hear)
            if state not in _STATES:
                raise RelayError("unreadable_answer", state)
        if name is not None and name not in said:
            # A plug may expose what it does not know.
            with suppress(TimeoutError):
                async with asyncio.timeout(_SETTING_WITHIN):
                    get = json.dumps({name: ""})
                    said[name] = await self._question(f"{self._topic}/get", get, lambda fields: fields.get(name))
        power_on = None if plug.power_on is None else said.get(plug.power_on.name)
        return Settings(power_on_off=stays_off(plug.power_on, power_on), firmware=plug.firmware), power_on

    async def _find(self) -> Fields:
        """Return the plug's entry in the devices that its bridge shows."""
        self._lists = asyncio.Queue()
        problem: RelayError | None = None
        while True:
            try:
                async with asyncio.timeout(_OTHER_BRIDGE if problem else None):
                    base, payload = await self._lists.get()
            except TimeoutError:
                raise problem or RelayError("no_answer") from None
            try:
                # Some megabytes in a large home.
                device = await self._hass.async_add_executor_job(find, payload, self._topic.removeprefix(f"{base}/"))
            except ValueError:
                problem = RelayError("unreadable_answer", base)
                continue
            if device is not None:
                self._base = base
                return device
            problem = RelayError("not_known", f"{base} has no {self._topic}")


def _state(fields: Fields) -> str | None:
    state = fields.get("state")
    return state if isinstance(state, str) else None


def _online(payload: str) -> bool | None:
    """Return what a message about availability says; versions before 2 say it without JSON."""
    fields = fields_of(payload)
    word = payload if fields is None else str(fields.get("state"))
    return {"online": True, "offline": False}.get(word)
