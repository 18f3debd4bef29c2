"""Plugs with Tasmota's firmware, over MQTT, with PulseTime as their clock.

`PulseTime<x>` is a setting: whatever turns the relay on, it turns off after so long. Setting it also begins it anew and
touches no power, so a renewal can turn nothing on. It is in flash, which is written only when the value is another; so
one length stands for all grants. https://tasmota.github.io/docs/Commands/#control, and CmndPulsetime and
ExecuteCommandPower in https://github.com/arendst/Tasmota/tree/development/tasmota/tasmota_support.

Only devices with Tasmota's own order of topics are understood (`FullTopic %prefix%/%topic%/`) and its own words for the
states, https://tasmota.github.io/docs/MQTT/.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components import mqtt
from homeassistant.core import Context, HomeAssistant

from custom_components.earlid.const import CONF_CHANNEL, CONF_TOPIC
from custom_components.earlid.engine.model import Clock, Settings
from custom_components.earlid.facts import Eyes

from .mqtt import Fields, MqttRelay, fields_of
from .protocol import RelayError, key_of
from .tasmota_words import LONGEST, is_whole, length_of, pulse_time, said, switches

_STATES: Final = {"ON": True, "OFF": False}

# PowerOnState, https://tasmota.github.io/docs/PowerOnState/: 0 is off; 1 on, 2 and 3 by the last state; 4 is on, and
# takes no more orders; 5 turns PulseTime round: off, and ON when the time is over.
_POWER_ON_OFF: Final = 0
_POWER_ON_ROUND: Final = 5

# With these on the device leaves commands at the broker, which turn relays on when they reconnect.
_RETAINS: Final = ("PowerRetain", "SwitchRetain", "ButtonRetain")

# A state is a word; of what else is said there no more need be looked at.
_LONGEST_WORD: Final = 16

# Seconds to wait for the broker to take a subscription; what it has kept it sends before anything that is said later.
_SUBSCRIBED_WITHIN: Final = 2


class TasmotaRelay(MqttRelay):
    """One relay of a Tasmota device."""

    clock: Clock | None = Clock(longest=LONGEST, per_grant=False, renewed_by_on=False, confirms=True)

    def __init__(self, hass: HomeAssistant, _eyes: Eyes, data: Mapping[str, Any]) -> None:
        """Stand before the device of this topic; it counts its relays from 1."""
        super().__init__(hass, data[CONF_TOPIC])
        self._channel = int(data.get(CONF_CHANNEL, 1))
        self.key = key_of("tasmota", self._topic, self._channel)
        self.ghosts: set[str] = set()
        """Topics on which the broker keeps a command for this relay: it takes it each time it reconnects."""
        self._online: bool | None = None
        self._recognized = False
        """Whether it has answered a probe as Tasmota does."""
        # A device with one relay leaves its number out, unless it was told otherwise (SetOption26).
        self._names = (f"POWER{self._channel}", *(("POWER",) if self._channel == 1 else ()))

    async def off(self, _context: Context) -> None:
        """See `Relay`."""
        await self._publish(self._command(f"Power{self._channel}"), "OFF", surely=True)

    async def grant(self, lease: timedelta | None, _context: Context) -> None:
        """See `Relay`.

        Two messages and no Backlog: the device works off a Backlog with pauses, and an OFF that arrives in one would be
        overtaken by the ON behind it. An OFF between these two ends this call instead.
        """
        if lease is not None:
            await self._set_pulse_time(lease)
        await self._publish(self._command(f"Power{self._channel}"), "ON")

    async def renew(self, lease: timedelta, _context: Context) -> None:
        """See `Relay`. Turns nothing on."""
        await self._set_pulse_time(lease)

    @override
    async def ask(self) -> None:
        """See `Relay`."""
        if self._connected:
            await self._publish(self._command("STATE"), "")

    async def inspect(self) -> Settings:
        """See `Relay`. Also finds `ghosts`. Raises `delayed_toggle` where PulseTime would turn the relay on."""
        async with self._probe(self._command("+")):
            await self._look_for_ghosts()
            settings, power_on = await self._settings()
        if power_on == _POWER_ON_ROUND:
            raise RelayError("delayed_toggle", "PowerOnState 5")
        return settings

    async def provision(self, lease: timedelta) -> Settings:
        """See `Relay`."""
        async with self._probe(self._command("+")):
            await self._look_for_ghosts()
            _settings, power_on = await self._settings()
            if power_on != _POWER_ON_OFF:
                # Before PulseTime: where that is turned round it would turn the relay on.
                await self._set("PowerOnState", _POWER_ON_OFF, lambda says: says == _POWER_ON_OFF)
            pulse = f"PulseTime{self._channel}"
            value = pulse_time(lease)
            if await self._pulse() != value:
                await self._set(pulse, value, lambda says: isinstance(says, dict) and says.get("Set") == value)
            for retain in _RETAINS:
                if await self._inquiry(retain) != "OFF":
                    await self._set(retain, 0, lambda says: says == "OFF")
            for topic in tuple(self.ghosts):
                await self._publish(topic, "", surely=True, retain=True)
                self.ghosts.discard(topic)
            return (await self._settings())[0]

    @property
    @override
    def _topics(self) -> tuple[str, ...]:
        return f"stat/{self._topic}/+", f"tele/{self._topic}/STATE", f"tele/{self._topic}/LWT"

    @property
    @override
    def _may_answer(self) -> bool:
        return self._connected and self._online is not False

    @override
    def _lose(self) -> None:
        super()._lose()
        self._online = None

    @override
    def _hear(self, topic: str, payload: str, *, retained: bool) -> None:
        place, _, leaf = topic.rpartition("/")
        if not payload:
            # Whoever clears what the broker kept says this.
            return
        if place == f"cmnd/{self._topic}":
            if retained:
                self._hear_command(topic, leaf)
        elif topic == f"tele/{self._topic}/LWT":
            self._hear_will(payload, retained=retained)
        elif not retained:
            # What the broker kept was so when it was said; the device is asked how it is now.
            self._hear_report(leaf, payload)

    def _hear_will(self, payload: str, *, retained: bool) -> None:
        if payload == "Online":
            if not retained:
                # It says so when it connects: it was away, if only for a moment, and may have lost its power.
                self._lose()
            self._online = True
            self._see()
        elif payload == "Offline":
            self._lose()
            self._online = False
        else:
            self._complain()
        self._changed()

    def _hear_report(self, leaf: str, payload: str) -> None:
        fields = fields_of(payload)
        if fields is None:
            if leaf.upper() in self._names:
                fields = {leaf.upper(): payload[:_LONGEST_WORD]}
            else:
                if leaf in ("RESULT", "STATE"):
                    self._take_for("unreadable_answer")
                    self._complain()
                return
        self._take_for("not_this_device")
        self._online = True
        self._see()
        self._answer(fields)
        power = self._power_in(fields)
        if power is not None and (value := _STATES.get(str(power).upper())) is not None:
            self._say(value)
        elif power is not None:
            self._complain()
        elif self._value and self._runs(fields):
            self._say(True)
        self._changed()

    def _take_for(self, problem: str) -> None:
        """Take what speaks here for something else, as long as it has not answered as Tasmota does."""
        if not self._recognized:
            self._problem = problem

    def _runs(self, fields: Fields) -> bool:
        """Return whether the device says that its time runs.

        That alone does not say that the relay is on: setting PulseTime lets it run on one that is off too.
        """
        pulse = fields.get(f"PulseTime{self._channel}")
        if not isinstance(pulse, dict):
            return False
        length, remaining = pulse.get("Set"), pulse.get("Remaining")
        return is_whole(length) and is_whole(remaining) and 0 < remaining <= length

    def _hear_command(self, topic: str, command: str) -> None:
        """Take a command that the broker kept; what the device does with it at each reconnect nobody wished."""
        if switches(command, self._channel):
            self.ghosts.add(topic)

    async def _look_for_ghosts(self) -> None:
        """Wait until the broker has the probe's subscription: only to a new one does it send what it has kept."""
        self.ghosts.clear()
        taken = asyncio.Event()
        stop = mqtt.async_on_subscribe_done(self._hass, self._command("+"), 1, taken.set)
        try:
            with suppress(TimeoutError):
                async with asyncio.timeout(_SUBSCRIBED_WITHIN):
                    await taken.wait()
        finally:
            stop()

    async def _settings(self) -> tuple[Settings, int]:
        """Return what the device says that it is set to, and its PowerOnState."""
        self._recognized = False
        state = await self._question(self._command("STATE"), "", self._pick_state)
        self._recognized, self._problem = True, "no_answer"
        power = self._power_in(state)
        if power is None:
            raise RelayError("no_such_channel", f"{self._topic} {self._channel}")
        if str(power).upper() not in _STATES:
            raise RelayError("unreadable_answer", str(power))
        status = await self._question(self._command("STATUS"), "2", lambda fields: fields.get("StatusFWR"))
        firmware = status.get("Version") if isinstance(status, dict) else None
        power_on = await self._inquiry("PowerOnState")
        pulse = await self._pulse()
        if not isinstance(firmware, str) or not is_whole(power_on):
            raise RelayError("unreadable_answer", f"{status} {power_on}")
        settings = Settings(
            power_on_off=power_on == _POWER_ON_OFF,
            auto_off=length_of(pulse),
            kept_command=bool(self.ghosts),
            firmware=firmware,
        )
        return settings, power_on

    def _pick_state(self, fields: Fields) -> Fields | None:
        # Any switching answers with the one relay that it switched; only the whole state tells which there are.
        whole = "Time" in fields or "Uptime" in fields
        return fields if whole or self._power_in(fields) is not None else None

    def _power_in(self, fields: Fields) -> Any:
        """Return what the device says of this relay; None: nothing."""
        return next((fields[name] for name in self._names if name in fields), None)

    async def _pulse(self) -> int:
        pulse = await self._inquiry(f"PulseTime{self._channel}")
        length = pulse.get("Set") if isinstance(pulse, dict) else None
        if not is_whole(length):
            raise RelayError("unreadable_answer", str(pulse))
        return length

    async def _inquiry(self, command: str) -> Any:
        """Return what the device says to a command without a value: how that is set."""
        return await self._question(self._command(command), "", lambda fields: said(fields, command))

    async def _set(self, command: str, value: int, took: Callable[[Any], bool]) -> None:
        """Write a setting once, and read until the device says that it took it."""
        await self._publish(self._command(command), str(value), surely=True)
        await self._question(self._command(command), "", lambda fields: True if took(said(fields, command)) else None)

    async def _set_pulse_time(self, lease: timedelta) -> None:
        await self._publish(self._command(f"PulseTime{self._channel}"), str(pulse_time(lease)))

    def _command(self, command: str) -> str:
        return f"cmnd/{self._topic}/{command}"
