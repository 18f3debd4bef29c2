"""Smart plugs as Home Assistant sees them through Zigbee2MQTT, and as they are inside.

Zigbee2MQTT publishes the whole cached state each time, so a report of the relay repeats the last *old* watts; the new
ones follow when the meter reports. Topics: https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any, Literal, Protocol

from .network import Network, slugify
from .truth import Cause, Command, Fate, Moment, Switched, Truth
from .zigbee2mqtt import discovery, parse_command

type PowerOn = Literal["off", "on", "previous"]

RADIO_DELAY = 0.03  # s between a command and its report; tens of ms are usual on Zigbee
MAINS_LOSS_NOTICED = 0.5  # s; real networks take from seconds (a Wi-Fi plug's will) to 10 min (a Zigbee ping)
REJOIN_DELAY = 0.5  # s after power returns until it reports


class Load(Protocol):
    """Something plugged in."""

    def watts(self) -> float:
        """Return what it draws while the outlet is live, W."""

    def power_changed(self, *, live: bool, at: Moment) -> None:
        """Hear that the outlet went live or dead."""


@dataclass(slots=True)
class Meter:
    """How a plug measures. Some read 0 below 8 W (`floor`), most report late."""

    resolution: float = 0.1  # W
    delay: float = 1.0  # s from a change of the load to its report
    floor: float = 0.0  # W

    def reading(self, watts: float) -> float:
        """Return what it shows for `watts`."""
        if watts < self.floor:
            return 0.0
        return round(round(watts / self.resolution) * self.resolution, 3)


@dataclass(slots=True)
class Defects:
    """What is wrong with a plug just now; times are seconds of `time.monotonic`."""

    deaf_until: float = 0.0  # ignores commands, never answers them
    silent_until: float = 0.0  # obeys, reports nothing
    acts_after: float = 0.0  # s
    lose_every: int = 0  # drops every k-th command; 0: none
    welded: bool = False  # the contact never opens
    unreachable: bool = False  # radio gone, relay as it was
    heard: int = field(default=0)  # commands counted for lose_every


class Plug:
    """One plug: a relay, a button, a meter, a radio, and what is plugged in."""

    def __init__(
        self,
        network: Network,
        truth: Truth,
        name: str,
        *,
        number: int,
        on: bool = True,
        power_on: PowerOn = "previous",
        meter: Meter | None = None,
        retain: bool = True,
        answer_after: float = RADIO_DELAY,
    ) -> None:
        """Join the network. `number` makes the address; without `retain` a restarted Home Assistant sees unknown."""
        self.name = name
        self.slug = slugify(name)
        self.address = f"0x00158d{number:010x}"
        self.topic = f"{network.base}/{name}"
        self.entity_id = f"switch.{self.slug}"
        self.power_entity_id = f"sensor.{self.slug}_power"
        self.power_on: PowerOn = power_on
        self.meter = meter or Meter()
        self.retain = retain
        self.answer_after = answer_after
        self.defects = Defects()
        self.loads: list[Load] = []
        self.relay = on
        self.mains = True
        self.available = True
        self._network = network
        self._truth = truth
        self._was_live = False
        self._shown_watts = 0.0
        self._off_at: float | None = None
        self._off_timer: asyncio.TimerHandle | None = None
        network.listen(f"{self.topic}/set", self._command)
        network.listen(f"{self.topic}/set/power_on_behavior", self._set_power_on)
        network.join(self._announce)
        self._settle("power", Moment.now())

    @property
    def live(self) -> bool:
        """True when current can flow: what counts, whatever is reported."""
        return self.mains and (self.relay or self.defects.welded)

    @property
    def watts(self) -> float:
        """What is really drawn, W."""
        return sum(load.watts() for load in self.loads) if self.live else 0.0

    def plug_in(self, load: Load) -> None:
        """Connect a load; several make it a power strip."""
        self.loads.append(load)
        load.power_changed(live=self.live, at=Moment.now())
        self.load_changed()

    def pull_out(self, load: Load) -> None:
        """Disconnect a load, which then has no power."""
        self.loads.remove(load)
        load.power_changed(live=False, at=Moment.now())
        self.load_changed()

    def press(self) -> None:
        """A person presses the button: the relay toggles at once and is reported."""
        if self.mains:
            self._switch(not self.relay, "hand", Moment.now())
            self._later(self.answer_after, self.report)

    def cut(self, *, noticed_after: float = MAINS_LOSS_NOTICED) -> None:
        """Take the mains away; the network says offline `noticed_after` seconds later."""
        self.mains = False
        self._cancel_timer()
        self._settle("power", Moment.now())
        self._later(noticed_after, self._tell_availability)

    def restore(self, *, rejoins_after: float = REJOIN_DELAY) -> None:
        """Give the mains back: the relay follows its power-on behaviour, the radio comes `rejoins_after` s later."""
        self.mains = True
        self.relay = {"off": False, "on": True, "previous": self.relay}[self.power_on]
        self._settle("power", Moment.now())
        self._later(rejoins_after, self._rejoin)

    def weld(self, *, welded: bool = True) -> None:
        """Weld the contact: it conducts whatever the relay says. Or repair it."""
        self.defects.welded = welded
        self._settle("welded", Moment.now())

    def reach(self, *, reachable: bool) -> None:
        """Lose or regain the radio; the relay stays as it is. Availability follows at once."""
        self.defects.unreachable = not reachable
        self._rejoin() if reachable else self._tell_availability()

    def claim(self, state: Literal["on", "off"]) -> None:
        """Publish a state that need not be true, retained, until the next report."""
        self._network.publish(self.topic, self._state(on=state == "on"), retain=self.retain)

    def report(self) -> None:
        """Report the relay as the plug believes it, with the last watts."""
        if self._can_speak():
            self._network.publish(self.topic, self._state(on=self.relay), retain=self.retain)

    def load_changed(self) -> None:
        """Let the meter see the load, and report it `meter.delay` seconds later."""
        self._later(self.meter.delay, self._report_watts)

    def _command(self, payload: str, at: Moment) -> None:
        asked, seconds = parse_command(payload)
        fate = self._fate(asked)
        self._truth.commands.append(Command(at, self.slug, payload, fate))
        if fate != "obeyed" or asked is None:
            return
        if self.defects.acts_after:
            self._later(self.defects.acts_after, lambda: self._obey(asked, seconds, Moment.now()))
        else:
            self._obey(asked, seconds, at)

    def _fate(self, asked: str | None) -> Fate:
        if not self.mains or self.defects.unreachable:
            return "unreachable"
        if time.monotonic() < self.defects.deaf_until:
            return "deaf"
        self.defects.heard += 1
        if self.defects.lose_every and self.defects.heard % self.defects.lose_every == 0:
            return "lost"
        return "obeyed" if asked else "nonsense"

    def _obey(self, asked: str, seconds: float | None, at: Moment) -> None:
        if not self.mains:
            return
        on = not self.relay if asked == "TOGGLE" else asked == "ON"
        self._switch(on, "command", at)
        if on and seconds:
            self._hold_for(seconds)
        self._later(self.answer_after, self.report)

    def _hold_for(self, seconds: float) -> None:
        """ZCL OnWithTimedOff: the longer of the running and the new time counts, so it cannot be shortened."""
        end = max(time.monotonic() + seconds, self._off_at or 0.0)
        self._cancel_timer()
        self._off_at = end
        self._off_timer = asyncio.get_running_loop().call_later(end - time.monotonic(), self._time_up)

    def _time_up(self) -> None:
        self._switch(False, "timer", Moment.now())
        self._later(self.answer_after, self.report)

    def _cancel_timer(self) -> None:
        if self._off_timer is not None:
            self._off_timer.cancel()
        self._off_timer = self._off_at = None

    def _switch(self, on: bool, cause: Cause, at: Moment) -> None:
        if not on:
            self._cancel_timer()
        self.relay = on
        self._settle(cause, at)

    def _settle(self, cause: Cause, at: Moment) -> None:
        if self.live == self._was_live:
            return
        self._was_live = self.live
        self._truth.switches.append(Switched(at, self.slug, self.live, cause))
        for load in self.loads:
            load.power_changed(live=self.live, at=at)
        self.load_changed()

    def _set_power_on(self, payload: str, _at: Moment) -> None:
        if payload in ("off", "on", "previous"):
            self.power_on = payload  # type: ignore[assignment]  # narrowed by the test above
            self._later(self.answer_after, self.report)

    def _report_watts(self) -> None:
        if self._can_speak():
            self._shown_watts = self.meter.reading(self.watts)
            self.report()

    def _can_speak(self) -> bool:
        return self.mains and not self.defects.unreachable and time.monotonic() >= self.defects.silent_until

    def _rejoin(self) -> None:
        self._tell_availability()
        self.report()
        self.load_changed()

    def _tell_availability(self) -> None:
        self.available = self.mains and not self.defects.unreachable
        payload = {"state": "online" if self.available else "offline"}
        self._network.publish(f"{self.topic}/availability", payload, retain=True)

    def _announce(self) -> None:
        for component, part, payload in discovery(self, self._network.availability_topic):
            self._network.discover(component, self.address, part, payload)
        self._tell_availability()
        self.report()

    def _state(self, *, on: bool) -> dict[str, Any]:
        return {
            "linkquality": 120,
            "power": self._shown_watts,
            "power_on_behavior": self.power_on,
            "state": "ON" if on else "OFF",
        }

    def _later(self, seconds: float, act: Callable[[], None]) -> None:
        asyncio.get_running_loop().call_later(seconds, act)
